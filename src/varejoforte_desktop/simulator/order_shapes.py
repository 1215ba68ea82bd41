"""How an order looks from outside: one line in a list, a page of numbers, or the complete story."""

from __future__ import annotations

import json
from decimal import Decimal

from varejoforte_desktop.simulator.answers import field_refused
from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.customers import Customers
from varejoforte_desktop.simulator.fields import two_places
from varejoforte_desktop.simulator.product_shapes import cubic_weight
from varejoforte_desktop.simulator.shop import Shop

#: Everything an order starts with; the intake fills in the rest.
EMPTY: Row = {
    **dict.fromkeys(("partial_total", "taxes", "discount", "shipment_value", "payment_method_rate"), "0.00"),
    **dict.fromkeys(("value_1", "interest", "total", "progressive_discount", "coupon_discount"), "0.00"),
    **dict.fromkeys(("shipping_progressive_discount", "cart_additional_values_discount"), "0.00"),
    **dict.fromkeys(("cart_additional_values_increase", "total_comission_user", "total_comission"), "0.00"),
    **dict.fromkeys(("point_sale", "shipment", "shipment_date", "delivered", "shipping_cancelled"), ""),
    **dict.fromkeys(("store_note", "customer_note", "coupon_code", "sending_code", "tracking_url"), ""),
    **dict.fromkeys(("is_traceable", "delivery_date", "delivered_status", "payment_form", "session_id"), ""),
    **dict.fromkeys(("access_code", "shipment_integrator", "id_quotation", "external_code", "printed"), ""),
    **dict.fromkeys(("payment_method_type", "app_id", "store_segment", "partner_name", "address_id"), ""),
    **dict.fromkeys(
        ("has_payment", "has_invoice", "partner_id", "billing_address", "payment_method_id"), "0"
    ),
    "sending_date": "0000-00-00",
    "payment_date": "0000-00-00",
    "installment": "1",
    "delivery_time": "7",
    "has_shipment": "1",
    "client_ip": "127.0.0.1",
    "stock_held": "0",  # internal: whether this order's goods were taken from the shelf
    "pickup": "",  # internal: the place where the buyer fetches it, as JSON
    "locked": "0",  # internal: the legacy orders that answer "Pedido bloqueado"
}

IN_LIST = (
    "id", "date", "customer_id", "partial_total", "taxes", "discount", "point_sale", "shipment", "shipment_value",
    "shipment_date", "store_note", "payment_method_rate", "value_1", "sending_code", "session_id", "total",
    "payment_date", "access_code", "progressive_discount", "shipping_progressive_discount",
    "shipment_integrator", "modified", "printed", "interest", "id_quotation", "estimated_delivery_date",
    "external_code", "has_payment", "has_shipment", "has_invoice", "total_comission_user", "total_comission",
    "is_traceable",
)  # fmt: skip
MEDIUM = (
    "hour", "delivered", "shipping_cancelled", "customer_note", "partner_id", "partner_name", "installment",
    "sending_date", "billing_address", "delivery_time", "payment_method_id", "tracking_url",
)  # fmt: skip
COMPLETE = (
    "cart_additional_values_discount", "cart_additional_values_increase", "delivery_date", "delivered_status",
    "payment_method_type", "app_id", "store_segment", "client_ip",
)  # fmt: skip

LINE: Row = {
    **dict.fromkeys(("product_kit_id", "product_kit_id_kit", "id_campaign", "bought_together_id"), "0"),
    **dict.fromkeys(("additional_information", "text_variant", "warranty", "included_items"), ""),
    **dict.fromkeys(("release_date", "is_giveaway"), ""),
    "commissioner_value": "0.00",
    "comissao": "0.00",
}


def total_of(order: Row) -> str:
    """What the buyer pays, by the sum both official samples obey; the coupon is not inside `discount`.

    Raises Refused(400) when more is taken off than there is to pay.
    """
    plus = ("partial_total", "shipment_value", "taxes", "interest", "payment_method_rate")
    minus = ("discount", "coupon_discount", "progressive_discount", "shipping_progressive_discount")
    total = sum((Decimal(order[name]) for name in (*plus, "cart_additional_values_increase")), Decimal(0))
    total -= sum((Decimal(order[name]) for name in (*minus, "cart_additional_values_discount")), Decimal(0))
    if total < 0:
        raise field_refused("Order", "discount", "O desconto é maior que o pedido.")
    return two_places(total)


