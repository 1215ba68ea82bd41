"""Money in exact cents: read once from what people type, added without losing a cent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from varejoforte_desktop.domain.errors import NotANumber, TooManyDecimals

# "1.234,56" "1234,56" "1234.56" "-3" and "12,5"; thousands points only in groups of three.
# No group starts with a zero: a scale's "0.250" is a quarter of a kilo.
_GROUPED: Final = re.compile(r"^-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$")
_PLAIN: Final = re.compile(r"^-?\d+(?:[.,]\d+)?$")
_MAX_CENTS: Final = 10**14


def decimal_from_typed(text: str, *, places: int, field: str | None = None) -> Decimal:
    """Read a number as Brazilians type it; never depends on the computer's language.

    Takes "1.234,56", "1234,56", "12,5", a numeric keypad's "12.5" and an optional "R$"; one point followed by
    exactly three digits ("1.234") is a thousands point, as on paper.

    Raises NotANumber for anything else ("12,5,0", "1e3", "") and TooManyDecimals beyond `places`.
    """
    bare = text.replace("R$", "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "").strip()
    if _GROUPED.match(bare):
        plain = bare.replace(".", "").replace(",", ".")
    elif _PLAIN.match(bare):
        plain = bare.replace(",", ".")
    else:
        raise NotANumber(text, field)
    value = Decimal(plain)
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise TooManyDecimals(text, places, field)
    return value


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of Brazilian reais, held as whole cents (1 234 is R$ 12,34). May be negative."""

    cents: int

    def __post_init__(self) -> None:
        if abs(self.cents) > _MAX_CENTS:
            raise NotANumber(str(self.cents))

    @classmethod
    def typed(cls, text: str, field: str | None = None) -> Money:
        """Read what a person typed ("1.234,56", "12,5", "9"). Raises NotANumber or TooManyDecimals."""
        reais = decimal_from_typed(text, places=2, field=field)
        if abs(reais) > _MAX_CENTS // 100:
            raise NotANumber(text, field)
        return cls(int(reais * 100))

    @classmethod
    def of(cls, amount: Decimal | int) -> Money:
        """Round reais to the nearest cent, halves away from zero (as ABNT NBR 5891 does for money on paper)."""
        return cls(int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    @property
    def reais(self) -> Decimal:
        """The amount in reais with two places: Decimal("12.34")."""
        return Decimal(self.cents).scaleb(-2).quantize(Decimal("0.01"))

    def times(self, quantity: Decimal | int) -> Money:
        """The price of `quantity` units, rounded once to the cent."""
        return Money.of(self.reais * quantity)

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents)

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __bool__(self) -> bool:
        return self.cents != 0


ZERO: Final = Money(0)
