"""What taking in orders needs from the books, as promises that persistence keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import StoreOrder, StoreStatus
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.order import OrderStage, Shipment, StatusMeaning


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOrder:
    """An order as the books have it. `promised`: how many of which product it holds back (nothing when settled).

    `order` is what the store says now, None when it could not be read; `accepted` what a person agreed to.
    """

    id: int
    remote_id: str
    stage: OrderStage
    status_type: str
    status_id: str
    promised: Mapping[int, Decimal]
    order: StoreOrder | None
    content_digest: str
    accepted: StoreOrder | None
    accepted_digest: str
    divergence_digest: str
    customer_id: int | None
    products: tuple[int | None, ...]
    cancel_wanted: bool
    former: bool  # of a store that the shop was connected to before
    updated_at: datetime
    shipment: Shipment | None = None  # how it left the shop
    shipment_owed: bool = False  # the store has still to be told of that

    @property
    def changed(self) -> bool:
        """Whether the store changed it after somebody agreed to it."""
        return bool(self.accepted_digest) and self.accepted_digest != self.content_digest

    @property
    def divergence_accepted(self) -> bool:
        """Whether somebody accepted that these very amounts do not add up."""
        return self.divergence_digest == self.content_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """Something that happened to an order, for its timeline. `kind` is a stable word."""

    order_id: int
    kind: str
    operator: str = ""
    station: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDebt:
    """What the store has to be told about an order: its cancellation, else a status, how it left, or both.

    None of them: nothing any more. `now_id` and `now_type`: the status in which the store says that it is.
    """

    remote_id: str
    status_id: str = ""
    cancel: bool = False
    shipment: Shipment | None = None
    now_id: str = field(default="", compare=False)
    now_type: str = field(default="", compare=False)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.cancel and not self.status_id and self.shipment is None


class Orders(Protocol):
    """Orders seen in the store."""

    def known(self, remote_id: str) -> KnownOrder | None:
        """The order by the store's id, None when it was never seen."""
        ...

    def get(self, order_id: int) -> KnownOrder:
        """The order, held until the transaction ends. Raises NoSuchRecord."""
        ...

    def keep(
        self,
        order: StoreOrder,
        *,
        stage: OrderStage,
        promised: bool,
        digest: str,
        products: Sequence[int | None],
        at: datetime,
    ) -> int:
        """Write an order and its lines as they are now; `products` are ours, line by line. Gives its id."""
        ...

    def keep_head(self, head: StoreOrderHead, *, stage: OrderStage, digest: str, at: datetime) -> int:
        """Write what the list alone says of an order: it is over, or it could not be read. Gives its id."""
        ...

    def set_stage(self, order_id: int, stage: OrderStage, *, promised: bool, at: datetime) -> None:
        """The order is taken a step further, or back."""
        ...

    def accept(self, order_id: int, *, customer_id: int | None, at: datetime) -> None:
        """A person agrees to the order as it is now."""
        ...

    def accept_divergence(self, order_id: int) -> None:
        """A person with permission agrees that these amounts do not add up."""
        ...

    def ours(self, order: StoreOrder) -> list[int | None]:
        """Which of our products each line takes: as a person said, by the store's id, by reference, by barcode."""
        ...

    def recognise(self) -> set[int]:
        """Lines of open orders that took nothing: which product they take by now. Gives the products."""
        ...

    def link_line(self, order_id: int, line_id: str, product_id: int, at: datetime) -> dict[int, set[int]]:
        """This thing of the store is that product: in this order, in all open ones, and from now on.

        Gives the open orders it changed, with what their lines took before. Raises NoSuchRecord.
        """
        ...

    def promised(self, product_ids: Iterable[int]) -> dict[int, Decimal]:
        """How many of each product are promised to orders that are not sales yet."""
        ...

    def want(self, order_id: int, *, status_id: str = "", cancel: bool = False) -> None:
        """What the store has to be told of this order."""
        ...

    def ship(self, order_id: int, shipment: Shipment) -> None:
        """The order left the shop so, and the store has to be told."""
        ...

    def debts(self, order_ids: Sequence[int]) -> dict[int, OrderDebt]:
        """What the store has to be told; nothing of orders of a former store."""
        ...

    def settle_debt(self, order_id: int, debt: OrderDebt) -> None:
        """The store was told this; a later wish stays."""
        ...

    def note(self, event: OrderEvent, at: datetime) -> None:
        """Write a line of the timeline."""
        ...

    def looked_until(self) -> date | None:
        """The last day (of the shop) whose orders were all seen; None before the first look."""
        ...

    def note_look(self, until: date, at: datetime) -> None:
        """Every order touched up to this day was seen."""
        ...

    def unread(self) -> int:
        """How many open orders could not be read: nobody knows what they promise."""
        ...

    def forget_all(self, former_store: str) -> None:
        """Another store: orders that were never a sale are forgotten; the others belong to the former one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """How the shop handles orders: the status in the store of one that was registered, whose note the store was
    told, that was sent off. "" leaves the status alone."""

    registered_status_id: str = ""
    alarm_minutes: int = 60
    invoiced_status_id: str = ""
    shipped_status_id: str = ""


class StatusMap(Protocol):
    """What the store's statuses mean to the shop."""

    def keep(self, statuses: Sequence[StoreStatus]) -> None:
        """The statuses as the store lists them now; meanings that were given stay."""
        ...

    def explain(self, status_id: str, meaning: StatusMeaning | None) -> None:
        """A person says what a status means (None: take that back). Raises NoSuchRecord."""
        ...

    def meaning(self, status_id: str, status_type: str) -> StatusMeaning | None:
        """What a status means; a status of cancelled type is cancelled whatever its name."""
        ...

    def rules(self) -> OrderRules:
        """How orders are handled."""
        ...

    def save_rules(self, rules: OrderRules) -> None:
        """Change how orders are handled."""
        ...

    def forget_all(self) -> None:
        """Another store: its statuses are others."""
        ...


class Customers(Protocol):
    """Who buys."""

    def get(self, customer_id: int) -> Customer:
        """Raises NoSuchRecord."""
        ...

    def by_document(self, document: str) -> Customer | None:
        """Whose CPF or CNPJ this is."""
        ...

    def by_email(self, email: str) -> Customer | None:
        """The one customer with this e-mail; None when there is none or several."""
        ...

    def add(self, customer: Customer, /, at: datetime) -> int:
        """A new customer, give the id."""
        ...

    def save(self, customer: Customer, /, at: datetime) -> None:
        """Keep a changed customer."""
        ...
