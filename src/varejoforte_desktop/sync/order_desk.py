"""Dealing with the store about orders on a person's behalf, whether the loop runs or not."""

from __future__ import annotations

from varejoforte_desktop.application.order_inbox import note_statuses
from varejoforte_desktop.application.order_sale import Registration, register_order
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.application.store import OnlineStore
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.sync.order_watch import OrderWatch


class StoreOrderDesk:
    """The desk (`application.order_desk.OrderDesk`), over a line of its own that waits its turn."""

    def __init__(self, backend: Backend, store: OnlineStore) -> None:
        self._backend = backend
        self._store = store
        self._watch = OrderWatch(backend, store)

    async def look(self) -> int:
        """Look at the orders now; gives how many were new or changed."""
        seen = await self._watch.look()
        return seen.changed

    async def learn_statuses(self) -> int:
        """Read the store's statuses; gives how many there are."""
        statuses = await self._store.order_statuses()
        await self._backend.run(note_statuses, statuses)
        return len(statuses)

    async def register(
        self, registration: Registration, *, by: Actor, approved_by: Actor | None = None
    ) -> SaleReceipt:
        """Read the order again, then make a sale of it."""
        known = await self._backend.read(lambda reader: reader.people.current(by))
        known.needs(Permission.REGISTER_ORDERS)  # before the store is asked for anything
        if registration.checked:
            detail = await self._backend.read(lambda reader: reader.orders.detail(registration.order_id))
            # One that is a sale already is not asked for again: pressing twice costs the store nothing.
            if not detail.row.sale_number:
                await self._watch.see(detail.row.remote_id)
        return await self._backend.run(register_order, registration, by=by, approved_by=approved_by)
