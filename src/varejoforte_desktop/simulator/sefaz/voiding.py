"""Giving up numbers: a range that no invoice will ever carry."""

from __future__ import annotations

from varejoforte_desktop.simulator.sefaz.ledger import Voided
from varejoforte_desktop.simulator.sefaz.markup import NFE, Malformed, Node, element, leaf, parse, text
from varejoforte_desktop.simulator.sefaz.office import Call, Office, Spoken
from varejoforte_desktop.simulator.sefaz.reasons import Rejection
from varejoforte_desktop.simulator.sefaz.seals import check_seal

WIDEST = 10_000
ECHOED = ("ano", "CNPJ", "mod", "serie", "nNFIni", "nNFFin")


def void(office: Office, call: Call) -> Spoken:
    """Give up a range of numbers of one series."""
    asked: Node | None = None
    try:
        asked = parse(call.message)
        office.follow("inutNFe", asked)
        call.obey()
        seal = check_seal(asked, "infInut")
        office.trust(seal.certificate, text(asked, "infInut/CNPJ"), call.company)
        voided = _examine(office, asked, call.model)
    except Malformed:
        return answer_voiding(office, None, "243")
    except Rejection as no:
        return answer_voiding(office, asked, no.stat, no.detail)
    office.ledger.voided.append(voided)
    return answer_voiding(office, asked, "102", protocol=voided.protocol)


def _examine(office: Office, asked: Node, model: str) -> Voided:
    def told(field: str) -> str:
        return text(asked, f"infInut/{field}")

    place = (told("CNPJ"), told("mod"), int(told("serie")), int(told("nNFIni")))
    last = int(told("nNFFin"))
    expected = f"ID{told('cUF')}{told('ano')}{place[0]}{place[1]}{place[2]:03d}{place[3]:09d}{last:09d}"
    if told("tpAmb") != office.terms.environment:
        raise Rejection("252")
    if told("cUF") != office.uf_code:
        raise Rejection("250")
    if place[1] != model:
        raise Rejection("775" if model == "65" else "450")
    if asked[0].get("Id") != expected:
        raise Rejection("502", f"[{expected}]")
    if place[3] > last:
        raise Rejection("224")
    if last - place[3] >= WIDEST:
        raise Rejection("201")
    if office.ledger.used_between(place, last):
        raise Rejection("241")
    for known in office.ledger.voided:
        if (known.cnpj, known.model, known.series) != place[:3]:
            continue
        if (known.first, known.last) == (place[3], last):
            raise Rejection("563", f"[nProt:{known.protocol}]")
        if known.first <= last and place[3] <= known.last:
            raise Rejection("256")
    now = office.now()
    return Voided(
        cnpj=place[0],
        model=place[1],
        series=place[2],
        first=place[3],
        last=last,
        year=told("ano"),
        protocol=office.ledger.protocol(now),
        registered=now,
        reason=told("xJust"),
    )


def answer_voiding(
    office: Office, asked: Node | None, stat: str, detail: str = "", *, protocol: str | None = None
) -> Spoken:
    """A retInutNFe; it repeats what was asked for when that can be read."""
    inside = office.head(stat, detail) + leaf("cUF", office.uf_code)
    readable = asked is not None and stat not in {"215", "243"}
    if asked is not None and readable:
        inside += "".join(leaf(field, text(asked, f"infInut/{field}")) for field in ECHOED)
    inside += leaf("dhRecbto", office.stamp()) + leaf("nProt", protocol)
    named = f' Id="ID{protocol}"' if protocol else ""
    return Spoken(
        element("retInutNFe", f"<infInut{named}>{inside}</infInut>", xmlns=NFE, versao="4.00"), stat
    )
