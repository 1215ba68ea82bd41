"""The fields for how many of our units are in one of the supplier's, and for a margin in percent."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.domain.errors import DomainError, NotANumber, TooManyDecimals
from varejoforte_desktop.domain.money import decimal_from_typed
from varejoforte_desktop.domain.purchase import checked_factor
from varejoforte_desktop.ui.purchases.told import number
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit


class FactorEdit(TypedEdit[Decimal]):
    """A number above zero with up to six places: "12", "0,001"."""

    def __init__(self, object_name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(object_name, accessible_name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMaxLength(14)

    def parse(self, text: str) -> Decimal:
        """Read a factor; zero and negative ones are refused."""
        return checked_factor(decimal_from_typed(text, places=6, field=self.objectName()))

    def written(self, value: Decimal) -> str:
        """As bare as it can be."""
        return number(value)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        if isinstance(error, TooManyDecimals):
            return self.tr("Use no máximo seis casas.")
        return self.tr("Digite quantas unidades vêm em uma: 12.")


class PercentEdit(TypedEdit[Decimal]):
    """A margin over cost in percent, with up to two places; empty for none."""

    def __init__(self, object_name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(object_name, accessible_name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMaxLength(8)

    def parse(self, text: str) -> Decimal:
        """Read a percentage from 0 to 10 000."""
        value = decimal_from_typed(text.rstrip("% "), places=2, field=self.objectName())
        if not 0 <= value <= 10_000:
            raise NotANumber(text, self.objectName())
        return value

    def written(self, value: Decimal) -> str:
        """As bare as it can be."""
        return number(value)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Digite uma margem como 40 ou 37,5.")
