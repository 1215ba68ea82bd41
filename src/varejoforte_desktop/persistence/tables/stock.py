"""How many there are of each product, and every movement that led there."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table

from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Key, Thousandths, UtcInstant, Word

stock = Table(
    "stock",
    metadata,
    Column("product_id", Key, ForeignKey("product.id"), primary_key=True, autoincrement=False),
    Column("on_hand", Thousandths, nullable=False, server_default="0"),
    CheckConstraint("on_hand >= 0", name="not_negative"),
)

stock_movement = Table(
    "stock_movement",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("product_id", Key, ForeignKey("product.id"), nullable=False),
    Column("kind", Word(MovementKind), nullable=False),
    Column("amount", Thousandths, nullable=False),
    Column("balance", Thousandths, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("document", String(60), nullable=False, server_default=""),
    Column("operator_id", Key, ForeignKey("operator.id"), nullable=False),
    Column("station", String(80), nullable=False),
    Column("token", String(36), nullable=False, unique=True),
    Column("at", UtcInstant, nullable=False),
    Index("ix_stock_movement_product_id", "product_id", "id"),
)
