"""What changed in the books, told to whoever is looking, so that no screen shows yesterday's number."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum

log = logging.getLogger(__name__)


class Topic(StrEnum):
    """A part of the books that screens look at."""

    PRODUCTS = "products"
    STOCK = "stock"
    QUEUE = "queue"
    SETTINGS = "settings"
    OPERATORS = "operators"
    CONNECTION = "connection"
    LEADER = "leader"
    QUOTA = "quota"
    ORDERS = "orders"
    SALES = "sales"
    TILL = "till"
    COUNTS = "counts"
    CUSTOMERS = "customers"
    STATIONS = "stations"
    KEYS = "keys"  # the shop's key was changed
    AUDIT = "audit"
    BACKUPS = "backups"
    FISCAL = "fiscal"
    PRINTING = "printing"
    PURCHASES = "purchases"


Listener = Callable[[frozenset[Topic]], None]


class ChangeFeed:
    """Tells listeners which topics changed. Call it on the thread the listeners live on."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; calling what is given back takes it off again (harmless the second time)."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, topics: frozenset[Topic]) -> None:
        """Tell every listener; one that unsubscribes meanwhile is no longer told."""
        for listener in tuple(self._listeners):
            if listener in self._listeners:
                try:
                    listener(topics)
                except (
                    Exception
                ):  # the books have changed whatever a screen makes of it; the others must hear
                    log.exception("a listener of the change feed failed")
