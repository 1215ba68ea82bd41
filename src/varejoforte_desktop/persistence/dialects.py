"""The few sentences that SQLite and PostgreSQL say in their own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, TextClause
from sqlalchemy.dialects import postgresql, sqlite


def is_sqlite(connection: Connection) -> bool:
    """Whether these books are a SQLite file."""
    return connection.dialect.name == "sqlite"


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the database's own tongue."""
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


def insert_new(
    connection: Connection,
    table: Table,
    line: Mapping[str, Any],
    *,
    unique: Sequence[str],
    among: TextClause | None = None,
) -> bool:
    """Insert a line unless one with the same `unique` columns is there (`among` these: the condition of a partial
    index); True when it was inserted."""
    statement = (
        insert_into(connection, table)
        .values(dict(line))
        .on_conflict_do_nothing(index_elements=unique, index_where=among)
    )
    # RETURNING rather than the row count, which the drivers do not agree about for this statement.
    return connection.execute(statement.returning(table.c[unique[0]])).first() is not None


def upsert(
    connection: Connection, table: Table, lines: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert lines, or give the ones with the same `key` the new values."""
    if not lines:
        return
    statement = insert_into(connection, table)
    changed = {name: statement.excluded[name] for name in lines[0] if name not in key}
    connection.execute(
        statement.on_conflict_do_update(index_elements=key, set_=changed), [dict(line) for line in lines]
    )


def in_chunks(values: Sequence[Any], size: int = 400) -> list[Sequence[Any]]:
    """Parts small enough for an IN list on every database."""
    return [values[start : start + size] for start in range(0, len(values), size)]


def one_at_a_time(connection: Connection, door: int, of: int | None = None) -> None:
    """Hold this door until the transaction ends; on SQLite the transaction itself holds all of them.

    `of` is whose door it is: each sale or document may have one of its own.
    """
    if not is_sqlite(connection):
        key = f"{door:d}" if of is None else f"{door:d}, {of % 2**31:d}"
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key})")


#: Doors that one transaction of all stations passes at a time.
UPGRADE_DOOR, QUOTA_DOOR, BARCODE_DOOR = 4702, 4703, 4704
#: Doors of one document or one sale: its papers are counted at one station at a time.
DOCUMENT_PAPERS_DOOR, SALE_PAPERS_DOOR = 4705, 4706
