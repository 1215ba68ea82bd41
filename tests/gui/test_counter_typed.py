"""What is typed at the counter is read once and in one way, and a sale adds up after every change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.application.sale_questions import ShelfOffer
from varejoforte_desktop.domain.errors import (
    DiscountTooLarge,
    DomainError,
    Negative,
    NotANumber,
    NotInteger,
    TooManyDecimals,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import Basket, PaymentMethod, check_payments
from varejoforte_desktop.ui.counter import sale_changes
from varejoforte_desktop.ui.counter.lines import shelf_remark, shown_lines
from varejoforte_desktop.ui.counter.typed import (
    Entry,
    discount_typed,
    is_document,
    quantity_typed,
    read_entry,
    sellable,
)
from varejoforte_desktop.ui.counter.words import Buyer, buyer_words, initials

CASH, PIX, CARD = PaymentMethod.CASH, PaymentMethod.PIX, PaymentMethod.CREDIT


def an_offer(price: int = 1000, **changes: object) -> ShelfOffer:
    facts: dict[str, object] = {
        "product_id": 1, "reference": "PAN-1", "name": "Panela", "barcode": "", "unit": "UN", "fractional": False,
        "price": Money(price), "cost": ZERO, "on_hand": Decimal(10), "promised": Decimal(0), "active": True,
    }  # fmt: skip
    return ShelfOffer(**facts | changes)  # type: ignore[arg-type]


def a_basket(*prices: int) -> Basket:
    basket = Basket(token="t")
    for price in prices:
        basket = sale_changes.with_line(basket, an_offer(price), Decimal(1))
    return basket


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("7890000000017", Entry(None, "7890000000017")),
        ("  café  torrado ", Entry(None, "café  torrado")),
        ("3*", Entry(Decimal(3), "")),
        ("3*789", Entry(Decimal(3), "789")),
        (" 3 * 789 ", Entry(Decimal(3), "789")),
        ("0,250*QUE-1", Entry(Decimal("0.250"), "QUE-1")),
        ("0.250*QUE-1", Entry(Decimal("0.250"), "QUE-1")),
        ("1.000*PAR-1", Entry(Decimal(1000), "PAR-1")),
    ],
)
def test_a_quantity_before_the_star(text: str, entry: Entry) -> None:
    assert read_entry(text) == entry


@pytest.mark.parametrize("text", ["0*1", "-1*1", "*1", "a*1", "1,2,3*1", "7890000000017*1", "100000*"])
def test_no_quantity_at_all(text: str) -> None:
    with pytest.raises(NotANumber):
        read_entry(text)


def test_four_places_are_one_too_many() -> None:
    with pytest.raises(TooManyDecimals):
        quantity_typed("0,2505")


def test_parts_are_sold_only_of_what_is_measured() -> None:
    assert sellable(Decimal("0.250"), fractional=True) == Decimal("0.250")
    assert sellable(Decimal("2.000"), fractional=False) == 2
    with pytest.raises(NotInteger):
        sellable(Decimal("0.250"), fractional=False)


@pytest.mark.parametrize(
    ("text", "discount"),
    [
        ("", 0), ("0", 0), ("10,00", 1000), ("10", 1000), ("1.234,56", 123456), ("R$ 5,50", 550), ("5%", 10000),
        ("5 %", 10000), ("7,5%", 15000), ("100%", 200000), ("0,01%", 20), ("33,33%", 66660),
    ],
)  # fmt: skip
def test_a_discount_in_reais_or_percent(text: str, discount: int) -> None:
    """F46: one parser, whatever the computer's language."""
    assert discount_typed(text, Money(200_000)) == Money(discount)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("2.000,01", DiscountTooLarge),
        ("100,01%", DiscountTooLarge),
        ("999999999%", DiscountTooLarge),
        ("-1", Negative),
        ("-1%", Negative),
        ("dez", NotANumber),
        ("%", NotANumber),
        ("1,234", TooManyDecimals),
    ],
)
def test_a_discount_that_cannot_be(text: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        discount_typed(text, Money(200_000))


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("111.222.333-96", True),
        ("11122233396", True),
        ("11.222.333/0001-81", True),
        ("12.ABC.345/01DE-35", True),
        ("1", True),
        ("Maria", False),
        ("", False),
        ("João da Silva 2", False),
        ("maria@loja.com", False),
    ],
)
def test_a_document_is_told_from_a_name(text: str, document: bool) -> None:
    assert is_document(text) is document


def test_cash_gives_change_and_other_forms_pay_what_is_said() -> None:
    basket = a_basket(2390, 2200)
    basket = sale_changes.with_payment(basket, PIX, Money(2000))
    assert basket.missing == Money(2590)
    basket = sale_changes.with_payment(basket, CASH, Money(3000))
    assert basket.missing == ZERO
    assert sale_changes.change_of(basket) == Money(410)
    check_payments(basket.payments, basket.total)


def test_a_product_more_is_paid_out_of_the_cash_that_was_handed_over() -> None:
    basket = sale_changes.with_payment(a_basket(1000), CASH, Money(5000))
    assert sale_changes.change_of(basket) == Money(4000)
    basket = sale_changes.with_line(basket, an_offer(1500), Decimal(1))
    assert basket.missing == ZERO
    assert sale_changes.change_of(basket) == Money(2500)
    basket = sale_changes.with_line(basket, an_offer(9000), Decimal(1))
    assert basket.missing == Money(6500)
    assert sale_changes.change_of(basket) == ZERO


