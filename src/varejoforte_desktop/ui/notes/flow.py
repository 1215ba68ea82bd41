"""A row of buttons that goes on in the next line where the window is narrow."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from varejoforte_desktop.ui.theme import Space

_ENDLESS: Final = 16_777_215  # Qt's word for "no largest size"


class FlowRow(QWidget):
    """Lays its widgets out from the left, as many in a line as fit; hidden ones take no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widgets: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Take one more, at the end."""
        widget.setParent(self)
        self._widgets.append(widget)

    def arrange(self) -> None:
        """Something came, went or changed its words."""
        lines: list[list[tuple[QWidget, QSize]]] = [[]]
        x = 0
        for widget in self._widgets:
            if widget.isHidden():
                continue
            hint = widget.sizeHint().boundedTo(QSize(max(self.width(), 1), _ENDLESS))
            if x and x + hint.width() > self.width():
                lines.append([])
                x = 0
            lines[-1].append((widget, hint))
            x += hint.width() + Space.S
        y = 0
        for line in lines:
            high = max((hint.height() for _, hint in line), default=0)
            x = 0
            for widget, hint in line:
                widget.setGeometry(QRect(x, y + (high - hint.height()) // 2, hint.width(), hint.height()))
                x += hint.width() + Space.S
            y += high + Space.S
        self.setFixedHeight(y - Space.S)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width: other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.arrange()
