"""The first books: catalogue, shelves and ledger, people, and what the store has still to hear."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# Kept by the database itself, so that no bulk change can pass the search by.
_SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE product_search USING fts5(search_text, content='product', content_rowid='id', "
    "prefix='1 2 3', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER product_search_added AFTER INSERT ON product BEGIN "
    "INSERT INTO product_search(rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER product_search_gone AFTER DELETE ON product BEGIN "
    "INSERT INTO product_search(product_search, rowid, search_text) "
    "VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER product_search_changed AFTER UPDATE OF search_text ON product "
    "WHEN old.search_text <> new.search_text BEGIN "
    "INSERT INTO product_search(product_search, rowid, search_text) "
    "VALUES ('delete', old.id, old.search_text); "
    "INSERT INTO product_search(rowid, search_text) VALUES (new.id, new.search_text); END",
)
_POSTGRESQL_SEARCH = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_product_search_text ON product USING gin (search_text gin_trgm_ops)",
    # The queue is rewritten all day: leave room on its pages and clean it early.
    "ALTER TABLE outbox SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)",
)


def upgrade() -> None:
    """Make every table, then what each database needs to search."""
    _create_tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE_SEARCH if sqlite else _POSTGRESQL_SEARCH:
        op.execute(statement)


def _create_tables() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", KEY, autoincrement=False, nullable=False),
        sa.Column("aspect", sa.String(15), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", "aspect", name=op.f("pk_acknowledgement")),
    )
    op.create_table(
        "brand",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("name_key", name=op.f("uq_brand_name_key")),
    )
    op.create_table(
        "category",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("path_key", sa.String(length=1024), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("path_key", name=op.f("uq_category_path_key")),
    )
    op.create_table(
        "operator",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(21), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("login", name=op.f("uq_operator_login")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("aspect", sa.String(15), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("state", sa.String(23), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknown_since", sa.BigInteger(), nullable=True),
        sa.Column("claim_epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=40), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.Text(), server_default="{}", nullable=False),
        sa.Column("last_attempt_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("revision > 0 AND attempts >= 0", name=op.f("ck_outbox_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("subject_kind", "subject_id", "aspect", name="uq_outbox_subject"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["rank", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'outcome_unknown')"),
        postgresql_where=sa.text("state IN ('waiting', 'outcome_unknown')"),
    )
    op.create_index("ix_outbox_tally", "outbox", ["state", "paused", "aspect", "since"], unique=False)
    op.create_table(
        "push_history",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("label", sa.String(length=280), nullable=False),
        sa.Column("aspects", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_history")),
    )
    op.create_index("ix_push_history_at", "push_history", ["at"], unique=False)
    op.create_index(
        "ix_push_history_subject", "push_history", ["subject_kind", "subject_id", "id"], unique=False
    )
    op.create_table(
        "quota_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_quota_day")),
    )
    op.create_table(
        "quota_grant",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_grant")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quota_grant_at", "quota_grant", ["at"], unique=False)
    op.create_table(
        "shop",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("sync_option", sa.String(18), nullable=False),
        sa.Column("requests_per_minute", sa.Integer(), nullable=False),
        sa.Column("requests_per_day", sa.Integer(), nullable=False),
        sa.Column("cycle_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "requests_per_minute > 0 AND requests_per_day > 0 AND cycle_seconds > 0",
            name=op.f("ck_shop_limits"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_shop_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
    )
    op.create_table(
        "store_link",
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", KEY, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("remote_id", sa.String(length=40), nullable=True),
        sa.Column("unknown_since", sa.BigInteger(), nullable=True),
        sa.Column("linked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state <> 'linked' OR remote_id IS NOT NULL", name=op.f("ck_store_link_linked_to_something")
        ),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_store_link")),
        sa.UniqueConstraint("subject_kind", "remote_id", name="uq_store_link_remote"),
    )
    op.create_table(
        "sync_lease",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("operator", sa.String(length=80), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sync_lease")),
    )
    op.create_table(
        "tray_connection",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("api_address", sa.String(length=300), nullable=False),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("store_name", sa.String(length=200), nullable=False),
        sa.Column("store_cnpj", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("access_expires_at", sa.BigInteger(), nullable=False),
        sa.Column("refresh_expires_at", sa.BigInteger(), nullable=False),
        sa.Column("connected_at", sa.BigInteger(), nullable=False),
        sa.Column("renewing_until", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_tray_connection_one_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_connection")),
    )
    op.create_table(
        "product",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("reference_key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("barcode", sa.String(length=14), server_default="", nullable=False),
        sa.Column("ncm", sa.String(length=8), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=6), nullable=False),
        sa.Column("brand_id", KEY, nullable=True),
        sa.Column("category_id", KEY, nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("promotional_price", sa.BigInteger(), nullable=False),
        sa.Column("promotion_start", sa.Date(), nullable=True),
        sa.Column("promotion_end", sa.Date(), nullable=True),
        sa.Column("minimum_stock", sa.BigInteger(), nullable=False),
        sa.Column("safety_stock", sa.BigInteger(), nullable=False),
        sa.Column("counter_reserve", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=150), server_default="", nullable=False),
        sa.Column("warranty", sa.String(length=200), server_default="", nullable=False),
        sa.Column("short_description", sa.String(length=500), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("sell_online", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reference <> '' AND name <> ''", name=op.f("ck_product_named")),
        sa.CheckConstraint(
            "price >= 0 AND cost >= 0 AND promotional_price >= 0", name=op.f("ck_product_prices")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_product_brand_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_product_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("reference_key", name=op.f("uq_product_reference_key")),
    )
    op.create_index("ix_product_barcode", "product", ["barcode"], unique=False)
    op.create_index("ix_product_brand_id", "product", ["brand_id"], unique=False)
    op.create_index("ix_product_category_id", "product", ["category_id"], unique=False)
    op.create_index("ix_product_name_key", "product", ["name_key", "id", "active"], unique=False)
    op.create_table(
        "stock",
        sa.Column("product_id", KEY, autoincrement=False, nullable=False),
        sa.Column("on_hand", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_not_negative")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_stock_product_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_stock")),
    )
    op.create_table(
        "stock_movement",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("kind", sa.String(18), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=60), server_default="", nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_stock_movement_operator_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_stock_movement_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("token", name=op.f("uq_stock_movement_token")),
    )
    op.create_index("ix_stock_movement_product_id", "stock_movement", ["product_id", "id"], unique=False)
