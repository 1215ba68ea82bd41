"""What the screen of fiscal documents works with beside the books: SEFAZ, the printer, and files that leave the shop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from varejoforte_desktop.application.fiscal_book import DocumentRecord, VoidRecord
from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.fiscal_questions import ArchiveItem, DocumentRow
from varejoforte_desktop.application.printing_ports import PrintDesk


class MonthFile(Protocol):
    """A month's archive while it is written. Each method blocks: never on the UI thread, one at a time."""

    def add(self, items: Iterable[ArchiveItem]) -> None:
        """Put signed files in. Raises SheetNotWritten."""
        ...

    def finish(self, documents: Iterable[DocumentRow], voids: Iterable[VoidRecord]) -> None:
        """Add the list of all numbers and put the file in its place. Raises SheetNotWritten."""
        ...

    def abandon(self) -> None:
        """Leave nothing behind of what was not finished."""
        ...


#: Begin the archive of a month (year, month) in a file; blocking; raises SheetNotWritten ("exists" for one of before).
OpenMonth = Callable[[Path, int, int], MonthFile]
#: Write a letter with a note and its DANFE as a draft: the file, the note, the shop's name, the PDF. Gives the buyer's
#: address, "" when the note has none. Blocking; raises SheetNotWritten.
WriteMail = Callable[[Path, DocumentRecord, str, bytes], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTools:
    """Handed to the screen beside its session."""

    desk: FiscalDesk
    printing: PrintDesk | None = None
    open_month: OpenMonth | None = None
    write_mail: WriteMail | None = None
