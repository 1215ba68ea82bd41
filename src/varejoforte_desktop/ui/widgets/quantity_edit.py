"""The field for how many or how much: "12" pieces, "0,250" kg."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.domain.errors import DomainError, NotANumber, TooManyDecimals
from varejoforte_desktop.domain.quantity import quantity
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit


class QuantityEdit(TypedEdit[Decimal]):
    """Right-aligned quantity with up to three places, or none for goods sold by the piece."""

    def __init__(
        self,
        object_name: str,
        accessible_name: str,
        *,
        whole: bool = False,
        allow_negative: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(object_name, accessible_name, parent)
        self._whole = whole
        self._allow_negative = allow_negative
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setPlaceholderText("0")
        self.setMaxLength(18)

    def quantity(self) -> Decimal | None:
        """The quantity, None when empty. Marks the field and raises NotANumber or TooManyDecimals."""
        return self.value()

    def set_quantity(self, value: Decimal | None) -> None:
        """Show a quantity."""
        self.set_value(value)

    def set_whole(self, whole: bool) -> None:
        """Whether broken quantities are refused, which depends on the product's unit."""
        self._whole = whole

    def parse(self, text: str) -> Decimal:
        """Read a quantity; broken or negative ones are refused unless allowed."""
        value = quantity(text, self.objectName())
        if self._whole and value != value.to_integral_value():
            raise TooManyDecimals(text, 0, self.objectName())
        if value < 0 and not self._allow_negative:
            raise NotANumber(text, self.objectName())
        return value

    def written(self, value: Decimal) -> str:
        """Whole ones bare, broken ones with three places."""
        return formats.quantity(value)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        if isinstance(error, TooManyDecimals):
            if error.places == 0:
                return self.tr("Este produto é vendido por inteiro: digite 1, 2, 3…")
            return self.tr("Use no máximo três casas: 0,250.")
        return self.tr("Digite uma quantidade como 12 ou 0,250.")
