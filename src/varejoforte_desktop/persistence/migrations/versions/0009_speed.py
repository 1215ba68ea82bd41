"""Sales without a note, slips of contingency and a month's documents are found however many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only indexes: nothing that is kept changes."""
    op.create_index("ix_sale_fiscal_state", "sale", ["fiscal_state"], unique=False)
    op.create_index("ix_fiscal_document_authorised_at", "fiscal_document", ["authorised_at"], unique=False)
    op.create_index("ix_fiscal_event_registered_at", "fiscal_event", ["registered_at"], unique=False)
    with_deadline = sa.text("deadline_at IS NOT NULL")
    op.create_index(
        "ix_fiscal_document_deadline_at",
        "fiscal_document",
        ["deadline_at"],
        unique=False,
        sqlite_where=with_deadline,
        postgresql_where=with_deadline,
    )
    _by_place()


def _by_place() -> None:
    """What is open and what is due is asked for in one environment of one company."""
    place = ["cnpj", "environment"]
    op.create_index("ix_fiscal_document_place", "fiscal_document", [*place, "state"], unique=False)
    waits = sa.text("next_at IS NOT NULL")
    op.drop_index("ix_fiscal_document_next_at", table_name="fiscal_document")
    op.create_index(
        "ix_fiscal_document_next_at",
        "fiscal_document",
        [*place, "next_at"],
        unique=False,
        sqlite_where=waits,
        postgresql_where=waits,
    )
