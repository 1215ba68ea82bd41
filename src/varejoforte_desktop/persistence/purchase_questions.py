"""What screens ask about purchases: the list, one of them, and what a note's lines could be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select

from varejoforte_desktop.application.purchase_ports import Learned
from varejoforte_desktop.application.purchase_questions import PurchaseDetail, PurchaseLineRow, PurchaseRow
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.product import NONE
from varejoforte_desktop.domain.purchase import StockedProduct, Supplier
from varejoforte_desktop.domain.tax_ids import bare_tax_id
from varejoforte_desktop.domain.texts import folded, keepable
from varejoforte_desktop.persistence.catalogue import PRODUCT_COLUMNS, product_of
from varejoforte_desktop.persistence.dialects import in_chunks
from varejoforte_desktop.persistence.promises import promised_units
from varejoforte_desktop.persistence.search import reference_key
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.people import operator
from varejoforte_desktop.persistence.tables.purchases import (
    STANDING,
    purchase,
    purchase_line,
    supplier,
    supplier_product,
)
from varejoforte_desktop.persistence.tables.stock import stock

_UNDOER: Final = operator.alias("undoer")
# Never the file itself: a list of hundreds would carry hundreds of megabytes.
_PURCHASES: Final[Select[Any]] = (
    select(
        purchase.c.id,
        purchase.c.key,
        purchase.c.number,
        purchase.c.series,
        purchase.c.issued_at,
        purchase.c.entered_at,
        purchase.c.total,
        purchase.c.protocol,
        purchase.c.lines,
        purchase.c.left_out,
        purchase.c.station,
        purchase.c.undone_at,
        purchase.c.undo_reason,
        _UNDOER.c.name.label("undone_by"),
        supplier.c.id.label("supplier_id"),
        supplier.c.document,
        supplier.c.name.label("supplier_name"),
        supplier.c.ie,
        supplier.c.city,
        supplier.c.state,
        operator.c.name.label("operator_name"),
    )
    .join(supplier, supplier.c.id == purchase.c.supplier_id)
    .join(operator, operator.c.id == purchase.c.operator_id)
    .outerjoin(_UNDOER, _UNDOER.c.id == purchase.c.undone_by)
)
_LINES: Final = select(
    purchase_line,
    product.c.reference,
    product.c.name.label("product_name"),
    product.c.unit.label("product_unit"),
).outerjoin(product, product.c.id == purchase_line.c.product_id)


class SqlPurchaseReader:
    """Questions about purchases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entered(self, key: str) -> PurchaseRow | None:
        """The purchase with this access key, when it was entered and not taken back."""
        statement = _PURCHASES.where(purchase.c.key == key, STANDING)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _purchase_row(row)

    def rows(self, *, before_id: int | None = None, limit: int = 100, text: str = "") -> list[PurchaseRow]:
        """Purchases, newest first."""
        statement = _PURCHASES.order_by(purchase.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(purchase.c.id < before_id)
        for word in keepable(text).split():
            statement = statement.where(_matches(word))
        return [_purchase_row(row) for row in self._connection.execute(statement)]

    def detail(self, purchase_id: int) -> PurchaseDetail:
        """One purchase. Raises NoSuchRecord."""
        row = self._connection.execute(_PURCHASES.where(purchase.c.id == purchase_id)).one_or_none()
        if row is None:
            raise NoSuchRecord("purchase", str(purchase_id))
        lines = self._connection.execute(
            _LINES.where(purchase_line.c.purchase_id == purchase_id).order_by(purchase_line.c.place)
        )
        return PurchaseDetail(
            row=_purchase_row(row),
            supplier=Supplier(
                id=row.supplier_id,
                document=row.document,
                name=row.supplier_name,
                ie=row.ie,
                city=row.city,
                state=row.state,
            ),
            protocol=row.protocol,
            lines=tuple(_line_row(line) for line in lines),
        )

    def xml(self, purchase_id: int) -> bytes:
        """The note's file, as it was. Raises NoSuchRecord."""
        kept = self._connection.execute(
            select(purchase.c.xml).where(purchase.c.id == purchase_id)
        ).scalar_one_or_none()
        if kept is None:
            raise NoSuchRecord("purchase", str(purchase_id))
        return bytes(kept)

    def learned(self, document: str, codes: Iterable[str]) -> dict[str, Learned]:
        """What this supplier's codes mean, by code."""
        found: dict[str, Learned] = {}
        for some in in_chunks([each for each in dict.fromkeys(codes) if each]):
            statement = (
                select(
                    supplier_product.c.code,
                    supplier_product.c.product_id,
                    supplier_product.c.factor,
                    supplier_product.c.unit,
                )
                .join(supplier, supplier.c.id == supplier_product.c.supplier_id)
                .where(supplier.c.document == document, supplier_product.c.code.in_(some))
            )
            for row in self._connection.execute(statement):
                found[row.code] = Learned(
                    code=row.code, product_id=row.product_id, factor=row.factor, unit=row.unit
                )
        return found

    def with_barcodes(self, barcodes: Iterable[str]) -> Mapping[str, Sequence[int]]:
        """The products under each of these bars, active ones first."""
        found: dict[str, list[int]] = {}
        for some in in_chunks([each for each in dict.fromkeys(barcodes) if each]):
            statement = (
                select(product.c.barcode, product.c.id)
                .where(product.c.barcode.in_(some))
                .order_by(product.c.active.desc(), product.c.id)
            )
            for row in self._connection.execute(statement):
                found.setdefault(row.barcode, []).append(row.id)
        return found

    def with_references(self, references: Iterable[str]) -> dict[str, int]:
        """The products with exactly these references, by the reference asked for."""
        asked: dict[str, list[str]] = {}
        for each in references:
            if each.strip():
                asked.setdefault(reference_key(keepable(each)), []).append(each)
        found: dict[str, int] = {}
        for some in in_chunks(list(asked)):
            statement = select(product.c.reference_key, product.c.id).where(product.c.reference_key.in_(some))
            for row in self._connection.execute(statement):
                found |= dict.fromkeys(asked[row.reference_key], row.id)
        return found

    def stocked(self, product_ids: Iterable[int]) -> dict[int, StockedProduct]:
        """Products with their shelves, by id; those gone are left out."""
        ids = list(dict.fromkeys(product_ids))
        promised = promised_units(self._connection, ids)
        found: dict[int, StockedProduct] = {}
        for some in in_chunks(ids):
            statement = (
                select(*PRODUCT_COLUMNS, stock.c.on_hand)
                .join(stock, stock.c.product_id == product.c.id)
                .where(product.c.id.in_(some))
            )
            for row in self._connection.execute(statement):
                found[row.id] = StockedProduct(
                    product=product_of(row), on_hand=row.on_hand, open_online=promised.get(row.id, NONE)
                )
        return found


def _matches(word: str) -> Any:
    """A note's number, its access key, a word of the supplier's name, or the supplier's document."""
    like = folded(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    bare = bare_tax_id(word)
    found = (
        supplier.c.name_key.like(f"{like}%", escape="\\")
        | supplier.c.name_key.like(f"% {like}%", escape="\\")
        | (supplier.c.document == (bare or "-"))
        | (purchase.c.key == bare)
    )
    if word.isascii() and word.isdigit() and len(word) < 10:
        found = found | (purchase.c.number == int(word))
    return found


def _purchase_row(row: Row[Any]) -> PurchaseRow:
    return PurchaseRow(
        id=row.id,
        key=row.key,
        number=row.number,
        series=row.series,
        supplier=row.supplier_name,
        supplier_document=row.document,
        issued_at=row.issued_at,
        entered_at=row.entered_at,
        total=row.total,
        lines=row.lines,
        left_out=row.left_out,
        operator=row.operator_name,
        station=row.station,
        undone_at=row.undone_at,
        undone_by=row.undone_by or "",
        undo_reason=row.undo_reason,
    )


def _line_row(row: Row[Any]) -> PurchaseLineRow:
    charges = row.freight + row.insurance + row.other + row.ipi + row.st
    return PurchaseLineRow(
        place=row.place,
        code=row.code,
        name=row.name,
        unit=row.unit,
        quantity=row.quantity,
        total=row.gross - row.discount + charges,
        bonus=row.bonus,
        product_id=row.product_id,
        reference=row.reference or "",
        product_name=row.product_name or "",
        product_unit=row.product_unit or "",
        factor=row.factor,
        entered=row.entered,
        unit_cost=row.unit_cost,
    )
