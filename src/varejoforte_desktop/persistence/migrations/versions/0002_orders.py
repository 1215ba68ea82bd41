"""Customers, and the orders seen in the store."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables of orders; nothing that is there changes."""
    _create_customer()
    _create_order_rules()
    _create_order_watch()
    _create_store_status()
    _create_tray_order()
    _create_line_link()
    _create_order_event()
    _create_tray_order_line()


def _create_customer() -> None:
    op.create_table(
        "customer",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=14), nullable=True),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("state_registration", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("complement", sa.String(length=100), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_customer_named")),
        sa.CheckConstraint(
            "document IS NULL OR length(document) IN (11, 14)", name=op.f("ck_customer_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("document", name=op.f("uq_customer_document")),
    )
    op.create_index("ix_customer_email", "customer", ["email"], unique=False)
    op.create_index("ix_customer_name_key", "customer", ["name_key"], unique=False)


def _create_order_rules() -> None:
    op.create_table(
        "order_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("registered_status_id", sa.String(length=40), nullable=False),
        sa.Column("alarm_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("alarm_minutes >= 0", name=op.f("ck_order_rules_alarm")),
        sa.CheckConstraint("id = 1", name=op.f("ck_order_rules_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_rules")),
    )


def _create_order_watch() -> None:
    op.create_table(
        "order_watch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("looked_until", sa.Date(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_order_watch_one_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_watch")),
    )


def _create_store_status() -> None:
    op.create_table(
        "store_status",
        sa.Column("status_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("status_type", sa.String(length=20), nullable=False),
        sa.Column("meaning", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_store_status")),
    )


def _create_tray_order() -> None:
    op.create_table(
        "tray_order",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("former_store", sa.String(length=40), nullable=False),
        sa.Column("remote_id", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(18), nullable=False),
        sa.Column("promised", sa.Boolean(), nullable=False),
        sa.Column("readable", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("status_id", sa.String(length=40), nullable=False),
        sa.Column("status_type", sa.String(length=20), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=True),
        sa.Column("buyer", sa.String(length=200), nullable=False),
        sa.Column("buyer_key", sa.String(length=200), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("expected_total", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("head_digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("accepted_digest", sa.String(length=64), nullable=False),
        sa.Column("divergence_digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("wanted_status_id", sa.String(length=40), nullable=False),
        sa.Column("cancel_wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_tray_order_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_order")),
        sa.UniqueConstraint("former_store", "remote_id", name="uq_tray_order_remote"),
    )
    op.create_index(
        "ix_tray_order_promised",
        "tray_order",
        ["id"],
        unique=False,
        sqlite_where=sa.text("promised"),
        postgresql_where=sa.text("promised"),
    )
    op.create_index("ix_tray_order_stage", "tray_order", ["stage", "placed_at"], unique=False)


def _create_line_link() -> None:
    op.create_table(
        "line_link",
        sa.Column("remote_product_id", sa.String(length=40), nullable=False),
        sa.Column("remote_variant_id", sa.String(length=40), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_line_link_product_id")),
        sa.PrimaryKeyConstraint("remote_product_id", "remote_variant_id", name=op.f("pk_line_link")),
    )
    op.create_index("ix_line_link_product_id", "line_link", ["product_id"], unique=False)


def _create_order_event() -> None:
    op.create_table(
        "order_event",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("operator", sa.String(length=80), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["tray_order.id"], name=op.f("fk_order_event_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    op.create_index("ix_order_event_order_id", "order_event", ["order_id", "id"], unique=False)


def _create_tray_order_line() -> None:
    op.create_table(
        "tray_order_line",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("line_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("remote_product_id", sa.String(length=40), nullable=False),
        sa.Column("remote_variant_id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("ean", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_tray_order_line_quantity")),
        sa.ForeignKeyConstraint(["order_id"], ["tray_order.id"], name=op.f("fk_tray_order_line_order_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_tray_order_line_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_order_line")),
        sa.UniqueConstraint("order_id", "line_id", name="uq_tray_order_line_order"),
    )
    op.create_index("ix_tray_order_line_product_id", "tray_order_line", ["product_id"], unique=False)
