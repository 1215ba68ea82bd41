"""The labels of the shop's scale: which product, how much of it, and for how much."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.barcode import check_digit
from varejoforte_desktop.domain.errors import WrongScalePrefix
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.scale_code import ScaleLabel, ScalePrefix, ScaleValue, read_label

WEIGHT, PRICE = ScaleValue.WEIGHT, ScaleValue.PRICE


def layout(prefix: str, value: ScaleValue, code_digits: int, value_digits: int) -> ScalePrefix:
    return ScalePrefix(prefix=prefix, value=value, code_digits=code_digits, value_digits=value_digits)


#: 2 + six digits of code + five of price; 20 + five of code + five of weight; 21, 22… as shops set them up.
SHOP = (
    layout("2", PRICE, 6, 5),
    layout("20", WEIGHT, 5, 5),
    layout("21", PRICE, 4, 6),
    layout("22", WEIGHT, 4, 6),
    layout("299", WEIGHT, 4, 5),
)


@pytest.mark.parametrize(
    ("digits", "code", "weight", "cents"),
    [
        ("200012301234", "00123", "1.234", None),
        ("200012300001", "00123", "0.001", None),
        ("200012399999", "00123", "99.999", None),
        ("209999900500", "99999", "0.500", None),
        ("200000100000", "00001", "0", None),
        ("200012310000", "00123", "10", None),
        ("201234501000", "12345", "1", None),
        ("220123001234", "0123", "1.234", None),
        ("220123999999", "0123", "999.999", None),
        ("229999000250", "9999", "0.250", None),
        ("299001201234", "0012", "1.234", None),
        ("299999900001", "9999", "0.001", None),
        ("210123001234", "0123", None, 1234),
        ("210123000001", "0123", None, 1),
        ("219999999999", "9999", None, 999_999),
        ("230012301234", "300123", None, 1234),
        ("240000001999", "400000", None, 1999),
        ("250000199999", "500001", None, 99_999),
        ("291234500000", "912345", None, 0),
        ("281234500050", "812345", None, 50),
    ],
)
def test_a_label_says_which_product_and_how_much(
    digits: str, code: str, weight: str | None, cents: int | None
) -> None:
    """F64: twenty labels of five layouts; the longest prefix that fits decides."""
    label = read_label(digits + check_digit(digits), SHOP)
    assert label == ScaleLabel(
        code=code,
        weight=None if weight is None else Decimal(weight),
        price=None if cents is None else Money(cents),
    )


def test_the_order_of_the_table_decides_nothing() -> None:
    digits = "200012301234"
    code = digits + check_digit(digits)
    assert read_label(code, SHOP) == read_label(code, SHOP[::-1])


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2000123012345"[:-1],  # twelve digits
        "20001230123450",  # fourteen
        "7891234567895",  # a maker's barcode, not the shop's own
        "20001230123X1",
        "²000123012341",
        "2000123012340",  # the check digit would be another
    ],
)
def test_what_is_no_label_is_not_taken_for_one(code: str) -> None:
    """F64."""
    assert read_label(code, SHOP) is None


def test_without_layouts_nothing_is_a_label() -> None:
    digits = "200012301234"
    assert read_label(digits + check_digit(digits), ()) is None


@pytest.mark.parametrize(
    ("code", "tried"),
    [("00123", ("00123", "123")), ("12345", ("12345",)), ("00000", ("00000",)), ("0120", ("0120", "120"))],
)
def test_the_shop_may_have_written_the_reference_without_zeros(code: str, tried: tuple[str, ...]) -> None:
    assert ScaleLabel(code=code, weight=Decimal(1), price=None).codes == tried


@pytest.mark.parametrize(
    ("cents", "unit_price", "quantity"),
    [
        (1234, 1000, "1.234"),
        (1000, 3000, "0.333"),
        (2000, 3000, "0.667"),
        (1, 100_000, "0.000"),
        (1990, 0, "1"),  # a product without a price: one label, one piece
        (999, 999, "1"),
    ],
)
def test_a_label_with_a_price_weighs_what_the_price_buys(cents: int, unit_price: int, quantity: str) -> None:
    label = ScaleLabel(code="00123", weight=None, price=Money(cents))
    assert label.quantity(Money(unit_price)) == Decimal(quantity)


@given(st.integers(1, 99_999), st.integers(1, 50_000))
def test_what_a_price_buys_costs_that_price_again_to_the_gram(cents: int, unit_price: int) -> None:
    """Rounding to the gram moves the price by half a gram's worth at most, and by the cent it is rounded to."""
    bought = ScaleLabel(code="1", weight=None, price=Money(cents)).quantity(Money(unit_price))
    again = Money(unit_price).times(bought)
    assert abs(again.cents - cents) <= Decimal(unit_price) / 2000 + Decimal("0.5")


@given(st.sampled_from(SHOP), st.data())
def test_every_label_a_layout_can_print_is_read_back(each: ScalePrefix, data: st.DataObject) -> None:
    code = data.draw(st.text("0123456789", min_size=each.code_digits, max_size=each.code_digits))
    number = data.draw(st.integers(0, 10**each.value_digits - 1))
    digits = f"{each.prefix}{code}{number:0{each.value_digits}d}"
    label = read_label(digits + check_digit(digits), [each])
    assert label is not None
    assert label.code == code
    assert label.weight == (Decimal(number) / 1000 if each.value is WEIGHT else None)
    assert label.price == (Money(number) if each.value is PRICE else None)


@pytest.mark.parametrize("good", SHOP)
def test_the_usual_layouts_can_be_kept(good: ScalePrefix) -> None:
    assert good.checked() is good


@pytest.mark.parametrize(
    "wrong",
    [
        layout("", PRICE, 7, 5),
        layout("7", PRICE, 6, 5),  # a maker's
        layout("2a", PRICE, 5, 5),
        layout("2²", PRICE, 5, 5),
        layout("2000", WEIGHT, 4, 4),
        layout("20", WEIGHT, 5, 4),
        layout("20", WEIGHT, 6, 5),
        layout("20", WEIGHT, 0, 10),
        layout("20", WEIGHT, 10, 0),
        layout("20", WEIGHT, -1, 11),
    ],
)
def test_a_layout_that_fills_no_barcode_is_refused(wrong: ScalePrefix) -> None:
    with pytest.raises(WrongScalePrefix):
        wrong.checked()
