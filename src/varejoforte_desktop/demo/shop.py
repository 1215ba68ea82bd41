"""The practice shop: three hundred products in the books and in a store made of memory, and a few orders."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.product_import import apply_import
from varejoforte_desktop.application.status_map import explain_statuses
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
#: Buyers beside the store's usual one; invented, like everyone here.
PERSON: Final = {"type": "0", "name": "Otávio Lins", "cpf": "52998224725", "email": "otavio@exemplo.com"}
COMPANY: Final = {
    "type": "1",
    "name": "Comercial Horizonte",
    "company_name": "Comercial Horizonte Ltda",
    "cnpj": "11222333000181",
    "state_inscription": "Isento",
    "email": "compras@horizonte.exemplo",
}


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


#: What else a practice shop is set up with, once it is founded.
SetUp = Callable[..., Awaitable[None]]


async def stock_shop(
    settings: Settings,
    store: TrayStore,
    address: str,
    clock: PracticeClock,
    *,
    orders: bool = False,
    papers: SetUp | None = None,
) -> int:
    """Found the shop, import the catalogue, connect the store at `address` and send everything; gives how many.

    With `orders` a few buyers have been there, and the shop has said what the store's statuses mean; `papers` lets it
    issue fiscal documents (called with the station and `by`). All by the use cases and the loop that a real shop uses; only the limits are wide meanwhile.
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
        if papers is not None:
            await papers(station, by=actor)
        await _set_limit(station, _PLENTY)
        await _connect(station, store, address, actor)
        await _send_all(station, actor)
        if orders:
            await _explain_statuses(station, actor)
            place_first_orders(store)
            await station.orders.look()  # the loop has just looked and would not again for a while
            await _send_all(station, actor)
        await _set_limit(station, 180)
    finally:
        await station.close()
        clock.behind = timedelta(0)
        store.limits = Limits()
    return receipt.new


async def _connect(station: Station, store: TrayStore, address: str, actor: Actor) -> None:
    await station.connector.connect(
        address=address,
        consumer_key=store.consumer_key,
        consumer_secret=store.consumer_secret,
        code=store.code,
        by=actor,
    )


async def _send_all(station: Station, actor: Actor) -> None:
    """Let the loop run until nothing is owed."""
    idle = asyncio.Event()

    def heard(status: object) -> None:
        if getattr(status, "phase", None) is SyncPhase.UP_TO_DATE:
            idle.set()

    forget = station.sync.subscribe(heard)
    station.sync.start(actor)
    await asyncio.wait_for(idle.wait(), 60)
    forget()
    await station.sync.stop()


async def _explain_statuses(station: Station, actor: Actor) -> None:
    """Agree to what the names of the store's statuses suggest."""
    await station.orders.learn_statuses()
    rows = await station.database.read(lambda reader: reader.orders.statuses())
    meanings = {row.status_id: row.suggested for row in rows}
    await station.database.run(explain_statuses, meanings, by=actor)


def place_first_orders(store: TrayStore) -> list[str]:
    """Who has bought already: paid, waiting to pay, a company, somebody who fetches it, and a thing nobody knows.

    Gives the orders' numbers.
    """
    ids = {row["reference"]: row["id"] for row in store.products.values()}
    stranger = store.add_product(
        reference="SAB-9001", name="Sabonete de lavanda feito à mão", price="18.90", stock=12
    )
    return [
        store.place_order({ids["ASS-1001"]: 2, ids["FAC-1011"]: 1}, paid=True),
        store.place_order({ids["FRI-1001"]: 1}, buyer=PERSON, shipment="Sedex", shipment_value="38.90"),
        store.place_order({ids["FAC-1012"]: 20}, buyer=COMPANY, discount="60.00", paid=True),
        store.place_order(
            {ids["PAN-1015"]: 1}, buyer=PERSON, shipment_value="0.00", pickup="Balcão da loja", paid=True
        ),
        store.place_order({ids["ASS-1013"]: 3, stranger: 1}, coupon=("BEMVINDO", "10.00"), paid=True),
    ]


async def _set_limit(station: Station, per_minute: int) -> None:
    per_day = 10_000 if per_minute == 180 else _PLENTY
    await station.database.run(
        lambda uow: uow.shop.save(
            replace(uow.shop.get(), requests_per_minute=per_minute, requests_per_day=per_day)
        )
    )
