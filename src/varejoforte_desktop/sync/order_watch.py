"""Looking at the store's orders: all that were touched lately are seen, and each is read again only when it changed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from varejoforte_desktop.application.order_inbox import (
    Window,
    head_digest,
    next_window,
    note_heads,
    note_look,
    note_order,
    note_unreadable,
)
from varejoforte_desktop.application.outside import (
    GiveUp,
    LoggedOut,
    OutsideError,
    SlowDown,
    Unreachable,
)
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.store import OnlineStore, StoreOrderHead
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.order import CANCELED, CLOSED

log = logging.getLogger(__name__)

#: What only one order is to blame for; all else is the line's trouble and ends the look.
_ITS_OWN: Final = frozenset({"unreadable", "not_there", "refused"})
_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look brought: orders new or changed, those that could not be read, and what it cost."""

    changed: int
    unreadable: int
    pages: int


class OrderWatch:
    """Looks at the store's orders."""

    def __init__(self, backend: Backend, store: OnlineStore) -> None:
        self._backend = backend
        self._store = store

    async def look(self) -> Seen:
        """See every order of the days since the last look; all of the list, or an error.

        An order that cannot be read does not hide the others: it is marked, and read again at the next look.
        Raises the errors of `outside` that concern the whole line, and BooksError.
        """
        window = await self._backend.run(next_window)
        heads = await self._store.orders(modified_from=window.start, modified_to=window.end)
        digests = {head.remote_id: head_digest(head.raw) for head in heads}
        known, unread = await self._backend.read(
            lambda reader: (reader.orders.digests(list(digests)), reader.orders.unread_heads())
        )
        changed = [head for head in heads if known.get(head.remote_id) != digests[head.remote_id]]
        changed = await self._without_the_past(window, changed, digests, known)
        changed += [head for head in unread if head.remote_id not in digests]  # older than the list goes back
        unreadable = 0
        for head in changed:
            if not await self._read(head, digests.get(head.remote_id, ""), first_look=window.first):
                unreadable += 1
        await self._backend.run(note_look, window)
        return Seen(len(changed) - unreadable, unreadable, max(1, -(-len(heads) // _PAGE)))

    async def see(self, remote_id: str) -> StoreOrder:
        """Read one order again, now. Raises the errors of `outside`, and BooksError."""
        order = await self._store.order(remote_id)
        # The old fingerprint stays: should the light line have changed, the next look reads the order once more.
        known = await self._backend.read(lambda reader: reader.orders.digests([remote_id]))
        await self._backend.run(note_order, order, known.get(remote_id, ""))
        return order

    async def _without_the_past(
        self, window: Window, heads: list[StoreOrderHead], digests: dict[str, str], known: dict[str, str]
    ) -> list[StoreOrderHead]:
        """At the first look, orders that are over are kept by their light line: reading each would cost a request."""
        if not window.first:
            return heads
        over = [
            head for head in heads if head.status_type in {CLOSED, CANCELED} and head.remote_id not in known
        ]  # one that a first look which broke off saw open is ours
        if over:
            await self._backend.run(note_heads, [(head, digests[head.remote_id]) for head in over])
        return [head for head in heads if head not in over]

    async def _read(self, head: StoreOrderHead, digest: str, *, first_look: bool) -> bool:
        try:
            order = await self._store.order(head.remote_id)
        except (SlowDown, Unreachable, LoggedOut):
            raise
        except OutsideError as trouble:
            if not isinstance(trouble, GiveUp) and trouble.code not in _ITS_OWN:
                raise
            log.warning("order %s could not be read: %s", head.remote_id, trouble.code)
            await self._backend.run(note_unreadable, head)
            return False
        await self._backend.run(note_order, order, digest, first_look=first_look)
        return True
