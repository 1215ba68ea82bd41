"""What the screen of fiscal documents needs for files that leave the shop: the month's archive, a letter to a buyer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from varejoforte_desktop.application.fiscal_book import DocumentRecord, VoidRecord
from varejoforte_desktop.application.fiscal_questions import ArchiveItem, DocumentRow


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to a buyer as a draft: its file, and the buyer's address, "" when the note has none."""

    path: Path
    to: str


class Letters(Protocol):
    """Where letters to buyers wait for the mail program. Each method blocks: never on the UI thread."""

    def write(self, note: DocumentRecord, shop: str, pdf: bytes) -> Letter:
        """Write a draft with a note and its DANFE, b"" for none; `shop` is the shop's name. Raises SheetNotWritten."""
        ...

    def forget(self, letter: Path) -> None:
        """The draft is needed no more."""
        ...


#: Begin the archive of a month (year, month) in a file; blocking; raises SheetNotWritten ("exists" for one of before).
OpenMonth = Callable[[Path, int, int], MonthFile]
