"""Follows what the books say about whoever is signed in: another role, other permissions, or no access any more."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.access_errors import SessionEnded, StationRemoved
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.services import Services
from varejoforte_desktop.ui.tasks import TaskScope

_log = logging.getLogger(__name__)
_HEARD: Final = frozenset({Topic.OPERATORS, Topic.STATIONS})


class SessionWatch(QObject):
    """Asks the books whenever people or stations changed, and when somebody was refused; one question at a time."""

    #: The same person with another name, role or permissions: the Actor of now.
    changed = Signal(object)
    #: The person, or this computer, may not act any more: SessionEnded or StationRemoved. Told once.
    ended = Signal(object)

    def __init__(self, services: Services, actor: Actor, parent: QObject) -> None:
        super().__init__(parent)
        self._backend = services.backend
        self.actor = actor
        self._again = False
        self._over = False
        self._scope = TaskScope(self, self._failed)
        self._forget = services.changes.subscribe(self._told)

    def check(self) -> None:
        """Ask the books now."""
        if self._over:
            return
        if self._scope.busy:
            self._again = True  # what is being read may be older than what was heard
            return
        self._scope.start(self._look())

    def _told(self, topics: frozenset[Topic]) -> None:
        if topics & _HEARD:
            self.check()

    async def _look(self) -> None:
        while True:
            self._again = False
            try:
                now = await self._backend.read(partial(_current, self.actor))
            except (SessionEnded, StationRemoved) as error:
                self._over = True
                self.ended.emit(error)
                return
            if now != self.actor:
                self.actor = now
                self.changed.emit(now)
            if not self._again:
                return

    def _failed(self, error: BaseException) -> None:
        """Books that are away answer later; whatever is done meanwhile is looked up in them anyway."""
        if not isinstance(error, BooksError):
            _log.error("who is signed in could not be looked up", exc_info=error)

    async def aclose(self) -> None:
        """Follow nothing any more."""
        self._over = True
        self._forget()
        self._scope.close()
        await self._scope.settled()


def _current(actor: Actor, reader: Reader) -> Actor:
    return reader.people.current(actor)
