"""Orders seen in the store, with their lines, what happened to each, and what the store's statuses mean."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from varejoforte_desktop.domain.order import OrderStage, StatusMeaning
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Cents, Key, Thousandths, UtcInstant, Word

tray_order = Table(
    "tray_order",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("former_store", String(40), nullable=False),  # "": of the store that is connected now
    Column("remote_id", String(40), nullable=False),
    Column("stage", Word(OrderStage), nullable=False),
    Column("promised", Boolean, nullable=False),
    Column("readable", Boolean, nullable=False),
    Column("status", String(80), nullable=False),
    Column("status_id", String(40), nullable=False),
    Column("status_type", String(20), nullable=False),
    Column("paid", Boolean, nullable=False),
    Column("placed_at", UtcInstant),
    Column("buyer", String(200), nullable=False),
    Column("buyer_key", String(200), nullable=False),
    Column("total", Cents, nullable=False),
    Column("expected_total", Cents, nullable=False),
    Column("pieces", Thousandths, nullable=False),
    Column("head_digest", String(64), nullable=False),
    # What the store says now, in the shop's words; what a person last accepted of it; what the store wrote.
    Column("content", Text, nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("accepted", Text, nullable=False),
    Column("accepted_digest", String(64), nullable=False),
    Column("divergence_digest", String(64), nullable=False),
    Column("raw", Text, nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    Column("imported_at", UtcInstant),
    Column("customer_id", Key, ForeignKey("customer.id")),
    # What the store has still to be told of it: another status, or that it is cancelled.
    Column("wanted_status_id", String(40), nullable=False),
    Column("cancel_wanted", Boolean, nullable=False),
    # How it left the shop, and whether the store has still to be told.
    Column("tracking_code", String(100), nullable=False, server_default=""),
    Column("tracking_url", String(300), nullable=False, server_default=""),
    Column("sent_on", Date),
    Column("shipment_owed", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("former_store", "remote_id", name="uq_tray_order_remote"),
    # Partial, so that its size is the open orders' and not the archive's.
    Index("ix_tray_order_promised", "id", sqlite_where=text("promised"), postgresql_where=text("promised")),
    Index("ix_tray_order_stage", "stage", "placed_at"),
)

tray_order_line = Table(
    "tray_order_line",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("order_id", Key, ForeignKey("tray_order.id"), nullable=False),
    Column("line_id", String(40), nullable=False),
    Column("place", Integer, nullable=False),
    Column("remote_product_id", String(40), nullable=False),
    Column("remote_variant_id", String(40), nullable=False),
    Column("reference", String(120), nullable=False),
    Column("ean", String(120), nullable=False),
    Column("name", String(300), nullable=False),
    Column("quantity", Thousandths, nullable=False),
    Column("price", Cents, nullable=False),
    Column("product_id", Key, ForeignKey("product.id")),
    UniqueConstraint("order_id", "line_id", name="uq_tray_order_line_order"),
    CheckConstraint("quantity >= 0", name="quantity"),
    Index("ix_tray_order_line_product_id", "product_id"),
)

order_event = Table(
    "order_event",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("order_id", Key, ForeignKey("tray_order.id"), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("operator", String(80), nullable=False),
    Column("station", String(80), nullable=False),
    Column("facts", Text, nullable=False),
    Index("ix_order_event_order_id", "order_id", "id"),
)

#: Which of our products a thing of the store is, as a person said; a product without variations has variant "".
line_link = Table(
    "line_link",
    metadata,
    Column("remote_product_id", String(40), primary_key=True),
    Column("remote_variant_id", String(40), primary_key=True),
    Column("product_id", Key, ForeignKey("product.id"), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Index("ix_line_link_product_id", "product_id"),
)

store_status = Table(
    "store_status",
    metadata,
    Column("status_id", String(40), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("status_type", String(20), nullable=False),
    Column("meaning", Word(StatusMeaning)),
)

order_rules = Table(
    "order_rules",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_shop"), primary_key=True, autoincrement=False),
    Column("registered_status_id", String(40), nullable=False),
    Column("alarm_minutes", Integer, nullable=False),
    Column("invoiced_status_id", String(40), nullable=False, server_default=""),
    Column("shipped_status_id", String(40), nullable=False, server_default=""),
    CheckConstraint("alarm_minutes >= 0", name="alarm"),
)

order_watch = Table(
    "order_watch",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_store"), primary_key=True, autoincrement=False),
    Column("looked_until", Date, nullable=False),
    Column("looked_at", UtcInstant, nullable=False),
)
