"""How an order moves on in the store: to the status of one with a note, or of one that was sent off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import KnownOrder, OrderEvent
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
    current = uow.statuses.meaning(known.status_id, known.status_type)
    if current is _OVER or goes_back(current, uow.statuses.meaning(status_id, "")):
        return False
    uow.orders.want(known.id, status_id=status_id)
    _owe_order(uow, known)
    return True


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
