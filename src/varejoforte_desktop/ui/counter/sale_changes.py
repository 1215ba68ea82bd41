"""What can be done to an open sale: each change makes a new basket, and payments follow the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from varejoforte_desktop.application.sale_questions import ShelfOffer
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import Basket, BasketLine, Payment, PaymentMethod


def with_line(basket: Basket, offer: ShelfOffer, times: Decimal) -> Basket:
    """One line more, the last."""
    line = BasketLine(
        product_id=offer.product_id,
        reference=offer.reference,
        name=offer.name,
        unit=offer.unit,
        barcode=offer.barcode,
        quantity=times,
        price=offer.price,
    )
    return settled(replace(basket, lines=(*basket.lines, line)))


def with_quantity(basket: Basket, place: int, times: Decimal) -> Basket:
    """Another quantity on the line at `place`."""
    return _with(basket, place, replace(basket.lines[place], quantity=times))


def without_line(basket: Basket, place: int) -> Basket:
    """The line at `place` counts no more, and stays to be seen."""
    return _with(basket, place, replace(basket.lines[place], cancelled=True))


def _with(basket: Basket, place: int, line: BasketLine) -> Basket:
    return settled(replace(basket, lines=(*basket.lines[:place], line, *basket.lines[place + 1 :])))


def with_discount(basket: Basket, discount: Money, approved_by: int | None) -> Basket:
    """Another discount on the whole sale, and who allowed it."""
    return settled(replace(basket, discount=discount, approved_by=approved_by))


def with_buyer(basket: Basket, *, customer_id: int | None, document: str, name: str) -> Basket:
    """Somebody else buys."""
    return replace(basket, customer_id=customer_id, buyer_document=document, buyer_name=name)


def with_payment(basket: Basket, method: PaymentMethod, given: Money) -> Basket:
    """One payment more; of cash, what is more than missing goes back as change."""
    amount = min(given, basket.missing)
    tendered = given if method is PaymentMethod.CASH else ZERO
    payment = Payment(method=method, amount=amount, tendered=tendered)
    return replace(basket, payments=(*basket.payments, payment))


def without_payment(basket: Basket, place: int) -> Basket:
    """The payment at `place` is taken back; cash that was given in excess pays more of the sale then."""
    return settled(replace(basket, payments=(*basket.payments[:place], *basket.payments[place + 1 :])))


def settled(basket: Basket) -> Basket:
    """The basket with a discount that is not more than the goods, and cash that pays what the rest leaves.

    Cash that is no longer needed at all is taken off; other forms of payment stay as they were put in.
    """
    basket = replace(basket, discount=min(basket.discount, basket.goods))
    if not basket.payments:
        return basket
    fixed = (each.amount for each in basket.payments if each.method is not PaymentMethod.CASH)
    left = basket.total - sum(fixed, ZERO)
    payments = []
    for each in basket.payments:
        if each.method is PaymentMethod.CASH:
            amount = min(max(left, ZERO), max(each.tendered, each.amount))
            left = left - amount
            if amount == ZERO:
                continue
            payments.append(replace(each, amount=amount, tendered=max(each.tendered, each.amount)))
        else:
            payments.append(each)
    return replace(basket, payments=tuple(payments))


def change_of(basket: Basket) -> Money:
    """What goes back to the buyer."""
    return sum((each.change for each in basket.payments), ZERO)


def is_blank(basket: Basket) -> bool:
    """Whether nobody has begun this sale: there is nothing to keep."""
    return not (basket.lines or basket.payments or basket.buyer_document or basket.customer_id)


def wanted(basket: Basket) -> Mapping[int, Decimal]:
    """How many of each product the live lines take."""
    total: dict[int, Decimal] = {}
    for line in basket.live:
        total[line.product_id] = total.get(line.product_id, Decimal(0)) + line.quantity
    return total
