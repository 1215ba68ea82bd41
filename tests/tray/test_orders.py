"""A complete order is read whole: its goods and its amounts, however Tray wrote them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.tray.order_papers import LINE, an_order, read, read_line
from varejoforte_desktop.application.store_orders import StoreAmounts, StoreBuyer, order_to_text
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.tray.reading import Unreadable


def test_a_complete_order_is_read_whole() -> None:
    order = read()
    assert (order.remote_id, order.status, order.status_id, order.status_type) == (
        "7415",
        "A ENVIAR",
        "23",
        "open",
    )
    assert order.placed_at == datetime(2026, 11, 20, 12, 42, 7, tzinfo=UTC)
    assert order.paid
    assert not order.pickup
    assert (order.payment_method, order.shipment) == ("Cartão Visa - Vindi", "PAC")
    assert order.amounts == StoreAmounts(
        goods=Money(28990), shipping=Money(2410), coupon=Money(2899), total=Money(28501)
    )
    assert order.buyer == StoreBuyer(
        remote_id="2210",
        name="Marina Duarte Pires",
        cpf="11122233396",
        cnpj="",
        company="",
        state_registration="",
        email="marina@exemplo.com",
        phone="14999990000",
    )
    (line,) = order.lines
    assert (line.line_id, line.product_id, line.variant_id) == ("9921", "90412", "3307")
    assert (line.reference, line.ean, line.name) == (
        "PAN-24-AZ",
        "7890000000024",
        "Panela de ferro esmaltada 24 cm",
    )
    assert (line.quantity, line.price) == (Decimal(1), Money(28990))
    assert order.adds_up


def test_what_the_store_wrote_stays_beside_it_untouched() -> None:
    order = read(novidade={"a": None})
    assert order.raw == an_order(novidade={"a": None})["Order"]
    assert "novidade" not in repr(order)


# --- amounts ----------------------------------------------------------------------------------------------


def test_both_samples_of_the_documentation_add_up() -> None:
    for goods, discount, freight, interest_or_fee, total in (
        ("35999.00", "8999.75", "28.35", "0.00", "27027.60"),
        ("59900.00", "0.00", "38.91", "2996.95", "62935.86"),
    ):
        order = read(
            ProductsSold=[{**LINE, "price": goods}],
            partial_total=goods,
            discount=discount,
            shipment_value=freight,
            payment_method_rate=interest_or_fee,
            total=total,
            coupon=[],
            discount_coupon="",
        )
        assert order.adds_up


def test_every_part_of_the_total_has_its_place() -> None:
    order = read(
        taxes="1.00",
        interest="2.00",
        payment_method_rate="3.00",
        discount="4.00",
        progressive_discount="5.00",
        shipping_progressive_discount="6.00",
        cart_additional_values_discount="7.00",
        cart_additional_values_increase="8.00",
        total="277.01",
    )
    assert order.amounts == StoreAmounts(
        goods=Money(28990),
        shipping=Money(2410),
        taxes=Money(100),
        interest=Money(200),
        payment_fee=Money(300),
        discount=Money(400),
        coupon=Money(2899),
        other_discounts=Money(1800),
        other_charges=Money(800),
        total=Money(27701),
    )
    assert order.adds_up


def test_numbers_and_missing_amounts_are_amounts_too() -> None:
    order = read(partial_total=289.9, taxes=None, interest=[], shipment_value=24.1, discount="", total=285.01)
    assert order.adds_up
    assert order.amounts.taxes == ZERO


@pytest.mark.parametrize(
    ("coupon", "behind", "expected"),
    [
        ({"code": "BEMVINDO", "discount": "28.99"}, "BEMVINDO/28.99", 2899),
        ({"code": "BEMVINDO", "discount": 28.99}, "", 2899),
        ([{"code": "BEMVINDO", "discount": "28.99"}], "", 2899),
        ({"coupon": {"code": "BEMVINDO", "discount": "28.99"}}, "", 2899),
        ([], "BEMVINDO/28.99", 2899),
        (..., "BEMVINDO/28.99", 2899),
        ({"code": "BEMVINDO", "discount": ""}, "NATAL/2026/28.99", 2899),
        (None, "BEMVINDO", 0),
        (None, "NATAL/2026", 0),
        (None, "/28.99", 0),
        ([], None, 0),
    ],
)
def test_a_coupon_has_a_map_of_its_own_or_stands_behind_its_code(
    coupon: Any, behind: Any, expected: int
) -> None:
    assert read(coupon=coupon, discount_coupon=behind).amounts.coupon == Money(expected)


@pytest.mark.parametrize("name", ["total", "partial_total", "interest", "discount", "taxes"])
@pytest.mark.parametrize("value", ["abc", "1,50", "R$ 1.00", {"a": 1}, [1], True, "1e15", "Infinity"])
def test_an_amount_that_is_none_makes_the_order_unreadable(name: str, value: Any) -> None:
    with pytest.raises(Unreadable, match=f"Order.{name}"):
        read(**{name: value})


def test_parts_that_are_amounts_and_a_sum_that_is_none_are_unreadable() -> None:
    huge = "999999999999.00"
    for changes in (
        {"progressive_discount": huge, "shipping_progressive_discount": huge},
        {"shipment_value": huge},
        {"shipment_value": "10000000000.00"},
        {"total": "10000000000.01"},
        {"discount": "20000000000.00"},
        {"ProductsSold": [{**LINE, "price": huge, "quantity": "1000"}]},
        {"ProductsSold": [{**LINE, "price": "9999999.99", "quantity": "1000000"}]},
    ):
        with pytest.raises(Unreadable, match=r"Order\.total"):
            read(**changes)


# --- lines ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        [{"ProductsSold": LINE}],
        [LINE],
        {"0": {"ProductsSold": LINE}},
        {"ProductsSold": LINE},
    ],
)
def test_the_lines_are_found_in_every_wrapper(lines: Any) -> None:
    assert [line.reference for line in read(ProductsSold=lines).lines] == ["PAN-24-AZ"]
    assert [line.reference for line in read(ProductsSold=..., ProductsSolds=lines).lines] == ["PAN-24-AZ"]


def test_an_order_without_goods_is_an_order_but_one_without_the_list_is_none() -> None:
    assert read(ProductsSold=[]).lines == ()
    for absent in (..., None, "", "9921", 7):
        with pytest.raises(Unreadable, match="ProductsSold"):
            read(ProductsSold=absent)


def test_a_light_order_is_never_mistaken_for_a_complete_one() -> None:
    with pytest.raises(Unreadable):
        read(ProductsSold=[{"id": "9921"}])


@pytest.mark.parametrize("none", ["0", "", None, 0, [], ...])
def test_a_product_without_variations_has_none(none: Any) -> None:
    line = {name: value for name, value in {**LINE, "variant_id": none}.items() if value is not ...}
    assert read(ProductsSold=[line]).lines[0].variant_id == ""


@pytest.mark.parametrize(
    ("written", "expected"), [("2", "2"), (3, "3"), ("1.500", "1.5"), (0.25, "0.25"), ("0", "0")]
)
def test_a_quantity_may_be_weighed(written: Any, expected: str) -> None:
    assert read_line(quantity=written).lines[0].quantity == Decimal(expected)


@pytest.mark.parametrize(
    "absurd", ["-1", -0.001, "abc", "", None, [], "1000001", 10**9, "0.0001", "1,5", True, {"a": 1}]
)
def test_a_quantity_that_nobody_can_sell_is_unreadable(absurd: Any) -> None:
    with pytest.raises(Unreadable, match=r"ProductsSold\.quantity"):
        read_line(quantity=absurd)


def test_the_same_quantity_is_the_same_however_it_is_written() -> None:
    assert order_to_text(read_line(quantity="1")) == order_to_text(read_line(quantity=1.00))


def test_nobody_is_paid_for_taking_goods() -> None:
    with pytest.raises(Unreadable, match=r"ProductsSold\.price"):
        read_line(price="-1.00")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["5", "5", "5"], ["5", "5-2", "5-3"]),
        (["5", "5", "5-2"], ["5", "5-2", "5-2-2"]),
        (["5-2", "5", "5"], ["5-2", "5", "5-3"]),
        (["", None, "0"], ["1", "2", "3"]),
        (["2", ""], ["2", "2-2"]),
        ([7, "7"], ["7", "7-2"]),
    ],
)
def test_no_line_is_lost_because_of_its_id(written: list[Any], expected: list[str]) -> None:
    lines = read(ProductsSold=[{"ProductsSold": {**LINE, "id": each}} for each in written]).lines
    assert [line.line_id for line in lines] == expected


def test_an_old_line_has_the_name_the_product_had() -> None:
    assert read_line(name="").lines[0].name == "Panela de ferro"
