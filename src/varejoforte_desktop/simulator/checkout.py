"""The checkout: who buys, how the goods travel, what is added and taken off, and the order that comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from varejoforte_desktop.simulator import fields
from varejoforte_desktop.simulator.buyers import BUYER, CHECKOUT, COUNTER, HOME
from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.customers import Customers
from varejoforte_desktop.simulator.order_intake import HEAD, MARKETPLACE, OrderIntake, OrderItem
from varejoforte_desktop.simulator.shop import Shop

#: What can be said about a purchase, by the API's names, and how it is read.
PURCHASE: dict[str, fields.Reader] = {
    **HEAD,
    "payment_method_rate": fields.money,
    "progressive_discount": fields.money,
    "shipping_progressive_discount": fields.money,
    "cart_additional_values_discount": fields.money,
    "cart_additional_values_increase": fields.money,
    "coupon_code": fields.text(50),
    "coupon_discount": fields.money,
}


class Who(NamedTuple):
    """A registered buyer, and the address that an order goes to ("" for none)."""

    customer_id: str
    address_id: str


class Checkout:
    """Where a buyer's basket becomes an order."""

    def __init__(self, shop: Shop, intake: OrderIntake, customers: Customers) -> None:
        self._shop = shop
        self._intake = intake
        self._customers = customers

    def known(self, customer_id: str) -> Who:
        """A registered buyer and where their parcels go."""
        addresses = self._shop.addresses.where("customer_id", customer_id)
        return Who(customer_id, addresses[0]["id"] if addresses else "")

    def customer(self, given: Mapping[str, object] | None, address: Mapping[str, object] | None) -> Who:
        """A buyer who says who they are, at an address; without either, the store's usual buyer at home.

        Raises Refused(400) when a document or e-mail is wrong or somebody else's.
        """
        buyer = BUYER if given is None else given
        customer_id = self._customers.find_or_add(buyer)
        home = {**HOME, "recipient": buyer.get("name", "")} if address is None else address
        return Who(customer_id, self._customers.add_address(customer_id, home))

    def buy(
        self,
        items: Mapping[str, int] | Sequence[OrderItem],
        who: Who,
        said: Row,
        *,
        pickup: str,
        marketplace: str,
        at: datetime | None,
    ) -> str:
        """Keep an order; `said` are values of PURCHASE, "" for what was not. Returns its id.

        Raises Refused(400) when something is not there any more or an amount makes no sense.
        """
        if isinstance(items, Mapping):
            items = [OrderItem(product_id=product_id, quantity=n) for product_id, n in items.items()]
        lines = self._intake.basket(items)
        given = {name: value for name, value in said.items() if value}
        head = {**CHECKOUT, **fields.read_fields("Order", given, PURCHASE, self._shop.switches)}
        if pickup:
            place = {**COUNTER, "name": pickup, "value": head.get("shipment_value", "0.00")}
            head["pickup"] = json.dumps(place, ensure_ascii=False)
        if marketplace:
            head["point_sale"] = marketplace[:45]
        order_id = self._intake.place(lines, who.customer_id, who.address_id, head, at=at)
        if marketplace:
            self._sold_elsewhere(order_id, marketplace)
        return order_id

    def _sold_elsewhere(self, order_id: str, name: str) -> None:
        now = self._shop.orders.rows[order_id]["modified"]
        row: Row = dict.fromkeys(MARKETPLACE, "")
        row |= {"marketplace_name": name, "marketplace_order_id": f"MKT-{order_id}"}
        self._shop.marketplace.add({**row, "order_id": order_id, "created": now, "updated": now})
