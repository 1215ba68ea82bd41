"""What is written down for the day somebody asks who did it, and the seal that shows if a line was touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.product import Product

V = TypeVar("V")

#: What the first line follows.
BEGINNING: Final = "0" * 64
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# Made once: json.dumps would make another for each of a hundred thousand lines. What no line of ours can hold (a
# forger's bytes in the place of a number) is sealed as whatever it looks like, and so does not fit.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr)


class AuditAction(StrEnum):
    """The acts that are written down: money, prices, people, settings, the queue, stations and copies."""

    SIGNED_IN = "session.signed_in"
    SIGN_IN_LOCKED = "session.locked_out"
    OPERATOR_ADDED = "operator.added"
    OPERATOR_CHANGED = "operator.changed"
    OPERATOR_RELEASED = "operator.released"  # may try again before the wait is over
    PASSWORD_CHANGED = "operator.password_changed"  # noqa: S105 - the name of an act
    PASSWORD_RESET = "operator.password_reset"  # noqa: S105 - the name of an act
    PERMISSION_CHANGED = "permission.changed"
    SETTINGS_CHANGED = "settings.changed"
    STORE_CONNECTED = "store.connected"
    PRICE_CHANGED = "price.changed"
    STOCK_ADJUSTED = "stock.adjusted"
    COUNT_CLOSED = "stock.counted"
    TILL_OPENED = "till.opened"
    TILL_SUPPLIED = "till.supplied"
    TILL_WITHDRAWN = "till.withdrawn"
    TILL_CLOSED = "till.closed"
    SALE_DISCOUNTED = "sale.discounted"
    SALE_ITEM_CANCELLED = "sale.item_cancelled"
    SALE_CANCELLED = "sale.cancelled"
    ORDER_ACCEPTED = "order.accepted"  # a divergence or a change, for that very content
    ORDER_DISMISSED = "order.dismissed"
    ORDER_RESTORED = "order.restored"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_RECALLED = "order.recalled"  # the cancellation is wanted no more
    QUEUE_IGNORED = "queue.ignored"
    STATION_JOINED = "station.joined"
    STATION_REMOVED = "station.removed"
    KEY_CHANGED = "key.changed"
    BACKUP_PLANNED = "backup.planned"
    BACKUP_MADE = "backup.made"
    BOOKS_RESTORED = "books.restored"
    BOOKS_RECHECKED = "books.rechecked"
    BOOKS_MOVED = "books.moved"
    FISCAL_SETTINGS_CHANGED = "fiscal.settings"
    CERTIFICATE_INSTALLED = "fiscal.certificate"
    PRODUCTION_CHOSEN = "fiscal.production"  # documents have value from now on, or no longer
    TAX_RULES_CHANGED = "fiscal.rules"
    TAX_RULES_SIGNED = "fiscal.rules_signed"
    PRODUCT_TAX_CHANGED = "fiscal.product_tax"
    DOCUMENT_CANCELLED = "fiscal.cancelled"
    DOCUMENT_CORRECTED = "fiscal.corrected"
    DOCUMENT_GIVEN_UP = "fiscal.given_up"
    NUMBERS_VOIDED = "fiscal.voided"
    INVOICE_LINKED = "fiscal.linked"  # a note issued elsewhere, to an order
    INVOICE_UNLINKED = "fiscal.unlinked"  # that was taken back
    PURCHASE_ENTERED = "purchase.entered"
    PURCHASE_UNDONE = "purchase.undone"
    CLOCK_ACCEPTED = "clock.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A line of the log. `before` and `after` are JSON objects, "" when there is nothing to say."""

    id: int
    at: datetime
    operator: str
    station: str
    action: str
    subject: str
    before: str
    after: str


def sealed_line(entry: AuditEntry, previous: str) -> str:
    """The seal of a line: SHA-256 over the seal before it and every field, 64 hex digits."""
    at = (entry.at - _EPOCH) // _MILLISECOND
    return seal_of(
        previous,
        (
            entry.id,
            at,
            entry.operator,
            entry.station,
            entry.action,
            entry.subject,
            entry.before,
            entry.after,
        ),
    )


def seal_of(previous: str, fields: Sequence[object]) -> str:
    """The same for the fields as the books hold them: in the order of AuditEntry, the instant in milliseconds."""
    return hashlib.sha256(_ENCODER.encode((previous, *fields)).encode("utf-8", "replace")).hexdigest()


# -- how facts are written: the same text on every computer, whatever its language -----------------------


def reais(amount: Money) -> str:
    """An amount of money: "1234.56"."""
    return str(amount.reais)


def units(amount: Decimal) -> str:
    """A quantity with its three places: "3.000"."""
    return f"{amount:.3f}"


def percent_of(part: Money, whole: Money) -> str:
    """How much of the whole a part is, to the hundredth of a percent: "5.26". Nothing of nothing is "0.00"."""
    if not whole:
        return "0.00"
    return f"{Decimal(part.cents * 100) / whole.cents:.2f}"


def last_digits(document: str) -> str:
    """A CPF or CNPJ as the log may hold it: "…0181", "" for none."""
    return f"…{document[-4:]}" if document else ""


def price_facts(product: Product) -> dict[str, str]:
    """Everything that makes a product's price."""
    start, end = product.promotion_start, product.promotion_end
    return {
        "price": reais(product.price),
        "cost": reais(product.cost),
        "promotional_price": reais(product.promotional_price),
        "promotion_start": "" if start is None else start.isoformat(),
        "promotion_end": "" if end is None else end.isoformat(),
    }


def differing(before: Mapping[str, V], after: Mapping[str, V]) -> tuple[dict[str, V], dict[str, V]]:
    """Only what changed, as it was and as it is; a fact that is on one side only stands there alone."""
    return (
        {name: value for name, value in before.items() if name not in after or after[name] != value},
        {name: value for name, value in after.items() if name not in before or before[name] != value},
    )
