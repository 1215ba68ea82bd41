"""What the books keep of fiscal documents: each number once, what was signed, what SEFAZ said, and every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.domain.fiscal import (
    DISPUTED,
    MODEL_CODES,
    OTHER_KEY_CODES,
    DocumentState,
    EmissionType,
    EventState,
    FiscalEnvironment,
    FiscalEventKind,
    key_parts,
    named_key,
)
from varejoforte_desktop.domain.fiscal_errors import WrongAccessKey
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import ProductTax, TaxRule


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesName:
    """Which numbers are counted together."""

    cnpj: str
    environment: FiscalEnvironment
    model: FiscalModel
    series: int

    @property
    def mark(self) -> str:
        """The series as it is remembered outside the books."""
        return f"{self.cnpj}|{self.environment.value}|{self.model.value}|{self.series}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRecord:
    """A series, the till it belongs to and its last number."""

    name: SeriesName
    station: str
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A document as the books have it. `xml` is what was signed and is what is sent, byte by byte; `proc` the archive
    form once authorised. `sent`: bytes of it may have reached SEFAZ. `replaces_id`: the document that SEFAZ never
    answered about and in whose place this one was handed over. `next_at` None: nothing to be done by itself.
    """

    id: int = 0
    sale_id: int | None
    name: SeriesName
    number: int
    random_code: str
    key: str
    emission_type: EmissionType
    state: DocumentState
    station: str
    issued_at: datetime
    total: Money
    buyer_document: str = ""
    buyer_name: str = ""
    xml: bytes = field(repr=False)
    digest: str
    proc: bytes = field(default=b"", repr=False)
    protocol: str = ""
    authorised_at: datetime | None = None
    stat: str = ""
    reason: str = ""
    sent: bool = False
    attempts: int = 0
    next_at: datetime | None = None
    claimed_by: str = ""
    claimed_until: datetime | None = None
    replaces_id: int | None = None
    deadline_at: datetime | None = None

    @property
    def offline(self) -> bool:
        """Whether it was handed over before SEFAZ knew of it."""
        return self.emission_type is EmissionType.OFFLINE

    @property
    def other_key(self) -> str:
        """The key that SEFAZ has under this document's number, while it is not known whose note that is; "" for none.

        It stands in SEFAZ's own words, which are kept; a key of another company, series or number says nothing.
        """
        key = named_key(self.reason) if self.stat in {*OTHER_KEY_CODES, DISPUTED} else ""
        if not key or key == self.key:
            return ""
        try:
            parts = key_parts(key)
        except WrongAccessKey:
            return ""
        ours = (self.name.cnpj, MODEL_CODES.get(self.name.model, ""), self.name.series, self.number)
        told = (parts.issuer, parts.model, parts.series, parts.number)
        return key if told == ours and parts.emission_type in set(EmissionType) else ""

    @property
    def label(self) -> str:
        """As people call it: "1/000123"."""
        return f"{self.name.series}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """Something that SEFAZ is asked to note about a document; `text` is the reason or the correction."""

    id: int = 0
    document_id: int
    kind: FiscalEventKind
    sequence: int
    state: EventState
    text: str
    xml: bytes = field(repr=False)
    proc: bytes = field(default=b"", repr=False)
    protocol: str = ""
    registered_at: datetime | None = None
    stat: str = ""
    reason: str = ""
    attempts: int = 0
    next_at: datetime | None = None
    claimed_by: str = ""
    claimed_until: datetime | None = None
    operator: str = ""
    station: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidRecord:
    """A range of numbers that SEFAZ is asked to void."""

    id: int = 0
    name: SeriesName
    first: int
    last: int
    year: int
    state: EventState
    reason_given: str
    xml: bytes = field(repr=False)
    proc: bytes = field(default=b"", repr=False)
    protocol: str = ""
    registered_at: datetime | None = None
    stat: str = ""
    reason: str = ""
    operator: str = ""
    station: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPapers:
    """What is not at its end at SEFAZ."""

    documents: int
    events: int

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.documents or self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalStep:
    """A line of a document's history. `why` is a stable word or SEFAZ's code; `detail` its words."""

    document_id: int
    before: str
    after: str
    why: str
    detail: str = ""
    operator: str = ""
    station: str = ""


class Documents(Protocol):
    """Fiscal documents, their events and voided numbers."""

    def next_number(self, name: SeriesName) -> int:
        """The next number of a series, counted in one statement. Raises FiscalNotReady without such a series."""
        ...

    def raise_number(self, name: SeriesName, last: int) -> None:
        """The series goes on above `last`; never lowers it."""
        ...

    def series_of(self, station: str, *, cnpj: str, environment: FiscalEnvironment) -> list[SeriesRecord]: ...

    def all_series(self) -> list[SeriesRecord]: ...

    def keep_series(self, record: SeriesRecord) -> None:
        """Give a station a series in place of the one it had. Raises SeriesTaken."""
        ...

    def add(self, record: DocumentRecord) -> int:
        """Write a numbered document; gives its id."""
        ...

    def get(self, document_id: int) -> DocumentRecord:
        """The document, held until the transaction ends. Raises NoSuchRecord."""
        ...

    def by_key(self, key: str) -> DocumentRecord | None: ...

    def live_of_sale(self, sale_id: int) -> DocumentRecord | None:
        """The document that stands for a sale, held until the transaction ends; None: none does."""
        ...

    def of_sale(self, sale_id: int) -> list[DocumentRecord]:
        """All of them, the newest first."""
        ...

    def replacing(self, document_id: int) -> DocumentRecord | None:
        """The document handed over in the place of this one."""
        ...

    def save(self, record: DocumentRecord) -> None:
        """Everything about it but what names it (series, number, sale)."""
        ...

    def in_range(self, name: SeriesName, first: int, last: int) -> list[DocumentRecord]: ...

    def on_their_way(self, *, station: str, claim: str, at: datetime) -> list[DocumentRecord]:
        """Documents that are being sent by nobody who still lives: a station's own under another claim, and others'
        whose time is up."""
        ...

    def last_sent(self, document_id: int) -> datetime | None:
        """When a document last went on its way, as its history has it."""
        ...

    def open_papers(self, cnpj: str, environment: FiscalEnvironment) -> OpenPapers:
        """What a company still has open in an environment; numbers to be voided do not count."""
        ...

    def add_event(self, record: EventRecord) -> int: ...

    def event(self, event_id: int) -> EventRecord: ...

    def events_of(self, document_id: int) -> list[EventRecord]: ...

    def save_event(self, record: EventRecord) -> None: ...

    def add_void(self, record: VoidRecord) -> int: ...

    def get_void(self, void_id: int) -> VoidRecord: ...

    def save_void(self, record: VoidRecord) -> None: ...

    def note(self, step: FiscalStep, at: datetime) -> None:
        """A line of the history; never changed."""
        ...

    def note_call(self, kind: str, subject: str, stat: str, at: datetime) -> None:
        """A question put to SEFAZ, for our own brake; those older than two hours are forgotten."""
        ...

    def calls(self, kind: str, subject: str, since: datetime, stat: str = "") -> int:
        """How many there were."""
        ...

    def paused_until(self) -> datetime | None: ...

    def pause(self, until: datetime, why: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRecord:
    """A secret of the shop, sealed with the shop's key; `facts` only for a certificate."""

    name: str  # certificate, csc_homologacao, csc_producao
    sealed: str = field(repr=False)
    facts: CertificateFacts | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTable:
    """The accountant's rows and who answers for them; `signed` tells whether the signature is of these very rows."""

    rules: tuple[TaxRule, ...] = ()
    source: str = ""
    digest: str = ""
    signed_digest: str = ""
    signer: str = ""
    signed_at: datetime | None = None

    @property
    def signed(self) -> bool:
        """Whether somebody signed exactly these rows."""
        return bool(self.digest) and self.digest == self.signed_digest


class FiscalSetup(Protocol):
    """How the shop issues."""

    def settings(self, *, held: bool = False) -> FiscalSettings:
        """How the shop issues. `held`: nobody changes it until this transaction ends (others may hold it too)."""
        ...

    def hold_settings(self) -> FiscalSettings:
        """How the shop issues, for whoever is going to change it: waits for those that hold it."""
        ...

    def save_settings(self, settings: FiscalSettings) -> None: ...

    def secret(self, name: str) -> SecretRecord | None: ...

    def secrets(self) -> list[SecretRecord]: ...

    def keep_secret(self, record: SecretRecord) -> None: ...

    def drop_secret(self, name: str) -> None: ...

    def taxes(self) -> TaxTable: ...

    def save_rules(self, rules: Sequence[TaxRule], *, source: str, digest: str) -> None: ...

    def sign_rules(self, *, signer: str, at: datetime) -> None: ...

    def product_taxes(self, product_ids: Iterable[int]) -> Mapping[int, ProductTax]:
        """Those that say something of their own."""
        ...

    def save_product_tax(self, product_id: int, tax: ProductTax) -> None: ...
