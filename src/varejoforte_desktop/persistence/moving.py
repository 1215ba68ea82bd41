"""Moving a shop from its file to a PostgreSQL server: every line, compared one by one before it counts."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    Table,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    StatementError,
)
from sqlalchemy.pool import NullPool

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.books import BooksDamaged, BooksError, BooksNewer
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.checks import check
from varejoforte_desktop.persistence.copies import books_state
from varejoforte_desktop.persistence.copy_files import open_file
from varejoforte_desktop.persistence.copy_placing import refused_alone
from varejoforte_desktop.persistence.database import build_engine, sqlite_path
from varejoforte_desktop.persistence.dialects import is_sqlite
from varejoforte_desktop.persistence.failures import translated
from varejoforte_desktop.persistence.schema import SchemaState, prepare
from varejoforte_desktop.persistence.tables import metadata
from varejoforte_desktop.persistence.types import Word
from varejoforte_desktop.persistence.unit_of_work import SqlUnitOfWork

log = logging.getLogger(__name__)

_CHUNK: Final = 500
#: Lines that a database which was just made has already; the shop's own take their place.
_BORN_WITH: Final = frozenset({"installation", "audit_head"})
_NOT_TABLES: Final = (
    "DROP FUNCTION IF EXISTS audit_entry_is_kept() CASCADE",
    "DROP FUNCTION IF EXISTS fiscal_is_kept() CASCADE",
    "DROP TABLE IF EXISTS alembic_version",
)
_SET_SEQUENCE: Final = text(
    "SELECT setval(CAST(pg_get_serial_sequence(:name, :column) AS regclass), :last, :used)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTable:
    """A table that arrived: how many lines, and the SHA-256 over all of them, the same on both sides."""

    name: str
    lines: int
    digest: str


#: Hears of each table that was compared.
Hears = Callable[[MovedTable], None]


def move_books(
    source: str, target: str, *, now: Callable[[], datetime], by: Actor | None, hears: Hears
) -> tuple[str, ...]:
    """Move all of a shop's file to an empty PostgreSQL database; gives what `db check` finds there.

    Nothing is changed in the file. What was moved counts only once every line was compared: until then, and whenever
    it fails, the server has nothing of it. Raises CopyRefused (not_sqlite, not_postgresql, no_books, in_use,
    not_empty, unmovable, moved_wrong), BooksNewer and the other BooksErrors.
    """
    path = _file_of(source)
    if sqlite_path(target) is not None:
        raise CopyRefused("not_postgresql")
    if books_state(source) is SchemaState.NEWER:
        raise BooksNewer
    before = books_state(target)
    if before is SchemaState.NEWER:
        raise CopyRefused("not_empty", "alembic_version")
    with _alone(path):
        pass  # before anything is upgraded
    prepare(source, may_upgrade=True, now=now)
    with _alone(path) as shop:
        try:
            prepare(target, may_upgrade=True, now=now)
            return _moved(shop, target, by, hears)
        except BaseException:
            if before is SchemaState.EMPTY:
                _leave_empty(target)
            raise


def _file_of(source: str) -> Path:
    path = sqlite_path(source)
    if path is None:
        raise CopyRefused("not_sqlite")
    if not path.is_file():
        raise CopyRefused("no_books", str(path))
    return path


def _moved(shop: Connection, target: str, by: Actor | None, hears: Hears) -> tuple[str, ...]:
    engine = build_engine(target, read_only=False, size=1)
    try:
        with translated(), engine.connect() as server, server.begin():
            _must_be_empty(server)
            for name in _BORN_WITH:
                server.execute(delete(metadata.tables[name]))
            for table in metadata.sorted_tables:
                _copy(shop, server, table)
            _count_on(shop, server)
            for table in metadata.sorted_tables:
                hears(_compared(shop, server, table))
            problems = check(server).problems
            uow = SqlUnitOfWork(server, clock=None)
            uow.audit.note(AuditAction.BOOKS_MOVED, "postgresql", by=by, after={"problems": len(problems)})
            uow.finish()
        with translated(), engine.begin() as server:
            server.execute(text("ANALYZE"))  # the server plans well from the first question on
    finally:
        engine.dispose()
    return problems


# -- the two sides ----------------------------------------------------------------------------------------


@contextmanager
def _alone(path: Path) -> Iterator[Connection]:
    """The file to ourselves until everything is done: what nobody can write meanwhile cannot be missed."""
    engine = create_engine(
        "sqlite://", creator=lambda: open_file(path, "rw", patience=1.0), poolclass=NullPool
    )
    try:
        with engine.connect() as shop:
            try:
                shop.exec_driver_sql("PRAGMA journal_mode=DELETE")  # refused while anybody else has it open
                shop.exec_driver_sql("BEGIN EXCLUSIVE")
            except OperationalError as error:
                raise refused_alone(error.orig) from None
            yield shop
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise BooksDamaged(str(error.orig)) from None
        raise
    finally:
        engine.dispose()


def _must_be_empty(server: Connection) -> None:
    for table in metadata.sorted_tables:
        if table.name not in _BORN_WITH and server.execute(select(table).limit(1)).first() is not None:
            raise CopyRefused("not_empty", table.name)


def _leave_empty(target: str) -> None:
    """Take away the tables that were made for the move, unless somebody has begun to use them."""
    engine = build_engine(target, read_only=False, size=1)
    try:
        with translated(), engine.begin() as server:
            if inspect(server).has_table("installation"):
                _must_be_empty(server)
                for statement in _NOT_TABLES:
                    server.execute(text(statement))
                metadata.drop_all(server)
    except BooksError:  # the server is gone: what never counted is not there either
        log.warning("the tables made for the move could not be taken away again", exc_info=True)
    finally:
        engine.dispose()


# -- line by line -----------------------------------------------------------------------------------------


def _copy(shop: Connection, server: Connection, table: Table) -> None:
    """Raises CopyRefused ("unmovable") for a line that the server does not take, with its reason and no content."""
    try:
        for some in _chunks(shop, table):
            server.execute(insert(table), [row._asdict() for row in some])
    except (DataError, IntegrityError) as error:
        raise CopyRefused("unmovable", f"{table.name}: {_first_line(error.orig)}") from None
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.OperationalError):
            raise
        raise CopyRefused("unmovable", f"{table.name}: {_first_line(error.orig)}") from None
    except (StatementError, ValueError, LookupError, TypeError) as error:  # no value of ours
        raise CopyRefused("unmovable", f"{table.name}: {type(error).__name__}") from None


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0]


def _chunks(shop: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    within = next((key.parent for key in table.foreign_keys if key.column.table is table), None)
    if within is None:
        rows = shop.execute(_in_order(table, shop))
        while some := rows.fetchmany(_CHUNK):
            yield some
        return
    for ids in _first_ones_first(
        [(row.id, row.of) for row in shop.execute(select(table.c.id, within.label("of")))]
    ):
        for start in range(0, len(ids), _CHUNK):
            some_ids = ids[start : start + _CHUNK]
            yield shop.execute(_in_order(table, shop).where(table.c.id.in_(some_ids))).all()


def _first_ones_first(rows: list[tuple[int, int | None]]) -> Iterator[list[int]]:
    """A shelf after the shelf it stands in, a note after the one it replaces, whatever their numbers are."""
    left = rows
    there: set[int | None] = {None}
    while left:
        some = [number for number, of in left if of in there]
        if not some:
            raise ValueError("a circle")
        yield some
        there.update(some)
        left = [(number, of) for number, of in left if number not in there]


def _in_order(table: Table, connection: Connection) -> Select[Any]:
    """By its key, in the same order on both databases: letters by their bytes."""
    keys: list[ColumnElement[Any]] = []
    for column in table.primary_key.columns:
        letters = isinstance(column.type, (String, Word))
        keys.append(column.collate("C") if letters and not is_sqlite(connection) else column)
    return select(table).order_by(*keys)


def _count_on(shop: Connection, server: Connection) -> None:
    """New lines get numbers above all that were ever given."""
    given = {row[0]: row[1] for row in shop.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        highest = server.execute(select(func.max(column))).scalar_one() or 0
        last = max(highest, given.get(table.name, 0))
        server.execute(
            _SET_SEQUENCE, {"name": table.name, "column": column.name, "last": max(last, 1), "used": last > 0}
        )


def _compared(shop: Connection, server: Connection, table: Table) -> MovedTable:
    """Every line of both sides, one by one. Raises CopyRefused ("moved_wrong") at the first that differs."""
    digest, lines = hashlib.sha256(), 0
    streamed = {"stream_results": True, "yield_per": _CHUNK}
    with (
        closing(shop.execute(_in_order(table, shop), execution_options=streamed)) as here,
        closing(server.execute(_in_order(table, server), execution_options=streamed)) as there,
    ):
        for ours, theirs in zip_longest(here, there):
            lines += 1
            if ours is None or theirs is None or tuple(ours) != tuple(theirs):
                raise CopyRefused("moved_wrong", f"{table.name}: line {lines}")
            digest.update(repr(tuple(ours)).encode("utf-8", "surrogatepass"))
    return MovedTable(name=table.name, lines=lines, digest=digest.hexdigest())
