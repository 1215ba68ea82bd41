"""An order as it is kept: exact, the same text for the same order, and every change of it told."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.order_builders import AWAITING, a_buyer, a_line, amounts, an_order, home, moved, with_lines
from varejoforte_desktop.application.order_inbox import head_digest, units
from varejoforte_desktop.application.order_sale import order_amounts, suggested_fiscal
from varejoforte_desktop.application.store_orders import (
    OrderChange,
    StoreAmounts,
    StoreOrder,
    content_digest,
    order_changes,
    order_from_text,
    order_to_text,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import FiscalModel

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
CENTS = st.integers(0, 10**7).map(Money)
LINES = st.builds(
    a_line,
    quantity=st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-3)),
    price=CENTS,
    name=TEXTS,
    variant_id=st.sampled_from(["", "3307"]),
    reference=TEXTS,
)
SUMS = [each.name for each in fields(StoreAmounts)]
ORDERS = st.builds(
    an_order,
    buyer=st.builds(a_buyer, name=TEXTS, email=TEXTS, cnpj=TEXTS),
    address=st.sampled_from([None, home()]),
    placed_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    amounts=st.builds(StoreAmounts, **dict.fromkeys(SUMS, CENTS)),
    lines=st.lists(LINES, max_size=5).map(tuple),
    paid=st.booleans(),
    pickup=st.booleans(),
    shipment=TEXTS,
    payment_method=TEXTS,
    raw=st.just({}),
)


@given(ORDERS)
def test_an_order_is_kept_exactly(order: StoreOrder) -> None:
    assert order_from_text(order_to_text(order)) == order
    assert order_to_text(order_from_text(order_to_text(order))) == order_to_text(order)


def test_what_the_store_wrote_is_not_part_of_what_a_person_agrees_to() -> None:
    order = an_order(a_line())
    assert order_from_text(order_to_text(order)) == replace(order, raw={})
    assert content_digest(replace(order, raw={"outra": "coisa"})) == content_digest(order)


def test_a_status_and_a_payment_come_by_themselves_and_need_no_agreement() -> None:
    """F54: only goods, amounts, buyer and where it goes are agreed to."""
    order = an_order(a_line())
    assert content_digest(moved(order, AWAITING, paid=False)) == content_digest(order)


LINE = a_line()
ORDER = an_order(LINE)


@pytest.mark.parametrize(
    "changed",
    [
        replace(ORDER, lines=(replace(LINE, quantity=Decimal(2)),)),
        replace(ORDER, lines=(replace(LINE, quantity=Decimal("1.001")),)),
        replace(ORDER, lines=(replace(LINE, price=Money(999)),)),
        replace(ORDER, lines=(replace(LINE, product_id="1"),)),
        replace(ORDER, lines=(replace(LINE, variant_id="1"),)),
        replace(ORDER, lines=(LINE, a_line())),
        replace(ORDER, lines=()),
        replace(ORDER, buyer=a_buyer(cpf="")),
        replace(ORDER, buyer=a_buyer(name="Outra")),
        replace(ORDER, address=replace(home(), number="89")),
        replace(ORDER, address=None),
        replace(ORDER, shipment="SEDEX"),
        replace(ORDER, pickup=True),
        *(replace(ORDER, amounts=replace(ORDER.amounts, **{name: Money(1)})) for name in SUMS),
    ],
)
def test_whatever_a_person_agreed_to_cannot_change_unnoticed(changed: StoreOrder) -> None:
    """F54: each such change has a fingerprint of its own."""
    assert content_digest(changed) != content_digest(ORDER)


def test_changes_are_told_one_by_one() -> None:
    """F54: the diff that a person reads before agreeing anew."""
    pan, lid = a_line(name="Panela", quantity=3, price=Money(1990)), a_line(name="Tampa")
    before = an_order(pan, lid)
    after = with_lines(before, replace(pan, quantity=Decimal(2)), a_line(name="Faca", price=Money(500)))
    told = order_changes(before, replace(after, address=replace(home(), number="90")))
    assert set(told) >= {
        OrderChange(place="line.Panela", before="3 × 1990", after="2 × 1990"),
        OrderChange(place="line.Faca", before="", after="1 × 500"),
        OrderChange(place="line.Tampa", before="1 × 1000", after=""),
        OrderChange(place="address.number", before="88", after="90"),
        OrderChange(place="amount.goods", before="6970", after="4480"),
        OrderChange(place="amount.total", before="9380", after="6890"),
    }


PAN, TWIN = a_line(name="Panela", quantity=1), a_line(name="Panela", quantity=5)
TWINS = an_order(PAN, TWIN)


@pytest.mark.parametrize(
    "changed",
    [
        replace(TWINS, pickup=True),
        replace(TWINS, lines=(PAN, replace(TWIN, variant_id="77"))),
        replace(TWINS, lines=(replace(PAN, quantity=Decimal(9)), TWIN)),
    ],
    ids=["fetched", "another colour", "of two lines of one name the first"],
)
def test_whatever_has_to_be_agreed_to_is_told(changed: StoreOrder) -> None:
    """F54: nobody is asked to agree to a change that is not shown."""
    assert content_digest(changed) != content_digest(TWINS)
    assert order_changes(TWINS, changed) != ()


@given(ORDERS)
def test_nothing_changed_is_nothing_told(order: StoreOrder) -> None:
    assert order_changes(order, order) == ()


# -- amounts -------------------------------------------------------------------------------------------


@given(st.lists(LINES, min_size=1, max_size=5), st.builds(StoreAmounts, **dict.fromkeys(SUMS, CENTS)))
def test_an_order_adds_up_when_its_lines_and_parts_make_the_total(
    lines: list[Any], told: StoreAmounts
) -> None:
    """F44: to the cent, by the lines and not by what the store says they cost."""
    order = an_order(*lines, amounts=told)
    plus = told.shipping.cents + told.taxes.cents + told.interest.cents + told.payment_fee.cents
    plus += told.other_charges.cents
    minus = told.discount.cents + told.coupon.cents + told.other_discounts.cents
    exact = sum(line.price.times(line.quantity).cents for line in lines) + plus - minus
    assert order.expected_total.cents == exact
    assert order.adds_up is (exact == told.total.cents)
    assert replace(order, amounts=replace(told, total=order.expected_total)).adds_up


def test_a_line_that_is_missing_does_not_add_up() -> None:
    """F47: the store says 3 × 10,00 of goods and lists two of them."""
    one, two, three = a_line(), a_line(), a_line()
    whole = an_order(one, two, three)
    assert whole.adds_up
    assert not replace(whole, lines=(one, two)).adds_up


@given(st.lists(LINES, min_size=1, max_size=5), st.builds(StoreAmounts, **dict.fromkeys(SUMS, CENTS)))
def test_an_orders_amounts_become_a_sales_amounts_of_the_same_total(
    lines: list[Any], told: StoreAmounts
) -> None:
    """F44: what does not add up and was accepted is the adjustment, and nothing else is."""
    order = an_order(*lines, amounts=told)
    became = order_amounts(order)
    assert became.total == told.total
    assert became.discount >= ZERO
    assert became.goods == order.lines_total
    assert (became.adjustment == ZERO) is order.adds_up


def test_a_discount_below_nothing_is_a_charge() -> None:
    line = a_line(price=Money(1000))
    order = an_order(line, amounts=amounts([line], discount=Money(-300), taxes=Money(50)))
    became = order_amounts(order)
    assert (became.discount, became.surcharge, became.adjustment) == (ZERO, Money(350), ZERO)
    assert became.total == Money(1000 + 2410 + 350)


@pytest.mark.parametrize(
    ("buyer", "pickup", "wanted"),
    [
        (a_buyer(), False, FiscalModel.NFE),
        (a_buyer(), True, FiscalModel.NFCE),
        (a_buyer(cnpj="11222333000181"), True, FiscalModel.NFE),
        (a_buyer(cnpj="12ABC34501DE35"), True, FiscalModel.NFE),
        (a_buyer(cnpj="11222333000182"), True, FiscalModel.NFCE),  # no CNPJ at all: its digits are wrong
    ],
)
def test_which_document_an_order_wants(buyer: Any, pickup: bool, wanted: FiscalModel) -> None:
    assert suggested_fiscal(an_order(a_line(), buyer=buyer, pickup=pickup)) is wanted


# -- what it takes -------------------------------------------------------------------------------------


def test_units_of_the_same_product_are_counted_together() -> None:
    order = an_order(a_line(quantity=2), a_line(quantity="0.5"), a_line(quantity=3), a_line(quantity=7))
    assert units(order, [1, 1, 2, None]) == {1: Decimal("2.5"), 2: Decimal(3)}


def test_pieces_are_counted_over_all_lines() -> None:
    assert an_order(a_line(quantity=2), a_line(quantity=3)).pieces == Decimal(5)
    assert an_order().pieces == Decimal(0)


def test_the_light_line_has_one_fingerprint_however_its_keys_are_ordered() -> None:
    one = {"id": "7415", "total": "1.00", "OrderStatus": {"id": "3", "type": "open"}}
    other = {"OrderStatus": {"type": "open", "id": "3"}, "total": "1.00", "id": "7415"}
    assert head_digest(one) == head_digest(other)
    assert head_digest(one) != head_digest({**one, "total": "1.01"})


def test_an_instant_is_kept_with_its_zone() -> None:
    at = datetime(2026, 3, 2, 2, 59, 1, tzinfo=UTC)
    assert order_from_text(order_to_text(an_order(placed_at=at))).placed_at == at
