"""When the loop looks at orders: before a stock number is sent, soon after, and never more often than the day allows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from varejoforte_desktop.application.outside import LoggedOut, OutsideError, SlowDown, Unreachable
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.sync.order_watch import OrderWatch

log = logging.getLogger(__name__)

#: A look this fresh needs not be repeated before a push.
_FRESH: Final = 30.0
#: The part of a day's requests that looking at orders may use up.
_SHARE: Final = 0.3
_DAY: Final = 86_400
_NOTHING: Final[frozenset[Aspect]] = frozenset()
_STOCK: Final = frozenset({Aspect.STOCK})


class Lookout:
    """Knows how fresh the last look is. `trouble` is why the last one failed, None when it did not."""

    def __init__(
        self,
        watch: OrderWatch,
        backend: Backend,
        *,
        patiently: Callable[[], AbstractContextManager[None]],
        monotonic: Callable[[], float],
    ) -> None:
        self._watch = watch
        self._backend = backend
        self._patiently = patiently
        self._monotonic = monotonic
        self._looked_at: float | None = None
        self._pages = 1
        self._owed = False
        self.trouble: OutsideError | None = None
        self.spread_out: float | None = None

    def forget(self) -> None:
        """Another store, or the same one connected anew: look at once."""
        self._looked_at = None

    async def before(self, shop: ShopSettings) -> frozenset[Aspect]:
        """Look unless the last look is fresh; gives the sides that must not be sent.

        While orders cannot be seen, or one of them not be read, nobody knows what they promise: a stock number
        could offer a unit twice, so it waits. Raises the errors of `outside` that close the whole line.
        """
        due = self._spacing(shop)
        self.spread_out = due if due > max(_FRESH, float(shop.cycle_seconds)) else None
        age = None if self._looked_at is None else self._monotonic() - self._looked_at
        if age is None or age >= due or self.trouble is not None:
            await self._look()
        # Asked each time: a person's look, or one of days ago, may have met the order that makes no sense.
        unread = await self._backend.read(lambda reader: reader.orders.unread())
        return _STOCK if self.trouble is not None or unread else _NOTHING

    def stock_sent(self) -> None:
        """Stock was sent: an order that came between the last look and the push has to be put right."""
        self._owed = True

    def owed_in(self, shop: ShopSettings) -> float | None:
        """Seconds until the look that is owed after a push; None when none is.

        Pushes come in quick succession at a busy counter; a look after each would cost a third of the day's
        requests, so looks keep the distance in which one counts as fresh.
        """
        if not self._owed or self._looked_at is None:
            return None
        return max(0.0, self._looked_at + self._spacing(shop) - self._monotonic())

    def _spacing(self, shop: ShopSettings) -> float:
        """Seconds between looks: with many orders a look costs many requests, and the day has only so many."""
        return max(_FRESH, self._pages * _DAY / max(1.0, shop.requests_per_day * _SHARE))

    async def _look(self) -> None:
        begun = self._monotonic()  # an order placed while we read may be missing from it
        try:
            with self._patiently():  # a list read in part would have to be read again from its start
                seen = await self._watch.look()
        except (SlowDown, Unreachable, LoggedOut):
            raise
        except OutsideError as trouble:
            log.warning("orders could not be seen: %s", trouble.code)
            self.trouble = trouble
            return
        self.trouble = None
        self._owed = False
        self._looked_at = begun
        self._pages = seen.pages
