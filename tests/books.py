"""A founded shop on each engine, made once and copied for each test; import the fixtures in a conftest."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.postgres import PostgresServer
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.people import add_operator
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sign_in import Founding, admit, found_shop
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.persistence.tables import metadata

NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # noon of a Monday in São Paulo
ENGINES = ("sqlite", "postgresql")


class HandClock:
    """A clock that stands still until a test moves it on."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The instant it shows."""
        return self.now

    def forward(self, **delta: float) -> datetime:
        """Move on: forward(seconds=61)."""
        self.now += timedelta(**delta)
        return self.now


class Told:
    """Remembers what the change feed told."""

    def __init__(self, feed: ChangeFeed) -> None:
        self.topics: list[frozenset[Topic]] = []
        feed.subscribe(self.topics.append)

    def take(self) -> frozenset[Topic]:
        """All topics since the last time it was asked."""
        told = frozenset().union(*self.topics)
        self.topics.clear()
        return told


OpenStation = Callable[[str], Database]


def found(database: Database) -> None:
    """Write the shop and its three people."""
    founding = Founding(
        shop_name="Casa das Panelas",
        login="carla",
        name="Carla Souza",
        password_hash="hash-da-carla",
        wrapped_key="chave-da-carla",
    )
    database.run_now(found_shop, founding)
    by = database.run_now(admit, "carla", station="Balcão")
    for login, name, role in (("ana", "Ana Lima", Role.OPERADOR), ("bruno", "Bruno Reis", Role.GERENTE)):
        database.run_now(
            add_operator,
            login=login,
            name=name,
            role=role,
            password_hash=f"hash-de-{login}",
            wrapped_key="",
            by=by,
        )


def _make_founded(url: str) -> None:
    prepare(url, may_upgrade=True, now=lambda: NOON)
    database = Database(url, ChangeFeed(), clock=HandClock())
    try:
        found(database)
    finally:
        database.close()


@pytest.fixture(scope="session")
def founded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite shop to copy."""
    path = tmp_path_factory.mktemp("founded") / "loja.db"
    _make_founded(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def founded_postgres(postgres_server: PostgresServer) -> str:
    """A PostgreSQL shop to copy."""
    url = postgres_server.create_database()
    _make_founded(url)
    return url


@pytest.fixture
def sqlite_shop(founded_file: Path, tmp_path: Path) -> str:
    """The address of a founded shop in a SQLite file of its own."""
    return f"sqlite:///{shutil.copy(founded_file, tmp_path / 'loja.db')}"


@pytest.fixture
def own_postgres_shop(founded_postgres: str, postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a founded shop in a PostgreSQL database that the test may rebuild."""
    url = postgres_server.create_database(template=founded_postgres)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def swept_postgres(founded_postgres: str, postgres_server: PostgresServer) -> Iterator[Callable[[], str]]:
    """One PostgreSQL shop for many tests, put back as it was founded: much faster than a copy for each."""
    url = postgres_server.create_database(template=founded_postgres)
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        sweep = _sweeping(connection)

        def swept() -> str:
            connection.execute(sweep)
            return url

        yield swept
    postgres_server.drop_database(url)


def _sweeping(connection: psycopg.Connection[Any]) -> bytes:
    """SQL that empties every table but for the lines that are in it now; the audit log's guard looks away meanwhile."""
    lines = ["SET session_replication_role = replica"]
    lines += [
        sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)).as_string(connection)
        for table in reversed(metadata.sorted_tables)
    ]
    for table in metadata.sorted_tables:
        kept = connection.execute(
            sql.SQL("SELECT to_json(t)::text FROM {} t").format(sql.Identifier(table.name))
        )
        for (line,) in kept.fetchall():
            into = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_record(NULL::{0}, {1})").format(
                sql.Identifier(table.name), sql.Literal(line)
            )
            lines.append(into.as_string(connection))
    sequences = connection.execute(
        "SELECT schemaname || '.' || quote_ident(sequencename), last_value FROM pg_sequences"
    )
    for name, last in sequences.fetchall():
        lines.append(f"SELECT setval('{name}', {last or 1}, {'true' if last else 'false'})")
    lines.append("SET session_replication_role = DEFAULT")
    return ";".join(lines).encode()


@pytest.fixture
def postgres_shop(swept_postgres: Callable[[], str]) -> str:
    """The address of a founded shop on PostgreSQL."""
    return swept_postgres()


@pytest.fixture(params=ENGINES)
def shop_url(request: pytest.FixtureRequest) -> str:
    """The address of a founded shop, on each of the two engines in turn."""
    return str(request.getfixturevalue("sqlite_shop" if request.param == "sqlite" else "postgres_shop"))


@pytest.fixture(params=ENGINES)
def own_shop_url(request: pytest.FixtureRequest) -> str:
    """The same for a test that changes the tables themselves or how the database plans."""
    return str(request.getfixturevalue("sqlite_shop" if request.param == "sqlite" else "own_postgres_shop"))


@pytest.fixture
def clock() -> HandClock:
    """Noon, until the test says otherwise."""
    return HandClock()


@pytest.fixture
def stations(clock: HandClock) -> Iterator[OpenStation]:
    """Opens the books at an address as a station does; all are left when the test ends."""
    opened: list[Database] = []

    def open_station(url: str) -> Database:
        opened.append(Database(url, ChangeFeed(), clock=clock))
        return opened[-1]

    yield open_station
    for database in opened:
        database.close()


@pytest.fixture
def database(shop_url: str, clock: HandClock) -> Iterator[Database]:
    """The books of a founded shop."""
    books = Database(shop_url, ChangeFeed(), clock=clock)
    yield books
    books.close()


@pytest.fixture
def second_station(database: Database, stations: OpenStation) -> Database:
    """Another station on the same books."""
    return stations(database.url)


@pytest.fixture
def told(database: Database) -> Told:
    """What open screens were told."""
    return Told(database._changes)


def _actor(login: str, operator_id: int, name: str, role: Role) -> Actor:
    return Actor(operator_id=operator_id, login=login, name=name, role=role, station="Balcão")


@pytest.fixture
def operador() -> Actor:
    """Ana, at the counter."""
    return _actor("ana", 2, "Ana Lima", Role.OPERADOR)


@pytest.fixture
def gerente() -> Actor:
    """Bruno, who keeps the catalogue."""
    return _actor("bruno", 3, "Bruno Reis", Role.GERENTE)


@pytest.fixture
def administrador() -> Actor:
    """Carla, who owns the shop."""
    return _actor("carla", 1, "Carla Souza", Role.ADMINISTRADOR)


def ask_sql(url: str, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Look at the books from outside, past the program: ask_sql(url, "SELECT name FROM shop WHERE id = :id", id=1)."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database or "")) as connection, connection:
            return list(connection.execute(statement, values))
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        cursor = connection.execute(re.sub(r":(\w+)", r"%(\1)s", statement).encode(), values)
        return list(cursor) if cursor.description else []


def in_books(database: Database, work: Callable[[UnitOfWork], Any]) -> Any:
    """Run a few lines in one transaction: in_books(database, lambda uow: uow.shelf.on_hand(1))."""
    return database.run_now(work)
