"""The products' desk: reading them, adding them, changing a price or a stock, taking them away."""

from __future__ import annotations

import json
from collections.abc import Mapping

from varejoforte_desktop.simulator import fields
from varejoforte_desktop.simulator.answers import (
    BLANK,
    Answer,
    created,
    deleted,
    field_refused,
    in_json,
    saved,
)
from varejoforte_desktop.simulator.calls import Call, Routes, Row, as_text
from varejoforte_desktop.simulator.clock import EMPTY_DAY
from varejoforte_desktop.simulator.images import Images
from varejoforte_desktop.simulator.lists import ListKind, listed
from varejoforte_desktop.simulator.product_shapes import ProductShapes, slug
from varejoforte_desktop.simulator.shop import Shop, kept

READERS: dict[str, fields.Reader] = {
    "name": fields.text(200),
    "reference": fields.text(120),
    "ean": fields.text(120),
    "ncm": fields.text(8),
    "title": fields.text(255),
    "description": fields.text(4800),
    "description_small": fields.text(500),
    "price": fields.money,
    "cost_price": fields.money,
    "promotional_price": fields.money,
    "start_promotion": fields.day,
    "end_promotion": fields.day,
    "ipi_value": fields.money,
    "brand": fields.text(120),
    "model": fields.text(150),
    "weight": fields.whole,
    "length": fields.whole,
    "width": fields.whole,
    "height": fields.whole,
    "stock": fields.stock,
    "minimum_stock": fields.whole,
    "minimum_stock_alert": fields.whole,
    "category_id": fields.whole,
    "available": fields.flag,
    "availability": fields.text(120),
    "availability_days": fields.whole,
    "warranty": fields.text(500),
    "warranty_days": fields.whole,
    "release_date": fields.text(10),
    "activation_date": fields.day,
    "deactivation_date": fields.day,
    "virtual_product": fields.flag,
    "is_kit": fields.flag,
    "included_items": fields.text(500),
    "additional_message": fields.text(500),
    "video": fields.text(255),
}

EMPTY: Row = {
    **dict.fromkeys(READERS, ""),
    **dict.fromkeys(("price", "cost_price", "promotional_price", "ipi_value", "dollar_cost_price"), "0.00"),
    **dict.fromkeys(("weight", "length", "width", "height", "stock", "minimum_stock"), "0"),
    **dict.fromkeys(("minimum_stock_alert", "category_id", "brand_id", "availability_days"), "0"),
    **dict.fromkeys(("warranty_days", "is_kit", "hot", "release", "free_shipping", "quantity_sold"), "0"),
    **dict.fromkeys(("start_promotion", "end_promotion"), EMPTY_DAY),
    **dict.fromkeys(("activation_date", "deactivation_date"), EMPTY_DAY),
    "available": "1",
    "related_categories": "",
    "metatag": "[]",
}

FILTERS = (
    "id", "name", "category_id", "ean", "available", "price", "brand", "model", "hot", "quantity_sold",
    "release", "free_shipping", "weight", "image", "release_date", "stock", "promotion", "reference",
    "has_description", "brand_id", "virtual_product", "has_ean", "is_kit", "has_title", "has_variations",
    "has_brand", "has_model", "has_weight", "activation_date", "deactivation_date", "modified", "created",
    "price_range", "current_price_range", "current_price",
)  # fmt: skip


