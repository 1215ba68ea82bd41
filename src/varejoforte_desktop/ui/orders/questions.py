"""What the place asks of the books beside its list: the figures above it, and where a certain order is."""

from __future__ import annotations

from dataclasses import dataclass

from varejoforte_desktop.application.order_questions import OrderCounters, OrderSearch, StatusRow
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.ui.orders.bar import TABS, OrderTab


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """The figures, the store's statuses, and whether the shop has a store at all."""

    counters: OrderCounters
    statuses: tuple[StatusRow, ...]
    connected: bool


def head_facts(reader: Reader) -> HeadFacts:
    """Ask the books all of it at once."""
    orders = reader.orders
    return HeadFacts(orders.counters(), tuple(orders.statuses()), reader.connection() is not None)


def first_unread(reader: Reader) -> int | None:
    """An open order that could not be read; None when all could."""
    stages = frozenset({OrderStage.SEEN, OrderStage.IMPORTED})
    ids = reader.orders.ids(OrderSearch(stages=stages, only_blocked=True))
    return next((row.id for row in reader.orders.rows(ids) if Obstacle.UNREADABLE in row.obstacles), None)


def found_elsewhere(reader: Reader, text: str, tab: OrderTab) -> tuple[int, int] | None:
    """The place of the first other tab that has orders with these words, and how many."""
    for place, other in enumerate(TABS):
        if other is not tab:
            count = len(reader.orders.ids(OrderSearch(stages=other.stages, text=text)))
            if count:
                return place, count
    return None
