"""Who issues the shop's documents and deals with SEFAZ, as screens and commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from varejoforte_desktop.application.fiscal_book import DocumentRecord, EventRecord, SeriesName, VoidRecord
from varejoforte_desktop.application.fiscal_ports import Answer, CertificateFacts
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.sale import FiscalModel, Sale


class FiscalPhase(StrEnum):
    """How the line to SEFAZ is."""

    NOT_SET_UP = "not_set_up"  # `cause` says what is missing, as FiscalNotReady does
    READY = "ready"
    OFFLINE = "offline"  # SEFAZ does not answer: NFC-e are handed over in contingency
    PAUSED = "paused"  # SEFAZ asked for silence


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalStatus:
    """What the bar shows. `since` is when the phase began."""

    phase: FiscalPhase = FiscalPhase.NOT_SET_UP
    cause: str = ""
    since: datetime | None = None
    busy: int = 0  # documents on their way at this station


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A point of the check-up. `name`: emitter, certificate, certificate_expiry, tax_rules, tax_rules_end, rules_signed,
    series_nfe, series_nfce, csc, clock, status_nfe, status_nfce. `fine` None: could not be tried, or not yet needed."""

    name: str
    fine: bool | None
    facts: Mapping[str, str] = field(default_factory=dict)


class FiscalDesk(Protocol):
    """Issues, sends, asks, cancels. Every method with `by` raises NotAllowed, SessionEnded and what else it names;
    BooksError where the books are in the way."""

    @property
    def status(self) -> FiscalStatus: ...

    def subscribe(self, listener: Callable[[FiscalStatus], None]) -> Callable[[], None]:
        """Be told each change of the status."""
        ...

    def wake(self) -> None:
        """Look at once whether something is to be done."""
        ...

    def problem(self, sale_id: int) -> DomainError | None:
        """Why a sale could not get its document the last time this station tried."""
        ...

    async def once(self) -> bool:
        """Do now what is due, for commands without a loop; gives whether more is. Raises FiscalNotReady, KeyMissing."""
        ...

    async def issue(self, sale_id: int) -> DocumentRecord | None:
        """The sale's document, numbered, signed and sent; comes back with whatever state it has then, after some
        seconds at most. An NFC-e that SEFAZ does not answer about goes into contingency. None: it needs none.

        Raises FiscalNotReady, NoTaxRule, BuyerIncomplete, DocumentInvalid, KeyMissing, RecheckPending: the sale
        stands and is owed its document.
        """
        ...

    async def resend(self, document_id: int, *, by: Actor) -> DocumentRecord:
        """Put right and sent again (rejected), sent, or asked about, whatever its state needs.

        Raises FiscalStateWrong for one that needs nothing, FiscalPaused, and what `issue` raises.
        """
        ...

    async def cancel_sale(
        self, sale_id: int, *, reason: str, by: Actor, approved_by: Actor | None = None
    ) -> Sale:
        """Cancel a sale with its document: SEFAZ first, then goods and money, once.

        Raises ReasonTooShort (a document needs 15 characters), FiscalRefused, FiscalUnanswered (asked again by
        itself; cancel once more later), FiscalPaused, and what cancel_sale raises.
        """
        ...

    async def correct(self, document_id: int, text: str, *, by: Actor) -> EventRecord:
        """A carta de correção. Raises ReasonTooShort, FiscalStateWrong, FiscalRefused, FiscalUnanswered."""
        ...

    async def void(self, name: SeriesName, first: int, last: int, *, reason: str, by: Actor) -> VoidRecord:
        """Void numbers. Raises ReasonTooShort, NumbersInUse, FiscalRefused, FiscalUnanswered."""
        ...

    async def give_up(self, document_id: int, *, by: Actor) -> None:
        """A rejected document is not put right. Raises FiscalStateWrong."""
        ...

    async def service_status(self, model: FiscalModel) -> Answer:
        """Whether SEFAZ works. Raises FiscalNotReady, FiscalPaused (asked less than three minutes ago) or the errors
        of `outside`."""
        ...

    async def install_certificate(self, pfx: bytes, password: str, *, by: Actor) -> CertificateFacts:
        """Open an A1 file and keep it sealed; its password is not kept. Raises WrongCertificate, KeyMissing."""
        ...

    async def keep_csc(self, environment: FiscalEnvironment, csc: str, *, by: Actor) -> None:
        """Keep a CSC, sealed; "" forgets it. Raises KeyMissing."""
        ...

    async def check_up(self) -> tuple[Finding, ...]:
        """Whether the shop could issue now, point by point; asks SEFAZ for its status when it may."""
        ...
