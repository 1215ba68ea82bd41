"""How scarce the goods of each open order are: what would be left of each if all open orders were delivered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from varejoforte_desktop.persistence.promises import STILL_PROMISED
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.orders import tray_order, tray_order_line
from varejoforte_desktop.persistence.tables.stock import stock
from varejoforte_desktop.persistence.types import Thousandths

_TAKEN: Final = (
    select(
        tray_order_line.c.product_id,
        func.sum(tray_order_line.c.quantity, type_=Thousandths()).label("units"),
    )
    .join(tray_order, tray_order.c.id == tray_order_line.c.order_id)
    .where(STILL_PROMISED, tray_order_line.c.product_id.is_not(None))
    .group_by(tray_order_line.c.product_id)
    .subquery("taken")
)
#: What is left of the scarcest product of each order that holds goods back (negative: too few for all).
LEFT: Final = (
    select(
        tray_order_line.c.order_id,
        func.min(stock.c.on_hand - _TAKEN.c.units, type_=Thousandths()).label("left"),
    )
    .join(tray_order, tray_order.c.id == tray_order_line.c.order_id)
    .join(_TAKEN, _TAKEN.c.product_id == tray_order_line.c.product_id)
    .join(stock, stock.c.product_id == tray_order_line.c.product_id)
    .where(STILL_PROMISED)
    .group_by(tray_order_line.c.order_id)
    .subquery("remaining")
)


def scarcest_names(connection: Connection, order_ids: Sequence[int]) -> dict[int, str]:
    """The name of the scarcest product of each of these orders."""
    left = (stock.c.on_hand - _TAKEN.c.units).label("left")
    statement = (
        select(tray_order_line.c.order_id, product.c.name, left)
        .join(_TAKEN, _TAKEN.c.product_id == tray_order_line.c.product_id)
        .join(stock, stock.c.product_id == tray_order_line.c.product_id)
        .join(product, product.c.id == tray_order_line.c.product_id)
        .where(tray_order_line.c.order_id.in_(order_ids))
        .order_by(tray_order_line.c.order_id, left.desc())
    )
    return {
        row.order_id: row.name for row in connection.execute(statement)
    }  # the last one wins: the scarcest
