"""What the store was told about an order, written down: the debt is gone and the timeline says so."""

from __future__ import annotations

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import OrderDebt, OrderEvent
from varejoforte_desktop.application.ports import UnitOfWork


def told_of_order(uow: UnitOfWork, order_id: int, debt: OrderDebt) -> None:
    """The store did what it was asked about this order; a later wish stays owed."""
    if not debt.cancel and not debt.status_id:
        return
    uow.orders.settle_debt(order_id, status_id=debt.status_id, cancelled=debt.cancel)
    kind = "cancel_told" if debt.cancel else "status_told"
    facts = {} if debt.cancel else {"status_id": debt.status_id}
    uow.orders.note(OrderEvent(order_id=order_id, kind=kind, facts=facts), uow.now)
    uow.touch(Topic.ORDERS)
