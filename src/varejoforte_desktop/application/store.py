"""What the shop asks of its online store, in the shop's own words; the tray room answers in Tray's."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from varejoforte_desktop.application.store_orders import StoreOrder, StoreStatus
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.order import Shipment


class StoreField(StrEnum):
    """Each thing about a product that the online store can show. Values are stable: they are in the books."""

    NAME = "name"
    REFERENCE = "reference"
    EAN = "ean"
    NCM = "ncm"
    DESCRIPTION = "description"
    SHORT_DESCRIPTION = "short_description"
    BRAND = "brand"  # the brand's name
    MODEL = "model"
    CATEGORY = "category"  # the category's id in the store
    AVAILABLE = "available"
    WEIGHT = "weight"  # grams
    LENGTH = "length"  # centimetres
    WIDTH = "width"
    HEIGHT = "height"
    WARRANTY = "warranty"
    PROMOTIONAL_PRICE = "promotional_price"
    PROMOTION_START = "promotion_start"
    PROMOTION_END = "promotion_end"
    PRICE = "price"
    COST = "cost"
    STOCK = "stock"  # whole units


#: Values by field: Money for prices, int for measures and stock, bool, date (None clears it) or text.
StoreFields = Mapping[StoreField, Money | int | bool | str | date | None]


class Purpose(StrEnum):
    """Why a request is spent, so that the scarce ones of a day go to what matters most."""

    ORDERS = "orders"
    STOCK = "stock"
    PRICE = "price"
    CONTENT = "content"
    UPKEEP = "upkeep"  # tokens, connection test


class Meter(Protocol):
    """Hands out turns to call the store, within its limits per minute and per day."""

    def turn(self, purpose: Purpose) -> AbstractAsyncContextManager[None]:
        """Wait for a turn and hold it during one request. Raises SlowDown when today's share is used up."""
        ...


@dataclass(frozen=True, kw_only=True)
class StoreAccess:
    """What opens the store's door. Every secret is left out of its text."""

    api_address: str  # https://host/web_api, without a trailing slash
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    code: str = field(repr=False)  # the shop's authorisation; kept, because it can be used again
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime  # UTC
    refresh_expires_at: datetime  # UTC
    store_id: str


class TokenVault(Protocol):
    """Where the store's tokens live, shared by the stations: one renewal at a time for all of them."""

    async def access(self) -> StoreAccess:
        """The access in force. Raises ReconnectNeeded when the shop was never connected or must be again."""
        ...

    async def renewed(self, stale: StoreAccess) -> StoreAccess:
        """A newer access than `stale`: renewed once, saved before it is used, whoever asks.

        Raises ReconnectNeeded when the store refuses to renew; no further attempt is made after that.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class StoreInfo:
    """Who the store says it is."""

    store_id: str
    name: str
    cnpj: str
    status: str  # "ativa", "implantacao", …
    address: str


@dataclass(frozen=True, kw_only=True)
class StoreProduct:
    """A product as the store holds it."""

    remote_id: str
    reference: str
    ean: str
    name: str
    price: Money
    cost: Money
    stock: int
    available: bool
    has_variations: bool
    modified: datetime | None  # UTC


@dataclass(frozen=True, kw_only=True)
class StoreCategory:
    """A shelf of the store."""

    remote_id: str
    name: str
    parent_id: str | None


@dataclass(frozen=True, kw_only=True)
class StoreBrand:
    """A maker's name known to the store."""

    remote_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class StoreOrderHead:
    """The light line of an order in the store's list."""

    remote_id: str
    status: str
    status_id: str
    status_type: str  # open, closed, canceled
    total: Money
    modified: datetime | None
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """Under which CFOP a thing of the store was sold; `variant_id` "" for a product without variations."""

    product_id: str
    variant_id: str = ""
    cfop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInvoice:
    """An order's note as the store keeps it; `remote_id` "" before it has it."""

    remote_id: str = ""
    key: str
    number: int
    series: int
    issued_on: date
    value: Money
    link: str = ""
    xml: str = field(default="", repr=False)
    lines: tuple[InvoiceLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInvoice:
    """A note that the store has of an order: its id there and its access key."""

    remote_id: str
    key: str


class OnlineStore(Protocol):
    """The store, one method per thing the shop asks. All raise the errors of `outside` and nothing else."""

    async def info(self) -> StoreInfo:
        """Who answers at the other end: the connection test."""
        ...

    async def find_products(self, *, reference: str = "", ean: str = "") -> tuple[StoreProduct, ...]:
        """All products with exactly this reference or EAN (neither is unique in the store)."""
        ...

    async def all_products(self) -> tuple[StoreProduct, ...]:
        """The whole catalogue of the store: all pages or an error, never a part."""
        ...

    async def product(self, remote_id: str) -> StoreProduct:
        """One product. Raises NotThere."""
        ...

    async def create_product(self, fields: StoreFields) -> str:
        """Add a product, give its id. Not repeatable: after OutcomeUnknown look it up first."""
        ...

    async def update_product(self, remote_id: str, fields: StoreFields, purpose: Purpose) -> None:
        """Change only these fields of a product. Repeatable. Raises NotThere."""
        ...

    async def find_categories(self, name: str) -> tuple[StoreCategory, ...]:
        """All categories with exactly this name."""
        ...

    async def create_category(self, name: str, parent_id: str | None) -> str:
        """Add a category, give its id. Not repeatable."""
        ...

    async def update_category(self, remote_id: str, name: str, parent_id: str | None) -> None:
        """Rename or move a category. Repeatable."""
        ...

    async def find_brands(self, name: str) -> tuple[StoreBrand, ...]:
        """All brands with exactly this name."""
        ...

    async def create_brand(self, name: str) -> str:
        """Add a brand, give its id. Not repeatable."""
        ...

    async def update_brand(self, remote_id: str, name: str) -> None:
        """Rename a brand. Repeatable."""
        ...

    async def orders(self, *, modified_from: date, modified_to: date) -> tuple[StoreOrderHead, ...]:
        """Every order touched in these days (São Paulo), all pages or an error: never a part."""
        ...

    async def order(self, remote_id: str) -> StoreOrder:
        """One order complete. Raises NotThere, or TryLater "unreadable" when it makes no sense."""
        ...

    async def order_statuses(self) -> tuple[StoreStatus, ...]:
        """All statuses that orders of this store can be in."""
        ...

    async def set_order_status(self, remote_id: str, status_id: str) -> None:
        """Put an order into a status. Repeatable. Raises NotThere or Refused."""
        ...

    async def cancel_order(self, remote_id: str) -> None:
        """Cancel an order; one that is cancelled already is well. Raises NotThere or Refused ("order_not_cancellable")."""
        ...

    async def ship_order(self, remote_id: str, shipment: Shipment, *, status_id: str = "") -> None:
        """Tell how an order left, and put it into a status in the same breath ("" leaves it). Repeatable.

        Raises NotThere or Refused.
        """
        ...

    async def order_invoices(self, remote_id: str) -> tuple[KnownInvoice, ...]:
        """All notes that the store has of an order. Raises NotThere."""
        ...

    async def add_invoice(self, remote_id: str, invoice: StoreInvoice) -> str:
        """Tell the store of an order's note, give its id there. Not repeatable: after OutcomeUnknown look first.

        Raises NotThere or Refused ("invoice_taken": the store has the key or the number, perhaps of another order).
        """
        ...

    async def replace_invoice(self, remote_id: str, invoice_id: str, invoice: StoreInvoice) -> None:
        """Put a note in the place of another. Repeatable. Raises NotThere or Refused."""
        ...
