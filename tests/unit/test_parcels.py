"""What is put in the parcel is what the books say, and its fingerprint tells equal from different."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_product
from varejoforte_desktop.application.delivery_ports import Named, ProductSheet
from varejoforte_desktop.application.parcels import digest, label_of, plain, product_fields
from varejoforte_desktop.application.store import StoreField
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, SubjectKind

VALUES = st.one_of(
    st.integers(0, 10**6).map(Money),
    st.integers(0, 10**6),
    st.booleans(),
    st.text(max_size=20),
    st.dates(),
    st.none(),
)
FIELDS = st.dictionaries(st.sampled_from(list(StoreField)), VALUES, max_size=6)


def a_sheet(on_hand: Decimal | int = 5, open_online: int = 0, **changes: Any) -> ProductSheet:
    return ProductSheet(
        product=a_product(**changes),
        brand=Named(1, "Marca Boa"),
        category=Named(2, "Panelas", 1),
        on_hand=Decimal(on_hand),
        open_online=Decimal(open_online),
    )


@given(FIELDS)
def test_the_order_of_the_fields_does_not_change_the_fingerprint(fields: dict[StoreField, Any]) -> None:
    assert digest(fields) == digest(dict(reversed(fields.items())))


@given(FIELDS, st.sampled_from(list(StoreField)), st.text(min_size=1, max_size=10))
def test_another_value_has_another_fingerprint(
    fields: dict[StoreField, Any], name: StoreField, text: str
) -> None:
    assert digest(fields | {name: text}) != digest(fields | {name: text + "x"})


def test_a_long_text_that_differs_at_its_end_has_another_fingerprint() -> None:
    one, other = {StoreField.DESCRIPTION: "x" * 4000 + "a"}, {StoreField.DESCRIPTION: "x" * 4000 + "b"}
    assert digest(one) != digest(other)
    assert plain(one) != plain(other)


@given(FIELDS)
def test_what_is_remembered_can_be_written_down(fields: dict[StoreField, Any]) -> None:
    for name, value in fields.items():
        kept = plain(fields)[name.value]
        match value:
            case Money(cents=cents):
                assert kept == cents
            case date():
                assert kept == value.isoformat()
            case _:
                assert kept == value


def test_only_the_start_of_a_long_text_is_remembered() -> None:
    assert len(plain({StoreField.DESCRIPTION: "x" * 4800})["description"]) < 350


def test_the_sides_of_a_product_share_no_field() -> None:
    sides = product_fields(a_sheet())
    names = [name for side in sides.values() for name in side]
    assert set(sides) == EVERYTHING
    assert len(names) == len(set(names))
    assert set(names) == set(StoreField) - {StoreField.CATEGORY}  # the sender knows its id in the store


def test_open_orders_reserve_and_safety_are_taken_off_the_published_stock() -> None:
    sheet = a_sheet(10, 3, counter_reserve=Decimal(2), safety_stock=Decimal(1))
    assert product_fields(sheet)[Aspect.STOCK] == {StoreField.STOCK: 4}


def test_stock_at_zero_does_not_hide_the_product() -> None:
    sides = product_fields(a_sheet(0))
    assert sides[Aspect.STOCK][StoreField.STOCK] == 0
    assert sides[Aspect.CONTENT][StoreField.AVAILABLE] is True


def test_a_product_off_sale_or_put_aside_is_hidden() -> None:
    for changes in ({"sell_online": False}, {"active": False}):
        assert product_fields(a_sheet(**changes))[Aspect.CONTENT][StoreField.AVAILABLE] is False


def test_the_queue_calls_a_product_by_reference_and_name() -> None:
    sheet = a_sheet(reference="PAN-1", name="Panela")
    assert label_of(SubjectKind.PRODUCT, sheet, None) == "PAN-1 · Panela"
    assert label_of(SubjectKind.BRAND, None, Named(1, "Marca Boa")) == "Marca Boa"
    assert label_of(SubjectKind.PRODUCT, None, None) == ""
