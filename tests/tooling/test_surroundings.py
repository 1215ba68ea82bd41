"""The surroundings of the tests do what they promise: databases, sockets, keyring, leftovers, waiting."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from pathlib import Path

import keyring
import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests import conftest
from tests.postgres import PostgresServer
from tests.waiting import until

pytest_plugins = ["pytester"]
HERE = Path(conftest.__file__).parent


def ask(url: str, question: str) -> object:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            return connection.execute(text(question)).scalar()
    finally:
        engine.dispose()


def test_each_engine_gives_an_empty_database(database_url: str) -> None:
    assert ask(database_url, "SELECT 1") == 1


def test_postgres_folds_portuguese_capitals_and_has_the_extensions_for_search(postgres_url: str) -> None:
    assert ask(postgres_url, "SELECT lower('AÇAÍ')") == "açaí"
    assert (
        ask(
            postgres_url, "SELECT count(*) FROM pg_available_extensions WHERE name IN ('unaccent', 'pg_trgm')"
        )
        == 2
    )


def test_a_database_can_be_a_copy_of_another(postgres_server: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE shelf AS SELECT 7 AS on_hand")
    copy = postgres_server.create_database(template=postgres_url)
    assert ask(copy, "SELECT on_hand FROM shelf") == 7
    postgres_server.drop_database(copy)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(copy.replace("+psycopg", ""))


@pytest.mark.skipif(not PostgresServer().private, reason="a given server is not ours to kill")
def test_what_was_committed_outlives_a_killed_server() -> None:
    server = PostgresServer(durable=True)
    server.start()
    try:
        url = server.create_database()
        assert ask(url, "SHOW fsync") == "on"
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE till AS SELECT 100 AS cents")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url.replace("+psycopg", ""))
        server.restart()
        assert ask(url, "SELECT cents FROM till") == 100
    finally:
        server.stop()


def test_the_keyring_is_in_memory_and_empty(memory_keyring: conftest.MemoryKeyring) -> None:
    keyring.set_password("loja", "gerente", "segredo")
    assert memory_keyring.secrets == {("loja", "gerente"): "segredo"}
    keyring.delete_password("loja", "gerente")
    assert keyring.get_password("loja", "gerente") is None


@pytest.mark.parametrize("host", ["192.0.2.1", "api.example.com", b"example.com", "2001:db8::1"])
def test_no_test_leaves_this_machine(host: str | bytes) -> None:
    with pytest.raises(conftest.OutsideNetwork):
        socket.create_connection((host, 443), timeout=1)  # type: ignore[arg-type]
    conftest._attempts.clear()


def test_a_test_may_talk_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=1).close()


async def test_waiting_gives_back_what_the_condition_said() -> None:
    basket: list[str] = []
    asyncio.get_running_loop().call_later(0.02, basket.append, "café")
    assert await until(lambda: basket) == ["café"]
    with pytest.raises(AssertionError, match="still not so"):
        await until(lambda: None, timeout=0.02)


SLOPPY = """
import asyncio, contextlib, socket, threading

from PySide6.QtCore import QTimer

tasks = set()
end = threading.Event()


def test_threads():
    threading.Thread(target=end.wait, args=(5,), name="forgotten").start()


def test_timers(qapp):
    end.set()
    QTimer(qapp).start(60_000)


async def test_tasks():
    tasks.add(asyncio.create_task(asyncio.sleep(60)))


def test_network():
    with contextlib.suppress(Exception):
        socket.create_connection(("example.com", 80))
"""


@pytest.mark.parametrize("folder", ["unit", "gui"])
def test_what_a_test_leaves_behind_is_noticed(pytester: pytest.Pytester, folder: str) -> None:
    tests = pytester.mkdir("tests")
    for module in ("conftest.py", "postgres.py", "waiting.py"):
        shutil.copy(HERE / module, tests)
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\npythonpath = .\naddopts = --import-mode=importlib\n"
    )
    (tests / folder).mkdir()
    (tests / folder / "test_sloppy.py").write_text(SLOPPY)
    outcome = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")
    outcome.assert_outcomes(passed=4, errors=4)
    outcome.stdout.fnmatch_lines(
        [
            "*left threads running: forgotten*",
            "*left timers running: *QTimer*",
            "*left tasks running: *sleep*",
            "*tried to reach example.com*",
        ]
    )


def test_a_thread_that_ends_by_itself_is_no_leftover() -> None:
    threading.Thread(target=threading.Event().wait, args=(0.05,)).start()
