"""A proved copy takes the place of the books: at once by command, or at the next start, and never by halves."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.persistence.copy_files import (
    COMPANIONS,
    UNREADABLE,
    disk_trouble,
    fingerprint_of,
    folder_to_disk,
    open_file,
    sweep,
    to_disk,
    write_whole,
)
from varejoforte_desktop.persistence.copy_postgres import exchange_databases, has_database
from varejoforte_desktop.persistence.copy_proving import Told, told_by

log = logging.getLogger(__name__)

#: Hears what the books told of themselves just before others take their place.
Farewell = Callable[[Told], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to happen at the next start. Names of files beside the books, or of databases on their server."""

    candidate: str
    kept: str
    fingerprint: str = ""  # of the candidate's file


def kept_name(books: Path, at: datetime) -> str:
    """How the books of today will be called beside those that take their place; no file has that name yet."""
    stem = f"{books.stem}-antes-da-restauracao-{at:%Y%m%d-%H%M%S}"
    name, more = f"{stem}{books.suffix}", 1
    while books.with_name(name).exists():
        more += 1
        name = f"{stem}-{more}{books.suffix}"
    return name


def put_in_place(candidate: Path, books: Path, *, kept: Path, farewell: Farewell) -> Path | None:
    """Let a file take the books' place; gives where the old ones are kept, None when there were none.

    Cut off between any two of its steps it leaves the old books or the new ones, and may simply be done again.
    Raises CopyRefused ("in_use" while the program has the books open) or BooksFull.
    """
    was = books.exists()
    with disk_trouble():
        if was:
            _keep_aside(books, kept)
            farewell(told_by(kept))
            shutil.copymode(kept, candidate)
        to_disk(candidate)
        candidate.replace(books)
        folder_to_disk(books.parent)
    return kept if was else None


# -- at the next start ------------------------------------------------------------------------------------


def request_path(books: Path) -> Path:
    """Where it is written what the next start of a SQLite shop has to put in place."""
    return books.with_name(f".{books.name}.restaurar.json")


def ask_for_file(laid: Path, books: Path, kept: str) -> Request:
    """Lay a proved file ready beside the books; an earlier request is forgotten. Raises CopyRefused or BooksFull."""
    waiting, asked = books.with_name(f".{books.name}.restaurar"), request_path(books)
    with disk_trouble():
        asked.unlink(missing_ok=True)
        folder_to_disk(books.parent)
        sweep(waiting)
        to_disk(laid)
        request = Request(candidate=waiting.name, kept=kept, fingerprint=fingerprint_of(laid))
        laid.replace(waiting)
        write_whole(asked, json.dumps(asdict(request)))
    return request


def ask_for_database(candidate: str, kept: str, asked: Path) -> Request:
    """The same for a database that lies ready on the server. Raises CopyRefused or BooksFull."""
    request = Request(candidate=candidate, kept=kept)
    with disk_trouble():
        write_whole(asked, json.dumps(asdict(request)))
    return request


def place_waiting_file(books: Path, *, farewell: Farewell) -> Path | None:
    """Before the books are opened: put in place what was asked for. Gives where the old ones are kept, None: nothing.

    Raises CopyRefused ("in_use" while another window has them open) or BooksFull: then it is still asked for.
    """
    asked = request_path(books)
    request = read_request(asked)
    if request is None:
        return None
    waiting, kept = books.with_name(request.candidate), books.with_name(request.kept)
    done = None
    if waiting.is_file() and waiting.parent == books.parent:
        if fingerprint_of(waiting) == request.fingerprint:
            done = put_in_place(waiting, books, kept=kept, farewell=farewell)
        else:
            log.error("what was laid ready is not what was proved: the books stay")
            sweep(waiting)
    elif kept.is_file():
        done = kept  # put in place, and cut off before the request was taken away
    forget_request(asked)
    return done


def place_waiting_database(url: str, asked: Path) -> str:
    """The same on a server; gives the name under which the old database goes on, "" when nothing was asked for.

    Raises CopyRefused ("in_use", "no_rights") or BooksUnreachable: then it is still asked for.
    """
    request = read_request(asked)
    if request is None:
        return ""
    waits = has_database(url, request.candidate)
    if waits:
        exchange_databases(url, request.candidate, request.kept)
    forget_request(asked)
    return request.kept if waits or has_database(url, request.kept) else ""


def read_request(asked: Path) -> Request | None:
    """What is asked for, None when nothing or nothing that can be read."""
    try:
        told = json.loads(asked.read_text(encoding="utf-8"))
        names = Request(**{str(name): str(value) for name, value in told.items()})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        log.warning("a request to restore cannot be read: %s", error)
        return None
    if any(Path(each).name != each for each in (names.candidate, names.kept)):
        log.warning("a request to restore names another folder")
        return None
    return names


def forget_request(asked: Path) -> None:
    """It is done. Raises CopyRefused."""
    with disk_trouble():
        asked.unlink(missing_ok=True)
        folder_to_disk(asked.parent)


# -- keeping the old ones ---------------------------------------------------------------------------------


def _keep_aside(books: Path, kept: Path) -> None:
    """Give the books a second name under which they stay. What is past reading keeps its journal as it was found."""
    journal = kept.with_name(f"{kept.name}-wal")
    with suppress(FileNotFoundError):  # looking at damaged books may already throw their journal away
        shutil.copyfile(books.with_name(f"{books.name}-wal"), journal)
    try:
        with alone_with(books):
            _second_name(books, kept)
        journal.unlink(missing_ok=True)  # all of it is in the file now
    except sqlite3.DatabaseError as error:
        name = str(getattr(error, "sqlite_errorname", ""))
        if not name.startswith(UNREADABLE):
            journal.unlink(missing_ok=True)
            raise refused_alone(error) from None
        _second_name(books, kept)  # past reading, which is why somebody restores; kept all the same
    for ending in COMPANIONS:  # a journal left here would be played into the restored books
        books.with_name(books.name + ending).unlink(missing_ok=True)


def refused_alone(error: BaseException | None) -> CopyRefused:
    """Why the books could not be had alone."""
    name = str(getattr(error, "sqlite_errorname", ""))
    busy = name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return CopyRefused("in_use" if busy else "no_access", str(error))


@contextmanager
def alone_with(books: Path) -> Iterator[sqlite3.Connection]:
    """Have the books to ourselves, all in one file; raises sqlite3.OperationalError while anybody has them open."""
    with closing(open_file(books, "rw", patience=1.0)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # refused while anybody else has them open
        connection.execute("BEGIN EXCLUSIVE")
        yield connection
        connection.execute("ROLLBACK")


def _second_name(books: Path, kept: Path) -> None:
    if kept.exists() and kept.samefile(books):
        return  # begun before and cut off
    try:
        os.link(books, kept)
    except OSError:  # a file system without second names, or a copy there that was begun and cut off
        partial = kept.with_name(f".{kept.name}.parcial")
        shutil.copy2(books, partial)
        to_disk(partial)
        partial.replace(kept)
    folder_to_disk(kept.parent)
