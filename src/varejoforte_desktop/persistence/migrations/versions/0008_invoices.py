"""The link of an order to a note issued elsewhere can be taken back, and the note linked anew where it belongs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STANDS = sa.text("revoked_at IS NULL")
#: On SQLite the table is rebuilt, and a rule that is not said again is lost.
ORIGIN = "origin IN ('issued', 'file', 'typed')"


def upgrade() -> None:
    """Who took a link back, when and why; a key is one note's among those that stand."""
    known = sa.CheckConstraint(ORIGIN, name=op.f("ck_order_invoice_origin"))
    rules = (known,) if op.get_context().dialect.name == "sqlite" else ()
    with op.batch_alter_table("order_invoice", table_args=rules) as invoice:
        invoice.add_column(sa.Column("revoked_at", sa.BigInteger(), nullable=True))
        invoice.add_column(sa.Column("revoked_by", sa.String(80), server_default="", nullable=False))
        invoice.add_column(sa.Column("revoked_why", sa.String(17), nullable=True))
        invoice.drop_constraint(op.f("uq_order_invoice_access_key"), type_="unique")
        invoice.create_check_constraint(
            op.f("ck_order_invoice_revoked"), "(revoked_at IS NULL) = (revoked_why IS NULL)"
        )
    op.create_index(
        "uq_order_invoice_live_key",
        "order_invoice",
        ["access_key"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
