"""The read side of the books: every question a screen may ask, on a connection that cannot write."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property

from sqlalchemy import Connection, func, select

from varejoforte_desktop.application.questions import (
    BooksCheck,
    ConnectionRow,
    ExportRow,
    Leader,
    MovementRow,
    NameRow,
    PastPush,
    ProductDetail,
    ProductRow,
    ProductSearch,
    QueueCounters,
    QueueDetail,
    QueueRow,
)
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.persistence import checks, product_questions, queue_questions
from varejoforte_desktop.persistence.audit_questions import SqlAuditReader
from varejoforte_desktop.persistence.fiscal_questions import SqlFiscalReader
from varejoforte_desktop.persistence.order_questions import SqlOrderReader
from varejoforte_desktop.persistence.people import read_shop
from varejoforte_desktop.persistence.people_questions import SqlBackupReader, SqlPeopleReader
from varejoforte_desktop.persistence.print_jobs import SqlPrintingReader
from varejoforte_desktop.persistence.purchase_questions import SqlPurchaseReader
from varejoforte_desktop.persistence.sale_questions import SqlSaleReader
from varejoforte_desktop.persistence.tables.people import shop
from varejoforte_desktop.persistence.till_questions import SqlTillReader
from varejoforte_desktop.persistence.unit_of_work import Clock, database_now


class SqlReader:
    """Looks, changes nothing."""

    def __init__(self, connection: Connection, *, clock: Clock | None) -> None:
        self._connection = connection
        self._clock = clock

    @cached_property
    def orders(self) -> SqlOrderReader:
        """Questions about orders and who buys."""
        return SqlOrderReader(self._connection)

    @cached_property
    def sales(self) -> SqlSaleReader:
        """Questions about selling."""
        return SqlSaleReader(self._connection, self._clock)

    @cached_property
    def tills(self) -> SqlTillReader:
        """Questions about tills, inventory counts and what the store shows."""
        return SqlTillReader(self._connection, self._clock)

    @cached_property
    def people(self) -> SqlPeopleReader:
        """Questions about people and stations."""
        return SqlPeopleReader(self._connection, self._clock)

    @cached_property
    def audit(self) -> SqlAuditReader:
        """Questions about the audit log."""
        return SqlAuditReader(self._connection)

    @cached_property
    def backups(self) -> SqlBackupReader:
        """Questions about copies of the shop."""
        return SqlBackupReader(self._connection)

    @cached_property
    def fiscal(self) -> SqlFiscalReader:
        """Questions about fiscal documents."""
        return SqlFiscalReader(self._connection)

    @cached_property
    def printing(self) -> SqlPrintingReader:
        """Questions about papers."""
        return SqlPrintingReader(self._connection)

    @cached_property
    def purchases(self) -> SqlPurchaseReader:
        """Questions about purchase notes."""
        return SqlPurchaseReader(self._connection)

    def founded(self) -> bool:
        """Whether the first start was done."""
        return self._connection.execute(select(shop.c.id)).first() is not None

    def shop(self) -> ShopSettings:
        """The shop's settings. Raises NoSuchRecord."""
        return read_shop(self._connection)

    def product_ids(self, search: ProductSearch) -> array[int]:
        """Ids of the products that match, in order."""
        return product_questions.product_ids(self._connection, search)

    def product_count(self, search: ProductSearch) -> int:
        """How many match."""
        matches = product_questions.matching(self._connection, search).subquery()
        return int(self._connection.execute(select(func.count()).select_from(matches)).scalar_one())

    def product_rows(self, ids: Sequence[int]) -> list[ProductRow]:
        """Lines for these ids."""
        return product_questions.product_rows(self._connection, ids)

    def product_detail(self, product_id: int) -> ProductDetail:
        """One product. Raises NoSuchRecord."""
        return product_questions.product_detail(self._connection, product_id)

    def product_by_code(self, code: str) -> int | None:
        """By barcode, or else by reference."""
        return product_questions.product_by_code(self._connection, code)

    def brands(self) -> list[NameRow]:
        """All brands by name."""
        return product_questions.brands(self._connection)

    def categories(self) -> list[NameRow]:
        """All categories by path."""
        return product_questions.categories(self._connection)

    def movements(
        self, *, product_id: int | None = None, before_id: int | None = None, limit: int = 200
    ) -> list[MovementRow]:
        """The ledger, newest first."""
        return product_questions.movements(
            self._connection, product_id=product_id, before_id=before_id, limit=limit
        )

    def queue_rows(self, *, limit: int = 500, text: str = "") -> list[QueueRow]:
        """What is owed."""
        return queue_questions.queue_rows(self._connection, limit=limit, text=text)

    def queue_counters(self) -> QueueCounters:
        """The queue in figures."""
        return queue_questions.queue_counters(self._connection, database_now(self._connection, self._clock))

    def pending_subjects(self) -> int:
        """How many different things wait to be sent."""
        return queue_questions.pending_subjects(self._connection)

    def queue_detail(self, line_id: int) -> QueueDetail:
        """One line of the queue. Raises NoSuchRecord."""
        return queue_questions.queue_detail(self._connection, line_id)

    def recent_pushes(self, *, limit: int = 100) -> list[tuple[str, PastPush]]:
        """What was sent lately."""
        return queue_questions.recent_pushes(self._connection, limit=limit)

    def leader(self) -> Leader | None:
        """Who sends now."""
        return queue_questions.leader(self._connection, database_now(self._connection, self._clock))

    def connection(self) -> ConnectionRow | None:
        """The connection to the store."""
        return queue_questions.connection_row(self._connection)

    def export_rows(self) -> list[ExportRow]:
        """The whole catalogue."""
        return product_questions.export_rows(self._connection)

    def check(self) -> BooksCheck:
        """Prove the books."""
        return checks.check(self._connection)
