"""What screens and the desk ask about fiscal documents, and the lines they get back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from varejoforte_desktop.application.fiscal_book import (
    DocumentRecord,
    EventRecord,
    SecretRecord,
    SeriesName,
    SeriesRecord,
    TaxTable,
    VoidRecord,
)
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import ProductTax, last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSearch:
    """What is looked for. `text`: number, access key, buyer's name or document, sale number. None: any."""

    text: str = ""
    model: FiscalModel | None = None
    environment: FiscalEnvironment | None = None
    states: frozenset[DocumentState] = frozenset()  # empty: any
    since: datetime | None = None
    until: datetime | None = None
    station: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A line of the list of documents. `sale_number` as people call it ("Balcão-871"); `order` the store's number."""

    id: int
    sale_id: int | None
    sale_number: str
    order: str
    model: FiscalModel
    environment: FiscalEnvironment
    series: int
    number: int
    key: str
    emission_type: EmissionType
    state: DocumentState
    station: str
    issued_at: datetime
    total: Money
    buyer_document: str
    buyer_name: str
    stat: str
    reason: str
    authorised_at: datetime | None
    deadline_at: datetime | None
    corrected: bool
    cancelling: bool  # SEFAZ was asked to cancel it and has not answered
    uncancelled: bool = False  # another took its place, SEFAZ has it after all and refused to cancel it
    protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A line of a document's history."""

    at: datetime
    before: str
    after: str
    why: str
    detail: str
    operator: str
    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSheet:
    """Everything about one document. `replaced` and `replacing` are the labels of its neighbours, "" for none."""

    row: DocumentRow
    record: DocumentRecord
    steps: tuple[StepRow, ...]
    events: tuple[EventRecord, ...]
    replaced: str = ""
    replacing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedSale:
    """A sale that still has no document."""

    sale_id: int
    number: str
    model: FiscalModel
    at: datetime
    total: Money
    buyer_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGap:
    """Numbers that no document uses: given up, or never heard of (`unknown`; an older copy was put back, say)."""

    name: SeriesName
    first: int
    last: int
    unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalOverview:
    """How it stands with SEFAZ. Counts are of the environment in force."""

    settings: FiscalSettings
    certificate: CertificateFacts | None
    owed: int  # sales without a document
    waiting: int  # generated, of unknown fate, or replaced and still to be looked up
    offline: int  # handed over, SEFAZ still to be told
    oldest_deadline: datetime | None
    rejected: int
    to_void: int
    paused_until: datetime | None
    taxes: TaxTable
    unreversed: int = 0  # sales that stand although their document was cancelled
    uncancelled: int = (
        0  # replaced, SEFAZ has them after all and refuses to cancel them: two valid notes for a sale
    )
    uncancelled_until: datetime | None = None  # until when SEFAZ may still take the oldest one's cancellation
    disputed: int = 0  # SEFAZ has another content, or another note under the number: a person has to look
    elsewhere: int = 0  # open in another environment or under another CNPJ: nobody asks about them meanwhile

    def taxes_end(self, today: date) -> date | None:
        """The last day that the whole tax table is good for, as of `today` in the shop; None: it has no end."""
        return last_day(self.taxes.rules, self.settings.emitter.regime, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something to be done with SEFAZ. `kind`: send, consult, event."""

    kind: str
    id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveItem:
    """A file of the archive: `name` inside the month's folder, `data` byte by byte as it was signed and answered."""

    name: str
    data: bytes = field(repr=False)


class FiscalReader(Protocol):
    """Looks, changes nothing."""

    def settings(self) -> FiscalSettings: ...

    def certificate(self) -> CertificateFacts | None: ...

    def secrets(self) -> Mapping[str, SecretRecord]:
        """Sealed; by name."""
        ...

    def taxes(self) -> TaxTable: ...

    def tax_groups(self) -> list[str]:
        """Groups that the rows or products name."""
        ...

    def product_tax(self, product_id: int) -> ProductTax: ...

    def series(self) -> list[SeriesRecord]: ...

    def overview(self) -> FiscalOverview: ...

    def paused_until(self) -> datetime | None:
        """Until when nobody asks SEFAZ anything, as far as that was ever said."""
        ...

    def documents(self, search: DocumentSearch, *, offset: int = 0, limit: int = 100) -> list[DocumentRow]:
        """The newest first."""
        ...

    def count(self, search: DocumentSearch) -> int: ...

    def document(self, document_id: int) -> DocumentSheet:
        """Raises NoSuchRecord."""
        ...

    def of_sale(self, sale_id: int) -> list[DocumentRow]:
        """A sale's documents, the newest first."""
        ...

    def owed_sales(self, *, since: datetime | None = None, limit: int = 1000) -> list[OwedSale]:
        """The oldest first, sold at or after `since`."""
        ...

    def gaps(self) -> list[NumberGap]:
        """Numbers to be voided, as ranges."""
        ...

    def voids(self, *, limit: int = 200) -> list[VoidRecord]:
        """The newest first."""
        ...

    def due(self, station: str, at: datetime, *, limit: int = 20) -> list[Due]:
        """What this station has to do now: offline documents first, then the oldest."""
        ...

    def lost(self, station: str, claim: str, at: datetime) -> bool:
        """Whether a document was on its way when a computer stopped (see Documents.on_their_way)."""
        ...

    def next_due(self, station: str) -> datetime | None:
        """When the next thing is due; None when nothing waits."""
        ...

    def archive(
        self, since: datetime, until: datetime, *, environment: FiscalEnvironment, begins: datetime
    ) -> list[ArchiveItem]:
        """Documents, events and voided ranges of a stretch of an archive that begins at `begins`."""
        ...
