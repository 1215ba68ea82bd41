"""The goods of an order as they are about to leave: how many, at what price, and what stays on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QWidget

from varejoforte_desktop.application.order_questions import OrderLineRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle

_TOP = Qt.AlignmentFlag.AlignTop
_RIGHT = Qt.AlignmentFlag.AlignRight | _TOP


class Note(QWidget):
    """What is wrong or worth knowing about one line, by drawing, word and colour."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self._sign = IconLabel(Tone.BAD.icon, Tone.BAD.role, 14)
        self._words = QLabel()
        self._words.setObjectName(object_name)
        self._words.setWordWrap(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.XS)
        line.addWidget(self._sign, 0, _TOP)
        line.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence, "" when nothing is to be said."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, tone: Tone) -> None:
        """Say it; "" goes quiet."""
        self._words.setText(words)
        self._sign.set_icon(tone.icon, tone.role)
        restyle(self._words, tone=tone.value)
        self.setVisible(bool(words))


class OrderLines(QScrollArea):
    """One row for each line of the order; scrolls when there are many."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(self.tr("Itens do pedido"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(1, 1)
        self._notes: list[tuple[OrderLineRow, Note]] = []
        self.setWidget(page)
        # The card behind is to be seen, not the window's colour.
        page.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def show_lines(self, lines: Sequence[OrderLineRow]) -> None:
        """Show the lines, each with what is on the shelf now and after it."""
        titles = (self.tr("Qtd"), self.tr("Produto"), self.tr("Total"), self.tr("Estoque"))
        for column, title in enumerate(titles):
            label = QLabel(title)
            restyle(label, words="label")
            label.setAlignment(Qt.AlignmentFlag.AlignLeft if column == 1 else Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label, 0, column)
        shelf: dict[int, Decimal] = {}
        for line in lines:
            before = None
            if line.product_id is not None and line.on_hand is not None:
                before = shelf.get(line.product_id, line.on_hand)
                shelf[line.product_id] = before - line.quantity
            self._add(line, before)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _add(self, line: OrderLineRow, before: Decimal | None) -> None:
        row = self._grid.rowCount()
        if self._notes:
            self._grid.addWidget(_rule(), row, 0, 1, 4)
            row += 1
        name = line.product_name or line.name
        after = None if before is None else before - line.quantity
        stock = "—" if before is None or after is None else f"{_quantity(before)} → {_quantity(after)}"
        product = _words(_short(name), "strong")
        product.setToolTip(name)
        cells = (
            _words(formats.quantity(line.quantity), "strong"),
            product,
            _words(formats.amount(line.total)),
            _words(stock, "" if after is None or after >= 0 else "strong"),
        )
        for column, cell in enumerate(cells):
            cell.setWordWrap(cell is product)
            self._grid.addWidget(cell, row, column, _TOP if cell is product else _RIGHT)
        each = f"{line.product_reference or line.reference} · {formats.amount(line.price)} {self.tr('cada')}"
        self._grid.addWidget(_words(each, "small"), row + 1, 1, 1, 3)
        note = Note(f"order_line_{line.line_id}_note")
        note.say(*_trouble(line, before))
        self._grid.addWidget(note, row + 2, 1, 1, 3)
        self._notes.append((line, note))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said beside the lines, in their order; "" where nothing is."""
        return tuple(note.text for _, note in self._notes)

    def point_at(self, reference: str, said: str) -> bool:
        """Say a refusal beside the line of this product; False when there is none."""
        for line, note in self._notes:
            if line.product_reference == reference:
                note.say(said, Tone.BAD)
                self.ensureWidgetVisible(note)
                return True
        return False


def _trouble(line: OrderLineRow, before: Decimal | None) -> tuple[str, Tone]:
    if line.product_id is None or before is None:
        return "Nenhum produto nosso está ligado a este item.", Tone.BAD
    lacking = line.quantity - before
    if lacking > 0:
        there = f"Só há {formats.quantity(max(before, Decimal(0)))} no estoque"
        return f"{there}; {_lack(min(lacking, line.quantity))}.", Tone.BAD
    if line.left is not None and line.left < 0:
        return f"{_lack(-line.left).capitalize()} para os outros pedidos abertos.", Tone.WARN
    return "", Tone.NEUTRAL


def _lack(amount: Decimal) -> str:
    return f"{'falta' if amount <= 1 else 'faltam'} {formats.quantity(amount)}"


def _short(name: str, limit: int = 90) -> str:
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"


def _quantity(amount: Decimal) -> str:
    return ("−" if amount < 0 else "") + formats.quantity(abs(amount))


def _words(text: str, kind: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        restyle(label, words=kind)
    return label


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("rule", True)
    return line
