"""What a product leaves over its cost, counted both ways: from price to margin and from margin to price."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.domain.errors import DomainError, NotANumber
from varejoforte_desktop.domain.money import Money, decimal_from_typed
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

_HUNDREDTH: Final = Decimal("0.01")
#: Nothing costs less than nothing: at 100 % the price would have no end.
_MOST: Final = Decimal("99.99")


def margin_of(price: Money | None, cost: Money | None) -> Decimal | None:
    """How much of the price is left after the cost, in percent; None while either is unknown or nothing."""
    if price is None or cost is None or not price or not cost:
        return None
    return ((price - cost).reais / price.reais * 100).quantize(_HUNDREDTH)


def price_for(cost: Money, margin: Decimal) -> Money:
    """The price that leaves this margin."""
    return Money.of(cost.reais / (1 - margin / 100))


class MarginEdit(TypedEdit[Decimal]):
    """A margin over the selling price, in percent; below zero when sold at a loss."""

    def __init__(self, object_name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(object_name, accessible_name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setPlaceholderText("—")
        self.setMaxLength(12)

    def parse(self, text: str) -> Decimal:
        """Read "45", "45,5" or "45,5%"; 100 % and more is no margin over the price."""
        value = decimal_from_typed(text.replace("%", ""), places=2, field=self.objectName())
        if value > _MOST:
            raise NotANumber(text, self.objectName())
        return value

    def written(self, value: Decimal) -> str:
        """The percentage with its sign."""
        return formats.percent(value)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Digite de 0 a 99,99%.")
