"""The computers of the shop, the shop's key as each of them may open it, and the books' own identity."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, Text

from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import UtcInstant

#: `sealed_key` is the shop's key as only the private half of `public_key` opens it; that half never leaves the station.
station = Table(
    "station",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("joined_at", UtcInstant, nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
    Column("version", String(20), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("sealed_key", Text, nullable=False),
    Column("key_version", Integer, nullable=False),
    Column("removed_at", UtcInstant),
)

#: `key_version` counts the changes of the shop's key. `epoch` names this very life of the books: another one begins
#: with a restored copy, and until `rechecked_at` is set nobody sells and nothing is sent. `seen_at` is the latest
#: instant anybody worked at, by which a clock that was set back is noticed.
installation = Table(
    "installation",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_shop"), primary_key=True, autoincrement=False),
    Column("epoch", String(36), nullable=False),
    Column("key_version", Integer, nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
    Column("restored_at", UtcInstant),
    Column("rechecked_at", UtcInstant),
)
