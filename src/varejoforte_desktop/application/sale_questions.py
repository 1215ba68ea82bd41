"""The questions screens ask about sales, open baskets, tills and inventory counts, and the lines they get back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from varejoforte_desktop.application.sale_ports import CounterRules, KeptBasket
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import PaymentMethod, Sale, SaleSource, SaleState
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.domain.till import CashMovementKind, TillTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfOffer:
    """A product as the counter sells it, at today's price (a promotion counts). `promised` units are in open orders of the store."""

    product_id: int
    reference: str
    name: str
    barcode: str
    unit: str
    fractional: bool
    price: Money
    cost: Money
    on_hand: Decimal
    promised: Decimal
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    """A line of the list of sales."""

    id: int
    number: str  # "Balcão-871"
    at: datetime
    source: SaleSource
    state: SaleState
    buyer: str
    total: Money
    methods: tuple[PaymentMethod, ...]
    operator: str
    order_remote_id: str
    fiscal_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleDetail:
    """One sale with all that its panel and its slip show."""

    row: SaleRow
    sale: Sale
    cancelled_at: datetime | None
    cancelled_by: str
    cancel_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TillRow:
    """A till, open or closed. A difference is counted less expected."""

    id: int
    station: str
    operator: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    opening_float: Money
    expected_cash: Money | None
    counted_cash: Money | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashRow:
    """A supply or a withdrawal."""

    id: int
    at: datetime
    kind: CashMovementKind
    amount: Money
    reason: str
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSheet:
    """All about one till: what its slip shows. `methods` are the sales by form of payment, less refunds."""

    row: TillRow
    totals: TillTotals
    methods: Mapping[PaymentMethod, Money]
    counted_methods: Mapping[PaymentMethod, Money]
    pieces: Mapping[int, int]
    movements: tuple[CashRow, ...]
    sales: int
    cancelled: int
    first_sale: str
    last_sale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What is still open when a till closes: nothing of it stops the closing, all of it is shown.

    Documents are counted in the environment in force. `oldest_deadline`: until when SEFAZ must have the first of
    those that were handed over in contingency.
    """

    held_baskets: int
    open_basket: bool
    unregistered_orders: int
    oldest_order_at: datetime | None
    halted_queue: int
    waiting_queue: int
    documents_owed: int
    documents_given_up: int = 0  # of this till's sales
    documents_offline: int = 0
    oldest_deadline: datetime | None = None
    documents_rejected: int = 0
    documents_unanswered: int = 0
    half_cancelled: int = 0  # SEFAZ cancelled the document, and the sale still stands


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """An inventory count."""

    id: int
    name: str
    state: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    products: int
    differences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLineRow:
    """A product in a count. `moved`: it was sold or moved between its first and its last scan, so count it again."""

    product_id: int
    reference: str
    name: str
    unit: str
    counted: Decimal
    expected: Decimal
    moved: bool
    last_at: datetime
    cost: Money

    @property
    def difference(self) -> Decimal:
        """Counted less expected."""
        return self.counted - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPublished:
    """Why the store shows what it shows of a product: the sum, what was sent, and when the ledger first went wrong.

    `acknowledged` is what the store last said yes to; `short_since` the ledger's first instant at which the
    promised and kept-back units were more than the shelf held (None: never, or not now).
    """

    reference: str
    name: str
    on_hand: Decimal
    open_online: Decimal
    counter_reserve: Decimal
    safety: Decimal
    published: int
    orders: tuple[tuple[str, Decimal, datetime | None], ...]
    acknowledged: int | None
    acknowledged_at: datetime | None
    waiting: bool
    halted_cause: str
    looked_at: datetime | None
    sell_online: bool
    linked: bool
    short_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncGap:
    """A time in which nobody sent: since when, and what waits because of it."""

    since: datetime
    pending: int
    orders: int


class SaleReader(Protocol):
    """Questions about selling."""

    def offer(self, code: str) -> ShelfOffer | None:
        """The product with this barcode, or else this reference, as the counter sells it."""
        ...

    def offer_of(self, product_id: int) -> ShelfOffer:
        """Raises NoSuchRecord."""
        ...

    def offers(self, text: str, *, limit: int = 50) -> list[ShelfOffer]:
        """Products found by words, active ones only."""
        ...

    def basket(self, station: str) -> KeptBasket | None:
        """The sale that is open at a station: offered again after a power cut."""
        ...

    def held(self) -> list[KeptBasket]:
        """Sales on hold at all stations, oldest first."""
        ...

    def rows(self, *, before_id: int | None = None, limit: int = 100, text: str = "") -> list[SaleRow]:
        """Sales, newest first; `text` is a number, a buyer's words or a document."""
        ...

    def detail(self, sale_id: int) -> SaleDetail:
        """One sale. Raises NoSuchRecord."""
        ...

    def rules(self) -> CounterRules:
        """How the shop sells."""
        ...

    def scale_prefixes(self) -> tuple[ScalePrefix, ...]:
        """The layouts of scale labels."""
        ...


class TillReader(Protocol):
    """Questions about tills and counts."""

    def open_till(self, station: str) -> TillSheet | None:
        """The till that is open at a station."""
        ...

    def tills(self, *, limit: int = 50) -> list[TillRow]:
        """Tills, newest first."""
        ...

    def sheet(self, till_id: int) -> TillSheet:
        """One till. Raises NoSuchRecord."""
        ...

    def pending(self, station: str) -> Pending:
        """What is still open in the shop."""
        ...

    def counts(self, *, limit: int = 50) -> list[CountRow]:
        """Inventory counts, newest first; an open one comes first."""
        ...

    def count_lines(self, count_id: int) -> list[CountLineRow]:
        """What was counted, by name."""
        ...

    def uncounted(self, count_id: int, *, limit: int = 200) -> Sequence[CountLineRow]:
        """Products with stock that nobody counted yet; `counted` is zero."""
        ...

    def why(self, product_id: int) -> WhyPublished:
        """Why the store shows what it shows. Raises NoSuchRecord."""
        ...

    def gap(self) -> SyncGap | None:
        """Since when nobody sends; None while somebody does, or when nobody ever did."""
        ...
