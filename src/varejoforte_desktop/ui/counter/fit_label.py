"""A figure as large as its place allows, so that a total of thousands is still read from afar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from varejoforte_desktop.ui.theme import Theme


class FitLabel(QLabel):
    """Letters of `largest` pixels, smaller ones when the words would not fit; its height never changes."""

    def __init__(
        self, object_name: str, largest: int, *, smallest: int = 20, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._largest = largest
        self._smallest = smallest
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def set_largest(self, pixels: int) -> None:
        """Other letters, when the room got smaller or larger."""
        if pixels != self._largest:
            self._largest = pixels
            self._fit()

    def setText(self, text: str) -> None:
        """Show a figure."""
        super().setText(text)
        self.setAccessibleName(text)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as its largest letters."""
        return QSize(0, round(Theme.current().px(self._largest) * 1.2))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit again after the style sheet has set other letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        theme = Theme.current()
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold)
        pixels = theme.px(self._largest)
        font.setPixelSize(pixels)
        room = self.contentsRect().width()
        while pixels > theme.px(self._smallest) and QFontMetrics(font).horizontalAdvance(self.text()) > room:
            pixels -= 2
            font.setPixelSize(pixels)
        if font != self.font():
            self.setFont(font)
        self.updateGeometry()
