"""One request to a server that misbehaves: what is said of it, and what that server may have heard."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.fiscal.conftest import (
    NOW,
    OddServer,
    Sefaz,
    Talk,
    context_of,
    material_of,
    server_context,
)
from tests.fiscal.drafts import (
    CNPJ,
)
from varejoforte_desktop.application.outside import OutcomeUnknown, OutsideError, Unreachable
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.endpoints import Service
from varejoforte_desktop.fiscal.line import LARGEST_ANSWER, TlsLine
from varejoforte_desktop.fiscal.soap import action
from varejoforte_desktop.fiscal.tls import client_context
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority, practice_key

NFE = FiscalModel.NFE
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nConnection: close\r\nContent-Length: "


def post(
    url: str, context: ssl.SSLContext | None = None, *, patience: float = 2.0, connect: float = 1.0
) -> Any:
    """One request on the real line."""
    line = TlsLine(context or context_of(CNPJ), connect)
    return line.post(url, action=action(Service.STATUS), body=b"<a/>", timeout=patience)


def refusal(url: str, context: ssl.SSLContext | None = None, **patience: float) -> OutsideError:
    """What stood in the way of one request."""
    with pytest.raises(OutsideError) as caught:
        post(url, context, **patience)
    return caught.value


def _asked_once(
    server: ssl.SSLContext, mine: ssl.SSLContext, host: str = "127.0.0.1"
) -> tuple[OutsideError, list[bytes]]:
    """What our line meets at a server, and what that server read of us."""
    heard: list[bytes] = []

    def serve(door: socket.socket) -> None:
        caller, _ = door.accept()
        caller.settimeout(5)
        wire = server.wrap_socket(caller, server_side=True, do_handshake_on_connect=False)
        with closing(wire):
            try:
                wire.do_handshake()
            except OSError:
                # What is still under way is read, and not understood: closing over it would send a reset.
                with socket.socket(fileno=wire.detach()) as raw, contextlib.suppress(OSError):
                    raw.settimeout(5)
                    raw.recv(65536)
                return
            heard.append(wire.recv(65536))

    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        thread = threading.Thread(target=serve, args=(door,))
        thread.start()
        error = refusal(f"https://{host}:{door.getsockname()[1]}/", mine)
        thread.join(5)
    return error, [said for said in heard if said]


def test_a_door_that_is_closed() -> None:
    """Nothing listens there."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    error = refusal(f"https://127.0.0.1:{port}/nfe/status")
    assert isinstance(error, Unreachable)
    assert error.code == "no_line"


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """No internet at all looks like this."""

    def unknown(*arguments: object, **named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = refusal("https://nfce.fazenda.sp.gov.br/ws")
    assert isinstance(error, Unreachable)
    assert error.code == "no_line"


def test_somebody_who_never_shakes_hands() -> None:
    """A port that takes connections and says nothing: given up in time, and nothing of ours was told."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        began = time.monotonic()
        error = refusal(f"https://127.0.0.1:{door.getsockname()[1]}/", connect=0.2)
        assert time.monotonic() - began < 1.5
        with closing(door.accept()[0]) as caller:
            caller.settimeout(1)
            heard = caller.recv(65536)
    assert isinstance(error, Unreachable)
    assert error.code == "timeout_connecting"
    assert b"POST" not in heard


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_server_that_we_do_not_trust_hears_nothing(
    odd_server: Callable[[Talk], OddServer], host: str
) -> None:
    """Its authority is unknown to this computer."""
    server = odd_server(lambda wire, heard: None)
    context = client_context(material_of(CNPJ))  # without the practice authority

    error = refusal(server.url.replace("127.0.0.1", host), context)

    assert isinstance(error, Unreachable)
    assert error.code == "tls"
    assert "CERTIFICATE_VERIFY_FAILED" in error.detail
    assert server.heard == []


def test_a_server_with_anothers_name_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A right certificate, but of another host than the one we asked for."""

    def astray(*arguments: object, **named: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", arguments[1]))]

    monkeypatch.setattr(socket, "getaddrinfo", astray)
    error, heard = _asked_once(server_context(), context_of(CNPJ), "nfce.exemplo")

    assert isinstance(error, Unreachable)
    assert error.code == "tls"
    assert "Hostname mismatch" in error.detail
    assert heard == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_does_not_take_our_certificate(version: ssl.TLSVersion) -> None:
    """With the newer TLS it says so only after we have begun to speak; it has read nothing all the same."""
    context = server_context(version)
    context.verify_mode = ssl.CERT_REQUIRED
    other = PracticeAuthority(lambda: NOW, key=practice_key("another authority"))
    context.load_verify_locations(cadata=other.ca_pem.decode())

    error, heard = _asked_once(context, context_of(CNPJ))

    assert isinstance(error, Unreachable)
    assert error.code == "certificate_refused"
    assert heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/nfe",
        "https:///nfe",
        "ftp://127.0.0.1",
        "",
        "file:///etc/passwd",
        "https://127.0.0.1/a b",
        "https://127.0.0.1/ção",
    ],
)
def test_an_address_that_is_none_is_not_tried(url: str) -> None:
    """A typing error in the shop's own list; and never without TLS."""
    error = refusal(url)
    assert isinstance(error, Unreachable)
    assert error.code == "no_endpoint"


