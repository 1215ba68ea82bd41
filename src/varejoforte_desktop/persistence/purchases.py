"""Purchase notes as they are kept: each access key once, with its file as it came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from varejoforte_desktop.application.purchase_ports import (
    EnteredLine,
    KeptEffect,
    KeptLine,
    KeptPurchase,
    Learned,
)
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.purchase import PurchaseNote, Supplier
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.persistence.dialects import in_chunks, insert_into, insert_new, upsert
from varejoforte_desktop.persistence.tables.purchases import (
    STANDING,
    purchase,
    purchase_effect,
    purchase_line,
    supplier,
    supplier_product,
)

_OF_LINE: Final = (
    "place", "code", "barcode", "name", "ncm", "cfop", "unit", "quantity", "unit_price", "gross", "discount",
    "freight", "insurance", "other", "ipi", "st", "icms", "bonus",
)  # fmt: skip
_OF_EFFECT: Final = ("product_id", "cost_before", "cost_after", "price_before", "price_after")
_PURCHASE: Final = select(
    purchase.c.id,
    purchase.c.key,
    purchase.c.number,
    purchase.c.supplier_id,
    supplier.c.name.label("supplier"),
    purchase.c.total,
).join(supplier, supplier.c.id == purchase.c.supplier_id)
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
        """Write the note down; None when a note with this key was entered before and still stands.

        Another station that is entering the same note, or taking it back, is waited for.
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
        statement = (
            insert_into(self._connection, purchase)
            .values(line)
            .on_conflict_do_nothing(index_elements=["key"], index_where=STANDING)
        )
        return self._connection.execute(statement.returning(purchase.c.id)).scalar_one_or_none()

    def add_lines(self, purchase_id: int, lines: Sequence[EnteredLine]) -> None:
        """Write down what became of each line."""
        left_out = sum(each.product_id is None for each in lines)
        self._connection.execute(
            update(purchase).where(purchase.c.id == purchase_id).values(left_out=left_out)
        )
        for some in in_chunks(lines):
            self._connection.execute(insert(purchase_line), [_values(purchase_id, each) for each in some])

    def add_effects(self, purchase_id: int, effects: Sequence[KeptEffect]) -> None:
        """Write down what became of costs and prices."""
        for some in in_chunks(effects):
            lines = [{"purchase_id": purchase_id} | {n: getattr(e, n) for n in _OF_EFFECT} for e in some]
            self._connection.execute(insert(purchase_effect), lines)

    def get(self, purchase_id: int) -> KeptPurchase:
        """One purchase with what it did. Raises NoSuchRecord."""
        which = _PURCHASE.where(purchase.c.id == purchase_id)
        row = self._connection.execute(which).mappings().one_or_none()
        if row is None:
            raise NoSuchRecord("purchase", str(purchase_id))
        lines = select(
            purchase_line.c.place, purchase_line.c.product_id, purchase_line.c.code, purchase_line.c.entered
        ).where(purchase_line.c.purchase_id == purchase_id, purchase_line.c.product_id.is_not(None))
        effects = select(*(purchase_effect.c[name] for name in _OF_EFFECT)).where(
            purchase_effect.c.purchase_id == purchase_id
        )
        return KeptPurchase(
            **row,
            lines=tuple(KeptLine(**line) for line in self._connection.execute(lines).mappings()),
            effects=tuple(KeptEffect(**each) for each in self._connection.execute(effects).mappings()),
        )

    def undo(self, purchase_id: int, *, operator_id: int, reason: str, at: datetime) -> bool:
        """Write down that it was taken back, once; on PostgreSQL a second station waits here for the first."""
        statement = (
            update(purchase)
            .where(purchase.c.id == purchase_id, purchase.c.undone_at.is_(None))
            .values(undone_at=at, undone_by=operator_id, undo_reason=reason)
            .returning(purchase.c.id)
        )
        return self._connection.execute(statement).first() is not None

    def unlearn(self, supplier_id: int, codes: Iterable[str], at: datetime) -> None:
        """Forget what these codes mean, but for what the newest purchase that still stands says of them."""
        for some in in_chunks([each for each in dict.fromkeys(codes) if each]):
            mine = (supplier_product.c.supplier_id == supplier_id) & supplier_product.c.code.in_(some)
            self._connection.execute(delete(supplier_product).where(mine))
            still = (
                select(
                    purchase_line.c.code,
                    purchase_line.c.product_id,
                    purchase_line.c.factor,
                    purchase_line.c.unit,
                )
                .join(purchase, purchase.c.id == purchase_line.c.purchase_id)
                .where(
                    purchase.c.supplier_id == supplier_id,
                    purchase.c.undone_at.is_(None),
                    purchase_line.c.code.in_(some),
                    purchase_line.c.product_id.is_not(None),
                )
                .order_by(purchase.c.id, purchase_line.c.place)
            )
            said = [Learned(**row) for row in self._connection.execute(still).mappings()]
            self.learn(supplier_id, (replace(each, unit=each.unit.upper()) for each in said), at)

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
