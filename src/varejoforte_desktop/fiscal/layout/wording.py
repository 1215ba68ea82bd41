"""Texts and figures as the official layout takes them: printable Latin letters, exact amounts, dates with offset."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from varejoforte_desktop.domain.barcode import barcode
from varejoforte_desktop.domain.errors import WrongBarcode
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.fiscal.markup import plain

NO_GTIN: Final = "SEM GTIN"

#: Letters and signs that have no parts to fall back on, and what is written for them.
_SIGNS: Final = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2015": "-", "\u2212": "-", "\u2032": "'", "\u2033": '"',
        "\u2044": "/", "\u0152": "OE", "\u0153": "oe", "\u0131": "i", "\u0141": "L", "\u0142": "l", "\u0110": "D",
        "\u0111": "d",
    }
)  # fmt: skip
#: GS1 prefixes that a shop or a company gives itself: never a product's own number.
_OWN_PREFIXES: Final = (*range(20, 30), *range(40, 50), *range(200, 300))


def cleaned(text: str, limit: int) -> str | None:
    """The text without what the layout forbids, blanks collapsed, cut to `limit`; None when nothing is left.

    The layout takes printable Latin letters only and no blank at either end. Letters from elsewhere lose their
    marks or, without a Latin form, go.
    """
    return plain(text.translate(_SIGNS))[:limit].rstrip() or None


def digits(text: str) -> str:
    """Only the digits."""
    return "".join(mark for mark in text if mark.isascii() and mark.isdigit())


def phone(text: str) -> str | None:
    """A telephone number as the layout takes it (6 to 14 digits), None for anything else."""
    bare = digits(text)
    return bare if 6 <= len(bare) <= 14 else None


def amount(money: Money) -> str:
    """An amount in reais with two places: "12.34"."""
    return str(money.reais)


def some(money: Money) -> str | None:
    """An amount, None for zero: optional fields of the layout do not take 0.00."""
    return amount(money) if money else None


def rate(percent: Decimal) -> str:
    """A percentage with four places: "18.0000"."""
    return f"{percent:.4f}"


def pieces(quantity: Decimal) -> str:
    """A quantity with four places: "0.2500"."""
    return f"{quantity:.4f}"


def unit_price(price: Money, quantity: Decimal, gross: Money) -> str | None:
    """The price of a unit that, times the quantity, makes the line's gross amount to the cent.

    Usually the price itself; when a line's amount was rounded elsewhere, the amount over the quantity with ten
    places. None when no such price exists.
    """
    if price.times(quantity) == gross:
        return f"{price.reais:.4f}"
    if quantity <= 0:
        return None
    exact = (gross.reais / quantity).quantize(Decimal("1E-10"))
    return f"{exact:f}" if Money.of(exact * quantity) == gross else None


def instant(moment: datetime) -> str:
    """An instant with its offset and no fractions of seconds: 2026-11-23T10:15:00-03:00."""
    if moment.utcoffset() is None:
        raise AssertionError("a document's instant knows its zone")
    return moment.replace(microsecond=0).isoformat()


def gtin(text: str) -> str:
    """The product's barcode when it is one that GS1 gave it, else "SEM GTIN".

    Numbers that a shop gives itself (prefixes 02, 04 and 2, scale labels among them) are not known to SEFAZ
    (rejections 611 and 882).
    """
    try:
        bare = barcode(text)
    except WrongBarcode:
        return NO_GTIN
    if not bare or not bare.strip("0"):
        return NO_GTIN
    prefix = int(bare[:3] if len(bare) == 8 else bare.zfill(14)[1:4])
    own = prefix in _OWN_PREFIXES or (len(bare) == 8 and prefix < 100)
    return NO_GTIN if own else bare
