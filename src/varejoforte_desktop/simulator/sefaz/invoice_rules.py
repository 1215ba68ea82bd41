"""What an invoice has to be before its contents matter: of this state, of its issuer, in time, and new."""

from __future__ import annotations

from datetime import datetime

from varejoforte_desktop.simulator.sefaz.invoices import COUNTER, Invoice
from varejoforte_desktop.simulator.sefaz.keys import TRIVIAL, check_digit, cnpj_holds, cpf_holds
from varejoforte_desktop.simulator.sefaz.ledger import Document
from varejoforte_desktop.simulator.sefaz.markup import text
from varejoforte_desktop.simulator.sefaz.office import Office
from varejoforte_desktop.simulator.sefaz.reasons import Rejection
from varejoforte_desktop.simulator.sefaz.terms import HOMOLOGACAO

OFFLINE = "9"
PRACTICE_ITEM = "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
PRACTICE_BUYER = "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"


def check_place(office: Office, invoice: Invoice, model: str) -> None:
    """Raises Rejection when an invoice was sent to the wrong counter, environment or state."""
    if invoice.model != model:
        raise Rejection("775" if model == COUNTER else "450")
    if invoice.told("ide/tpAmb") != office.terms.environment:
        raise Rejection("252")
    if invoice.told("ide/cUF") != office.uf_code:
        raise Rejection("226")


def check_key(invoice: Invoice) -> None:
    """Raises Rejection when the access key is not what the fields amount to."""
    if invoice.key[43:] != check_digit(invoice.key[:43]):
        raise Rejection("236")
    if invoice.key != invoice.expected_key or invoice.told("ide/cDV") != invoice.key[43:]:
        raise Rejection("502", f"[{invoice.expected_key}]")
    code = invoice.told("ide/cNF")
    if code in TRIVIAL or int(code) == int(invoice.told("ide/nNF")):
        raise Rejection("897")


def check_people(invoice: Invoice) -> None:
    """Raises Rejection for a CNPJ or CPF whose check digits do not hold."""
    if invoice.told("emit/CNPJ") and not cnpj_holds(invoice.issuer):
        raise Rejection("207")
    kind, number = invoice.buyer
    if kind == "1" and not cnpj_holds(number):
        raise Rejection("208")
    if kind == "2" and not cpf_holds(number):
        raise Rejection("237")


def hints(office: Office, document: Document) -> str:
    """How a refusal names the invoice that is already there."""
    return f"[nRec:{document.protocol}][nProt:{document.protocol}][dhAut:{office.stamp(document.received)}]"


def check_new(office: Office, invoice: Invoice) -> None:
    """Raises Rejection when the key or the number is already in the books, or was given up."""
    known = office.ledger.documents.get(invoice.key)
    if known is not None:
        raise Rejection("218" if known.state == "cancelled" else "204", hints(office, known))
    holder = office.ledger.at(invoice.parts.place)
    if holder is not None:
        raise Rejection("539", f"[chNFe:{holder.key}][nRec:{holder.protocol}]")
    if office.ledger.voiding_of(invoice.parts.place) is not None:
        raise Rejection("206")


def check_dates(office: Office, invoice: Invoice, now: datetime) -> str:
    """100 for an invoice in time, 150 for an off-line one that comes late. Raises Rejection for too late or too soon."""
    terms = office.terms
    age = now - invoice.issued
    if -age > terms.clock_skew:
        raise Rejection("703")
    if invoice.emission == OFFLINE and invoice.model == COUNTER:
        if age > terms.offline_latest:
            raise Rejection("704")
        return "100" if age <= terms.offline_on_time else "150"
    if invoice.model == COUNTER and age > terms.counter_late:
        raise Rejection("704")
    if age > terms.invoice_late:
        raise Rejection("228")
    return "100"


def check_practice_texts(office: Office, invoice: Invoice) -> None:
    """Raises Rejection when an invoice without value does not say so where it has to."""
    if office.terms.environment != HOMOLOGACAO:
        return
    if invoice.model == COUNTER and text(invoice.items[0], "prod/xProd") != PRACTICE_ITEM:
        raise Rejection("373")
    if invoice.has("dest/xNome") and invoice.told("dest/xNome") != PRACTICE_BUYER:
        raise Rejection("598")
