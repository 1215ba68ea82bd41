"""Purchase notes that were entered, who sold them, and what suppliers' codes mean."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Cents, Key, Thousandths, UtcInstant


class Exact(TypeDecorator[Decimal]):
    """A number with so many places, as a whole number of the smallest of them."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """To the books."""
        return None if value is None else int(value.scaleb(self.places))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """From the books."""
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def __repr__(self) -> str:
        return f"Exact({self.places})"


supplier = Table(
    "supplier",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("document", String(14), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("name_key", String(120), nullable=False),
    Column("ie", String(20), nullable=False),
    Column("city", String(100), nullable=False),
    Column("state", String(2), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("modified_at", UtcInstant, nullable=False),
    CheckConstraint("name <> '' AND length(document) IN (11, 14)", name="named"),
    Index("ix_supplier_name_key", "name_key"),
)

#: Spelt out, never bound: only then does a database see that the partial index answers the question.
STANDING = text("undone_at IS NULL")

purchase = Table(
    "purchase",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("key", String(44), nullable=False),
    Column("supplier_id", Key, ForeignKey("supplier.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("series", Integer, nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("total", Cents, nullable=False),
    Column("protocol", String(17), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("entered_at", UtcInstant, nullable=False),
    Column("operator_id", Key, ForeignKey("operator.id"), nullable=False),
    Column("station", String(80), nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("undone_at", UtcInstant),
    Column("undone_by", Key, ForeignKey("operator.id")),
    Column("undo_reason", String(200), nullable=False, server_default=""),
    CheckConstraint("length(key) = 44", name="key"),
    CheckConstraint("total >= 0 AND left_out >= 0 AND left_out < lines", name="amounts"),
    CheckConstraint("undone_at IS NULL OR (undone_by IS NOT NULL AND undo_reason <> '')", name="undone"),
    Index("ix_purchase_key", "key"),
    Index("uq_purchase_standing", "key", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
    Index("ix_purchase_supplier_id", "supplier_id"),
    Index("ix_purchase_number", "number"),
)

purchase_line = Table(
    "purchase_line",
    metadata,
    Column("purchase_id", Key, ForeignKey("purchase.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("code", String(60), nullable=False),
    Column("barcode", String(14), nullable=False),
    Column("name", String(120), nullable=False),
    Column("ncm", String(8), nullable=False),
    Column("cfop", String(4), nullable=False),
    Column("unit", String(6), nullable=False),
    Column("quantity", Exact(4), nullable=False),
    Column("unit_price", Exact(10), nullable=False),
    Column("gross", Cents, nullable=False),
    Column("discount", Cents, nullable=False),
    Column("freight", Cents, nullable=False),
    Column("insurance", Cents, nullable=False),
    Column("other", Cents, nullable=False),
    Column("ipi", Cents, nullable=False),
    Column("st", Cents, nullable=False),
    Column("icms", Cents, nullable=False),
    Column("bonus", Boolean, nullable=False),
    Column("product_id", Key, ForeignKey("product.id")),  # none: it was left out
    Column("factor", Exact(6), nullable=False),
    Column("entered", Thousandths, nullable=False),
    Column("unit_cost", Exact(4), nullable=False),
    Column("set_cost", Boolean, nullable=False),
    CheckConstraint("quantity >= 0 AND entered >= 0 AND factor > 0 AND unit_cost >= 0", name="amounts"),
    CheckConstraint("product_id IS NOT NULL OR entered = 0", name="left_out"),
    Index("ix_purchase_line_product_id", "product_id"),
)

# What a purchase did to the products that were there before it, where it did anything.
purchase_effect = Table(
    "purchase_effect",
    metadata,
    Column("purchase_id", Key, ForeignKey("purchase.id"), primary_key=True, autoincrement=False),
    Column("product_id", Key, ForeignKey("product.id"), primary_key=True, autoincrement=False),
    Column("cost_before", Cents, nullable=False),
    Column("cost_after", Cents, nullable=False),
    Column("price_before", Cents, nullable=False),
    Column("price_after", Cents, nullable=False),
    Index("ix_purchase_effect_product_id", "product_id"),
)

supplier_product = Table(
    "supplier_product",
    metadata,
    Column("supplier_id", Key, ForeignKey("supplier.id"), primary_key=True, autoincrement=False),
    Column("code", String(60), primary_key=True),
    Column("product_id", Key, ForeignKey("product.id"), nullable=False),
    Column("factor", Exact(6), nullable=False),
    Column("unit", String(6), nullable=False, server_default=""),  # the supplier's; "": of before it was kept
    Column("modified_at", UtcInstant, nullable=False),
    CheckConstraint("factor > 0 AND code <> ''", name="meaning"),
    Index("ix_supplier_product_product_id", "product_id"),
)
