"""The practice shop: three hundred products in the books and in a store made of memory, already introduced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.product_import import apply_import
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.switches import Limits
from varejoforte_desktop.spreadsheets.reading import read_sheet
from varejoforte_desktop.ui.resources import resource

SHOP_NAME: Final = "Casa Lume"
LOGIN: Final = "ana"
NAME: Final = "Ana Souza"
PASSWORD: Final = "treino123"  # noqa: S105 - the practice shop's own, printed at its start
#: The shop was stocked two hours ago, so that today's first minute has all its requests.
_STOCKED_BEFORE: Final = timedelta(hours=2)
_PLENTY: Final = 1_000_000


@dataclass(slots=True)
class PracticeClock:
    """The computer's clock, or some hours earlier while the shop is being stocked."""

    behind: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """The instant, in UTC."""
        return utc_now() - self.behind


def practice_settings(folder: Path, *, station: str = "CAIXA-01") -> Settings:
    """Settings of a practice shop kept in `folder`."""
    return Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'treino.db'}",
        station=station,
        theme="light",
        demo=True,
    )


def practice_store(clock: Callable[[], datetime]) -> TrayStore:
    """A store that knows its own name and has nothing on its shelves yet."""
    return TrayStore(now=clock, limits=Limits(per_minute=_PLENTY, per_day=_PLENTY))


async def stock_shop(settings: Settings, store: TrayStore, address: str, clock: PracticeClock) -> int:
    """Found the shop, import the catalogue, connect the store at `address` and send everything; gives how many.

    All by the use cases and the loop that a real shop uses; only the limits are wide meanwhile.
    """
    clock.behind = _STOCKED_BEFORE
    station = await asyncio.to_thread(open_station, settings, clock=clock)
    try:
        actor = await station.desk.found(shop_name=SHOP_NAME, login=LOGIN, name=NAME, password=PASSWORD)
        sheet = await asyncio.to_thread(read_sheet, resource("demo/catalogue.csv"))
        receipt = await station.database.run(
            apply_import,
            sheet.rows,
            source="catalogue.csv",
            token_prefix="treino",  # noqa: S106 - no secret
            by=actor,
        )
        await _send_all(station, store, address, actor)
    finally:
        await station.close()
        clock.behind = timedelta(0)
        store.limits = Limits()
    return receipt.new


async def _send_all(station: Station, store: TrayStore, address: str, actor: Actor) -> None:
    await _set_limit(station, _PLENTY)
    await station.connector.connect(
        address=address,
        consumer_key=store.consumer_key,
        consumer_secret=store.consumer_secret,
        code=store.code,
        by=actor,
    )
    idle = asyncio.Event()

    def heard(status: object) -> None:
        if getattr(status, "phase", None) is SyncPhase.UP_TO_DATE:
            idle.set()

    forget = station.sync.subscribe(heard)
    station.sync.start(actor)
    await asyncio.wait_for(idle.wait(), 60)
    forget()
    await station.sync.stop()
    await _set_limit(station, 180)


async def _set_limit(station: Station, per_minute: int) -> None:
    per_day = 10_000 if per_minute == 180 else _PLENTY
    await station.database.run(
        lambda uow: uow.shop.save(
            replace(uow.shop.get(), requests_per_minute=per_minute, requests_per_day=per_day)
        )
    )
