"""The same parts on a real event loop with real threads, put together as the program does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest_asyncio

from tests.stations import FAST_PASSWORDS, PASSWORD
from tests.waiting import until
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application import catalogue
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport


@pytest_asyncio.fixture
async def opened(tmp_path: Path, sqlite_url: str) -> AsyncIterator[tuple[Station, TrayStore, Actor]]:
    """A founded and connected station."""
    store = TrayStore(now=utc_now)
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, station="CAIXA-1")
    station = await asyncio.to_thread(partial(open_station, settings, transport=SimulatedTransport(store)))
    station.desk._passwords = FAST_PASSWORDS
    actor = await station.desk.found(shop_name="Loja", login="ana", name="Ana", password=PASSWORD)
    await station.connector.connect(
        address=store.api_address,
        consumer_key=store.consumer_key,
        consumer_secret=store.consumer_secret,
        code=store.code,
        by=actor,
    )
    yield station, store, actor
    await station.close()


async def test_a_saved_product_is_in_the_store_a_moment_later(
    opened: tuple[Station, TrayStore, Actor],
) -> None:
    station, store, actor = opened
    station.sync.start(actor)
    await until(lambda: station.sync.status.phase is SyncPhase.UP_TO_DATE)
    for number in range(20):
        await station.database.run(
            catalogue.save_product,
            Product(reference=f"P{number}", name="Panela", price=Money(100)),
            brand="Lume",
            category="Cozinha",
            by=actor,
        )
    await until(lambda: len(store.products) == 20, timeout=20)
    await until(lambda: station.sync.status.phase is SyncPhase.UP_TO_DATE)
    assert station.database.read_now(lambda reader: reader.queue_rows()) == []


async def test_clicks_on_the_flag_with_real_threads_leave_one_loop(
    opened: tuple[Station, TrayStore, Actor],
) -> None:
    """F23."""
    station, _, actor = opened
    farewells = []
    for click in range(50):
        station.sync.start(actor)
        await asyncio.sleep(click % 5 / 500)
        farewells.append(asyncio.ensure_future(station.sync.stop()))
        await asyncio.sleep(0)
    station.sync.start(actor)
    await until(lambda: all(each.done() for each in farewells), timeout=20)
    await until(lambda: station.sync.status.phase is SyncPhase.UP_TO_DATE)
    assert len([task for task in asyncio.all_tasks() if task.get_name() == "sync" and not task.done()]) == 1
