"""The desk of papers: the invoice of an order, the payment that came in, and the store's own card."""

from __future__ import annotations

import json

from varejoforte_desktop.simulator import fields
from varejoforte_desktop.simulator.answers import (
    BLANK,
    Answer,
    Refused,
    created,
    field_refused,
    in_json,
    saved,
)
from varejoforte_desktop.simulator.calls import Call, Routes, Row, as_record, as_records, as_text
from varejoforte_desktop.simulator.gate import Gate
from varejoforte_desktop.simulator.lists import ListKind, listed
from varejoforte_desktop.simulator.order_life import OrderLife
from varejoforte_desktop.simulator.shop import Shop, kept

INVOICE: dict[str, fields.Reader] = {
    "issue_date": fields.day,
    "number": fields.text(20),
    "serie": fields.text(5),
    "value": fields.money,
    "key": fields.text(44),
    "link": fields.text(1000),
    "xml_danfe": fields.text(5_000_000),
}
REQUIRED = ("issue_date", "number", "serie", "value", "key")
INVOICES = ListKind(model="OrderInvoice", plural="OrderInvoices", sort=("id", "desc"))

PAYMENT: dict[str, fields.Reader] = {
    "method": fields.text(100),
    "value": fields.money,
    "date": fields.day,
    "note": fields.text(500),
    "payment_method_id": fields.whole,
    "payment_place": fields.text(100),
}
PAYMENTS = ListKind(
    model="Payment",
    plural="Payments",
    filters=("id", "order_id", "created", "modified"),
    days=frozenset({"created", "modified"}),
)


class Invoices:
    """The `/orders/:id/invoices` part of the API."""

    def __init__(self, shop: Shop, life: OrderLife) -> None:
        self._shop = shop
        self._life = life

    def routes(self) -> Routes:
        """Which addresses this desk answers. There is no DELETE: the store has no way to take an invoice back."""
        return {
            ("orders", "invoices"): {"GET": self.list},
            ("orders", "#", "invoices"): {"GET": self.of_order, "POST": self.create},
            ("orders", "#", "invoices", "#"): {"GET": self.get, "PUT": self.update},
        }

    def list(self, call: Call) -> Answer:
        """GET /orders/invoices, newest first; the CFOPs are nested."""

        def show(row: Row) -> dict[str, object]:
            return {**_plain(row), "ProductCfop": json.loads(row["cfop"])}

        return in_json(listed(INVOICES, self._shop.invoices, call.query, show, switches=self._shop.switches))

    def of_order(self, call: Call) -> Answer:
        """GET /orders/:id/invoices, not paged; the CFOPs stand beside the invoice."""
        order = kept(self._shop.orders, call.ids[0])
        return in_json(
            {"OrderInvoices": [_beside(r) for r in self._shop.invoices.where("order_id", order["id"])]}
        )

    def get(self, call: Call) -> Answer:
        """GET /orders/:id/invoices/:invoice_id: the plural again, for one."""
        return in_json({"OrderInvoices": [_beside(self._invoice(call))]})

    def create(self, call: Call) -> Answer:
        """POST /orders/:id/invoices: sets has_invoice and leaves the status alone."""
        order = kept(self._shop.orders, call.ids[0])
        given = as_record(call.payload)
        if "OrderInvoice" in given:
            if self._shop.switches.invoice_post_wrapper == "unwrapped":
                raise Refused(400, ["Invalid parameter id."])
            given = call.wrapped("OrderInvoice")
        row = fields.read_fields("OrderInvoice", given, INVOICE, self._shop.switches)
        blank = [name for name in REQUIRED if row.get(name, "") in ("", "0000-00-00")]
        if blank:
            raise Refused(400, {"OrderInvoice": {name: [BLANK] for name in blank}})
        self._refuse_twins(row)
        now = self._shop.stamp()
        row = {"link": "", "xml_danfe": "", **row, "order_id": order["id"], "created": now, "updated": now}
        row["cfop"] = _cfop(given)
        invoice_id = self._shop.invoices.add(row)
        self._life.touch(order, {"has_invoice": "1"})
        return created(invoice_id)

    def update(self, call: Call) -> Answer:
        """PUT /orders/:id/invoices/:invoice_id; a wrapper is refused."""
        row = self._invoice(call)
        given = as_record(call.payload)
        if "OrderInvoice" in given:
            raise Refused(400, ["Invalid parameter id."])
        changes = fields.read_fields("OrderInvoice", given, INVOICE, self._shop.switches)
        self._refuse_twins({**row, **changes})
        if "ProductCfop" in given:
            changes["cfop"] = _cfop(given)
        self._shop.invoices.change(row, {**changes, "updated": self._shop.stamp()})
        return saved(row["id"])

    def _invoice(self, call: Call) -> Row:
        row = kept(self._shop.invoices, call.ids[1])
        if row["order_id"] != call.ids[0]:
            raise Refused(404)
        return row

    def _refuse_twins(self, row: Row) -> None:
        if self._shop.switches.duplicate_invoice == "accept":
            return
        known = self._shop.invoices
        same_number = [r for r in known.where("number", row["number"]) if r["serie"] == row["serie"]]
        for other in (*known.where("key", row["key"]), *same_number):
            if other["id"] != row.get("id"):
                raise Refused(400, ["Invoice already exists."])


