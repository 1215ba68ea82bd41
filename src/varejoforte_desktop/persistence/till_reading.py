"""What screens ask about tills: the open one, all of them, one with every cent, and what waits while it closes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, FromClause, func, select

from varejoforte_desktop.application.fiscal_numbers import GIVEN_UP
from varejoforte_desktop.application.sale_questions import CashRow, Pending, TillRow, TillSheet
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.domain.sale import PaymentMethod, SaleState
from varejoforte_desktop.domain.till import CashMovementKind, TillTotals
from varejoforte_desktop.persistence.fiscal_setup import read_settings
from varejoforte_desktop.persistence.people import read_shop
from varejoforte_desktop.persistence.promises import STILL_PROMISED
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document
from varejoforte_desktop.persistence.tables.orders import tray_order
from varejoforte_desktop.persistence.tables.people import operator
from varejoforte_desktop.persistence.tables.sales import basket, sale, sale_payment
from varejoforte_desktop.persistence.tables.sync import outbox
from varejoforte_desktop.persistence.tables.till import cash_movement, till
from varejoforte_desktop.persistence.types import Cents, UtcInstant

_REFUSED: Final = (DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED)
_ON_THEIR_WAY: Final = (
    DocumentState.GENERATED,
    DocumentState.SENDING,
    DocumentState.UNKNOWN,
    DocumentState.OFFLINE,
)
#: What a sale says of its document from the moment it is sold until the document is issued.
_OWED: Final = "owed"

_closer: Final = operator.alias("closer")
_TILLS: Final = (
    select(till, operator.c.name.label("operator"), _closer.c.name.label("closer"))
    .join(operator, operator.c.id == till.c.operator_id)
    .outerjoin(_closer, _closer.c.id == till.c.closed_by)
)


def totals_of(
    connection: Connection, till_id: int, opening_float: Money
) -> tuple[TillTotals, dict[PaymentMethod, Money]]:
    """What went through a till, and its sales by form of payment less what was given back.

    A sale belongs to the till it was made in, and what was given back for a cancelled one to the till that was
    open then; payments are without the change already. What was paid in the store never was in a till.
    """
    taken = _by_method(connection, sale.c.till_id, till_id)
    returned = _by_method(connection, sale.c.cancelled_till_id, till_id)
    moved = _by_kind(connection, till_id)
    totals = TillTotals(
        opening_float=opening_float,
        cash_sales=taken.get(PaymentMethod.CASH, ZERO),
        cash_refunds=returned.get(PaymentMethod.CASH, ZERO),
        supplies=moved.get(CashMovementKind.SUPPLY, ZERO),
        withdrawals=moved.get(CashMovementKind.WITHDRAWAL, ZERO),
    )
    methods = {
        method: taken.get(method, ZERO) - returned.get(method, ZERO)
        for method in PaymentMethod
        if method in taken or method in returned
    }
    return totals, methods


def _by_method(connection: Connection, where: Column[Any], till_id: int) -> dict[PaymentMethod, Money]:
    statement = (
        select(sale_payment.c.method, func.sum(sale_payment.c.amount, type_=Cents()).label("amount"))
        .join(sale, sale.c.id == sale_payment.c.sale_id)
        .where(where == till_id, sale_payment.c.method != PaymentMethod.ONLINE)
        .group_by(sale_payment.c.method)
    )
    return {row.method: row.amount for row in connection.execute(statement)}


def _by_kind(connection: Connection, till_id: int) -> dict[CashMovementKind, Money]:
    statement = (
        select(cash_movement.c.kind, func.sum(cash_movement.c.amount, type_=Cents()).label("amount"))
        .where(cash_movement.c.till_id == till_id)
        .group_by(cash_movement.c.kind)
    )
    return {row.kind: row.amount for row in connection.execute(statement)}


# -- how counts are written ---------------------------------------------------------------------------


def written_pieces(pieces: Mapping[int, int]) -> str:
    """Notes and coins as the books keep them; those that were not there are left out."""
    return json.dumps({str(value): count for value, count in pieces.items() if count}, sort_keys=True)


def written_methods(expected: Mapping[PaymentMethod, Money], counted: Mapping[PaymentMethod, Money]) -> str:
    """Expected and counted amounts by form of payment as the books keep them, in cents."""
    sides = {"expected": expected, "counted": counted}
    return json.dumps(
        {side: {method.value: money.cents for method, money in of.items()} for side, of in sides.items()},
        sort_keys=True,
    )


def _read_pieces(text: str) -> dict[int, int]:
    return {int(value): int(count) for value, count in json.loads(text).items()}


def _read_methods(text: str, side: str) -> dict[PaymentMethod, Money]:
    kept = json.loads(text).get(side, {})
    return {PaymentMethod(method): Money(int(cents)) for method, cents in kept.items()}


# -- questions ----------------------------------------------------------------------------------------


def open_till(connection: Connection, station: str) -> TillSheet | None:
    """The till that is open at a station, as it is now."""
    statement = _TILLS.where(till.c.station == station, till.c.closed_at.is_(None))
    row = connection.execute(statement).one_or_none()
    return None if row is None else _sheet(connection, row)


def tills(connection: Connection, limit: int) -> list[TillRow]:
    """Tills, newest first."""
    return [_row(each) for each in connection.execute(_TILLS.order_by(till.c.id.desc()).limit(limit))]


def sheet(connection: Connection, till_id: int) -> TillSheet:
    """One till with all that its slip shows. Raises NoSuchRecord."""
    row = connection.execute(_TILLS.where(till.c.id == till_id)).one_or_none()
    if row is None:
        raise NoSuchRecord("till", str(till_id))
    return _sheet(connection, row)


def _row(row: Any) -> TillRow:
    return TillRow(
        id=row.id,
        station=row.station,
        operator=row.operator,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closer or "",
        opening_float=row.opening_float,
        expected_cash=row.expected_cash,
        counted_cash=row.counted_cash,
        note=row.note,
    )


def _sheet(connection: Connection, row: Any) -> TillSheet:
    totals, methods = totals_of(connection, row.id, row.opening_float)
    first, last = _sale_numbers(connection, row.id)
    return TillSheet(
        row=_row(row),
        totals=totals,
        methods=methods,
        counted_methods=_read_methods(row.methods, "counted"),
        pieces=_read_pieces(row.pieces),
        movements=_movements(connection, row.id),
        sales=_count(connection, sale, sale.c.till_id == row.id),
        cancelled=_count(connection, sale, sale.c.cancelled_till_id == row.id),
        first_sale=first,
        last_sale=last,
    )


def _sale_numbers(connection: Connection, till_id: int) -> tuple[str, str]:
    """The first and the last number; both "" when nothing was sold."""
    ends = select(func.min(sale.c.id), func.max(sale.c.id)).where(sale.c.till_id == till_id)
    ids = connection.execute(ends).one()
    statement = select(sale.c.id, sale.c.station, sale.c.number).where(sale.c.id.in_([*ids]))
    numbers = {row.id: f"{row.station}-{row.number}" for row in connection.execute(statement)}
    return numbers.get(ids[0], ""), numbers.get(ids[1], "")


def _movements(connection: Connection, till_id: int) -> tuple[CashRow, ...]:
    statement = (
        select(cash_movement, operator.c.name.label("operator"))
        .join(operator, operator.c.id == cash_movement.c.operator_id)
        .where(cash_movement.c.till_id == till_id)
        .order_by(cash_movement.c.id)
    )
    return tuple(
        CashRow(
            id=row.id,
            at=row.at,
            kind=row.kind,
            amount=row.amount,
            reason=row.reason,
            operator=row.operator,
        )
        for row in connection.execute(statement)
    )


def _count(connection: Connection, table: FromClause, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


# -- what waits ---------------------------------------------------------------------------------------


def pending(connection: Connection, station: str) -> Pending:
    """What is still open in the shop, seen from a station."""
    orders, oldest = connection.execute(
        select(
            func.count(),
            func.min(func.coalesce(tray_order.c.placed_at, tray_order.c.seen_at), type_=UtcInstant()),
        ).where(STILL_PROMISED)
    ).one()
    halted, waiting = _queue(connection)
    rejected, unanswered, offline, deadline = _documents(connection)
    standing = sale.c.state == SaleState.COMPLETED
    return Pending(
        held_baskets=_count(connection, basket, basket.c.state == "held"),
        open_basket=_count(
            connection, basket, basket.c.station == station, basket.c.state == "open", basket.c.pieces > 0
        )
        > 0,
        unregistered_orders=int(orders),
        oldest_order_at=oldest,
        halted_queue=halted,
        waiting_queue=waiting,
        documents_owed=_count(connection, sale, standing, sale.c.fiscal_state == _OWED),
        documents_given_up=_count(
            connection,
            sale.join(till, till.c.id == sale.c.till_id),
            standing,
            sale.c.fiscal_state == GIVEN_UP,
            till.c.station == station,
            till.c.closed_at.is_(None),
        ),
        documents_offline=offline,
        oldest_deadline=deadline,
        documents_rejected=rejected,
        documents_unanswered=unanswered,
        half_cancelled=_count(
            connection, sale, standing, sale.c.fiscal_state == DocumentState.CANCELLED.value
        ),
    )


def _documents(connection: Connection) -> tuple[int, int, int, datetime | None]:
    """Documents SEFAZ refused, has not answered about, and is still to be told of, with the first deadline."""
    column = fiscal_document.c
    handed_over = column.deadline_at.is_not(None)
    rows = connection.execute(
        select(
            column.state,
            handed_over.label("handed_over"),
            func.count().label("many"),
            func.min(column.deadline_at, type_=UtcInstant()).label("deadline"),
        )
        .where(
            column.environment == read_settings(connection).environment,
            column.state.in_((*_REFUSED, *_ON_THEIR_WAY)),
        )
        .group_by(column.state, handed_over)
    ).all()
    deadlines = [row.deadline for row in rows if row.deadline is not None]
    return (
        sum(row.many for row in rows if row.state in _REFUSED),
        sum(row.many for row in rows if row.state not in _REFUSED and not row.handed_over),
        sum(row.many for row in rows if row.state not in _REFUSED and row.handed_over),
        min(deadlines, default=None),
    )


def _queue(connection: Connection) -> tuple[int, int]:
    """Lines that need a person, and lines that wait, under the shop's option; paused ones are neither."""
    statement = (
        select(outbox.c.state, func.count().label("lines"))
        .where(outbox.c.paused.is_(False), outbox.c.aspect.in_(read_shop(connection).sync_option.aspects))
        .group_by(outbox.c.state)
    )
    lines = {row.state: int(row.lines) for row in connection.execute(statement)}
    halted = lines.pop(QueueState.HALTED, 0)
    return halted, sum(lines.values())
