"""Which unit a remembered conversion is for, what a purchase did to costs and prices, and purchases taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_STANDING = sa.text("undone_at IS NULL")


def upgrade() -> None:
    """Add to the tables; every purchase that entered stands, and every conversion is remembered, of no unit yet."""
    op.add_column("supplier_product", sa.Column("unit", sa.String(6), server_default="", nullable=False))
    _change_purchase()
    _create_effect()


def _change_purchase() -> None:
    """A note that was taken back may enter again: its key is unique only among those that stand."""
    with op.batch_alter_table("purchase") as purchase:
        purchase.drop_constraint("uq_purchase_key", type_="unique")
        purchase.add_column(sa.Column("undone_at", sa.BigInteger(), nullable=True))
        purchase.add_column(sa.Column("undone_by", KEY, nullable=True))
        purchase.add_column(sa.Column("undo_reason", sa.String(200), server_default="", nullable=False))
        purchase.create_foreign_key(op.f("fk_purchase_undone_by"), "operator", ["undone_by"], ["id"])
        purchase.create_check_constraint(
            op.f("ck_purchase_undone"),
            "undone_at IS NULL OR (undone_by IS NOT NULL AND undo_reason <> '')",
        )
    op.create_index("ix_purchase_key", "purchase", ["key"], unique=False)
    op.create_index(
        "uq_purchase_standing",
        "purchase",
        ["key"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def _create_effect() -> None:
    op.create_table(
        "purchase_effect",
        sa.Column("purchase_id", KEY, autoincrement=False, nullable=False),
        sa.Column("product_id", KEY, autoincrement=False, nullable=False),
        sa.Column("cost_before", sa.BigInteger(), nullable=False),
        sa.Column("cost_after", sa.BigInteger(), nullable=False),
        sa.Column("price_before", sa.BigInteger(), nullable=False),
        sa.Column("price_after", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_purchase_effect_product_id")),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchase.id"], name=op.f("fk_purchase_effect_purchase_id")
        ),
        sa.PrimaryKeyConstraint("purchase_id", "product_id", name=op.f("pk_purchase_effect")),
    )
    op.create_index("ix_purchase_effect_product_id", "purchase_effect", ["product_id"], unique=False)