class OrderShapes:
    """The three faces of an order."""

    def __init__(self, shop: Shop, customers: Customers) -> None:
        self._shop = shop
        self._customers = customers

    def status_name(self, order: Row) -> str:
        """The name of the order's status."""
        status = self._shop.statuses.get(order["status_id"])
        return status["status"] if status else ""

    def value(self, order: Row, name: str) -> str | None:
        """What a filter or a sort compares; None when the store knows no such value."""
        if name == "status":
            return self.status_name(order)
        if name == "discount_coupon":
            return order["coupon_code"]
        return order.get(name)

    def listed(self, order: Row) -> dict[str, object]:
        """An order in the list: no items, no customer, ids only."""
        shape = self._common(order)
        shape["payment_form"] = order["payment_form"]
        return shape

    def medium(self, order: Row) -> dict[str, object]:
        """GET /orders/:id: more fields, still ids only."""
        shape = self._common(order)
        shape.update({name: order[name] for name in MEDIUM})
        shape["payment_method"] = order["payment_form"]
        shape["CustomerAddress"] = {"id": order["address_id"]} if order["address_id"] else []
        shape["ShippingLabel"] = {"application": "", "url": ""}
        shape["payments_notification"] = self._notification(order)
        return shape

    def complete(self, order: Row) -> dict[str, object]:
        """GET /orders/:id/complete: everything, each part in its double wrapper."""
        shop = self._shop
        shape = self.medium(order)
        del shape["CustomerAddress"]
        shape.update({name: order[name] for name in COMPLETE})
        lines = shop.lines.where("order_id", order["id"])
        shape.update(
            cost=two_places(sum((Decimal(x["cost_price"]) * int(x["quantity"]) for x in lines), Decimal(0))),
            urls={
                "payment": f"{shop.public_url}/loja/pagamento.php?loja={shop.store_id}&pedido={order['access_code']}"
            },
            Customer=self._customer(order),
            ProductsSold=[{"ProductsSold": self.line(line)} for line in lines],
            OrderInvoice=[
                {"OrderInvoice": _but(row, "cfop")} for row in shop.invoices.where("order_id", order["id"])
            ],
            Payment=[
                {"Payment": {**row, "unique_number": ""}}
                for row in shop.payments.where("order_id", order["id"])
            ],
            MarketplaceOrder=[
                {"MarketplaceOrder": dict(row)} for row in shop.marketplace.where("order_id", order["id"])
            ],
            OrderTransactions=[{"url_payment": "", "bank_slip": ""}],
            OrderInvoiceAmount=[],
            ExtraTabs=[],
            PaymentMethodMessage={"text": "", "text_pag": "", "text_confirm": "", "confirmation": "0"},
        )
        del shape["Extensions"]
        return {"Order": shape, "Extensions": [], "User": [], "Confirmation": []}

    def line(self, line: Row) -> dict[str, object]:
        """One thing sold, with what it was at that moment."""
        product = self._shop.products.get(line["product_id"])
        variant = self._shop.variants.get(line["variant_id"])
        category = self._shop.categories.get(product["category_id"]) if product else None
        sku = (
            [
                {"type": variant[f"type_{n}"], "value": variant[f"value_{n}"]}
                for n in (1, 2)
                if variant[f"type_{n}"]
            ]
            if variant
            else []
        )
        own = [{"id": category["id"], "name": category["name"], "main_category": "1"}] if category else []
        return {
            **line,
            "weight_cubic": cubic_weight(line),
            "Sku": sku,
            "ProductSoldImage": [],
            "Category": own,
            "BoughtTogether": [],
            "url": self._shop.links(f"/produto/{line['product_id']}"),
            "Discount": [],
            "Stock": {"id": "1", "name": "Loja"},
        }

    def _common(self, order: Row) -> dict[str, object]:
        shop, order_id = self._shop, order["id"]
        status = shop.statuses.get(order["status_id"])
        coupon = {"code": order["coupon_code"], "discount": order["coupon_discount"]}
        shape: dict[str, object] = {"status": status["status"] if status else ""}
        shape.update({name: order[name] for name in IN_LIST})
        has_coupon = bool(order["coupon_code"])
        shape.update(
            discount_coupon=f"{order['coupon_code']}/{order['coupon_discount']}" if has_coupon else "",
            coupon=coupon if has_coupon else [],
            OrderStatus=dict(status) if status else [],
            PickupLocation=json.loads(order["pickup"] or "[]"),
            ProductsSold=[{"id": row["id"]} for row in shop.lines.where("order_id", order_id)],
            Payment=[{"id": row["id"]} for row in shop.payments.where("order_id", order_id)],
            OrderInvoice=[
                {"id": row["id"], "link": row["link"]} for row in shop.invoices.where("order_id", order_id)
            ],
            MlOrder=[],
            OrderTransactions=[],
            MarketplaceOrder=[{"id": row["id"]} for row in shop.marketplace.where("order_id", order_id)],
            Extensions=[],
        )
        return shape

    def _customer(self, order: Row) -> object:
        customer = self._shop.customers.get(order["customer_id"])
        if customer is None:
            return []
        addresses = self._shop.addresses.where("customer_id", customer["id"])
        own = [{"CustomerAddress": dict(address)} for address in addresses]
        return {**self._customers.shape(customer), "CustomerAddresses": own}

    def _notification(self, order: Row) -> dict[str, str]:
        shop = self._shop
        query = f"loja={shop.store_id}&gateway=5&codigoAcesso={order['access_code']}&notification=true"
        return {"notification": f"{shop.public_url}/loja/retorno_pagamento.php?{query}"}


def _but(row: Row, name: str) -> dict[str, object]:
    return {key: value for key, value in row.items() if key != name}
