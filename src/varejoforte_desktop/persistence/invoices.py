"""The notes of orders, as they are kept: each key once among those that stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from varejoforte_desktop.application.invoice_ports import InvoiceRecord
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.persistence.dialects import in_chunks, insert_new
from varejoforte_desktop.persistence.tables.invoices import STANDS, order_invoice

_FIELDS = (
    "order_id", "document_id", "origin", "number", "series", "issued_on", "value", "link", "xml", "remote_id",
    "told_at", "linked_by", "revoked_at", "revoked_by", "revoked_why",
)  # fmt: skip


class SqlInvoices:
    """Notes of orders."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: InvoiceRecord, at: datetime) -> int | None:
        """Write it; gives its id, None when a note with its key stands already."""
        values = {name: getattr(record, name) for name in _FIELDS}
        values |= {
            "access_key": record.key,
            "cfops": json.dumps({str(product): cfop for product, cfop in record.cfops.items()}),
            "created_at": at,
        }
        unique = ("access_key",)
        if not insert_new(self._connection, order_invoice, values, unique=unique, among=STANDS):
            return None
        known = self.by_key(record.key)
        return None if known is None else known.id

    def get(self, invoice_id: int) -> InvoiceRecord:
        """Raises NoSuchRecord."""
        found = self.many([invoice_id]).get(invoice_id)
        if found is None:
            raise NoSuchRecord("order_invoice", str(invoice_id))
        return found

    def by_key(self, key: str) -> InvoiceRecord | None:
        """The note with this access key whose link stands."""
        which = (order_invoice.c.access_key == key, order_invoice.c.revoked_at.is_(None))
        row = self._connection.execute(select(order_invoice).where(*which)).one_or_none()
        return None if row is None else read_invoice(row)

    def many(self, invoice_ids: Sequence[int]) -> dict[int, InvoiceRecord]:
        """Those of these that exist."""
        found: dict[int, InvoiceRecord] = {}
        for part in in_chunks(list(invoice_ids)):
            rows = self._connection.execute(select(order_invoice).where(order_invoice.c.id.in_(part)))
            found |= {row.id: read_invoice(row) for row in rows}
        return found

    def of_order(self, order_id: int) -> list[InvoiceRecord]:
        """The newest first."""
        rows = self._connection.execute(
            select(order_invoice)
            .where(order_invoice.c.order_id == order_id)
            .order_by(order_invoice.c.id.desc())
        )
        return [read_invoice(row) for row in rows]

    def revoke(self, invoice_id: int, *, why: UnlinkReason, by: str, at: datetime) -> None:
        """Somebody took the link back."""
        self._connection.execute(
            update(order_invoice)
            .where(order_invoice.c.id == invoice_id)
            .values(revoked_at=at, revoked_by=by[:80], revoked_why=why)
        )

    def told(self, invoice_id: int, *, remote_id: str, at: datetime) -> None:
        """The store has it."""
        self._connection.execute(
            update(order_invoice)
            .where(order_invoice.c.id == invoice_id)
            .values(remote_id=remote_id[:20], told_at=at)
        )


def read_invoice(row: Row[Any]) -> InvoiceRecord:
    """A line of the table as a record."""
    cfops = {int(product): cfop for product, cfop in json.loads(row.cfops).items()}
    return InvoiceRecord(
        id=row.id, key=row.access_key, cfops=cfops, **{name: getattr(row, name) for name in _FIELDS}
    )
