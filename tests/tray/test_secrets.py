"""No key of the store is ever written down, whatever goes wrong."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import httpx
import pytest

from tests.tray.fakes import (
    ACCESS,
    ADDRESS,
    CODE,
    KEY,
    SECRET,
    SECRETS,
    TOKEN,
    FakeMeter,
    FakeVault,
    Reply,
    ScriptedStore,
    Shop,
    noon,
    refuses_token,
    says,
)
from tests.tray.test_faults import EVERY, made
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.application.store import Purpose, StoreField
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.tray.auth import exchange_code, refresh, renew
from varejoforte_desktop.tray.client import TrayClient
from varejoforte_desktop.tray.masking import hide, mask, quiet_the_line
from varejoforte_desktop.tray.wire import open_line


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    before = {name: logging.getLogger(name).level for name in ("httpx", "httpcore")}
    quiet_the_line()
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def echo(status: int) -> httpx.Response:
    """A store that repeats every secret in its answer, in all the places that we show."""
    words = [f"Token {secret} inválido" for secret in SECRETS]
    return says(
        {"causes": {SECRETS[0]: {SECRETS[2]: words}}, "message": words[0], "url": f"/x?access_token={TOKEN}"},
        status,
    )


def leaking(kind: type[Exception]) -> Exception:
    """An exception with the complete address in its text and in what caused it."""
    error = made(kind)
    cause = OSError(f"{ADDRESS}/products?access_token={TOKEN}")
    error.__cause__ = cause
    error.__context__ = cause
    error.args = (*error.args, str(cause))
    return error


REPLIES: list[Reply] = [
    *(leaking(kind) for kind in EVERY),
    OSError(f"{ADDRESS}?access_token={TOKEN}"),
    *(echo(status) for status in (200, 201, 301, 302, 400, 401, 403, 404, 405, 408, 409, 422, 429, 500, 503)),
    refuses_token(1001),
    httpx.Response(302, headers={"Location": f"{ADDRESS}/products?access_token={TOKEN}"}),
    httpx.Response(200, text=f"<html>{TOKEN}{SECRET}</html>"),
    httpx.Response(200, text=f'{{"access_token": "{TOKEN}'),
    says({"access_token": TOKEN, "refresh_token": ""}),
    says({"paging": {"total": 1}, "Products": [{"Product": {"id": "1", "price": TOKEN}}]}),
    says({"Order": {"id": "7415", "total": TOKEN, "ProductsSold": [{"id": TOKEN, "quantity": "1"}]}}),
]


def everything_told(error: BaseException) -> str:
    """What a log, a dialog, a crash report or a debugger would show, with the variables of our frames."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [f"{frame.line} {frame.locals}" for frame in told.stack if "varejoforte_desktop" in frame.filename]
    shown = [str(error), repr(error), repr(getattr(error, "facts", "")), repr(vars(error)), *ours]
    return "\n".join([*shown, *traceback.format_exception(error)])


def assert_no_secret(told: str) -> None:
    for secret in SECRETS:
        assert secret not in told
    assert "access_token=APP" not in told


