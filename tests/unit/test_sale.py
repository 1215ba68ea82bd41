"""The arithmetic of a sale: every cent of goods, discount and payment is somebody's, and none is made up."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.errors import DiscountTooLarge, NothingSold, PaymentDoesNotFit
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import (
    Basket,
    BasketLine,
    DiscountLimits,
    FiscalModel,
    Payment,
    PaymentMethod,
    Sale,
    SaleAmounts,
    SaleLine,
    SaleSource,
    check_payments,
    document_wanted,
    shared,
)

CASH, PIX, CREDIT = PaymentMethod.CASH, PaymentMethod.PIX, PaymentMethod.CREDIT
CENTS = st.integers(0, 10_000_000).map(Money)


def paid(amount: int, method: PaymentMethod = PIX, tendered: int = 0) -> Payment:
    return Payment(method=method, amount=Money(amount), tendered=Money(tendered))


def a_sale_line(price: int = 1000, quantity: str = "1", discount: int = 0) -> SaleLine:
    return SaleLine(
        product_id=1,
        reference="PAN",
        name="Panela",
        unit="UN",
        quantity=Decimal(quantity),
        price=Money(price),
        discount=Money(discount),
    )


def a_sale(*lines: SaleLine, payments: tuple[Payment, ...], **sums: Money) -> Sale:
    goods = sum((line.total for line in lines), ZERO)
    return Sale(
        token="t",
        station="Balcão",
        source=SaleSource.COUNTER,
        amounts=SaleAmounts(**{"goods": goods} | sums),
        lines=lines,
        payments=payments,
        operator_id=1,
        at=datetime(2026, 3, 2, tzinfo=UTC),
    )


# -- sharing a discount over the lines -----------------------------------------------------------------


def test_ten_thousand_random_discounts_are_shared_to_the_cent() -> None:
    """F45: the parts add up, none is more than a cent from its exact share, and none has the wrong sign."""
    chance = random.Random(45)
    for _ in range(10_000):
        weights = [
            Money(chance.choice([0, 1, chance.randrange(200_000)])) for _ in range(chance.randrange(1, 12))
        ]
        amount = Money(chance.choice([0, 1, chance.randrange(500_000), -chance.randrange(500_000)]))
        parts = shared(amount, weights)
        assert sum(parts, ZERO) == amount
        whole = sum(weight.cents for weight in weights)
        for part, weight in zip(parts, weights, strict=True):
            if whole:
                exact = Decimal(amount.cents) * weight.cents / whole
                assert abs(part.cents - exact) < 1
                assert weight.cents or not part.cents


@given(CENTS, st.lists(CENTS, min_size=1, max_size=30))
def test_a_discount_that_fits_the_sale_fits_every_line(amount: Money, weights: list[Money]) -> None:
    """F45: no line is given more than it costs, so that none becomes negative on its document."""
    whole = sum(weights, ZERO)
    fitting = min(amount, whole)
    for part, weight in zip(shared(fitting, weights), weights, strict=True):
        assert ZERO <= part <= weight


def test_the_cents_left_over_go_to_the_largest_remainders_and_then_to_the_first() -> None:
    """F45."""
    assert shared(Money(100), [Money(1), Money(1), Money(1)]) == (Money(34), Money(33), Money(33))
    assert shared(Money(1), [Money(10), Money(30), Money(20)]) == (ZERO, Money(1), ZERO)
    assert shared(Money(-100), [Money(1), Money(1), Money(1)]) == (Money(-34), Money(-33), Money(-33))


def test_sharing_over_nothing() -> None:
    assert shared(Money(100), []) == ()
    assert shared(Money(100), [ZERO, ZERO]) == (Money(100), ZERO)


# -- paying --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payments", "total"),
    [
        ((paid(1000),), 1000),
        ((paid(400), paid(600, CREDIT)), 1000),
        ((paid(1000, CASH, 5000),), 1000),
        ((paid(1000, CASH, 1000),), 1000),
        ((paid(1000, CREDIT, 1000),), 1000),
        ((), 0),
    ],
)
def test_payments_that_fit(payments: tuple[Payment, ...], total: int) -> None:
    check_payments(payments, Money(total))


@pytest.mark.parametrize(
    ("payments", "total", "said"),
    [
        ((paid(999),), 1000, "9.99"),
        ((paid(1001),), 1000, "10.01"),
        ((), 1000, "0.00"),
        ((paid(1000), paid(0)), 1000, "10.00"),
        ((paid(1100), paid(-100)), 1000, "10.00"),
        ((paid(1000, CREDIT, 1500),), 1000, "10.00"),  # no change from a card
        ((paid(1000, PaymentMethod.VOUCHER, 1500),), 1000, "10.00"),
        ((paid(1000, CASH, 900),), 1000, "9.00"),  # fewer notes than they are to pay
        ((paid(100),), 0, "1.00"),
    ],
)
def test_payments_that_do_not_fit_say_what_was_paid(
    payments: tuple[Payment, ...], total: int, said: str
) -> None:
    with pytest.raises(PaymentDoesNotFit) as refused:
        check_payments(payments, Money(total))
    assert (refused.value.total, refused.value.paid) == (str(Money(total).reais), said)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.integers(0, 10**6))
def test_change_is_what_was_handed_over_less_what_it_pays(parts: list[int], over: int) -> None:
    payments = [paid(part) for part in parts[1:]] + [paid(parts[0], CASH, parts[0] + over)]
    check_payments(payments, Money(sum(parts)))
    assert sum(payment.change.cents for payment in payments) == over


# -- a sale --------------------------------------------------------------------------------------------


def test_a_sale_adds_up() -> None:
    sale = a_sale(
        a_sale_line(1990, "3", discount=70),
        a_sale_line(3999, "0.350"),
        discount=Money(500),
        shipping=Money(2410),
        surcharge=Money(99),
        adjustment=Money(-1),
        payments=(paid(5900 + 1400 - 500 + 2410 + 99 - 1),),
    )
    assert [line.total for line in sale.lines] == [Money(5900), Money(1400)]
    assert sale.checked() is sale


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (a_sale_line(quantity="0"),),
        (a_sale_line(quantity="-1"),),
        (a_sale_line(), a_sale_line(quantity="0")),
    ],
)
def test_nothing_cannot_be_sold(lines: tuple[SaleLine, ...]) -> None:
    with pytest.raises(NothingSold):
        a_sale(*lines, payments=()).checked()


@pytest.mark.parametrize(
    ("line", "sums"),
    [
        (a_sale_line(1000, discount=1001), {}),
        (a_sale_line(1000, discount=-1), {}),
        (a_sale_line(1000), {"discount": Money(-1)}),
        (a_sale_line(1000), {"discount": Money(1001)}),
    ],
)
def test_a_discount_is_never_more_than_what_it_is_taken_from(line: SaleLine, sums: dict[str, Money]) -> None:
    with pytest.raises(DiscountTooLarge):
        a_sale(line, payments=(), **sums).checked()


def test_a_sale_given_away_whole_needs_no_payment() -> None:
    a_sale(a_sale_line(1000), discount=Money(1000), payments=()).checked()


# -- an open counter sale ------------------------------------------------------------------------------


def a_basket_line(price: int, quantity: str = "1", **changes: Any) -> BasketLine:
    facts: dict[str, Any] = {
        "product_id": 1,
        "reference": "PAN",
        "name": "Panela",
        "unit": "UN",
        "quantity": Decimal(quantity),
        "price": Money(price),
    }
    return BasketLine(**facts | changes)


def test_a_cancelled_line_stays_visible_and_counts_nothing() -> None:
    basket = Basket(
        token="t",
        lines=(a_basket_line(1990, "2"), a_basket_line(500, cancelled=True), a_basket_line(3999, "0.350")),
        discount=Money(380),
        payments=(paid(2000), paid(1000, CASH, 5000)),
    )
    assert basket.goods == Money(5380)
    assert basket.total == Money(5000)
    assert (basket.paid, basket.missing) == (Money(3000), Money(2000))
    assert basket.pieces == Decimal("2.350")
    assert [line.price.cents for line in basket.live] == [1990, 3999]
    assert len(basket.lines) == 3


def test_an_empty_basket() -> None:
    basket = Basket(token="t")
    assert (basket.goods, basket.total, basket.missing, basket.pieces) == (ZERO, ZERO, ZERO, Decimal(0))


LINES = st.lists(
    st.builds(
        a_basket_line,
        st.integers(0, 10**6),
        st.integers(1, 10**6).map(lambda n: f"{n // 1000}.{n % 1000:03d}"),
        cancelled=st.booleans(),
    ),
    max_size=12,
)


@given(LINES, st.integers(0, 10**5), st.lists(st.integers(1, 10**6), max_size=4))
def test_a_basket_always_adds_up(lines: list[BasketLine], discount: int, parts: list[int]) -> None:
    basket = Basket(
        token="t",
        lines=tuple(lines),
        discount=Money(discount),
        payments=tuple(paid(part) for part in parts),
    )
    assert basket.goods == sum((line.price.times(line.quantity) for line in basket.live), ZERO)
    assert basket.paid + basket.missing == basket.total == basket.goods - basket.discount
    without = replace(basket, lines=tuple(line for line in lines if not line.cancelled))
    assert (without.goods, without.pieces) == (basket.goods, basket.pieces)


# -- what the law and the shop allow -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "ships", "company", "wanted"),
    [
        (SaleSource.COUNTER, False, False, FiscalModel.NFCE),
        (SaleSource.COUNTER, False, True, FiscalModel.NFE),
        (SaleSource.ORDER, True, False, FiscalModel.NFE),
        (SaleSource.ORDER, True, True, FiscalModel.NFE),
        (SaleSource.ORDER, False, False, FiscalModel.NFCE),  # fetched at the shop: a sale in person
        (SaleSource.ORDER, False, True, FiscalModel.NFE),
    ],
)
def test_which_document_the_law_asks_for(
    source: SaleSource, ships: bool, company: bool, wanted: FiscalModel
) -> None:
    assert document_wanted(source=source, ships=ships, company=company) is wanted


@pytest.mark.parametrize(
    ("role", "discount", "goods", "allowed"),
    [
        ("operador", 500, 10_000, True),
        ("operador", 501, 10_000, False),
        ("operador", 0, 0, True),
        ("operador", 1, 0, False),
        ("gerente", 2000, 10_000, True),
        ("gerente", 2001, 10_000, False),
        ("administrador", 10_000, 10_000, True),
        ("administrador", 10_001, 10_000, False),
    ],
)
def test_how_much_each_role_may_give_away(role: str, discount: int, goods: int, allowed: bool) -> None:
    assert DiscountLimits().allows(role, Money(discount), Money(goods)) is allowed


def test_a_limit_of_seven_and_a_half_percent_is_exact() -> None:
    limits = DiscountLimits(operador=750)
    assert limits.allows("operador", Money(75), Money(1000))
    assert not limits.allows("operador", Money(76), Money(1000))
    assert not limits.allows("operador", Money(75), Money(999))
