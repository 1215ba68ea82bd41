"""Products in the store: how they are added, changed and shown."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.simulator.desk import App, TurnableClock, made
from varejoforte_desktop.simulator.store import TrayStore

PAN = {
    "name": "Panela de ferro esmaltada 24 cm",
    "reference": "PAN-24-VM",
    "ean": "7890000000017",
    "ncm": "73239100",
    "description": "<p>Panela esmaltada, tampa inclusa.</p>",
    "price": 289.9,
    "cost_price": "142.35",
    "promotional_price": "259.90",
    "start_promotion": "2026-11-23",
    "end_promotion": "2026-11-30",
    "brand": "Serra Alta",
    "weight": 4100,
    "length": 30,
    "width": 27,
    "height": 18,
    "stock": 12,
    "category_id": "0",
    "related_categories": ["2", "8"],
    "available": 1,
    "virtual_product": "0",
}


def texts(value: object) -> bool:
    """Whether every scalar inside is a string (null is allowed only where the documentation shows it)."""
    if isinstance(value, dict):
        return all(texts(part) for part in value.values())
    if isinstance(value, list):
        return all(texts(part) for part in value)
    return isinstance(value, str)


def test_a_product_is_created_and_only_its_id_comes_back(app: App) -> None:
    answer = app.post("/products", {"Product": PAN})
    assert answer.status == 201
    assert answer.json() == {"message": "Created", "id": "1", "code": 201}


def test_everything_about_a_product_is_text(app: App) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))
    product = app.get(f"/products/{product_id}")["Product"]
    assert texts(product)
    assert texts(app.get("/products")["Products"])
    assert product["price"] == "289.90"
    assert product["stock"] == "12"
    assert product["cubic_weight"] == "3038"
    assert product["related_categories"] == ["2", "8"]
    assert product["Properties"] == []
    assert product["activation_date"] == "0000-00-00"
    assert product["created"] == product["modified"] == "2026-11-20 10:05:40"
    assert product["slug"] == "panela-de-ferro-esmaltada-24-cm"


def test_the_list_tells_less_than_the_product_alone(app: App) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))
    listed = app.get("/products")["Products"][0]["Product"]
    alone = app.get(f"/products/{product_id}")["Product"]
    for name in ("description", "current_price", "cubic_weight", "category_name"):
        assert name not in listed
        assert name in alone
    assert listed["all_categories"] == "0"


def test_a_change_touches_only_its_keys_and_the_date(app: App, clock: TurnableClock) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))
    before = dict(app.store.products[product_id])
    clock.turn(minutes=5)
    answer = app.put(f"/products/{product_id}", {"Product": {"price": "279.90", "stock": "9"}})
    assert answer.status == 200
    assert list(answer.json()) == ["message", "code", "id"]  # type: ignore[call-overload]
    assert answer.json() == {"message": "Saved", "code": 200, "id": product_id}
    after = app.store.products[product_id]
    changed = {name for name, value in after.items() if before[name] != value}
    assert changed == {"price", "stock", "modified"}
    assert after["modified"] == "2026-11-20 10:10:40"


def test_the_promotional_price_counts_on_its_days_only(app: App, clock: TurnableClock) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))

    def current() -> str:
        app.token = app.store.issue_tokens().access
        return str(app.get(f"/products/{product_id}")["Product"]["current_price"])

    assert current() == "289.90"
    clock.turn(days=3)
    assert current() == "259.90"
    clock.turn(days=7)
    assert current() == "259.90"
    clock.turn(days=1)
    assert current() == "289.90"
    for nothing in ("", "0000-00-00"):
        body = {"Product": {"promotional_price": "0.00", "start_promotion": nothing}}
        assert app.put(f"/products/{product_id}", body).status == 200
    assert app.store.products[product_id]["start_promotion"] == "0000-00-00"


def test_no_price_means_ask_us(app: App) -> None:
    product_id = made(app.post("/products", {"Product": {"name": "Vaso", "price": 0}}))
    assert app.get(f"/products/{product_id}")["Product"]["upon_request"] == "1"


def test_two_products_may_share_reference_and_ean(app: App) -> None:
    first, second = (made(app.post("/products", {"Product": PAN})) for _ in range(2))
    found = app.get("/products", reference="PAN-24-VM")["Products"]
    assert [item["Product"]["id"] for item in found] == [first, second]
    assert app.get("/products", ean="7890000000017")["paging"]["total"] == 2


def test_the_index_follows_a_new_reference(app: App) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))
    app.put(f"/products/{product_id}", {"Product": {"reference": "PAN-25"}})
    assert app.get("/products", reference="PAN-24-VM")["Products"] == []
    assert app.get("/products", reference="PAN-25")["paging"]["total"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("reference", "x" * 121),
        ("price", "12,90"),
        ("price", "-1"),
        ("price", None),
        ("cost_price", True),
        ("stock", "1.5"),
        ("stock", "-3"),
        ("ncm", "123456789"),
        ("start_promotion", "31/12/2026"),
        ("available", "sim"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(app: App, field: str, value: object) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))
    before = dict(app.store.products[product_id])
    answer = app.put(f"/products/{product_id}", {"Product": {"weight": 1, field: value}})
    assert answer.status == 400
    payload: Any = answer.json()
    assert payload["name"] == "Bad Request"
    assert list(payload["causes"]["Product"]) == [field]
    assert app.store.products[product_id] == before


def test_long_texts_can_be_cut_instead_of_refused(app: App) -> None:
    app.store.switches.overlong_text = "truncate"
    product_id = made(app.post("/products", {"Product": {"name": "x" * 300}}))
    assert len(app.store.products[product_id]["name"]) == 200


def test_a_brand_nobody_knew_becomes_one(app: App) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))
    other = made(app.post("/products", {"Product": {**PAN, "reference": "X"}}))
    for path in ("/products/brands", "/brands"):
        brands = app.get(path)["Brands"]
        assert brands == [{"Brand": {"id": "1", "slug": "serra-alta", "brand": "Serra Alta"}}]
    for row in (product_id, other):
        assert app.get(f"/products/{row}")["Product"]["brand_id"] == "1"


def test_there_is_no_way_to_change_many_at_once(app: App) -> None:
    assert app.post("/products", [{"Product": PAN}]).status == 400
    assert app.put("/products", [{"id": "1"}]).status == 405
    assert app.put("/products/stock", {"stock": 1}).status == 404


def test_what_is_not_there_is_404_and_the_wrong_verb_405(app: App) -> None:
    answer = app.ask("GET", "/products/99")
    assert answer.status == 404
    assert answer.json() == {"code": 404, "url": "/products/99", "name": "Not Found", "causes": []}
    assert app.ask("PATCH", "/products/1").status == 405
    for path in ("/orders/1/full", "/invoices", "/store", "/statuses", "/price-lists", "/"):
        assert app.ask("GET", path).status == 404


def test_a_body_that_is_no_json_is_refused(app: App) -> None:
    query = {"access_token": app.token}
    for body in (b"{", b'"x"', b"[1]", b'{"Product": 3}', b"\xff", b"[" * 100_000):
        assert app.store.respond("POST", "/web_api/products", query, {}, body).status == 400


def test_half_a_character_does_not_break_the_store(app: App) -> None:
    product_id = made(app.post("/products", {"Product": {"name": "x\ud800"}}))
    assert app.get(f"/products/{product_id}")["Product"]["name"] == "x?"


def test_a_form_with_brackets_is_understood(app: App) -> None:
    body = b"Product[name]=Copo&Product[price]=4.50&Product[related_categories][]=2"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    query = {"access_token": app.token}
    answer = app.store.respond("POST", "/web_api/products", query, headers, body)
    assert app.store.products[made(answer)]["price"] == "4.50"


def test_a_deleted_product_is_gone_with_its_variants(app: App) -> None:
    product_id = made(app.post("/products", {"Product": PAN}))
    app.store.add_variant(product_id, type_1="Cor", value_1="Azul")
    assert app.ask("DELETE", f"/products/{product_id}").json() == {
        "message": "Deleted",
        "id": product_id,
        "code": 200,
    }
    assert app.ask("GET", f"/products/{product_id}").status == 404
    assert app.get("/products/variants")["Variants"] == []


def test_pictures_appear_later_and_bad_ones_never(app: App, clock: TurnableClock) -> None:
    pictures = {
        "picture_source_1": "https://img.exemplo/1.jpg",
        "picture_source_2": "https://img.exemplo/2.gif",
        "picture_source_3": "https://img.exemplo/3.png",
    }
    product_id = made(app.post("/products", {"Product": {**PAN, **pictures}}))

    def shown() -> list[str]:
        images = app.get(f"/products/{product_id}")["Product"]["ProductImage"]
        return [image["https"] for image in images]

    assert shown() == []
    clock.turn(minutes=1)
    assert shown() == ["https://img.exemplo/1.jpg", "https://img.exemplo/3.png"]
    app.put(f"/products/{product_id}", {"Product": {"picture_source_1": " "}})
    assert shown() == ["https://img.exemplo/3.png"]
    assert app.store.shop.images.where("product_id", product_id)[0]["slot"] == "picture_source_1"


def test_among_ten_thousand_products_a_reference_is_found_at_once(clock: TurnableClock) -> None:
    store = TrayStore(now=clock)
    for number in range(10_000):
        store.add_product(name=f"Item {number}", reference=f"R{number}")
    app = App(store)
    started = time.perf_counter()
    for number in range(0, 10_000, 100):
        assert app.get("/products", reference=f"R{number}")["paging"]["total"] == 1
    assert time.perf_counter() - started < 1.0  # walking the shelf would take several times as long


def test_only_orders_are_notified_unless_more_is_asked_for(app: App) -> None:
    notices = app.store.shop.notices
    product_id = app.store.add_product(name="Copo", price="1", stock=1)
    assert not notices.waiting
    notices.enabled |= {"product_stock", "product_price"}
    app.put(f"/products/{product_id}", {"Product": {"stock": 5}})
    app.put(f"/products/{product_id}", {"Product": {"stock": 5}})
    assert [(n.scope, n.scope_id, n.act) for n in notices.waiting] == [
        ("product_stock", product_id, "update")
    ]
    assert b"scope_name=product_stock" in notices.waiting[0].form("https://erp.exemplo/hook")
    app.store.switches.echo_webhooks = False
    app.put(f"/products/{product_id}", {"Product": {"price": "2.00"}})
    assert len(notices.waiting) == 1
