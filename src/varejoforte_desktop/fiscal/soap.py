"""The envelope in which SEFAZ takes requests and hands out answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element

from varejoforte_desktop.application.outside import OutcomeUnknown, Unreachable
from varejoforte_desktop.fiscal.endpoints import Service
from varejoforte_desktop.fiscal.line import LARGEST_ANSWER
from varejoforte_desktop.fiscal.markup import NFE, NotXml, alone, local, read, without_prolog

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
_WSDL: Final = "http://www.portalfiscal.inf.br/nfe/wsdl"


@dataclass(frozen=True, slots=True)
class _Shape:
    name: str
    operation: str
    answer: str


# Manual de Orientação do Contribuinte 7.0, 4: the services of layout 4.00.
_SHAPES: Final[Mapping[Service, _Shape]] = {
    Service.AUTORIZACAO: _Shape("NFeAutorizacao4", "nfeAutorizacaoLote", "retEnviNFe"),
    Service.CONSULTA: _Shape("NFeConsultaProtocolo4", "nfeConsultaNF", "retConsSitNFe"),
    Service.STATUS: _Shape("NFeStatusServico4", "nfeStatusServicoNF", "retConsStatServ"),
    Service.INUTILIZACAO: _Shape("NFeInutilizacao4", "nfeInutilizacaoNF", "retInutNFe"),
    Service.EVENTO: _Shape("NFeRecepcaoEvento4", "nfeRecepcaoEvento", "retEnvEvento"),
}


def action(service: Service) -> str:
    """What the request asks for, as its content type says it."""
    shape = _SHAPES[service]
    return f"{_WSDL}/{shape.name}/{shape.operation}"


def envelope(service: Service, message: bytes) -> bytes:
    """A request around a message, which stays as it is, byte by byte."""
    # One namespace on the envelope and no more: whatever stands here reaches into the signed message.
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soap12:Envelope xmlns:soap12="{SOAP}"><soap12:Body>'
        f'<nfeDadosMsg xmlns="{_WSDL}/{_SHAPES[service].name}">'
    )
    return head.encode() + without_prolog(message) + b"</nfeDadosMsg></soap12:Body></soap12:Envelope>"


def opened(service: Service, status: int, content_type: str, body: bytes) -> _Element:
    """The answer inside a response, taken out of its envelope.

    Raises Unreachable("certificate_refused") for a 403: the door was shut before the request was read. Raises
    OutcomeUnknown for everything else that is no answer: server_error (another status, a Fault) or unreadable.
    """
    if status == 403:
        raise Unreachable(code="certificate_refused", detail="403", facts={"status": "403"})
    facts = {"status": str(status), "content_type": content_type[:100]}
    if len(body) > LARGEST_ANSWER:
        raise OutcomeUnknown(code="unreadable", detail="too large", facts=facts)
    try:
        root = read(body)
    except NotXml as error:
        code = "unreadable" if status == 200 else "server_error"
        raise OutcomeUnknown(code=code, detail=str(error)[:200], facts=facts) from error
    fault = next(root.iter(f"{{{SOAP}}}Fault"), None)
    if fault is not None:
        reason = " ".join("".join(text for text in fault.itertext() if isinstance(text, str)).split())
        raise OutcomeUnknown(code="server_error", detail=reason[:200], facts=facts)
    if status != 200:
        raise OutcomeUnknown(code="server_error", detail=str(status), facts=facts)
    return _answer(root, _SHAPES[service].answer, facts)


def _answer(root: _Element, expected: str, facts: Mapping[str, str]) -> _Element:
    """The element that was asked for, wherever it stands: the names around it differ from state to state."""
    found = list(root.iter(f"{{{NFE}}}{expected}"))
    if local(root) != "Envelope" or len(found) != 1:
        raise OutcomeUnknown(code="unreadable", detail=f"no {expected} in {local(root)}", facts=facts)
    return read(alone(found[0]))
