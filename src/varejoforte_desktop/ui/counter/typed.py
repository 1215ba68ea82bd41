"""What a cashier types: "3*" before a code, a discount in reais or percent, a document or a name."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from varejoforte_desktop.domain.errors import DiscountTooLarge, Negative, NotANumber, NotInteger
from varejoforte_desktop.domain.money import ZERO, Money, decimal_from_typed
from varejoforte_desktop.domain.quantity import quantity
from varejoforte_desktop.domain.tax_ids import bare_tax_id

#: More than anybody sells at once; a barcode typed as a quantity is always more.
MOST: Final = Decimal(99_999)
_WHOLE: Final = Decimal(100)


class Entry(NamedTuple):
    """How many (None: nobody said) of which code or words ("" when only the quantity is there yet)."""

    times: Decimal | None
    text: str


def read_entry(text: str) -> Entry:
    """ "3*789…" is three of it, "0,250*" waits for its code. Raises NotANumber or TooManyDecimals."""
    before, star, after = text.partition("*")
    if not star:
        return Entry(None, text.strip())
    return Entry(quantity_typed(before), after.strip())


def quantity_typed(text: str) -> Decimal:
    """A quantity that can be sold. Raises NotANumber or TooManyDecimals; never zero, below it or beyond MOST."""
    times = quantity(text, "quantity")
    if not 0 < times <= MOST:
        raise NotANumber(text.strip(), "quantity")
    return times


def sellable(times: Decimal, *, fractional: bool) -> Decimal:
    """The quantity itself when the product can be sold so. Raises NotInteger for a part of a piece."""
    if not fractional and times != times.to_integral_value():
        raise NotInteger(str(times))
    if not 0 < times <= MOST:
        raise NotANumber(str(times), "quantity")
    return times


def discount_typed(text: str, goods: Money) -> Money:
    """ "10,00" is reais, "5%" a part of the goods, "" none. Raises NotANumber, Negative or DiscountTooLarge."""
    bare = text.strip()
    if not bare:
        return ZERO
    if bare.endswith("%"):
        part = decimal_from_typed(bare[:-1], places=2, field="discount")
        if abs(part) > _WHOLE:
            raise DiscountTooLarge(str(goods.reais))
        # Rounded down: whoever may give 5 % may give just that, on any amount.
        discount = Money(int((goods.cents * part / _WHOLE).to_integral_value(ROUND_FLOOR)))
    else:
        discount = Money.typed(bare, "discount")
    if discount < ZERO:
        raise Negative("discount")
    if discount > goods:
        raise DiscountTooLarge(str(goods.reais))
    return discount


def is_document(text: str) -> bool:
    """Whether somebody typed (or began) a CPF or CNPJ rather than a name: it begins and ends in digits."""
    bare = bare_tax_id(text)
    if bare.isdigit():
        return True
    return len(bare) == 14 and bare[-2:].isdigit() and " " not in text.strip() and any(map(str.isdigit, bare))
