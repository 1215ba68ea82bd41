"""What happens to an invoice afterwards: cancelled, replaced, corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from varejoforte_desktop.simulator.sefaz.event_rules import (
    CANCEL,
    CANCELLATIONS,
    CORRECT,
    NAMES,
    SUBSTITUTE,
    check_correction,
    check_details,
    check_substitute,
)
from varejoforte_desktop.simulator.sefaz.ledger import Document, Event
from varejoforte_desktop.simulator.sefaz.markup import NFE, Malformed, Node, cut, element, leaf, parse, text
from varejoforte_desktop.simulator.sefaz.office import APPLICATION, DENIES_ALL, Call, Office, Spoken
from varejoforte_desktop.simulator.sefaz.reasons import Rejection, reason
from varejoforte_desktop.simulator.sefaz.seals import check_seal

NO_LOT = "0"


@dataclass(frozen=True, slots=True)
class Asked:
    """One evento element, parsed by itself."""

    node: Node
    xml: bytes

    def told(self, path: str) -> str:
        """What is written at a path below infEvento."""
        return text(self.node, f"infEvento/{path}")

    @property
    def key(self) -> str:
        """The invoice it is about."""
        return self.told("chNFe")

    @property
    def kind(self) -> str:
        """The number of the kind of event."""
        return self.told("tpEvento")

    @property
    def sequence(self) -> int:
        """Which one of its kind it is."""
        return int(self.told("nSeqEvento"))


def register(office: Office, call: Call) -> Spoken:
    """Answer a lot of events."""
    lot = NO_LOT
    try:
        asked = parse(call.message)
        office.follow("envEvento", asked)
        lot = text(asked, "idLote")
        if call.forced in DENIES_ALL:
            call.obey()
        told = [
            _answer_one(office, call, Asked(parse(piece), piece)) for piece in cut(call.message, "evento")
        ]
    except Malformed:
        return refuse_events(office, "243", lot=lot)
    except Rejection as no:
        return refuse_events(office, no.stat, no.detail, lot=lot)
    xml = _lot(office, lot, "128", "", "".join(one.xml for one in told))
    return Spoken(xml, told[0].stat, told[0].key)


def refuse_events(office: Office, stat: str, detail: str = "", *, lot: str = NO_LOT) -> Spoken:
    """The lot itself is refused; nothing in it was looked at."""
    return Spoken(_lot(office, lot, stat, detail, ""), stat)


def _lot(office: Office, lot: str, stat: str, detail: str, inside: str) -> str:
    head = office.head(stat, detail).replace("<cStat>", f"{leaf('cOrgao', office.uf_code)}<cStat>")
    return element("retEnvEvento", leaf("idLote", lot) + head + inside, xmlns=NFE, versao="1.00")


def _answer_one(office: Office, call: Call, asked: Asked) -> Spoken:
    try:
        call.obey()
        document, stat = _examine(office, call, asked)
    except Rejection as no:
        # Raised out of here when it was one time too many: then the whole lot is refused.
        office.throttle.repeated(
            call.company, asked.node[0].get("Id", asked.key), no.stat, office.now(), event=True
        )
        return Spoken(_result(office, asked, no.stat, no.detail), no.stat, asked.key)
    event = _enter(office, asked, document, stat)
    return Spoken(_result(office, asked, stat, protocol=event.protocol), stat, asked.key)


def _examine(office: Office, call: Call, asked: Asked) -> tuple[Document, str]:
    """The invoice, and 135 or 155. Raises Rejection."""
    info = asked.node[0]
    if asked.told("tpAmb") != office.terms.environment:
        raise Rejection("252")
    if asked.told("cOrgao") != office.uf_code:
        raise Rejection("250")
    seal = check_seal(asked.node, "infEvento")
    author = asked.told("CNPJ") or asked.told("CPF")
    office.trust(seal.certificate, author, call.company)
    if info.get("Id") != f"ID{asked.kind}{asked.key}{asked.sequence:02d}":
        raise Rejection("572")
    if asked.kind not in NAMES:
        raise Rejection("491")
    check_details(office, asked.node, asked.kind)
    if asked.key[6:20] != author.zfill(14):
        raise Rejection("574")
    if asked.key[20:22] != call.model:
        raise Rejection("775" if call.model == "65" else "450")
    document = office.ledger.documents.get(asked.key)
    if document is None:
        raise Rejection("494")
    if asked.kind == CORRECT:
        check_correction(document, asked.sequence)
    _check_repeated(document, asked)
    _check_date(office, document, asked)
    if asked.kind in CANCELLATIONS and asked.told("detEvento/nProt") != document.protocol:
        raise Rejection("222")
    if asked.kind == SUBSTITUTE:
        check_substitute(office, document, asked.told("detEvento/chNFeRef"))
    return document, _in_time(office, document, asked.kind)


def _check_repeated(document: Document, asked: Asked) -> None:
    for event in document.events:
        if (event.kind, event.sequence) == (asked.kind, asked.sequence):
            raise Rejection("573", f"[nProt:{event.protocol}]")
    if document.state == "cancelled":
        raise Rejection("580" if asked.kind == CORRECT else "420")


def _check_date(office: Office, document: Document, asked: Asked) -> None:
    happened, skew = datetime.fromisoformat(asked.told("dhEvento")), office.terms.clock_skew
    if happened > office.now() + skew:
        raise Rejection("578")
    if happened < document.issued - skew:
        raise Rejection("577")
    if document.emission == "1" and happened < document.received - skew:
        raise Rejection("579")


def _in_time(office: Office, document: Document, kind: str) -> str:
    terms, age = office.terms, office.now() - document.received
    limit: timedelta | None = None
    if kind == CANCEL:
        limit = terms.cancel_counter if document.place[1] == "65" else terms.cancel_invoice
    elif kind == SUBSTITUTE:
        limit = terms.substitute_within
    elif kind == CORRECT:
        limit = terms.correct_within
    if limit is None or age <= limit:
        return "135"
    if kind == CANCEL and terms.cancel_late is not None and age <= terms.cancel_late:
        return "155"
    raise Rejection("501")


def _enter(office: Office, asked: Asked, document: Document, stat: str) -> Event:
    now = office.now()
    protocol = office.ledger.protocol(now)
    result = _result(office, asked, stat, protocol=protocol)
    event = Event(
        key=document.key,
        kind=asked.kind,
        sequence=asked.sequence,
        stat=stat,
        protocol=protocol,
        registered=now,
        text=asked.told("detEvento/xJust") or asked.told("detEvento/xCorrecao"),
        reference=asked.told("detEvento/chNFeRef"),
        xml=_proof(asked, result),
    )
    document.events.append(event)
    office.ledger.events.append(event)
    if asked.kind in CANCELLATIONS:
        office.ledger.cancel(document, "155" if stat == "155" else "101")
    return event


def _proof(asked: Asked, result: str) -> str:
    """The procEventoNFe: the event byte for byte as it came, and what was answered."""
    return element("procEventoNFe", asked.xml.decode() + result, xmlns=NFE, versao="1.00")


def _result(office: Office, asked: Asked, stat: str, detail: str = "", *, protocol: str | None = None) -> str:
    inside = (
        leaf("tpAmb", office.terms.environment)
        + leaf("verAplic", APPLICATION)
        + leaf("cOrgao", office.uf_code)
        + leaf("cStat", stat)
        + leaf("xMotivo", reason(stat, detail))
        + leaf("chNFe", asked.key)
        + leaf("tpEvento", asked.kind)
        + leaf("xEvento", NAMES.get(asked.kind))
        + leaf("nSeqEvento", asked.told("nSeqEvento"))
        + leaf("dhRegEvento", office.stamp())
        + leaf("nProt", protocol)
    )
    named = f' Id="ID{protocol}"' if protocol else ""
    return element("retEvento", f"<infEvento{named}>{inside}</infEvento>", versao="1.00")
