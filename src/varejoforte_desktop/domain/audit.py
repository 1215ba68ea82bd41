"""What is written down for the day somebody asks who did it, and the seal that shows if a line was touched."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

#: What the first line follows.
BEGINNING: Final = "0" * 64


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
    ORDER_CANCELLED = "order.cancelled"
    QUEUE_IGNORED = "queue.ignored"
    STATION_JOINED = "station.joined"
    STATION_REMOVED = "station.removed"
    KEY_CHANGED = "key.changed"
    BACKUP_PLANNED = "backup.planned"
    BACKUP_MADE = "backup.made"
    BOOKS_RESTORED = "books.restored"
    BOOKS_RECHECKED = "books.rechecked"
    BOOKS_MOVED = "books.moved"
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
    millis = int(entry.at.astimezone(UTC).timestamp() * 1000 + 0.5)
    fields = [
        previous,
        entry.id,
        millis,
        entry.operator,
        entry.station,
        entry.action,
        entry.subject,
        entry.before,
        entry.after,
    ]
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
