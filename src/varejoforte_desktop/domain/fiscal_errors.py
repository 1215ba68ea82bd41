"""What can stand in the way of a fiscal document and somebody at the shop can put right."""

from __future__ import annotations

from datetime import date

from varejoforte_desktop.domain.errors import DomainError


class WrongAccessKey(DomainError):
    """A text is no access key: 44 characters with a check digit that fits."""

    field = "access_key"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class FiscalNotReady(DomainError):
    """Something is missing before a document can be issued. `missing` is a stable word: emitter, certificate,
    certificate_expired, certificate_of_others, series, tax_rules, unsigned_rules, csc, key, endpoints, confirmation,
    changed (the settings, in this very moment)."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


class NoTaxRule(DomainError):
    """No row of the accountant's table fits a product; `ended` is the last day on which one did."""

    def __init__(self, reference: str, ncm: str, ended: date | None = None) -> None:
        super().__init__(reference, ncm, ended)
        self.reference = reference
        self.ncm = ncm
        self.ended = ended


class WrongTaxRule(DomainError):
    """A row of the accountant's table cannot be used; `line` counts from 1, `column` is its stable name."""

    def __init__(self, line: int, column: str, text: str = "") -> None:
        super().__init__(line, column, text)
        self.line = line
        self.column = column
        self.text = text


class BuyerIncomplete(DomainError):
    """An NF-e needs more of the buyer. `missing` names what: document, name, street, district, city, state,
    postcode."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(missing)
        self.missing = missing


class NfceNotForCompanies(DomainError):
    """An NFC-e was chosen for a buyer with CNPJ, which the shop's settings do not allow (Ajuste SINIEF 11/2025)."""

    field = "fiscal"


class DocumentInvalid(DomainError):
    """The document does not fit the official layout. `places` are the fields in question, for people in the know."""

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__(places)
        self.places = places


class WrongCertificate(DomainError):
    """A certificate file cannot be used. `why`: password, damaged, expired, not_yet, no_key, no_cnpj, others, big."""

    field = "certificate"

    def __init__(self, why: str, facts: str = "") -> None:
        super().__init__(why, facts)
        self.why = why
        self.facts = facts


class FiscalStateWrong(DomainError):
    """What is asked does not fit how the document stands; `state` is a DocumentState's word."""

    def __init__(self, number: str, state: str) -> None:
        super().__init__(number, state)
        self.number = number
        self.state = state


class FiscalElsewhere(DomainError):
    """A note belongs to another environment or company than the shop issues for now. `what` is environment or cnpj,
    `belongs` the note's."""

    def __init__(self, number: str, what: str, belongs: str) -> None:
        super().__init__(number, what, belongs)
        self.number = number
        self.what = what
        self.belongs = belongs


class NotesOpen(DomainError):
    """Environment or company cannot change while SEFAZ owes answers. `what` is environment or cnpj; `documents` and
    `events` are how many are open."""

    def __init__(self, what: str, documents: int, events: int) -> None:
        super().__init__(what, documents, events)
        self.what = what
        self.documents = documents
        self.events = events


class FiscalFirst(DomainError):
    """The sale has a fiscal document that has to be cancelled first."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class FiscalRefused(DomainError):
    """SEFAZ read a request and said no. `stat` is its code, `reason` its own words."""

    def __init__(self, stat: str, reason: str) -> None:
        super().__init__(stat, reason)
        self.stat = stat
        self.reason = reason


class FiscalPaused(DomainError):
    """SEFAZ asked for silence, or our own brake holds; `until` is an ISO instant (UTC)."""

    def __init__(self, until: str) -> None:
        super().__init__(until)
        self.until = until


class FiscalUnanswered(DomainError):
    """SEFAZ has not answered yet; what was asked stays owed and is done by itself."""


class LetterUnanswered(DomainError):
    """Another carta de correção of the same note waits for SEFAZ; the new text was not kept."""


class ReasonTooShort(DomainError):
    """SEFAZ asks for a reason of at least `least` and at most `most` characters."""

    field = "reason"

    def __init__(self, least: int = 15, most: int = 255) -> None:
        super().__init__(least, most)
        self.least = least
        self.most = most


class NumbersInUse(DomainError):
    """Numbers of the range belong to documents that are alive; `number` is the first of them."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class SeriesTaken(DomainError):
    """Another till numbers its documents with this series."""

    field = "series"

    def __init__(self, series: int, station: str) -> None:
        super().__init__(series, station)
        self.series = series
        self.station = station


class InvoiceMismatch(DomainError):
    """A note issued elsewhere does not belong to this order. `why`: buyer, total, issuer, linked, cancelled, kind,
    issued (this program issued one), taken (another one from elsewhere is linked), own (this program issued it, and
    its link is not taken back), not_linked."""

    def __init__(self, why: str, facts: str = "") -> None:
        super().__init__(why, facts)
        self.why = why
        self.facts = facts


class WrongInvoiceFile(DomainError):
    """A file is no NF-e we can read. `why`: big, not_xml, entities, not_nfe, unsigned, foreign, damaged,
    not_authorised, unreadable."""

    def __init__(self, why: str, facts: str = "") -> None:
        super().__init__(why, facts)
        self.why = why
        self.facts = facts


class PurchaseRefused(DomainError):
    """A purchase note cannot be entered or taken back. `why`: repeated, recipient, own, unmatched, nothing, unproven,
    direction, undone (it was taken back before), sold, promised (the facts name the products)."""

    def __init__(self, why: str, facts: str = "") -> None:
        super().__init__(why, facts)
        self.why = why
        self.facts = facts


class PrinterTrouble(DomainError):
    """A printer did not take a page. `why`: none, offline, refused, file, format, driver, unsure."""

    def __init__(self, why: str, printer: str = "") -> None:
        super().__init__(why, printer)
        self.why = why
        self.printer = printer