def test_an_answer_byte_by_byte_is_not_waited_for_for_ever(odd_server: Callable[[Talk], OddServer]) -> None:
    """Each byte comes in time, the whole never."""
    over = threading.Event()

    def drip(wire: ssl.SSLSocket, heard: bytes) -> None:
        wire.sendall(ANSWER + b"1000\r\n\r\n")
        while not over.wait(0.05):
            wire.sendall(b"<")

    server = odd_server(drip)
    began = time.monotonic()
    error = refusal(server.url, patience=0.5)
    over.set()

    assert isinstance(error, OutcomeUnknown)
    assert error.code == "no_answer"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"", "reset"),
        (b"HTTP/1.1 200 OK\r\n", "unreadable"),
        (b"hello\r\n\r\n", "unreadable"),
        (ANSWER + b"1000\r\n\r\n<a>", "reset"),
        (ANSWER.replace(b"Content-Length", b"Transfer-Encoding") + b"chunked\r\n\r\n5\r\n<a", "unreadable"),
        (ANSWER.replace(b"Content-Length", b"Transfer-Encoding") + b"chunked\r\n\r\nzz\r\n", "unreadable"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "unreadable"),
        (ANSWER + str(LARGEST_ANSWER + 1).encode() + b"\r\n\r\n" + b" " * (LARGEST_ANSWER + 1), "unreadable"),
    ],
    ids=[
        "nothing",
        "half a head",
        "no HTTP",
        "half a body",
        "half a chunk",
        "no chunk",
        "many headers",
        "too much",
    ],
)
async def test_answers_that_break_off_leave_the_outcome_unknown(
    odd_server: Callable[[Talk], OddServer], sefaz: Sefaz, said: bytes, code: str
) -> None:
    """The request was heard once, whole."""
    server = odd_server(lambda wire, heard: wire.sendall(said))
    authority = sefaz.authority(own_endpoints=server.url.removesuffix("/nfe/status"))

    with pytest.raises(OutcomeUnknown) as caught:
        await authority.status(NFE)

    assert caught.value.code == code
    (heard,) = server.heard
    assert heard.startswith(b"POST /nfe/status HTTP/1.1\r\n")
    assert heard.endswith(b"</consStatServ></nfeDadosMsg></soap12:Body></soap12:Envelope>")
    assert (
        b'Content-Type: application/soap+xml; charset=utf-8; action="http://www.portalfiscal.inf.br/nfe/wsdl/'
        b'NFeStatusServico4/nfeStatusServicoNF"'
    ) in heard


def test_a_whole_answer_is_handed_out_as_it_came(odd_server: Callable[[Talk], OddServer]) -> None:
    """Status, type, bytes; also a status that is no success, and without a length told before."""
    server = odd_server(
        lambda wire, heard: wire.sendall(b"HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\n\r\nl\xe1ter")
    )

    assert post(server.url) == (503, "text/plain", b"l\xe1ter")
