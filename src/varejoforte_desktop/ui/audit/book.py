"""The audit log, newest first, a page at a time as one scrolls down; new lines arrive on top by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.people_questions import AuditRow, AuditSearch
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.audit.columns import audit_columns
from varejoforte_desktop.ui.models.paged import PagedRows

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class _Top:
    """The newest lines, and the names one may choose from."""

    rows: list[AuditRow]
    operators: list[str]
    stations: list[str]


class AuditBook(PagedRows[AuditRow]):
    """Holds the pages that were read, for one search at a time. Lines are only ever added, so these stay true."""

    #: The names that stand in the log: people, stations.
    named = Signal(list, list)

    def __init__(
        self,
        backend: Backend,
        actor: Actor,
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(backend, audit_columns(clock), size=PAGE, parent=parent)
        self._actor = actor
        self.search = AuditSearch()

    def look_for(self, search: AuditSearch) -> None:
        """Show what this search finds."""
        if search != self.search:
            self.search = search
            self._begin_again()

    def clear(self) -> None:
        """Show nothing: whoever looks may not see it any more."""
        self._complete = False
        self.model.set_rows([])

    async def _newest(self, limit: int) -> list[AuditRow]:
        search, by = self.search, self._actor

        def top(reader: Reader) -> _Top:
            log = reader.audit
            return _Top(log.rows(search, by=by, limit=limit), log.operators(by=by), log.stations(by=by))

        found = await self._backend.read(top)
        self.named.emit(found.operators, found.stations)
        return found.rows

    async def _page(self, before_id: int | None, limit: int) -> list[AuditRow]:
        search, by = self.search, self._actor
        return await self._backend.read(
            lambda reader: reader.audit.rows(search, by=by, before_id=before_id, limit=limit)
        )
