"""How many of each product are promised to orders of the store that are not sales yet."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, func, select
from sqlalchemy import text as sql

from varejoforte_desktop.domain.order import CANCELED, OrderStage
from varejoforte_desktop.persistence.dialects import in_chunks
from varejoforte_desktop.persistence.tables.orders import tray_order, tray_order_line
from varejoforte_desktop.persistence.types import Thousandths

OPEN_STAGES: Final = (OrderStage.SEEN, OrderStage.IMPORTED)
#: Spelt out, never bound: only then do both databases see that the partial index answers the question.
STILL_PROMISED: Final = sql("tray_order.promised")
_UNITS: Final = (
    select(
        tray_order_line.c.product_id,
        func.sum(tray_order_line.c.quantity, type_=Thousandths()).label("units"),
    )
    .join(tray_order, tray_order.c.id == tray_order_line.c.order_id)
    .where(STILL_PROMISED, tray_order_line.c.product_id.in_(bindparam("ids", expanding=True)))
    .group_by(tray_order_line.c.product_id)
)


def promised_units(connection: Connection, product_ids: Iterable[int]) -> dict[int, Decimal]:
    """Promised units by product; products without any are left out."""
    found: dict[int, Decimal] = {}
    for some in in_chunks(list(product_ids)):
        for row in connection.execute(_UNITS, {"ids": list(some)}):
            found[row.product_id] = row.units
    return found


#: Open orders that could not be read.
UNREAD: Final = and_(
    tray_order.c.readable.is_(False),
    tray_order.c.stage.in_(OPEN_STAGES),
    tray_order.c.status_type != CANCELED,
)


def unread_orders(connection: Connection) -> int:
    """How many open orders could not be read: nobody knows what they promise."""
    return int(connection.execute(select(func.count()).select_from(tray_order).where(UNREAD)).scalar_one())


def open_order_ids(connection: Connection, product_id: int) -> list[Row[Any]]:
    """Open orders that hold a product back: number, how many, placed at; oldest first."""
    return list(
        connection.execute(
            select(
                tray_order.c.remote_id,
                func.sum(tray_order_line.c.quantity, type_=Thousandths()).label("units"),
                tray_order.c.placed_at,
            )
            .join(tray_order_line, tray_order_line.c.order_id == tray_order.c.id)
            .where(STILL_PROMISED, tray_order_line.c.product_id == product_id)
            .group_by(tray_order.c.id, tray_order.c.remote_id, tray_order.c.placed_at)
            .order_by(tray_order.c.placed_at, tray_order.c.id)
        )
    )
