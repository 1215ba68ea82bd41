"""Print jobs, purchase notes, and the notes of orders as the store is told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables; everything else stays."""
    _create_supplier()
    _create_purchase()
    _create_purchase_line()
    _create_supplier_product()
    _create_print_job()
    _create_order_invoice()
    _change_others()


def _create_supplier() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("document", sa.String(14), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_key", sa.String(120), nullable=False),
        sa.Column("ie", sa.String(20), nullable=False),
        sa.Column("city", sa.String(100), nullable=False),
        sa.Column("state", sa.String(2), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("name <> '' AND length(document) IN (11, 14)", name=op.f("ck_supplier_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("document", name=op.f("uq_supplier_document")),
    )
    op.create_index("ix_supplier_name_key", "supplier", ["name_key"], unique=False)


def _create_purchase() -> None:
    op.create_table(
        "purchase",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(44), nullable=False),
        sa.Column("supplier_id", KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("protocol", sa.String(17), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(key) = 44", name=op.f("ck_purchase_key")),
        sa.CheckConstraint(
            "total >= 0 AND left_out >= 0 AND left_out < lines", name=op.f("ck_purchase_amounts")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_purchase_operator_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        sa.UniqueConstraint("key", name=op.f("uq_purchase_key")),
    )
    op.create_index("ix_purchase_number", "purchase", ["number"], unique=False)
    op.create_index("ix_purchase_supplier_id", "purchase", ["supplier_id"], unique=False)


def _create_purchase_line() -> None:
    op.create_table(
        "purchase_line",
        sa.Column("purchase_id", KEY, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("barcode", sa.String(14), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("ncm", sa.String(8), nullable=False),
        sa.Column("cfop", sa.String(4), nullable=False),
        sa.Column("unit", sa.String(6), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("freight", sa.BigInteger(), nullable=False),
        sa.Column("insurance", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("ipi", sa.BigInteger(), nullable=False),
        sa.Column("st", sa.BigInteger(), nullable=False),
        sa.Column("icms", sa.BigInteger(), nullable=False),
        sa.Column("bonus", sa.Boolean(), nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("factor", sa.BigInteger(), nullable=False),
        sa.Column("entered", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=False),
        sa.Column("set_cost", sa.Boolean(), nullable=False),
        sa.CheckConstraint("product_id IS NOT NULL OR entered = 0", name=op.f("ck_purchase_line_left_out")),
        sa.CheckConstraint(
            "quantity >= 0 AND entered >= 0 AND factor > 0 AND unit_cost >= 0",
            name=op.f("ck_purchase_line_amounts"),
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_purchase_line_product_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_purchase_line_purchase_id")),
        sa.PrimaryKeyConstraint("purchase_id", "place", name=op.f("pk_purchase_line")),
    )
    op.create_index("ix_purchase_line_product_id", "purchase_line", ["product_id"], unique=False)


def _create_supplier_product() -> None:
    op.create_table(
        "supplier_product",
        sa.Column("supplier_id", KEY, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("factor", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("factor > 0 AND code <> ''", name=op.f("ck_supplier_product_meaning")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_supplier_product_product_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_product_supplier_id")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "code", name=op.f("pk_supplier_product")),
    )
    op.create_index("ix_supplier_product_product_id", "supplier_product", ["product_id"], unique=False)


def _create_print_job() -> None:
    op.create_table(
        "print_job",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("token", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(22), nullable=False),
        sa.Column("document_id", KEY, nullable=True),
        sa.Column("sale_id", KEY, nullable=True),
        sa.Column("station", sa.String(80), nullable=False),
        sa.Column("printer", sa.String(200), nullable=False),
        sa.Column("state", sa.String(17), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("operator_id", KEY, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state <> 'printed' OR printed_at IS NOT NULL", name=op.f("ck_print_job_printed")),
        sa.CheckConstraint("copy > 0 AND attempts >= 0", name=op.f("ck_print_job_counts")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_print_job_operator_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_print_job_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
        sa.UniqueConstraint("token", name=op.f("uq_print_job_token")),
    )
    op.create_index("ix_print_job_document_id", "print_job", ["document_id"], unique=False)
    op.create_index("ix_print_job_sale_id", "print_job", ["sale_id"], unique=False)
    op.create_index("ix_print_job_station", "print_job", ["station", "state", "id"], unique=False)


def _create_order_invoice() -> None:
    op.create_table(
        "order_invoice",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=True),
        sa.Column("access_key", sa.String(44), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.String(300), nullable=False),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("cfops", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.String(20), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("linked_by", sa.String(80), nullable=False),
        sa.CheckConstraint("origin IN ('issued', 'file', 'typed')", name=op.f("ck_order_invoice_origin")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["fiscal_document.id"], name=op.f("fk_order_invoice_document_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["tray_order.id"], name=op.f("fk_order_invoice_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_invoice")),
        sa.UniqueConstraint("access_key", name=op.f("uq_order_invoice_access_key")),
        sa.UniqueConstraint("document_id", name=op.f("uq_order_invoice_document_id")),
    )
    op.create_index("ix_order_invoice_order_id", "order_invoice", ["order_id"], unique=False)


def _change_others() -> None:
    op.add_column(
        "order_rules", sa.Column("invoiced_status_id", sa.String(40), server_default="", nullable=False)
    )
    op.add_column(
        "order_rules", sa.Column("shipped_status_id", sa.String(40), server_default="", nullable=False)
    )
    op.add_column("tray_order", sa.Column("tracking_code", sa.String(100), server_default="", nullable=False))
    op.add_column("tray_order", sa.Column("tracking_url", sa.String(300), server_default="", nullable=False))
    op.add_column("tray_order", sa.Column("sent_on", sa.Date(), nullable=True))
    op.add_column(
        "tray_order", sa.Column("shipment_owed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
