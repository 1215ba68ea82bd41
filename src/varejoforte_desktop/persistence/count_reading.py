"""What screens ask about inventory counts: which there were, what was found, and what nobody counted yet."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, and_, case, func, select

from varejoforte_desktop.application.sale_questions import CountLineRow, CountRow
from varejoforte_desktop.domain.product import NONE
from varejoforte_desktop.persistence.counts import uncounted_stock
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.counts import stock_count, stock_count_line
from varejoforte_desktop.persistence.tables.people import operator

_DIFFERS: Final = stock_count_line.c.counted != stock_count_line.c.expected
_PRODUCT: Final = (product.c.reference, product.c.name, product.c.unit, product.c.cost)


def counts(connection: Connection, limit: int) -> list[CountRow]:
    """Inventory counts, newest first; an open one comes first."""
    statement = (
        select(
            stock_count,
            operator.c.name.label("opener"),
            func.count(stock_count_line.c.product_id).label("products"),
            func.count(case((_DIFFERS, 1))).label("differences"),
        )
        .join(operator, operator.c.id == stock_count.c.opened_by)
        .outerjoin(stock_count_line, stock_count_line.c.count_id == stock_count.c.id)
        .group_by(stock_count.c.id, operator.c.name)
        .order_by(case((stock_count.c.state == "open", 0), else_=1), stock_count.c.id.desc())
        .limit(limit)
    )
    return [
        CountRow(
            id=row.id,
            name=row.name,
            state=row.state,
            opened_at=row.opened_at,
            opened_by=row.opener,
            closed_at=row.closed_at,
            products=row.products,
            differences=row.differences,
        )
        for row in connection.execute(statement)
    ]


def count_lines(connection: Connection, count_id: int) -> list[CountLineRow]:
    """What was counted, by name."""
    statement = (
        select(stock_count_line, *_PRODUCT)
        .join(product, product.c.id == stock_count_line.c.product_id)
        .where(stock_count_line.c.count_id == count_id)
        .order_by(product.c.name_key, product.c.id)
    )
    return [
        CountLineRow(
            product_id=row.product_id,
            reference=row.reference,
            name=row.name,
            unit=row.unit,
            counted=row.counted,
            expected=row.expected,
            moved=row.ledger_last != row.ledger_first,
            last_at=row.last_at,
            cost=row.cost,
        )
        for row in connection.execute(statement)
    ]


def uncounted(connection: Connection, count_id: int, limit: int) -> list[CountLineRow]:
    """Products that were on the shelves when the count began and that nobody counted yet, by name."""
    return [_uncounted_row(row) for row in connection.execute(_uncounted(count_id).limit(limit))]


def _uncounted(count_id: int) -> Select[Any]:
    missing = uncounted_stock(count_id).subquery()
    return (
        select(product.c.id, *_PRODUCT, missing.c.expected, stock_count.c.opened_at)
        .join(missing, missing.c.product_id == product.c.id)
        .join(stock_count, and_(stock_count.c.id == count_id))
        .order_by(product.c.name_key, product.c.id)
    )


def _uncounted_row(row: Any) -> CountLineRow:
    return CountLineRow(
        product_id=row.id,
        reference=row.reference,
        name=row.name,
        unit=row.unit,
        counted=NONE,
        expected=row.expected,
        moved=False,
        last_at=row.opened_at,
        cost=row.cost,
    )
