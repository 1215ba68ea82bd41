"""What SEFAZ says, in all the shapes in which the states say it, read down to the facts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml.etree import _Element

from tests.fiscal.conftest import material_of
from tests.fiscal.drafts import ALPHANUMERIC_CNPJ, CNPJ
from tests.fiscal.proofs import proved, sealed_part
from tests.fiscal.test_events import an_event, key_of
from varejoforte_desktop.application.outside import OutcomeUnknown, Unreachable
from varejoforte_desktop.domain.fiscal import FiscalEventKind
from varejoforte_desktop.fiscal import answers
from varejoforte_desktop.fiscal.endpoints import Service
from varejoforte_desktop.fiscal.events import signed_event
from varejoforte_desktop.fiscal.line import LARGEST_ANSWER
from varejoforte_desktop.fiscal.markup import NFE
from varejoforte_desktop.fiscal.schemas import Kind, check
from varejoforte_desktop.fiscal.soap import SOAP, opened

XML = "application/soap+xml; charset=utf-8"
KEYS = pytest.mark.parametrize("key", [key_of(CNPJ), key_of(ALPHANUMERIC_CNPJ)])
PROTOCOL = "135260000000017"
DIGEST = "iWzmt0MeifLxGMSBCXQwYelbePM="
AT = datetime(2026, 11, 23, 13, 15, 41, tzinfo=UTC)


def enveloped(answer: str, result: str = "nfeResultMsg", prefix: str = "soap") -> bytes:
    """An answer in an envelope full of namespaces, as servers write it."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><{prefix}:Envelope xmlns:{prefix}="{SOAP}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f'<{prefix}:Body><{result} xmlns="http://www.portalfiscal.inf.br/nfe/wsdl/NFeAutorizacao4">{answer}</{result}>'
        f"</{prefix}:Body></{prefix}:Envelope>"
    ).encode()


def protocol_of(key: str, stat: str = "100", reason: str = "Autorizado o uso da NF-e") -> str:
    """A protNFe."""
    number = f"<nProt>{PROTOCOL}</nProt>" if stat in {"100", "150"} else ""
    return (
        f'<protNFe versao="4.00"><infProt Id="ID{PROTOCOL}"><tpAmb>2</tpAmb><verAplic>SP_NFCE</verAplic>'
        f"<chNFe>{key}</chNFe><dhRecbto>2026-11-23T10:15:41-03:00</dhRecbto>{number}<digVal>{DIGEST}</digVal>"
        f"<cStat>{stat}</cStat><xMotivo>{reason}</xMotivo></infProt></protNFe>"
    )


def head(stat: str, reason: str = "Lote processado") -> str:
    """What most answers begin with."""
    return f"<tpAmb>2</tpAmb><verAplic>SP1</verAplic><cStat>{stat}</cStat><xMotivo>{reason}</xMotivo><cUF>35</cUF>"


def document_answer(stat: str, inside: str, reason: str = "Lote processado") -> bytes:
    """A retEnviNFe."""
    body = head(stat, reason) + "<dhRecbto>2026-11-23T10:15:40-03:00</dhRecbto>" + inside
    return enveloped(f'<retEnviNFe xmlns="{NFE}" versao="4.00">{body}</retEnviNFe>')


def understood(service: Service, body: bytes) -> _Element:
    """An answer out of its envelope."""
    return opened(service, 200, XML, body)


# --- a document that was sent --------------------------------------------------------------------------------------


@KEYS
def test_an_authorised_document(key: str) -> None:
    """The lot says 104; what counts stands inside."""
    raw = document_answer("104", protocol_of(key))

    answer = answers.sent_document(understood(Service.AUTORIZACAO, raw), raw, key)

    assert (answer.stat, answer.reason) == ("100", "Autorizado o uso da NF-e")
    assert (answer.key, answer.protocol, answer.digest) == (key, PROTOCOL, DIGEST)
    assert answer.received_at == AT
    assert answer.raw == raw
    assert (answer.other_key, answer.retry_after, answer.events) == ("", 0, ())


