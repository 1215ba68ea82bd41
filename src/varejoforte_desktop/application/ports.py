"""What the use cases need from the rest of the house, as promises that others keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery_ports import (
    Connections,
    History,
    Leadership,
    Links,
    Named,
    Outbox,
    Quota,
    Sheets,
)
from varejoforte_desktop.application.fiscal_book import Documents, FiscalSetup
from varejoforte_desktop.application.invoice_ports import Invoices
from varejoforte_desktop.application.order_ports import Customers, Orders, StatusMap
from varejoforte_desktop.application.people_ports import (
    AuditBook,
    Backups,
    Installation,
    Operators,
    Permits,
    Stations,
    Waits,
)
from varejoforte_desktop.application.printing_ports import PrintJobs
from varejoforte_desktop.application.purchase_ports import Purchases
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_ports import Baskets, CounterBook, Counts, Sales, Tills
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.domain.stock import MovementKind

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A line of the stock ledger about to be written. `amount` is signed; `token` makes it happen once."""

    product_id: int
    kind: MovementKind
    amount: Decimal
    balance: Decimal
    reason: str
    document: str
    operator_id: int
    station: str
    token: str


class Products(Protocol):
    """The catalogue."""

    def get(self, product_id: int) -> Product:
        """Raises NoSuchRecord."""
        ...

    def by_references(self, references: Iterable[str]) -> dict[str, Product]:
        """The products that exist among these references."""
        ...

    def with_barcode(self, barcode: str, *, other_than: int) -> Product | None:
        """Another product under the same bars."""
        ...

    def add(self, products: Sequence[Product]) -> list[int]:
        """New products, each with an empty shelf. Raises ReferenceTaken."""
        ...

    def save(self, product: Product) -> Product:
        """Keep a changed product, one version later. Raises ChangedMeanwhile or ReferenceTaken."""
        ...

    def save_many(self, products: Sequence[Product]) -> None:
        """Keep many at once; each must be the version in the books."""
        ...


class Names(Protocol):
    """Brands or categories, each name once."""

    def ensure(self, name: str) -> tuple[int, list[int]]:
        """The id for this name (a category's path "A > B" is walked), and the ids that had to be made."""
        ...

    def get(self, name_id: int) -> Named:
        """Raises NoSuchRecord."""
        ...


class Shelf(Protocol):
    """How many of each product there are, and the ledger that proves it."""

    def on_hand(self, product_id: int) -> Decimal:
        """What is on the shelf. Raises NoSuchRecord."""
        ...

    def put(self, product_id: int, amount: Decimal) -> Decimal:
        """Add goods in one statement; gives the new number. Raises NoSuchRecord."""
        ...

    def take(self, product_id: int, amount: Decimal) -> Decimal | None:
        """Take goods in one statement; gives the new number, None when there are not enough."""
        ...

    def recorded(self, token: str) -> Decimal | None:
        """The signed amount of the ledger line with this token, None when there is none."""
        ...

    def record(self, movement: Movement, at: datetime) -> bool:
        """Write a ledger line; False when a line with its token is already there."""
        ...


class Shop(Protocol):
    """The shop's settings."""

    def get(self) -> ShopSettings:
        """Raises NoSuchRecord before the first start."""
        ...

    def founded(self) -> bool: ...

    def save(self, settings: ShopSettings) -> None: ...


class UnitOfWork(Protocol):
    """One transaction: everything in it happens, or nothing does."""

    @property
    def now(self) -> datetime:
        """The database's clock, the same for every station (aware, UTC)."""
        ...

    @property
    def products(self) -> Products: ...

    @property
    def brands(self) -> Names: ...

    @property
    def categories(self) -> Names: ...

    @property
    def shelf(self) -> Shelf: ...

    @property
    def operators(self) -> Operators: ...

    @property
    def permits(self) -> Permits: ...

    @property
    def waits(self) -> Waits: ...

    @property
    def stations(self) -> Stations: ...

    @property
    def installation(self) -> Installation: ...

    @property
    def audit(self) -> AuditBook: ...

    @property
    def backups(self) -> Backups: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def links(self) -> Links: ...

    @property
    def sheets(self) -> Sheets: ...

    @property
    def history(self) -> History: ...

    @property
    def leadership(self) -> Leadership: ...

    @property
    def quota(self) -> Quota: ...

    @property
    def connections(self) -> Connections: ...

    @property
    def shop(self) -> Shop: ...

    @property
    def orders(self) -> Orders: ...

    @property
    def statuses(self) -> StatusMap: ...

    @property
    def customers(self) -> Customers: ...

    @property
    def sales(self) -> Sales: ...

    @property
    def baskets(self) -> Baskets: ...

    @property
    def counter(self) -> CounterBook: ...

    @property
    def tills(self) -> Tills: ...

    @property
    def counts(self) -> Counts: ...

    @property
    def documents(self) -> Documents: ...

    @property
    def fiscal_setup(self) -> FiscalSetup: ...

    @property
    def invoices(self) -> Invoices: ...

    @property
    def print_jobs(self) -> PrintJobs: ...

    @property
    def purchases(self) -> Purchases: ...

    def touch(self, *topics: Topic) -> None:
        """Remember what changed, to be told once the transaction holds."""
        ...


class Backend(Protocol):
    """The only way from a screen or a loop to the books; never blocks the caller's thread."""

    async def run(
        self, use_case: Callable[Concatenate[UnitOfWork, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a use case in a transaction of its own; topics are published after it holds."""
        ...

    async def read(self, question: Callable[[Reader], R]) -> R:
        """Ask the books."""
        ...


class Passwords(Protocol):
    """Hashes passwords slowly on purpose; call it off the UI thread."""

    def hashed(self, password: str) -> str: ...

    def matches(self, password_hash: str, password: str) -> bool: ...

    def outdated(self, password_hash: str) -> bool: ...


class Seal(Protocol):
    """Makes text unreadable without the shop's key. Raises KeyMissing when the key is not at this station."""

    @property
    def version(self) -> int:
        """Which of the shop's keys is at hand; 0 when none is."""
        ...

    def close(self, text: str) -> str: ...

    def open(self, sealed: str) -> str: ...
