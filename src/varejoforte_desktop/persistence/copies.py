"""Copies of the books that can be trusted: made while the shop works, proved before they count, put back whole."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from varejoforte_desktop.application.books import BooksBusy, BooksDamaged, BooksError, BooksFull, BooksNewer
from varejoforte_desktop.persistence.database import build_engine, sqlite_path
from varejoforte_desktop.persistence.failures import translated
from varejoforte_desktop.persistence.schema import SchemaState, schema_state

_CHUNK: Final = 1_048_576
_PATIENCE: Final = 40  # looks at books that somebody holds alone, a quarter of a second apart
_COMPANIONS: Final = ("-wal", "-shm", "-journal")
_UNREADABLE: Final = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_DIGEST: Final = re.compile(r"\s*([0-9a-fA-F]{64})\b")
_NO_ROOM: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_SECRET_QUERY: Final = ("password", "sslpassword")


class CopyRefused(BooksError):
    """A copy was not made or not put back, and the books are as they were.

    `why` is a stable word: exists, no_access, no_books, no_copy, not_books, damaged, tampered (its fingerprint is
    another one), in_use, no_tool (pg_dump is not installed) or tool_failed (`detail` has its words).
    """

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(detail, why=why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was made and proved. `fingerprint` is its SHA-256, kept beside it in `path`.sha256."""

    path: Path
    bytes: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A proved copy lying beside the books, ready to take their place. `compared`: its fingerprint was there."""

    path: Path
    state: SchemaState
    compared: bool


def books_state(url: str) -> SchemaState:
    """How the books at an address stand to this release; neither makes nor changes them. Raises BooksError."""
    path = sqlite_path(url)
    if path is None:
        return _state(build_engine(url, read_only=True, size=1))
    return _file_state(path) if path.is_file() else SchemaState.EMPTY


def _file_state(path: Path) -> SchemaState:
    return _state(create_engine("sqlite://", creator=lambda: _open(path, "ro"), poolclass=NullPool))


def _state(engine: Engine) -> SchemaState:
    with translated():
        try:
            return schema_state(engine)
        finally:
            engine.dispose()


def file_problems(path: Path, *, thorough: bool = False) -> list[str]:
    """What SQLite finds wrong with a file; nothing when it is sound. Raises BooksError when it cannot be read."""
    with translated(), closing(_open(path, "ro")) as connection:
        return _problems(connection, "integrity_check" if thorough else "quick_check")


def copy_sqlite(books: Path, target: Path) -> Copy:
    """Copy a SQLite shop as it is at one moment, while others go on working. Raises CopyRefused or BooksError."""
    if not books.is_file():
        raise CopyRefused("no_books", str(books))
    with _placing(target) as partial, translated():
        with closing(_open(books, "rw")) as source, closing(_open(partial, "rw")) as copy:
            source.backup(copy, progress=_not_for_ever())  # in one step: all pages of the same moment
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
        problems = file_problems(partial, thorough=True)
        if problems:
            raise BooksDamaged(problems[0])
    return _placed(target)


def copy_postgresql(url: str, target: Path) -> Copy:
    """Copy a PostgreSQL shop with pg_dump. The password is never an argument. Raises CopyRefused or BooksFull."""
    tool = shutil.which("pg_dump")
    if tool is None:
        raise CopyRefused("no_tool")
    address = make_url(url)
    bare = URL.create(
        "postgresql",
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query={name: value for name, value in address.query.items() if name not in _SECRET_QUERY},
    )
    where = bare.render_as_string(hide_password=False)
    told = address.query.get("password", "")
    password = address.password or (told if isinstance(told, str) else told[0])
    with _placing(target) as partial:
        _run([tool, "--format=custom", "--no-password", f"--file={partial}", f"--dbname={where}"], password)
        reader = shutil.which("pg_restore")
        if reader is not None:
            _run([reader, "--list", str(partial)], "")
    return _placed(target)


@contextmanager
def proved_copy(file: Path, books: Path) -> Iterator[Candidate]:
    """Lay a copy beside the books and prove it; it is taken away again when nobody put it in place.

    Raises CopyRefused, BooksNewer or BooksError.
    """
    if not file.is_file():
        raise CopyRefused("no_copy", str(file))
    partial = books.with_name(f".{books.name}.{secrets.token_hex(6)}.parcial")
    try:
        with _disk_trouble():
            books.parent.mkdir(parents=True, exist_ok=True)
            compared = _take(file, partial)
        with translated():
            state = _proved(partial)
        yield Candidate(path=partial, state=state, compared=compared)
    finally:
        _sweep(partial)


def put_in_place(candidate: Candidate, books: Path, *, at: datetime) -> Path | None:
    """Let a proved copy take the books' place; gives where the old ones are kept, None when there were none.

    Raises CopyRefused ("in_use" while the program has the books open).
    """
    kept = None
    with _disk_trouble():
        if books.exists():
            kept = _free_name(books, at)
            _keep_aside(books, kept)
            shutil.copymode(kept, candidate.path)
        _to_disk(candidate.path)
        candidate.path.replace(books)
        _folder_to_disk(books.parent)
    return kept


# -- making -----------------------------------------------------------------------------------------------


@contextmanager
def _placing(target: Path) -> Iterator[Path]:
    """A file beside `target`, for its owner only, that becomes it once it is whole and on the disk."""
    if target.exists():
        raise CopyRefused("exists", str(target))
    partial = target.with_name(f".{target.name}.{secrets.token_hex(6)}.parcial")
    note = partial.with_suffix(".nota")
    try:
        with _disk_trouble():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield partial
            _to_disk(partial)
            note.write_text(f"{_fingerprint(partial)}  {target.name}\n", encoding="utf-8")
            _to_disk(note)
            note.replace(fingerprint_path(target))
            partial.replace(target)
            _folder_to_disk(target.parent)
    finally:
        _sweep(partial)
        with suppress(OSError):
            note.unlink()


def fingerprint_path(copy: Path) -> Path:
    """Where the fingerprint of a copy is kept, as `sha256sum --check` reads it."""
    return copy.with_name(f"{copy.name}.sha256")


def _placed(target: Path) -> Copy:
    told = fingerprint_path(target).read_text(encoding="utf-8").split()[0]
    return Copy(path=target, bytes=target.stat().st_size, fingerprint=told)


def _not_for_ever() -> Callable[[int, int, int], None]:
    """Ends a copy that waits for books which somebody holds alone."""
    looks = 0

    def progress(status: int, _remaining: int, _total: int) -> None:
        nonlocal looks
        looks += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if looks > _PATIENCE:
            raise BooksBusy("held alone by somebody")

    return progress


def _run(command: Sequence[str], password: str) -> None:
    ours = "VAREJOFORTE_"  # our own secrets are none of its business
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"PGCONNECT_TIMEOUT": "5"} | ({"PGPASSWORD": password} if password else {})
    ended = subprocess.run(  # noqa: S603 - a program found on the PATH, no shell
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if ended.returncode:
        raise CopyRefused("tool_failed", ended.stderr.decode("utf-8", "replace").strip())


# -- proving and putting back -----------------------------------------------------------------------------


def _take(file: Path, partial: Path) -> bool:
    """Copy the file and what belongs to it; whether there was a fingerprint, and it fitted."""
    digest = hashlib.sha256()
    with file.open("rb") as source, partial.open("xb") as copy:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    note = fingerprint_path(file)
    if note.exists():
        told = _DIGEST.match(note.read_text(encoding="utf-8", errors="replace"))
        if told is None or told[1].lower() != digest.hexdigest():
            raise CopyRefused("tampered", str(file))
        return True
    journal = file.with_name(f"{file.name}-wal")  # the file of a shop that was copied by hand
    if journal.exists():
        shutil.copyfile(journal, partial.with_name(f"{partial.name}-wal"))
    return False


def _proved(partial: Path) -> SchemaState:
    try:
        with closing(_open(partial, "rw")) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            problems = _problems(connection, "quick_check")
            ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError as error:
        if not str(getattr(error, "sqlite_errorname", "")).startswith(_UNREADABLE):
            raise
        raise CopyRefused("damaged", str(error)) from None
    if problems:
        raise CopyRefused("damaged", problems[0])
    state = _file_state(partial) if ours else SchemaState.EMPTY
    if state is SchemaState.EMPTY:
        raise CopyRefused("not_books", str(partial))
    if state is SchemaState.NEWER:
        raise BooksNewer
    return state


def _keep_aside(books: Path, kept: Path) -> None:
    """Give the books a second name under which they stay. What is past reading keeps its journal as it was found."""
    journal = kept.with_name(f"{kept.name}-wal")
    with suppress(FileNotFoundError):  # looking at damaged books may already throw their journal away
        shutil.copyfile(books.with_name(f"{books.name}-wal"), journal)
    try:
        with _alone(books):
            _second_name(books, kept)
        journal.unlink(missing_ok=True)  # all of it is in the file now
    except sqlite3.DatabaseError as error:
        name = str(getattr(error, "sqlite_errorname", ""))
        if not name.startswith(_UNREADABLE):
            journal.unlink(missing_ok=True)
            busy = name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            raise CopyRefused("in_use" if busy else "no_access", str(error)) from None
        _second_name(books, kept)  # past reading, which is why somebody restores; kept all the same
    for ending in _COMPANIONS:  # a journal left here would be played into the restored books
        books.with_name(books.name + ending).unlink(missing_ok=True)


@contextmanager
def _alone(books: Path) -> Iterator[None]:
    """Have the books to ourselves, all in one file; raises sqlite3.OperationalError while anybody has them open."""
    with closing(_open(books, "rw", patience=1.0)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # refused while anybody else has them open
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def _second_name(books: Path, kept: Path) -> None:
    try:
        os.link(books, kept)
    except OSError:  # a file system without second names
        shutil.copy2(books, kept)
        _to_disk(kept)


def _free_name(books: Path, at: datetime) -> Path:
    stem = f"{books.stem}-antes-da-restauracao-{at:%Y%m%d-%H%M%S}"
    kept, more = books.with_name(f"{stem}{books.suffix}"), 1
    while kept.exists():
        more += 1
        kept = books.with_name(f"{stem}-{more}{books.suffix}")
    return kept


# -- the file system --------------------------------------------------------------------------------------


def _open(path: Path, mode: str, *, patience: float = 5.0) -> sqlite3.Connection:
    """An existing file, never a new one."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)


def _problems(connection: sqlite3.Connection, check: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(f"PRAGMA {check}") if row[0] != "ok"]


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _disk_trouble() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise BooksFull(str(error)) from None
        raise CopyRefused("no_access", str(error)) from None


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _folder_to_disk(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(partial: Path) -> None:
    for ending in ("", *_COMPANIONS):
        with suppress(OSError):
            partial.with_name(partial.name + ending).unlink()
