"""Why the store shows the number it shows of a product, and since when nobody tells the store anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from varejoforte_desktop.application.delivery_ports import ProductSheet
from varejoforte_desktop.application.parcels import product_fields
from varejoforte_desktop.application.questions import LinkState
from varejoforte_desktop.application.sale_questions import SyncGap, WhyPublished
from varejoforte_desktop.application.store import StoreField
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.order import CANCELED, OrderStage
from varejoforte_desktop.domain.outbox import Aspect, QueueState, SubjectKind
from varejoforte_desktop.persistence.links import SqlSheets
from varejoforte_desktop.persistence.people import read_shop
from varejoforte_desktop.persistence.promises import STILL_PROMISED
from varejoforte_desktop.persistence.tables.orders import order_watch, tray_order, tray_order_line
from varejoforte_desktop.persistence.tables.stock import stock_movement
from varejoforte_desktop.persistence.tables.sync import acknowledgement, outbox, store_link, sync_lease
from varejoforte_desktop.persistence.types import Thousandths

_PAGE: Final = 500
_OPEN_STAGES: Final = (OrderStage.SEEN, OrderStage.IMPORTED)


@dataclass(frozen=True, slots=True)
class _Held:
    """What one open order holds of the product."""

    number: str
    units: Decimal
    placed_at: datetime | None
    since: datetime  # when it was placed, or else first seen


def why(connection: Connection, product_id: int) -> WhyPublished:
    """Why the store shows what it shows. Raises NoSuchRecord."""
    sheet = SqlSheets(connection).products([product_id]).get(product_id)
    if sheet is None:
        raise NoSuchRecord("product", str(product_id))
    product = sheet.product
    held = _held(connection, product_id)
    acknowledged, acknowledged_at = _acknowledged(connection, product_id)
    waiting, halted_cause = _owed(connection, product_id)
    link = connection.execute(
        select(store_link.c.state).where(
            store_link.c.subject_kind == SubjectKind.PRODUCT, store_link.c.subject_id == product_id
        )
    ).scalar_one_or_none()
    published = product_fields(sheet)[Aspect.STOCK][StoreField.STOCK]
    if not isinstance(published, int):
        raise TypeError("the store is told its stock in whole units")
    return WhyPublished(
        reference=product.reference,
        name=product.name,
        on_hand=sheet.on_hand,
        open_online=sheet.open_online,
        counter_reserve=product.counter_reserve,
        safety=product.safety_stock,
        published=published,
        orders=tuple((each.number, each.units, each.placed_at) for each in held),
        acknowledged=acknowledged,
        acknowledged_at=acknowledged_at,
        waiting=waiting,
        halted_cause=halted_cause,
        looked_at=connection.execute(select(order_watch.c.looked_at)).scalar_one_or_none(),
        sell_online=product.sell_online,
        linked=link is LinkState.LINKED,
        short_since=_short_since(connection, sheet, held),
    )


def _held(connection: Connection, product_id: int) -> list[_Held]:
    """Open orders that hold units back, oldest first."""
    units = func.sum(tray_order_line.c.quantity, type_=Thousandths()).label("units")
    order = (tray_order.c.remote_id, tray_order.c.placed_at, tray_order.c.seen_at)
    statement = (
        select(*order, units)
        .join(tray_order_line, tray_order_line.c.order_id == tray_order.c.id)
        .where(STILL_PROMISED, tray_order_line.c.product_id == product_id)
        .group_by(tray_order.c.id, *order)
        .order_by(tray_order.c.id)
    )
    held = [
        _Held(row.remote_id, row.units, row.placed_at, row.placed_at or row.seen_at)
        for row in connection.execute(statement)
    ]
    return sorted(held, key=lambda each: each.since)


def _acknowledged(connection: Connection, product_id: int) -> tuple[int | None, datetime | None]:
    """The number the store last said yes to, and when."""
    row = connection.execute(
        select(acknowledgement.c.fields, acknowledgement.c.at).where(
            acknowledgement.c.subject_kind == SubjectKind.PRODUCT,
            acknowledgement.c.subject_id == product_id,
            acknowledgement.c.aspect == Aspect.STOCK,
        )
    ).one_or_none()
    if row is None:
        return None, None
    number = json.loads(row.fields).get(StoreField.STOCK.value)
    return (None if number is None else int(number)), row.at


def _owed(connection: Connection, product_id: int) -> tuple[bool, str]:
    """Whether the number waits to be sent, and why it is halted ("" when it is not)."""
    row = connection.execute(
        select(outbox.c.state, outbox.c.cause).where(
            outbox.c.subject_kind == SubjectKind.PRODUCT,
            outbox.c.subject_id == product_id,
            outbox.c.aspect == Aspect.STOCK,
        )
    ).one_or_none()
    if row is None:
        return False, ""
    halted = row.state is QueueState.HALTED
    return not halted, row.cause if halted else ""


# --- since when the shelf cannot cover it ---------------------------------------------------------------------------


def _short_since(connection: Connection, sheet: ProductSheet, held: list[_Held]) -> datetime | None:
    """Since when the shelf holds fewer than what is promised and kept back; None while it holds enough.

    Walks back from now, line by line of the ledger and order by order, until there was enough. Before the first
    of them the shelf was empty and nothing promised.
    """
    product = sheet.product
    left = sheet.on_hand - sheet.open_online - product.counter_reserve - product.safety_stock
    if left >= 0:
        return None
    since: datetime | None = None
    for at, change in _newest_first(connection, product.id, held):
        since = at
        left -= change
        if left >= 0:
            break
    return since


def _newest_first(
    connection: Connection, product_id: int, held: list[_Held]
) -> Iterator[tuple[datetime, Decimal]]:
    """What changed how much of the product was free, newest first."""
    orders = [(each.since, -each.units) for each in reversed(held)]
    for at, change in _ledger(connection, product_id):
        while orders and orders[0][0] >= at:
            yield orders.pop(0)
        yield at, change
    yield from chain(orders)


def _ledger(connection: Connection, product_id: int) -> Iterator[tuple[datetime, Decimal]]:
    """The product's movements, newest first, a page at a time: most walks end within the first."""
    before: int | None = None
    while True:
        statement = select(stock_movement.c.id, stock_movement.c.at, stock_movement.c.amount).where(
            stock_movement.c.product_id == product_id
        )
        if before is not None:
            statement = statement.where(stock_movement.c.id < before)
        page = connection.execute(statement.order_by(stock_movement.c.id.desc()).limit(_PAGE)).all()
        for row in page:
            yield row.at, row.amount
        if len(page) < _PAGE:
            return
        before = page[-1].id


# --- since when nobody sends ----------------------------------------------------------------------------------------


def gap(connection: Connection, now: datetime) -> SyncGap | None:
    """Since when nobody sends; None while somebody does, or when nobody ever did."""
    ended: datetime | None = connection.execute(select(func.max(sync_lease.c.expires_at))).scalar_one()
    if ended is None or ended > now:
        return None
    return SyncGap(since=ended, pending=_pending(connection), orders=_unregistered(connection))


def _pending(connection: Connection) -> int:
    """Lines of the queue that the shop's option sends and nobody holds back, halted ones too."""
    statement = select(func.count()).where(
        outbox.c.aspect.in_(read_shop(connection).sync_option.aspects), outbox.c.paused.is_(False)
    )
    return _count(connection, statement)


def _unregistered(connection: Connection) -> int:
    """Orders that are neither a sale, nor cancelled, nor somebody else's."""
    statement = select(func.count()).where(
        and_(tray_order.c.stage.in_(_OPEN_STAGES), tray_order.c.status_type != CANCELED)
    )
    return _count(connection, statement)


def _count(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).scalar_one())