class Products:
    """The `/products` part of the API. `add` and `write` serve the API and the shop's own people alike."""

    def __init__(self, shop: Shop, shapes: ProductShapes, images: Images) -> None:
        self._shop = shop
        self._shapes = shapes
        self._images = images
        self._kind = ListKind(
            model="Product",
            plural="Products",
            filters=FILTERS,
            days=frozenset({"modified", "created", "activation_date", "deactivation_date"}),
            amounts=frozenset({"price", "current_price", "weight", "stock", "quantity_sold"}),
            value=shapes.value,
        )

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        return {
            ("products",): {"GET": self.list, "POST": self.create},
            ("products", "#"): {"GET": self.get, "PUT": self.update, "DELETE": self.delete},
        }

    def list(self, call: Call) -> Answer:
        """GET /products."""
        shop, shapes = self._shop, self._shapes
        if not call.public:
            return in_json(
                listed(self._kind, shop.products, call.query, shapes.listed, switches=shop.switches)
            )

        def for_visitors(row: Row) -> dict[str, object]:
            return shapes.for_visitors(shapes.listed(row))

        visible = listed(
            self._kind,
            shop.products,
            call.query,
            for_visitors,
            switches=shop.switches,
            visible=lambda row: row["available"] == "1",
        )
        return in_json(visible)

    def get(self, call: Call) -> Answer:
        """GET /products/:id."""
        row = kept(self._shop.products, call.ids[0])
        shape = self._shapes.alone(row)
        return in_json({"Product": self._shapes.for_visitors(shape) if call.public else shape})

    def create(self, call: Call) -> Answer:
        """POST /products."""
        return created(self.add(call.wrapped("Product")))

    def update(self, call: Call) -> Answer:
        """PUT /products/:id: only the keys given, and `modified`."""
        row = kept(self._shop.products, call.ids[0])
        self.write(row, call.wrapped("Product"))
        return saved(row["id"])

    def delete(self, call: Call) -> Answer:
        """DELETE /products/:id, and its variants and pictures with it."""
        row = kept(self._shop.products, call.ids[0])
        for shelf in (self._shop.variants, self._shop.images):
            for part in shelf.where("product_id", row["id"]):
                shelf.remove(part["id"])
        self._shop.products.remove(row["id"])
        self._shop.notices.tell("product", row["id"], "delete")
        return deleted(row["id"])

    def add(self, given: Mapping[str, object]) -> str:
        """A new product from the given fields; returns its id. Raises Refused(400) for values that do not fit."""
        if not as_text(given.get("name")).strip():
            raise field_refused("Product", "name", BLANK)
        now = self._shop.stamp()
        row = {**EMPTY, "created": now, "modified": now, **self._changes(given)}
        product_id = self._shop.products.add(row)
        self._images.write(product_id, given)
        self._shop.notices.tell("product", product_id, "insert")
        return product_id

    def write(self, row: Row, given: Mapping[str, object]) -> None:
        """Change only the given fields of a product. Raises Refused(400) for values that do not fit."""
        if "name" in given and not as_text(given["name"]).strip():
            raise field_refused("Product", "name", BLANK)
        changes = self._changes(given)
        if "stock" in changes and self._stock_is_the_sum(row):
            del changes["stock"]
        self._images.write(row["id"], given)
        self._tell(row, changes)
        changes["modified"] = self._shop.stamp()
        self._shop.products.change(row, changes)

    def _changes(self, given: Mapping[str, object]) -> Row:
        changes = fields.read_fields("Product", given, READERS, self._shop.switches)
        if "related_categories" in given:
            related = given["related_categories"]
            found = [as_text(part) for part in related] if isinstance(related, list) else [as_text(related)]
            changes["related_categories"] = ",".join(part for part in found if part)
        if "metatag" in given:
            changes["metatag"] = json.dumps(given["metatag"], ensure_ascii=False)
        if "brand" in changes:
            changes["brand_id"] = self._brand_id(changes["brand"])
        return changes

    def _brand_id(self, name: str) -> str:
        if not name:
            return "0"
        known = self._shop.brands.where("brand", name)
        return known[0]["id"] if known else self._shop.brands.add({"brand": name, "slug": slug(name)})

    def _stock_is_the_sum(self, row: Row) -> bool:
        return self._shop.switches.product_stock_with_variants == "sum" and bool(
            self._shop.variants.where("product_id", row["id"])
        )

    def _tell(self, row: Row, changes: Row) -> None:
        changed = {name for name, value in changes.items() if row.get(name) != value}
        if changed - {"stock", "price"}:
            self._shop.notices.tell("product", row["id"])
        for name in ("stock", "price"):
            if name in changed:
                self._shop.notices.tell(f"product_{name}", row["id"])
