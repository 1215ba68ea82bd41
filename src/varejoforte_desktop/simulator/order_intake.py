"""Where orders come in: from a buyer in the storefront, or from an app that sends one ready made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from varejoforte_desktop.simulator import fields
from varejoforte_desktop.simulator.answers import BLANK, NOT_MONEY, Refused
from varejoforte_desktop.simulator.calls import Row, as_record, as_records, as_text
from varejoforte_desktop.simulator.clock import day, stamp
from varejoforte_desktop.simulator.customers import Customers
from varejoforte_desktop.simulator.order_life import NO_STOCK, OrderLife
from varejoforte_desktop.simulator.order_shapes import EMPTY, LINE, total_of
from varejoforte_desktop.simulator.product_shapes import ProductShapes
from varejoforte_desktop.simulator.shop import Shop
from varejoforte_desktop.simulator.stock import Stock

NO_QUANTITY = "Quantidade inválida."
NO_PRODUCTS = "Pedido não tem produtos."
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

HEAD: dict[str, fields.Reader] = {
    "point_sale": fields.text(45),
    "session_id": fields.text(26),
    "shipment": fields.text(100),
    "shipment_value": fields.money,
    "payment_form": fields.text(50),
    "discount": fields.money,
    "taxes": fields.money,
    "interest": fields.money,
    "store_note": fields.text(4800),
    "customer_note": fields.text(4800),
    "external_code": fields.text(100),
    "partner_id": fields.whole,
    "sending_code": fields.text(100),
}
MARKETPLACE = (
    "marketplace_name", "marketplace_seller_name", "marketplace_seller_id", "marketplace_document",
    "payment_responsible_document", "marketplace_order_id", "marketplace_shipping_id",
    "marketplace_shipping_type", "marketplace_internal_status",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class OrderItem:
    """One thing a buyer puts in the basket; without a price it costs what the shop asks today."""

    product_id: str
    quantity: int = 1
    variant_id: str = "0"
    price: str | None = None


def goods_total(lines: Sequence[Row]) -> str:
    """What these lines cost together, as the store writes money."""
    amounts = (Decimal(line["price"]) * int(line["quantity"]) for line in lines)
    return fields.two_places(sum(amounts, Decimal(0)))


class OrderIntake:
    """Turns a basket and a buyer into an order."""

    def __init__(
        self, shop: Shop, stock: Stock, life: OrderLife, customers: Customers, shapes: ProductShapes
    ) -> None:
        self._shop = shop
        self._stock = stock
        self._life = life
        self._customers = customers
        self._shapes = shapes

    def accept(self, given: Mapping[str, object]) -> str:
        """POST /orders: an order ready made by an app. Returns its id; raises Refused(400) with every cause."""
        head = fields.read_fields("Order", given, HEAD, self._shop.switches)
        blank = [name for name in ("shipment", "point_sale") if not head.get(name, "").strip()]
        if blank:
            raise Refused(400, {"Order": {name: [BLANK] for name in blank}})
        lines = [self._line(item) for item in as_records(given.get("ProductsSold"))]
        if not lines:
            raise Refused(400, [NO_PRODUCTS])
        buyer = as_record(given.get("Customer") or {})
        if not buyer:
            raise Refused(400, {"Customer": {"name": [BLANK]}})
        market = [
            {name: as_text(m.get(name)) for name in MARKETPLACE}
            for m in as_records(given.get("MarketplaceOrder"))
        ]
        self._refuse_duplicates(market)
        self._refuse_short(lines)
        addresses = as_records(buyer.get("CustomerAddress"))
        if not addresses:
            raise Refused(400, {"CustomerAddress": {"address": [BLANK]}})
        customer_id = self._customers.find_or_add(buyer)
        address_id = [self._customers.add_address(customer_id, address) for address in addresses][-1]
        order_id = self.place(lines, customer_id, address_id, head)
        for row in market:
            now = self._shop.stamp()
            self._shop.marketplace.add({**row, "order_id": order_id, "created": now, "updated": now})
        return order_id

    def basket(self, items: Sequence[OrderItem]) -> list[Row]:
        """The lines of a buyer's basket. Raises Refused(400) when something is not there any more."""
        lines = []
        for item in items:
            product, variant = self._found(item.product_id, item.variant_id)
            asked = self._shapes.current_price(variant or product)
            price = asked if item.price is None else self._amount("price", item.price)
            if item.quantity < 1:
                raise Refused(400, {"ProductsSold": {"quantity": [NO_QUANTITY]}})
            lines.append(self._sold(product, variant, item.quantity, price, price))
        if not lines:
            raise Refused(400, [NO_PRODUCTS])
        self._refuse_short(lines)
        return lines

    def place(
        self,
        lines: Sequence[Row],
        customer_id: str,
        address_id: str,
        head: Row,
        *,
        at: datetime | None = None,
    ) -> str:
        """Keep an order of these lines, made `at` (now), and take its goods from the shelf. Returns its id.

        Raises Refused(400) when more is taken off than there is to pay.
        """
        shop = self._shop
        made = at or shop.now()
        now = stamp(made)
        order: Row = {
            **EMPTY,
            "status_id": shop.status_named("AGUARDANDO PAGAMENTO")["id"],
            "date": now[:10],
            "hour": now[11:],
            "customer_id": customer_id,
            "address_id": address_id,
            "access_code": f"{shop.rng.getrandbits(60):015X}",
            "session_id": self._session(),
            "estimated_delivery_date": day(made + timedelta(days=7)),
            "modified": now,
            **head,
        }
        order["partial_total"] = goods_total(lines)
        order["total"] = total_of(order)
        order_id = shop.orders.add(order)
        for line in lines:
            shop.lines.add({**line, "order_id": order_id})
        if shop.switches.stock_decrement_on == "created":
            self._life.hold(order)
        shop.customers.rows[customer_id]["last_purchase"] = now[:10]
        shop.notices.tell("order", order_id, "insert")
        return order_id

    def _line(self, item: dict[str, object]) -> Row:
        prices = {name: self._amount(name, item.get(name)) for name in ("price", "original_price")}
        quantity = as_text(item.get("quantity", 1))
        if not quantity.isdecimal() or int(quantity) < 1:
            raise Refused(400, {"ProductsSold": {"quantity": [NO_QUANTITY]}})
        product, variant = self._found(
            as_text(item.get("product_id")), as_text(item.get("variant_id")) or "0"
        )
        return self._sold(product, variant, int(quantity), prices["price"], prices["original_price"])

    def _amount(self, name: str, value: object) -> str:
        try:
            return fields.money(value, self._shop.switches)
        except fields.Unfit:
            raise Refused(400, {"ProductsSold": {name: [NOT_MONEY]}}) from None

    def _found(self, product_id: str, variant_id: str) -> tuple[Row, Row | None]:
        product = self._shop.products.get(product_id)
        if product is None:
            raise Refused(400, {"ProductsSold": {"product_id": ["Produto não encontrado."]}})
        if variant_id == "0":
            return product, None
        variant = self._shop.variants.get(variant_id)
        if variant is None or variant["product_id"] != product_id:
            raise Refused(400, {"ProductsSold": {"variant_id": ["Variação não encontrada."]}})
        return product, variant

    def _sold(self, product: Row, variant: Row | None, quantity: int, price: str, original: str) -> Row:
        thing = variant or product
        copied = ("ean", "reference", "cost_price", "weight", "length", "width", "height")
        kept = ("ncm", "brand", "model", "virtual_product", "availability", "availability_days", "warranty")
        return {
            **LINE,
            **{name: product[name] for name in kept},
            **{name: thing[name] for name in copied},
            "product_id": product["id"],
            "variant_id": variant["id"] if variant else "0",
            "name": product["name"],
            "original_name": product["name"],
            "quantity": str(quantity),
            "price": price,
            "original_price": original,
        }

    def _refuse_short(self, lines: Sequence[Row]) -> None:
        if self._shop.switches.stock_decrement_on == "created" and self._stock.short_of(lines):
            raise Refused(400, {"ProductsSold": {"quantity": [NO_STOCK]}})

    def _refuse_duplicates(self, market: Sequence[Row]) -> None:
        for row in market:
            wanted = row["marketplace_order_id"]
            known = self._shop.marketplace.where("marketplace_order_id", wanted) if wanted else []
            if known:
                text = f"MarketplaceOrder duplicate entry for order {known[0]['order_id']}"
                raise Refused(400, {"MarketplaceOrder": {"marketplace_order_id": [text]}})

    def _session(self) -> str:
        return "".join(self._shop.rng.choices(LETTERS, k=26))
