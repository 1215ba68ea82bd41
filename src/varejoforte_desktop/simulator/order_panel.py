"""The store's own hands on an order that was placed: a line comes or goes, or a figure is simply overwritten."""

from __future__ import annotations

from collections.abc import Sequence

from varejoforte_desktop.simulator.answers import Refused
from varejoforte_desktop.simulator.calls import Row
from varejoforte_desktop.simulator.order_intake import OrderIntake, OrderItem, goods_total
from varejoforte_desktop.simulator.order_life import OrderLife
from varejoforte_desktop.simulator.order_shapes import total_of
from varejoforte_desktop.simulator.shop import Shop, kept
from varejoforte_desktop.simulator.stock import Stock


class OrderPanel:
    """What somebody does to an order in the store's panel."""

    def __init__(self, shop: Shop, stock: Stock, life: OrderLife, intake: OrderIntake) -> None:
        self._shop = shop
        self._stock = stock
        self._life = life
        self._intake = intake

    def overwrite(self, order: Row, values: Row) -> None:
        """Write values as they are, sense or nonsense, and date the order. Raises KeyError for an unknown name."""
        unknown = values.keys() - order.keys()
        if unknown:
            raise KeyError(", ".join(sorted(unknown)))
        self._shop.orders.change(order, {"modified": self._shop.stamp(), **values})
        self._shop.notices.tell("order", order["id"])

    def add_line(self, order: Row, item: OrderItem) -> str:
        """Put one more thing into an order. Returns the line's id; raises Refused(400) when it is not there."""
        (line,) = self._intake.basket([item])
        lines = self._shop.lines.where("order_id", order["id"])
        amounts = _amounts(order, [*lines, line])
        line_id = self._shop.lines.add({**line, "order_id": order["id"]})
        if order["stock_held"] == "1":
            self._stock.take([line])
        self._life.touch(order, amounts)
        return line_id

    def remove_line(self, order: Row, line_id: str) -> None:
        """Take a line out of an order. Raises Refused: 404 without such a line, 400 when too little would be left."""
        line = kept(self._shop.lines, line_id)
        if line["order_id"] != order["id"]:
            raise Refused(404)
        left = [each for each in self._shop.lines.where("order_id", order["id"]) if each["id"] != line_id]
        amounts = _amounts(order, left)
        self._shop.lines.remove(line_id)
        if order["stock_held"] == "1":
            self._stock.give_back([line])
        self._life.touch(order, amounts)


def _amounts(order: Row, lines: Sequence[Row]) -> Row:
    """What an order of these lines costs."""
    goods = {"partial_total": goods_total(lines)}
    return {**goods, "total": total_of({**order, **goods})}
