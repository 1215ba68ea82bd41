"""The box that switches the sending on and off: remembered for each person, off for a while, and told when missed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.sale_questions import SyncGap
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.sync_pause import PauseMenu, SyncPause
from varejoforte_desktop.ui.tasks import TaskScope

_log = logging.getLogger(__name__)
#: A shorter time without a sender is nothing to speak of.
_WORTH_TELLING: Final = timedelta(minutes=10)


def flag_key(login: str) -> str:
    """Under which name a station remembers an operator's flag."""
    return f"sync_flag:{login}"


def gap_key(station: str) -> str:
    """Under which name a station remembers which time without a sender it has told already."""
    return f"sync_gap_told:{station}"


class SyncFlag(QCheckBox):
    """Turns the loop on and off, and never does the loop's work."""

    #: A pause has begun.
    paused = Signal()
    #: It was switched on after a long time in which nobody sent: the SyncGap, once.
    gap_found = Signal(object)

    def __init__(
        self, session: Session, on_error: Callable[[BaseException], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setText(self.tr("Sincronizar com a Tray"))
        self.setObjectName("sync_flag")
        self.setAccessibleName(self.tr("Sincronizar com a Tray"))
        self._session = session
        self._services = session.services
        self._key = flag_key(session.actor.login)
        self._scope = TaskScope(self, on_error)
        self.pause = SyncPause(self._services, session.actor.login, self)
        self.menu = PauseMenu(self)
        self.toggled.connect(self._toggled)
        self.clicked.connect(self._clicked)
        self.pause.over.connect(self._pause_over)
        self.menu.chosen.connect(self._pause_for)

    def remember(self) -> None:
        """Switch it to what this operator left it at on this station; a pause that is over ends now."""
        on = bool(self._services.preferences.get(self._key, False))
        if on:
            self.pause.cancel()
        self.setChecked(on or self.pause.recall())

    def _toggled(self, on: bool) -> None:
        self._services.preferences.put(self._key, on)
        if on:
            self.pause.cancel()
            self.menu.close()
        self._scope.start(self._switch(on=on))

    def _clicked(self, on: bool) -> None:
        """A person switched it off: it is off at once, and for how long can be said now."""
        if not on:
            self.menu.open_under(self)

    def _pause_for(self, minutes: int) -> None:
        if not self.isChecked():
            self.pause.begin(timedelta(minutes=minutes))
            self.paused.emit()

    def _pause_over(self) -> None:
        self.setChecked(True)

    async def _switch(self, *, on: bool) -> None:
        """Follow the box, also when it is clicked faster than the loop stops."""
        if not on:
            await self._services.sync.stop()
            if not self.isChecked():
                return
        gap = await self._gap()
        if self.isChecked() and self.isEnabled():  # it is off while the person leaves
            self._services.sync.start(self._session.actor)
            self._tell(gap)

    async def _gap(self) -> SyncGap | None:
        """Since when nobody sent, before we do; books that do not answer keep nobody from starting."""
        try:
            return await self._services.backend.read(lambda reader: reader.tills.gap())
        except BooksError as error:
            _log.warning("the time without a sender is not known", exc_info=error)
            return None

    def _tell(self, gap: SyncGap | None) -> None:
        key = gap_key(self._services.station)
        if gap is None or self._services.clock() - gap.since < _WORTH_TELLING:
            return
        if self._services.preferences.get(key) != gap.since.isoformat():
            self._services.preferences.put(key, gap.since.isoformat())
            self.gap_found.emit(gap)

    async def aclose(self) -> None:
        """End what runs; what is remembered stays."""
        self.pause.rest()
        self.menu.close()
        self._scope.close()
        await self._scope.settled()
