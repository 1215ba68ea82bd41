"""After a sale at the counter: its note and its slip are told beside the total, and F12 prints the slip once more."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.printing_ports import PrinterKind, PrintJobRow
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import PrintState, PrintUse
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.summary import Summary
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.papers.wish import PrintWishes
from varejoforte_desktop.ui.printers.words import state_words
from varejoforte_desktop.ui.sales.issuing import NoteIssuer
from varejoforte_desktop.ui.sales.note_words import NoteTold
from varejoforte_desktop.ui.sales.papers import print_again, prints_at_once
from varejoforte_desktop.ui.sales.taking_back import not_taken_back, take_back
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope

_log = logging.getLogger(__name__)
#: Sales of this station among which the last one is looked for.
_LOOKED: Final = 50


class AfterSale(QObject):
    """Follows the last sale; what is wrong with an earlier one is told while the next buyer is served."""

    #: Something about a sale that is not shown any more needs a person: the words.
    troubled = Signal(str)
    #: Something that took its time was done: the words.
    told = Signal(str)

    def __init__(self, session: Session, summary: Summary, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._summary = summary
        self._last: SaleReceipt | None = None
        self._document = 0
        self._numbers: dict[int, str] = {}
        self._warned = ""
        self._wishes = PrintWishes()
        self.issuer = NoteIssuer(session, self)
        self._scope = TaskScope(self, self._not_read)
        self._deeds = TaskScope(self, self._not_done)
        self._look = Debounced(self, self._scope, self._read_paper, delay_ms=30)
        self.issuer.told.connect(self._told)
        self.issuer.ready.connect(self._ready)
        self._forget = session.services.changes.subscribe(self._heard)

    def finished(self, receipt: SaleReceipt) -> None:
        """A sale is in the books: its note begins, and nobody waits for it."""
        if self._last is not None and self._last.sale_id == receipt.sale_id:
            return
        self._last, self._document = receipt, 0
        self._numbers[receipt.sale_id] = receipt.number
        self._summary.show_note(None)
        self.issuer.issue(receipt.sale_id, receipt.fiscal)

    async def aclose(self) -> None:
        """Follow nothing more; notes and slips under way go on."""
        self._forget()
        self._look.cancel()
        await self.issuer.aclose()
        for scope in (self._scope, self._deeds):
            scope.close()
            await scope.settled()

    # -- the note -------------------------------------------------------------------------------------

    def _told(self, sale_id: int, told: NoteTold) -> None:
        last = self._last is not None and self._last.sale_id == sale_id
        if last:
            self._summary.show_note(told)
        if not told.wrong:
            if told.tone is Tone.GOOD:
                self._warned = ""
            return
        if (not last or not self._summary.shows_last_sale) and told.whole != self._warned:
            self._warned = told.whole  # what is wrong with every sale is not told with every sale
            number = self._numbers.get(sale_id, "")
            self.troubled.emit(self.tr("Venda {number} · {told}").format(number=number, told=told.whole))

    # -- the slip -------------------------------------------------------------------------------------

    def _ready(self, sale_id: int, document_id: int) -> None:
        if self._last is not None and self._last.sale_id == sale_id:
            self._document = document_id
            self._look()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.PRINTING in topics and self._document:
            self._look()

    async def _read_paper(self) -> None:
        document_id, printing = self._document, self._session.services.printing
        if printing is None:
            return
        rows = await self._session.services.backend.read(
            lambda reader: reader.printing.rows(document_id=document_id, limit=1)
        )
        if document_id != self._document:
            return
        if rows:
            self._summary.show_paper(*_paper_words(rows[0]))
        elif printing.book().place(PrintUse.SLIP).kind is PrinterKind.NONE:
            said = self.tr("Sem impressora nesta estação: escolha uma em Configurações › Impressoras.")
            self._summary.show_paper(said, Tone.WARN)
        elif not prints_at_once(self._session.services.preferences):
            self._summary.show_paper(self.tr("F12 imprime o cupom."))

    async def print_last(self) -> str:
        """Print the paper of the last sale once more; the words for what is on its way, "" when there is none yet.

        Raises PrinterTrouble or NotAllowed.
        """
        station = self._session.actor.station
        sale_id = None if self._last is None else self._last.sale_id
        if sale_id is None:  # the program has just been started: what was sold before it ended
            sale_id = await self._session.services.backend.read(lambda reader: _last_sale(reader, station))
        name = ""
        if sale_id is not None:
            name = await print_again(self._session, sale_id, token=self._wishes.token(sale_id))
        said = self.tr("{name}: na impressora.")
        return said.format(name=f"{name[:1].upper()}{name[1:]}") if name else ""

    # -- taking back ----------------------------------------------------------------------------------

    def take_back(self, row: SaleRow, reason: str, approved_by: Actor | None) -> str:
        """Cancel a sale whose note SEFAZ has to cancel first; nobody waits. Gives what to say meanwhile."""
        self._deeds.start(self._take_back(row, reason, approved_by))
        return self.tr("Cancelando a venda {number} na SEFAZ…").format(number=row.number)

    async def _take_back(self, row: SaleRow, reason: str, approved_by: Actor | None) -> None:
        try:
            await take_back(self._session, row.id, reason=reason, approved_by=approved_by)
        except (DomainError, BooksError) as error:
            said = self.tr("Venda {number}: {why}")
            self.troubled.emit(said.format(number=row.number, why=not_taken_back(error).whole))
            return
        self.told.emit(taken_back_words(row))

    def _not_done(self, error: BaseException) -> None:
        _log.error("a sale could not be taken back", exc_info=error)
        self.troubled.emit(not_taken_back(error).whole)

    @staticmethod
    def _not_read(error: BaseException) -> None:
        if not isinstance(error, DomainError | BooksError):
            _log.error("what became of a slip could not be told", exc_info=error)


def taken_back_words(row: SaleRow) -> str:
    """A sale is no sale any more; what the cashier does now."""
    return f"Venda {row.number} cancelada. Devolva {formats.money(row.total)} ao cliente."


def _last_sale(reader: Reader, station: str) -> int | None:
    rows = reader.sales.rows(limit=_LOOKED)
    mine = (row for row in rows if row.number.rpartition("-")[0] == station)
    return next((row.id for row in mine if row.state is SaleState.COMPLETED), None)


def _paper_words(row: PrintJobRow) -> tuple[str, Tone]:
    """What became of a paper, in a few words; F12 is the way out."""
    if row.state is PrintState.PRINTED:
        return ("Cupom impresso." if row.copy == 1 else f"{row.copy}ª via impressa."), Tone.GOOD
    if row.needs_person:
        return f"{state_words(row)} F12 imprime de novo.", Tone.BAD
    if row.state is PrintState.CANCELLED:
        return "A impressão foi cancelada. F12 imprime.", Tone.WARN
    return state_words(row), Tone.WARN if row.cause else Tone.INFO
