"""One transaction on the books, with every collection a use case may ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, text

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.audit_log import SqlAuditBook
from varejoforte_desktop.persistence.backups import SqlBackups
from varejoforte_desktop.persistence.catalogue import SqlBrands, SqlCategories, SqlProducts
from varejoforte_desktop.persistence.counter import SqlBaskets, SqlCounterBook
from varejoforte_desktop.persistence.counts import SqlCounts
from varejoforte_desktop.persistence.customers import SqlCustomers
from varejoforte_desktop.persistence.fiscal_documents import SqlDocuments
from varejoforte_desktop.persistence.fiscal_setup import SqlFiscalSetup
from varejoforte_desktop.persistence.invoices import SqlInvoices
from varejoforte_desktop.persistence.links import SqlLinks, SqlSheets
from varejoforte_desktop.persistence.orders import SqlOrders
from varejoforte_desktop.persistence.outbox import SqlOutbox
from varejoforte_desktop.persistence.people import SqlOperators, SqlPermits, SqlShop, SqlWaits
from varejoforte_desktop.persistence.print_jobs import SqlPrintJobs
from varejoforte_desktop.persistence.purchases import SqlPurchases
from varejoforte_desktop.persistence.sales import SqlSales
from varejoforte_desktop.persistence.sending import SqlConnections, SqlHistory, SqlLeadership, SqlQuota
from varejoforte_desktop.persistence.shelf import SqlShelf
from varejoforte_desktop.persistence.standing import standing
from varejoforte_desktop.persistence.stations import SqlInstallation, SqlStations
from varejoforte_desktop.persistence.statuses import SqlStatusMap
from varejoforte_desktop.persistence.tills import SqlTills
from varejoforte_desktop.persistence.types import from_millis, to_millis

_SERVER_CLOCK = text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
Clock = Callable[[], datetime]


def database_now(connection: Connection, clock: Clock | None) -> datetime:
    """The database's clock to the millisecond: the server's own, or the one handed in (SQLite, tests)."""
    if clock is not None:
        return from_millis(to_millis(clock()))
    return from_millis(connection.execute(_SERVER_CLOCK).scalar_one())


class SqlUnitOfWork:
    """Collections over one open transaction; whoever opened it commits or rolls back."""

    def __init__(self, connection: Connection, *, clock: Clock | None) -> None:
        self._connection = connection
        self._clock = clock
        self._topics: set[Topic] = set()

    @cached_property
    def now(self) -> datetime:
        """The instant of this transaction, read once from the database's clock."""
        return database_now(self._connection, self._clock)

    @property
    def topics(self) -> frozenset[Topic]:
        """What was touched."""
        return frozenset(self._topics)

    def touch(self, *topics: Topic) -> None:
        """Remember what changed, to be told once the transaction holds."""
        self._topics.update(topics)

    def finish(self) -> None:
        """The use case is done: write what has to come last. Whoever opened the transaction commits after it."""
        audit = self.__dict__.get("audit")
        if audit is not None and audit.finish(self.now):
            self.touch(Topic.AUDIT)

    def standing(self, actor: Actor) -> Actor:
        """Who acts, as the books have it at this moment. Raises SessionEnded or StationRemoved."""
        return standing(self._connection, actor)

    @cached_property
    def products(self) -> SqlProducts:
        """The catalogue."""
        return SqlProducts(self._connection, self.now)

    @cached_property
    def brands(self) -> SqlBrands:
        """Makers' names."""
        return SqlBrands(self._connection)

    @cached_property
    def categories(self) -> SqlCategories:
        """The shelves' names."""
        return SqlCategories(self._connection)

    @cached_property
    def shelf(self) -> SqlShelf:
        """How many there are."""
        return SqlShelf(self._connection)

    @cached_property
    def operators(self) -> SqlOperators:
        """Who may sign in."""
        return SqlOperators(self._connection)

    @cached_property
    def permits(self) -> SqlPermits:
        """What each role may."""
        return SqlPermits(self._connection)

    @cached_property
    def waits(self) -> SqlWaits:
        """Wrong passwords."""
        return SqlWaits(self._connection)

    @cached_property
    def stations(self) -> SqlStations:
        """The computers of the shop."""
        return SqlStations(self._connection)

    @cached_property
    def installation(self) -> SqlInstallation:
        """The books' own identity."""
        return SqlInstallation(self._connection)

    @cached_property
    def audit(self) -> SqlAuditBook:
        """What somebody may have to answer for."""
        return SqlAuditBook(self._connection)

    @cached_property
    def backups(self) -> SqlBackups:
        """Copies of the shop."""
        return SqlBackups(self._connection)

    @cached_property
    def shop(self) -> SqlShop:
        """The shop's settings."""
        return SqlShop(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """What is owed."""
        return SqlOutbox(self._connection)

    @cached_property
    def links(self) -> SqlLinks:
        """What is what in the store."""
        return SqlLinks(self._connection)

    @cached_property
    def sheets(self) -> SqlSheets:
        """What bodies are built from."""
        return SqlSheets(self._connection)

    @cached_property
    def history(self) -> SqlHistory:
        """What was sent."""
        return SqlHistory(self._connection)

    @cached_property
    def leadership(self) -> SqlLeadership:
        """Who sends."""
        return SqlLeadership(self._connection)

    @cached_property
    def quota(self) -> SqlQuota:
        """How many requests are left."""
        return SqlQuota(self._connection)

    @cached_property
    def connections(self) -> SqlConnections:
        """The connection to the store."""
        return SqlConnections(self._connection)

    @cached_property
    def orders(self) -> SqlOrders:
        """Orders seen in the store."""
        return SqlOrders(self._connection)

    @cached_property
    def statuses(self) -> SqlStatusMap:
        """What the store's statuses mean."""
        return SqlStatusMap(self._connection)

    @cached_property
    def customers(self) -> SqlCustomers:
        """Who buys."""
        return SqlCustomers(self._connection)

    @cached_property
    def sales(self) -> SqlSales:
        """Finished sales."""
        return SqlSales(self._connection)

    @cached_property
    def baskets(self) -> SqlBaskets:
        """Open sales at the counter."""
        return SqlBaskets(self._connection)

    @cached_property
    def counter(self) -> SqlCounterBook:
        """How the shop sells."""
        return SqlCounterBook(self._connection)

    @cached_property
    def tills(self) -> SqlTills:
        """Tills."""
        return SqlTills(self._connection)

    @cached_property
    def counts(self) -> SqlCounts:
        """Inventory counts."""
        return SqlCounts(self._connection)

    @cached_property
    def documents(self) -> SqlDocuments:
        """Fiscal documents."""
        return SqlDocuments(self._connection)

    @cached_property
    def fiscal_setup(self) -> SqlFiscalSetup:
        """How the shop issues them."""
        return SqlFiscalSetup(self._connection)

    @cached_property
    def invoices(self) -> SqlInvoices:
        """Notes of orders."""
        return SqlInvoices(self._connection)

    @cached_property
    def print_jobs(self) -> SqlPrintJobs:
        """Papers."""
        return SqlPrintJobs(self._connection)

    @cached_property
    def purchases(self) -> SqlPurchases:
        """Purchase notes."""
        return SqlPurchases(self._connection)
