"""The number under the bars (GTIN/EAN) and its check digit."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.domain.errors import WrongBarcode

_LENGTHS: Final = frozenset({8, 12, 13, 14})


def check_digit(body: str) -> str:
    """The last digit of a GTIN whose other digits are `body` (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def barcode(text: str, field: str = "barcode") -> str:
    """The digits of a GTIN-8, -12, -13 or -14, or "" for goods without one ("SEM GTIN").

    Raises WrongBarcode for other lengths, letters or a wrong check digit.
    """
    bare = text.strip().replace(" ", "").replace("-", "")
    if bare.upper() in {"", "SEMGTIN"}:
        return ""
    if not (bare.isascii() and bare.isdigit()) or len(bare) not in _LENGTHS:
        raise WrongBarcode(text, field=field)
    right = check_digit(bare[:-1])
    if bare[-1] != right:
        raise WrongBarcode(text, expected=right, field=field)
    return bare
