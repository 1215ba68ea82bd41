"""Sales without a note, and the documents SEFAZ took in during a month, are found however many there are."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only indexes: nothing that is kept changes."""
    op.create_index("ix_sale_fiscal_state", "sale", ["fiscal_state"], unique=False)
    op.create_index("ix_fiscal_document_authorised_at", "fiscal_document", ["authorised_at"], unique=False)