@pytest.mark.parametrize(
    "reply",
    REPLIES,
    ids=lambda reply: repr(reply)[:40] if not isinstance(reply, Exception) else type(reply).__name__,
)
async def test_no_fault_of_the_client_tells_a_secret(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quiet_the_line()
    shop = Shop(reply)
    calls = (
        lambda: shop.client.update_product("1", {StoreField.PRICE: Money(1)}, Purpose.PRICE),
        lambda: shop.client.create_brand("X"),
        lambda: shop.client.find_products(reference="X"),
        shop.client.info,
        lambda: shop.client.order("7415"),
        shop.client.order_statuses,
        lambda: shop.client.set_order_status("7415", "25"),
        lambda: shop.client.cancel_order("7415"),
    )
    raised: list[OutsideError] = []
    for call in calls:
        try:
            await call()
        except OutsideError as error:
            raised.append(error)
    assert len(raised) >= 3
    for error in raised:
        assert error.__cause__ is None
        assert error.__context__ is None
        assert_no_secret(everything_told(error))
    assert len(shop.store.requests) >= 8
    assert_no_secret(caplog.text)
    for record in caplog.records:
        assert_no_secret(f"{record.getMessage()} {record.args!r}")


@pytest.mark.parametrize(
    "reply",
    REPLIES,
    ids=lambda reply: repr(reply)[:40] if not isinstance(reply, Exception) else type(reply).__name__,
)
async def test_no_fault_of_the_authorisation_tells_a_secret(
    reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    quiet_the_line()
    async with open_line(ScriptedStore(reply)) as line:
        calls = (
            lambda: refresh(line, ACCESS, noon),
            lambda: renew(line, ACCESS, noon),
            lambda: exchange_code(
                line, api_address=ADDRESS, consumer_key=KEY, consumer_secret=SECRET, code=CODE, now=noon
            ),
        )
        for call in calls:
            with pytest.raises(OutsideError) as caught:
                await call()
            error = caught.value
            assert error.__cause__ is None
            assert error.__context__ is None
            assert_no_secret("\n".join([str(error), repr(vars(error)), *traceback.format_exception(error)]))
    assert_no_secret(caplog.text)


async def test_one_line_is_logged_for_a_request_without_its_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quiet_the_line()
    await Shop(says({"id": "1", "name": "Loja"})).client.info()
    (record,) = [record for record in caplog.records if record.name.startswith("varejoforte_desktop.tray")]
    assert record.levelno == logging.DEBUG
    assert record.getMessage().startswith("GET /info/ -> 200 in ")
    assert "?" not in record.getMessage()


async def test_a_fault_is_logged_by_its_code(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quiet_the_line()
    with pytest.raises(OutsideError):
        await Shop(httpx.ConnectTimeout("x")).client.info()
    assert "GET /info/ -> timeout_connecting in " in caplog.text


async def test_the_lower_libraries_write_no_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quiet_the_line()
    store = ScriptedStore(says({"id": "1", "name": "Loja"}))
    client = TrayClient(store, vault=FakeVault(), meter=FakeMeter(), clock=noon)
    await client.info()
    assert not [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))]


def test_the_access_shows_none_of_its_secrets() -> None:
    assert_no_secret(repr(ACCESS))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("GET /x?access_token=abc&limit=50", "GET /x?access_token=***&limit=50"),
        ("refresh_token=abc consumer_secret=def", "refresh_token=*** consumer_secret=***"),
        ("consumer_key=a;code=b,senha=c", "consumer_key=***"),
        ("Password = 'com espaço' fim", "Password = *** fim"),
        ('{"access_token": "abc", "code": 200}', '{"access_token": "***", "code": 200}'),
        ('{"code":"7d3e","id":"1"}', '{"code":"***","id":"1"}'),
        ("{'refresh_token': 'abc'}", "{'refresh_token': \"***\"}"),
        (r'{"senha": "a\"b\'c", "id": 1}', '{"senha": "***", "id": 1}'),
        ('{"access_token": "abc', '{"access_token": "***"'),
        ("password='abc def", "password=***"),
        (r"\"senha\": \"abc", r"\"senha\": \"***"),
        (r'"{\"access_token\": \"abc\"}"', r'"{\"access_token\": \"***\"}"'),
        ("volta=https%3A%2F%2Fx%3Fcode%3Dabc", "volta=https%3A%2F%2Fx%3Fcode%3D***"),
        ("solto APP_ID-1820-STORE_ID-512345-abcdef fim", "solto *** fim"),
        ("error_code=1000 zip_code=17500 postcode=1", "error_code=1000 zip_code=17500 postcode=1"),
        ("http 404 code: 1", "http 404 code: 1"),
        ("ACCESS_TOKEN=abc", "ACCESS_TOKEN=***"),
        ("", ""),
    ],
)
def test_a_text_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


def test_a_secret_is_hidden_wherever_it_was_repeated() -> None:
    assert hide("A chave abc123 não serve; senha=x", "abc123", "") == "A chave *** não serve; senha=***"
