"""Every way the line can break has one meaning."""

from __future__ import annotations

import asyncio
import inspect
import socket
import ssl
from dataclasses import replace

import httpx
import pytest

from tests.tray.fakes import FakeMeter, FakeVault, Shop, noon
from varejoforte_desktop.application.outside import OutcomeUnknown, OutsideError, TryLater, Unreachable
from varejoforte_desktop.application.store import Purpose, StoreField
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.tray.client import TrayClient
from varejoforte_desktop.tray.faults import FAULTS, fault_of

EVERY = sorted(
    (
        member
        for _, member in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(member, Exception) and not issubclass(member, Warning)
    ),
    key=lambda kind: kind.__name__,
)


def made(kind: type[Exception]) -> Exception:
    """An exception of this class as httpx makes it, with an address in its text where it has a text."""
    request = httpx.Request("PUT", "https://loja.exemplo/?access_token=abc")
    if kind is httpx.HTTPStatusError:
        return httpx.HTTPStatusError(str(request.url), request=request, response=httpx.Response(500))
    if kind in {httpx.StreamConsumed, httpx.ResponseNotRead, httpx.RequestNotRead, httpx.StreamClosed}:
        return kind()
    return kind(str(request.url))


def test_httpx_has_the_exceptions_we_know() -> None:
    assert len(EVERY) >= 28


@pytest.mark.parametrize("kind", EVERY)
def test_every_exception_of_httpx_has_a_meaning_of_its_own(kind: type[Exception]) -> None:
    assert kind in FAULTS


@pytest.mark.parametrize("kind", EVERY)
async def test_every_exception_of_httpx_becomes_one_of_ours(kind: type[Exception]) -> None:
    shop = Shop(made(kind))
    with pytest.raises(OutsideError) as writing:
        await shop.client.update_product("1", {StoreField.PRICE: Money(1)}, Purpose.PRICE)
    with pytest.raises(OutsideError) as asking:
        await shop.client.product("1")
    assert writing.value.code == asking.value.code == FAULTS[kind].code
    assert type(writing.value) is (OutcomeUnknown if FAULTS[kind].arrived else Unreachable)
    assert type(asking.value) is (TryLater if FAULTS[kind].arrived else Unreachable)


@pytest.mark.parametrize(
    ("kind", "code", "surely_not_applied"),
    [
        (httpx.ConnectError, "no_line", True),
        (httpx.ProxyError, "no_line", True),
        (httpx.ConnectTimeout, "timeout_connecting", True),
        (httpx.PoolTimeout, "timeout_connecting", True),
        (httpx.UnsupportedProtocol, "bad_address", True),
        (httpx.InvalidURL, "bad_address", True),
        (httpx.TooManyRedirects, "redirected", True),
        (httpx.ReadTimeout, "no_answer", False),
        (httpx.WriteTimeout, "no_answer", False),
        (httpx.ReadError, "no_answer", False),
        (httpx.WriteError, "no_answer", False),
        (httpx.CloseError, "no_answer", False),
        (httpx.RemoteProtocolError, "no_answer", False),
        (httpx.LocalProtocolError, "no_answer", False),
        (httpx.DecodingError, "unreadable", False),
        (ConnectionResetError, "no_answer", False),
        (TimeoutError, "no_answer", False),
    ],
)
def test_only_what_surely_did_not_arrive_counts_as_not_applied(
    kind: type[Exception], code: str, surely_not_applied: bool
) -> None:
    fault = fault_of(kind("x"))
    assert (fault.code, fault.arrived) == (code, not surely_not_applied)


def test_an_exception_of_a_later_httpx_counts_as_what_it_descends_from() -> None:
    class NewTimeout(httpx.ConnectTimeout):
        pass

    assert fault_of(NewTimeout("x")).code == "timeout_connecting"


def test_a_bad_certificate_is_told_apart_from_no_line() -> None:
    error = httpx.ConnectError("x")
    error.__cause__ = OSError("y")
    error.__cause__.__context__ = ssl.SSLCertVerificationError("z")
    assert fault_of(error).code == "tls"
    error.__cause__ = socket.gaierror("nome")
    assert fault_of(error).code == "no_line"


def test_a_chain_of_causes_that_bites_its_tail_ends() -> None:
    error, other = httpx.ConnectError("x"), OSError("y")
    error.__cause__, other.__cause__ = other, error
    assert fault_of(error).code == "no_line"


async def test_nobody_listening_is_no_line() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        vault = FakeVault()
        vault.held = replace(vault.held, api_address=f"http://127.0.0.1:{port}/web_api")
        async with TrayClient(vault=vault, meter=FakeMeter(), clock=noon) as client:
            with pytest.raises(Unreachable) as caught:
                await client.info()
    assert caught.value.code == "no_line"


@pytest.mark.parametrize(
    "address", ["", "loja.exemplo", "ftp://loja.exemplo", "https://[::1", "https://" + "a" * 70_000]
)
async def test_an_address_that_is_none_is_told_so(address: str) -> None:
    vault = FakeVault()
    vault.held = replace(vault.held, api_address=address)
    async with TrayClient(vault=vault, meter=FakeMeter(), clock=noon) as client:
        with pytest.raises(Unreachable) as caught:
            await client.info()
    assert caught.value.code == "bad_address"


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"message":',
        b"isto nao e http\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nnotgz",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
async def test_a_broken_answer_from_a_real_socket_leaves_the_outcome_open(reply: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        vault = FakeVault()
        vault.held = replace(vault.held, api_address=f"http://127.0.0.1:{port}/web_api")
        async with TrayClient(vault=vault, meter=FakeMeter(), clock=noon) as client:
            with pytest.raises(OutcomeUnknown):
                await client.update_product("1", {StoreField.PRICE: Money(1)}, Purpose.PRICE)
            with pytest.raises(TryLater) as caught:
                await client.product("1")
            assert type(caught.value) is TryLater
