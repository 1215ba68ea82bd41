"""What goes wrong between the books and us, told in the words of the application."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from varejoforte_desktop.application.books import (
    BooksBusy,
    BooksDamaged,
    BooksError,
    BooksFull,
    BooksMisplaced,
    BooksOlder,
    BooksUnreachable,
)

# PostgreSQL: serialization failure, deadlock, lock not available.
_CONFLICTS: Final = frozenset({"40001", "40P01", "55P03"})
_POSTGRESQL: Final[tuple[tuple[tuple[str, ...], type[BooksError]], ...]] = (
    (("53100",), BooksFull),
    (tuple(_CONFLICTS), BooksBusy),
    (("42P01",), BooksOlder),
    (("08", "28", "3D", "57P"), BooksUnreachable),
)
_SQLITE: Final[dict[str, type[BooksError]]] = {
    "SQLITE_BUSY": BooksBusy,
    "SQLITE_LOCKED": BooksBusy,
    "SQLITE_FULL": BooksFull,
    "SQLITE_CORRUPT": BooksDamaged,
    "SQLITE_NOTADB": BooksDamaged,
    "SQLITE_CANTOPEN": BooksMisplaced,
    "SQLITE_READONLY": BooksMisplaced,
    "SQLITE_PERM": BooksMisplaced,
    "SQLITE_IOERR_SHMSIZE": BooksFull,  # no room for the index of the journal
    "SQLITE_IOERR": BooksUnreachable,
}


def conflict(error: DBAPIError) -> bool:
    """Whether the transaction lost against another one and may simply be run again."""
    return getattr(error.orig, "sqlstate", None) in _CONFLICTS


@contextmanager
def translated() -> Iterator[None]:
    """Let only errors of the application out: BooksError for the world, everything else is our bug."""
    try:
        yield
    except PoolTimeout:
        raise BooksBusy("no free connection") from None
    except DBAPIError as error:
        raise translate(error) from error
    except sqlite3.Error as error:  # of a connection without SQLAlchemy: the copy before an upgrade
        raise _from_sqlite(error) or error from error


def translate(error: DBAPIError) -> Exception:
    """The BooksError for a driver's error, or the error itself when it is our bug."""
    if isinstance(error.orig, sqlite3.Error):
        return _from_sqlite(error.orig) or error
    return _from_postgresql(error) or error


def _from_sqlite(raw: sqlite3.Error) -> BooksError | None:
    name = getattr(raw, "sqlite_errorname", "") or ""
    for prefix, kind in _SQLITE.items():
        if name.startswith(prefix):
            return kind(str(raw), why="no_access")
    missing = isinstance(raw, sqlite3.OperationalError) and "no such table" in str(raw)
    return BooksOlder(str(raw)) if missing else None


def _from_postgresql(error: DBAPIError) -> BooksError | None:
    state = getattr(error.orig, "sqlstate", None)
    detail = str(error.orig).strip().partition("\n")[0]
    if state is None:
        gone = error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
        return BooksUnreachable(detail) if gone else None
    for states, kind in _POSTGRESQL:
        if state.startswith(states):
            return kind(detail)
    return None
