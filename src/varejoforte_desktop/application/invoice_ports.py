"""What the books keep of the notes of orders, as promises to the use cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.order import UnlinkReason


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRecord:
    """A note of an order. `origin`: issued (here), file or typed. `cfops` by our product id; `remote_id` is the
    store's id once it was told. `revoked_why`: somebody took the link back, and it counts no more."""

    id: int = 0
    order_id: int
    document_id: int | None = None
    key: str
    origin: str = "issued"
    number: int
    series: int
    issued_on: date
    value: Money
    link: str = ""
    xml: str = field(default="", repr=False)
    cfops: Mapping[int, str] = field(default_factory=dict)
    remote_id: str = ""
    told_at: datetime | None = None
    linked_by: str = ""
    revoked_at: datetime | None = None
    revoked_by: str = ""
    revoked_why: UnlinkReason | None = None

    @property
    def from_elsewhere(self) -> bool:
        """Whether another program issued it and the order goes by it."""
        return self.document_id is None and self.revoked_at is None


class Invoices(Protocol):
    """Notes of orders."""

    def add(self, record: InvoiceRecord, at: datetime) -> int | None:
        """Write it; gives its id, None when a note with its key stands already."""
        ...

    def get(self, invoice_id: int) -> InvoiceRecord:
        """Raises NoSuchRecord."""
        ...

    def by_key(self, key: str) -> InvoiceRecord | None:
        """The note with this access key whose link stands."""
        ...

    def many(self, invoice_ids: Sequence[int]) -> dict[int, InvoiceRecord]: ...

    def of_order(self, order_id: int) -> list[InvoiceRecord]:
        """The newest first."""
        ...

    def revoke(self, invoice_id: int, *, why: UnlinkReason, by: str, at: datetime) -> None:
        """Somebody took the link back."""
        ...

    def told(self, invoice_id: int, *, remote_id: str, at: datetime) -> None:
        """The store has it."""
        ...
