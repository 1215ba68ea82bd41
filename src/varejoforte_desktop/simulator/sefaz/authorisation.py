"""Authorising an invoice: everything is looked at, and the first thing that is wrong is told."""

from __future__ import annotations

from varejoforte_desktop.simulator.sefaz.invoice_rules import (
    check_dates,
    check_key,
    check_new,
    check_people,
    check_place,
    check_practice_texts,
)
from varejoforte_desktop.simulator.sefaz.invoices import COUNTER, Invoice, amount
from varejoforte_desktop.simulator.sefaz.ledger import Document
from varejoforte_desktop.simulator.sefaz.markup import (
    DSIG,
    NFE,
    Malformed,
    Node,
    cut,
    element,
    find,
    leaf,
    parse,
    text,
)
from varejoforte_desktop.simulator.sefaz.model_rules import check_model
from varejoforte_desktop.simulator.sefaz.office import APPLICATION, DENIES_ALL, Call, Office, Spoken
from varejoforte_desktop.simulator.sefaz.qr_codes import check_qr
from varejoforte_desktop.simulator.sefaz.reasons import Rejection, reason
from varejoforte_desktop.simulator.sefaz.seals import Seal, check_seal
from varejoforte_desktop.simulator.sefaz.totals import check_payments, check_totals


def authorise(office: Office, call: Call) -> Spoken:
    """Answer a lot of one invoice, at once."""
    if call.forced in DENIES_ALL:
        return refuse_lot(office, call.forced)
    try:
        invoice = _open(office, call.message)
    except Rejection as no:
        return refuse_lot(office, no.stat, no.detail)
    digest = "".join(_digest(invoice).split())
    try:
        call.obey()
        stat, seal = _examine(office, invoice, call)
    except Rejection as no:
        try:
            office.throttle.repeated(call.company, invoice.key, no.stat, office.now())
        except Rejection as blocked:
            return refuse_lot(office, blocked.stat, blocked.detail)
        return _tell(office, invoice.key, _proof(office, invoice.key, digest, no.stat, no.detail), no.stat)
    document = _enter(office, invoice, seal, stat)
    return _tell(office, invoice.key, document.proof, stat)


def refuse_lot(office: Office, stat: str, detail: str = "") -> Spoken:
    """The lot itself is refused; nothing in it was looked at."""
    return _answer(office, stat, detail, "", "")


def key_of(message: bytes) -> str:
    """The access key in a lot, whatever else may be wrong with it; empty when there is none."""
    try:
        found = find(parse(message), "NFe/infNFe")
    except Malformed:
        return ""
    return "" if found is None else found.get("Id", "").removeprefix("NFe")


def _open(office: Office, message: bytes) -> Invoice:
    """The invoice in a lot. Raises Rejection when the lot or what is in it does not follow the layout."""
    lot = _parsed(message)
    if any(node.prefix for node in lot.iter()):
        raise Rejection("404")
    # Told before the layout is: a blank between two elements breaks no layout, but it is not allowed.
    if any(_edited(node) for node in lot.iter()):
        raise Rejection("588")
    office.follow("enviNFe", lot, "225")
    pieces = cut(message, "NFe")
    if len(pieces) != 1 or text(lot, "indSinc") != "1":
        raise Rejection("452")
    return Invoice(_parsed(pieces[0]), pieces[0])


def _parsed(data: bytes) -> Node:
    try:
        return parse(data)
    except Malformed as problem:
        raise Rejection("243") from problem


def _edited(node: Node) -> bool:
    """Whether white space stands between elements where only elements belong."""
    if len(node) == 0:
        return False
    around = [node.text or "", *(child.tail or "" for child in node)]
    return any(piece and not piece.strip() for piece in around)


def _digest(invoice: Invoice) -> str:
    return text(invoice.nfe, "Signature/SignedInfo/Reference/DigestValue", DSIG)


def _examine(office: Office, invoice: Invoice, call: Call) -> tuple[str, Seal]:
    """100 or 150, and the seal. Raises Rejection for the first thing that is wrong."""
    check_place(office, invoice, call.model)
    seal = check_seal(invoice.nfe, "infNFe")
    office.trust(seal.certificate, invoice.issuer, call.company)
    check_key(invoice)
    check_people(invoice)
    check_new(office, invoice)
    stat = check_dates(office, invoice, office.now())
    check_practice_texts(office, invoice)
    check_model(office, invoice)
    check_totals(invoice)
    check_payments(invoice)
    if invoice.model == COUNTER:
        check_qr(office, invoice, seal)
    return stat, seal


def _enter(office: Office, invoice: Invoice, seal: Seal, stat: str) -> Document:
    received = office.now()
    protocol = office.ledger.protocol(received)
    first = invoice.items[0]
    document = Document(
        key=invoice.key,
        place=invoice.parts.place,
        stat=stat,
        protocol=protocol,
        received=received,
        issued=invoice.issued,
        digest=seal.digest,
        xml=invoice.xml,
        proof=_proof(office, invoice.key, seal.digest, stat, protocol=protocol),
        emission=invoice.emission,
        total=invoice.total,
        icms=amount(invoice.totals, "vICMS"),
        buyer=invoice.buyer[1],
        first_item=f"{text(first, 'prod/cProd')} {amount(first, 'prod/qCom').normalize()}",
    )
    office.ledger.enter(document)
    return document


def _proof(
    office: Office, key: str, digest: str, stat: str, detail: str = "", *, protocol: str | None = None
) -> str:
    """The protNFe of one invoice: accepted with a protocol number, refused without."""
    inside = (
        leaf("tpAmb", office.terms.environment)
        + leaf("verAplic", APPLICATION)
        + leaf("chNFe", key)
        + leaf("dhRecbto", office.stamp())
        + leaf("nProt", protocol)
        + leaf("digVal", digest)
        + leaf("cStat", stat)
        + leaf("xMotivo", reason(stat, detail))
    )
    named = f' Id="ID{protocol}"' if protocol else ""
    return element("protNFe", f"<infProt{named}>{inside}</infProt>", versao="4.00")


def _tell(office: Office, key: str, proof: str, stat: str) -> Spoken:
    answered = _answer(office, "104", "", proof, key)
    return Spoken(answered.xml, stat, key)


def _answer(office: Office, stat: str, detail: str, proof: str, key: str) -> Spoken:
    inside = (
        office.head(stat, detail) + leaf("cUF", office.uf_code) + leaf("dhRecbto", office.stamp()) + proof
    )
    return Spoken(element("retEnviNFe", inside, xmlns=NFE, versao="4.00"), stat, key)
