"""The shop's books and the lanes that lead to them: one that writes, two that read, none on the screen's thread."""

from __future__ import annotations

import asyncio
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import QueuePool

from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.failures import conflict, translated
from varejoforte_desktop.persistence.listening import (
    TELL,
    Ear,
    FileEar,
    HearingTimes,
    Outlet,
    ServerEar,
    answers,
    words,
)
from varejoforte_desktop.persistence.questions import SqlReader
from varejoforte_desktop.persistence.unit_of_work import SqlUnitOfWork

P = ParamSpec("P")
R = TypeVar("R")

_TRIES: Final = 3
#: A server that was unplugged is noticed within seconds, also on a line that is just silent.
_LINE: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "varejoforte",
}
Clock = Callable[[], datetime]


def build_engine(url: str, *, read_only: bool, size: int) -> Engine:
    """An engine whose transactions begin as we say: IMMEDIATE where it writes on SQLite, read-only where it looks."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite_engine(address, read_only=read_only, size=size)
    options = "-c default_transaction_read_only=on" if read_only else "-c lock_timeout=4000"
    engine = create_engine(
        address,
        pool_size=size,
        max_overflow=0,
        # Several questions of one look answer for one moment, as on SQLite.
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
        connect_args={**_LINE, "options": options},
    )

    @event.listens_for(engine, "checkout")
    def _ask(line: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
        if not answers(line, within=_LINE["connect_timeout"]):
            raise InvalidatePoolError  # the server was started anew, say: connect again

    return engine


def _sqlite_engine(address: URL, *, read_only: bool, size: int) -> Engine:
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 5.0},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        cursor = connection.cursor()
        # FULL: a sale that was acknowledged survives a power cut (NORMAL may lose the last ones).
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "journal_size_limit=67108864",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


class Database:
    """Runs use cases and questions off the caller's thread, each in a transaction of its own.

    `clock` gives the instant of a SQLite shop (one computer, so its clock is the database's); PostgreSQL is
    asked for its own unless a clock is handed in for a test.
    """

    def __init__(self, url: str, changes: ChangeFeed, *, clock: Clock | None = None) -> None:
        self.url = url
        self._changes = changes
        self._clock = clock
        self._instance = uuid.uuid4().hex
        self._served = make_url(url).get_backend_name() != "sqlite"
        self._ear: Ear | None = None
        self._dead_at = float("-inf")
        self._writing = build_engine(url, read_only=False, size=1)
        self._reading = build_engine(url, read_only=True, size=2)
        self._write_lane = ThreadPoolExecutor(max_workers=1, thread_name_prefix="db-write")
        self._read_lane = ThreadPoolExecutor(max_workers=2, thread_name_prefix="db-read")

    async def run(
        self, use_case: Callable[Concatenate[UnitOfWork, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a use case in a transaction of its own and tell the open screens what changed."""

        asked = time.monotonic()

        def work() -> tuple[R, frozenset[Topic]]:
            return self._commit(_as_the_books_know_them(use_case, args, kwargs), asked)

        loop = asyncio.get_running_loop()
        result, topics = await loop.run_in_executor(self._write_lane, work)
        if topics:
            self._changes.publish(topics)
        return result

    async def read(self, question: Callable[[Reader], R]) -> R:
        """Ask the books; the answer holds only records."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._read_lane, self._answer, question, time.monotonic())

    def run_now(
        self, use_case: Callable[Concatenate[UnitOfWork, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The same as `run` on the caller's own thread, for commands without a screen."""
        result, topics = self._write_lane.submit(
            self._commit, _as_the_books_know_them(use_case, args, kwargs), time.monotonic()
        ).result()
        if topics:
            self._changes.publish(topics)
        return result

    def read_now(self, question: Callable[[Reader], R]) -> R:
        """The same as `read` on the caller's own thread."""
        return self._answer(question, time.monotonic())

    def _answer(self, question: Callable[[Reader], R], asked: float) -> R:
        with self._alive(asked), self._reading.connect() as connection, connection.begin():
            return question(SqlReader(connection, clock=self._clock))

    @contextmanager
    def _alive(self, asked: float) -> Iterator[None]:
        """What was asked before the server was found dead fails with it: nobody knocks again for each in the row."""
        if self._dead_at > asked:
            raise BooksUnreachable("found dead meanwhile")
        try:
            with translated():
                yield
        except BooksUnreachable:
            self._dead_at = time.monotonic()
            raise

    def _commit(self, work: Callable[[SqlUnitOfWork], R], asked: float) -> tuple[R, frozenset[Topic]]:
        """Run `work` and commit; again, from the start, when another station's transaction got in the way.

        That is safe because a use case has no effect outside its transaction.
        """
        with self._alive(asked):
            for attempt in range(1, _TRIES + 1):
                try:
                    with self._writing.connect() as connection, connection.begin():
                        uow = SqlUnitOfWork(connection, clock=self._clock)
                        result = work(uow)
                        uow.finish()
                        if self._served and uow.topics:
                            connection.execute(TELL, {"words": words(self._instance, uow.topics)})
                except DBAPIError as error:
                    if attempt == _TRIES or not conflict(error):
                        raise
                else:
                    return result, uow.topics
        raise AssertionError("unreachable")

    def listen(self, times: HearingTimes | None = None) -> None:
        """From now on hear also what other stations and programs change; told on the running loop's thread.

        Harmless the second time. `close` ends it.
        """
        if self._ear is not None:
            return
        times = times or HearingTimes()
        outlet = Outlet(asyncio.get_running_loop(), self._changes.publish)
        if self._served:
            self._ear = ServerEar(outlet, times, instance=self._instance, connect=self._line)
        else:
            self._ear = FileEar(outlet, times, lambda: self._write_lane.submit(self._moved).result())
        self._ear.start()

    def _line(self) -> psycopg.Connection[Any]:
        _, address = self._writing.dialect.create_connect_args(make_url(self.url))
        return psycopg.connect(**{**address, **_LINE}, autocommit=True)

    def _moved(self) -> bool:
        """Whether another program wrote to the file: the line that writes for us does not count what it wrote itself."""
        line = self._writing.raw_connection()
        try:
            (version,) = line.cursor().execute("PRAGMA data_version").fetchone()
            known = line.info.setdefault("data_version", version)
            line.info["data_version"] = version
        except sqlite3.Error:
            return False  # whoever reads the books next is told what is wrong with them
        finally:
            line.close()
        return bool(known != version)

    def deafen(self) -> None:
        """Hear nothing more from others; waits a second at most, and is harmless the second time."""
        if self._ear is not None:
            self._ear.stop()

    def close(self) -> None:
        """Let what runs finish, then leave the books."""
        self.deafen()
        self._write_lane.shutdown(wait=True)
        self._read_lane.shutdown(wait=True)
        self._reading.dispose()
        self._writing.dispose()


def _as_the_books_know_them(
    use_case: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Callable[[SqlUnitOfWork], R]:
    """The use case with everybody it is told of looked up again, in its own transaction.

    Whoever was put on leave, lost a permission or sits at a computer that was taken out is refused at the next act,
    whatever the window he left open still believes.
    """

    def work(uow: SqlUnitOfWork) -> R:
        def known(value: Any) -> Any:
            return uow.standing(value) if isinstance(value, Actor) else value

        return use_case(uow, *map(known, args), **{name: known(value) for name, value in kwargs.items()})

    return work


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite address, None for any other database."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return Path(address.database)


def shown_address(url: str) -> str:
    """The address of the books as it may be shown: without the password."""
    return make_url(url).render_as_string(hide_password=True)
