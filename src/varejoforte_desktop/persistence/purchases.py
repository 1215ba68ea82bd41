"""Purchase notes as they are kept: each access key once, with its file as it came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from varejoforte_desktop.application.purchase_ports import EnteredLine, Learned
from varejoforte_desktop.domain.purchase import PurchaseNote, Supplier
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.persistence.dialects import in_chunks, insert_new, upsert
from varejoforte_desktop.persistence.tables.purchases import (
    purchase,
    purchase_line,
    supplier,
    supplier_product,
)

_OF_LINE: Final = (
    "place", "code", "barcode", "name", "ncm", "cfop", "unit", "quantity", "unit_price", "gross", "discount",
    "freight", "insurance", "other", "ipi", "st", "icms", "bonus",
)  # fmt: skip
_OF_ENTRY: Final = ("product_id", "factor", "entered", "unit_cost", "set_cost")


class SqlPurchases:
    """Purchases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep_supplier(self, record: Supplier, at: datetime) -> int:
        """The supplier with this document as the note describes it now; gives the id."""
        facts = {
            "name": record.name,
            "name_key": folded(record.name)[:120],
            "ie": record.ie,
            "city": record.city,
            "state": record.state,
            "modified_at": at,
        }
        line = {"document": record.document, "created_at": at, **facts}
        which = supplier.c.document == record.document
        if not insert_new(self._connection, supplier, line, unique=("document",)):
            self._connection.execute(update(supplier).where(which).values(facts))
        return int(self._connection.execute(select(supplier.c.id).where(which)).scalar_one())

    def add(
        self, note: PurchaseNote, *, supplier_id: int, operator_id: int, station: str, at: datetime
    ) -> int | None:
        """Write the note down; None when a note with this key was entered before.

        Another station that is entering the same note is waited for, and then it was entered before.
        """
        line = {
            "key": note.key,
            "supplier_id": supplier_id,
            "number": note.number,
            "series": note.series,
            "issued_at": note.issued_at,
            "total": note.total,
            "protocol": note.protocol,
            "lines": len(note.lines),
            "left_out": 0,
            "entered_at": at,
            "operator_id": operator_id,
            "station": station,
            "xml": note.xml,
        }
        if not insert_new(self._connection, purchase, line, unique=("key",)):
            return None
        which = select(purchase.c.id).where(purchase.c.key == note.key)
        return int(self._connection.execute(which).scalar_one())

    def add_lines(self, purchase_id: int, lines: Sequence[EnteredLine]) -> None:
        """Write down what became of each line."""
        left_out = sum(each.product_id is None for each in lines)
        self._connection.execute(
            update(purchase).where(purchase.c.id == purchase_id).values(left_out=left_out)
        )
        for some in in_chunks(lines):
            self._connection.execute(insert(purchase_line), [_values(purchase_id, each) for each in some])

    def learn(self, supplier_id: int, learned: Iterable[Learned], at: datetime) -> None:
        """Remember what codes mean; a newer meaning takes the place of an older one."""
        lines = {
            each.code: {
                "supplier_id": supplier_id,
                "code": each.code,
                "product_id": each.product_id,
                "factor": each.factor,
                "unit": each.unit,
                "modified_at": at,
            }
            for each in learned
        }
        upsert(self._connection, supplier_product, list(lines.values()), key=("supplier_id", "code"))


def _values(purchase_id: int, each: EnteredLine) -> dict[str, Any]:
    return {
        "purchase_id": purchase_id,
        **{name: getattr(each.line, name) for name in _OF_LINE},
        **{name: getattr(each, name) for name in _OF_ENTRY},
    }
