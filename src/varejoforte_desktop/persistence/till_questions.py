"""What screens ask about tills and inventory counts, and why the store shows what it shows."""

from __future__ import annotations

from sqlalchemy import Connection

from varejoforte_desktop.application.sale_questions import (
    CountLineRow,
    CountRow,
    Pending,
    SyncGap,
    TillRow,
    TillSheet,
    WhyPublished,
)
from varejoforte_desktop.persistence import count_reading, till_reading, why_questions
from varejoforte_desktop.persistence.unit_of_work import Clock, database_now


class SqlTillReader:
    """Looks, changes nothing."""

    def __init__(self, connection: Connection, clock: Clock | None) -> None:
        self._connection = connection
        self._clock = clock

    def open_till(self, station: str) -> TillSheet | None:
        """The till that is open at a station."""
        return till_reading.open_till(self._connection, station)

    def tills(self, *, limit: int = 50) -> list[TillRow]:
        """Tills, newest first."""
        return till_reading.tills(self._connection, limit)

    def sheet(self, till_id: int) -> TillSheet:
        """One till. Raises NoSuchRecord."""
        return till_reading.sheet(self._connection, till_id)

    def pending(self, station: str) -> Pending:
        """What is still open in the shop."""
        return till_reading.pending(self._connection, station)

    def counts(self, *, limit: int = 50) -> list[CountRow]:
        """Inventory counts, newest first; an open one comes first."""
        return count_reading.counts(self._connection, limit)

    def count_lines(self, count_id: int) -> list[CountLineRow]:
        """What was counted, by name."""
        return count_reading.count_lines(self._connection, count_id)

    def uncounted(self, count_id: int, *, limit: int = 200) -> list[CountLineRow]:
        """Products that were on the shelves when the count began and that nobody counted yet."""
        return count_reading.uncounted(self._connection, count_id, limit)

    def why(self, product_id: int) -> WhyPublished:
        """Why the store shows what it shows. Raises NoSuchRecord."""
        return why_questions.why(self._connection, product_id)

    def gap(self) -> SyncGap | None:
        """Since when nobody sends; None while somebody does, or when nobody ever did."""
        return why_questions.gap(self._connection, database_now(self._connection, self._clock))
