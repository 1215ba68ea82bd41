"""Comparing restored books: how far they had come, and what is changed before the shop sells again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection, select, update

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.outbox import Subject, SubjectKind
from varejoforte_desktop.persistence.copy_marks import sale_numbers
from varejoforte_desktop.persistence.database import build_engine
from varejoforte_desktop.persistence.dialects import in_chunks, insert_into
from varejoforte_desktop.persistence.failures import translated
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.orders import order_watch, tray_order
from varejoforte_desktop.persistence.tables.sales import sale_counter
from varejoforte_desktop.persistence.tables.sync import store_link
from varejoforte_desktop.persistence.unit_of_work import Clock, SqlUnitOfWork

R = TypeVar("R")


class SqlGround:
    """What comparing anew touches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_number(self, station: str, last: int) -> None:
        """The next sale of a station gets a number above `last`."""
        statement = insert_into(self._connection, sale_counter).values(station=station, last=last)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["station"],
                set_={"last": statement.excluded.last},
                where=sale_counter.c.last < statement.excluded.last,
            )
        )

    def numbers(self) -> dict[str, int]:
        """Each station's last sale number."""
        return sale_numbers(self._connection)

    def linked(self) -> list[Subject]:
        """Everything that is linked with a thing of the store."""
        statement = select(store_link.c.subject_kind, store_link.c.subject_id).where(
            store_link.c.remote_id.is_not(None)
        )
        rows = self._connection.execute(
            statement.order_by(store_link.c.subject_kind, store_link.c.subject_id)
        )
        return [Subject(row.subject_kind, row.subject_id) for row in rows]

    def hidden(self, subjects: Sequence[Subject]) -> list[Subject]:
        """Which of these are products that are not sold online."""
        ids = [each.id for each in subjects if each.kind is SubjectKind.PRODUCT]
        found: list[Subject] = []
        for some in in_chunks(ids):
            statement = select(product.c.id).where(product.c.id.in_(some), product.c.sell_online.is_(False))
            found += [
                Subject(SubjectKind.PRODUCT, each) for each in self._connection.execute(statement).scalars()
            ]
        return found

    def look_back(self, until: date) -> None:
        """Orders are looked at again from this day on, each open one read anew."""
        self._connection.execute(
            update(order_watch).where(order_watch.c.looked_until > until).values(looked_until=until)
        )
        self._connection.execute(update(tray_order).where(tray_order.c.promised).values(head_digest=""))


def alone_in_books(
    url: str, clock: Clock | None, work: Callable[[SqlUnitOfWork, SqlGround], R]
) -> tuple[R, frozenset[Topic]]:
    """Run `work` in a transaction of its own on books that nobody has opened for it; gives what was touched too.

    Raises BooksError and what `work` raises.
    """
    engine = build_engine(url, read_only=False, size=1)
    try:
        with translated(), engine.connect() as connection, connection.begin():
            uow = SqlUnitOfWork(connection, clock=clock)
            result = work(uow, SqlGround(connection))
            uow.finish()
        return result, uow.topics
    finally:
        engine.dispose()
