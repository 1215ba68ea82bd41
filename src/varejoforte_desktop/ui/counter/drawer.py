"""The right third of the counter: the summary, and the payment that slides over it and away again."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation, QSize
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

_SLIDE: Final = 120


class Drawer(QWidget):
    """`under` fills the place; `over` comes from the right in a blink and takes all of it."""

    def __init__(self, under: QWidget, over: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._under = under
        self._over = over
        place = QStackedLayout(self)
        place.addWidget(under)
        over.setParent(self)
        over.hide()
        self._slide = QPropertyAnimation(over, b"pos", self)
        self._slide.setDuration(_SLIDE)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)

    @property
    def is_open(self) -> bool:
        """Whether the payment covers the summary."""
        return not self._over.isHidden()

    def open(self) -> None:
        """Slide it over."""
        if self.is_open:
            return
        self._over.resize(self.size())
        self._over.move(self.width(), 0)
        self._over.show()
        self._over.raise_()
        self._slide.stop()
        self._slide.setStartValue(QPoint(self.width(), 0))
        self._slide.setEndValue(QPoint(0, 0))
        self._slide.start()

    def shut(self) -> None:
        """Away at once: the next customer does not wait for a movement."""
        self._slide.stop()
        self._over.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The payment stays as large as the place."""
        super().resizeEvent(event)
        self._slide.stop()
        self._over.resize(self.size())
        self._over.move(0, 0)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it move."""
        super().hideEvent(event)
        self._slide.stop()
        self._over.move(0, 0)

    def minimumSizeHint(self) -> QSize:
        """As high as the summary needs; the width is given by the counter."""
        return QSize(0, self._under.minimumSizeHint().height())
