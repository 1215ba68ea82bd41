"""The list of fiscal documents, newest first, a page at a time as one scrolls down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.fiscal_questions import (
    DocumentRow,
    DocumentSearch,
    FiscalOverview,
    NumberGap,
)
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.ui.models.paged import PagedRows
from varejoforte_desktop.ui.notes.columns import note_columns

PAGE: Final = 100
# States change after rows were listed, so what is held is read again; beyond this one scrolls anew.
_HELD: Final = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the list: how it is with SEFAZ, and numbers that nobody uses."""

    overview: FiscalOverview
    gaps: tuple[NumberGap, ...]

    @property
    def unused(self) -> int:
        """How many numbers are to be voided."""
        return sum(gap.last - gap.first + 1 for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class _Top:
    rows: list[DocumentRow]
    found: int
    head: Head


class NoteBook(PagedRows[DocumentRow]):
    """Holds the pages that were read, for one search at a time."""

    #: How it stands with SEFAZ was read along with the newest rows: a Head.
    headed = Signal(object)

    def __init__(
        self, backend: Backend, clock: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(backend, note_columns(clock), size=PAGE, parent=parent)
        self.search = DocumentSearch()
        self._head: Head | None = None
        #: How many documents the search finds, those not read yet among them.
        self.found = 0

    def look_for(self, search: DocumentSearch) -> None:
        """Show what this search finds."""
        if search != self.search:
            self.search = search
            self._begin_again()

    def look_afresh(self) -> None:
        """Look through all numbers again the next time: a long look, so not each time something changes."""
        self._head = None

    def refresh(self) -> None:
        """Read again what is held, and what was added since."""
        self._start(self._read_top(max(PAGE, min(len(self.model.rows), _HELD)), joining=False))

    async def _newest(self, limit: int) -> list[DocumentRow]:
        search, known = self.search, self._head

        def top(reader: Reader) -> _Top:
            fiscal = reader.fiscal
            rows, found = fiscal.documents(search, limit=limit), fiscal.count(search)
            overview = fiscal.overview()
            same = known is not None and known.overview.to_void == overview.to_void
            gaps = known.gaps if known is not None and same else _of_now(fiscal.gaps(), overview)
            return _Top(rows, found, Head(overview, gaps))

        read = await self._backend.read(top)
        self.found, self._head = read.found, read.head
        self.headed.emit(read.head)
        return read.rows

    async def _page(self, before_id: int | None, limit: int) -> list[DocumentRow]:
        """The next older rows. New ones on top push the others down meanwhile: those that are held are left out."""
        search = self.search
        held = {row.id for row in self.model.rows}
        offset, found = len(held), list[DocumentRow]()
        while len(found) < limit:
            wanted = limit - len(found)

            def stretch(reader: Reader, at: int = offset, many: int = wanted) -> list[DocumentRow]:
                return reader.fiscal.documents(search, offset=at, limit=many)

            page = await self._backend.read(stretch)
            found += [row for row in page if row.id not in held]
            offset += len(page)
            if len(page) < wanted:
                break
        return found


def _of_now(gaps: Sequence[NumberGap], overview: FiscalOverview) -> tuple[NumberGap, ...]:
    """Those of the environment and the company in force: SEFAZ is asked under no other name."""
    settings = overview.settings
    cnpj = settings.emitter.cnpj
    return tuple(
        gap for gap in gaps if gap.name.environment is settings.environment and gap.name.cnpj == cnpj
    )
