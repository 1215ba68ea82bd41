"""Proving the books: every shelf against its ledger, every owed line against the states it may be in."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, and_, func, select

from varejoforte_desktop.application.questions import BooksCheck
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.persistence.audit_questions import audit_problems
from varejoforte_desktop.persistence.dialects import is_sqlite
from varejoforte_desktop.persistence.sale_checks import sale_problems
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.stock import stock, stock_movement
from varejoforte_desktop.persistence.tables.sync import outbox

_SHOWN: Final = 20


def check(connection: Connection) -> BooksCheck:
    """What was counted and what does not add up; problems are stable lines "kind: facts"."""
    problems: list[str] = []
    if is_sqlite(connection):
        found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        problems += [f"file: {line}" for line in found if line != "ok"]
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        problems += [f"foreign_key: {row[0]} {row[1]}" for row in broken[:_SHOWN]]
    problems += _ledger(connection)
    problems += _shelves(connection)
    problems += _queue(connection)
    problems += sale_problems(connection)
    problems += audit_problems(connection)
    return BooksCheck(
        products=_count(connection, product.c.id),
        movements=_count(connection, stock_movement.c.id),
        owed=_count(connection, outbox.c.id),
        problems=tuple(problems),
    )


def _count(connection: Connection, column: object) -> int:
    return int(connection.execute(select(func.count(column))).scalar_one())  # type: ignore[arg-type]  # a column


def _ledger(connection: Connection) -> list[str]:
    moved = (
        select(stock_movement.c.product_id, func.sum(stock_movement.c.amount).label("total"))
        .group_by(stock_movement.c.product_id)
        .subquery()
    )
    total = func.coalesce(moved.c.total, 0)
    statement = (
        select(product.c.reference, stock.c.on_hand, total.label("total"))
        .join(stock, stock.c.product_id == product.c.id)
        .outerjoin(moved, moved.c.product_id == product.c.id)
        .where(stock.c.on_hand != total)
        .limit(_SHOWN)
    )
    return [
        f"ledger: {row.reference} on_hand={row.on_hand} ledger={row.total}"
        for row in connection.execute(statement)
    ]


def _shelves(connection: Connection) -> list[str]:
    statement = (
        select(product.c.reference)
        .outerjoin(stock, stock.c.product_id == product.c.id)
        .where(stock.c.product_id.is_(None))
        .limit(_SHOWN)
    )
    return [f"no_shelf: {reference}" for reference in connection.execute(statement).scalars()]


def _queue(connection: Connection) -> list[str]:
    """No line may be where nothing would ever pick it up again: taken, but by nobody and for no time."""
    lost = and_(outbox.c.state == QueueState.SENDING, outbox.c.claimed_until.is_(None))
    unexplained = and_(outbox.c.state == QueueState.HALTED, outbox.c.cause == "")
    problems = []
    for word, which in (("lost_line", lost), ("halted_without_cause", unexplained)):
        ids = connection.execute(select(outbox.c.id).where(which).limit(_SHOWN)).scalars()
        problems += [f"{word}: {each}" for each in ids]
    return problems
