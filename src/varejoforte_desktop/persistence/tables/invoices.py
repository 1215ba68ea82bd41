"""The notes of orders, issued here or elsewhere, as the store is told of them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Cents, Key, UtcInstant, Word

#: Nobody took the link back.
STANDS = text("revoked_at IS NULL")

order_invoice = Table(
    "order_invoice",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("order_id", Key, ForeignKey("tray_order.id"), nullable=False),
    Column("document_id", Key, ForeignKey("fiscal_document.id"), unique=True),
    Column("access_key", String(44), nullable=False),
    Column("origin", String(10), nullable=False),  # issued, file, typed
    Column("number", BigInteger, nullable=False),
    Column("series", Integer, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("value", Cents, nullable=False),
    Column("link", String(300), nullable=False),
    Column("xml", Text, nullable=False),
    Column("cfops", Text, nullable=False),  # JSON: our product id to CFOP
    Column("remote_id", String(20), nullable=False),  # the store's id once it was told
    Column("told_at", UtcInstant),
    Column("created_at", UtcInstant, nullable=False),
    Column("linked_by", String(80), nullable=False),
    # Somebody took the link back: it counts no more, but the store may have heard of it.
    Column("revoked_at", UtcInstant),
    Column("revoked_by", String(80), nullable=False, server_default=""),
    Column("revoked_why", Word(UnlinkReason)),
    CheckConstraint("origin IN ('issued', 'file', 'typed')", name="origin"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_why IS NULL)", name="revoked"),
    Index("ix_order_invoice_order_id", "order_id"),
    Index(
        "uq_order_invoice_live_key", "access_key", unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    ),
)
