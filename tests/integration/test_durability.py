"""A sale that was acknowledged is kept, and when the disk or another program is in the way, nothing is lost."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, make_url

from tests.books import HandClock, OpenStation, Told, ask_sql, in_books
from tests.builders import a_movement, a_token, keep, move
from tests.postgres import PostgresServer
from varejoforte_desktop.application.books import (
    BooksBusy,
    BooksError,
    BooksFull,
    BooksOlder,
    BooksUnreachable,
)
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database, sqlite_path
from varejoforte_desktop.persistence.unit_of_work import database_now


@pytest.fixture
def file_shop(sqlite_shop: str, stations: OpenStation) -> Database:
    """The books in a SQLite file."""
    return stations(sqlite_shop)


def pragma(database: Database, name: str, *, reading: bool = False) -> Any:
    if reading:
        return database.read_now(lambda r: r._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())  # type: ignore[attr-defined]
    return in_books(database, lambda uow: uow._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


@pytest.mark.parametrize("reading", [False, True], ids=["write lane", "read lane"])
def test_both_lanes_are_durable_and_keep_references(file_shop: Database, reading: bool) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert {name: pragma(file_shop, name, reading=reading) for name in wanted} == wanted
    assert pragma(file_shop, "query_only", reading=reading) == int(reading)


def test_who_looks_cannot_write(database: Database) -> None:
    statement = "UPDATE shop SET name = 'outra'"
    with pytest.raises(Exception, match=r"read-?only"):
        database.read_now(lambda reader: reader._connection.exec_driver_sql(statement))  # type: ignore[attr-defined]
    assert database.read_now(lambda reader: reader.shop()).name == "Casa das Panelas"


def test_a_line_cannot_refer_to_nothing(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        in_books(database, lambda uow: uow._connection.exec_driver_sql("UPDATE product SET brand_id = 404"))


def test_who_looks_sees_one_moment_while_another_writes(file_shop: Database, gerente: Actor) -> None:
    pan = keep(file_shop, by=gerente, on_hand=5)

    def look(reader):  # type: ignore[no-untyped-def]
        before = reader.product_rows([pan.id])[0].on_hand
        move(file_shop, pan, MovementKind.EXIT, 1, by=gerente)
        return before, reader.product_rows([pan.id])[0].on_hand

    assert file_shop.read_now(look) == (5, 5)
    assert file_shop.read_now(lambda reader: reader.product_rows([pan.id]))[0].on_hand == 4


def test_what_fails_half_way_leaves_nothing_and_tells_nobody(
    database: Database, gerente: Actor, told: Told
) -> None:
    pan = keep(database, by=gerente, on_hand=5)
    told.take()

    def broken(uow):  # type: ignore[no-untyped-def]
        move_stock(uow, a_movement(pan.id, MovementKind.EXIT, 1), token=a_token(), by=gerente)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_books(database, broken)
    assert in_books(database, lambda uow: uow.shelf.on_hand(pan.id)) == 5
    assert told.take() == frozenset()


def sell(database: Database, pan: Product, by: Actor) -> None:
    reason = "venda no balcão " * 12
    database.run_now(
        move_stock, a_movement(pan.id, MovementKind.EXIT, 1, reason=reason), token=a_token(), by=by
    )


def sell_until(database: Database, pan: Product, by: Actor, error: type[BooksError]) -> int:
    """Sell until the books refuse; how many were sold before."""
    for sold in range(400):
        try:
            sell(database, pan, by)
        except error:
            return sold
    pytest.fail("the books never refused")


def assert_sold(database: Database, pan: Product, sold: int) -> None:
    """Every sale that was confirmed is there, and no other."""
    assert in_books(database, lambda uow: uow.shelf.on_hand(pan.id)) == 500 - sold
    assert len(database.read_now(lambda reader: reader.movements(limit=1000))) == sold + 1
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_a_full_file_refuses_the_sale_and_keeps_all_others(file_shop: Database, gerente: Actor) -> None:
    pan = keep(file_shop, by=gerente, on_hand=500)
    pages = pragma(file_shop, "page_count")
    pragma(file_shop, f"max_page_count = {pages + 4}")
    sold = sell_until(file_shop, pan, gerente, BooksFull)
    assert sold > 0
    assert_sold(file_shop, pan, sold)
    pragma(file_shop, "max_page_count = 1000000")
    sell(file_shop, pan, gerente)
    assert_sold(file_shop, pan, sold + 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of two megabytes."""
    place = tmp_path / "disco"
    place.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0
    if mounted:
        mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(place)]
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(path: Path) -> None:
    """Photographs of somebody's holidays, until nothing more fits."""
    with path.open("wb", buffering=0) as photos, contextlib.suppress(OSError):
        while photos.write(b"x" * 4096):
            pass


