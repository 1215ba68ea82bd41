"""What becomes of an order after it was placed: it is paid, sent, finished or cancelled, and the stock follows."""

from __future__ import annotations

from varejoforte_desktop.simulator.answers import Refused
from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.shop import Shop
from varejoforte_desktop.simulator.stock import Stock

ALREADY = "Order already canceled"
UNABLE = "Unable to cancel the order because its status does not allow changes."
NO_STOCK = "Produto sem estoque suficiente."


class OrderLife:
    """Moves orders from one status to the next."""

    def __init__(self, shop: Shop, stock: Stock) -> None:
        self._shop = shop
        self._stock = stock

    def kind(self, order: Row) -> str:
        """open, closed or canceled."""
        status = self._shop.statuses.get(order["status_id"])
        return status["type"] if status else "open"

    def move(self, order: Row, status_id: str) -> None:
        """Put an order into a status. Goods return to the shelf once when it becomes canceled, and leave it again
        when it comes back. Raises Refused(400) when they are no longer there.
        """
        before = self.kind(order)
        status = self._shop.statuses.rows[status_id]
        lines = self._shop.lines.where("order_id", order["id"])
        if before != "canceled" and status["type"] == "canceled":
            if order["stock_held"] == "1" and self._shop.switches.stock_return_on_cancel:
                self._stock.give_back(lines)
                order["stock_held"] = "0"
        elif before == "canceled" and status["type"] != "canceled" and self._is_due(order):
            self.hold(order)
        self.touch(order, {"status_id": status_id})

    def _is_due(self, order: Row) -> bool:
        """Whether an open order's goods belong off the shelf."""
        return self._shop.switches.stock_decrement_on == "created" or order["has_payment"] == "1"

    def hold(self, order: Row) -> None:
        """Take the goods of an order from the shelf, unless they already were. Raises Refused(400)."""
        if order["stock_held"] == "1":
            return
        lines = self._shop.lines.where("order_id", order["id"])
        if self._stock.short_of(lines):
            raise Refused(400, {"ProductsSold": {"quantity": [NO_STOCK]}})
        self._stock.take(lines)
        order["stock_held"] = "1"

    def cancel(self, order: Row, *, automatic: bool = False) -> None:
        """Cancel an order. Raises Refused(400) when it already is, or is over."""
        kind = self.kind(order)
        if kind == "canceled":
            raise Refused(400, [ALREADY])
        if kind == "closed":
            raise Refused(400, [UNABLE])
        self.move(order, self._shop.status_named("CANCELADO AUT" if automatic else "CANCELADO")["id"])

    def pay(self, order: Row, method: str) -> str:
        """The buyer's payment arrives: recorded, and the order is to be sent. Returns the payment's id."""
        if self._shop.switches.stock_decrement_on == "paid":
            self.hold(order)
        payment_id = self.record_payment(order, {"method": method, "value": order["total"]})
        self.move(order, self._shop.status_named("A ENVIAR")["id"])
        return payment_id

    def record_payment(self, order: Row, payment: Row) -> str:
        """Note a payment of an order, without moving the order. Returns the payment's id."""
        now = self._shop.stamp()
        row: Row = {
            "order_id": order["id"],
            "payment_method_id": order["payment_method_id"],
            "method": "",
            "payment_place": "",
            "value": "0.00",
            "date": now[:10],
            "note": "",
            **payment,
            "created": now,
            "modified": now,
        }
        payment_id = self._shop.payments.add(row)
        self.touch(order, {"has_payment": "1", "payment_date": row["date"]})
        return payment_id

    def touch(self, order: Row, changes: Row) -> None:
        """Write changes into an order, date it, and tell."""
        self._shop.orders.change(order, {**changes, "modified": self._shop.stamp()})
        self._shop.notices.tell("order", order["id"])
