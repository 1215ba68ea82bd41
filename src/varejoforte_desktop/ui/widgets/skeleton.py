"""Grey bars where rows are about to be, shown only when the rows take long enough to be missed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme


class Skeleton(QWidget):
    """Stays blank for 150 ms after `start()`, so that fast answers never flash."""

    def __init__(
        self,
        widths: tuple[float, ...] = (0.1, 0.45, 0.15, 0.1),
        *,
        delay_ms: int = 150,
        parent: QWidget | None = None,
    ) -> None:
        """`widths` are the columns' shares of the width, the gaps left over."""
        super().__init__(parent)
        self.setObjectName("skeleton")
        self.setAccessibleName(self.tr("Carregando"))
        self._widths = widths
        self._drawn = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self._appear)

    @property
    def drawn(self) -> bool:
        """Whether the bars are on the screen yet."""
        return self._drawn

    def start(self) -> None:
        """The waiting begins."""
        if not self._drawn:
            self._timer.start()

    def stop(self) -> None:
        """The rows are there."""
        self._timer.stop()
        self._drawn = False
        self.update()

    def _appear(self) -> None:
        self._drawn = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars, fainter towards the foot."""
        if not self._drawn:
            return
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.palette.colour(Role.LINE))
        row, bar = theme.px(34), theme.px(10)
        rows = min(12, self.height() // row)
        gap = self.width() * (1 - sum(self._widths)) / max(1, len(self._widths))
        for line in range(rows):
            colour = theme.palette.colour(Role.RAISED)
            colour.setAlphaF(1 - 0.8 * line / max(1, rows))
            painter.setBrush(colour)
            painter.setPen(colour)
            left = float(Space.M)
            for column, share in enumerate(self._widths):
                # Words are not all of one length.
                ragged = 1 - 0.13 * ((line * 3 + column * 5) % 4)
                width = self.width() * share
                painter.drawRoundedRect(QRectF(left, line * row + (row - bar) / 2, width * ragged, bar), 4, 4)
                left += width + gap
