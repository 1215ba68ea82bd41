"""Locks the screen when nobody is there or somebody asks, and lets the right person in again, or another one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.access_errors import SessionEnded, StationRemoved
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.counter.scan_ear import ScanEar
from varejoforte_desktop.ui.lock.curtain import Curtain
from varejoforte_desktop.ui.lock.idle import IdleWatch
from varejoforte_desktop.ui.lock.screen import LockScreen
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope

if TYPE_CHECKING:
    from varejoforte_desktop.ui.main_window import MainWindow

_log = logging.getLogger(__name__)


class Guard(QObject):
    """One for each session; `locked` is True from the moment nothing behind can be seen or reached."""

    #: The person is there again, and everything is as it was.
    unlocked = Signal()
    #: Another person may take over: the Actor. The screen stays locked until somebody takes it away.
    switched = Signal(object)
    #: "Sair".
    left = Signal()
    #: The session is over: the error.
    ended = Signal(object)

    def __init__(self, session: Session, main: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        services = session.services
        self._session = session
        self._main = main
        self._desk = services.desk
        self._minutes = 0
        self._scope = TaskScope(self, self._refused)
        self._reads = TaskScope(self, self._unread)
        self.screen = LockScreen(session)
        self.screen.setParent(main)
        self.screen.hide()
        self.curtain = Curtain(main, self.screen, self)
        self.idle = IdleWatch(services.monotonic, services.clock, main, self)
        # A scan is no password: it is heard here, and goes nowhere.
        self._ear = ScanEar(services.monotonic, lambda target: target, self)
        self._forget = services.changes.subscribe(self._heard)
        self.idle.overdue.connect(self.lock)
        self.idle.asked.connect(self.lock)
        self.screen.unlock_asked.connect(self._unlock_asked)
        self.screen.switch_asked.connect(self._switch_asked)
        self.screen.leave_asked.connect(self.left)
        self.screen.must_change.changed.connect(self._own_password)
        self.screen.must_change.ended.connect(self._refused)
        main.said_behind.connect(self.screen.tell_notice)

    @property
    def locked(self) -> bool:
        """Whether the screen is locked."""
        return self.curtain.drawn

    def begin(self, minutes: int) -> None:
        """Watch from now on; after so many minutes without anybody the screen locks (0: never by itself)."""
        self._minutes = minutes
        self.idle.watch(minutes)

    def lock(self) -> None:
        """Lock now; nothing when it is locked."""
        if self.locked:
            return
        services = self._session.services
        self.idle.stop()
        self.screen.start(services.clock(), services.station)
        self.curtain.draw()
        self.screen.tell_lost(dialogs=self.curtain.holds_dialogs)
        self._ear.start(self._main)

    def switch(self) -> None:
        """Lock, and ask for another person."""
        self.lock()
        self.screen.show_switch()

    def refuse(self, error: BaseException) -> None:
        """Another person could not take over: it stays locked, and the reason is said."""
        self._refused(error)

    # -- the door -------------------------------------------------------------------------------------

    def _unlock_asked(self, password: str) -> None:
        self._scope.start(self._unlock(password))

    async def _unlock(self, password: str) -> None:
        await self._desk.confirm(self._session.actor, password)
        await self._let_in(self._session.actor)

    def _switch_asked(self, login: str, password: str) -> None:
        self._scope.start(self._switch(login, password))

    async def _switch(self, login: str, password: str) -> None:
        await self._let_in(await self._desk.enter(login=login, password=password))

    async def _let_in(self, actor: Actor) -> None:
        if await self._desk.must_change(actor):
            self.screen.ask_new_password(actor)
        else:
            self._own_password(actor)

    def _own_password(self, actor: Actor) -> None:
        """Nothing stands between this person and the shop."""
        if actor.operator_id == self._session.actor.operator_id:
            self._open()
        else:
            self.switched.emit(actor)

    def _open(self) -> None:
        self._ear.stop()
        self.screen.wipe()
        self.curtain.open()
        self.idle.watch(self._minutes)
        self.unlocked.emit()

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, (SessionEnded, StationRemoved)) and not self.screen.asks_another:
            self.screen.wipe()
            self.ended.emit(error)
            return
        if sentence(error).bug:
            _log.error("the lock failed", exc_info=error)
        self.screen.refuse(error)

    # -- what changes ---------------------------------------------------------------------------------

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.SETTINGS in topics:
            self._reads.start(self._read_minutes())

    async def _read_minutes(self) -> None:
        shop = await self._session.services.backend.read(lambda reader: reader.shop())
        self._minutes = shop.lock_minutes
        self.idle.change(shop.lock_minutes)

    def _unread(self, error: BaseException) -> None:
        """The minutes stay what they were."""
        _log.warning("the minutes until the screen locks could not be read", exc_info=error)

    async def aclose(self) -> None:
        """The session is over, locked or not: what is hidden stays hidden until its windows are gone."""
        self._forget()
        self.idle.stop()
        self._ear.stop()
        for scope in (self._scope, self._reads):
            scope.close()
            await scope.settled()
        await self.screen.must_change.aclose()
        self.screen.wipe()
