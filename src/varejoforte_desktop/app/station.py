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

from varejoforte_desktop.app.backup_clock import BackupClock
from varejoforte_desktop.app.backups import CopyDesk, compare_with_marks, place_of, place_waiting
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.connector import TrayConnector
from varejoforte_desktop.app.disk_room import DiskRoom, StationWatch, WatchedBooks
from varejoforte_desktop.app.joining import safe_of
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.store import StoreAccess
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.key_desk import ShopKeyDesk
from varejoforte_desktop.credentials.passwords import Argon2Passwords
from varejoforte_desktop.credentials.people_desk import StaffDesk
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.outbox import RetryPolicy
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.fiscal.office import MakeLine, SefazOffice
from varejoforte_desktop.persistence.addresses import bare_address
from varejoforte_desktop.persistence.database import Database, sqlite_path
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.persistence.soundness import must_be_sound
from varejoforte_desktop.printing.desk import StationPrintDesk
from varejoforte_desktop.printing.printers import Printers
from varejoforte_desktop.settings import Preferences, Settings
from varejoforte_desktop.sync.engine import Parts, SyncEngine
from varejoforte_desktop.sync.lookout import Lookout
from varejoforte_desktop.sync.meter import SharedMeter
from varejoforte_desktop.sync.order_desk import StoreOrderDesk
from varejoforte_desktop.sync.order_watch import OrderWatch
from varejoforte_desktop.sync.pace import LeadersTurns, Pace
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
    keys: ShopKeyDesk
    safe: Safe
    sync: SyncEngine
    connector: TrayConnector
    orders: StoreOrderDesk
    preferences: Preferences
    clock: Callable[[], datetime]
    computer: StationWatch
    backups: CopyDesk
    backup_clock: BackupClock
    fiscal: StationFiscalDesk
    printing: StationPrintDesk
    desk_line: object  # the line of the order desk, to be hung up

    def listen(self) -> None:
        """Hear from now on what other stations and programs change; call it on the running loop."""
        self.database.listen()
        self.keys.listen(self.changes)

    async def close(self) -> None:
        """Hear nothing more, stop sending, hang up, leave the books."""
        await asyncio.to_thread(self.database.deafen)
        await self.backup_clock.aclose()
        await self.printing.aclose()
        await self.fiscal.aclose()
        await self.sync.aclose()
        await _hang_up(self.desk_line)
        await self.connector.aclose()
        await self.keys.aclose()
        await asyncio.to_thread(self.database.close)


def open_station(
    settings: Settings,
    *,
    may_upgrade: bool = False,
    clock: Callable[[], datetime] = utc_now,
    transport: httpx.AsyncBaseTransport | None = None,
    safe: Safe | None = None,
    tax_line: MakeLine | None = None,
) -> Station:
    """Open the books and put the parts together; slow, so call it off the UI thread.

    `transport` replaces the line to the store (the practice shop in memory), `tax_line` the one to SEFAZ, `safe` the
    computer's own as it comes.
    Raises BooksError.
    """
    changes, room = ChangeFeed(), DiskRoom(settings.database_url)
    database = _open_books(settings, changes, room, may_upgrade=may_upgrade, clock=clock)
    backups = CopyDesk(database, changes, place_of(settings), clock=clock)
    safe = safe or safe_of(settings)
    key, desk, keys = _door(settings, database, safe)
    meter = SharedMeter(database, clock=clock, sleep=asyncio.sleep)
    connector = TrayConnector(database, key, meter, clock=clock, transport=transport)
    line = connector.client(_vault(database, key, keys, connector, meter=meter, clock=clock), meter)
    preferences = Preferences(settings.preferences_path)
    return Station(
        settings=settings,
        database=database,
        changes=changes,
        desk=desk,
        people=StaffDesk(database, Argon2Passwords(), key),
        key=key,
        keys=keys,
        safe=safe,
        sync=build_sync(settings, database, changes, key=key, keys=keys, connector=connector, clock=clock),
        connector=connector,
        orders=StoreOrderDesk(database, line),
        preferences=preferences,
        printing=_printing(settings, database, changes, preferences),
        clock=clock,
        computer=StationWatch(database, room, clock=clock),
        backups=backups,
        fiscal=_fiscal(settings, database, changes, key, tax_line=tax_line, clock=clock),
        backup_clock=BackupClock(database, backups, changes, station=settings.station, clock=clock),
        desk_line=line,
    )


