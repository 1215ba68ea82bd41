"""Variants of a product, and the categories and brands they are found by."""

from __future__ import annotations

import pytest

from tests.simulator.desk import App, causes, made

BLUE = {"type_1": "Cor", "value_1": "Azul", "price": "10.00", "stock": 5, "reference": "C-AZ"}


@pytest.fixture
def mug(app: App) -> str:
    return app.store.add_product(name="Caneca", price="10.00", stock=99)


def test_a_variant_is_made_by_types_or_by_sku(app: App, mug: str) -> None:
    first = made(app.post("/products/variants/", {"Variant": {"product_id": mug, **BLUE}}))
    sku = [{"type": "Cor", "value": "Verde"}, {"type": "Tamanho", "value": "G"}]
    second = made(app.post("/variants", {"Variant": {"product_id": mug, "Sku": sku, "stock": "2"}}))
    assert app.get(f"/products/variants/{first}")["Variant"]["Sku"] == [{"type": "Cor", "value": "Azul"}]
    assert app.get(f"/variants/{second}")["Variant"]["Sku"] == sku
    product = app.get(f"/products/{mug}")["Product"]
    assert product["has_variation"] == "1"
    assert product["Variant"] == [{"id": first}, {"id": second}]
    assert app.get("/products/variants", product_id=mug)["paging"]["total"] == 2
    assert app.get("/products/variants", reference="C-AZ")["Variants"][0]["Variant"]["id"] == first


def test_the_stock_of_a_product_is_the_sum_of_its_variants(app: App, mug: str) -> None:
    first = app.store.add_variant(mug, **BLUE)
    app.store.add_variant(mug, **{**BLUE, "value_1": "Verde", "stock": 2})
    app.put(f"/products/{mug}", {"Product": {"stock": 50}})
    assert app.get(f"/products/{mug}")["Product"]["stock"] == "7"
    app.put(f"/products/variants/{first}", {"Variant": {"stock": "4"}})
    assert app.get(f"/products/{mug}")["Product"]["stock"] == "6"
    app.store.switches.product_stock_with_variants = "independent"
    app.put(f"/products/{mug}", {"Product": {"stock": 50}})
    assert app.get(f"/products/{mug}")["Product"]["stock"] == "50"


def test_the_same_colour_twice_is_refused_unless_allowed(app: App, mug: str) -> None:
    app.store.add_variant(mug, **BLUE)
    body = {"Variant": {"product_id": mug, **BLUE}}
    assert app.post("/products/variants", body).status == 400
    app.store.switches.duplicate_sku_combo = "accept"
    assert app.post("/products/variants", body).status == 201


def test_a_variant_needs_a_product(app: App) -> None:
    assert "product_id" in causes(app.post("/products/variants", {"Variant": BLUE}))["Variant"]
    assert app.post("/products/variants", {"Variant": {**BLUE, "product_id": "9"}}).status == 400


def test_three_axes_are_one_too_many(app: App, mug: str) -> None:
    sku = [{"type": str(n), "value": str(n)} for n in range(3)]
    assert app.post("/products/variants", {"Variant": {"product_id": mug, "Sku": sku}}).status == 400


def test_without_its_last_variant_a_product_is_plain_again(app: App, mug: str) -> None:
    variant = app.store.add_variant(mug, **BLUE)
    assert app.ask("DELETE", f"/products/variants/{variant}").status == 200
    product = app.get(f"/products/{mug}")["Product"]
    assert product["has_variation"] == "0"
    assert product["stock"] == "99"


def test_the_tree_of_categories_is_told_by_nesting_alone(app: App) -> None:
    kitchen = app.store.add_category("Cozinha")
    pans = made(app.post("/categories", {"Category": {"name": "Panelas", "parent_id": kitchen}}))
    app.store.add_product(name="Panela", category_id=pans)
    tree = app.get("/categories/tree")["Category"]
    assert [node["Category"]["id"] for node in tree] == [kitchen]
    child = tree[0]["Category"]["children"][0]["Category"]
    assert child["id"] == pans
    assert child["parent_id"] == ""
    assert child["children"] is None
    assert child["has_product"] == "1"
    assert app.get(f"/categories/tree/{pans}")["Category"][0]["Category"]["id"] == pans
    assert app.get("/categories", parent_id=kitchen)["Categories"][0]["Category"]["id"] == pans
    assert app.get(f"/categories/{pans}")["Category"]["slug"] == "panelas"


def test_a_category_cannot_stand_inside_itself(app: App) -> None:
    outer = app.store.add_category("Casa")
    inner = app.store.add_category("Sala", outer)
    assert app.put(f"/categories/{outer}", {"Category": {"parent_id": inner}}).status == 400
    assert app.put(f"/categories/{outer}", {"Category": {"parent_id": outer}}).status == 400
    assert app.post("/categories", {"Category": {"name": "X", "parent_id": "77"}}).status == 400


def test_a_category_is_renamed_and_taken_away(app: App) -> None:
    outer = app.store.add_category("Casa")
    inner = app.store.add_category("Sala", outer)
    assert app.put(f"/categories/{outer}", {"Category": {"name": "Lar"}}).status == 200
    assert app.ask("DELETE", f"/categories/{outer}").status == 200
    assert app.get("/categories")["Categories"][0]["Category"]["id"] == inner
    assert app.get("/categories/tree")["Category"][0]["Category"]["id"] == inner


def test_a_brand_is_made_renamed_and_taken_away(app: App) -> None:
    brand = made(app.post("/products/brands", {"Brand": {"brand": "Aço & Cia"}}))
    assert app.get(f"/products/brands/{brand}")["Brand"]["slug"] == "aco-cia"
    assert app.put(f"/brands/{brand}", {"Brand": {"brand": "Aço"}}).status == 200
    assert app.get("/brands", brand="Aço")["paging"]["total"] == 1
    assert app.ask("DELETE", f"/products/brands/{brand}").status == 200
    assert app.post("/brands", {"Brand": {"brand": " "}}).status == 400
