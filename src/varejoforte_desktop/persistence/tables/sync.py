"""What the store has still to hear, what it said yes to, who sends, and how many requests are left."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from varejoforte_desktop.application.questions import LinkState
from varejoforte_desktop.domain.outbox import Aspect, QueueState, SubjectKind
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Key, UtcInstant, Word

#: Spelt out, never bound: only then do both databases see that the partial index answers the question.
STILL_OWED = "state IN ('waiting', 'outcome_unknown')"

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("subject_kind", Word(SubjectKind), nullable=False),
    Column("subject_id", Key, nullable=False),
    Column("aspect", Word(Aspect), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False, server_default="1"),
    Column("state", Word(QueueState), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("since", UtcInstant, nullable=False),
    Column("due_at", UtcInstant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknown_since", UtcInstant),
    Column("claim_epoch", BigInteger, nullable=False, server_default="0"),
    Column("claimed_until", UtcInstant),
    Column("cause", String(40), nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("facts", Text, nullable=False, server_default="{}"),
    Column("last_attempt_at", UtcInstant),
    UniqueConstraint("subject_kind", "subject_id", "aspect", name="uq_outbox_subject"),
    CheckConstraint("revision > 0 AND attempts >= 0", name="counts"),
    # Partial, so that its size is the backlog's and not the catalogue's.
    Index(
        "ix_outbox_due",
        "rank",
        "due_at",
        "id",
        sqlite_where=text(STILL_OWED),
        postgresql_where=text(STILL_OWED),
    ),
    # The large figures above the queue are counted from this index alone.
    Index("ix_outbox_tally", "state", "paused", "aspect", "since"),
    sqlite_autoincrement=True,  # a line's number is never given to another line: a screen may still hold it
)

store_link = Table(
    "store_link",
    metadata,
    Column("subject_kind", Word(SubjectKind), primary_key=True),
    Column("subject_id", Key, primary_key=True, autoincrement=False),
    Column("state", Word(LinkState), nullable=False),
    Column("remote_id", String(40)),
    Column("unknown_since", UtcInstant),
    Column("linked_at", UtcInstant),
    UniqueConstraint("subject_kind", "remote_id", name="uq_store_link_remote"),
    CheckConstraint("state <> 'linked' OR remote_id IS NOT NULL", name="linked_to_something"),
)

acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("subject_kind", Word(SubjectKind), primary_key=True),
    Column("subject_id", Key, primary_key=True, autoincrement=False),
    Column("aspect", Word(Aspect), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("fields", Text, nullable=False),
    Column("at", UtcInstant, nullable=False),
)

push_history = Table(
    "push_history",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", UtcInstant, nullable=False),
    Column("subject_kind", Word(SubjectKind), nullable=False),
    Column("subject_id", Key, nullable=False),
    Column("label", String(280), nullable=False),
    Column("aspects", String(60), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("cause", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("station", String(80), nullable=False),
    Index("ix_push_history_at", "at"),
    Index("ix_push_history_subject", "subject_kind", "subject_id", "id"),
)

sync_lease = Table(
    "sync_lease",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("station", String(80), nullable=False),
    Column("operator", String(80), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("since", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
)

quota_grant = Table(
    "quota_grant",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", UtcInstant, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Index("ix_quota_grant_at", "at"),
    sqlite_autoincrement=True,
)

quota_day = Table(
    "quota_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("used", Integer, nullable=False),
)

tray_connection = Table(
    "tray_connection",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_store"), primary_key=True, autoincrement=False),
    Column("api_address", String(300), nullable=False),
    Column("store_id", String(40), nullable=False),
    Column("store_name", String(200), nullable=False),
    Column("store_cnpj", String(20), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("cause", String(40), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("access_expires_at", UtcInstant, nullable=False),
    Column("refresh_expires_at", UtcInstant, nullable=False),
    Column("connected_at", UtcInstant, nullable=False),
    Column("renewing_until", UtcInstant),
)
