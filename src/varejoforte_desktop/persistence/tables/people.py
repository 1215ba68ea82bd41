"""Who works here, and what the shop decided about itself."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, String, Table, Text

from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Key, UtcInstant, Word

operator = Table(
    "operator",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("wrapped_key", Text, nullable=False, server_default=""),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcInstant),
    Column("active", Boolean, nullable=False),
)

shop = Table(
    "shop",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_shop"), primary_key=True, autoincrement=False),
    Column("name", String(80), nullable=False),
    Column("timezone", String(40), nullable=False),
    Column("sync_option", Word(SyncOption), nullable=False),
    Column("requests_per_minute", Integer, nullable=False),
    Column("requests_per_day", Integer, nullable=False),
    Column("cycle_seconds", Integer, nullable=False),
    CheckConstraint("requests_per_minute > 0 AND requests_per_day > 0 AND cycle_seconds > 0", name="limits"),
)