def test_a_product_less_gives_more_change_and_never_less_than_nothing() -> None:
    basket = sale_changes.with_payment(a_basket(1000, 3000), PIX, Money(1000))
    basket = sale_changes.with_payment(basket, CASH, Money(3000))
    basket = sale_changes.without_line(basket, 1)
    assert [each.method for each in basket.payments] == [PIX], "the cash is not needed at all"
    assert basket.missing == ZERO
    basket = sale_changes.with_quantity(
        sale_changes.with_payment(a_basket(1000), PIX, Money(1000)), 0, Decimal(1)
    )
    assert basket.missing == ZERO


def test_what_was_paid_by_card_is_never_changed_behind_anybodys_back() -> None:
    basket = sale_changes.with_payment(a_basket(1000, 3000), CARD, Money(4000))
    basket = sale_changes.without_line(basket, 0)
    assert basket.payments[0].amount == Money(4000)
    assert basket.missing == Money(-1000)


def test_a_payment_taken_back_lets_the_cash_pay_more() -> None:
    basket = sale_changes.with_payment(a_basket(5000), PIX, Money(3000))
    basket = sale_changes.with_payment(basket, CASH, Money(10_000))
    assert sale_changes.change_of(basket) == Money(8000)
    basket = sale_changes.without_payment(basket, 0)
    assert (basket.missing, sale_changes.change_of(basket)) == (ZERO, Money(5000))


def test_a_discount_shrinks_with_the_goods() -> None:
    basket = sale_changes.with_discount(a_basket(1000, 3000), Money(3500), 3)
    basket = sale_changes.without_line(basket, 1)
    assert (basket.discount, basket.total) == (Money(1000), ZERO)


@given(st.lists(st.tuples(st.sampled_from(["line", "cancel", "pay", "back", "less"]), st.integers(1, 9999))))
def test_whatever_is_done_the_sale_adds_up(steps: list[tuple[str, int]]) -> None:
    basket = Basket(token="t")
    for what, number in steps:
        if what == "line":
            basket = sale_changes.with_line(basket, an_offer(number), Decimal(1 + number % 3))
        elif what == "cancel" and basket.lines:
            basket = sale_changes.without_line(basket, number % len(basket.lines))
        elif what == "pay" and basket.missing > ZERO:
            method = CASH if number % 2 else PIX
            given_ = Money(number) if method is CASH else min(Money(number), basket.missing)
            basket = sale_changes.with_payment(basket, method, given_)
        elif what == "back" and basket.payments:
            basket = sale_changes.without_payment(basket, number % len(basket.payments))
        elif what == "less":
            basket = sale_changes.with_discount(basket, min(Money(number), basket.goods), None)
        assert ZERO <= basket.discount <= basket.goods
        assert all(each.amount > ZERO for each in basket.payments)
        assert all(each.method is CASH or each.change == ZERO for each in basket.payments)
        assert not sale_changes.change_of(basket) or basket.missing <= ZERO
        if basket.payments and basket.missing == ZERO:
            check_payments(basket.payments, basket.total)


@pytest.mark.parametrize(
    ("on_hand", "promised", "times", "said"),
    [
        (10, 0, 10, ""),
        (10, 0, 11, "só há 10 em estoque"),
        (10, 3, 7, ""),
        (10, 3, 8, "prometido a pedidos da Tray"),
        (2, 2, 1, "prometido a pedidos da Tray"),
        (2, 5, 3, "só há 2 em estoque"),
        (0, 0, 1, "sem estoque"),
        (-1, 0, 1, "sem estoque"),
    ],
)
def test_what_the_shelf_says_of_a_line(on_hand: int, promised: int, times: int, said: str) -> None:
    offer = an_offer(on_hand=Decimal(on_hand), promised=Decimal(promised))
    assert shelf_remark(offer, Decimal(times)) == said


def test_two_lines_of_one_product_want_what_they_want_together() -> None:
    basket = a_basket(1000, 1000)
    offers = {1: an_offer(on_hand=Decimal(2), promised=Decimal(1))}
    assert [shown.remark for shown in shown_lines(basket, offers, {})] == ["prometido a pedidos da Tray"] * 2
    basket = sale_changes.without_line(basket, 0)
    assert [shown.remark for shown in shown_lines(basket, offers, {})] == ["cancelado", ""]


def test_a_refusal_stands_beside_its_line() -> None:
    shown = shown_lines(a_basket(1000), {1: an_offer(on_hand=Decimal(0))}, {"PAN-1": "Só há 0."})
    assert shown[0].remark == "Só há 0."
    assert shown[0].words == "1. Panela, 1 UN × 10,00 = 10,00, Só há 0."


def test_words() -> None:
    assert buyer_words(Buyer(1, "11122233396", "Maria")) == "Maria · 111.222.333-96"
    assert buyer_words(Buyer()) == ""
    assert initials("Panela de pressão alumínio") == "PP"
    assert initials("açúcar") == "A"
    assert initials("3 em 1") == "3"