@KEYS
def test_the_receipt_stands_alone_without_the_envelopes_names(key: str) -> None:
    """As it goes into the archive."""
    raw = document_answer("104", protocol_of(key))

    receipt = answers.sent_document(understood(Service.AUTORIZACAO, raw), raw, key).receipt

    assert receipt.startswith(f'<protNFe xmlns="{NFE}" versao="4.00">'.encode())
    assert receipt.count(b"xmlns") == 1
    assert receipt == protocol_of(key).replace("<protNFe ", f'<protNFe xmlns="{NFE}" ').encode()


@pytest.mark.parametrize(
    "reason",
    [
        "Rejeicao: Duplicidade de NF-e com diferenca na Chave de Acesso [chNFe: {0}][nRec:351000000000001]",
        "Rejeicao: Duplicidade de NF-e, com diferença na Chave de Acesso [chNFe:{0}]",
        "Codigo Numerico informado na Chave de Acesso difere do Codigo Numerico da NF-e [chNFe:{0}]",
    ],
)
@pytest.mark.parametrize(
    "other", [key_of(CNPJ, 1042, emission="9"), key_of(ALPHANUMERIC_CNPJ, 1042, emission="9")]
)
def test_a_number_that_belongs_to_another_document_names_that_one(reason: str, other: str) -> None:
    """Its key stands in the words."""
    key = key_of(CNPJ)
    raw = document_answer("104", protocol_of(key, "539", reason.format(other)))

    answer = answers.sent_document(understood(Service.AUTORIZACAO, raw), raw, key)

    assert (answer.stat, answer.other_key, answer.protocol) == ("539", other, "")


@pytest.mark.parametrize(
    ("stat", "inside", "wait"),
    [("108", "", 0), ("215", "", 0), ("656", "", 3600), ("1115", "", 0),
     ("103", "<infRec><nRec>351000000000001</nRec><tMed>5</tMed></infRec>", 5)],
)  # fmt: skip
def test_a_lot_that_was_not_looked_into(stat: str, inside: str, wait: int) -> None:
    """The service is closed, the message is wrong, or somebody asked too often."""
    raw = document_answer(stat, inside, "Consumo Indevido" if stat == "656" else "Rejeicao")

    answer = answers.sent_document(understood(Service.AUTORIZACAO, raw), raw, key_of(CNPJ))

    assert (answer.stat, answer.retry_after, answer.receipt, answer.key) == (stat, wait, b"", "")
    assert answer.received_at == datetime(2026, 11, 23, 13, 15, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "inside",
    ["", '<protNFe versao="4.00"/>', protocol_of(key_of(CNPJ, 7)), protocol_of(key_of(CNPJ), "", "")],
)
def test_an_answer_that_says_nothing_of_our_document_leaves_it_unknown(inside: str) -> None:
    """No protocol, an empty one, another document's, none with a number."""
    raw = document_answer("104", inside)
    root = understood(Service.AUTORIZACAO, raw)

    with pytest.raises(OutcomeUnknown) as caught:
        answers.sent_document(root, raw, key_of(CNPJ))
    assert caught.value.code == "unreadable"


# --- how a document stands -----------------------------------------------------------------------------------------


