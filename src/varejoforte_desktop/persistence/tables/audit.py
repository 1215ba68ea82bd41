"""What was done that somebody may have to answer for: added to, never changed, each line sealing the one before."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text

from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import UtcInstant

#: `id` counts without gaps; `hash` is the SHA-256 of `previous` and everything else in the line.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcInstant, nullable=False),
    Column("operator", String(80), nullable=False),
    Column("station", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_entry_at", "at"),
    Index("ix_audit_entry_action", "action", "id"),
)

#: The last line, so that lines cut off at the end are missed; writing it is also what lets one writer pass at a time.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_chain"), primary_key=True, autoincrement=False),
    Column("entry_id", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
