"""The authority behind a real socket, called with nothing but Python's own client."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import CNPJ, Clock, Sale
from tests.simulator.sefaz.till import Told
from tests.waiting import until
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import Identity, PracticeAuthority, practice_key
from varejoforte_desktop.simulator.sefaz.server import SefazServerThread

#: What a caller may see of a connection that was broken, by the moment it broke in.
BROKEN = (ConnectionError, http.client.RemoteDisconnected, ssl.SSLError)


class Caller:
    """Somebody with a certificate, or without."""

    def __init__(
        self, url: str, practice: PracticeAuthority, identity: Identity | None, folder: Path
    ) -> None:
        self.place = urlsplit(url)
        self.context = ssl.create_default_context(cadata=practice.ca_pem.decode())
        if identity is not None:
            shown, secret = folder / "shown.pem", folder / "secret.pem"
            shown.write_bytes(identity.certificate_pem)
            secret.write_bytes(identity.key_pem)
            self.context.load_cert_chain(shown, secret)

    def post(self, service: str, message: str, *, timeout: float = 10) -> tuple[int, bytes]:
        connection = http.client.HTTPSConnection(
            self.place.hostname or "", self.place.port, timeout=timeout, context=self.context
        )
        with contextlib.closing(connection):
            content_type = f'application/soap+xml; charset=utf-8; action="{papers.action(service)}"'
            connection.request(
                "POST", f"/nfce/{service}", papers.envelope(service, message), {"Content-Type": content_type}
            )
            answer = connection.getresponse()
            return answer.status, answer.read()

    def status(self) -> str:
        return Told(self.post("status", papers.status())[1]).stat

    def sell(self, identity: Identity, *, timeout: float = 10) -> str:
        nfe = papers.invoice(Sale(), identity)
        return Told(self.post("autorizacao", papers.lot(nfe), timeout=timeout)[1]).stat


@pytest.fixture
def url(simulator: SefazSimulator, practice: PracticeAuthority) -> Iterator[str]:
    with SefazServerThread(simulator, practice.server_identity()) as server:
        yield server.url


@pytest.fixture
def caller(url: str, practice: PracticeAuthority, identity: Identity, tmp_path: Path) -> Caller:
    return Caller(url, practice, identity, tmp_path)


def test_an_invoice_is_authorised_over_the_wire(
    caller: Caller, simulator: SefazSimulator, identity: Identity
) -> None:
    assert caller.status() == "107"
    assert caller.sell(identity) == "100"
    assert list(simulator.documents) == [Sale().key]
    told = Told(caller.post("consulta", papers.consult(Sale().key))[1])
    told.hold_to_layout()
    assert told.stat == "100"


def test_whoever_comes_without_a_certificate_is_not_let_in(
    url: str, practice: PracticeAuthority, simulator: SefazSimulator, tmp_path: Path
) -> None:
    with pytest.raises(BROKEN):
        Caller(url, practice, None, tmp_path).status()
    assert simulator.received == []


def test_whoever_comes_with_a_strangers_certificate_is_not_let_in(
    url: str, practice: PracticeAuthority, simulator: SefazSimulator, clock: Clock, tmp_path: Path
) -> None:
    own = practice_key("stranger")
    stranger = PracticeAuthority(clock, key=own).company_identity(CNPJ, "LOJA")
    with pytest.raises(BROKEN):
        Caller(url, practice, stranger, tmp_path).status()
    assert simulator.received == []


def test_another_companys_certificate_is_told_by_number(
    url: str, practice: PracticeAuthority, identity: Identity, tmp_path: Path
) -> None:
    other = Caller(url, practice, practice.company_identity("11222333000181", "OUTRA"), tmp_path)
    assert other.status() == "107"
    assert other.sell(identity) == "213"


def test_a_certificate_that_ended_by_the_authoritys_clock_is_turned_away(
    url: str, practice: PracticeAuthority, tmp_path: Path
) -> None:
    expired = Caller(url, practice, practice.company_identity(CNPJ, "LOJA", days=-1), tmp_path)
    assert expired.post("status", papers.status())[0] == 403


def test_a_shop_that_lives_in_another_year_is_let_in(
    caller: Caller, clock: Clock, practice: PracticeAuthority, url: str, tmp_path: Path
) -> None:
    clock.instant = datetime(2031, 5, 2, tzinfo=UTC)
    assert caller.post("status", papers.status())[0] == 403
    later = PracticeAuthority.load(clock, practice.pem).company_identity(CNPJ, "LOJA")
    assert Caller(url, practice, later, tmp_path).status() == "107"


def test_a_caller_that_does_not_know_the_authority_hangs_up(
    url: str, identity: Identity, tmp_path: Path, clock: Clock
) -> None:
    own = practice_key("stranger")
    with pytest.raises(ssl.SSLCertVerificationError):
        Caller(url, PracticeAuthority(clock, key=own), identity, tmp_path).status()


def test_while_the_authority_is_away_no_handshake_succeeds(caller: Caller, simulator: SefazSimulator) -> None:
    simulator.online = False
    with pytest.raises(OSError, match=r"reset|EOF|refused|aborted"):
        caller.status()
    simulator.online = True
    assert caller.status() == "107"


@pytest.mark.parametrize(("kind", "kept"), [("drop_before", 0), ("drop_after", 1), ("in_flight", 0)])
def test_a_broken_connection_tells_nothing(
    caller: Caller, simulator: SefazSimulator, identity: Identity, kind: str, kept: int
) -> None:
    simulator.faults.queue("autorizacao", kind)
    with pytest.raises(BROKEN):
        caller.sell(identity)
    assert len(simulator.documents) == kept
    assert caller.sell(identity) == ("204" if kind != "drop_before" else "100")


@pytest.mark.parametrize("kind", ["slow", "late"])
def test_a_caller_without_patience_never_learns(
    caller: Caller, simulator: SefazSimulator, identity: Identity, kind: str
) -> None:
    simulator.faults.queue("autorizacao", kind, seconds=0.4)
    with pytest.raises(TimeoutError):
        caller.sell(identity, timeout=0.15)
    simulator.faults.queue("autorizacao", kind, seconds=0.05)
    assert caller.sell(identity) == ("100" if kind == "slow" else "204")


@pytest.mark.parametrize(
    ("kind", "status", "begins"),
    [
        ("http500", 500, b"<!DOCTYPE html>"),
        ("http403", 403, b"<!DOCTYPE html>"),
        ("html", 200, b"<!DOCTYPE html>"),
        ("garbage", 200, b"\xff\xfe"),
        ("malformed", 200, b"<?xml"),
    ],
)
def test_nonsense_comes_over_the_wire(
    caller: Caller, simulator: SefazSimulator, kind: str, status: int, begins: bytes
) -> None:
    simulator.faults.queue("status", kind)
    told, body = caller.post("status", papers.status())
    assert told == status
    assert body.startswith(begins)
    assert not body.endswith(b"</soap:Envelope>")


def test_numbers_are_ordered_over_the_wire(
    caller: Caller, simulator: SefazSimulator, identity: Identity
) -> None:
    simulator.faults.queue("status", "paralysed")
    assert caller.status() == "108"
    simulator.faults.queue("autorizacao", "reject:539")
    assert caller.sell(identity) == "539"


def test_only_posts_are_answered(caller: Caller) -> None:
    connection = http.client.HTTPSConnection(
        caller.place.hostname or "", caller.place.port, timeout=10, context=caller.context
    )
    with contextlib.closing(connection):
        connection.request("GET", "/nfce/status")
        assert connection.getresponse().status == 405


def test_an_old_protocol_is_not_spoken(caller: Caller) -> None:
    caller.context.minimum_version = ssl.TLSVersion.TLSv1_2
    caller.context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert caller.status() == "107"
    with SefazServerThread(SefazSimulator(Clock()), PracticeAuthority(Clock()).server_identity()) as other:
        assert other._server._context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_port_that_is_taken_is_told_at_once(simulator: SefazSimulator, practice: PracticeAuthority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match=r"in use|usage"):
        SefazServerThread(simulator, practice.server_identity(), port=taken.getsockname()[1])


async def test_closing_the_door_waits_for_nobody_who_says_nothing(
    simulator: SefazSimulator, practice: PracticeAuthority, identity: Identity, tmp_path: Path
) -> None:
    simulator.faults.queue("status", "slow", seconds=60)
    heard: list[object] = []
    with SefazServerThread(simulator, practice.server_identity()) as server:
        caller = Caller(server.url, practice, identity, tmp_path)

        def ask() -> None:
            try:
                heard.append(caller.post("status", papers.status()))
            except OSError as problem:
                heard.append(problem)

        asking = threading.Thread(target=ask)
        asking.start()
        silent = socket.create_connection((caller.place.hostname or "", caller.place.port or 0))
        await until(lambda: not simulator.faults.rules)
    silent.close()
    asking.join()
    assert len(heard) == 1
    assert {thread.name for thread in threading.enumerate()} & {"sefaz-server"} == set()