@KEYS
def test_a_cancelled_document_comes_with_its_protocol_and_its_events(key: str) -> None:
    """And each event is still signed when it is taken out."""
    cnpj = key[6:20]
    event = signed_event(an_event(FiscalEventKind.CANCEL, cnpj), material_of(cnpj)).decode()
    told = (
        f'<retEvento xmlns="{NFE}" versao="1.00"><infEvento><tpAmb>2</tpAmb><verAplic>SP1</verAplic><cOrgao>35</cOrgao>'
        f"<cStat>135</cStat><xMotivo>Evento registrado</xMotivo><chNFe>{key}</chNFe><tpEvento>110111</tpEvento>"
        f"<nSeqEvento>1</nSeqEvento><dhRegEvento>2026-11-23T10:15:41-03:00</dhRegEvento><nProt>{PROTOCOL}</nProt>"
        "</infEvento></retEvento>"
    )
    body = (
        head("101", "Cancelamento de NF-e homologado")
        + f"<dhRecbto>2026-11-23T11:00:00-03:00</dhRecbto><chNFe>{key}</chNFe>"
        + protocol_of(key)
        + f'<procEventoNFe versao="1.00">{event}{told}</procEventoNFe>'
    )
    raw = enveloped(f'<retConsSitNFe xmlns="{NFE}" versao="4.00">{body}</retConsSitNFe>')

    answer = answers.asked_document(understood(Service.CONSULTA, raw), raw, key)

    assert (answer.stat, answer.key, answer.protocol, answer.digest) == ("101", key, PROTOCOL, DIGEST)
    assert answer.received_at == AT
    assert answer.receipt.startswith(b"<protNFe ")
    (registered,) = answer.events
    assert (registered.kind, registered.sequence, registered.protocol) == ("110111", 1, PROTOCOL)
    assert registered.at == AT
    assert check(registered.proc, Kind.EVENT_ARCHIVE) == ()
    assert proved(sealed_part(registered.proc, "evento"), material_of(cnpj))
    assert b"xsi" not in registered.proc


@pytest.mark.parametrize(
    ("stat", "reason", "other"),
    [
        ("217", "Rejeicao: NF-e nao consta na base de dados da SEFAZ", ""),
        ("562", f"Rejeicao: Codigo Numerico difere [chNFe:{key_of(CNPJ, 1042)}]", key_of(CNPJ, 1042)),
        ("656", "Rejeicao: Consumo Indevido", ""),
    ],
)
def test_a_document_that_sefaz_does_not_find(stat: str, reason: str, other: str) -> None:
    """No protocol, and perhaps another key."""
    asked = key_of(CNPJ, 1041)
    body = head(stat, reason) + f"<dhRecbto>2026-11-23T10:15:41-03:00</dhRecbto><chNFe>{asked}</chNFe>"
    raw = enveloped(f'<retConsSitNFe xmlns="{NFE}" versao="4.00">{body}</retConsSitNFe>')

    answer = answers.asked_document(understood(Service.CONSULTA, raw), raw, asked)

    assert (answer.stat, answer.reason, answer.other_key) == (stat, reason, other)
    assert (answer.receipt, answer.protocol, answer.digest, answer.events) == (b"", "", "", ())
    assert answer.retry_after == (3600 if stat == "656" else 0)


def test_the_protocol_of_another_document_is_not_taken_for_ours() -> None:
    """A mixed-up cache at SEFAZ has been seen."""
    body = head("100") + protocol_of(key_of(CNPJ, 7))
    raw = enveloped(f'<retConsSitNFe xmlns="{NFE}" versao="4.00">{body}</retConsSitNFe>')
    root = understood(Service.CONSULTA, raw)

    with pytest.raises(OutcomeUnknown):
        answers.asked_document(root, raw, key_of(CNPJ))


# --- the other services --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "wait"),
    [("", 0), ("<dhRetorno>2026-11-23T10:45:41-03:00</dhRetorno>", 1800),
     ("<dhRetorno>2026-11-23T09:45:41-03:00</dhRetorno>", 0), ("<dhRetorno>logo</dhRetorno>", 0)],
)  # fmt: skip
def test_a_closed_service_says_when_it_is_back_if_it_knows(back: str, wait: int) -> None:
    """108, with or without a promise."""
    body = (
        head("108", "Servico Paralisado Momentaneamente")
        + f"<dhRecbto>2026-11-23T10:15:41-03:00</dhRecbto>{back}"
    )
    raw = enveloped(f'<retConsStatServ xmlns="{NFE}" versao="4.00">{body}</retConsStatServ>')

    answer = answers.asked_status(understood(Service.STATUS, raw), raw)

    assert (answer.stat, answer.received_at, answer.retry_after) == ("108", AT, wait)


