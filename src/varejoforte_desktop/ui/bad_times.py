"""Strips over the work for what the computer itself does wrong: a clock set back or off, a disk that fills up."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.clock_watch import NEEDED_ROOM, WARNED_ROOM, Conditions, accept_clock
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
_LOOKED_EVERY_MS: Final = 60_000
_MEGABYTE: Final = 1_000_000


class BadTimesStrip(QWidget):
    """Looks once when somebody comes in and each minute after; takes no room while nothing is wrong."""

    #: "O relógio está certo" was refused or could not be kept: the words.
    refused = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bad_times")
        self._session = session
        self._watch = session.services.computer
        self._tasks = TaskScope(self, self._failed)
        self._look = Debounced(self, self._tasks, self._look_now, delay_ms=0)
        self.clock = Banner("clock_banner", tone=Tone.BAD)
        self.apart = Banner("clock_apart_banner", tone=Tone.WARN)
        self.room = Banner("room_banner", tone=Tone.WARN, closable=True)
        self.full = Banner("room_short_banner", tone=Tone.BAD)
        self._put_away = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        for banner in self._banners:
            column.addWidget(banner)
            banner.hide()
        self.hide()
        self.clock.acted.connect(self._accept)
        self.room.dismissed.connect(self._forget_room)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOKED_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._forget = session.services.changes.subscribe(self._heard)
        if self._watch is not None:
            self._timer.start()
            self._look()

    @property
    def _banners(self) -> tuple[Banner, ...]:
        return self.clock, self.apart, self.room, self.full

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self._timer.stop()
        self._look.cancel()
        self._tasks.close()
        await self._tasks.settled()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.SETTINGS in topics and self._watch is not None:
            self._look()

    async def _look_now(self) -> None:
        if self._watch is None:
            return
        try:
            self.show_conditions(await self._watch.look())
        except BooksError as away:  # said where somebody works with them; the next look comes in a minute
            _log.info("the computer was not looked at: %s", type(away).__name__)

    # -- what is said ---------------------------------------------------------------------------------

    def show_conditions(self, seen: Conditions) -> None:
        """Say what is wrong, and no more."""
        self._show_clock(seen)
        self._show_apart(seen)
        self._show_room(seen.free)
        self.setVisible(any(not banner.isHidden() for banner in self._banners))

    def _show_clock(self, seen: Conditions) -> None:
        behind = seen.behind
        self.clock.setVisible(behind is not None)
        if behind is None:
            return
        said = sentence(behind).whole
        if seen.stopped:
            said = self.tr("{why} Até lá nada é vendido.").format(why=said)
        own = self._session.actor.role is Role.ADMINISTRADOR
        button = self.tr("O relógio está certo") if own else ""
        self.clock.set_message(said, Tone.BAD if seen.stopped else Tone.WARN, button)

    def _show_apart(self, seen: Conditions) -> None:
        off = seen.apart
        self.apart.setVisible(off is not None)
        if off is None:
            return
        if seen.here > seen.now:
            said = self.tr("O relógio deste computador está {off} adiantado em relação ao servidor. {remedy}")
        else:
            said = self.tr("O relógio deste computador está {off} atrasado em relação ao servidor. {remedy}")
        remedy = self.tr("Acerte a data e a hora: a ligação com a loja virtual depende delas.")
        self.apart.set_message(said.format(off=formats.duration(abs(off)), remedy=remedy), Tone.WARN)

    def _show_room(self, free: int | None) -> None:
        short = free is not None and free < NEEDED_ROOM
        low = free is not None and NEEDED_ROOM <= free < WARNED_ROOM
        if not low:
            self._put_away = False
        self.full.setVisible(short)
        self.room.setVisible(low and not self._put_away)
        left = "" if free is None else formats.count(free // _MEGABYTE)
        if short:
            said = self.tr(
                "Restam só {left} MB no disco: nada é vendido. Libere espaço para voltar a vender."
            )
            self.full.set_message(said.format(left=left), Tone.BAD)
        elif low:
            said = self.tr("Restam {left} MB no disco. Libere espaço: abaixo de {least} MB nada é vendido.")
            least = formats.count(NEEDED_ROOM // _MEGABYTE)
            self.room.set_message(said.format(left=left, least=least), Tone.WARN)

    def _forget_room(self) -> None:
        self._put_away = True
        self.setVisible(any(not banner.isHidden() for banner in self._banners))

    # -- "o relógio está certo" -----------------------------------------------------------------------

    def _accept(self) -> None:
        if not self._tasks.busy:
            self._tasks.start(self._accept_now())

    async def _accept_now(self) -> None:
        await self._session.services.backend.run(accept_clock, by=self._session.actor)
        await self._look_now()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the computer could not be looked at", exc_info=error)
        self.refused.emit(said.whole)
