"""Inventory counts: what was found on the shelves, against what the books said at that moment."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, text

from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Key, Thousandths, UtcInstant

_OPEN = text("state = 'open'")

stock_count = Table(
    "stock_count",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),
    Column("station", String(80), nullable=False),
    Column("state", String(10), nullable=False),  # open, closed, abandoned
    Column("opened_by", Key, ForeignKey("operator.id"), nullable=False),
    Column("opened_at", UtcInstant, nullable=False),
    Column("closed_by", Key, ForeignKey("operator.id")),
    Column("closed_at", UtcInstant),
    Index("uq_stock_count_open", "state", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

stock_count_line = Table(
    "stock_count_line",
    metadata,
    Column("count_id", Key, ForeignKey("stock_count.id"), primary_key=True, autoincrement=False),
    Column("product_id", Key, ForeignKey("product.id"), primary_key=True, autoincrement=False),
    Column("counted", Thousandths, nullable=False),
    # What the books said at the first scan, and the ledger's last line then and at the last scan: sales go on
    # meanwhile, and only what the count itself found is corrected.
    Column("expected", Thousandths, nullable=False),
    Column("ledger_first", Key, nullable=False),
    Column("ledger_last", Key, nullable=False),
    Column("first_at", UtcInstant, nullable=False),
    Column("last_at", UtcInstant, nullable=False),
    CheckConstraint("counted >= 0", name="counted"),
)
