"""What every screen is handed: the books, the door, the loop, and the small things around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from varejoforte_desktop.application.backup_desk import BackupDesk
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.clock_watch import ComputerWatch
from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.order_desk import OrderDesk
from varejoforte_desktop.application.people import PeopleDesk
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.printing_ports import PrintDesk
from varejoforte_desktop.application.product_sheet import Sheet
from varejoforte_desktop.application.questions import ExportRow
from varejoforte_desktop.application.sign_in import SignInDesk
from varejoforte_desktop.application.station_setup import StationSetup
from varejoforte_desktop.application.stations import KeyDesk
from varejoforte_desktop.application.store_connection import StoreConnector
from varejoforte_desktop.application.sync_status import SyncControl
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.purchase import PurchaseNote
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalTools
from varejoforte_desktop.ui.notes.tools import Letters, OpenMonth
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry

#: Writes the audit log to a file: where to, the headings, the lines.
WriteLog = Callable[[Path, Sequence[str], Iterable[Sequence[str | int | datetime]]], None]


class Preferences(Protocol):
    """Small choices this station remembers."""

    def get(self, key: str, default: Any = None) -> Any:
        """The remembered choice."""
        ...

    def put(self, key: str, value: Any) -> None:
        """Remember a choice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Handed down by constructor; nobody looks anything up. `clock` gives aware UTC instants."""

    backend: Backend
    desk: SignInDesk
    people: PeopleDesk
    sync: SyncControl
    connector: StoreConnector
    orders: OrderDesk
    changes: ChangeFeed
    preferences: Preferences
    shortcuts: ShortcutRegistry
    read_sheet: Callable[[Path], Sheet]  # blocking; raises SpreadsheetError
    write_sheet: Callable[[Path, Iterable[ExportRow]], None]  # blocking; raises SheetNotWritten
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    station: str
    books: str  # where the books are, as it may be shown: no password
    version: str
    demo: bool = False
    keys: KeyDesk | None = None
    backups: BackupDesk | None = None
    setup: StationSetup | None = None
    write_log: WriteLog | None = None  # blocking; raises SheetNotWritten
    computer: ComputerWatch | None = None
    fiscal: FiscalDesk | None = None
    printing: PrintDesk | None = None
    fiscal_tools: FiscalTools | None = None
    open_month: OpenMonth | None = None
    letters: Letters | None = None
    read_invoice: Callable[[Path], PurchaseNote] | None = (
        None  # the same, for a note of ours issued elsewhere
    )
    read_purchase: Callable[[Path], PurchaseNote] | None = None  # blocking; raises WrongInvoiceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody is signed in: what screens need to act in that name."""

    services: Services
    actor: Actor
    shop_name: str
