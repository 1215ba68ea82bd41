"""What a supplier's line comes to in our units, what each unit cost, and which price keeps the shop's markup."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_product
from tests.purchase_notes import OTHER_SHOP, SHOP, SUPPLIER, item, read
from varejoforte_desktop.domain.errors import DomainError, Missing, NotANumber, TooManyDecimals
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, PurchaseRefused
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.purchase import (
    NoteLine,
    StockedProduct,
    barcode_forms,
    change_percent,
    checked_factor,
    drafted_product,
    entered_quantity,
    suggested_price,
    unit_cost,
)


def a_line(**changes: object) -> NoteLine:
    facts: dict[str, object] = {
        "place": 1,
        "code": "FV-100",
        "name": "Panela",
        "unit": "CX",
        "tax_unit": "UN",
        "quantity": Decimal(2),
        "tax_quantity": Decimal(24),
        "unit_price": Decimal(120),
        "gross": Money(24000),
    }
    return NoteLine(**facts | changes)  # type: ignore[arg-type]


def test_a_box_of_twelve_is_twelve_of_ours_at_a_twelfth_of_the_price() -> None:
    line = a_line(ipi=Money(1200))
    assert line.suggested_factor == 12
    entered = entered_quantity(line, Decimal(12))
    assert entered == 24
    assert unit_cost([(line, entered)]) == Decimal("10.5000")


def test_a_third_of_a_box_is_rounded_where_it_is_counted() -> None:
    line = a_line(quantity=Decimal(3), tax_quantity=Decimal(10))
    assert line.suggested_factor == Decimal("3.333333")
    assert entered_quantity(line, line.suggested_factor) == 10


def test_units_that_the_note_does_not_tell_apart_are_one_to_one() -> None:
    assert a_line(tax_quantity=Decimal(2)).suggested_factor == 1
    assert a_line(quantity=Decimal(0)).suggested_factor == 1
    assert a_line(quantity=Decimal("0.0001"), tax_quantity=Decimal(500_000_000)).suggested_factor == 1


@pytest.mark.parametrize(
    ("factor", "error"),
    [
        ("0", Missing),
        ("-1", NotANumber),
        ("1000001", NotANumber),
        ("NaN", NotANumber),
        ("0.0000001", TooManyDecimals),
    ],
)
def test_a_factor_that_makes_no_sense(factor: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as raised:
        checked_factor(Decimal(factor))
    assert raised.value.field == "factor"


def test_the_cost_of_a_product_on_two_lines_is_of_both_together_to_the_hundredth_of_a_cent() -> None:
    first = a_line(gross=Money(1000), unit="UN")
    second = a_line(gross=Money(1), unit="UN")
    assert unit_cost([(first, Decimal(2)), (second, Decimal(1))]) == Decimal("3.3367")
    assert unit_cost([(replace(first, icms=Money(100)), Decimal(2))], less_icms=True) == Decimal("4.5000")
    assert unit_cost([]) == 0


def test_the_price_keeps_its_markup_unless_a_margin_is_asked_for() -> None:
    old = a_product(cost=Money(1000), price=Money(1790))
    assert suggested_price(old, Money(1100)) == Money(1969)
    assert suggested_price(old, Money(1100), margin=Decimal(40)) == Money(1540)
    assert suggested_price(a_product(cost=ZERO, price=Money(1790)), Money(1100)) == Money(1790)
    assert suggested_price(old, ZERO, margin=Decimal(40)) == Money(1790)
    assert change_percent(Money(1000), Money(1125)) == Decimal("12.5")
    assert change_percent(ZERO, Money(1)) is None


@given(cost=st.integers(1, 10**7), price=st.integers(1, 10**7), new=st.integers(1, 10**7))
def test_a_kept_markup_is_the_same_to_half_a_cent(cost: int, price: int, new: int) -> None:
    old = a_product(cost=Money(cost), price=Money(price))
    told = suggested_price(old, Money(new))
    assert abs(Decimal(told.cents) - Decimal(new) * price / cost) <= Decimal("0.5") + Decimal("0.000001")


def test_goods_that_were_given_are_known_by_their_cfop_or_by_nothing_left_to_pay() -> None:
    assert a_line(cfop="5910").bonus
    assert a_line(cfop="6910").bonus
    assert a_line(gross=ZERO).bonus
    assert a_line(discount=Money(24000)).bonus
    assert a_line(discount=Money(24000), ipi=Money(1200)).bonus
    assert not a_line(discount=Money(23999)).bonus
    assert not a_line(cfop="5102").bonus


def test_a_barcode_is_the_same_with_and_without_zeros_before_it() -> None:
    assert "0012345678905" in barcode_forms("012345678905")
    assert "012345678905" in barcode_forms("0012345678905")
    assert barcode_forms("17891000315504") == ("17891000315504",)


def test_whose_note_it_is() -> None:
    note = read([item("A")])
    note.check_for(SHOP)
    with pytest.raises(FiscalNotReady):
        note.check_for("")
    for own, why in ((OTHER_SHOP, "recipient"), (SUPPLIER, "own")):
        with pytest.raises(PurchaseRefused) as raised:
            note.check_for(own)
        assert raised.value.why == why
    with pytest.raises(PurchaseRefused) as raised:
        read([item("A")], direction="0").check_for(SHOP)
    assert raised.value.why == "direction"


def test_a_new_product_takes_the_first_free_name_and_stays_out_of_the_store() -> None:
    note = read([item("FV-100", "  Panela   de ferro ", cEAN="7891000315507", uCom="pç")])
    line = note.lines[0]
    draft = drafted_product(line, note.supplier, ["fv-100"])
    assert draft.checked().reference == "7891000315507"
    assert (draft.name, draft.barcode, draft.ncm) == ("Panela de ferro", "7891000315507", "76151000")
    assert (draft.unit, draft.sell_online) == ("PÇ", False)
    taken = ["fv-100", "7891000315507", f"{SUPPLIER[:8]}-fv-100"]
    assert drafted_product(line, note.supplier, taken).reference == f"{SUPPLIER[:8]}-FV-100-2"
    box = read([item("B", uCom="CX", qCom="1.0000", uTrib="UN", qTrib="12.0000")])
    assert drafted_product(box.lines[0], box.supplier).unit == "UN"


def test_what_the_store_may_offer_grows_by_what_enters() -> None:
    kept = StockedProduct(
        product=a_product(safety_stock=Decimal(1)), on_hand=Decimal(5), open_online=Decimal(2)
    )
    assert (kept.published(), kept.published(entering=Decimal(10))) == (2, 12)
