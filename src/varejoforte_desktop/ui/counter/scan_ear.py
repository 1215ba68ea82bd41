"""Hears the scanner wherever the focus is, while the counter is on the screen; what hands type goes where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from varejoforte_desktop.ui.counter.scan_speed import GAP, Burst

_KEYS: Final = frozenset({QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride})
_ENDS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})
_SHIFTS: Final = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_AltGr, Qt.Key.Key_Mode_switch}
)
_COMMANDS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


@dataclass(frozen=True, slots=True)
class _Key:
    """A key press that is held back, and the widget it was meant for."""

    target: QWidget
    key: int
    modifiers: Qt.KeyboardModifier
    text: str


class ScanEar(QObject):
    """Listens between `start` and `stop`, in one window and the dialogs over it.

    Each character waits a moment until it is certain whether a hand or a scanner sent it. A scan never reaches the
    field that has the focus; what was typed is handed on in order, a blink later.
    """

    #: A whole code was scanned.
    scanned = Signal(str)

    def __init__(
        self, monotonic: Callable[[], float], place_of: Callable[[QWidget], QWidget], parent: QObject
    ) -> None:
        """`place_of` says where typing belongs that was meant for a widget: itself, or a field that takes letters."""
        super().__init__(parent)
        self._monotonic = monotonic
        self._place_of = place_of
        self._burst: Burst[_Key] = Burst()
        self._window: QWidget | None = None
        self._handing_on = False
        self._heard_at = 0.0
        self._judge = QTimer(self)
        self._judge.setSingleShot(True)
        self._judge.setInterval(round(GAP * 1000) + 1)
        self._judge.timeout.connect(self._let_queue_pass)
        self._second_look = QTimer(self)
        self._second_look.setSingleShot(True)
        self._second_look.setInterval(0)
        self._second_look.timeout.connect(self._look)

    @property
    def listening(self) -> bool:
        """Whether scans are caught now."""
        return self._window is not None

    def start(self, window: QWidget) -> None:
        """Listen in this window."""
        application = QApplication.instance()
        if self._window is None and application is not None:
            application.installEventFilter(self)
        self._window = window

    def stop(self) -> None:
        """Hear nothing more; what is held was typed."""
        if self._window is None:
            return
        self._hand_on(self._burst.give_up())
        self._window = None
        self._judge.stop()
        self._second_look.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    # -- every key ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True keeps a key from where it was going."""
        if event.type() not in _KEYS or self._handing_on or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWidget) or not self._is_ours(watched):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._wants(event)
        return self._take(watched, event)

    def _is_ours(self, widget: QWidget) -> bool:
        """Whether the widget stands in our window or in a dialog over it."""
        window: QWidget | None = widget.window()
        while window is not None:
            if window is self._window:
                return True
            parent = window.parentWidget()
            window = None if parent is None else parent.window()
        return False

    def _wants(self, event: QKeyEvent) -> bool:
        """Keep shortcuts away from what may be a scanner's: a digit chooses nothing before it is judged."""
        ends = event.key() in _ENDS and self._burst.would_end(self._instant(event))
        if not ends and not _is_mark(event):
            return False
        event.accept()
        return True

    def _take(self, watched: QWidget, event: QKeyEvent) -> bool:
        at = self._instant(event)
        if event.key() in _ENDS and not event.modifiers() & _COMMANDS:
            return self._end(at)
        if not _is_mark(event) or (event.text() == " " and not self._burst.holds):
            if event.key() not in _SHIFTS:
                self._hand_on(self._burst.give_up())
            return False
        held = _Key(watched, event.key(), event.modifiers(), event.text())
        self._hand_on(self._burst.add(event.text(), at, held))
        self._heard_at = self._monotonic()
        self._judge.start()
        return True

    def _end(self, at: float) -> bool:
        ended = self._burst.end(at)
        self._hand_on(ended.typed)
        if ended.code:
            self._judge.stop()
            self.scanned.emit(ended.code)
        return ended.swallow

    def _instant(self, event: QKeyEvent) -> float:
        """When the key was struck, as the window system saw it: a busy moment of ours must not tear a scan apart."""
        stamp = event.timestamp()
        return stamp / 1000 if stamp else self._monotonic()

    # -- the judgement --------------------------------------------------------------------------------

    def _let_queue_pass(self) -> None:
        # Keys that wait in the queue were struck before this moment: they are looked at first.
        self._second_look.start()

    def _look(self) -> None:
        if not self._burst.holds:
            return
        if self._monotonic() - self._heard_at <= GAP:
            self._judge.start()
        else:
            self._hand_on(self._burst.give_up())

    def _hand_on(self, keys: tuple[_Key, ...]) -> None:
        self._handing_on = True
        try:
            for each in keys:
                if shiboken6.isValid(each.target) and each.target.isEnabled():
                    press = QKeyEvent(QEvent.Type.KeyPress, each.key, each.modifiers, each.text)
                    QApplication.sendEvent(self._place_of(each.target), press)
        finally:
            self._handing_on = False


def _is_mark(event: QKeyEvent) -> bool:
    """Whether the key writes something, as a scanner's do; a key held down repeats too evenly to be one."""
    text = event.text()
    return (
        bool(text) and text.isprintable() and not event.modifiers() & _COMMANDS and not event.isAutoRepeat()
    )
