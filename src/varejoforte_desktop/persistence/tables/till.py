"""Tills and the money that came and went without a sale."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text

from varejoforte_desktop.domain.till import CashMovementKind
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Cents, Key, UtcInstant, Word

_OPEN = text("closed_at IS NULL")

till = Table(
    "till",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("station", String(80), nullable=False),
    Column("operator_id", Key, ForeignKey("operator.id"), nullable=False),
    Column("opened_at", UtcInstant, nullable=False),
    Column("opening_float", Cents, nullable=False),
    Column("closed_at", UtcInstant),
    Column("closed_by", Key, ForeignKey("operator.id")),
    Column("expected_cash", Cents),
    Column("counted_cash", Cents),
    Column("pieces", Text, nullable=False),  # how many of each note and coin were counted
    Column("methods", Text, nullable=False),  # expected and counted by form of payment
    Column("note", String(200), nullable=False),
    CheckConstraint("opening_float >= 0", name="float"),
    CheckConstraint(
        "closed_at IS NULL OR (expected_cash IS NOT NULL AND counted_cash IS NOT NULL)", name="closed"
    ),
    Index("uq_till_open", "station", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_till_opened_at", "opened_at"),
)

cash_movement = Table(
    "cash_movement",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("token", String(36), nullable=False, unique=True),
    Column("till_id", Key, ForeignKey("till.id"), nullable=False),
    Column("kind", Word(CashMovementKind), nullable=False),
    Column("amount", Cents, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("operator_id", Key, ForeignKey("operator.id"), nullable=False),
    Column("approved_by", Key, ForeignKey("operator.id")),
    Column("at", UtcInstant, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_cash_movement_till_id", "till_id"),
)

till_check = Table(
    "till_check",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("till_id", Key, ForeignKey("till.id"), nullable=False),
    Column("operator_id", Key, ForeignKey("operator.id"), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("expected_cash", Cents, nullable=False),
    Column("counted_cash", Cents, nullable=False),
    Column("pieces", Text, nullable=False),
    Column("note", String(200), nullable=False),
    Index("ix_till_check_till_id", "till_id"),
)