def _door(settings: Settings, database: Database, safe: Safe) -> tuple[ShopKey, Desk, ShopKeyDesk]:
    """The shop's key, and those who fetch and change it on the way in."""
    key = ShopKey(bare_address(settings.database_url), safe=safe)
    desk = Desk(database, Argon2Passwords(), key, station=settings.station)
    return key, desk, ShopKeyDesk(database, key, desk, station=settings.station)


def _printing(
    settings: Settings, database: Database, changes: ChangeFeed, preferences: Preferences
) -> StationPrintDesk:
    """Whoever prints at this station."""
    printers = Printers(settings.data_dir / "impressoes")
    return StationPrintDesk(database, changes, preferences, station=settings.station, printers=printers)


def _fiscal(
    settings: Settings,
    database: Database,
    changes: ChangeFeed,
    key: ShopKey,
    *,
    tax_line: MakeLine | None,
    clock: Callable[[], datetime],
) -> StationFiscalDesk:
    """Whoever issues documents. Two files beside the data may tell other addresses and further trusted certificates."""
    office = SefazOffice(
        make_line=tax_line, ca_file=settings.sefaz_ca_path, endpoints_file=settings.sefaz_endpoints_path
    )
    return StationFiscalDesk(database, key, office, changes, station=settings.station, clock=clock)


def _open_books(
    settings: Settings,
    changes: ChangeFeed,
    room: DiskRoom,
    *,
    may_upgrade: bool,
    clock: Callable[[], datetime],
) -> WatchedBooks:
    """Put a copy in place that was chosen, look at the file, upgrade it, and compare it with what is remembered."""
    place = place_of(settings)
    place_waiting(place)
    must_be_sound(settings.database_url)
    prepare(settings.database_url, may_upgrade=may_upgrade, now=clock)
    own_clock = clock if sqlite_path(settings.database_url) is not None else None
    database = WatchedBooks(settings.database_url, changes, room=room, clock=own_clock)
    compare_with_marks(database, place, clock=own_clock)
    return database


def build_sync(
    settings: Settings,
    database: Database,
    changes: ChangeFeed,
    *,
    key: ShopKey,
    keys: ShopKeyDesk,
    connector: TrayConnector,
    clock: Callable[[], datetime],
) -> SyncEngine:
    """The loop with all its parts."""
    chance = random.Random()  # noqa: S311 - spreads waits, guards nothing
    meter = SharedMeter(database, clock=clock, sleep=asyncio.sleep, patient=False)
    vault = _vault(database, key, keys, connector, meter=meter, clock=clock)
    pace = Pace(cycle_seconds=60, monotonic=time.monotonic, wall=clock, sleep=asyncio.sleep, chance=chance)
    store = connector.client(vault, LeadersTurns(meter, pace.trust))
    sender = Sender(database, store)
    station = settings.station
    pusher = Pusher(
        database, sender, meter, station=station, policy=RetryPolicy(), clock=clock, chance=chance
    )
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
    keys: ShopKeyDesk,
    connector: TrayConnector,
    *,
    meter: SharedMeter,
    clock: Callable[[], datetime],
) -> SharedVault:
    async def renew(access: StoreAccess) -> StoreAccess:
        return await connector.renew(access, meter)

    return SharedVault(database, key, renew, refresh=keys.refresh, clock=clock, sleep=asyncio.sleep)


async def _hang_up(store: object) -> None:
    close = getattr(store, "aclose", None)
    if close is not None:
        await close()
