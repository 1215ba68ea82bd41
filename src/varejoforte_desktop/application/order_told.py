"""What the store was told about an order, written down: the debt is gone and the timeline says so."""

from __future__ import annotations

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import OrderDebt, OrderEvent
from varejoforte_desktop.application.ports import UnitOfWork


def told_of_order(uow: UnitOfWork, order_id: int, debt: OrderDebt) -> None:
    """The store did what it was asked about this order; a later wish stays owed."""
    if debt.empty:
        return
    uow.orders.settle_debt(order_id, debt)
    if debt.cancel:
        _note(uow, order_id, "cancel_told", {})
    else:
        if debt.shipment is not None:
            _note(uow, order_id, "tracking_told", {"code": debt.shipment.code})
        if debt.status_id:
            _note(uow, order_id, "status_told", {"status_id": debt.status_id})
    uow.touch(Topic.ORDERS)


def _note(uow: UnitOfWork, order_id: int, kind: str, facts: dict[str, str]) -> None:
    uow.orders.note(OrderEvent(order_id=order_id, kind=kind, facts=facts), uow.now)
