"""Notices that nobody has touched the keyboard or the mouse for a while, in whatever window of the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

_LOOK_MS: Final = 1000
_KEYS: Final = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease})
_TOUCHES: Final = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Two clocks must agree that somebody is there: one stands still while the computer sleeps, the other may be set.

    Setting the clock far ahead therefore asks for the password once; that is better than an open till.
    """

    #: Nobody was there for too long.
    overdue = Signal()
    #: The key that locks was struck in a window that the shortcuts of the main window do not reach.
    asked = Signal()

    def __init__(
        self,
        monotonic: Callable[[], float],
        clock: Callable[[], datetime],
        main: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._clock = clock
        self._main = main
        self._limit: timedelta | None = None
        self._hears = False
        self._pointer = QPointF()
        self._touched_mono = 0.0
        self._touched_at = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def watch(self, minutes: int) -> None:
        """Begin to count now; 0 minutes: nobody is ever too late."""
        self._limit = timedelta(minutes=minutes) if minutes > 0 else None
        self._touch()
        application = QApplication.instance()
        if not self._hears and application is not None:
            application.installEventFilter(self)
            self._hears = True
        if self._limit is None:
            self._timer.stop()
        else:
            self._timer.start()

    def change(self, minutes: int) -> None:
        """Another limit, for the time that has passed already too; nothing while nobody is watched."""
        if self._hears:
            self._limit = timedelta(minutes=minutes) if minutes > 0 else None
            if self._limit is None:
                self._timer.stop()
            else:
                self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()
        application = QApplication.instance()
        if self._hears and application is not None:
            application.removeEventFilter(self)
        self._hears = False

    @property
    def late(self) -> bool:
        """Whether nobody was there for too long, by either clock."""
        if self._limit is None:
            return False
        passed = self._monotonic() - self._touched_mono
        return passed >= self._limit.total_seconds() or self._clock() - self._touched_at >= self._limit

    def look(self) -> None:
        """Look at the clocks."""
        if self._hears and self.late:
            self.overdue.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A key that wakes a computer which slept too long reaches nothing: the screen locks before it."""
        kind = event.type()
        if kind in _KEYS:
            if kind == QEvent.Type.KeyPress and self._locks(watched, event):
                self.asked.emit()
                return True
        elif kind == QEvent.Type.MouseMove:
            if not self._moved(event):
                return False
        elif kind not in _TOUCHES:
            return False
        if self.late:
            self.overdue.emit()
            return True
        self._touch()
        return False

    def _touch(self) -> None:
        self._touched_mono = self._monotonic()
        self._touched_at = self._clock()

    def _moved(self, event: QEvent) -> bool:
        """Whether the pointer is really somewhere else: a window that opens under it also makes it "move"."""
        if not isinstance(event, QMouseEvent):
            return False
        before, self._pointer = self._pointer, event.globalPosition()
        return before != self._pointer

    def _locks(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        chord = event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        return chord and watched.window() is not self._main
