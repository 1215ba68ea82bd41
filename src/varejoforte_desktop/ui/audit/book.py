"""The audit log, newest first, a page at a time as one scrolls down; new lines arrive on top by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.people_questions import AuditRow, AuditSearch
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.audit.columns import audit_columns
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.tasks import TaskScope

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class _Top:
    """The newest lines, and the names one may choose from."""

    rows: list[AuditRow]
    operators: list[str]
    stations: list[str]


class AuditBook(QObject):
    """Holds the pages that were read, for one search at a time. Lines are only ever added, so these stay true."""

    #: Rows arrived: how many are held.
    loaded = Signal(int)
    #: The names that stand in the log: people, stations.
    named = Signal(list, list)
    #: A question failed: the exception.
    failed = Signal(object)

    def __init__(
        self,
        backend: Backend,
        actor: Actor,
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._backend = backend
        self._actor = actor
        self._tasks = TaskScope(self, self.failed.emit)
        self._task: asyncio.Task[None] | None = None
        self._complete = False
        #: Somebody reached the end; remembered while the newest lines are being read.
        self._more_wanted = False
        self.search = AuditSearch()
        self.model: RowsModel[AuditRow] = RowsModel(audit_columns(clock), parent=self)

    @property
    def complete(self) -> bool:
        """Whether the oldest line that is found was read."""
        return self._complete

    def look_for(self, search: AuditSearch) -> None:
        """Show what this search finds."""
        if search != self.search:
            self.search = search
            self._more_wanted = False
            self._start(self._read_top(afresh=True))

    def refresh(self) -> None:
        """Fetch what was added since."""
        self._start(self._read_top(afresh=False))

    def read_more(self) -> None:
        """Fetch the next older page, after the question that runs; nothing when all was read."""
        self._more_wanted = True
        if self._task is None or self._task.done():
            self._task = self._tasks.start(self._read_wanted())

    def clear(self) -> None:
        """Show nothing: whoever looks may not see it any more."""
        self._complete = False
        self.model.set_rows([])

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = self._tasks.start(work)

    async def _read_top(self, *, afresh: bool) -> None:
        search, by = self.search, self._actor

        def top(reader: Reader) -> _Top:
            log = reader.audit
            return _Top(log.rows(search, by=by, limit=PAGE), log.operators(by=by), log.stations(by=by))

        found = await self._backend.read(top)
        held = () if afresh else self.model.rows
        oldest_new = found.rows[-1].id if found.rows else 0
        joins = bool(held) and bool(found.rows) and held[0].id >= oldest_new
        # More lines than a page were added meanwhile: the gap would never be filled, so begin again.
        older = [row for row in held if row.id < oldest_new] if joins else []
        if not older:
            self._complete = len(found.rows) < PAGE
        self.named.emit(found.operators, found.stations)
        self.model.set_rows([*found.rows, *older])
        self.loaded.emit(len(self.model.rows))
        await self._read_wanted()

    async def _read_wanted(self) -> None:
        rows = self.model.rows
        if self._more_wanted and rows and not self._complete:
            search, by, oldest = self.search, self._actor, rows[-1].id
            page = await self._backend.read(
                lambda reader: reader.audit.rows(search, by=by, before_id=oldest, limit=PAGE)
            )
            self._complete = len(page) < PAGE
            self.model.set_rows([*rows, *page])
            self.loaded.emit(len(self.model.rows))
        self._more_wanted = False

    async def aclose(self) -> None:
        """Stop asking."""
        self._tasks.close()
        await self._tasks.settled()
