"""Which unit of the supplier a remembered conversion is for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was remembered before has no unit: it is believed only where the note itself says the same."""
    op.add_column("supplier_product", sa.Column("unit", sa.String(6), server_default="", nullable=False))
