"""Money and quantities are read as Brazilians type them, and not a cent is lost."""

import contextlib
import locale
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.errors import NotANumber, TooManyDecimals
from varejoforte_desktop.domain.money import ZERO, Money, decimal_from_typed
from varejoforte_desktop.domain.quantity import LIMIT, quantity, whole_units

CENTS = st.integers(min_value=-(10**14), max_value=10**14)
SOME_CENTS = st.integers(min_value=-(10**11), max_value=10**11)
THOUSANDTHS = st.integers(min_value=-(10**12), max_value=10**12)
KEYS = st.text(alphabet="0123456789.,-R$ e+%abc\u00a0\u2212", max_size=14)


def on_paper(cents: int, *, grouped: bool = True, sign: str = "") -> str:
    """1 234 567 cents as "12.345,67"."""
    whole, rest = divmod(abs(cents), 100)
    reais = f"{whole:,}".replace(",", ".") if grouped else str(whole)
    return f"{'-' if cents < 0 else ''}{sign}{reais},{rest:02d}"


@given(CENTS, st.booleans(), st.sampled_from(["", "R$", "R$ ", "R$\u00a0"]))
def test_what_is_written_on_paper_is_read_back_to_the_cent(cents: int, grouped: bool, sign: str) -> None:
    assert Money.typed(on_paper(cents, grouped=grouped, sign=sign)).cents == cents


@given(CENTS)
def test_the_numeric_keypads_point_is_a_decimal_point(cents: int) -> None:
    assert Money.typed(on_paper(cents, grouped=False).replace(",", ".")).cents == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123456),
        ("1234,56", 123456),
        ("1234.56", 123456),
        ("12,5", 1250),
        ("12.5", 1250),
        ("1.234", 123400),
        ("1.234.567", 123456700),
        ("R$ 9", 900),
        ("R$ 1.234,50", 123450),
        ("  7 ", 700),
        ("-3", -300),
        ("0", 0),
        ("0,01", 1),
        ("12,50000", 1250),
        ("0.250", 25),
        ("0.5", 50),
    ],
)
def test_money_is_read_as_it_is_typed(text: str, cents: int) -> None:
    assert Money.typed(text).cents == cents


@pytest.mark.parametrize(
    "text",
    ["", " ", "R$", "12,5,0", "1,234.56", "1.23.456", "12.34,5", "1e3", "1E+2", "abc", "--3", "3-", ",5", "5,",
     ".", "1..234", "NaN", "Infinity", "1_000", "²", "12,5%", "+3", "0x10", "1;5"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_and_said_of_its_field(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        Money.typed(text, "price")
    assert (refused.value.text, refused.value.field) == (text, "price")


@given(KEYS)
def test_whatever_keys_are_hit_there_is_an_amount_or_a_refusal(text: str) -> None:
    fields = ["price"]
    try:
        assert type(Money.typed(text, "price").cents) is int
    except (NotANumber, TooManyDecimals) as refused:
        fields.append(str(refused.field))
    assert set(fields) == {"price"}


def test_a_third_decimal_of_money_is_refused() -> None:
    with pytest.raises(TooManyDecimals) as refused:
        Money.typed("1,005", "cost")
    assert (refused.value.places, refused.value.field) == (2, "cost")


@pytest.mark.parametrize("digits", [16, 18, 29, 60, 400])
def test_a_scanner_that_fires_into_the_price_is_refused(digits: int) -> None:
    with pytest.raises(NotANumber) as refused:
        Money.typed("7" * digits, "price")
    assert refused.value.field == "price"


@pytest.mark.parametrize("digits", [10, 13, 26, 39, 400])
def test_a_scanner_that_fires_into_the_quantity_is_refused(digits: int) -> None:
    with pytest.raises(NotANumber) as refused:
        quantity("7" * digits, "quantity")
    assert refused.value.field == "quantity"


def test_the_computers_language_changes_nothing() -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("C", "pt_BR.UTF-8", "de_DE.UTF-8", "en_US.UTF-8"):
            with contextlib.suppress(locale.Error):  # a computer speaks some of them
                locale.setlocale(locale.LC_ALL, name)
            assert Money.typed("1.234,56").cents == 123456
            assert quantity("1.234,5") == Decimal("1234.500")
    finally:
        locale.setlocale(locale.LC_ALL, before)


@given(SOME_CENTS, SOME_CENTS, SOME_CENTS)
def test_adding_and_taking_away_loses_no_cent(a: int, b: int, c: int) -> None:
    total = Money(a) + Money(b) - Money(c)
    assert total.cents == a + b - c
    assert -total == Money(-(a + b - c))
    assert bool(total) == (total != ZERO)
    assert (Money(a) < Money(b)) == (a < b)


@given(CENTS)
def test_reais_are_exact(cents: int) -> None:
    assert Money.of(Money(cents).reais) == Money(cents)
    assert Money(cents).reais.as_tuple().exponent == -2


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=10**6))
def test_a_weighed_price_is_rounded_once_and_by_half_a_cent_at_most(cents: int, grams: int) -> None:
    paid = Money(cents).times(Decimal(grams).scaleb(-3))
    assert abs(paid.cents * 1000 - cents * grams) <= 500


def test_half_a_cent_is_rounded_away_from_zero() -> None:
    assert Money.of(Decimal("0.005")) == Money(1)
    assert Money.of(Decimal("-0.005")) == Money(-1)
    assert Money(333).times(Decimal("0.5")) == Money(167)


def test_an_absurd_amount_is_refused() -> None:
    with pytest.raises(NotANumber):
        Money(10**14 + 1)


@given(THOUSANDTHS)
def test_a_quantity_is_read_back_to_the_gram(thousandths: int) -> None:
    exact = Decimal(thousandths).scaleb(-3)
    assert quantity(f"{exact:.3f}".replace(".", ",")) == exact
    assert quantity(exact) == exact


@pytest.mark.parametrize(
    ("text", "grams"), [("0,250", 250), ("0.250", 250), ("1,5", 1500), ("1.500", 1500000)]
)
def test_weights_are_read_as_they_are_typed(text: str, grams: int) -> None:
    assert quantity(text) * 1000 == grams


def test_a_fourth_decimal_of_a_quantity_is_refused() -> None:
    with pytest.raises(TooManyDecimals):
        quantity("0,1234", "quantity")
    with pytest.raises(NotANumber):
        quantity(Decimal("0.1234"))


@pytest.mark.parametrize("absurd", [LIMIT + 1, Decimal("1e40"), Decimal("NaN"), Decimal("Infinity"), 10**30])
def test_a_quantity_that_no_shop_has_is_refused(absurd: Decimal | int) -> None:
    with pytest.raises(NotANumber):
        quantity(absurd, "quantity")


def test_the_largest_quantity_is_kept_exactly() -> None:
    assert quantity(LIMIT) == LIMIT


@given(st.decimals(min_value=-1000, max_value=1000, places=3))
def test_the_store_sees_whole_units_never_below_zero(amount: Decimal) -> None:
    shown = whole_units(amount)
    assert shown >= 0
    assert shown <= max(amount, 0) < shown + 1


def test_the_places_are_the_units_affair() -> None:
    assert decimal_from_typed("1,12345", places=5) == Decimal("1.12345")
