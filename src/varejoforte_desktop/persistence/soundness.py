"""Looks at the file of a shop before anything opens it for writing: what is damaged is left exactly as it is."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.books import BooksDamaged, BooksFull, BooksMisplaced
from varejoforte_desktop.persistence.database import sqlite_path
from varejoforte_desktop.persistence.failures import translated

_MAGIC: Final = b"SQLite format 3\x00"
_JOURNAL_MAGIC: Final = frozenset({0x377F0682, 0x377F0683})
_JOURNAL_HEADER: Final = 32
#: Bytes without which SQLite cannot even open a shop: it lays a journal and an index of it beside the file.
_ROOM_TO_OPEN: Final = 100_000
#: A shop of some gigabytes opens all the same: what was looked at until then is sound.
_LONGEST_LOOK: Final = 5.0
_STEPS: Final = 20_000


def must_be_whole(url: str) -> None:
    """The file and its journal begin as they should, and there is room to open them; costs next to nothing.

    Raises BooksDamaged, BooksFull or BooksMisplaced.
    An empty file counts as damaged: a shop is made where there is no file, never in one that lost everything.
    """
    path = sqlite_path(url)
    if path is None or not path.is_file():
        return
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise BooksMisplaced(str(error), why="no_access") from None
    if start != _MAGIC:
        raise BooksDamaged("the file is empty" if not start else "the file does not begin as a database")
    _journal_must_be_whole(path.with_name(f"{path.name}-wal"))
    free = shutil.disk_usage(path.parent).free
    if free < _ROOM_TO_OPEN:
        raise BooksFull(f"{free} bytes free")


def _journal_must_be_whole(journal: Path) -> None:
    """A journal that begins with something else is thrown away by whoever opens it, and the last sales with it.

    One that is short or begins with zeros was cut off while it was made, before anything was in it.
    """
    try:
        with journal.open("rb") as file:
            header = file.read(_JOURNAL_HEADER)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BooksMisplaced(str(error), why="no_access") from None
    if len(header) < _JOURNAL_HEADER or not header.strip(b"\0"):
        return
    if struct.unpack(">I", header[:4])[0] not in _JOURNAL_MAGIC:
        raise BooksDamaged("the journal does not begin as a journal")


def must_be_sound(url: str) -> bool:
    """SQLite finds nothing wrong with the file; True when it looked at all of it within a few seconds.

    Raises BooksDamaged and the other errors of books. On a server, and before the first day, there is no file.
    """
    must_be_whole(url)
    path = sqlite_path(url)
    if path is None or not path.is_file():
        return True
    deadline = time.monotonic() + _LONGEST_LOOK
    address = f"{path.absolute().as_uri()}?mode=ro"
    with translated(), closing(sqlite3.connect(address, uri=True, timeout=5.0)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                return False
            raise
    if found is not None and found[0] != "ok":
        raise BooksDamaged(str(found[0]))
    return True
