"""The questions screens ask of the books and the lines they get back: columns, a page at a time, never entities."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from varejoforte_desktop.application.fiscal_questions import FiscalReader
from varejoforte_desktop.application.order_questions import OrderReader
from varejoforte_desktop.application.people_questions import AuditReader, BackupReader, PeopleReader
from varejoforte_desktop.application.printing_ports import PrintingReader
from varejoforte_desktop.application.purchase_questions import PurchaseReader
from varejoforte_desktop.application.sale_questions import SaleReader, TillReader
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import Aspect, QueueState, Subject
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.domain.stock import MovementKind


class ProductOrder(StrEnum):
    """How the product list may be sorted."""

    NAME = "name"
    REFERENCE = "reference"
    PRICE = "price"
    ON_HAND = "on_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSearch:
    """What is looked for. Words match the beginnings of words of name, reference and barcode, without accents."""

    text: str = ""
    order: ProductOrder = ProductOrder.NAME
    descending: bool = False
    include_inactive: bool = False
    limit: int | None = None  # None: all of them


class LinkState(StrEnum):
    """Whether the store knows the subject."""

    ABSENT = "absent"  # never sent
    CREATING = "creating"  # a creation was begun and not answered
    LINKED = "linked"
    UNLINKED = "unlinked"  # it was linked and the store no longer has it


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A line of the product list. `queue` is the worst state of what is owed, `owed_since` its age."""

    id: int
    reference: str
    name: str
    barcode: str
    unit: str
    brand: str
    category: str
    price: Money
    cost: Money
    on_hand: Decimal
    open_online: Decimal
    published: int
    minimum_stock: Decimal
    sell_online: bool
    active: bool
    link: LinkState
    queue: QueueState | None
    owed_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetail:
    """One product with all that its editor and side panel show."""

    product: Product
    brand: str
    category: str
    on_hand: Decimal
    open_online: Decimal
    published: int
    link: LinkState
    remote_id: str | None
    owed: tuple[Aspect, ...]
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """A line of the stock ledger. `amount` is signed, `balance` what was left on the shelf after it."""

    id: int
    at: datetime
    product_id: int
    reference: str
    name: str
    unit: str
    kind: MovementKind
    amount: Decimal
    balance: Decimal
    reason: str
    document: str
    operator: str
    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A line of the processing queue: what is owed, since when, and why it is still there."""

    id: int
    subject: Subject
    label: str  # "PAN-1001 · Panela de pressão"
    aspect: Aspect
    state: QueueState
    paused: bool
    since: datetime
    attempts: int
    due_at: datetime
    cause: str  # stable word, "" when there is none yet
    detail: str  # the outsider's own words
    facts: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounters:
    """The large figures above the queue. `held_back` counts lines that the shop's option does not send."""

    waiting: int
    sending: int
    halted: int
    paused: int
    subjects: int  # different things that wait or are being sent: one request each, as a rule
    held_back: int
    sent_today: int
    oldest_since: datetime | None
    by_aspect: dict[Aspect, int]
    requests_today: int
    requests_per_day: int
    requests_last_minute: int
    requests_per_minute: int
    sent_per_minute: tuple[int, ...]  # the last 60 minutes, oldest first
    last_sent_at: datetime | None

    @property
    def pending(self) -> int:
        """All that has still to reach the store."""
        return self.waiting + self.sending + self.halted


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a subject: what the store last acknowledged and what it should hold."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPush:
    """One attempt that was made, without any secret."""

    at: datetime
    aspects: tuple[str, ...]
    outcome: str
    cause: str
    detail: str
    station: str
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDetail:
    """A queue line opened: before and after per field, and the attempts so far, newest first."""

    row: QueueRow
    remote_id: str | None
    changes: tuple[FieldChange, ...]
    past: tuple[PastPush, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """Which station sends now."""

    holder: str
    station: str
    operator: str
    since: datetime
    expires_at: datetime
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """What can be shown of the connection to the store: never a key or a token."""

    api_address: str
    store_id: str
    store_name: str
    store_cnpj: str
    state: str  # connected, reconnect, suspended
    cause: str
    access_expires_at: datetime
    refresh_expires_at: datetime
    connected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """A brand or a category, to choose from. A category's name is its whole path, "Cozinha > Panelas"."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A product as it leaves for a spreadsheet."""

    product: Product
    brand: str
    category: str
    on_hand: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksCheck:
    """What a check of the books found; `problems` is empty when all is well."""

    products: int
    movements: int
    owed: int
    problems: tuple[str, ...] = field(default=())


class Reader(Protocol):
    """Looks, changes nothing. Every answer is a record that may leave the database thread."""

    @property
    def orders(self) -> OrderReader:
        """Questions about orders of the store and who buys."""
        ...

    @property
    def sales(self) -> SaleReader:
        """Questions about selling."""
        ...

    @property
    def tills(self) -> TillReader:
        """Questions about tills, inventory counts and what the store shows."""
        ...

    @property
    def people(self) -> PeopleReader:
        """Questions about people and stations."""
        ...

    @property
    def audit(self) -> AuditReader:
        """Questions about the audit log."""
        ...

    @property
    def backups(self) -> BackupReader:
        """Questions about copies of the shop."""
        ...

    @property
    def fiscal(self) -> FiscalReader:
        """Questions about fiscal documents."""
        ...

    @property
    def printing(self) -> PrintingReader:
        """Questions about papers."""
        ...

    @property
    def purchases(self) -> PurchaseReader:
        """Questions about purchase notes."""
        ...

    def founded(self) -> bool:
        """Whether the first start was done: the shop has a name and an administrator."""
        ...

    def shop(self) -> ShopSettings:
        """The shop's settings. Raises NoSuchRecord before the first start."""
        ...

    def product_ids(self, search: ProductSearch) -> array[int]:
        """Ids of the products that match, in order: the window of a long list."""
        ...

    def product_count(self, search: ProductSearch) -> int:
        """How many match, without reading them."""
        ...

    def product_rows(self, ids: Sequence[int]) -> list[ProductRow]:
        """Lines for these ids, in their order; ids that are gone are left out."""
        ...

    def product_detail(self, product_id: int) -> ProductDetail:
        """One product. Raises NoSuchRecord."""
        ...

    def product_by_code(self, code: str) -> int | None:
        """The id of the product with this barcode, or else this reference."""
        ...

    def brands(self) -> list[NameRow]:
        """All brands by name."""
        ...

    def categories(self) -> list[NameRow]:
        """All categories by path."""
        ...

    def movements(
        self, *, product_id: int | None = None, before_id: int | None = None, limit: int = 200
    ) -> list[MovementRow]:
        """The ledger, newest first, a page at a time."""
        ...

    def queue_rows(self, *, limit: int = 500, text: str = "") -> list[QueueRow]:
        """What is owed under the shop's option: halted first, then in the order it will be sent."""
        ...

    def queue_counters(self) -> QueueCounters:
        """The queue in figures, and the quota."""
        ...

    def pending_subjects(self) -> int:
        """How many different things wait to be sent under the shop's option: one request each, as a rule."""
        ...

    def queue_detail(self, line_id: int) -> QueueDetail:
        """One line of the queue. Raises NoSuchRecord when it has left meanwhile."""
        ...

    def recent_pushes(self, *, limit: int = 100) -> list[tuple[str, PastPush]]:
        """What was sent lately, newest first, with the label of its subject."""
        ...

    def leader(self) -> Leader | None:
        """Who sends now, None when nobody does."""
        ...

    def connection(self) -> ConnectionRow | None:
        """The connection to the store, None before the first."""
        ...

    def export_rows(self) -> list[ExportRow]:
        """The whole catalogue for a spreadsheet, by reference."""
        ...

    def check(self) -> BooksCheck:
        """Prove the books: on-hand against the ledger, owed lines against their states."""
        ...
