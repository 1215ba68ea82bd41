"""A practice shop with its certificate, and a practice SEFAZ behind a real socket on this computer."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.fiscal.drafts import ALPHANUMERIC_CNPJ, CNPJ, ISSUED, a_shop
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.fiscal.authority import SefazAuthority
from varejoforte_desktop.fiscal.certificate import Material, read_certificate
from varejoforte_desktop.fiscal.line import TlsLine
from varejoforte_desktop.fiscal.tls import client_context
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import Identity, PracticeAuthority, practice_key
from varejoforte_desktop.simulator.sefaz.server import SefazServerThread

#: A few seconds after the practice documents are issued.
NOW: Final = datetime(2026, 11, 23, 13, 15, 40, tzinfo=UTC)
PASSWORD: Final = "treino"
NAME: Final = "COMERCIO DE PANELAS BOA VISTA LTDA"

assert ISSUED <= NOW


@cache
def practice() -> PracticeAuthority:
    """Who issues the certificates of these tests."""
    return PracticeAuthority(lambda: NOW)


@cache
def material_of(cnpj: str) -> Material:
    """A company's key and certificate, opened from a .pfx as the program does it."""
    pfx = practice().company_identity(cnpj, NAME, key=practice_key(cnpj)).pfx(PASSWORD)
    return Material.from_text(read_certificate(pfx, PASSWORD, NOW).material)


@pytest.fixture
def material() -> Material:
    """The shop's certificate."""
    return material_of(CNPJ)


@pytest.fixture
def lettered() -> Material:
    """The certificate of a shop whose CNPJ has letters."""
    return material_of(ALPHANUMERIC_CNPJ)


@dataclass(frozen=True)
class Sefaz:
    """A practice SEFAZ and the way to it."""

    simulator: SefazSimulator
    url: str

    def settings(self, cnpj: str = CNPJ, **changes: object) -> FiscalSettings:
        """A shop that speaks to it."""
        settings = FiscalSettings(emitter=a_shop(cnpj=cnpj), own_endpoints=self.url, offline_after=2)
        return replace(settings, **changes)  # type: ignore[arg-type]

    def authority(self, cnpj: str = CNPJ, **changes: object) -> SefazAuthority:
        """The shop's own line to it."""
        return SefazAuthority(TlsLine(context_of(cnpj), 1.0), self.settings(cnpj, **changes))


@cache
def context_of(cnpj: str) -> ssl.SSLContext:
    """What a shop shows and trusts when it connects to the practice SEFAZ."""
    return client_context(material_of(cnpj), practice().ca_pem.decode())


@pytest.fixture
def sefaz() -> Iterator[Sefaz]:
    """A fresh SEFAZ of São Paulo, behind a socket that asks for certificates."""
    simulator = SefazSimulator(lambda: NOW, authority=practice().certificate)
    with SefazServerThread(simulator, practice().server_identity()) as server:
        yield Sefaz(simulator, server.url)


@dataclass(frozen=True)
class OddServer:
    """A server that says whatever it was told to, to one caller, and what that caller sent."""

    url: str
    heard: list[bytes]


Talk = Callable[[ssl.SSLSocket, bytes], None]


@pytest.fixture
def odd_server() -> Iterator[Callable[[Talk], OddServer]]:
    """Starts servers that answer a request in their own way."""
    threads: list[threading.Thread] = []
    doors: list[socket.socket] = []

    def start(talk: Talk) -> OddServer:
        door = socket.create_server(("127.0.0.1", 0))
        heard: list[bytes] = []
        doors.append(door)
        threads.append(threading.Thread(target=_serve_once, args=(door, talk, heard), name="odd-server"))
        threads[-1].start()
        return OddServer(f"https://127.0.0.1:{door.getsockname()[1]}/nfe/status", heard)

    yield start
    for thread in threads:
        thread.join(5)
    for door in doors:
        door.close()


def _serve_once(door: socket.socket, talk: Talk, heard: list[bytes]) -> None:
    door.settimeout(5)
    context = server_context()
    with contextlib.suppress(OSError):
        caller, _ = door.accept()
        caller.settimeout(5)
        with caller, context.wrap_socket(caller, server_side=True) as wire:
            heard.append(request_of(wire))
            talk(wire, heard[-1])


def request_of(wire: ssl.SSLSocket) -> bytes:
    """One HTTP request with a body, whole."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += wire.recv(65536)
    head, _, body = said.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += wire.recv(65536)
    return head + b"\r\n\r\n" + body


def server_context(
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, identity: Identity | None = None
) -> ssl.SSLContext:
    """What a practice server shows; it asks nobody for a certificate."""
    identity = identity or practice().server_identity()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = version
    with tempfile.TemporaryDirectory() as folder:
        shown = Path(folder) / "server.pem"
        shown.write_bytes(identity.key_pem + identity.certificate_pem)
        context.load_cert_chain(shown)
    return context
