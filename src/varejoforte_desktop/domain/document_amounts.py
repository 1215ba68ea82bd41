"""A sale's discount, freight and extra charges laid on its lines, so that a document adds up to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from varejoforte_desktop.domain.errors import DiscountTooLarge, NothingSold
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import SaleAmounts, shared
from varejoforte_desktop.domain.taxes import TaxBase


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAmounts:
    """A sold line: price times quantity, and the discount that is this line's own."""

    gross: Money
    discount: Money = ZERO

    @property
    def net(self) -> Money:
        """What is left of the line."""
        return self.gross - self.discount


def spread(
    lines: Sequence[LineAmounts], *, discount: Money, freight: Money, other: Money
) -> tuple[TaxBase, ...]:
    """Each line with its part of the sale's `discount` (beyond the lines' own), `freight` and `other` charges.

    Parts go by what the lines cost, the largest remainders take the cents left over, and no line falls below
    nothing: the sum of the nets is goods − discounts + freight + other.
    Raises NothingSold without lines, DiscountTooLarge when a discount is negative or more than the goods cost.
    """
    if not lines:
        raise NothingSold
    for line in lines:
        if line.discount < ZERO or line.discount > line.gross:
            raise DiscountTooLarge(str(line.gross.reais))
    nets = [line.net for line in lines]
    whole = sum(nets, ZERO)
    if discount < ZERO or discount > whole or freight < ZERO or other < ZERO:
        raise DiscountTooLarge(str(whole.reais))
    discounts = shared(discount, nets)
    freights, others = shared(freight, nets), shared(other, nets)
    return tuple(
        TaxBase(goods=line.gross, discount=line.discount + less, freight=carried, other=more)
        for line, less, carried, more in zip(lines, discounts, freights, others, strict=True)
    )


def document_bases(lines: Sequence[LineAmounts], amounts: SaleAmounts, *, ships: bool) -> tuple[TaxBase, ...]:
    """The lines of a document whose nets add up to the sale's total.

    Freight stays freight only when goods travel (`ships`); otherwise it is another charge, as are the surcharge
    and a positive adjustment. A negative adjustment is a discount; what is taken off beyond the goods comes off
    the other charges and then off the freight, so that no line is negative.
    `amounts.discount` is the sale's, beyond the lines' own. Raises NothingSold or DiscountTooLarge.
    """
    charges = [amounts.surcharge, amounts.adjustment, ZERO if ships else amounts.shipping]
    freight = amounts.shipping if ships else ZERO
    other = sum((each for each in charges if each > ZERO), ZERO)
    discount = amounts.discount - sum((each for each in [*charges, freight] if each < ZERO), ZERO)
    freight = max(freight, ZERO)
    beyond = discount - sum((line.net for line in lines), ZERO)
    if beyond > ZERO:
        from_other = min(beyond, other)
        from_freight = min(beyond - from_other, freight)
        other, freight = other - from_other, freight - from_freight
        discount = discount - from_other - from_freight
    bases = spread(lines, discount=discount, freight=freight, other=other)
    if sum((base.net for base in bases), ZERO) != amounts.total:
        raise DiscountTooLarge(str(amounts.goods.reais))  # the goods are not what the lines cost
    return bases
