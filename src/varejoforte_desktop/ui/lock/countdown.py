"""The seconds somebody still has to wait after too many wrong passwords, told one by one."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from varejoforte_desktop.domain.errors import SignInLocked
from varejoforte_desktop.ui.messages import sentence

_LOOK_MS: Final = 200


class Countdown(QObject):
    """Counts on a clock that nobody can set. The books keep the real wait: ending early here opens nothing."""

    #: So many seconds are left; told once for each.
    left = Signal(int)
    #: The wait is over.
    over = Signal()

    def __init__(self, monotonic: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._deadline = 0.0
        self._told = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def running(self) -> bool:
        """Whether somebody still waits."""
        return self._timer.isActive()

    def begin(self, seconds: int) -> None:
        """Wait so long from now."""
        self._deadline = self._monotonic() + seconds
        self._told = 0
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Nobody waits any more."""
        self._timer.stop()

    def look(self) -> None:
        """Look at the clock."""
        if not self.running:
            return
        seconds = ceil(self._deadline - self._monotonic())
        if seconds <= 0:
            self._timer.stop()
            self.over.emit()
        elif seconds != self._told:
            self._told = seconds
            self.left.emit(seconds)


def waiting_words(seconds: int) -> str:
    """ "Muitas senhas erradas. Tente de novo em 1 min 29 s." """
    minutes, rest = divmod(seconds, 60)
    length = f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
    return f"{sentence(SignInLocked(seconds)).text} Tente de novo em {length}."
