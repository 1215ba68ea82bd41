"""Has the note of a finished sale issued and its slip printed, while whoever sold goes on with the next buyer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_questions import DocumentRow
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui.sales.note_words import MOVING, NoteTold, going, note_told, refused
from varejoforte_desktop.ui.sales.papers import has_printer, note_paper, print_first, prints_at_once
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope

_log = logging.getLogger(__name__)

#: A buyer may take it home: SEFAZ has it, or will be told later.
HANDED_OVER: Final = frozenset({DocumentState.AUTHORISED, DocumentState.OFFLINE})
#: So long after the sale its buyer may still be standing there, waiting for the slip.
_BUYER_WAITS: Final = timedelta(minutes=5)
#: So many sales are followed; for older ones there is the screen of all notes.
_FOLLOWED: Final = 20
#: What runs on after its screen has gone: a slip must come out for a note that was handed over.
_running: Final[set[asyncio.Task[None]]] = set()


class NoteIssuer(QObject):
    """Nobody waits for it. It tells each state a note takes; without a fiscal desk it does nothing."""

    #: How the note of a sale stands now: the sale's id, a NoteTold.
    told = Signal(int, object)
    #: A document a buyer may take home is there: the sale's id, the document's.
    ready = Signal(int, int)

    def __init__(self, session: Session, parent: QObject, *, prints: bool = True) -> None:
        """`prints`: the slip comes out by itself, where this station wants that."""
        super().__init__(parent)
        self._services = session.services
        self._prints = prints
        self._closed = False
        self._followed: dict[int, datetime] = {}
        self._said: dict[int, NoteTold] = {}
        self._scope = TaskScope(self, self._not_read)
        self._look = Debounced(self, self._scope, self._read, delay_ms=30)
        self._forget = self._services.changes.subscribe(self._heard)

    def issue(self, sale_id: int, model: FiscalModel) -> bool:
        """Begin; False when the sale needs no note, or none can be issued here. Harmless a second time."""
        desk = self._services.fiscal
        if desk is None or model is FiscalModel.NONE:
            return False
        self._followed.pop(sale_id, None)
        self._followed[sale_id] = self._services.clock()
        while len(self._followed) > _FOLLOWED:
            self._let_go(next(iter(self._followed)))
        self._tell(sale_id, going(model))
        _begin(self._issue(sale_id, model))
        return True

    def now(self, sale_id: int) -> NoteTold | None:
        """What was told of a sale's note last."""
        return self._said.get(sale_id)

    async def aclose(self) -> None:
        """Tell nothing more; what is on its way goes on, and its slip comes out."""
        self._closed = True
        self._forget()
        self._look.cancel()
        self._scope.close()
        await self._scope.settled()

    # -- one sale -------------------------------------------------------------------------------------

    async def _issue(self, sale_id: int, model: FiscalModel) -> None:
        desk = self._services.fiscal
        if desk is None:
            return
        try:
            document = await desk.issue(sale_id)
        except (DomainError, BooksError) as error:
            self._tell(sale_id, refused(model, error))
            return
        except Exception as error:  # our bug: the sale stands, and the round tries again
            self._tell(sale_id, refused(model, error))
            raise
        if document is not None:
            await self._settle(sale_id)

    async def _settle(self, sale_id: int) -> None:
        """Tell how the newest document stands, and print it when it may be handed over."""
        rows = await self._services.backend.read(lambda reader: reader.fiscal.of_sale(sale_id))
        if not rows:
            return
        row = rows[0]
        self._tell(sale_id, note_told(row))
        if row.state in HANDED_OVER or row.deadline_at is not None:
            await self._print(sale_id, row)
            if not self._closed:
                self.ready.emit(sale_id, row.id)
        if row.state not in MOVING:
            self._followed.pop(sale_id, None)

    async def _print(self, sale_id: int, row: DocumentRow) -> None:
        """The first paper, once a document, as long as its buyer may still be there."""
        printing = self._services.printing
        if not self._prints or printing is None or not prints_at_once(self._services.preferences):
            return
        since = self._followed.get(sale_id)
        if since is not None and self._services.clock() - since > _BUYER_WAITS:
            return
        sheet = await self._services.backend.read(lambda reader: reader.fiscal.document(row.id))
        found = note_paper(sheet, sale_id)
        if has_printer(printing, found.paper):
            await print_first(printing, found)

    # -- what becomes of them -------------------------------------------------------------------------

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.FISCAL in topics and self._followed and not self._closed:
            self._look()

    async def _read(self) -> None:
        """Notes that took a number, were answered or put right meanwhile."""
        for sale_id in tuple(self._followed):
            await self._settle(sale_id)

    def _let_go(self, sale_id: int) -> None:
        self._followed.pop(sale_id, None)
        self._said.pop(sale_id, None)

    def _tell(self, sale_id: int, told: NoteTold) -> None:
        if self._closed or self._said.get(sale_id) == told:
            return
        self._said[sale_id] = told
        self.told.emit(sale_id, told)

    @staticmethod
    def _not_read(error: BaseException) -> None:
        """The next change asks again; what was told stays."""
        _log.warning("the notes of the last sales could not be read", exc_info=error)


def _begin(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    _running.add(task)
    task.add_done_callback(_ended)


def _ended(task: asyncio.Task[None]) -> None:
    _running.discard(task)
    if not task.cancelled() and task.exception() is not None:
        _log.error("what became of a note could not be told or printed", exc_info=task.exception())
