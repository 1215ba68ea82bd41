"""The strip over the work while a restored shop was not compared: nobody sells, and who may begins the comparing."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.copies.facts import Restored, restored
from varejoforte_desktop.ui.copies.rechecking import RecheckDialog, restored_words
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
_TOPICS: Final = frozenset({Topic.BACKUPS, Topic.OPERATORS})


class RestoredStrip(QWidget):
    """Looks once when somebody comes in and again when something changed; takes no room while there is nothing."""

    #: It could not be begun: the words.
    refused = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("restored_strip")
        self._session = session
        self._reading = TaskScope(self, self._not_read)
        self._tasks = TaskScope(self, self._failed)
        self._look = Debounced(self, self._reading, self._read, delay_ms=0)
        self._actor: Actor = session.actor
        self.banner = Banner("restored_banner", tone=Tone.BAD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        self.hide()
        self.banner.acted.connect(self.recheck)
        self._forget = session.services.changes.subscribe(self._heard)
        self._look()

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self._look.cancel()
        for scope in (self._reading, self._tasks):
            scope.close()
            await scope.settled()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS:
            self._look()

    async def _read(self) -> None:
        actor = self._session.actor

        def question(reader: Reader) -> Restored:
            return restored(reader, actor)

        told = await self._session.services.backend.read(question)
        self._actor = told.myself
        self.setVisible(told.at is not None)
        if told.at is None:
            return
        words = restored_words(told.at, self._session.services.clock())
        may = told.myself.may(Permission.CHANGE_SETTINGS) and self._session.services.backups is not None
        if not may:
            words = f"{words} {self.tr('Chame um administrador.')}"
        self.banner.set_message(words, Tone.BAD, self.tr("Conferir") if may else "")

    def recheck(self) -> None:
        """Show what has to be compared."""
        desk = self._session.services.backups
        if desk is not None and not self._tasks.busy:
            self._tasks.start(self._recheck())

    async def _recheck(self) -> None:
        desk = self._session.services.backups
        if desk is not None:
            await answered(RecheckDialog(self._session, desk, self._actor, self.window()))
            await self._read()

    def _not_read(self, error: BaseException) -> None:
        # Selling says it too; the next change looks again.
        _log.info("it was not looked whether the shop was restored: %s", type(error).__name__)

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the comparing could not be begun", exc_info=error)
        self.refused.emit(said.whole)
