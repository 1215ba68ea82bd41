"""Who works here, what each role may, who typed wrong passwords, and what the shop decided about itself."""

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
    Column("key_version", Integer, nullable=False, server_default="0"),
    Column("must_change", Boolean, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
)

#: Only what the administrator changed: a permission without a line is as the program was made.
role_permission = Table(
    "role_permission",
    metadata,
    Column("role", Word(Role), primary_key=True),
    Column("permission", String(40), primary_key=True),
    Column("allowed", Boolean, nullable=False),
)

#: `door` is what `login_door` makes of a login, or "station:CAIXA-1"; there need not be such a login.
sign_in_wait = Table(
    "sign_in_wait",
    metadata,
    Column("door", String(130), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcInstant, nullable=False),
    Column("locked_until", UtcInstant),
    CheckConstraint("failures > 0", name="counted"),
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
    Column("lock_minutes", Integer, nullable=False, server_default="10"),
    CheckConstraint("requests_per_minute > 0 AND requests_per_day > 0 AND cycle_seconds > 0", name="limits"),
)
