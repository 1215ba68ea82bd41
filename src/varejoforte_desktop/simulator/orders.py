"""The orders' desk: what was bought, what state it is in, and the statuses an order can have."""

from __future__ import annotations

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
from varejoforte_desktop.simulator.calls import Call, Routes, Row, as_record, as_text
from varejoforte_desktop.simulator.lists import ListKind, listed
from varejoforte_desktop.simulator.order_intake import OrderIntake
from varejoforte_desktop.simulator.order_life import OrderLife
from varejoforte_desktop.simulator.order_shapes import OrderShapes, total_of
from varejoforte_desktop.simulator.shop import COLOURS, Shop, kept

LOCKED = "Pedido bloqueado"
CHANGES: dict[str, fields.Reader] = {
    "taxes": fields.money,
    "shipment": fields.text(100),
    "shipment_value": fields.money,
    "discount": fields.money,
    "sending_code": fields.text(100),
    "sending_date": fields.day,
    "tracking_url": fields.text(255),
    "store_note": fields.text(4800),
    "customer_note": fields.text(4800),
    "partner_id": fields.whole,
}
STATUS: dict[str, fields.Reader] = {
    "status": fields.text(100),
    "description": fields.text(255),
    "background": fields.text(20),
    "default": fields.flag,
    "type": fields.text(10),
    "show_backoffice": fields.flag,
}
FILTERS = (
    "id", "status", "partner_id", "session_id", "sending_code", "customer_id", "shipment", "point_sale",
    "payment_form", "access_code", "external_code", "has_payment", "has_invoice", "has_shipment",
    "with_statuses", "printed", "payment_method_id", "store_note", "discount_coupon", "modified", "date",
    "shipment_date", "payment_date",
)  # fmt: skip
STATUSES = ListKind(model="OrderStatus", plural="OrderStatuses")


class Orders:
    """The `/orders` part of the API, without its invoices."""

    def __init__(self, shop: Shop, shapes: OrderShapes, intake: OrderIntake, life: OrderLife) -> None:
        self._shop = shop
        self._shapes = shapes
        self._intake = intake
        self._life = life
        self._kind = ListKind(
            model="Order",
            plural="Orders",
            filters=FILTERS,
            days=frozenset({"modified", "date", "shipment_date", "payment_date"}),
            choices=frozenset({"status"}),
            value=shapes.value,
        )

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        return {
            ("orders",): {"GET": self.list, "POST": self.create},
            ("orders", "#"): {"GET": self.get, "PUT": self.update},
            ("orders", "#", "complete"): {"GET": self.complete},
            ("orders", "cancel", "#"): {"PUT": self.cancel},
        }

    def list(self, call: Call) -> Answer:
        """GET /orders."""
        shop = self._shop
        return in_json(
            listed(self._kind, shop.orders, call.query, self._shapes.listed, switches=shop.switches)
        )

    def get(self, call: Call) -> Answer:
        """GET /orders/:id."""
        return in_json({"Order": self._shapes.medium(kept(self._shop.orders, call.ids[0]))})

    def complete(self, call: Call) -> Answer:
        """GET /orders/:id/complete."""
        return in_json(self._shapes.complete(kept(self._shop.orders, call.ids[0])))

    def create(self, call: Call) -> Answer:
        """POST /orders."""
        order_id = self._intake.accept(self._given(call))
        return created(order_id, self._shop.switches.order_create_id_key)

    def update(self, call: Call) -> Answer:
        """PUT /orders/:id: only the keys given; the status goes by its id."""
        order = self._unlocked(call)
        given = self._given(call)
        changes = fields.read_fields("Order", given, CHANGES, self._shop.switches)
        if changes.keys() & {"taxes", "shipment_value", "discount"}:
            changes["total"] = total_of({**order, **changes})
        if "status_id" in given:
            status_id = as_text(given["status_id"])
            if self._shop.statuses.get(status_id) is None:
                raise field_refused("Order", "status_id", "Status não encontrado.")
            self._life.move(order, status_id)
        self._life.touch(order, changes)
        return saved(order["id"])

    def cancel(self, call: Call) -> Answer:
        """PUT /orders/cancel/:id."""
        order = self._unlocked(call)
        self._life.cancel(order)
        return saved(order["id"])

    def _unlocked(self, call: Call) -> Row:
        order = kept(self._shop.orders, call.ids[0])
        if order["locked"] == "1":
            raise Refused(400, [LOCKED])
        return order

    def _given(self, call: Call) -> dict[str, object]:
        body = as_record(call.payload)
        if "Order" not in body and self._shop.switches.unwrapped_order_body == "400":
            raise Refused(400, ["Requisição inválida."])
        return call.wrapped("Order")


class Statuses:
    """The `/orders/statuses` part of the API."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        return {
            ("orders", "statuses"): {"GET": self.list, "POST": self.create},
            ("orders", "statuses", "#"): {"GET": self.get, "PUT": self.update, "DELETE": self.delete},
        }

    def list(self, call: Call) -> Answer:
        """GET /orders/statuses."""

        def show(row: Row) -> dict[str, object]:
            names = ("id", "status", "show_backoffice", "type", "default", "background", "description")
            return {name: row[name] for name in names}

        return in_json(listed(STATUSES, self._shop.statuses, call.query, show, switches=self._shop.switches))

    def get(self, call: Call) -> Answer:
        """GET /orders/statuses/:id."""
        return in_json({"OrderStatus": kept(self._shop.statuses, call.ids[0])})

    def create(self, call: Call) -> Answer:
        """POST /orders/statuses."""
        row = fields.read_fields("OrderStatus", call.wrapped("OrderStatus"), STATUS, self._shop.switches)
        if not row.get("status", "").strip():
            raise field_refused("OrderStatus", "status", BLANK)
        row = {
            "type": "open",
            "default": "0",
            "show_backoffice": "1",
            "allow_edit_order": "0",
            "description": "",
            "display_name": row["status"].capitalize(),
            "show_status_central": "",
            "background": COLOURS["open"],
            "font_color": "#000000",
            **row,
        }
        return created(self._shop.statuses.add(row))

    def update(self, call: Call) -> Answer:
        """PUT /orders/statuses/:id."""
        row = kept(self._shop.statuses, call.ids[0])
        changes = fields.read_fields("OrderStatus", call.wrapped("OrderStatus"), STATUS, self._shop.switches)
        self._shop.statuses.change(row, changes)
        return saved(row["id"])

    def delete(self, call: Call) -> Answer:
        """DELETE /orders/statuses/:id; refused while an order is in it."""
        row = kept(self._shop.statuses, call.ids[0])
        if self._shop.orders.where("status_id", row["id"]):
            raise Refused(400, ["Status em uso."])
        self._shop.statuses.remove(row["id"])
        return deleted(row["id"])
