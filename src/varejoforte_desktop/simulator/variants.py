"""The variants' desk: the sizes and colours of a product, each with its own price and stock."""

from __future__ import annotations

from collections.abc import Mapping

from varejoforte_desktop.simulator import fields
from varejoforte_desktop.simulator.answers import (
    BLANK,
    Answer,
    Refused,
    created,
    deleted,
    field_refused,
    in_json,
    saved,
)
from varejoforte_desktop.simulator.calls import (
    Call,
    Handler,
    Routes,
    Row,
    as_records,
    as_text,
    beside_products,
)
from varejoforte_desktop.simulator.clock import EMPTY_DAY
from varejoforte_desktop.simulator.lists import ListKind, listed
from varejoforte_desktop.simulator.product_shapes import cubic_weight
from varejoforte_desktop.simulator.shop import Shop, kept

AXES = ("type_1", "value_1", "type_2", "value_2")
READERS: dict[str, fields.Reader] = {
    "ean": fields.text(120),
    "order": fields.whole,
    "price": fields.money,
    "cost_price": fields.money,
    "promotional_price": fields.money,
    "start_promotion": fields.day,
    "end_promotion": fields.day,
    "stock": fields.stock,
    "minimum_stock": fields.whole,
    "reference": fields.text(120),
    "weight": fields.whole,
    "length": fields.whole,
    "width": fields.whole,
    "height": fields.whole,
    "available": fields.flag,
    **{axis: fields.text(100) for axis in AXES},
}
EMPTY: Row = {
    **dict.fromkeys(READERS, "0"),
    **dict.fromkeys(("price", "cost_price", "promotional_price"), "0.00"),
    **dict.fromkeys(("start_promotion", "end_promotion"), EMPTY_DAY),
    **dict.fromkeys(("ean", "reference", *AXES), ""),
    "available": "1",
    "quantity_sold": "0",
    "color_id_1": "0",
    "color_id_2": "0",
}
KIND = ListKind(
    model="Variant",
    plural="Variants",
    filters=(
        "id", "product_id", "ean", "price", "promotional_price", "stock", "minimum_stock", "value_1", "value_2",
        "type_1", "type_2", "reference", "modified",
    ),
    days=frozenset({"modified"}),
    amounts=frozenset({"price", "promotional_price", "stock", "minimum_stock"}),
)  # fmt: skip


def shape(row: Row) -> dict[str, object]:
    """A variant as the API shows it."""
    sku = [{"type": row[f"type_{n}"], "value": row[f"value_{n}"]} for n in (1, 2) if row[f"type_{n}"]]
    plain = {name: value for name, value in row.items() if name not in AXES}
    return {
        **plain,
        "cubic_weight": cubic_weight(row),
        "Sku": sku,
        "illustrative_image": "",
        "payment_option": "",
        "payment_option_details": [],
        "VariantImage": [],
    }


class Variants:
    """The `/products/variants` part of the API, and its alias `/variants`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        many: dict[str, Handler] = {"GET": self.list, "POST": self.create}
        one: dict[str, Handler] = {"GET": self.get, "PUT": self.update, "DELETE": self.delete}
        return beside_products("variants", many, one)

    def list(self, call: Call) -> Answer:
        """GET /products/variants/."""
        return in_json(listed(KIND, self._shop.variants, call.query, shape, switches=self._shop.switches))

    def get(self, call: Call) -> Answer:
        """GET /products/variants/:id."""
        return in_json({"Variant": shape(kept(self._shop.variants, call.ids[0]))})

    def create(self, call: Call) -> Answer:
        """POST /products/variants/."""
        return created(self.add(call.wrapped("Variant")))

    def update(self, call: Call) -> Answer:
        """PUT /products/variants/:id: only the keys given."""
        row = kept(self._shop.variants, call.ids[0])
        changes = self._changes(call.wrapped("Variant"))
        self._refuse_twins({**row, **changes})
        for name in ("stock", "price"):
            if changes.get(name, row[name]) != row[name]:
                self._shop.notices.tell(f"variant_{name}", row["id"])
        changes["modified"] = self._shop.stamp()
        self._shop.variants.change(row, changes)
        return saved(row["id"])

    def delete(self, call: Call) -> Answer:
        """DELETE /products/variants/:id."""
        row = kept(self._shop.variants, call.ids[0])
        self._shop.variants.remove(row["id"])
        self._shop.notices.tell("variant", row["id"], "delete")
        return deleted(row["id"])

    def add(self, given: Mapping[str, object]) -> str:
        """A new variant from the given fields; returns its id. Raises Refused(400)."""
        product_id = as_text(given.get("product_id"))
        if not product_id:
            raise field_refused("Variant", "product_id", BLANK)
        if self._shop.products.get(product_id) is None:
            raise field_refused("Variant", "product_id", "Produto não encontrado.")
        row = {**EMPTY, "product_id": product_id, **self._changes(given), "modified": self._shop.stamp()}
        self._refuse_twins(row)
        variant_id = self._shop.variants.add(row)
        self._shop.notices.tell("variant", variant_id, "insert")
        return variant_id

    def _changes(self, given: Mapping[str, object]) -> Row:
        flat = dict(given)
        for number, axis in enumerate(as_records(given.get("Sku")), start=1):
            flat[f"type_{number}"], flat[f"value_{number}"] = axis.get("type"), axis.get("value")
        if "type_3" in flat:
            raise field_refused("Variant", "Sku", "Um produto tem no máximo dois tipos de variação.")
        return fields.read_fields("Variant", flat, READERS, self._shop.switches)

    def _refuse_twins(self, row: Row) -> None:
        if self._shop.switches.duplicate_sku_combo == "accept":
            return
        combo = [row[axis] for axis in AXES]
        for other in self._shop.variants.where("product_id", row["product_id"]):
            if other["id"] != row.get("id") and [other[axis] for axis in AXES] == combo and any(combo):
                raise Refused(400, {"Variant": {"Sku": ["Já existe uma variação com esta combinação."]}})
