"""The envelope every message travels in, and the five counters it can be handed in at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Literal

from varejoforte_desktop.simulator.sefaz.markup import Malformed, Node, local, parse

Service = Literal["autorizacao", "consulta", "status", "inutilizacao", "evento"]
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSDL = "http://www.portalfiscal.inf.br/nfe/wsdl/"
SOAP_TYPE = "application/soap+xml"
MODELS = {"nfe": "55", "nfce": "65"}


@dataclass(frozen=True, slots=True)
class Port:
    """How one service is called: its WSDL name and its operation."""

    name: str
    operation: str

    @property
    def namespace(self) -> str:
        """The namespace of the message's wrapper."""
        return f"{WSDL}{self.name}"

    @property
    def action(self) -> str:
        """The SOAP action."""
        return f"{self.namespace}/{self.operation}"


PORTS: dict[Service, Port] = {
    "autorizacao": Port("NFeAutorizacao4", "nfeAutorizacaoLote"),
    "consulta": Port("NFeConsultaProtocolo4", "nfeConsultaNF"),
    "status": Port("NFeStatusServico4", "nfeStatusServicoNF"),
    "inutilizacao": Port("NFeInutilizacao4", "nfeInutilizacaoNF"),
    "evento": Port("NFeRecepcaoEvento4", "nfeRecepcaoEvento"),
}


class NotSoap(Exception):
    """What came is no SOAP 1.2 message for this service. `status` is the HTTP status of the refusal."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(status, words)
        self.status = status
        self.words = words


def address(path: str) -> tuple[str, Service] | None:
    """The model and the service behind a path such as /nfce/autorizacao; None for another path."""
    steps = path.strip("/").lower().split("/")
    if len(steps) != 2 or steps[0] not in MODELS:
        return None
    for service in PORTS:
        if service == steps[1]:
            return MODELS[steps[0]], service
    return None


def unwrap(port: Port, content_type: str, body: bytes) -> bytes:
    """The message inside a request, byte for byte. Raises NotSoap."""
    head = Message()
    head["content-type"] = content_type
    if head.get_content_type() != SOAP_TYPE:
        raise NotSoap(415, f"Content-Type {SOAP_TYPE}")
    if head.get_param("action") != port.action:
        raise NotSoap(500, f"Server did not recognize the value of HTTP Header SOAPAction: {port.action}")
    try:
        envelope = parse(body)
    except Malformed as problem:
        raise NotSoap(400, "XML mal formado") from problem
    wrapper = _wrapper(envelope)
    if wrapper is None or wrapper.tag != f"{{{port.namespace}}}nfeDadosMsg":
        raise NotSoap(500, f"nfeDadosMsg de {port.namespace}")
    # Cut from the bytes: a message must not inherit the namespaces of the envelope it travelled in.
    name = re.escape(f"{wrapper.prefix}:" if wrapper.prefix else "") + "nfeDadosMsg"
    found = re.search(rb"<" + name.encode() + rb"[^>]*>(.*)</" + name.encode() + rb"\s*>", body, re.DOTALL)
    if found is None:
        raise NotSoap(500, "nfeDadosMsg vazio")
    return found.group(1).strip()


def _wrapper(envelope: Node) -> Node | None:
    if envelope.tag != f"{{{SOAP}}}Envelope":
        return None
    body = envelope.find(f"{{{SOAP}}}Body")
    inside = [] if body is None else list(body)
    return inside[0] if len(inside) == 1 and local(inside[0]) == "nfeDadosMsg" else None


def wrap(port: Port, message: str) -> bytes:
    """An answer in its envelope."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>'
        f'<nfeResultMsg xmlns="{port.namespace}">{message}</nfeResultMsg></soap:Body></soap:Envelope>'
    ).encode()


def refusal(words: str) -> bytes:
    """A SOAP fault."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><soap:Fault><soap:Code><soap:Value>soap:Sender'
        '</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">'
        f"{words}</soap:Text></soap:Reason></soap:Fault></soap:Body></soap:Envelope>"
    ).encode()
