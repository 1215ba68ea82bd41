"""Papers to be printed and printed already, each with what it is printed from."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from varejoforte_desktop.domain.print_job import PaperKind, PrintState
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Key, UtcInstant, Word

print_job = Table(
    "print_job",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("token", String(60), nullable=False, unique=True),
    Column("kind", Word(PaperKind), nullable=False),
    Column("document_id", Key),  # documents are never deleted, so nothing has to hold it
    Column("sale_id", Key, ForeignKey("sale.id")),
    Column("station", String(80), nullable=False),
    Column("printer", String(200), nullable=False),  # where it went, or was to go, the last time
    Column("state", Word(PrintState), nullable=False),
    Column("copy", Integer, nullable=False),
    Column(
        "cancelled", Boolean, nullable=False
    ),  # the document or sale was, when it was last asked for or printed
    Column("cause", String(40), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("operator_id", Key, ForeignKey("operator.id")),
    Column("created_at", UtcInstant, nullable=False),
    Column("printed_at", UtcInstant),
    CheckConstraint("copy > 0 AND attempts >= 0", name="counts"),
    CheckConstraint("state <> 'printed' OR printed_at IS NOT NULL", name="printed"),
    Index("ix_print_job_station", "station", "state", "id"),
    Index("ix_print_job_document_id", "document_id"),
    Index("ix_print_job_sale_id", "sale_id"),
)
