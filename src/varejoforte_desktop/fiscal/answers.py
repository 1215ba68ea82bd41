"""What SEFAZ answered, read down to the facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from lxml.etree import _Element

from varejoforte_desktop.application.fiscal_ports import Answer, RegisteredEvent
from varejoforte_desktop.application.outside import OutcomeUnknown
from varejoforte_desktop.domain.fiscal import named_key
from varejoforte_desktop.fiscal.markup import NFE, alone, child, text

#: Somebody of this CNPJ or at this line asked too often (Nota Técnica 2018.002): an hour of silence.
TOO_OFTEN: Final = "656"
_SILENCE: Final = 3600


def sent_document(root: _Element, raw: bytes, key: str) -> Answer:
    """The answer to a document (retEnviNFe). Raises OutcomeUnknown("unreadable") when it speaks of another one."""
    protocol = child(root, "protNFe")
    if protocol is not None:
        return _of_protocol(protocol, raw, key)
    stat = _stat(root)
    if stat == "104":
        raise OutcomeUnknown(code="unreadable", detail="104 without protNFe")
    wait = text(root, "infRec", "tMed")
    return Answer(
        stat=stat,
        reason=text(root, "xMotivo"),
        received_at=instant(text(root, "dhRecbto")),
        other_key=named_key(text(root, "xMotivo")),
        retry_after=int(wait) if wait.isdecimal() else _silence(stat),
        raw=raw,
    )


def asked_document(root: _Element, raw: bytes, key: str) -> Answer:
    """How a document stands (retConsSitNFe), with its protocol and events when there are any."""
    stat, reason = _stat(root), text(root, "xMotivo")
    protocol = child(root, "protNFe")
    inside = child(protocol, "infProt")
    if inside is not None:
        _same(text(inside, "chNFe"), key)
    return Answer(
        stat=stat,
        reason=reason,
        key=text(inside, "chNFe") or text(root, "chNFe"),
        protocol=text(inside, "nProt"),
        digest=text(inside, "digVal"),
        received_at=instant(text(inside, "dhRecbto") or text(root, "dhRecbto")),
        receipt=b"" if protocol is None else alone(protocol),
        other_key=named_key(reason),
        events=tuple(_registered(event) for event in root.findall(f"{{{NFE}}}procEventoNFe")),
        retry_after=_silence(stat),
        raw=raw,
    )


def asked_status(root: _Element, raw: bytes) -> Answer:
    """Whether the service is open (retConsStatServ); `retry_after` until it says to be back."""
    stat = _stat(root)
    said, back = instant(text(root, "dhRecbto")), instant(text(root, "dhRetorno"))
    wait = int((back - said).total_seconds()) if said and back else 0
    return Answer(
        stat=stat,
        reason=text(root, "xMotivo"),
        received_at=said,
        retry_after=max(wait, 0) or _silence(stat),
        raw=raw,
    )


def sent_event(root: _Element, raw: bytes, key: str) -> Answer:
    """The answer to an event (retEnvEvento): what became of it, or of the request when it got no further."""
    told = child(root, "retEvento")
    inside = child(told, "infEvento")
    if told is None or inside is None:
        stat = _stat(root)
        if stat == "128":
            raise OutcomeUnknown(code="unreadable", detail="128 without retEvento")
        return Answer(stat=stat, reason=text(root, "xMotivo"), retry_after=_silence(stat), raw=raw)
    _same(text(inside, "chNFe"), key)
    stat = _stat(inside)
    return Answer(
        stat=stat,
        reason=text(inside, "xMotivo"),
        key=text(inside, "chNFe"),
        protocol=text(inside, "nProt"),
        received_at=instant(text(inside, "dhRegEvento")),
        receipt=alone(told),
        other_key=named_key(text(inside, "xMotivo")),
        retry_after=_silence(stat),
        raw=raw,
    )


def sent_void(root: _Element, raw: bytes) -> Answer:
    """The answer to a range of numbers that were not used (retInutNFe)."""
    inside = child(root, "infInut")
    if inside is None:
        raise OutcomeUnknown(code="unreadable", detail="retInutNFe without infInut")
    stat = _stat(inside)
    return Answer(
        stat=stat,
        reason=text(inside, "xMotivo"),
        protocol=text(inside, "nProt"),
        received_at=instant(text(inside, "dhRecbto")),
        receipt=alone(root),
        retry_after=_silence(stat),
        raw=raw,
    )


def instant(said: str) -> datetime | None:
    """A moment in UTC; None for one that is missing, unreadable or does not say of which zone it is."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None


def _of_protocol(protocol: _Element, raw: bytes, key: str) -> Answer:
    inside = child(protocol, "infProt")
    if inside is None:
        raise OutcomeUnknown(code="unreadable", detail="protNFe without infProt")
    _same(text(inside, "chNFe"), key)
    stat, reason = _stat(inside), text(inside, "xMotivo")
    return Answer(
        stat=stat,
        reason=reason,
        key=text(inside, "chNFe"),
        protocol=text(inside, "nProt"),
        digest=text(inside, "digVal"),
        received_at=instant(text(inside, "dhRecbto")),
        receipt=alone(protocol),
        other_key=named_key(reason),
        retry_after=_silence(stat),
        raw=raw,
    )


def _registered(event: _Element) -> RegisteredEvent:
    asked, told = child(event, "evento", "infEvento"), child(event, "retEvento", "infEvento")
    sequence = text(asked, "nSeqEvento") or text(told, "nSeqEvento")
    return RegisteredEvent(
        kind=text(asked, "tpEvento") or text(told, "tpEvento"),
        sequence=int(sequence) if sequence.isdecimal() else 0,
        protocol=text(told, "nProt"),
        at=instant(text(told, "dhRegEvento")),
        proc=alone(event),
    )


def _stat(element: _Element) -> str:
    stat = text(element, "cStat")
    if not stat.isdecimal():
        raise OutcomeUnknown(code="unreadable", detail="no cStat")
    return stat


def _same(told: str, asked: str) -> None:
    """An answer about another document says nothing of ours, however good it sounds."""
    if told and told != asked:
        raise OutcomeUnknown(code="unreadable", detail="another key", facts={"key": told})


def _silence(stat: str) -> int:
    return _SILENCE if stat == TOO_OFTEN else 0
