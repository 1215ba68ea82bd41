"""How many of each product are promised to orders of the store that are not sales yet."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy import text as sql

from varejoforte_desktop.persistence.dialects import in_chunks
from varejoforte_desktop.persistence.tables.orders import tray_order, tray_order_line
from varejoforte_desktop.persistence.types import Thousandths

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