class Payments:
    """The `/payments` part of the API."""

    def __init__(self, shop: Shop, life: OrderLife) -> None:
        self._shop = shop
        self._life = life

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        return {
            ("payments",): {"GET": self.list, "POST": self.create},
            ("payments", "#"): {"GET": self.get},
        }

    def list(self, call: Call) -> Answer:
        """GET /payments: without the method and the date."""

        def show(row: Row) -> dict[str, object]:
            return {name: value for name, value in row.items() if name not in ("method", "date")}

        return in_json(listed(PAYMENTS, self._shop.payments, call.query, show, switches=self._shop.switches))

    def get(self, call: Call) -> Answer:
        """GET /payments/:id."""
        return in_json({"Payment": kept(self._shop.payments, call.ids[0])})

    def create(self, call: Call) -> Answer:
        """POST /payments: notes the payment; the order keeps its status."""
        given = call.wrapped("Payment", "payment")
        order = self._shop.orders.get(as_text(given.get("order_id")))
        if order is None:
            raise field_refused("Payment", "order_id", "Pedido não encontrado.")
        row = fields.read_fields("Payment", given, PAYMENT, self._shop.switches)
        if "value" not in row:
            raise field_refused("Payment", "value", BLANK)
        return created(self._life.record_payment(order, row))


class Card:
    """The `/info` part of the API: who the store is."""

    def __init__(self, shop: Shop, gate: Gate) -> None:
        self._shop = shop
        self._gate = gate

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        return {("info",): {"GET": self.get}}

    def get(self, call: Call) -> Answer:
        """GET /info, without wrapper; a visitor learns only the id and the addresses."""
        shop = self._shop
        link = shop.links("")
        reduced = {"id": shop.store_id, "uri": link["http"], "secure_uri": link["https"]}
        if call.public:
            return in_json(reduced)
        empty = dict.fromkeys(("phone_number_2", "phone_number_3", "email_2", "office_hour", "user"), "")
        pictures = {name: shop.links(f"/{name}.png") for name in ("logo", "logo_mobile", "favicon")}
        card = {
            **reduced,
            **empty,
            **pictures,
            "name": shop.name,
            "company_name": f"{shop.name} Ltda",
            "cnpj": shop.cnpj,
            "address": "Rua Um, 10",
            "postal_code": "13010-000",
            "city": "Campinas",
            "state": "SP",
            "country": "Brasil",
            "phone_number_1": "(19)3333-0000",
            "email_1": "contato@loja.exemplo",
            "internal_status": self._gate.state,
            "messages": {"footer": ""},
        }
        return in_json(card)


def _plain(row: Row) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "cfop"}


def _beside(row: Row) -> dict[str, object]:
    cfop = [{**as_record(item), "order_invoice_id": row["id"]} for item in json.loads(row["cfop"])]
    return {"OrderInvoice": _plain(row), "ProductCfop": cfop}


def _cfop(given: dict[str, object]) -> str:
    names = ("product_id", "variation_id", "cfop")
    rows = [
        {name: as_text(item.get(name)) or "0" for name in names}
        for item in as_records(given.get("ProductCfop"))
    ]
    return json.dumps(rows)
