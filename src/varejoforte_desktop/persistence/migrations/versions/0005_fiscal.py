"""Fiscal documents with their numbers and history, and what they are issued with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
#: What the law wants kept: no line of these is ever taken away.
KEPT = ("fiscal_document", "fiscal_event", "fiscal_void", "fiscal_history")


def upgrade() -> None:
    """Add the tables; everything else stays."""
    _create_fiscal_call()
    _create_fiscal_pause()
    _create_fiscal_secret()
    _create_fiscal_series()
    _create_fiscal_settings()
    _create_fiscal_void()
    _create_tax_rule()
    _create_tax_table()
    _create_product_tax()
    _create_fiscal_document()
    _create_fiscal_event()
    _create_fiscal_history()
    _keep()


def _create_fiscal_call() -> None:
    op.create_table(
        "fiscal_call",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("stat", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_call")),
    )
    op.create_index("ix_fiscal_call_subject", "fiscal_call", ["subject", "kind"], unique=False)


def _create_fiscal_pause() -> None:
    op.create_table(
        "fiscal_pause",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_fiscal_pause_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_pause")),
    )


def _create_fiscal_secret() -> None:
    op.create_table(
        "fiscal_secret",
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fiscal_secret")),
    )


def _create_fiscal_series() -> None:
    op.create_table(
        "fiscal_series",
        sa.Column("cnpj", sa.String(14), nullable=False),
        sa.Column("environment", sa.String(19), nullable=False),
        sa.Column("model", sa.String(12), nullable=False),
        sa.Column("series", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "series BETWEEN 0 AND 999 AND last BETWEEN 0 AND 999999999", name=op.f("ck_fiscal_series_numbers")
        ),
        sa.PrimaryKeyConstraint("cnpj", "environment", "model", "series", name=op.f("pk_fiscal_series")),
        sa.UniqueConstraint("cnpj", "environment", "model", "station", name="uq_fiscal_series_station"),
    )


def _create_fiscal_settings() -> None:
    op.create_table(
        "fiscal_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cnpj", sa.String(14), nullable=False),
        sa.Column("environment", sa.String(19), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_fiscal_settings_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_settings")),
    )


def _create_fiscal_void() -> None:
    op.create_table(
        "fiscal_void",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("cnpj", sa.String(14), nullable=False),
        sa.Column("environment", sa.String(19), nullable=False),
        sa.Column("model", sa.String(12), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(18), nullable=False),
        sa.Column("reason_given", sa.String(255), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("proc", sa.LargeBinary(), nullable=False),
        sa.Column("protocol", sa.String(20), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=True),
        sa.Column("stat", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("operator", sa.String(80), nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first BETWEEN 1 AND last", name=op.f("ck_fiscal_void_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_void")),
    )


def _create_tax_rule() -> None:
    op.create_table(
        "tax_rule",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_tax_rule")),
    )


def _create_tax_table() -> None:
    op.create_table(
        "tax_table",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("signed_digest", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(120), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_tax_table_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_table")),
    )


def _create_product_tax() -> None:
    op.create_table(
        "product_tax",
        sa.Column("product_id", KEY, autoincrement=False, nullable=False),
        sa.Column("tax_group", sa.String(20), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("cest", sa.String(7), nullable=False),
        sa.CheckConstraint("origin BETWEEN 0 AND 8", name=op.f("ck_product_tax_origin")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_tax_product_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_tax")),
    )


def _create_fiscal_document() -> None:
    op.create_table(
        "fiscal_document",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("sale_id", KEY, nullable=True),
        sa.Column("cnpj", sa.String(14), nullable=False),
        sa.Column("environment", sa.String(19), nullable=False),
        sa.Column("model", sa.String(12), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("random_code", sa.String(8), nullable=False),
        sa.Column("access_key", sa.String(44), nullable=False),
        sa.Column("emission_type", sa.String(9), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("buyer_document", sa.String(14), nullable=False),
        sa.Column("buyer_name", sa.String(200), nullable=False),
        sa.Column("buyer_key", sa.String(200), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(40), nullable=False),
        sa.Column("proc", sa.LargeBinary(), nullable=False),
        sa.Column("protocol", sa.String(20), nullable=False),
        sa.Column("authorised_at", sa.BigInteger(), nullable=True),
        sa.Column("stat", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(120), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", KEY, nullable=True),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state <> 'authorised' OR (protocol <> '' AND length(proc) > 0)",
            name=op.f("ck_fiscal_document_authorised"),
        ),
        sa.CheckConstraint(
            "number BETWEEN 1 AND 999999999 AND total >= 0", name=op.f("ck_fiscal_document_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["fiscal_document.id"], name=op.f("fk_fiscal_document_replaces_id")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_fiscal_document_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_document")),
        sa.UniqueConstraint("access_key", name=op.f("uq_fiscal_document_access_key")),
        sa.UniqueConstraint(
            "cnpj", "environment", "model", "series", "number", name="uq_fiscal_document_number"
        ),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_fiscal_document_replaces_id")),
    )
    op.create_index("ix_fiscal_document_issued_at", "fiscal_document", ["issued_at"], unique=False)
    op.create_index(
        "ix_fiscal_document_next_at",
        "fiscal_document",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("ix_fiscal_document_sale_id", "fiscal_document", ["sale_id"], unique=False)
    op.create_index("ix_fiscal_document_state", "fiscal_document", ["state"], unique=False)
    op.create_index(
        "uq_fiscal_document_live",
        "fiscal_document",
        ["sale_id"],
        unique=True,
        sqlite_where=sa.text(
            "sale_id IS NOT NULL AND state IN ('authorised', 'generated', 'offline', 'offline_rejected', 'rejected', 'sending', 'unknown')"
        ),
        postgresql_where=sa.text(
            "sale_id IS NOT NULL AND state IN ('authorised', 'generated', 'offline', 'offline_rejected', 'rejected', 'sending', 'unknown')"
        ),
    )


def _create_fiscal_event() -> None:
    op.create_table(
        "fiscal_event",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("kind", sa.String(14), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(18), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("proc", sa.LargeBinary(), nullable=False),
        sa.Column("protocol", sa.String(20), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=True),
        sa.Column("stat", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(120), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("operator", sa.String(80), nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("sequence BETWEEN 1 AND 20", name=op.f("ck_fiscal_event_sequence")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["fiscal_document.id"], name=op.f("fk_fiscal_event_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_event")),
        sa.UniqueConstraint("document_id", "kind", "sequence", name="uq_fiscal_event_sequence"),
    )
    op.create_index(
        "ix_fiscal_event_next_at",
        "fiscal_event",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )


def _create_fiscal_history() -> None:
    op.create_table(
        "fiscal_history",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.String(30), nullable=False),
        sa.Column("after", sa.String(30), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("operator", sa.String(80), nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["fiscal_document.id"], name=op.f("fk_fiscal_history_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_history")),
    )
    op.create_index("ix_fiscal_history_document_id", "fiscal_history", ["document_id"], unique=False)


def _keep() -> None:
    """Documents that were numbered are never deleted, not even by hand."""
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'fiscal documents are kept'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION fiscal_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'fiscal documents are kept'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION fiscal_is_kept()"
        )
