"""What issuing fiscal documents needs from the rest of the house: who composes and signs, who carries to SEFAZ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import EmissionType, FiscalEnvironment, FiscalEventKind
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings, Responsible
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod
from varejoforte_desktop.domain.taxes import ItemTaxes


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftItem:
    """A line of a document. `gross` is price times quantity to the cent; the other amounts are this line's shares."""

    reference: str
    barcode: str
    name: str
    ncm: str
    unit: str
    quantity: Decimal
    price: Money
    gross: Money
    discount: Money = ZERO
    freight: Money = ZERO
    other: Money = ZERO
    taxes: ItemTaxes


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBuyer:
    """Who buys; everything may be empty but the document. `ie` only for a company that pays ICMS."""

    document: str
    name: str = ""
    ie: str = ""
    email: str = ""
    phone: str = ""
    address: Address = field(default_factory=Address)
    city_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPayment:
    """A part of what was paid; `amount` is what was handed over (change is told beside)."""

    method: PaymentMethod
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDraft:
    """Everything a document says, before it is written and signed. `issued_at` is aware, in the shop's zone.

    `carrier` and `volumes` are for goods that travel; `interstate`: another state's buyer; `ships`: goods go by
    carrier (`modFrete` 0), else nobody carries (9).
    """

    model: FiscalModel
    environment: FiscalEnvironment
    emission_type: EmissionType
    emitter: Emitter
    series: int
    number: int
    random_code: str
    issued_at: datetime
    operation: str
    buyer: DraftBuyer | None
    interstate: bool = False
    online: bool = False  # bought over the internet (indPres 2)
    ships: bool = False
    items: tuple[DraftItem, ...]
    payments: tuple[DraftPayment, ...]
    change: Money = ZERO
    total: Money
    carrier: str = ""
    volumes: int = 0
    weight: int = 0  # grams
    note: str = ""
    intermediary_cnpj: str = ""
    intermediary_id: str = ""
    responsible: Responsible = field(default_factory=Responsible)
    offline_at: datetime | None = None
    offline_reason: str = ""
    qr_version: int = 3
    csc_id: str = ""
    csc: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A signed document: exactly these bytes are kept and sent, never written anew."""

    key: str
    xml: bytes
    digest: str  # DigestValue, base64


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event to be signed. `text` is the reason or the correction; `replaced_by` the substitute's key."""

    kind: FiscalEventKind
    key: str
    sequence: int
    at: datetime  # aware, in the shop's zone
    environment: FiscalEnvironment
    issuer: str  # CNPJ
    protocol: str = ""
    text: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidDraft:
    """A range of numbers that were not used. `year` is two digits."""

    environment: FiscalEnvironment
    uf: str
    issuer: str
    model: FiscalModel
    series: int
    first: int
    last: int
    year: int
    reason: str


class Notary(Protocol):
    """Writes and signs with the shop's certificate. Slow (some 20 ms): never on the UI thread."""

    def compose(self, draft: DocumentDraft) -> Composed:
        """Write, check against the official layout, sign. Raises DocumentInvalid."""
        ...

    def event(self, draft: EventDraft) -> bytes:
        """A signed event. Raises DocumentInvalid."""
        ...

    def void(self, draft: VoidDraft) -> bytes:
        """A signed request to void numbers. Raises DocumentInvalid."""
        ...

    def join(self, signed: bytes, answer: bytes) -> bytes:
        """The archive's form (nfeProc, procEventoNFe, ProcInutNFe): what was sent and what SEFAZ said to it,
        byte by byte as they were."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredEvent:
    """An event that SEFAZ has on record for a document, with its archive form."""

    kind: str
    sequence: int
    protocol: str
    at: datetime | None
    proc: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What SEFAZ said. `stat` and `reason` are of the document or event itself when there is one, else of the lot.

    `receipt` is the protNFe, retEvento or retInutNFe as it stands in the archive; `digest` the protocol's digVal;
    `other_key` a key that the reason names ([chNFe:…]); `retry_after` seconds that it asks to wait.
    """

    stat: str
    reason: str
    key: str = ""
    protocol: str = ""
    digest: str = ""
    received_at: datetime | None = None
    receipt: bytes = b""
    other_key: str = ""
    events: tuple[RegisteredEvent, ...] = ()
    retry_after: int = 0
    raw: bytes = field(default=b"", repr=False)


class TaxAuthority(Protocol):
    """SEFAZ, one method per service. Each raises Unreachable when surely nothing was sent, OutcomeUnknown when
    something may have arrived and no usable answer came; never asks twice by itself.
    """

    async def authorise(
        self, signed: bytes, model: FiscalModel, *, emission_type: EmissionType
    ) -> Answer: ...

    async def consult(self, key: str) -> Answer: ...

    async def status(self, model: FiscalModel) -> Answer: ...

    async def event(self, signed: bytes, model: FiscalModel, *, emission_type: EmissionType) -> Answer: ...

    async def void(self, signed: bytes, model: FiscalModel) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What a certificate says of itself; nothing secret. Instants are UTC."""

    holder: str
    cnpj: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires, negative afterwards."""
        return (self.not_after - now).days


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCertificate:
    """A certificate ready for use. `material` (key and chain as PEM text) is secret and sealed before it is kept."""

    facts: CertificateFacts
    material: str = field(repr=False)


class FiscalOffice(Protocol):
    """Opens what is needed to issue; put together by the app."""

    def read_certificate(self, pfx: bytes, password: str, now: datetime) -> OpenedCertificate:
        """Open an A1 file. Raises WrongCertificate. Slow."""
        ...

    def notary(self, material: str, settings: FiscalSettings) -> Notary: ...

    def authority(self, material: str, settings: FiscalSettings) -> TaxAuthority: ...


#: Facts of the last request and answer, for whoever supports the shop.
Trace = Mapping[str, str]
