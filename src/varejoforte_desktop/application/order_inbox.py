"""Seeing orders: each one is noted with what it promises, so that the store never offers the same unit twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import KnownOrder, OrderEvent
from varejoforte_desktop.application.order_status_flow import drop_moot
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import StoreOrder, StoreStatus, content_digest
from varejoforte_desktop.domain.order import CANCELED, OPEN, OrderStage, first_stage, promises
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind

#: How far the first look goes back: orders older than this are long delivered.
FIRST_LOOK: Final = timedelta(days=30)
#: By whose days the store filters.
STORE_ZONE: Final = "America/Sao_Paulo"
#: Days looked at again each time: the store filters by day, and an order may be written late.
OVERLAP: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days to look at, both included, by the shop's calendar."""

    start: date
    end: date
    first: bool  # nobody looked before


def head_digest(raw: Mapping[str, Any]) -> str:
    """A fingerprint of an order's light line: while it is equal the order needs not be read again."""
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def next_window(uow: UnitOfWork) -> Window:
    """Which days to look at now: from the day before the last look to today, where the shop is."""
    # The store dates its orders where Tray is; a shop further west has not reached that day yet.
    here, there = (ZoneInfo(each) for each in (uow.shop.get().timezone, STORE_ZONE))
    today = max(uow.now.astimezone(here).date(), uow.now.astimezone(there).date())
    until = uow.orders.looked_until()
    if until is None:
        return Window(today - FIRST_LOOK, today, first=True)
    return Window(min(until, today) - OVERLAP, today, first=False)


def note_order(uow: UnitOfWork, order: StoreOrder, digest: str, *, first_look: bool = False) -> int:
    """Note an order as the store tells it now, and owe the store the new number of everything it touches.

    The store changed its own number when the order came, was paid or went, by rules nobody knows for sure: what
    it acknowledged before counts no more, so the right number is sent whatever it did. Gives the order's id.
    """
    known = uow.orders.known(order.remote_id)
    stage = _stage(known, order, first_look=first_look)
    promised = promises(stage, order.status_type)
    products = uow.orders.ours(order)
    before = known.promised if known else {}
    took = {each for each in known.products if each is not None} if known else set()
    order_id = uow.orders.keep(
        order, stage=stage, promised=promised, digest=digest, products=products, at=uow.now
    )
    uow.statuses.keep(
        [StoreStatus(status_id=order.status_id, name=order.status, status_type=order.status_type)]
    )
    after = units(order, products)
    if known is None or _store_may_have_counted(known, order):
        owe_stock(uow, took | set(after))  # also what a sale of the books has lost in the store
    elif promised:
        owe_stock(uow, {each for each in {*before, *after} if before.get(each) != after.get(each)})
    for event in _events(order_id, known, order):
        uow.orders.note(event, uow.now)
    drop_moot(uow, order_id)
    uow.touch(Topic.ORDERS)
    return order_id


def note_heads(uow: UnitOfWork, heads: Sequence[tuple[StoreOrderHead, str]]) -> None:
    """Orders that were over before the shop looked for the first time: kept by their light line alone."""
    for head, digest in heads:
        known = uow.orders.known(head.remote_id)
        if known is None or known.stage is OrderStage.BEFORE:
            uow.orders.keep_head(head, stage=OrderStage.BEFORE, digest=digest, at=uow.now)
    uow.statuses.keep(
        [
            StoreStatus(status_id=each.status_id, name=each.status, status_type=each.status_type)
            for each, _digest in heads
        ]
    )
    uow.touch(Topic.ORDERS)


def note_unreadable(uow: UnitOfWork, head: StoreOrderHead) -> None:
    """An order that makes no sense: shown to a person, and tried again at the next look."""
    known = uow.orders.known(head.remote_id)
    stage = known.stage if known else OrderStage.SEEN
    order_id = uow.orders.keep_head(head, stage=stage, digest="", at=uow.now)
    drop_moot(uow, order_id)
    uow.touch(Topic.ORDERS)


def note_look(uow: UnitOfWork, window: Window) -> None:
    """Every order of these days was seen; lines that nobody knew are recognised by what was linked or made since."""
    uow.orders.note_look(window.end, uow.now)
    owe_stock(uow, uow.orders.recognise())


def note_statuses(uow: UnitOfWork, statuses: Sequence[StoreStatus]) -> None:
    """The statuses as the store lists them now."""
    uow.statuses.keep(statuses)
    uow.touch(Topic.ORDERS)


def units(order: StoreOrder, products: Sequence[int | None]) -> dict[int, Decimal]:
    """How many of each product of ours an order takes."""
    found: dict[int, Decimal] = {}
    for line, product_id in zip(order.lines, products, strict=True):
        if product_id is not None:
            found[product_id] = found.get(product_id, Decimal(0)) + line.quantity
    return found


def owe_stock(uow: UnitOfWork, product_ids: Iterable[int]) -> None:
    """Owe the store the number of these products, whatever it acknowledged before."""
    subjects = [Subject(SubjectKind.PRODUCT, each) for each in sorted(product_ids)]
    on_sale = uow.sheets.products([each.id for each in subjects]) if subjects else {}
    sold_online = [each for each in subjects if each.id in on_sale and on_sale[each.id].product.sell_online]
    if sold_online:
        uow.links.forget(sold_online, Aspect.STOCK)
        owe(uow, sold_online, (Aspect.STOCK,))
        uow.touch(Topic.PRODUCTS)


def _stage(known: KnownOrder | None, order: StoreOrder, *, first_look: bool) -> OrderStage:
    if known is None:
        return first_stage(order.status_type, first_look=first_look)
    reopened = known.stage is OrderStage.BEFORE and order.status_type in {OPEN, ""}
    return OrderStage.SEEN if reopened else known.stage


def _store_may_have_counted(known: KnownOrder, order: StoreOrder) -> bool:
    """Whether something happened at which stores count their stock: goods changed, paid, cancelled, reopened."""
    was = known.order
    if was is None:
        return True
    return (was.status_type, was.paid) != (order.status_type, order.paid) or (was.lines != order.lines)


def _events(order_id: int, known: KnownOrder | None, order: StoreOrder) -> list[OrderEvent]:
    facts = {"status": order.status, "total": str(order.amounts.total.cents)}
    if known is None:
        return [OrderEvent(order_id=order_id, kind="seen", facts=facts)]
    events: list[OrderEvent] = []
    was = known.order
    if was is not None and was.status_id != order.status_id:
        change = {"before": was.status, "after": order.status}
        kind = "cancelled_in_store" if order.status_type == CANCELED else "status"
        events.append(OrderEvent(order_id=order_id, kind=kind, facts=change))
    if was is not None and content_digest(was) != content_digest(order):
        events.append(OrderEvent(order_id=order_id, kind="changed", facts=facts))
    return events
