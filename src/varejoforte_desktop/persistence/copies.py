"""Copies of the books that can be trusted: made while the shop works and proved before they count."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.books import BooksBusy, BooksDamaged
from varejoforte_desktop.persistence.checks import check
from varejoforte_desktop.persistence.copy_files import (
    Copy,
    disk_trouble,
    fingerprint_path,
    open_file,
    own_room,
    placed,
    placing,
)
from varejoforte_desktop.persistence.copy_locked import ENDING, Lock, lock
from varejoforte_desktop.persistence.copy_postgres import can_copy_postgresql, copy_postgresql
from varejoforte_desktop.persistence.database import build_engine, sqlite_path
from varejoforte_desktop.persistence.failures import translated
from varejoforte_desktop.persistence.schema import SchemaState, schema_state

__all__ = ["Copy", "CopyRefused", "Made", "fingerprint_path", "make_copy"]

_PATIENCE: Final = 40  # looks at books that somebody holds alone, a quarter of a second apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A copy and what `db check` finds wrong in it: that was wrong in the books too."""

    copy: Copy
    problems: tuple[str, ...] = ()


def books_state(url: str) -> SchemaState:
    """How the books at an address stand to this release; neither makes nor changes them. Raises BooksError."""
    path = sqlite_path(url)
    if path is None:
        return _state(build_engine(url, read_only=True, size=1))
    return file_state(path) if path.is_file() else SchemaState.EMPTY


def file_state(path: Path) -> SchemaState:
    """The same of a SQLite file. Raises BooksError."""
    return _state(file_engine(path))


def file_engine(path: Path) -> Engine:
    """An engine that only reads a SQLite file, as it lies there."""
    return create_engine("sqlite://", creator=lambda: open_file(path, "ro"), poolclass=NullPool)


def _state(engine: Engine) -> SchemaState:
    with translated():
        try:
            return schema_state(engine)
        finally:
            engine.dispose()


def file_problems(path: Path, *, thorough: bool = False) -> list[str]:
    """What SQLite finds wrong with a file; nothing when it is sound. Raises BooksError when it cannot be read."""
    with translated(), closing(open_file(path, "ro")) as connection:
        return problems_in(connection, "integrity_check" if thorough else "quick_check")


def problems_in(connection: sqlite3.Connection, check_name: str) -> list[str]:
    """What PRAGMA quick_check or integrity_check says."""
    return [str(row[0]) for row in connection.execute(f"PRAGMA {check_name}") if row[0] != "ok"]


def books_problems(engine: Engine) -> tuple[str, ...]:
    """What `db check` finds in the books of an engine, which is let go. Raises BooksError."""
    with translated():
        try:
            with engine.connect() as connection, connection.begin():
                return check(connection).problems
        finally:
            engine.dispose()


def can_copy(url: str) -> str:
    """ "" when the books at this address can be copied from here, else no_tool."""
    return "" if sqlite_path(url) is not None else can_copy_postgresql()


def ending_of(url: str, *, locked: bool) -> str:
    """How the name of a copy of these books ends."""
    if locked:
        return ENDING
    return ".db" if sqlite_path(url) is not None else ".dump"


def make_copy(url: str, target: Path, *, at: datetime, room: Path, key: Lock | None = None) -> Made:
    """Copy the books at an address to a file that is not there yet, and prove the copy; locked when there is a key.

    What is to be locked lies in clear only in a folder of our own inside `room`, and is gone afterwards.
    Raises CopyRefused or BooksError.
    """
    if target.exists():  # before the work, and again when the copy is placed
        raise CopyRefused("exists", str(target))
    if key is None:
        return _plain_copy(url, target)
    with own_room(room, "copia") as own:
        plain = _plain_copy(url, own / "books")
        kind = "sqlite" if sqlite_path(url) is not None else "postgresql"
        with disk_trouble():
            copy = lock(plain.copy.path, target, key, kind=kind, at=at)
    return Made(copy=copy, problems=plain.problems)


def _plain_copy(url: str, target: Path) -> Made:
    path = sqlite_path(url)
    if path is None:
        return Made(copy=copy_postgresql(url, target))
    copy = copy_sqlite(path, target)
    problems = books_problems(file_engine(target)) if file_state(target) is SchemaState.CURRENT else ()
    return Made(copy=copy, problems=problems)


def copy_sqlite(books: Path, target: Path) -> Copy:
    """Copy a SQLite shop as it is at one moment, while others go on working. Raises CopyRefused or BooksError."""
    if not books.is_file():
        raise CopyRefused("no_books", str(books))
    with placing(target) as partial, translated():
        with closing(open_file(books, "rw")) as source, closing(open_file(partial, "rw")) as copy:
            source.backup(copy, progress=_not_for_ever())  # in one step: all pages of the same moment
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
        problems = file_problems(partial, thorough=True)
        if problems:
            raise BooksDamaged(problems[0])
    return placed(target)


def _not_for_ever() -> Callable[[int, int, int], None]:
    """Ends a copy that waits for books which somebody holds alone."""
    looks = 0

    def progress(status: int, _remaining: int, _total: int) -> None:
        nonlocal looks
        looks += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if looks > _PATIENCE:
            raise BooksBusy("held alone by somebody")

    return progress
