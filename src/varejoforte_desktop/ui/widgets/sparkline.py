"""A line a word high that shows how the last hour went, against the most it may be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Theme


class Sparkline(QWidget):
    """Values from the oldest to the newest, with a dashed line at the quota when there is one."""

    def __init__(
        self, object_name: str = "sparkline", accessible_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._values: tuple[float, ...] = ()
        self._quota: float | None = None

    def set_values(self, values: Sequence[float], quota: float | None = None) -> None:
        """Draw other values; `quota` is in their unit."""
        self._values = tuple(values)
        self._quota = quota
        latest = f"{self._values[-1]:g}" if self._values else "0"
        self.setAccessibleDescription(self.tr("Último minuto: {latest}").format(latest=latest))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as two lines of text."""
        theme = Theme.current()
        return QSize(theme.px(140), theme.px(32))

    def minimumSizeHint(self) -> QSize:
        """Narrower is still readable."""
        theme = Theme.current()
        return QSize(theme.px(60), theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the quota, the area and the line."""
        palette = Theme.current().palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max([*self._values, self._quota or 0.0, 1.0])
        if self._quota is not None:
            pen = QPen(palette.colour(Role.WARN), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            height = self._height_of(self._quota, top)
            painter.drawLine(QPointF(0, height), QPointF(self.width(), height))
        if len(self._values) < 2:
            return
        line = QPainterPath()
        step = (self.width() - 4) / (len(self._values) - 1)
        points = [QPointF(2 + step * i, self._height_of(value, top)) for i, value in enumerate(self._values)]
        line.moveTo(points[0])
        for point in points[1:]:
            line.lineTo(point)
        area = QPainterPath(line)
        area.lineTo(points[-1].x(), self.height())
        area.lineTo(points[0].x(), self.height())
        painter.fillPath(area, palette.colour(Role.ACCENT_SOFT))
        painter.strokePath(line, QPen(palette.colour(Role.ACCENT), 1.5))
        painter.setBrush(palette.colour(Role.ACCENT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(points[-1], 2, 2)

    def _height_of(self, value: float, top: float) -> float:
        return 3 + (self.height() - 6) * (1 - value / top)
