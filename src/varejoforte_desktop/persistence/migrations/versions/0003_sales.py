"""Sales, open baskets, tills and inventory counts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables of sales; nothing that is there changes."""
    _create_counter_rules()
    _create_sale_counter()
    _create_scale_prefix()
    _create_basket()
    _create_stock_count()
    _create_till()
    _create_cash_movement()
    _create_sale()
    _create_stock_count_line()
    _create_till_check()
    _create_sale_line()
    _create_sale_payment()


def _create_counter_rules() -> None:
    op.create_table(
        "counter_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("discount_operador", sa.Integer(), nullable=False),
        sa.Column("discount_gerente", sa.Integer(), nullable=False),
        sa.Column("cancel_item_supervised", sa.Boolean(), nullable=False),
        sa.Column("blind_closing", sa.Boolean(), nullable=False),
        sa.Column("tolerance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "discount_operador BETWEEN 0 AND 10000 AND discount_gerente BETWEEN 0 AND 10000 AND tolerance >= 0",
            name=op.f("ck_counter_rules_limits"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_counter_rules_one_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_rules")),
    )


def _create_sale_counter() -> None:
    op.create_table(
        "sale_counter",
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("station", name=op.f("pk_sale_counter")),
    )


def _create_scale_prefix() -> None:
    op.create_table(
        "scale_prefix",
        sa.Column("prefix", sa.String(length=3), nullable=False),
        sa.Column("value", sa.String(14), nullable=False),
        sa.Column("code_digits", sa.Integer(), nullable=False),
        sa.Column("value_digits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_scale_prefix")),
    )


def _create_basket() -> None:
    op.create_table(
        "basket",
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_basket_operator_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_basket")),
    )
    op.create_index(
        "uq_basket_open",
        "basket",
        ["station"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_stock_count() -> None:
    op.create_table(
        "stock_count",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_by", KEY, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["operator.id"], name=op.f("fk_stock_count_closed_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["operator.id"], name=op.f("fk_stock_count_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
    )
    op.create_index(
        "uq_stock_count_open",
        "stock_count",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_till() -> None:
    op.create_table(
        "till",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opening_float", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("expected_cash", sa.BigInteger(), nullable=True),
        sa.Column("counted_cash", sa.BigInteger(), nullable=True),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("methods", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "closed_at IS NULL OR (expected_cash IS NOT NULL AND counted_cash IS NOT NULL)",
            name=op.f("ck_till_closed"),
        ),
        sa.CheckConstraint("opening_float >= 0", name=op.f("ck_till_float")),
        sa.ForeignKeyConstraint(["closed_by"], ["operator.id"], name=op.f("fk_till_closed_by")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_till_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
    )
    op.create_index("ix_till_opened_at", "till", ["opened_at"], unique=False)
    op.create_index(
        "uq_till_open",
        "till",
        ["station"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _create_cash_movement() -> None:
    op.create_table(
        "cash_movement",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("till_id", KEY, nullable=False),
        sa.Column("kind", sa.String(18), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_cash_movement_amount")),
        sa.ForeignKeyConstraint(["approved_by"], ["operator.id"], name=op.f("fk_cash_movement_approved_by")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_cash_movement_operator_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_cash_movement_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_movement")),
        sa.UniqueConstraint("token", name=op.f("uq_cash_movement_token")),
    )
    op.create_index("ix_cash_movement_till_id", "cash_movement", ["till_id"], unique=False)


def _create_sale() -> None:
    op.create_table(
        "sale",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(15), nullable=False),
        sa.Column("state", sa.String(17), nullable=False),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("buyer_document", sa.String(length=14), nullable=False),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("goods", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("surcharge", sa.BigInteger(), nullable=False),
        sa.Column("adjustment", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("fiscal", sa.String(12), nullable=False),
        sa.Column("fiscal_state", sa.String(length=20), nullable=False),
        sa.Column("till_id", KEY, nullable=True),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_by", KEY, nullable=True),
        sa.Column("cancelled_till_id", KEY, nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state <> 'cancelled' OR cancelled_at IS NOT NULL", name=op.f("ck_sale_cancelled")
        ),
        sa.CheckConstraint(
            "total = goods - discount + shipping + surcharge + adjustment", name=op.f("ck_sale_adds_up")
        ),
        sa.CheckConstraint("total >= 0 AND discount >= 0 AND number > 0", name=op.f("ck_sale_amounts")),
        sa.ForeignKeyConstraint(["approved_by"], ["operator.id"], name=op.f("fk_sale_approved_by")),
        sa.ForeignKeyConstraint(["cancelled_by"], ["operator.id"], name=op.f("fk_sale_cancelled_by")),
        sa.ForeignKeyConstraint(["cancelled_till_id"], ["till.id"], name=op.f("fk_sale_cancelled_till_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_sale_customer_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_sale_operator_id")),
        sa.ForeignKeyConstraint(["order_id"], ["tray_order.id"], name=op.f("fk_sale_order_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_sale_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("station", "number", name="uq_sale_number"),
        sa.UniqueConstraint("token", name=op.f("uq_sale_token")),
    )
    op.create_index("ix_sale_at", "sale", ["at"], unique=False)
    op.create_index("ix_sale_cancelled_till_id", "sale", ["cancelled_till_id"], unique=False)
    op.create_index("ix_sale_till_id", "sale", ["till_id"], unique=False)
    op.create_index(
        "uq_sale_order",
        "sale",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = 'completed' AND order_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'completed' AND order_id IS NOT NULL"),
    )


def _create_stock_count_line() -> None:
    op.create_table(
        "stock_count_line",
        sa.Column("count_id", KEY, autoincrement=False, nullable=False),
        sa.Column("product_id", KEY, autoincrement=False, nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("ledger_first", KEY, nullable=False),
        sa.Column("ledger_last", KEY, nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_stock_count_line_counted")),
        sa.ForeignKeyConstraint(["count_id"], ["stock_count.id"], name=op.f("fk_stock_count_line_count_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_stock_count_line_product_id")),
        sa.PrimaryKeyConstraint("count_id", "product_id", name=op.f("pk_stock_count_line")),
    )


def _create_till_check() -> None:
    op.create_table(
        "till_check",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("till_id", KEY, nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expected_cash", sa.BigInteger(), nullable=False),
        sa.Column("counted_cash", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_till_check_operator_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_check_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_check")),
    )
    op.create_index("ix_till_check_till_id", "till_check", ["till_id"], unique=False)


def _create_sale_line() -> None:
    op.create_table(
        "sale_line",
        sa.Column("sale_id", KEY, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=6), nullable=False),
        sa.Column("barcode", sa.String(length=14), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity > 0 AND price >= 0 AND discount >= 0", name=op.f("ck_sale_line_amounts")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_line_product_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_line_sale_id")),
        sa.PrimaryKeyConstraint("sale_id", "place", name=op.f("pk_sale_line")),
    )
    op.create_index("ix_sale_line_product_id", "sale_line", ["product_id"], unique=False)


def _create_sale_payment() -> None:
    op.create_table(
        "sale_payment",
        sa.Column("sale_id", KEY, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tendered", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND (tendered = 0 OR tendered >= amount)", name=op.f("ck_sale_payment_amounts")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_payment_sale_id")),
        sa.PrimaryKeyConstraint("sale_id", "place", name=op.f("pk_sale_payment")),
    )
