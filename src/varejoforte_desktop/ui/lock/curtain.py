"""Draws a curtain over everything the program shows, and puts all of it back as it was."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QToolTip, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from varejoforte_desktop.ui.lock.screen import LockScreen
    from varejoforte_desktop.ui.main_window import MainWindow

_KEYS: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.InputMethod}
)
_HANDS: Final = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TouchEnd,
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.Drop,
    }
)
_PASSING: Final = frozenset({Qt.WindowType.Popup, Qt.WindowType.ToolTip})


@dataclass(slots=True)
class _Parked:
    """A window that waits behind the curtain."""

    window: QWidget
    focus: QWidget | None
    modality: Qt.WindowModality
    active: bool


class Curtain(QObject):
    """While it is drawn, keys, shortcuts and the mouse reach the lock screen and nothing else.

    Windows that somebody's earlier request opens meanwhile wait behind it too, without ever being on the screen.
    """

    def __init__(self, main: MainWindow, screen: LockScreen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._main = main
        self._screen = screen
        self._parked: list[_Parked] = []
        self._moving: QWidget | None = None
        self._focus: QWidget | None = None
        self.drawn = False

    @property
    def holds_dialogs(self) -> bool:
        """Whether a question was open that somebody had not answered."""
        return any(isinstance(each.window, QDialog) for each in self._parked)

    # -- drawing --------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Cover everything now."""
        if self.drawn:
            return
        application = QApplication.instance()
        ours = QApplication.activeWindow() is not None
        active = QApplication.activeModalWidget() or QApplication.activeWindow()
        self._focus = self._main.focusWidget()
        self.drawn = True
        if isinstance(application, QApplication):
            application.installEventFilter(self)
        _close_popups()
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window is not self._main:
                self._park(window, active=window is active)
        self._main.cover(self._screen)
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)
        if ours:  # somebody who works in another program is not disturbed
            self._main.activateWindow()
        self._screen.take_focus()

    def open(self) -> None:
        """Put everything back as it was, the window that had the keyboard in front."""
        if not self.drawn:
            return
        parked, focus = self._parked, self._focus
        self.drop()
        self._main.uncover()
        if focus is not None and shiboken6.isValid(focus) and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        for each in sorted((p for p in parked if shiboken6.isValid(p.window)), key=_depth):
            self._put_back(each)
        for each in parked:
            if each.active and shiboken6.isValid(each.window) and each.window.isVisible():
                each.window.activateWindow()

    def drop(self) -> None:
        """Let keys and windows be, and forget what waited: it is put back, or its session is over."""
        if not self.drawn:
            return
        self.drawn = False
        self._parked, self._focus = [], None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.removeEventFilter(self)
            application.focusChanged.disconnect(self._focus_moved)

    # -- windows that wait ----------------------------------------------------------------------------

    def _park(self, window: QWidget, *, active: bool = False) -> None:
        if window.windowType() in _PASSING:
            window.close()
            return
        parked = _Parked(window, window.focusWidget(), window.windowModality(), active)
        self._parked.append(parked)
        if isinstance(window, QDialog):
            window.finished.connect(partial(self._answered, parked))
        with self._unnoticed(window):
            window.hide()

    def _put_back(self, parked: _Parked) -> None:
        window, place = parked.window, parked.window.pos()
        with self._unnoticed(window):
            if isinstance(window, QDialog) and parked.modality == Qt.WindowModality.WindowModal:
                window.open()  # hiding has undone the modality that opening gave it
            else:
                window.show()
        window.move(place)
        if parked.focus is not None and shiboken6.isValid(parked.focus):
            parked.focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answered(self, parked: _Parked, _result: int) -> None:
        """What it did is done, or whoever asked has gone: nothing to put back."""
        if parked in self._parked:
            self._parked.remove(parked)

    @contextmanager
    def _unnoticed(self, window: QWidget) -> Iterator[None]:
        """A dialog does not hear that it goes or comes back: some begin their work when they are shown."""
        application = QApplication.instance()
        if not isinstance(window, QDialog) or application is None:
            yield
            return
        self._moving = window
        if not self.drawn:
            application.installEventFilter(self)
        try:
            yield
        finally:
            self._moving = None
            if not self.drawn:
                application.removeEventFilter(self)

    def _shown(self, window: QWidget) -> None:
        """Something opens a window now: it never comes on the screen, and waits with the others."""
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        QTimer.singleShot(0, self, partial(self._park_new, window))

    def _park_new(self, window: QWidget) -> None:
        if not shiboken6.isValid(window):
            return
        if self.drawn and window.isVisible():
            self._park(window)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)

    # -- every event ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True keeps an event from where it was going."""
        kind = event.type()
        if kind in (QEvent.Type.Show, QEvent.Type.Hide):
            return self._comes_or_goes(watched, kind)
        if not self.drawn:
            return False
        if kind == QEvent.Type.Shortcut:
            return not self._is_ours(watched)
        if kind in _KEYS:
            return self._key(watched, event)
        return kind in _HANDS and isinstance(watched, QWidget) and not self._is_ours(watched)

    def _comes_or_goes(self, watched: QObject, kind: QEvent.Type) -> bool:
        if watched is self._moving:
            return True
        if kind == QEvent.Type.Show and self.drawn and isinstance(watched, QWidget):
            self._opens(watched)
        return False

    def _opens(self, widget: QWidget) -> None:
        if widget.isWindow() and widget is not self._main and not self._is_ours(widget):
            self._shown(widget)

    def _key(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return False  # the window system's own window hands it on to a widget
        ours = self._is_ours(watched)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # it is a key for a field, and never a shortcut
            return True
        if not ours:
            self._screen.take_focus()
        return not ours

    def _is_ours(self, watched: QObject) -> bool:
        """Whether it belongs to the lock screen, or to a menu over it."""
        each: QObject | None = watched
        while each is not None:
            if each is self._screen:
                return True
            each = each.parent()
        return False

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """A hidden screen that ends its work may ask for the keyboard: it does not get it."""
        if self.drawn and now is not None and not self._is_ours(now):
            self._screen.take_focus()


def _close_popups() -> None:
    QToolTip.hideText()
    for _ in range(16):  # menus of menus; one that does not close is hidden like every other window
        popup = QApplication.activePopupWidget()
        if popup is None:
            return
        with suppress(RuntimeError):
            popup.close()


def _depth(parked: _Parked) -> int:
    """Windows come back before the questions over them."""
    depth, each = 0, parked.window.parentWidget()
    while each is not None:
        depth, each = depth + 1, each.parentWidget()
    return depth
