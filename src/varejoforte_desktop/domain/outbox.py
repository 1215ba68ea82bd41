"""Work owed to the online store, one line per thing and kind of change, written down with the fact itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class SubjectKind(StrEnum):
    """What the store can be told about."""

    PRODUCT = "product"
    VARIANT = "variant"
    CATEGORY = "category"
    BRAND = "brand"
    ORDER = "order"
    INVOICE = "invoice"  # an order's note


@dataclass(frozen=True, order=True, slots=True)
class Subject:
    """One thing the store is told about: product 12, brand 3."""

    kind: SubjectKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"


class Aspect(StrEnum):
    """Which side of a subject changed. They travel together but are refused and repeated apart."""

    STOCK = "stock"
    PRICE = "price"  # sale price and cost
    CONTENT = "content"  # everything else about a product
    STATUS = "status"  # an order's status in the store, or its cancellation
    INVOICE = "invoice"  # an order's note

    @property
    def rank(self) -> int:
        """What goes first when requests are scarce: 0 stock, orders and notes, 1 price, 2 content."""
        return _RANKS[self]


_RANKS: Final = {
    Aspect.STOCK: 0,
    Aspect.STATUS: 0,
    Aspect.INVOICE: 0,
    Aspect.PRICE: 1,
    Aspect.CONTENT: 2,
}
#: The sides of a product; an order has its own.
COMMERCIAL: Final = frozenset({Aspect.STOCK, Aspect.PRICE})
EVERYTHING: Final = frozenset({Aspect.STOCK, Aspect.PRICE, Aspect.CONTENT})
ORDER_SIDES: Final = frozenset({Aspect.STATUS, Aspect.INVOICE})


class QueueState(StrEnum):
    """Where an owed line stands. What was acknowledged is no longer in the queue."""

    WAITING = "waiting"
    SENDING = "sending"
    OUTCOME_UNKNOWN = "outcome_unknown"
    HALTED = "halted"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a line waits after a try that may work later; a decision, not an act.

    Doubles from `first` up to `longest`; after `tries` tries the answer is None: a person must look.
    """

    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(hours=1)
    tries: int = 8

    def wait_after(self, attempts: int, *, chance: float) -> timedelta | None:
        """The wait after `attempts` tries (≥ 1). `chance` in [0, 1) spreads it over the upper half (equal jitter)."""
        if attempts >= self.tries:
            return None
        doubled: timedelta = self.first * int(2 ** min(attempts - 1, 20))
        full = min(doubled, self.longest)
        return min(full, full / 2 + full / 2 * chance)  # halves of an odd microsecond are rounded up
