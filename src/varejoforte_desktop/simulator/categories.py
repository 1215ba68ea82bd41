"""The desk of categories and brands: the aisles of the store and the names on the boxes."""

from __future__ import annotations

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
from varejoforte_desktop.simulator.calls import Call, Handler, Routes, Row, as_text, beside_products
from varejoforte_desktop.simulator.lists import ListKind, listed
from varejoforte_desktop.simulator.product_shapes import slug
from varejoforte_desktop.simulator.shop import Shop, kept

CATEGORY: dict[str, fields.Reader] = {
    "name": fields.text(255),
    "description": fields.text(4800),
    "slug": fields.text(255),
    "order": fields.whole,
    "title": fields.text(255),
    "small_description": fields.text(500),
    "has_acceptance_term": fields.flag,
    "acceptance_term": fields.text(4800),
    "parent_id": fields.text(12),
}
BRAND: dict[str, fields.Reader] = {"brand": fields.text(120), "slug": fields.text(255)}
CATEGORIES = ListKind(model="Category", plural="Categories", filters=("id", "name", "parent_id"))
BRANDS = ListKind(model="Brand", plural="Brands", filters=("id", "brand"))
IN_LIST = ("id", "parent_id", "name", "description", "small_description")
ALONE = (*IN_LIST, "slug", "order", "title", "has_acceptance_term", "acceptance_term")


class Categories:
    """The `/categories` part of the API."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        return {
            ("categories",): {"GET": self.list, "POST": self.create},
            ("categories", "#"): {"GET": self.get, "PUT": self.update, "DELETE": self.delete},
            ("categories", "tree"): {"GET": self.tree},
            ("categories", "tree", "#"): {"GET": self.tree},
        }

    def list(self, call: Call) -> Answer:
        """GET /categories."""

        def shape(row: Row) -> dict[str, object]:
            return {**{name: row[name] for name in IN_LIST}, "Images": []}

        return in_json(
            listed(CATEGORIES, self._shop.categories, call.query, shape, switches=self._shop.switches)
        )

    def get(self, call: Call) -> Answer:
        """GET /categories/:id."""
        row = kept(self._shop.categories, call.ids[0])
        plain: dict[str, object] = {name: row[name] for name in ALONE}
        return in_json({"Category": {**plain, "link": self._shop.links(f"/{row['slug']}"), "Images": []}})

    def tree(self, call: Call) -> Answer:
        """GET /categories/tree[/:id]: the root key is singular and holds an array."""
        shelf = self._shop.categories
        roots = [kept(shelf, call.ids[0])] if call.ids else shelf.where("parent_id", "")
        return in_json({"Category": [self._branch(row) for row in roots]})

    def create(self, call: Call) -> Answer:
        """POST /categories."""
        return created(self.add(call.wrapped("Category")))

    def update(self, call: Call) -> Answer:
        """PUT /categories/:id."""
        row = kept(self._shop.categories, call.ids[0])
        changes = self._changes(call.wrapped("Category"))
        self._refuse_circle(row, changes.get("parent_id", ""))
        self._shop.categories.change(row, changes)
        return saved(row["id"])

    def delete(self, call: Call) -> Answer:
        """DELETE /categories/:id; what was below it moves to the top."""
        row = kept(self._shop.categories, call.ids[0])
        for child in self._shop.categories.where("parent_id", row["id"]):
            self._shop.categories.change(child, {"parent_id": ""})
        self._shop.categories.remove(row["id"])
        return deleted(row["id"])

    def add(self, given: dict[str, object]) -> str:
        """A new category; returns its id. Raises Refused(400)."""
        if not as_text(given.get("name")).strip():
            raise field_refused("Category", "name", BLANK)
        empty: Row = dict.fromkeys(CATEGORY, "")
        row = {**empty, "order": "0", "has_acceptance_term": "0", **self._changes(given)}
        row["slug"] = row["slug"] or slug(row["name"])
        return self._shop.categories.add(row)

    def _changes(self, given: dict[str, object]) -> Row:
        changes = fields.read_fields("Category", given, CATEGORY, self._shop.switches)
        parent = changes.get("parent_id")
        if parent == "0":
            changes["parent_id"] = ""
        elif parent and self._shop.categories.get(parent) is None:
            raise field_refused("Category", "parent_id", "Categoria não encontrada.")
        return changes

    def _refuse_circle(self, row: Row, parent: str) -> None:
        while parent:
            if parent == row["id"]:
                raise field_refused("Category", "parent_id", "Categoria inválida.")
            parent = self._shop.categories.rows[parent]["parent_id"]

    def _branch(self, row: Row) -> dict[str, object]:
        children = [self._branch(child) for child in self._shop.categories.where("parent_id", row["id"])]
        names = ("id", "name", "slug", "description", "title", "small_description")
        shape: dict[str, object] = {name: row[name] for name in names}
        shape.update(
            parent_id="",  # empty even for a child: the nesting alone tells
            link=self._shop.links(f"/{row['slug']}"),
            images=[],
            has_product="1" if self._shop.products.where("category_id", row["id"]) else "0",
            children=children or None,
        )
        return {"Category": shape}


class Brands:
    """The `/products/brands` part of the API, and its alias `/brands`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        many: dict[str, Handler] = {"GET": self.list, "POST": self.create}
        one: dict[str, Handler] = {"GET": self.get, "PUT": self.update, "DELETE": self.delete}
        return beside_products("brands", many, one)

    def list(self, call: Call) -> Answer:
        """GET /products/brands."""
        return in_json(listed(BRANDS, self._shop.brands, call.query, _brand, switches=self._shop.switches))

    def get(self, call: Call) -> Answer:
        """GET /products/brands/:id."""
        return in_json({"Brand": _brand(kept(self._shop.brands, call.ids[0]))})

    def create(self, call: Call) -> Answer:
        """POST /products/brands."""
        row = fields.read_fields("Brand", call.wrapped("Brand"), BRAND, self._shop.switches)
        if not row.get("brand", "").strip():
            raise field_refused("Brand", "brand", BLANK)
        return created(self._shop.brands.add({"slug": slug(row["brand"]), **row}))

    def update(self, call: Call) -> Answer:
        """PUT /products/brands/:id."""
        row = kept(self._shop.brands, call.ids[0])
        changes = fields.read_fields("Brand", call.wrapped("Brand"), BRAND, self._shop.switches)
        self._shop.brands.change(row, changes)
        return saved(row["id"])

    def delete(self, call: Call) -> Answer:
        """DELETE /products/brands/:id."""
        row = kept(self._shop.brands, call.ids[0])
        self._shop.brands.remove(row["id"])
        return deleted(row["id"])


def _brand(row: Row) -> dict[str, object]:
    return {name: row[name] for name in ("id", "slug", "brand")}
