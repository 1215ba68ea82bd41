"""Proving sales and orders: every total against its lines and payments, every promise against the order's stage."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, and_, exists, func, literal, or_, select

from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.order import CANCELED, OrderStage
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.persistence.tables.orders import tray_order
from varejoforte_desktop.persistence.tables.sales import sale, sale_line, sale_payment
from varejoforte_desktop.persistence.types import Cents

_SHOWN: Final = 20
_OPEN: Final = (OrderStage.SEEN, OrderStage.IMPORTED)


def sale_problems(connection: Connection) -> list[str]:
    """What does not add up, as stable lines "kind: facts"."""
    return [
        *_against_lines(connection),
        *_against_payments(connection),
        *_registered(connection),
        *_promises(connection),
    ]


def _against_lines(connection: Connection) -> list[str]:
    lines = (
        select(sale_line.c.sale_id, func.sum(sale_line.c.total, type_=Cents()).label("total"))
        .group_by(sale_line.c.sale_id)
        .subquery()
    )
    statement = (
        select(sale.c.station, sale.c.number)
        .outerjoin(lines, lines.c.sale_id == sale.c.id)
        .where(or_(lines.c.total.is_(None), lines.c.total != sale.c.goods - sale.c.discount))
        .limit(_SHOWN)
    )
    return [f"sale_lines: {row.station}-{row.number}" for row in connection.execute(statement)]


def _against_payments(connection: Connection) -> list[str]:
    paid = (
        select(sale_payment.c.sale_id, func.sum(sale_payment.c.amount, type_=Cents()).label("paid"))
        .group_by(sale_payment.c.sale_id)
        .subquery()
    )
    statement = (
        select(sale.c.station, sale.c.number)
        .outerjoin(paid, paid.c.sale_id == sale.c.id)
        .where(func.coalesce(paid.c.paid, literal(ZERO, Cents())) != sale.c.total)
        .limit(_SHOWN)
    )
    return [f"sale_payments: {row.station}-{row.number}" for row in connection.execute(statement)]


def _registered(connection: Connection) -> list[str]:
    """A registered order is a live sale, and a live sale's order is registered."""
    live = and_(sale.c.order_id == tray_order.c.id, sale.c.state == SaleState.COMPLETED)
    is_sold = exists().where(live)
    registered = tray_order.c.stage == OrderStage.REGISTERED
    statement = (
        select(tray_order.c.remote_id)
        .where(or_(and_(registered, ~is_sold), and_(~registered, is_sold)))
        .limit(_SHOWN)
    )
    return [f"order_sale: {remote_id}" for remote_id in connection.execute(statement).scalars()]


def _promises(connection: Connection) -> list[str]:
    """What is settled holds nothing back; what is open and was read does."""
    settled = or_(tray_order.c.stage.not_in(_OPEN), tray_order.c.status_type == CANCELED)
    kept_back = and_(tray_order.c.promised.is_(True), settled)
    forgotten = and_(tray_order.c.promised.is_(False), ~settled, tray_order.c.readable.is_(True))
    statement = select(tray_order.c.remote_id).where(or_(kept_back, forgotten)).limit(_SHOWN)
    return [f"order_promise: {remote_id}" for remote_id in connection.execute(statement).scalars()]
