"""The field for an amount of money, typed as on paper: "1.234,56", "12,5" or "9"."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.domain.errors import DomainError, NotANumber, TooManyDecimals
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit


class MoneyEdit(TypedEdit[Money]):
    """Right-aligned money; tidied to two places when left. Negative amounts only when allowed."""

    def __init__(
        self,
        object_name: str,
        accessible_name: str,
        *,
        allow_negative: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(object_name, accessible_name, parent)
        self._allow_negative = allow_negative
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setPlaceholderText("0,00")
        self.setMaxLength(22)

    def money(self) -> Money | None:
        """The amount, None when empty. Marks the field and raises NotANumber or TooManyDecimals."""
        return self.value()

    def set_money(self, money: Money | None) -> None:
        """Show an amount."""
        self.set_value(money)

    def parse(self, text: str) -> Money:
        """Read an amount; a sign is refused unless allowed."""
        money = Money.typed(text, self.objectName())
        if money.cents < 0 and not self._allow_negative:
            raise NotANumber(text, self.objectName())
        return money

    def written(self, value: Money) -> str:
        """The amount without the symbol."""
        return formats.amount(value)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        if isinstance(error, TooManyDecimals):
            return self.tr("Use no máximo duas casas: 12,90.")
        return self.tr("Digite um valor como 12,90.")