def test_an_event_is_answered_by_what_became_of_it() -> None:
    """The lot says 128; what counts stands inside, and is kept."""
    key = key_of(ALPHANUMERIC_CNPJ)
    told = (
        '<retEvento versao="1.00"><infEvento><tpAmb>2</tpAmb><verAplic>SP1</verAplic><cOrgao>35</cOrgao>'
        f"<cStat>135</cStat><xMotivo>Evento registrado</xMotivo><chNFe>{key}</chNFe><tpEvento>110111</tpEvento>"
        f"<nSeqEvento>1</nSeqEvento><dhRegEvento>2026-11-23T10:15:41-03:00</dhRegEvento><nProt>{PROTOCOL}</nProt>"
        "</infEvento></retEvento>"
    )
    lot = f"<idLote>1</idLote><tpAmb>2</tpAmb><verAplic>SP1</verAplic><cOrgao>35</cOrgao><cStat>128</cStat><xMotivo>Lote</xMotivo>{told}"
    # One state calls the wrapper by another name.
    raw = enveloped(
        f'<retEnvEvento xmlns="{NFE}" versao="1.00">{lot}</retEnvEvento>', "nfeRecepcaoEventoNFResult"
    )
    root = understood(Service.EVENTO, raw)

    answer = answers.sent_event(root, raw, key)

    assert (answer.stat, answer.key, answer.protocol, answer.received_at) == ("135", key, PROTOCOL, AT)
    assert answer.receipt == told.replace("<retEvento ", f'<retEvento xmlns="{NFE}" ').encode()
    with pytest.raises(OutcomeUnknown):
        answers.sent_event(root, raw, key_of(CNPJ))


def test_an_event_that_was_refused_at_the_door() -> None:
    """Nothing inside; and 128 with nothing inside is no answer."""

    def lot(stat: str) -> bytes:
        body = f"<idLote>1</idLote><tpAmb>2</tpAmb><verAplic>SP1</verAplic><cOrgao>35</cOrgao><cStat>{stat}</cStat><xMotivo>Falha</xMotivo>"
        return enveloped(f'<retEnvEvento xmlns="{NFE}" versao="1.00">{body}</retEnvEvento>')

    answer = answers.sent_event(understood(Service.EVENTO, lot("215")), lot("215"), key_of(CNPJ))
    assert (answer.stat, answer.reason, answer.receipt) == ("215", "Falha", b"")
    root = understood(Service.EVENTO, lot("128"))
    with pytest.raises(OutcomeUnknown):
        answers.sent_event(root, lot("128"), key_of(CNPJ))


def test_voided_numbers_are_answered_with_a_receipt() -> None:
    """The whole answer is kept."""
    inside = (
        "<infInut><tpAmb>2</tpAmb><verAplic>SP1</verAplic><cStat>102</cStat><xMotivo>Inutilizacao homologada</xMotivo>"
        f"<cUF>35</cUF><dhRecbto>2026-11-23T10:15:41-03:00</dhRecbto><nProt>{PROTOCOL}</nProt></infInut>"
    )
    raw = enveloped(f'<retInutNFe xmlns="{NFE}" versao="4.00">{inside}</retInutNFe>')

    answer = answers.sent_void(understood(Service.INUTILIZACAO, raw), raw)

    assert (answer.stat, answer.protocol, answer.received_at) == ("102", PROTOCOL, AT)
    assert answer.receipt == f'<retInutNFe xmlns="{NFE}" versao="4.00">{inside}</retInutNFe>'.encode()
    empty = enveloped(f'<retInutNFe xmlns="{NFE}" versao="4.00"/>')
    root = understood(Service.INUTILIZACAO, empty)
    with pytest.raises(OutcomeUnknown):
        answers.sent_void(root, empty)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-11-23T10:15:41-03:00", AT),
        ("2026-11-23T09:15:41-04:00", AT),
        ("2026-11-23T13:15:41Z", AT),
        ("2026-11-23T10:15:41.123-03:00", AT.replace(microsecond=123000)),
        ("2026-11-23T10:15:41", None),
        ("ontem", None),
        ("", None),
    ],
)
def test_instants_are_of_one_zone_or_none(said: str, at: datetime | None) -> None:
    """Without a zone nobody knows when it was."""
    assert answers.instant(said) == at


# --- what is no answer ---------------------------------------------------------------------------------------------

