"""Inventory counts as they are kept: what was found, beside what the books said when it was found."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    select,
    type_coerce,
    update,
)

from varejoforte_desktop.application.sale_ports import CountLine, OpenCount
from varejoforte_desktop.domain.errors import CountAlreadyOpen, Negative
from varejoforte_desktop.domain.product import NONE
from varejoforte_desktop.persistence.dialects import insert_into
from varejoforte_desktop.persistence.tables.counts import stock_count, stock_count_line
from varejoforte_desktop.persistence.tables.stock import stock, stock_movement
from varejoforte_desktop.persistence.types import Thousandths

_OPEN: Final = "open"
#: Two stations' lines may stand in the ledger the other way round than their instants, but not by more than this.
_OUT_OF_ORDER: Final = 1000
_LINE: Final = (stock_count_line.c.product_id, stock_count_line.c.counted, stock_count_line.c.expected)


class SqlCounts:
    """The counts. Whoever writes into one holds it, so that it cannot be closed under their hands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> OpenCount | None:
        """The count that is going on, held until the transaction ends."""
        row = self._connection.execute(
            select(stock_count.c.id, stock_count.c.name).where(stock_count.c.state == _OPEN).with_for_update()
        ).one_or_none()
        return None if row is None else OpenCount(id=row.id, name=row.name)

    def open(self, name: str, *, station: str, operator_id: int, at: datetime) -> int:
        """Begin a count; gives its id. Raises CountAlreadyOpen."""
        line = {
            "name": name,
            "station": station,
            "state": _OPEN,
            "opened_by": operator_id,
            "opened_at": at,
        }
        # Two stations may begin at once: the index lets one of them through.
        new = insert_into(self._connection, stock_count).values(line).on_conflict_do_nothing()
        count_id = self._connection.execute(new.returning(stock_count.c.id)).scalar_one_or_none()
        if count_id is None:
            going_on = self.current()
            raise CountAlreadyOpen("" if going_on is None else going_on.name)
        return int(count_id)

    def add(
        self, count_id: int, product_id: int, amount: Decimal, *, on_hand: Decimal, at: datetime
    ) -> CountLine:
        """So many more were found (negative: take back). The first scan notes what the books say.

        Raises Negative when more is taken back than was found.
        """
        if amount < 0:
            return self._take_back(count_id, product_id, amount, at)
        statement = insert_into(self._connection, stock_count_line).values(
            self._first(count_id, product_id, amount, on_hand, at)
        )
        more = statement.on_conflict_do_update(
            index_elements=("count_id", "product_id"),
            set_={
                "counted": stock_count_line.c.counted + statement.excluded.counted,
                "ledger_last": statement.excluded.ledger_last,
                "last_at": statement.excluded.last_at,
            },
        )
        return _line(self._connection.execute(more.returning(*_LINE)).one())

    def _take_back(self, count_id: int, product_id: int, amount: Decimal, at: datetime) -> CountLine:
        left = stock_count_line.c.counted + amount
        row = self._connection.execute(
            update(stock_count_line)
            .where(_is(count_id, product_id), left >= NONE)
            .values(counted=left, last_at=at)
            .returning(*_LINE)
        ).one_or_none()
        if row is None:
            raise Negative("quantity")
        return _line(row)

    def set(
        self, count_id: int, product_id: int, counted: Decimal, *, on_hand: Decimal, at: datetime
    ) -> CountLine:
        """The product was counted anew: so many, against what the books say now."""
        line = self._first(count_id, product_id, counted, on_hand, at)
        anew = insert_into(self._connection, stock_count_line).values(line)
        changed = {name: value for name, value in line.items() if name not in {"count_id", "product_id"}}
        statement = anew.on_conflict_do_update(index_elements=("count_id", "product_id"), set_=changed)
        return _line(self._connection.execute(statement.returning(*_LINE)).one())

    def _first(
        self, count_id: int, product_id: int, counted: Decimal, on_hand: Decimal, at: datetime
    ) -> dict[str, Any]:
        """A line as its first scan writes it. The caller holds the shelf, so the ledger stands still meanwhile."""
        last = self._connection.execute(
            select(func.coalesce(func.max(stock_movement.c.id), 0)).where(
                stock_movement.c.product_id == product_id
            )
        ).scalar_one()
        return {
            "count_id": count_id,
            "product_id": product_id,
            "counted": counted,
            "expected": on_hand,
            "ledger_first": last,
            "ledger_last": last,
            "first_at": at,
            "last_at": at,
        }

    def remove(self, count_id: int, product_id: int) -> None:
        """The product was not counted after all."""
        self._connection.execute(delete(stock_count_line).where(_is(count_id, product_id)))

    def lines(self, count_id: int) -> list[CountLine]:
        """What was counted, by product."""
        statement = (
            select(*_LINE)
            .where(stock_count_line.c.count_id == count_id)
            .order_by(stock_count_line.c.product_id)
        )
        return [_line(row) for row in self._connection.execute(statement)]

    def uncounted(self, count_id: int) -> list[CountLine]:
        """What was on the shelves when the count began and nobody counted; `counted` is zero."""
        statement = uncounted_stock(count_id).order_by(stock.c.product_id)
        return [
            CountLine(product_id=row.product_id, counted=NONE, expected=row.expected)
            for row in self._connection.execute(statement)
        ]

    def close(self, count_id: int, *, state: str, operator_id: int, at: datetime) -> None:
        """It is over: "closed" or "abandoned"."""
        self._connection.execute(
            update(stock_count)
            .where(stock_count.c.id == count_id, stock_count.c.state == _OPEN)
            .values(state=state, closed_by=operator_id, closed_at=at)
        )


def uncounted_stock(count_id: int) -> Select[Any]:
    """product_id and expected of the shelves that were not empty when the count began and that nobody counted.

    What came or went since the count began is left out: goods that arrived meanwhile were no part of it.
    """
    opened = select(stock_count.c.opened_at).where(stock_count.c.id == count_id).scalar_subquery()
    # Read backwards from the newest line: as long as the count has gone on, not as long as the ledger.
    last_before = (
        select(stock_movement.c.id)
        .where(stock_movement.c.at <= opened)
        .order_by(stock_movement.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    each = stock_movement.c.product_id + 0  # else SQLite reads the whole ledger along its index by product
    since = (
        select(each.label("product_id"), func.sum(stock_movement.c.amount).label("moved"))
        .where(
            stock_movement.c.id > func.coalesce(last_before, 0) - _OUT_OF_ORDER, stock_movement.c.at > opened
        )
        .group_by(each)
        .subquery()
    )
    expected = type_coerce(stock.c.on_hand - func.coalesce(since.c.moved, 0), Thousandths())
    counted = exists().where(
        stock_count_line.c.count_id == count_id, stock_count_line.c.product_id == stock.c.product_id
    )
    return (
        select(stock.c.product_id, expected.label("expected"))
        .outerjoin(since, since.c.product_id == stock.c.product_id)
        .where(~counted, expected > NONE)
    )


def _is(count_id: int, product_id: int) -> ColumnElement[bool]:
    return and_(stock_count_line.c.count_id == count_id, stock_count_line.c.product_id == product_id)


def _line(row: Any) -> CountLine:
    return CountLine(product_id=row.product_id, counted=row.counted, expected=row.expected)
