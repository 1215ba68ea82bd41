"""What each form of payment left behind to count, beside what was sold in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.till.words import COUNTED_METHODS, METHOD_WORDS, signed
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit


class MethodCounter(QWidget):
    """A field for each form; one left empty was not counted."""

    def __init__(self, sold: Mapping[PaymentMethod, Money] | None, parent: QWidget | None = None) -> None:
        """`sold` is what the books say; None keeps it to ourselves."""
        super().__init__(parent)
        self.setObjectName("count_methods")
        self._sold = sold
        self.edits = {
            method: MoneyEdit(
                f"count_{method.value}", self.tr("{method} contado").format(method=METHOD_WORDS[method])
            )
            for method in COUNTED_METHODS
        }
        self.fields = {method: Field(METHOD_WORDS[method], edit) for method, edit in self.edits.items()}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        heading = QLabel(self.tr("Comprovantes (opcional)"))
        restyle(heading, words="label")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(heading)
        column.addLayout(self._grid)
        column.addStretch(1)
        for method, edit in self.edits.items():
            edit.value_changed.connect(partial(self._compare, method))
            self._compare(method, None)

    def arrange(self, across: int) -> None:
        """So many fields beside one another."""
        for place, field in enumerate(self.fields.values()):
            self._grid.addWidget(field, place // across, place % across)
        for place in range(self._grid.columnCount()):
            self._grid.setColumnStretch(place, 1 if place < across else 0)

    def start(self) -> None:
        """The cursor at the first."""
        self.edits[COUNTED_METHODS[0]].setFocus(Qt.FocusReason.TabFocusReason)

    def amounts(self) -> dict[PaymentMethod, Money]:
        """What was counted. Marks the field and raises its DomainError."""
        counted = {method: edit.money() for method, edit in self.edits.items()}
        return {method: money for method, money in counted.items() if money is not None}

    def _compare(self, method: PaymentMethod, counted: Money | None) -> None:
        if self._sold is None:
            return
        sold = self._sold.get(method, ZERO)
        hint = self.tr("Vendido: {amount}").format(amount=formats.amount(sold))
        if counted is not None and counted != sold:
            hint += f" ({signed(counted - sold)})"
        self.fields[method].set_hint(hint)
