"""What the door can do about this computer, one thing at a time: enter another shop, open or choose the safe."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.station_setup import SafeNeed, StationSetup
from varejoforte_desktop.ui.tasks import TaskScope


class SetupErrands(QObject):
    """Opens the set-up windows over the door and tells what came of it."""

    #: This computer entered another shop: its name.
    joined = Signal(str)
    #: The safe is open, or another one was chosen.
    unlocked = Signal()
    #: The safe is locked, although the books are open without it.
    locked = Signal()
    #: An exception.
    failed = Signal(object)

    def __init__(self, setup: StationSetup, door: QWidget) -> None:
        super().__init__(door)
        self._setup = setup
        self._door = door
        self._tasks = TaskScope(self, self.failed.emit)
        self._looks = TaskScope(self, self.failed.emit)

    def open_setup(self) -> None:
        """Ask what to do about this computer, and do it."""
        self._start(self._set_up())

    def open_join(self) -> None:
        """Enter a shop that exists."""
        self._start(self._join())

    def open_safe(self, *, asked: bool = True) -> None:
        """Ask for what the safe needs. Unless somebody `asked`, nothing when it needs nothing that can be typed here."""
        self._start(self._unlock(asked=asked))

    def try_again(self) -> None:
        """The books did not open: a password typed for this run is asked for again, it may be the wrong one."""
        self._start(self._try_again())

    def look(self) -> None:
        """Find out whether the safe is locked."""
        self._looks.start(self._look())

    def _start(self, errand: Coroutine[Any, Any, None]) -> None:
        if self._tasks.busy:
            errand.close()
        else:
            self._tasks.start(errand)

    # The windows are imported when they are wanted: the door opens at once.

    async def _set_up(self) -> None:
        from varejoforte_desktop.ui.setup.station import set_up

        entered = await set_up(self._setup, self._door)
        if entered:
            self.joined.emit(entered)
        elif entered is not None:
            self.unlocked.emit()

    async def _join(self) -> None:
        from varejoforte_desktop.ui.setup.station import join

        entered = await join(self._setup, self._door)
        if entered:
            self.joined.emit(entered)

    async def _unlock(self, *, asked: bool) -> None:
        from varejoforte_desktop.ui.setup.safe import open_safe

        # The system's own safe is opened by the system; to try again at once would go on for ever.
        if not asked and (await self._setup.safe()).need is SafeNeed.NOTHING:
            return
        if await open_safe(self._setup, self._door):
            self.unlocked.emit()

    async def _try_again(self) -> None:
        from varejoforte_desktop.ui.setup.safe import ask_password

        if await ask_password(self._setup, self._door):
            self.unlocked.emit()

    async def _look(self) -> None:
        state = await self._setup.safe()
        if state.need is SafeNeed.PASSPHRASE:
            self.locked.emit()
