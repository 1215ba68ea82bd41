"""Where a person deals with the store about orders: look now, learn the statuses, register what was just read again."""

from __future__ import annotations

from typing import Protocol

from varejoforte_desktop.application.order_sale import Registration
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.domain.operator import Actor


class OrderDesk(Protocol):
    """What screens and commands ask that needs the store at the other end."""

    async def look(self) -> int:
        """Look at the orders now; gives how many were new or changed. Raises the errors of `outside`."""
        ...

    async def learn_statuses(self) -> int:
        """Read the store's statuses; gives how many there are. Raises the errors of `outside`."""
        ...

    async def register(
        self, registration: Registration, *, by: Actor, approved_by: Actor | None = None
    ) -> SaleReceipt:
        """Read the order again, then make a sale of it; unless `checked` is False, which needs permission.

        Raises what `register_order` raises, and the errors of `outside` when the store cannot be asked.
        """
        ...
