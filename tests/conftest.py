"""What every test has around it: no outside network, no real keyring, nothing left running, two databases."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

# Before anything imports Qt or looks for a keyring, and for the programs that the tests start.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

import keyring
import keyring.backend
import keyring.errors
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from tests.postgres import NoPostgres, PostgresServer
from tests.waiting import until

IN_CI = bool(os.environ.get("CI"))
PATIENCE = 1.0  # seconds that something may take to end by itself after a test

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=200,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


# --- the order -----------------------------------------------------------------------------------------------------

#: Whole processes and long stories begin first, so that no worker sits idle while the last of them ends.
_LONG = (
    "tests/e2e/",
    "tests/integration/sync/",
    "tests/integration/test_bad_times",
    "tests/integration/test_many",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest in front; within a file, and among the others, the order stays."""
    here = Path(__file__).parent.parent
    items.sort(key=lambda item: not item.path.relative_to(here).as_posix().startswith(_LONG))


# --- event loops ---------------------------------------------------------------------------------------------------


def _qt_loop() -> asyncio.AbstractEventLoop:
    import qasync
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)  # as in the program: a closed dialog does not end the loop
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    return loop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests under tests/gui run on Qt's loop as the program does; all others on asyncio's own."""
    if "tests/gui/" in item.nodeid.replace(os.sep, "/"):
        return {"qt": _qt_loop}
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture(autouse=True)
def _windows_are_collected_on_their_own_thread() -> Iterator[None]:
    """Garbage that holds windows must not be collected by a database thread, as in the program itself.

    From the first window on this holds for every test of the process, also those that know nothing of Qt.
    """
    if "PySide6.QtWidgets" not in sys.modules:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    gc.freeze()  # what a test leaves alive is alive for good: the next collection needs not look at it again
    gc.enable()


# --- nothing is left running ---------------------------------------------------------------------------------------


def _soon(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)  # noqa: TID251 — the test is over: only this thread waits
    return True


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())

    def left() -> list[threading.Thread]:
        return [t for t in threading.enumerate() if t not in before and t.is_alive() and not t.daemon]

    yield
    if not _soon(lambda: not left()):
        pytest.fail(f"the test left threads running: {', '.join(t.name for t in left())}")


@pytest.fixture(autouse=True)
def _no_timer_left() -> Iterator[None]:
    """Sees the timers that belong to the application or to a window that still exists."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or (app := widgets.QApplication.instance()) is None:
        return
    from PySide6.QtCore import QTimer

    owners = [app, *app.topLevelWidgets()]
    left = [t for owner in owners for t in owner.findChildren(QTimer) if t.isActive()]
    for timer in left:
        timer.stop()
    if left:
        pytest.fail("the test left timers running: " + ", ".join(f"{t!r} of {t.parent()!r}" for t in left))


@pytest_asyncio.fixture
async def _no_task_left() -> AsyncIterator[None]:
    yield

    def left() -> set[asyncio.Task[Any]]:
        return {t for t in asyncio.all_tasks() if t is not asyncio.current_task() and not t.done()}

    with contextlib.suppress(AssertionError):
        await until(lambda: not left(), PATIENCE)
    if left():
        pytest.fail("the test left tasks running: " + ", ".join(sorted(repr(t.get_coro()) for t in left())))


@pytest.fixture(autouse=True)
def _tasks_are_watched(request: pytest.FixtureRequest) -> None:
    # Set up before the test's own fixtures, hence asked after all of them are gone.
    if request.node.get_closest_marker("asyncio") is not None:
        request.getfixturevalue("_no_task_left")


# --- no outside world ----------------------------------------------------------------------------------------------


class OutsideNetwork(RuntimeError):
    """A test tried to leave this machine."""


_attempts: list[str] = []


def _refuse_outside(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        inside = False
    else:
        inside = address.is_loopback or address.is_unspecified
    if not inside:
        _attempts.append(str(name))
        raise OutsideNetwork(f"tests do not leave this machine: {name}")


def _guard_sockets() -> None:
    real_lookup = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_outside(host)
        return real_lookup(host, *args, **kwargs)

    def guarded(method: Callable[..., Any], address_at: int) -> Callable[..., Any]:
        def call(self: socket.socket, *args: Any) -> Any:
            address = args[address_at]
            if isinstance(address, tuple):
                _refuse_outside(address[0])
            return method(self, *args)

        return call

    socket.getaddrinfo = lookup
    for name, address_at in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        setattr(socket.socket, name, guarded(getattr(socket.socket, name), address_at))


_guard_sockets()


@pytest.fixture(autouse=True)
def _no_outside_network() -> Iterator[None]:
    _attempts.clear()
    yield
    if _attempts:  # also when the code under test swallowed the refusal
        pytest.fail(f"the test tried to reach {', '.join(sorted(set(_attempts)))}")


class MemoryKeyring(keyring.backend.KeyringBackend):
    """The operating system's safe, as far as a test is concerned."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Find a secret."""
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        if self.secrets.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError(username)


@pytest.fixture(autouse=True)
def memory_keyring() -> MemoryKeyring:
    """An empty safe; ask for it by name to look inside."""
    safe = MemoryKeyring()
    keyring.set_keyring(safe)
    return safe


# --- databases -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A private server, started when the first test asks for it (one per xdist worker)."""
    server = PostgresServer()
    try:
        server.start()
    except NoPostgres as reason:
        server.stop()
        if IN_CI:
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(f"POSTGRESQL WAS NOT TESTED: {reason}")
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database on PostgreSQL."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each of the two engines in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'loja.db'}"
    return str(request.getfixturevalue("postgres_url"))
