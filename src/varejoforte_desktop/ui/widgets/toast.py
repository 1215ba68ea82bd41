"""A short word at the foot of the window about what was just done, with a way to undo it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QEnterEvent, QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme


class Toast(QFrame):
    """One message; goes away by itself unless the pointer rests on it or its button has the focus."""

    def __init__(
        self,
        parent: QWidget,
        text: str,
        *,
        button: str = "",
        action: Callable[[], object] | None = None,
        milliseconds: int = 5000,
        icon_name: str = "done",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setAccessibleName(text)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.L, Space.S, Space.S if button else Space.L, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(IconLabel(icon_name, Role.SURFACE, 18))
        self.text = text
        line.addWidget(QLabel(text))
        self._button: QPushButton | None = None
        if action is not None:
            self._button = QPushButton(button)
            self._button.setObjectName("toast_button")
            self._button.clicked.connect(action)
            self._button.clicked.connect(self.close)
            line.addWidget(self._button)
        self.setMinimumHeight(Theme.current().px(48))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(self._leave)
        self._timer.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wait while it is being read."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go on counting."""
        self._timer.start()
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing left to count for."""
        self._timer.stop()
        super().hideEvent(event)

    def _leave(self) -> None:
        if self._button is not None and self._button.hasFocus():
            self._timer.start()
        else:
            self.close()


class ToastHost(QObject):
    """Shows toasts at the foot of one widget, the newest replacing the last one of its window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._toast: Toast | None = None
        window.installEventFilter(self)

    def show(
        self,
        text: str,
        *,
        button: str = "",
        action: Callable[[], object] | None = None,
        milliseconds: int = 5000,
        icon_name: str = "done",
    ) -> Toast:
        """Say what was done; `button` and `action` ("Desfazer") come together."""
        self.clear()
        for older in self._window.window().findChildren(Toast):
            older.close()  # of a screen inside this window, or of the window around it: two would cover each other
        toast = Toast(
            self._window, text, button=button, action=action, milliseconds=milliseconds, icon_name=icon_name
        )
        self._toast = toast
        toast.installEventFilter(self)
        self._place()
        toast.show()
        toast.raise_()
        return toast

    def clear(self) -> None:
        """Take the toast away now."""
        if self._toast is not None:
            toast, self._toast = self._toast, None
            toast.removeEventFilter(self)
            toast.hide()
            toast.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size; forget a toast that has closed."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        elif watched is self._toast and event.type() == QEvent.Type.Close:
            self.clear()
        return False

    def _place(self) -> None:
        if self._toast is None:
            return
        self._toast.adjustSize()
        left = (self._window.width() - self._toast.width()) // 2
        self._toast.move(max(left, 0), self._window.height() - self._toast.height() - Space.XL)
