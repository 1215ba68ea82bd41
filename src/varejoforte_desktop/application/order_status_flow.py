"""How an order moves on in the store: registered, with a note, sent off; never back, and never out of its cancellation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import KnownOrder, OrderDebt, OrderEvent
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.errors import OrderBlocked, OrderStageWrong
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import Obstacle, OrderStage, Shipment, StatusMeaning, goes_back
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind

_OVER: Final = StatusMeaning.CANCELLED


def move_on(uow: UnitOfWork, known: KnownOrder, status_id: str) -> bool:
    """Owe the store this status of an order; whether it is owed.

    Never for an order that is cancelled or about to be, one of a former store, one that is in it already, nor back to
    where it has been: who was told that the parcel is on its way is not told that the note was issued.
    """
    if not status_id or known.former or known.cancel_wanted or status_id == known.status_id:
        return False
    if _why_not(uow, known.status_id, known.status_type, status_id):
        return False
    uow.orders.want(known.id, status_id=status_id)
    _owe_order(uow, known)
    return True


def order_debts(uow: UnitOfWork, order_ids: Sequence[int]) -> dict[int, OrderDebt]:
    """What the store has to be told of these orders now; what has become moot since it was owed is dropped."""
    found = uow.orders.debts(order_ids)
    return {order_id: _without_moot(uow, order_id, debt) for order_id, debt in found.items()}


def drop_moot(uow: UnitOfWork, order_id: int) -> None:
    """The store told where an order stands: what it needs not hear any more is dropped, and its line leaves the queue.

    What is left to say gets its own try: the line may have been halted for what was dropped.
    """
    before = uow.orders.debts([order_id]).get(order_id)
    if before is None or before.empty:
        return
    left = _without_moot(uow, order_id, before)
    if left.empty:
        uow.outbox.drop((Subject(SubjectKind.ORDER, order_id),), (Aspect.STATUS,))
        uow.touch(Topic.QUEUE)
    elif left != before:
        owe(uow, (Subject(SubjectKind.ORDER, order_id),), (Aspect.STATUS,))


def _why_not(uow: UnitOfWork, now_id: str, now_type: str, wanted: str) -> str:
    """Why an order that stands so is not moved to this status: "cancelled", "back"; "" when it may be."""
    current = uow.statuses.meaning(now_id, now_type)
    if current is _OVER:
        return "cancelled"
    return "back" if goes_back(current, uow.statuses.meaning(wanted, "")) else ""


def _without_moot(uow: UnitOfWork, order_id: int, debt: OrderDebt) -> OrderDebt:
    """The debt without what would revive a cancelled order, take one back, or tell the store what it says itself.

    A cancellation stays owed: the store answers that the order is cancelled already.
    """
    if debt.cancel or debt.empty:
        return debt
    why = _why_not(uow, debt.now_id, debt.now_type, debt.status_id)
    there = debt.status_id == debt.now_id
    status_id = debt.status_id if why or there else ""
    shipment = debt.shipment if why == "cancelled" else None
    moot = replace(debt, status_id=status_id, shipment=shipment)
    if moot.empty:
        return debt
    uow.orders.settle_debt(order_id, moot)
    if status_id and why and not there:
        facts = {"status_id": status_id, "now": debt.now_id, "why": why}
        uow.orders.note(OrderEvent(order_id=order_id, kind="status_dropped", facts=facts), uow.now)
    if shipment is not None:
        facts = {"code": shipment.code}
        uow.orders.note(OrderEvent(order_id=order_id, kind="tracking_dropped", facts=facts), uow.now)
    uow.touch(Topic.ORDERS)
    return replace(
        debt,
        status_id="" if status_id else debt.status_id,
        shipment=None if shipment is not None else debt.shipment,
    )


def note_told(uow: UnitOfWork, order_id: int) -> None:
    """The store has the order's note: its status moves on as the shop chose, unless it has left already."""
    known = uow.orders.get(order_id)
    if known.shipment is None:
        move_on(uow, known, uow.statuses.rules().invoiced_status_id)


def send_off(uow: UnitOfWork, order_id: int, *, code: str, url: str = "", by: Actor) -> Shipment:
    """The order left the shop today under this carrier's code; the store is owed the code and the status.

    Said again it corrects what was said; the same once more changes nothing. Raises NotAllowed, NoSuchRecord, Missing,
    TooLong, OrderStageWrong (it is no sale yet, or of a former store) or OrderBlocked (cancelled).
    """
    by.needs(Permission.REGISTER_ORDERS)
    known = uow.orders.get(order_id)
    if known.stage is not OrderStage.REGISTERED or known.former:
        raise OrderStageWrong(known.remote_id, known.stage.value)
    if known.cancel_wanted or uow.statuses.meaning(known.status_id, known.status_type) is _OVER:
        raise OrderBlocked(known.remote_id, Obstacle.CANCELLED.value, known.updated_at.isoformat())
    shipment = Shipment(code=code, url=url, sent_on=_today(uow)).checked()
    before = known.shipment
    if before is not None:
        shipment = replace(shipment, sent_on=before.sent_on)
        if shipment == before:
            return before
    uow.orders.ship(order_id, shipment)
    _owe_order(uow, known)
    move_on(uow, known, uow.statuses.rules().shipped_status_id)
    facts = {"code": shipment.code, **({"url": shipment.url} if shipment.url else {})}
    event = OrderEvent(order_id=order_id, kind="sent", operator=by.name, station=by.station, facts=facts)
    uow.orders.note(event, uow.now)
    uow.touch(Topic.ORDERS)
    return shipment


def _owe_order(uow: UnitOfWork, known: KnownOrder) -> None:
    owe(uow, (Subject(SubjectKind.ORDER, known.id),), (Aspect.STATUS,))
    uow.touch(Topic.ORDERS)


def _today(uow: UnitOfWork) -> date:
    return uow.now.astimezone(ZoneInfo(uow.shop.get().timezone)).date()
