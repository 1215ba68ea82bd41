"""A station ready to work: its books open, its door kept, its line to the store prepared and nothing started yet."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.connector import TrayConnector
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.store import StoreAccess
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.passwords import Argon2Passwords
from varejoforte_desktop.credentials.people_desk import StaffDesk
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.outbox import RetryPolicy
from varejoforte_desktop.persistence.database import Database, shown_address, sqlite_path
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.settings import Preferences, Settings
from varejoforte_desktop.sync.engine import Parts, SyncEngine
from varejoforte_desktop.sync.lookout import Lookout
from varejoforte_desktop.sync.meter import SharedMeter
from varejoforte_desktop.sync.order_desk import StoreOrderDesk
from varejoforte_desktop.sync.order_watch import OrderWatch
from varejoforte_desktop.sync.pace import Pace
from varejoforte_desktop.sync.pusher import Pusher
from varejoforte_desktop.sync.sender import Sender
from varejoforte_desktop.sync.vault import SharedVault

if TYPE_CHECKING:
    import httpx


@dataclass(slots=True)
class Station:
    """Everything a screen or a command may use."""

    settings: Settings
    database: Database
    changes: ChangeFeed
    desk: Desk
    people: StaffDesk
    key: ShopKey
    sync: SyncEngine
    connector: TrayConnector
    orders: StoreOrderDesk
    preferences: Preferences
    clock: Callable[[], datetime]
    desk_line: object  # the line of the order desk, to be hung up

    async def close(self) -> None:
        """Stop sending, hang up, leave the books."""
        await self.sync.aclose()
        await _hang_up(self.desk_line)
        await self.connector.aclose()
        await asyncio.to_thread(self.database.close)


def open_station(
    settings: Settings,
    *,
    may_upgrade: bool = False,
    clock: Callable[[], datetime] = utc_now,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Station:
    """Open the books and put the parts together; slow, so call it off the UI thread.

    `transport` replaces the line to the store (the practice shop in memory). Raises BooksError.
    """
    prepare(settings.database_url, may_upgrade=may_upgrade, now=clock)
    changes = ChangeFeed()
    own_clock = clock if sqlite_path(settings.database_url) is not None else None
    database = Database(settings.database_url, changes, clock=own_clock)
    key = ShopKey(shown_address(settings.database_url), use_keyring=not settings.demo)
    passwords = Argon2Passwords()
    meter = SharedMeter(database, clock=clock, sleep=asyncio.sleep)
    connector = TrayConnector(database, key, meter, clock=clock, transport=transport)
    line = connector.client(_vault(database, key, connector, meter, clock), meter)
    return Station(
        settings=settings,
        database=database,
        changes=changes,
        desk=Desk(database, passwords, key, station=settings.station),
        people=StaffDesk(database, passwords, key),
        key=key,
        sync=build_sync(
            settings=settings,
            database=database,
            changes=changes,
            key=key,
            connector=connector,
            clock=clock,
        ),
        connector=connector,
        orders=StoreOrderDesk(database, line),
        preferences=Preferences(settings.preferences_path),
        clock=clock,
        desk_line=line,
    )


def build_sync(
    *,
    settings: Settings,
    database: Database,
    changes: ChangeFeed,
    key: ShopKey,
    connector: TrayConnector,
    clock: Callable[[], datetime],
) -> SyncEngine:
    """The loop with all its parts."""
    chance = random.Random()  # noqa: S311 - spreads waits, guards nothing
    meter = SharedMeter(database, clock=clock, sleep=asyncio.sleep, patient=False)
    vault = _vault(database, key, connector, meter, clock)
    store = connector.client(vault, meter)
    sender = Sender(database, store)
    station = settings.station
    pusher = Pusher(
        database, sender, meter, station=station, policy=RetryPolicy(), clock=clock, chance=chance
    )
    pace = Pace(cycle_seconds=60, monotonic=time.monotonic, wall=clock, sleep=asyncio.sleep, chance=chance)
    return SyncEngine(
        Parts(
            backend=database,
            store=store,
            pusher=pusher,
            lookout=Lookout(
                OrderWatch(database, store), database, patiently=meter.patiently, monotonic=time.monotonic
            ),
            vault=vault,
            introductions=sender.introductions,
            changes=changes,
            pace=pace,
            clock=clock,
            station=station,
            aclose=partial(_hang_up, store),
        )
    )


def _vault(
    database: Database,
    key: ShopKey,
    connector: TrayConnector,
    meter: SharedMeter,
    clock: Callable[[], datetime],
) -> SharedVault:
    async def renew(access: StoreAccess) -> StoreAccess:
        return await connector.renew(access, meter)

    return SharedVault(database, key, renew, clock=clock, sleep=asyncio.sleep)


async def _hang_up(store: object) -> None:
    close = getattr(store, "aclose", None)
    if close is not None:
        await close()
