"""A product is tidied, checked, and says which of its sides the store has to hear about."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_gtin, a_product
from varejoforte_desktop.domain.errors import (
    DomainError,
    Missing,
    Negative,
    NotANumber,
    NotInteger,
    PromotionOutOfOrder,
    TooLong,
    WrongBarcode,
    WrongNcm,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect
from varejoforte_desktop.domain.product import LIMITS, Product, changed_aspects, price_on, published_stock

AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=3)
OTHER: dict[str, Any] = {
    "id": 99,
    "version": 7,
    "reference": "OUTRA-1",
    "name": "Frigideira",
    "barcode": a_gtin(77),
    "ncm": "73239300",
    "unit": "KG",
    "brand_id": 3,
    "category_id": 4,
    "price": Money(100),
    "cost": Money(50),
    "promotional_price": Money(90),
    "promotion_start": date(2026, 3, 1),
    "promotion_end": date(2026, 3, 9),
    "minimum_stock": Decimal(2),
    "safety_stock": Decimal(1),
    "counter_reserve": Decimal(1),
    "weight": 900,
    "length": 30,
    "width": 20,
    "height": 10,
    "model": "M2",
    "warranty": "90 dias",
    "short_description": "Boa",
    "description": "Muito boa",
    "active": False,
}
SIDE_OF = {
    "price": Aspect.PRICE,
    "cost": Aspect.PRICE,
    "safety_stock": Aspect.STOCK,
    "counter_reserve": Aspect.STOCK,
}
PRIVATE = {"id", "version", "minimum_stock", "unit"}


def test_a_product_is_tidied() -> None:
    tidy = a_product(
        reference="  PAN-1 ",
        name=" Panela   de \t pressão ",
        ncm=" 7615.10.00",
        unit=" kg ",
        barcode="SEM GTIN",
    ).checked()
    assert (tidy.reference, tidy.name) == ("PAN-1", "Panela de pressão")
    assert (tidy.ncm, tidy.unit, tidy.barcode) == ("76151000", "KG", "")


def test_tidying_twice_changes_nothing() -> None:
    once = a_product(name=" A  b ", unit="", minimum_stock=Decimal(3)).checked()
    assert once.checked() == once
    assert once.unit == "UN"


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"reference": "  "}, Missing, "reference"),
        ({"name": ""}, Missing, "name"),
        ({"barcode": "7891000315508"}, WrongBarcode, "barcode"),
        ({"ncm": "7615100"}, WrongNcm, "ncm"),
        ({"ncm": "7615100x"}, WrongNcm, "ncm"),
        ({"ncm": "٧٦١٥١٠٠٠"}, WrongNcm, "ncm"),
        ({"price": Money(-1)}, Negative, "price"),
        ({"cost": Money(-1)}, Negative, "cost"),
        ({"promotional_price": Money(-1)}, Negative, "promotional_price"),
        ({"minimum_stock": Decimal(-1)}, Negative, "minimum_stock"),
        ({"safety_stock": Decimal("-0.001")}, Negative, "safety_stock"),
        ({"counter_reserve": Decimal(-1)}, Negative, "counter_reserve"),
        ({"counter_reserve": Decimal("0.0001")}, NotANumber, "counter_reserve"),
        ({"weight": -1}, Negative, "weight"),
        ({"height": -1}, Negative, "height"),
        ({"weight": 10**10}, NotANumber, "weight"),
        ({"length": 10**10}, NotANumber, "length"),
        *(({name: "x" * (limit + 1)}, TooLong, name) for name, limit in LIMITS.items()),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    changes: dict[str, Any], error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as refused:
        a_product(**changes).checked()
    assert refused.value.field == field


@pytest.mark.parametrize(("name", "limit"), LIMITS.items())
def test_the_longest_text_the_store_takes_is_kept(name: str, limit: int) -> None:
    assert getattr(a_product(**{name: "X" * limit}).checked(), name) == "X" * limit


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "dates_missing"),
        ({"promotion_start": date(2026, 3, 1)}, "dates_missing"),
        ({"promotion_start": date(2026, 3, 2), "promotion_end": date(2026, 3, 1)}, "ends_before_start"),
        (
            {"promotion_start": date(2026, 3, 1), "promotion_end": date(2026, 3, 1), "price": Money(80)},
            "not_cheaper",
        ),
    ],
)
def test_a_promotion_out_of_order_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(PromotionOutOfOrder) as refused:
        a_product(**{"price": Money(100), "promotional_price": Money(80)} | changes).checked()
    assert refused.value.why == why


def test_a_promotion_of_one_day_is_kept() -> None:
    day = date(2026, 3, 1)
    offer = a_product(promotional_price=Money(1), promotion_start=day, promotion_end=day)
    assert offer.checked() == offer.checked().checked()


def test_half_a_pan_cannot_be_counted_but_half_a_kilo_can() -> None:
    assert a_product(unit="KG").measured(Decimal("0.5")) == Decimal("0.500")
    with pytest.raises(NotInteger):
        a_product(unit="UN").measured(Decimal("0.5"))
    assert a_product(unit="UN").measured(Decimal("2.000")) == 2


def test_a_new_product_owes_everything_when_it_is_sold_online() -> None:
    assert changed_aspects(None, a_product()) == EVERYTHING
    assert changed_aspects(None, a_product(sell_online=False)) == frozenset()


def test_a_product_put_on_sale_online_owes_everything() -> None:
    shelved = a_product(sell_online=False)
    assert changed_aspects(shelved, replace(shelved, sell_online=True)) == EVERYTHING


def test_every_field_is_on_one_side_or_private() -> None:
    assert OTHER.keys() | {"sell_online"} == {field.name for field in fields(Product)}


@given(st.sets(st.sampled_from(sorted(OTHER))))
def test_only_the_sides_of_the_changed_fields_are_owed(changed: set[str]) -> None:
    before = a_product(reference="PAN-1")
    expected = {SIDE_OF.get(name, Aspect.CONTENT) for name in changed - PRIVATE}
    assert changed_aspects(before, replace(before, **{name: OTHER[name] for name in changed})) == expected


@given(on_hand=st.decimals(-100, 10_000, places=3), online=AMOUNTS, reserve=AMOUNTS, safety=AMOUNTS)
def test_what_is_published_was_not_promised_to_anybody(
    on_hand: Decimal, online: Decimal, reserve: Decimal, safety: Decimal
) -> None:
    shown = published_stock(on_hand, open_online=online, counter_reserve=reserve, safety=safety)
    assert type(shown) is int
    assert shown >= 0
    assert shown == 0 or shown <= on_hand - online - reserve - safety
    assert shown + 1 > on_hand - online - reserve - safety


@given(on_hand=AMOUNTS, online=AMOUNTS, sold=AMOUNTS)
def test_registering_an_online_sale_does_not_change_what_is_published(
    on_hand: Decimal, online: Decimal, sold: Decimal
) -> None:
    before = published_stock(on_hand + sold, open_online=online + sold)
    assert published_stock(on_hand, open_online=online) == before


@pytest.mark.parametrize(("on_hand", "shown"), [("-3", 0), ("0", 0), ("0.999", 0), ("1", 1), ("2.7", 2)])
def test_a_shelf_below_zero_shows_nothing(on_hand: str, shown: int) -> None:
    assert published_stock(Decimal(on_hand)) == shown


def test_a_product_without_a_price_is_no_mistake() -> None:
    assert a_product(price=ZERO, cost=ZERO).checked().price == ZERO


@pytest.mark.parametrize(("day", "cents"), [(1, 1000), (2, 800), (5, 800), (6, 1000)])
def test_a_promotion_counts_from_its_first_day_to_its_last(day: int, cents: int) -> None:
    price = price_on(
        date(2026, 12, day),
        price=Money(1000),
        promotional=Money(800),
        start=date(2026, 12, 2),
        end=date(2026, 12, 5),
    )
    assert price == Money(cents)


def test_without_a_promotion_the_price_is_the_price() -> None:
    today = date(2026, 12, 2)
    assert price_on(today, price=Money(1000), promotional=Money(0), start=None, end=None) == Money(1000)
