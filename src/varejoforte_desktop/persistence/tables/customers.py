"""Who buys."""

from sqlalchemy import CheckConstraint, Column, Index, String, Table

from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Key, UtcInstant

customer = Table(
    "customer",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False),
    Column("name_key", String(200), nullable=False),
    Column("document", String(14), unique=True),
    Column("company", String(200), nullable=False),
    Column("state_registration", String(20), nullable=False),
    Column("email", String(120), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("street", String(200), nullable=False),
    Column("number", String(20), nullable=False),
    Column("complement", String(100), nullable=False),
    Column("district", String(100), nullable=False),
    Column("city", String(100), nullable=False),
    Column("state", String(2), nullable=False),
    Column("postcode", String(8), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("modified_at", UtcInstant, nullable=False),
    CheckConstraint("name <> ''", name="named"),
    CheckConstraint("document IS NULL OR length(document) IN (11, 14)", name="document"),
    Index("ix_customer_email", "email"),
    Index("ix_customer_name_key", "name_key"),
)
