"""Counting notes and coins: how many of each, and what they add up to as one types."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.till import DENOMINATIONS, counted
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.words import piece_words
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit

_SMALLEST_NOTE = 200


class PieceEdit(QuantityEdit):
    """How many of one note or coin there are; ↑ and ↓ go to the neighbours, as on a sheet of paper."""

    #: +1 for the next piece, −1 for the one before.
    walked = Signal(int)

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__(object_name, accessible_name, whole=True)
        self.setMaxLength(5)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Digite quantas há: 0, 1, 2…")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and ↓ go on, ↑ goes back."""
        steps = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        event.accept()
        self.walked.emit(step)


class PieceCounter(QWidget):
    """Notes at the left, coins at the right, each with its sum."""

    #: Something was typed: what all pieces add up to, as far as they can be read.
    changed = Signal(object)
    #: Enter on the last coin.
    finished = Signal()

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(self.tr("Contagem de cédulas e moedas"))
        self._edits: dict[int, PieceEdit] = {}
        self._sums: dict[int, QLabel] = {}
        self._error = QLabel()
        self._error.setObjectName(f"{object_name}_error")
        restyle(self._error, words="error")
        self._error.hide()
        self._build(object_name)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _build(self, object_name: str) -> None:
        notes = [value for value in DENOMINATIONS if value >= _SMALLEST_NOTE]
        coins = [value for value in DENOMINATIONS if value < _SMALLEST_NOTE]
        sides = QHBoxLayout()
        sides.setSpacing(Space.XXL)
        sides.addLayout(self._side(object_name, self.tr("Cédulas"), notes), 1)
        sides.addLayout(self._side(object_name, self.tr("Moedas"), coins), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(sides)
        column.addWidget(self._error)

    def _side(self, object_name: str, heading: str, values: list[int]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        title = QLabel(heading)
        restyle(title, words="label")
        grid.addWidget(title, 0, 0, 1, 3)
        for place, value in enumerate(values, start=1):
            words = piece_words(value)
            name = QLabel(words)
            name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            edit = PieceEdit(f"{object_name}_{value}", self.tr("Quantas de {piece}").format(piece=words))
            name.setBuddy(edit)
            total = QLabel()
            total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            restyle(total, words="muted")
            edit.textChanged.connect(self._typed)
            edit.walked.connect(partial(self._walk, value))
            edit.error_changed.connect(self._say_error)
            grid.addWidget(name, place, 0)
            grid.addWidget(edit, place, 1)
            grid.addWidget(total, place, 2)
            self._edits[value], self._sums[value] = edit, total
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(len(values) + 1, 1)
        return grid

    def _fit(self) -> None:
        for edit in self._edits.values():
            edit.setFixedWidth(Theme.current().px(64))

    # -- what was counted -----------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Whether nobody counted anything."""
        return not any(edit.text().strip() for edit in self._edits.values())

    def pieces(self) -> dict[int, int]:
        """How many of each; those left empty are not in it. Marks the field and raises its DomainError."""
        found = {}
        for value, edit in self._edits.items():
            amount = edit.quantity()
            if amount is not None:
                found[value] = int(amount)
        return found

    def focus_first(self) -> None:
        """The cursor at the largest note."""
        self._edits[DENOMINATIONS[0]].setFocus(Qt.FocusReason.TabFocusReason)

    def total(self) -> Money:
        """What the pieces that can be read add up to."""
        return sum((self._sum_of(value) or ZERO for value in self._edits), ZERO)

    def _sum_of(self, value: int) -> Money | None:
        text = self._edits[value].text().strip()
        try:
            return counted({value: int(self._edits[value].parse(text))}) if text else None
        except DomainError:
            return None

    def _typed(self, _text: str = "") -> None:
        for value, label in self._sums.items():
            money = self._sum_of(value)
            label.setText("" if money is None else formats.amount(money))
        self.changed.emit(self.total())

    def _walk(self, value: int, step: int) -> None:
        self._edits[value].settle()
        place = DENOMINATIONS.index(value) + step
        if place == len(DENOMINATIONS):
            self.finished.emit()
        elif place >= 0:
            self._edits[DENOMINATIONS[place]].setFocus(Qt.FocusReason.TabFocusReason)

    def _say_error(self, sentence: str) -> None:
        wrong = next((edit.error for edit in self._edits.values() if edit.error), sentence)
        self._error.setText(wrong)
        self._error.setVisible(bool(wrong))
