"""Quantities of goods with three exact decimal places: 1 piece, 0,250 kg."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Final

from varejoforte_desktop.domain.errors import NotANumber
from varejoforte_desktop.domain.money import decimal_from_typed

THOUSANDTH: Final = Decimal("0.001")
LIMIT: Final = Decimal(1_000_000_000)


def quantity(value: Decimal | int | str, field: str | None = None) -> Decimal:
    """An exact quantity with three places. A text is read as people type it ("1,5").

    Raises NotANumber or TooManyDecimals when it is none, has a fourth place, or is absurdly large.
    """
    number = decimal_from_typed(value, places=3, field=field) if isinstance(value, str) else Decimal(value)
    # The limit first: a scanner that fires twice types more digits than quantize takes.
    if not number.is_finite() or abs(number) > LIMIT or number != (exact := number.quantize(THOUSANDTH)):
        raise NotANumber(str(value), field)
    return exact


def whole_units(value: Decimal) -> int:
    """What an online store may show of it: whole units, rounded down, never negative."""
    return max(0, int(value.to_integral_value(rounding=ROUND_FLOOR)))
