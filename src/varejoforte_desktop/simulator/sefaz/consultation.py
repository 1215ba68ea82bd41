"""Asking the authority what it knows of an invoice, and whether it is at work at all."""

from __future__ import annotations

from varejoforte_desktop.simulator.sefaz.keys import AccessKey, check_digit
from varejoforte_desktop.simulator.sefaz.ledger import Document
from varejoforte_desktop.simulator.sefaz.markup import NFE, Malformed, element, leaf, parse, text
from varejoforte_desktop.simulator.sefaz.office import Call, Office, Spoken
from varejoforte_desktop.simulator.sefaz.reasons import Rejection

NOBODY = "0" * 44
SECONDS = "1"  # the average time of an answer


def consult(office: Office, call: Call) -> Spoken:
    """What is known of an access key."""
    key = NOBODY
    try:
        asked = parse(call.message)
        office.follow("consSitNFe", asked)
        key = text(asked, "chNFe")
        call.obey()
        office.throttle.consult(call.company, key, office.now())
        document = _find(office, text(asked, "tpAmb"), key, call.model)
    except Malformed:
        return _answer(office, NOBODY, "243", "", None)
    except Rejection as no:
        return _answer(office, key, no.stat, no.detail, None)
    stat = document.stat if document.state == "authorised" else "101"
    return _answer(office, key, stat, "", document)


def key_asked(message: bytes) -> str:
    """The access key a consult is about; empty when it cannot be read."""
    try:
        return text(parse(message), "chNFe")
    except Malformed:
        return ""


def _find(office: Office, environment: str, key: str, model: str) -> Document:
    if environment != office.terms.environment:
        raise Rejection("252")
    if check_digit(key[:43]) != key[43:]:
        raise Rejection("236")
    asked = AccessKey.read(key)
    if asked.uf != office.uf_code:
        raise Rejection("226")
    if asked.model != model:
        raise Rejection("775" if model == "65" else "450")
    document = office.ledger.documents.get(key)
    if document is not None:
        return document
    holder = office.ledger.at(asked.place)
    if holder is None:
        raise Rejection("217")
    known, shown = AccessKey.read(holder.key), f"[chNFe:{holder.key}]"
    if known.code != asked.code:
        raise Rejection("562", shown)
    raise Rejection("561" if known.month != asked.month else "613", shown)


def _answer(office: Office, key: str, stat: str, detail: str, document: Document | None) -> Spoken:
    inside = office.head(stat, detail) + leaf("cUF", office.uf_code) + leaf("dhRecbto", office.stamp())
    inside += leaf("chNFe", key)
    if document is not None:
        inside += document.proof + "".join(event.xml for event in document.events)
    return Spoken(
        element("retConsSitNFe", inside, xmlns=NFE, versao="4.00"), stat, "" if key == NOBODY else key
    )


def tell_status(office: Office, call: Call) -> Spoken:
    """Whether the authority is at work."""
    try:
        asked = parse(call.message)
        office.follow("consStatServ", asked)
        call.obey()
        office.throttle.status(call.company, call.model, office.now())
        _check_asked(office, text(asked, "tpAmb"), text(asked, "cUF"))
    except Malformed:
        return answer_status(office, "243")
    except Rejection as no:
        return answer_status(office, no.stat, no.detail)
    return answer_status(office, "107")


def _check_asked(office: Office, environment: str, uf_code: str) -> None:
    if environment != office.terms.environment:
        raise Rejection("252")
    if uf_code != office.uf_code:
        raise Rejection("250")


def answer_status(office: Office, stat: str, detail: str = "") -> Spoken:
    """A retConsStatServ."""
    inside = office.head(stat, detail) + leaf("cUF", office.uf_code) + leaf("dhRecbto", office.stamp())
    if stat == "107":
        inside += leaf("tMed", SECONDS)
    return Spoken(element("retConsStatServ", inside, xmlns=NFE, versao="4.00"), stat)
