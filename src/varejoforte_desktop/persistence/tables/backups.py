"""When each station copies the shop and where to, and the copies that were made."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text

from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Key, UtcInstant

backup_plan = Table(
    "backup_plan",
    metadata,
    Column("station", String(80), primary_key=True),
    Column("folder", Text, nullable=False),
    Column("second_folder", Text, nullable=False),
    Column("every_hours", Integer, nullable=False),
    Column("at_closing", Boolean, nullable=False),
    Column("encrypted", Boolean, nullable=False),
    Column("keep_daily", Integer, nullable=False),
    Column("keep_weekly", Integer, nullable=False),
    Column("keep_monthly", Integer, nullable=False),
    CheckConstraint("every_hours >= 0 AND keep_daily > 0", name="limits"),
    CheckConstraint("keep_weekly >= 0 AND keep_monthly >= 0", name="kept"),
)

#: `recipient` locks a copy; `identity` opens it and is itself locked with the passphrase the owner chose.
backup_key = Table(
    "backup_key",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_shop"), primary_key=True, autoincrement=False),
    Column("recipient", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("since", UtcInstant, nullable=False),
)

backup_run = Table(
    "backup_run",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("station", String(80), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("why", String(20), nullable=False),
    Column("file", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("encrypted", Boolean, nullable=False),
    Column("cause", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_backup_run_station", "station", "at"),
)