def test_a_full_disk_refuses_the_sale_and_keeps_all_others(
    small_disk: Path, sqlite_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    books = sqlite_path(sqlite_shop)
    assert books is not None
    database = stations(f"sqlite:///{shutil.copy(books, small_disk)}")
    pan = keep(database, by=gerente, on_hand=500)
    fill(small_disk / "fotos")
    sold = sell_until(database, pan, gerente, BooksFull)
    assert_sold(database, pan, sold)
    (small_disk / "fotos").unlink()
    sell(database, pan, gerente)
    assert_sold(database, pan, sold + 1)
    database.close()


HOLDER = """
import sqlite3, sys
books = sqlite3.connect(sys.argv[1], isolation_level=None)
books.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def quick_to_give_up(database: Database) -> None:
    """Wait a quarter of a second for others instead of five."""

    @event.listens_for(database._writing, "checkout")
    def _shorten(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout = 250")


def test_books_that_another_program_holds_are_told_as_busy(file_shop: Database, gerente: Actor) -> None:
    pan = keep(file_shop, by=gerente, on_hand=5)
    quick_to_give_up(file_shop)
    path = sqlite_path(file_shop.url)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BooksBusy):
        move(file_shop, pan, MovementKind.EXIT, 1, by=gerente)
    assert (
        file_shop.read_now(lambda reader: reader.product_rows([pan.id]))[0].on_hand == 5
    )  # looking still works
    holder.communicate("")
    assert move(file_shop, pan, MovementKind.EXIT, 1, by=gerente).balance == 4


def test_a_short_hold_is_waited_for(file_shop: Database, gerente: Actor) -> None:
    pan = keep(file_shop, by=gerente, on_hand=5)
    path = sqlite_path(file_shop.url)
    with closing(sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ends = threading.Timer(0.2, lambda: other.execute("COMMIT"))
        ends.start()
        assert move(file_shop, pan, MovementKind.EXIT, 1, by=gerente).balance == 4
        ends.join()


def test_a_table_that_others_lock_on_the_server_is_told_as_busy(
    postgres_shop: str, clock: HandClock, gerente: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("varejoforte_desktop.persistence.database._TRIES", 1)
    database = Database(postgres_shop, ChangeFeed(), clock=clock)

    @event.listens_for(database._writing, "begin")
    def _shorten(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("SET LOCAL lock_timeout = 200")

    with psycopg.connect(postgres_shop.replace("+psycopg", "", 1)) as other:
        other.execute("LOCK TABLE product")
        with pytest.raises(BooksBusy):
            keep(database, by=gerente)
        other.rollback()
    keep(database, by=gerente)
    database.close()


SELLER = """
import sys
from tests.books import HandClock
from tests.builders import move
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

books = Database(sys.argv[1], ChangeFeed(), clock=HandClock())
ana = Actor(operator_id=2, login="ana", name="Ana", role=Role.OPERADOR, station="Caixa")
pan = books.run_now(lambda uow: uow.products.get(int(sys.argv[2])))
while True:
    print(move(books, pan, MovementKind.EXIT, 1, by=ana).balance, flush=True)
"""


def test_a_program_that_is_killed_loses_no_sale_it_confirmed(file_shop: Database, gerente: Actor) -> None:
    pan = keep(file_shop, by=gerente, on_hand=100_000)
    program = subprocess.Popen(
        [sys.executable, "-c", SELLER, file_shop.url, str(pan.id)], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    for _ in range(20):
        confirmed = program.stdout.readline()
    program.send_signal(signal.SIGKILL)
    confirmed = (program.communicate(timeout=10)[0].splitlines() or [confirmed])[-1]
    left = in_books(file_shop, lambda uow: uow.shelf.on_hand(pan.id))
    assert left <= 100_000 - 20
    assert left <= int(float(confirmed or 100_000))
    assert file_shop.read_now(lambda reader: reader.check()).problems == ()


def test_a_connection_that_breaks_half_way_is_told_and_made_anew(
    postgres_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    database = stations(postgres_shop)
    pan = keep(database, by=gerente, on_hand=5)

    def cut(uow):  # type: ignore[no-untyped-def]
        move_stock(uow, a_movement(pan.id, MovementKind.EXIT, 1), token=a_token(), by=gerente)
        uow._connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(BooksUnreachable):
        in_books(database, cut)
    assert in_books(database, lambda uow: uow.shelf.on_hand(pan.id)) == 5
    assert move(database, pan, MovementKind.EXIT, 1, by=gerente).balance == 4


def test_a_server_that_shuts_its_door_is_told_and_found_again(
    own_postgres_shop: str, postgres_server: PostgresServer, stations: OpenStation
) -> None:
    database = stations(own_postgres_shop)
    assert database.read_now(lambda reader: reader.founded()) is True
    assert in_books(database, lambda uow: uow.shop.founded()) is True
    name = make_url(own_postgres_shop).database
    shut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
    office = make_url(own_postgres_shop).set(database="postgres").render_as_string(hide_password=False)
    ask_sql(office, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    ask_sql(office, shut, name=name)
    with pytest.raises(BooksUnreachable):
        database.read_now(lambda reader: reader.founded())
    with pytest.raises(BooksUnreachable):
        in_books(database, lambda uow: uow.shop.founded())
    ask_sql(office, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert database.read_now(lambda reader: reader.founded()) is True
    assert in_books(database, lambda uow: uow.shop.founded()) is True


def test_books_without_tables_are_told_as_older(database_url: str, clock: HandClock) -> None:
    database = Database(database_url, ChangeFeed(), clock=clock)
    with pytest.raises(BooksOlder):
        database.read_now(lambda reader: reader.founded())
    database.close()


def test_a_server_is_asked_for_its_own_clock(postgres_shop: str) -> None:
    database = Database(postgres_shop, ChangeFeed())
    here = datetime.now(UTC)  # noqa: TID251 - compared with the server's
    there = in_books(database, lambda uow: uow.now)
    looked = database.read_now(lambda reader: database_now(reader._connection, None))  # type: ignore[attr-defined]
    assert abs((there - here).total_seconds()) < 30
    assert there <= looked
    database.close()


def test_our_own_mistake_is_not_told_as_the_books_fault(database: Database) -> None:
    with pytest.raises(Exception, match="nonsense") as mistake:
        in_books(database, lambda uow: uow._connection.exec_driver_sql("SELECT nonsense FROM shop"))
    assert not isinstance(mistake.value, BooksError)


def test_closing_waits_for_what_runs(sqlite_shop: str, clock: HandClock) -> None:
    database = Database(sqlite_shop, ChangeFeed(), clock=clock)
    running = threading.Event()

    def slow(uow) -> None:  # type: ignore[no-untyped-def]
        running.set()
        uow._connection.exec_driver_sql("UPDATE shop SET name = 'Depois'")

    worker = threading.Thread(target=lambda: database.run_now(slow))
    worker.start()
    assert running.wait(5)
    database.close()
    worker.join()
    assert ask_sql(sqlite_shop, "SELECT name FROM shop") == [("Depois",)]
