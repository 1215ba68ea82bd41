"""The place to look for things: answers a moment after the typing pauses."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.widgets.pinned import Pinned


class SearchBox(QLineEdit):
    """A search field with a magnifier and a button that clears it (Esc does too)."""

    #: The text, trimmed, once the typing pauses; at once when Enter is pressed or the field cleared.
    searched = Signal(str)
    #: ↓ or Enter: the person wants to choose from the list.
    left_downwards = Signal()

    def __init__(
        self,
        object_name: str = "search_box",
        placeholder: str = "",
        *,
        delay_ms: int = 80,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setPlaceholderText(placeholder or self.tr("Buscar"))
        self.setAccessibleName(self.placeholderText())
        self._clear = QToolButton()
        self._clear.setObjectName(f"{object_name}_clear_button")
        self._clear.setAccessibleName(self.tr("Limpar a busca"))
        self._clear.setToolTip(self.tr("Limpar a busca"))
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        bind_icon(self._clear, "close", Role.TEXT_MUTED)
        Pinned(self, left=IconLabel("search", Role.TEXT_MUTED), right=self._clear)
        self._clear.hide()
        self._clear.clicked.connect(self.clear)
        self._told = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(delay_ms)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._changed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc clears, Enter searches at once, ↓ goes to the list."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self._tell()
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if text:
            self._pause.start()
        else:
            self._tell()

    def _tell(self) -> None:
        self._pause.stop()
        text = self.text().strip()
        if text != self._told:
            self._told = text
            self.searched.emit(text)