GOOD = document_answer("104", protocol_of(key_of(CNPJ)))
FAULT = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason>'
    '<s:Text xml:lang="en">Server was unable to process request</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
).encode()
BOMB = (
    b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx">'
    + b"".join(f'<!ENTITY b{n} "&b{n - 1 if n else ""};&b{n - 1 if n else ""};">'.encode() for n in range(30))
    + b"]><a>&b29;</a>"
)


@pytest.mark.parametrize(
    ("status", "kind", "body", "code"),
    [
        (200, XML, b"", "unreadable"),
        (200, XML, b"ok", "unreadable"),
        (200, XML, bytes(range(255, 191, -1)), "unreadable"),
        (
            200,
            "text/html",
            b"<!DOCTYPE html><html><body>Em manuten\xc3\xa7\xc3\xa3o</body></html>",
            "unreadable",
        ),
        (200, "text/html", b"<html><body>Portal</body></html>", "unreadable"),
        (200, XML, GOOD[: len(GOOD) * 2 // 3], "unreadable"),
        (200, XML, GOOD.replace(b"retEnviNFe", b"retOutra"), "unreadable"),
        (200, XML, GOOD.replace(NFE.encode() + b'"', b'http://www.portalfiscal.inf.br/cte"'), "unreadable"),
        (200, XML, enveloped(""), "unreadable"),
        (200, XML, f'<retEnviNFe xmlns="{NFE}"/>'.encode(), "unreadable"),
        (200, XML, enveloped(f'<retEnviNFe xmlns="{NFE}"/><retEnviNFe xmlns="{NFE}"/>'), "unreadable"),
        (200, XML, BOMB, "unreadable"),
        (200, XML, b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "unreadable"),
        (200, XML, b"<a>" * 300 + b"</a>" * 300, "unreadable"),
        (200, XML, b" " * (LARGEST_ANSWER + 1), "unreadable"),
        (200, XML, FAULT, "server_error"),
        (500, XML, FAULT, "server_error"),
        (500, "text/html", b"<html>500</html>", "server_error"),
        (503, "text/plain", b"busy", "server_error"),
        (404, "text/html", b"", "server_error"),
        (302, "text/html", b"", "server_error"),
        (500, XML, GOOD, "server_error"),
    ],
)
def test_what_is_no_answer_leaves_the_outcome_unknown(status: int, kind: str, body: bytes, code: str) -> None:
    """It may have been authorised all the same."""
    with pytest.raises(OutcomeUnknown) as caught:
        opened(Service.AUTORIZACAO, status, kind, body)
    assert caught.value.code == code
    assert caught.value.facts["status"] == str(status)


def test_a_door_that_was_shut_took_nothing_in() -> None:
    """403: the certificate was not accepted; safe to try again."""
    with pytest.raises(Unreachable) as caught:
        opened(Service.AUTORIZACAO, 403, "text/html", b"<html>403.7</html>")
    assert caught.value.code == "certificate_refused"


def test_a_fault_says_what_the_server_said() -> None:
    """For whoever supports the shop."""
    with pytest.raises(OutcomeUnknown) as caught:
        opened(Service.AUTORIZACAO, 500, XML, FAULT)
    assert "Server was unable to process request" in caught.value.detail


def test_names_with_prefixes_are_read_as_well() -> None:
    """As some servers write them."""
    key = key_of(CNPJ)
    prefixed = (
        protocol_of(key)
        .replace("</", "<#")
        .replace("<", "<n:")
        .replace("<n:#", "</n:")
        .replace('xmlns="', 'xmlns:n="')
    )
    raw = enveloped(
        f'<n:retEnviNFe xmlns:n="{NFE}" versao="4.00"><n:cStat>104</n:cStat>{prefixed}</n:retEnviNFe>'
    )

    answer = answers.sent_document(understood(Service.AUTORIZACAO, raw), raw, key)

    assert (answer.stat, answer.protocol) == ("100", PROTOCOL)
    assert answer.receipt.startswith(f'<n:protNFe xmlns:n="{NFE}"'.encode())
