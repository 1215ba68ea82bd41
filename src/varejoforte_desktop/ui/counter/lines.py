"""The lines of the sale, as a cashier reads them: name, quantity times price, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from varejoforte_desktop.application.sale_questions import ShelfOffer
from varejoforte_desktop.domain.sale import Basket, BasketLine
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.sale_changes import wanted
from varejoforte_desktop.ui.palettes import Tone

_Index = QModelIndex | QPersistentModelIndex


class LineRole(IntEnum):
    """What the drawing asks the model for."""

    LINE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A line of the sale and what is to be known of it; `remark` "" is nothing."""

    place: int
    line: BasketLine
    remark: str = ""
    tone: Tone = Tone.NEUTRAL

    @property
    def sum(self) -> str:
        """How the total comes about: "2 UN × 189,90"."""
        line = self.line
        return f"{formats.quantity(line.quantity)} {line.unit} × {formats.amount(line.price)}"

    @property
    def total(self) -> str:
        """What the line costs, also when it is cancelled and struck through."""
        return formats.amount(self.line.price.times(self.line.quantity))

    @property
    def words(self) -> str:
        """The line as one would read it aloud."""
        said = f"{self.place + 1}. {self.line.name}, {self.sum} = {self.total}"
        return f"{said}, {self.remark}" if self.remark else said


def shown_lines(
    basket: Basket, offers: Mapping[int, ShelfOffer], refused: Mapping[str, str]
) -> list[ShownLine]:
    """Every line with its remark; `refused` are sentences by reference, for lines the sale stumbled over."""
    total = wanted(basket)
    shown = []
    for place, line in enumerate(basket.lines):
        remark, tone = "", Tone.NEUTRAL
        if line.cancelled:
            remark = _tr("cancelado")
        elif line.reference in refused:
            remark, tone = refused[line.reference], Tone.BAD
        elif line.product_id in offers:
            remark = shelf_remark(offers[line.product_id], total[line.product_id])
            tone = Tone.WARN if remark else Tone.NEUTRAL
        shown.append(ShownLine(place=place, line=line, remark=remark, tone=tone))
    return shown


def shelf_remark(offer: ShelfOffer, times: Decimal) -> str:
    """What the cashier should know of the shelf when so many are sold; "" when there are enough."""
    if offer.on_hand <= 0:
        return _tr("sem estoque")
    if offer.on_hand < times:
        return _tr("só há {left} em estoque").format(left=formats.quantity(offer.on_hand))
    if offer.promised > 0 and offer.on_hand - offer.promised < times:
        return _tr("prometido a pedidos da Tray")
    return ""


class LinesModel(QAbstractListModel):
    """The shown lines, the newest last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[ShownLine] = []

    @property
    def lines(self) -> tuple[ShownLine, ...]:
        """What is shown."""
        return tuple(self._lines)

    def show_lines(self, lines: Sequence[ShownLine]) -> None:
        """Show exactly these; only what differs is drawn again."""
        last = len(self._lines)
        if len(lines) < last:
            self.beginRemoveRows(QModelIndex(), len(lines), last - 1)
            del self._lines[len(lines) :]
            self.endRemoveRows()
        changed = [place for place, line in enumerate(self._lines) if line != lines[place]]
        for place in changed:
            self._lines[place] = lines[place]
            self.dataChanged.emit(self.index(place), self.index(place))
        if len(lines) > last:
            self.beginInsertRows(QModelIndex(), last, len(lines) - 1)
            self._lines.extend(lines[last:])
            self.endInsertRows()

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many lines there are."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line in words, or the line itself for the drawing."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == LineRole.LINE:
            return line
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return line.words
        return line.line.name if role == Qt.ItemDataRole.ToolTipRole else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("CounterLines", text)
