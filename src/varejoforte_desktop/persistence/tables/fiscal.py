"""Fiscal documents, their numbers, their history, and how the shop issues them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from varejoforte_desktop.domain.fiscal import (
    LIVE_STATES,
    DocumentState,
    EmissionType,
    EventState,
    FiscalEnvironment,
    FiscalEventKind,
)
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.persistence.tables.registry import metadata
from varejoforte_desktop.persistence.types import Cents, Key, UtcInstant, Word

_LIVE = text("sale_id IS NOT NULL AND state IN ({})".format(", ".join(sorted(f"'{s}'" for s in LIVE_STATES))))
_DUE = text("next_at IS NOT NULL")
_SLIP = text("deadline_at IS NOT NULL")

fiscal_settings = Table(
    "fiscal_settings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("cnpj", String(14), nullable=False),
    Column("environment", Word(FiscalEnvironment), nullable=False),
    Column("body", Text, nullable=False),
    CheckConstraint("id = 1", name="one_shop"),
)

#: Sealed with the shop's key: the certificate's private key and the CSC of each environment.
fiscal_secret = Table(
    "fiscal_secret",
    metadata,
    Column("name", String(30), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

tax_table = Table(
    "tax_table",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("source", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("signed_digest", String(64), nullable=False),
    Column("signer", String(120), nullable=False),
    Column("signed_at", UtcInstant),
    CheckConstraint("id = 1", name="one_shop"),
)

tax_rule = Table(
    "tax_rule",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("body", Text, nullable=False),
)

product_tax = Table(
    "product_tax",
    metadata,
    Column("product_id", Key, ForeignKey("product.id"), primary_key=True, autoincrement=False),
    Column("tax_group", String(20), nullable=False),
    Column("origin", Integer, nullable=False),
    Column("cest", String(7), nullable=False),
    CheckConstraint("origin BETWEEN 0 AND 8", name="origin"),
)

fiscal_series = Table(
    "fiscal_series",
    metadata,
    Column("cnpj", String(14), primary_key=True),
    Column("environment", Word(FiscalEnvironment), primary_key=True),
    Column("model", Word(FiscalModel), primary_key=True),
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("station", String(80), nullable=False),
    Column("last", BigInteger, nullable=False),
    UniqueConstraint("cnpj", "environment", "model", "station", name="uq_fiscal_series_station"),
    CheckConstraint("series BETWEEN 0 AND 999 AND last BETWEEN 0 AND 999999999", name="numbers"),
)

fiscal_document = Table(
    "fiscal_document",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("sale_id", Key, ForeignKey("sale.id")),
    Column("cnpj", String(14), nullable=False),
    Column("environment", Word(FiscalEnvironment), nullable=False),
    Column("model", Word(FiscalModel), nullable=False),
    Column("series", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("random_code", String(8), nullable=False),
    Column("access_key", String(44), nullable=False, unique=True),
    Column("emission_type", Word(EmissionType), nullable=False),
    Column("state", Word(DocumentState), nullable=False),
    Column("station", String(80), nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("total", Cents, nullable=False),
    Column("buyer_document", String(14), nullable=False),
    Column("buyer_name", String(200), nullable=False),
    Column("buyer_key", String(200), nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("digest", String(40), nullable=False),
    Column("proc", LargeBinary, nullable=False),
    Column("protocol", String(20), nullable=False),
    Column("authorised_at", UtcInstant),
    Column("stat", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcInstant),
    Column("claimed_by", String(120), nullable=False),
    Column("claimed_until", UtcInstant),
    Column("replaces_id", Key, ForeignKey("fiscal_document.id"), unique=True),
    Column("deadline_at", UtcInstant),
    # A number is given to one document, whatever happens to it.
    UniqueConstraint("cnpj", "environment", "model", "series", "number", name="uq_fiscal_document_number"),
    CheckConstraint("number BETWEEN 1 AND 999999999 AND total >= 0", name="amounts"),
    CheckConstraint("state <> 'authorised' OR (protocol <> '' AND length(proc) > 0)", name="authorised"),
    # A sale has at most one document that stands for it.
    Index("uq_fiscal_document_live", "sale_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("ix_fiscal_document_sale_id", "sale_id"),
    Index(
        "ix_fiscal_document_next_at",
        "cnpj",
        "environment",
        "next_at",
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    ),
    Index("ix_fiscal_document_place", "cnpj", "environment", "state"),
    Index("ix_fiscal_document_issued_at", "issued_at"),
    Index("ix_fiscal_document_state", "state"),
    Index("ix_fiscal_document_authorised_at", "authorised_at"),
    Index("ix_fiscal_document_deadline_at", "deadline_at", sqlite_where=_SLIP, postgresql_where=_SLIP),
)

fiscal_event = Table(
    "fiscal_event",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("document_id", Key, ForeignKey("fiscal_document.id"), nullable=False),
    Column("kind", Word(FiscalEventKind), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("state", Word(EventState), nullable=False),
    Column("text", Text, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("proc", LargeBinary, nullable=False),
    Column("protocol", String(20), nullable=False),
    Column("registered_at", UtcInstant),
    Column("stat", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcInstant),
    Column("claimed_by", String(120), nullable=False),
    Column("claimed_until", UtcInstant),
    Column("operator", String(80), nullable=False),
    Column("station", String(80), nullable=False),
    Column("at", UtcInstant, nullable=False),
    UniqueConstraint("document_id", "kind", "sequence", name="uq_fiscal_event_sequence"),
    CheckConstraint("sequence BETWEEN 1 AND 20", name="sequence"),
    Index("ix_fiscal_event_next_at", "next_at", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("ix_fiscal_event_registered_at", "registered_at"),
)

fiscal_void = Table(
    "fiscal_void",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("cnpj", String(14), nullable=False),
    Column("environment", Word(FiscalEnvironment), nullable=False),
    Column("model", Word(FiscalModel), nullable=False),
    Column("series", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("year", Integer, nullable=False),
    Column("state", Word(EventState), nullable=False),
    Column("reason_given", String(255), nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("proc", LargeBinary, nullable=False),
    Column("protocol", String(20), nullable=False),
    Column("registered_at", UtcInstant),
    Column("stat", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("operator", String(80), nullable=False),
    Column("station", String(80), nullable=False),
    Column("at", UtcInstant, nullable=False),
    CheckConstraint("first BETWEEN 1 AND last", name="range"),
)

fiscal_history = Table(
    "fiscal_history",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("document_id", Key, ForeignKey("fiscal_document.id"), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("before", String(30), nullable=False),
    Column("after", String(30), nullable=False),
    Column("why", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("operator", String(80), nullable=False),
    Column("station", String(80), nullable=False),
    Index("ix_fiscal_history_document_id", "document_id"),
)

#: What was asked of SEFAZ lately, so that nobody asks too often; forgotten after two hours.
fiscal_call = Table(
    "fiscal_call",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", UtcInstant, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("stat", String(20), nullable=False),
    Index("ix_fiscal_call_subject", "subject", "kind"),
)

fiscal_pause = Table(
    "fiscal_pause",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("until", UtcInstant, nullable=False),
    Column("why", String(40), nullable=False),
    CheckConstraint("id = 1", name="one_shop"),
)
