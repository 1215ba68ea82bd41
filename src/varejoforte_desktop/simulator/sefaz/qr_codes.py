"""The QR code of an NFC-e: it has to say what the invoice says, and an off-line one has to prove it."""

from __future__ import annotations

import base64
import binascii

from varejoforte_desktop.simulator.sefaz.invoice_rules import OFFLINE
from varejoforte_desktop.simulator.sefaz.invoices import Invoice
from varejoforte_desktop.simulator.sefaz.markup import find, text
from varejoforte_desktop.simulator.sefaz.office import Office
from varejoforte_desktop.simulator.sefaz.reasons import Rejection
from varejoforte_desktop.simulator.sefaz.seals import Seal, made_by, sha1
from varejoforte_desktop.simulator.sefaz.states import PAGES


def check_qr(office: Office, invoice: Invoice, seal: Seal) -> None:
    """Raises Rejection when the QR code or the address beside it is missing or says something else."""
    if find(invoice.nfe, "infNFeSupl") is None:
        raise Rejection("394")
    page, mark, said = text(invoice.nfe, "infNFeSupl/qrCode").partition("?p=")
    pages = office.terms.pages or PAGES.get(office.uf)
    if pages is not None and page != pages.qr:
        raise Rejection("395")
    if pages is not None and text(invoice.nfe, "infNFeSupl/urlChave") != pages.key:
        raise Rejection("878")
    told = said.split("|")
    if not mark or not told[0]:
        raise Rejection("396")
    if told[0] != invoice.key:
        raise Rejection("397", "[chNFe]")
    if len(told) < 3 or told[1] not in {"2", "3"}:
        raise Rejection("398")
    if told[2] != invoice.told("ide/tpAmb"):
        raise Rejection("397", "[tpAmb]")
    if told[1] == "3":
        _check_third(invoice, seal, told, said)
    else:
        _check_second(office, invoice, seal, told, said)


def _check_sale(invoice: Invoice, day: str, total: str) -> None:
    if day != invoice.told("ide/dhEmi")[8:10]:
        raise Rejection("397", "[dhEmi]")
    if total != invoice.told("total/ICMSTot/vNF"):
        raise Rejection("397", "[vNF]")


def _check_third(invoice: Invoice, seal: Seal, told: list[str], said: str) -> None:
    if invoice.emission != OFFLINE:
        if len(told) != 3:
            raise Rejection("397")
        return
    if len(told) < 8 or not told[7]:
        raise Rejection("474")
    _check_sale(invoice, told[3], told[4])
    kind, number = invoice.buyer
    if told[5] != kind or told[6] != ("" if kind == "3" else number):
        raise Rejection("397", "[cDest]")
    signed, _, signature = said.rpartition("|")
    try:
        proof = base64.b64decode(signature, validate=True)
    except binascii.Error as problem:
        raise Rejection("496") from problem
    if not made_by(seal.certificate, proof, signed.encode()):
        raise Rejection("496")


def _check_second(office: Office, invoice: Invoice, seal: Seal, told: list[str], said: str) -> None:
    offline = invoice.emission == OFFLINE
    if len(told) != (8 if offline else 5):
        raise Rejection("397")
    if offline:
        _check_sale(invoice, told[3], told[4])
        if told[5].lower() != seal.digest.encode().hex():
            raise Rejection("397", "[digVal]")
    if not office.terms.csc:
        return
    secret = office.terms.csc.get(told[-2])
    if secret is None:
        raise Rejection("462")
    hashed, _, proof = said.rpartition("|")
    if proof.upper() != sha1((hashed + secret).encode()).hex().upper():
        raise Rejection("464")
