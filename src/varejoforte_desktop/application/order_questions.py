"""The questions screens ask about orders of the store, and the lines they get back."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import OrderChange, StoreOrder
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.order import Obstacle, OrderStage, Shipment, StatusMeaning, UnlinkReason


class OrderSorting(StrEnum):
    """How the list of orders is sorted."""

    RISK = "risk"  # the scarcest goods first, then the oldest
    AGE = "age"  # the oldest first
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSearch:
    """What is looked for. Days are the shop's; `text` is the order's number or words of the buyer's name."""

    stages: frozenset[OrderStage] = frozenset({OrderStage.SEEN})
    status_id: str = ""
    placed_from: date | None = None
    placed_to: date | None = None
    text: str = ""
    order: OrderSorting = OrderSorting.RISK
    only_blocked: bool = False  # imported ones that wait for somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """A line of the list of orders.

    `scarcest` is what would be left of its scarcest product if all open orders were delivered (negative: too
    few); None when none of its products is known. `obstacles` is why it cannot be imported or registered now.
    """

    id: int
    remote_id: str
    stage: OrderStage
    status: str
    status_id: str
    meaning: StatusMeaning | None
    paid: bool
    placed_at: datetime | None
    seen_at: datetime
    buyer: str
    total: Money
    pieces: Decimal
    scarcest: Decimal | None
    scarcest_name: str
    obstacles: tuple[Obstacle, ...]
    changed: bool
    sale_number: str  # "Balcão-871", "" when it is no sale


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineRow:
    """A line of an order with the product it takes; `product_id` None: nobody knows which."""

    line_id: str
    remote_product_id: str
    remote_variant_id: str
    reference: str
    ean: str
    name: str
    quantity: Decimal
    price: Money
    total: Money
    product_id: int | None
    product_reference: str
    product_name: str
    on_hand: Decimal | None
    left: Decimal | None  # on hand less what all open orders take


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """Something that happened to an order. `kind` is a stable word, `facts` what a sentence needs."""

    at: datetime
    kind: str
    operator: str
    station: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNoteRow:
    """A note of an order. `told_at` None: the store has still to hear of it, unless it was `cancelled` before, or
    somebody took its link back (`unlinked`: why)."""

    number: str  # "1/123"
    key: str
    origin: str  # issued, file, typed
    issued_on: date
    value: Money
    link: str
    told_at: datetime | None
    cancelled: bool
    unlinked: UnlinkReason | None = None

    @property
    def from_elsewhere(self) -> bool:
        """Whether another program issued it and its link stands."""
        return self.origin != "issued" and self.unlinked is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetail:
    """One order with all that its panel shows. `order` is None when it could not be read."""

    row: OrderRow
    order: StoreOrder | None
    lines: tuple[OrderLineRow, ...]
    changes: tuple[OrderChange, ...]  # since somebody agreed to it
    customer: Customer | None
    timeline: tuple[TimelineRow, ...]
    divergence_accepted: bool
    sale_id: int | None
    wanted_status_id: str
    cancel_wanted: bool
    notes: tuple[OrderNoteRow, ...] = ()  # the newest first
    shipment: Shipment | None = None
    shipment_owed: bool = False  # the store has still to be told


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCounters:
    """The badge: orders that wait, how long the oldest has, how many have too few goods, and the last look."""

    new: int
    imported: int
    blocked: int
    oldest_at: datetime | None  # placed or first seen
    at_risk: int
    unread: int
    looked_at: datetime | None
    alarm_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """A status of the store, what it means to the shop (None: nobody said), and what its name suggests."""

    status_id: str
    name: str
    status_type: str
    meaning: StatusMeaning | None
    suggested: StatusMeaning | None
    open_orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A line of a list of customers."""

    id: int
    name: str
    document: str
    email: str
    phone: str
    city: str


class OrderReader(Protocol):
    """Questions about orders and who buys."""

    def ids(self, search: OrderSearch) -> array[int]:
        """Ids of the orders that match, in order."""
        ...

    def rows(self, ids: Sequence[int]) -> list[OrderRow]:
        """Lines for these ids, in their order; ids that are gone are left out."""
        ...

    def detail(self, order_id: int) -> OrderDetail:
        """One order. Raises NoSuchRecord."""
        ...

    def id_of(self, remote_id: str) -> int | None:
        """The order with the store's number."""
        ...

    def counters(self) -> OrderCounters:
        """Orders in figures."""
        ...

    def digests(self, remote_ids: Sequence[str]) -> dict[str, str]:
        """The fingerprint under which each known order was last seen."""
        ...

    def looked(self) -> tuple[date | None, datetime | None]:
        """Until which day and when orders were last looked at."""
        ...

    def unread(self) -> int:
        """How many open orders could not be read."""
        ...

    def unread_heads(self) -> list[StoreOrderHead]:
        """What the list said of those."""
        ...

    def statuses(self) -> list[StatusRow]:
        """The store's statuses by name."""
        ...

    def rules(self) -> OrderRules:
        """How orders are handled."""
        ...

    def promised(self, product_id: int) -> list[tuple[str, Decimal, datetime | None]]:
        """Which open orders hold a product back: number, how many, placed at."""
        ...

    def customers(self, text: str, *, limit: int = 50) -> list[CustomerRow]:
        """Customers by words of the name, document or e-mail."""
        ...

    def customer(self, customer_id: int) -> Customer:
        """Raises NoSuchRecord."""
        ...
