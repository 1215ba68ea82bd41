"""The paper roll of the counter: one line a product, the newest marked, cancelled ones struck through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from varejoforte_desktop.ui.counter.lines import LineRole, LinesModel, ShownLine
from varejoforte_desktop.ui.counter.style import HIT
from varejoforte_desktop.ui.icons import pixmap
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, Theme

_Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LineList(QListView):
    """Never takes the focus: the arrows of the scan field move its mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter_lines")
        self.setAccessibleName(self.tr("Itens da venda"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_LineDelegate(self))
        self.lines = LinesModel(self)
        self.setModel(self.lines)
        Theme.current().changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def place(self) -> int | None:
        """The line that is marked."""
        row = self.currentIndex().row()
        return row if row >= 0 else None

    def show_lines(self, lines: Sequence[ShownLine]) -> None:
        """Show these; a line that was added is marked, else the mark and what is in sight stay."""
        before, marked = self.lines.rowCount(), self.place
        self.lines.show_lines(lines)
        if len(lines) > before or marked is None:
            self.mark(len(lines) - 1)
        elif self.place != marked:
            self.mark(marked)

    def mark(self, place: int) -> None:
        """Mark a line and bring it into sight."""
        place = min(place, self.lines.rowCount() - 1)
        if place >= 0:
            self.setCurrentIndex(self.lines.index(place))
            self.scrollTo(self.currentIndex())

    def walk(self, step: int) -> None:
        """Mark the line above (−1) or below (+1)."""
        if self.place is not None:
            self.mark(max(0, self.place + step))


class _LineDelegate(QStyledItemDelegate):
    """Draws a line in two rows: what and how much above, how it comes about and what to know below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """High enough to be hit with a finger."""
        return QSize(0, Theme.current().px(HIT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one line."""
        shown = index.data(LineRole.LINE)
        if not isinstance(shown, ShownLine):
            return
        painter.save()
        pen = _Pen(painter, option)
        pen.ground()
        pen.number(shown)
        pen.figures(shown)
        pen.remark(shown)
        painter.restore()


class _Pen:
    """The places and letters of one line."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme = Theme.current()
        self._palette = theme.palette
        self._painter = painter
        self._marked = bool(option.state & QStyle.StateFlag.State_Selected)
        self._whole: QRect = option.rect
        self._px = theme.px
        self._small = QFont(option.font)
        self._small.setPixelSize(theme.px(12))
        self._large = QFont(option.font)
        self._large.setPixelSize(theme.px(15))
        self._large.setWeight(QFont.Weight.DemiBold)
        number = theme.px(34)
        inside = self._whole.adjusted(number, theme.px(3), -Space.M, -theme.px(3))
        half = inside.height() * 11 // 20
        self._above = QRect(inside.left(), inside.top(), inside.width(), half)
        self._below = QRect(inside.left(), inside.top() + half, inside.width(), inside.height() - half)
        self._number = QRect(self._whole.left(), self._above.top(), number - Space.S, half)

    def ground(self) -> None:
        """What is behind the words: the mark of the current line, and the rule below each."""
        painter, whole = self._painter, self._whole
        if self._marked:
            painter.fillRect(whole, self._palette.colour(Role.ACCENT_SOFT))
            painter.fillRect(
                QRect(whole.left(), whole.top(), self._px(4), whole.height()),
                self._palette.colour(Role.ACCENT),
            )
        painter.fillRect(
            QRect(whole.left(), whole.bottom(), whole.width(), 1), self._palette.colour(Role.LINE)
        )

    def number(self, shown: ShownLine) -> None:
        """Which line it is."""
        self._write(self._number, str(shown.place + 1), self._small, Role.TEXT_MUTED, _RIGHT)

    def figures(self, shown: ShownLine) -> None:
        """Name and total above, how it comes about below."""
        gone = shown.line.cancelled
        role = Role.TEXT_MUTED if gone else Role.TEXT
        large = QFont(self._large)
        large.setStrikeOut(gone)
        room = QFontMetrics(large).horizontalAdvance(shown.total) + Space.M
        self._write(self._above, shown.total, large, role, _RIGHT)
        name = QFont(large)
        name.setWeight(QFont.Weight.Normal if gone else QFont.Weight.DemiBold)
        self._write(self._above.adjusted(0, 0, -room, 0), shown.line.name, name, role, _LEFT)
        small = QFont(self._small)
        small.setStrikeOut(gone)
        self._write(self._below, shown.sum, small, Role.TEXT_MUTED, _LEFT)

    def remark(self, shown: ShownLine) -> None:
        """What to know, with its drawing, at the right of how it comes about."""
        if not shown.remark:
            return
        font = QFont(self._small)
        font.setWeight(QFont.Weight.DemiBold)
        taken = QFontMetrics(self._small).horizontalAdvance(shown.sum) + Space.L
        place = self._below.adjusted(taken, 0, 0, 0)
        size = self._px(14)
        words = QFontMetrics(font).elidedText(
            shown.remark, Qt.TextElideMode.ElideRight, place.width() - size - Space.XS
        )
        width = QFontMetrics(font).horizontalAdvance(words)
        role = Role.TEXT_MUTED if shown.line.cancelled else shown.tone.role
        sign = "close" if shown.line.cancelled else (Tone.BAD if shown.tone is Tone.BAD else Tone.WARN).icon
        left = place.right() - width - size - Space.XS
        picture = pixmap(sign, role, size, self._painter.device().devicePixelRatioF())
        self._painter.drawPixmap(left, place.top() + (place.height() - size) // 2, picture)
        self._write(place, words, font, role, _RIGHT)

    def _write(self, place: QRect, words: str, font: QFont, role: Role, where: Qt.AlignmentFlag) -> None:
        self._painter.setFont(font)
        self._painter.setPen(self._palette.colour(role))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        self._painter.drawText(place, where, shown)
