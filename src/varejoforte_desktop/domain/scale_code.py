"""The labels a shop's scale prints: a barcode that says which product it is and what it weighs or costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from varejoforte_desktop.domain.barcode import check_digit
from varejoforte_desktop.domain.errors import WrongScalePrefix
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.quantity import THOUSANDTH


class ScaleValue(StrEnum):
    """What the digits after the product's code say."""

    WEIGHT = "weight"  # thousandths of the unit: 01234 is 1,234 kg
    PRICE = "price"  # cents of the label: 01234 is R$ 12,34


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePrefix:
    """How the labels that begin with `prefix` are laid out: prefix, code, value, check digit; 13 digits together."""

    prefix: str
    value: ScaleValue
    code_digits: int
    value_digits: int

    def checked(self) -> ScalePrefix:
        """Itself. Raises WrongScalePrefix: GS1 keeps 2… for use inside a shop, and the parts must fill 12 digits."""
        fits = len(self.prefix) + self.code_digits + self.value_digits == 12
        if not (self.prefix.isascii() and self.prefix.isdigit() and self.prefix[:1] == "2"):
            raise WrongScalePrefix(self.prefix)
        if len(self.prefix) > 3 or self.code_digits < 1 or self.value_digits < 1 or not fits:
            raise WrongScalePrefix(self.prefix)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleLabel:
    """A label read: the product's own code (without leading zeros too), and its weight or its price."""

    code: str
    weight: Decimal | None
    price: Money | None

    @property
    def codes(self) -> tuple[str, ...]:
        """How the shop may have written the product's reference: as printed, then without leading zeros."""
        bare = self.code.lstrip("0")
        return (self.code,) if bare in {"", self.code} else (self.code, bare)

    def quantity(self, unit_price: Money) -> Decimal:
        """How much was weighed; for a label with a price, what that price buys, to the gram.

        A unit price of zero buys one.
        """
        if self.weight is not None:
            return self.weight
        if self.price is None or not unit_price:
            return Decimal(1)
        return (Decimal(self.price.cents) / unit_price.cents).quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def read_label(code: str, prefixes: Iterable[ScalePrefix]) -> ScaleLabel | None:
    """What a scale's label says; None when the code is no label of a known layout or its check digit is wrong.

    The longest prefix wins.
    """
    if len(code) != 13 or not (code.isascii() and code.isdigit()) or check_digit(code[:-1]) != code[-1]:
        return None
    fitting = [each for each in prefixes if code.startswith(each.prefix)]
    if not fitting:
        return None
    layout = max(fitting, key=lambda each: len(each.prefix))
    start = len(layout.prefix)
    middle = start + layout.code_digits
    number = int(code[middle : middle + layout.value_digits])
    weighed = layout.value is ScaleValue.WEIGHT
    return ScaleLabel(
        code=code[start:middle],
        weight=Decimal(number).scaleb(-3) if weighed else None,
        price=None if weighed else Money(number),
    )
