"""The shop's words in Tray's, strictly; Tray's words in the shop's, however they were written."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.application.outside import Refused
from varejoforte_desktop.application.store import StoreField, StoreFields
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.tray import reading
from varejoforte_desktop.tray.orders import order_head_from
from varejoforte_desktop.tray.reading import Unreadable
from varejoforte_desktop.tray.translate import (
    brand_to_send,
    category_from,
    category_to_send,
    money_text,
    product_from,
    product_to_send,
    written_id,
)
from varejoforte_desktop.tray.wire import NOT_JSON, read_json, write_json

EVERYTHING: StoreFields = {
    StoreField.NAME: "Panela de ferro",
    StoreField.REFERENCE: "PAN-24",
    StoreField.EAN: "7890000000017",
    StoreField.NCM: "7323.91.00",
    StoreField.DESCRIPTION: "<p>Panela</p>",
    StoreField.SHORT_DESCRIPTION: "Panela",
    StoreField.BRAND: "Serra Alta",
    StoreField.MODEL: "Tradicional",
    StoreField.CATEGORY: "14",
    StoreField.AVAILABLE: True,
    StoreField.WEIGHT: 4100,
    StoreField.LENGTH: 30,
    StoreField.WIDTH: 27,
    StoreField.HEIGHT: 18,
    StoreField.WARRANTY: "3 meses",
    StoreField.PROMOTIONAL_PRICE: Money(25990),
    StoreField.PROMOTION_START: date(2026, 11, 23),
    StoreField.PROMOTION_END: None,
    StoreField.PRICE: Money(28990),
    StoreField.COST: Money(5),
    StoreField.STOCK: 12,
}


def test_every_field_has_trays_own_name_and_form() -> None:
    assert set(EVERYTHING) == set(StoreField)
    assert product_to_send(EVERYTHING) == {
        "name": "Panela de ferro",
        "reference": "PAN-24",
        "ean": "7890000000017",
        "ncm": "73239100",
        "description": "<p>Panela</p>",
        "description_small": "Panela",
        "brand": "Serra Alta",
        "model": "Tradicional",
        "category_id": "14",
        "available": 1,
        "weight": 4100,
        "length": 30,
        "width": 27,
        "height": 18,
        "warranty": "3 meses",
        "promotional_price": "259.90",
        "start_promotion": "2026-11-23",
        "end_promotion": "0000-00-00",
        "price": "289.90",
        "cost_price": "0.05",
        "stock": 12,
    }
    assert b"289.90" in write_json(product_to_send(EVERYTHING))


def test_only_what_was_given_is_sent() -> None:
    assert product_to_send({StoreField.STOCK: 0}) == {"stock": 0}


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        (StoreField.NAME, 200),
        (StoreField.REFERENCE, 120),
        (StoreField.EAN, 120),
        (StoreField.DESCRIPTION, 4800),
        (StoreField.SHORT_DESCRIPTION, 500),
        (StoreField.BRAND, 120),
        (StoreField.MODEL, 150),
        (StoreField.NCM, 8),
    ],
)
def test_a_text_is_never_cut_in_silence(field: StoreField, limit: int) -> None:
    assert len(str(next(iter(product_to_send({field: "1" * limit}).values())))) == limit
    with pytest.raises(Refused) as caught:
        product_to_send({field: "1" * (limit + 1)})
    assert caught.value.code == "too_long"
    assert caught.value.facts == {"field": field.value, "limit": str(limit)}


def test_names_of_categories_and_brands_are_not_cut_either() -> None:
    assert category_to_send("x" * 255, None, moving=False) == {"name": "x" * 255}
    assert brand_to_send("x" * 120) == {"brand": "x" * 120}
    with pytest.raises(Refused):
        category_to_send("x" * 256, None, moving=False)
    with pytest.raises(Refused):
        brand_to_send("x" * 121)


@pytest.mark.parametrize(
    ("field", "value", "sent"),
    [
        (StoreField.EAN, "SEM GTIN", ""),
        (StoreField.EAN, None, ""),
        (StoreField.EAN, " 7890000000017 ", "7890000000017"),
        (StoreField.EAN, "٣٤٥", ""),
        (StoreField.NCM, "", ""),
        (StoreField.CATEGORY, "", "0"),
        (StoreField.CATEGORY, None, "0"),
        (StoreField.PROMOTIONAL_PRICE, None, "0.00"),
        (StoreField.PROMOTION_START, None, "0000-00-00"),
        (StoreField.AVAILABLE, False, 0),
        (StoreField.AVAILABLE, 1, 1),
        (StoreField.DESCRIPTION, None, ""),
        (StoreField.PRICE, Money(999_999_999), "9999999.99"),
    ],
)
def test_special_values_are_written_as_tray_knows_them(field: StoreField, value: Any, sent: object) -> None:
    assert list(product_to_send({field: value}).values()) == [sent]
    assert type(next(iter(product_to_send({field: value}).values()))) is type(sent)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (StoreField.PRICE, 289),
        (StoreField.PRICE, 289.9),
        (StoreField.PRICE, Decimal("289.90")),
        (StoreField.PRICE, "289,90"),
        (StoreField.PRICE, None),
        (StoreField.PRICE, Money(-1)),
        (StoreField.STOCK, Money(100)),
        (StoreField.STOCK, True),
        (StoreField.STOCK, -1),
        (StoreField.STOCK, 1.5),
        (StoreField.STOCK, None),
        (StoreField.AVAILABLE, 2),
        (StoreField.AVAILABLE, "1"),
        (StoreField.NAME, 3),
        (StoreField.CATEGORY, "Panelas"),
        (StoreField.PROMOTION_END, "2026-11-30"),
        (StoreField.PROMOTION_END, datetime(2026, 11, 30, tzinfo=UTC)),
    ],
)
def test_what_tray_could_only_misunderstand_is_not_sent(field: StoreField, value: Any) -> None:
    with pytest.raises(Refused) as caught:
        product_to_send({field: value})
    assert caught.value.code == "not_sendable"
    assert caught.value.facts == {"field": field.value}


@pytest.mark.parametrize(("field", "value"), [(StoreField.PRICE, Money(10**9)), (StoreField.STOCK, 10**9)])
def test_numbers_have_nine_digits(field: StoreField, value: Any) -> None:
    with pytest.raises(Refused) as caught:
        product_to_send({field: value})
    assert caught.value.facts == {"field": field.value, "limit": "9"}


@given(st.integers(min_value=-(10**14), max_value=10**14).map(Money))
def test_money_survives_the_way_there_and_back(amount: Money) -> None:
    written = money_text(amount)
    assert written == str(amount.reais)
    assert reading.money(written, "x") == amount


@given(st.integers(min_value=0, max_value=10**11))
def test_money_sent_as_a_json_number_loses_no_cent(cents: int) -> None:
    data = read_json(f'{{"price": {cents // 100}.{cents % 100:02}}}'.encode())
    assert reading.money(data["price"], "price") == Money(cents)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_the_way_there_and_back(text: str) -> None:
    assert read_json(write_json({"name": text})) == {"name": text}


@given(st.binary(max_size=200))
def test_no_body_whatever_breaks_the_reading(body: bytes) -> None:
    read_json(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_value_in_any_place_is_read_or_called_unreadable(value: Any) -> None:
    for paper in (
        value,
        {"Product": value},
        {
            "Product": dict.fromkeys(
                ("id", "price", "stock", "available", "modified", "Variant", "has_variation"), value
            )
        },
        {"Order": {"id": 1, "OrderStatus": value, "total": 1, "modified": value, "status": value}},
    ):
        for read in (product_from, category_from, order_head_from, written_id):
            try:
                read(paper)
            except Unreadable as error:
                assert str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("139.00", 13900),
        (" 139 ", 13900),
        (139, 13900),
        (139.0, 13900),
        (139.99, 13999),
        ("0.005", 1),
        ("-66.666667", -6667),
        ("", 0),
        (None, 0),
        ([], 0),
        ("0", 0),
    ],
)
def test_money_is_read_from_anything_tray_writes(value: object, amount: int) -> None:
    assert reading.money(value, "x") == Money(amount)


@pytest.mark.parametrize(
    "value", ["R$ 1,00", "1,00", "NaN", "Infinity", "1e99", True, {"a": 1}, ["1"], float("nan")]
)
def test_money_that_is_none_is_unreadable_and_not_repeated(value: object) -> None:
    with pytest.raises(Unreadable) as caught:
        reading.money(value, "Product.price")
    assert str(caught.value) == "Product.price"


@pytest.mark.parametrize(
    ("value", "amount"), [("51", 51), (51, 51), (51.0, 51), ("51.999", 51), ("-3", -3), ("", 0), (None, 0)]
)
def test_whole_units_are_read_from_anything_tray_writes(value: object, amount: int) -> None:
    assert reading.whole(value, "x") == amount


@pytest.mark.parametrize("value", ["1", 1, True, "true", "S", "2"])
def test_these_are_yes(value: object) -> None:
    assert reading.flag(value)


@pytest.mark.parametrize("value", ["", "0", 0, None, False, [], {}, " ", "false", 0.0, "N"])
def test_these_are_no(value: object) -> None:
    assert not reading.flag(value)


@pytest.mark.parametrize("value", ["", None, "0000-00-00", "0000-00-00 00:00:00", [], "2026-13-40", "ontem"])
def test_these_are_no_date(value: object) -> None:
    assert reading.day(value) is None
    assert reading.moment(value) is None
    assert reading.local_moment(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20 10:11:09", datetime(2026, 11, 20, 13, 11, 9, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, 3, tzinfo=UTC)),
        ("2018-12-20 10:00:00", datetime(2018, 12, 20, 12, tzinfo=UTC)),  # the last summer time
        ("2026-11-20T10:11:09-03:00", datetime(2026, 11, 20, 13, 11, 9, tzinfo=UTC)),
        ("0001-01-01 00:00:00+14:00", None),
    ],
)
def test_the_clock_on_the_stores_wall_is_brasilias(value: str, expected: datetime | None) -> None:
    assert reading.moment(value) == expected


def test_a_date_is_read_with_or_without_a_time_behind_it() -> None:
    assert reading.day("2026-11-20") == reading.day("2026-11-20 23:59:59") == date(2026, 11, 20)


def test_without_a_time_zone_database_brasilia_is_three_hours_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(key: str) -> zoneinfo.ZoneInfo:
        raise zoneinfo.ZoneInfoNotFoundError(key)

    monkeypatch.setattr(reading, "ZoneInfo", missing)
    assert datetime(2026, 11, 20, tzinfo=reading.time_of_brasilia()).utcoffset() == timedelta(hours=-3)


@pytest.mark.parametrize(
    ("has_variation", "variants", "expected"),
    [
        ("1", [], True),
        ("0", [], False),
        ("", [{"id": "204"}], True),
        (None, None, False),
        ("0", {"0": {"id": "1"}}, True),
    ],
)
def test_a_product_with_variations_is_known(has_variation: object, variants: object, expected: bool) -> None:
    paper = {"Product": {"id": 1, "has_variation": has_variation, "Variant": variants}}
    assert product_from(paper).has_variations is expected


def test_an_almost_empty_product_is_still_a_product() -> None:
    product = product_from({"id": 7})
    assert (product.remote_id, product.price, product.stock, product.modified) == ("7", ZERO, 0, None)


@pytest.mark.parametrize(
    ("parent", "expected"), [("", None), ("0", None), (0, None), (None, None), (5, "5"), ("5", "5")]
)
def test_a_category_at_the_root_has_no_parent(parent: object, expected: str | None) -> None:
    assert category_from({"Category": {"id": "1", "parent_id": parent}}).parent_id == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("canceled", "canceled"),
        ("cancelled", "canceled"),
        ("Cancelled", "canceled"),
        ("open", "open"),
        ("closed", "closed"),
        (None, ""),
    ],
)
def test_cancelled_has_two_spellings(kind: object, expected: str) -> None:
    head = order_head_from(
        {"Order": {"id": 1, "OrderStatus": {"id": 23, "type": kind, "status": "A ENVIAR"}, "total": "285.01"}}
    )
    assert (head.status_type, head.status_id, head.status, head.total) == (
        expected,
        "23",
        "A ENVIAR",
        Money(28501),
    )


def test_an_order_without_a_status_map_uses_its_own_word() -> None:
    head = order_head_from(
        {
            "Order": {
                "order_id": "9",
                "status": "ENVIADO",
                "OrderStatus": [],
                "modified": "0000-00-00 00:00:00",
            }
        }
    )
    assert (head.remote_id, head.status, head.status_id, head.modified) == ("9", "ENVIADO", "", None)
    assert head.raw["status"] == "ENVIADO"
    assert "raw" not in repr(head)


@pytest.mark.parametrize(
    ("data", "expected"),
    [({"id": 123}, "123"), ({"order_id": "7416"}, "7416"), ({"id": "", "order_id": 5}, "5")],
)
def test_the_id_of_a_write_has_two_names(data: object, expected: str) -> None:
    assert written_id(data) == expected


def test_documents_come_with_and_without_punctuation() -> None:
    assert reading.digits("00.000.000/0000-00") == "0" * 14
    assert reading.digits(11122233396) == "11122233396"


def test_json_keeps_large_numbers_exact_and_refuses_what_is_none() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 0.1, "b": 12345678901234567890}') == {
        "a": "0.1",
        "b": 12345678901234567890,
    }
    assert read_json(b"null") is None
    assert read_json(b"Infinity") is NOT_JSON
    assert read_json(b"1" * 5000) is NOT_JSON
