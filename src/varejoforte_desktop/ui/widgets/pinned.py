"""Small things held at the edges inside a text field: its drawing on the left, its button on the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.ui.theme import Space, Theme


class Pinned(QObject):
    """Keeps one or two widgets inside a field at any size of letters, and the text clear of them.

    Qt's own field actions keep 16 px icons whatever the letters.
    """

    def __init__(self, editor: QLineEdit, left: QWidget | None = None, right: QWidget | None = None) -> None:
        super().__init__(editor)
        self._editor = editor
        self._left = left
        self._right = right
        for widget in (left, right):
            if widget is not None:
                widget.setParent(editor)
        editor.installEventFilter(self)
        Theme.current().changed.connect(self._place)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the field's size."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._place()
        return False

    def _place(self) -> None:
        room = Theme.current().px(22)
        self._editor.setTextMargins(room if self._left else 0, 0, room if self._right else 0, 0)
        width, height = self._editor.width(), self._editor.height()
        if self._left is not None:
            self._left.move(Space.S + 2, (height - self._left.height()) // 2)
        if self._right is not None:
            side = min(Theme.current().px(26), height - 4)
            self._right.setGeometry(width - side - 3, (height - side) // 2, side, side)
