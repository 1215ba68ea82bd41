"""Files of copies on the disk: whole or not there, for their owner only, each with its fingerprint beside it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.books import BooksFull

COMPANIONS: Final = ("-wal", "-shm", "-journal")
UNREADABLE: Final = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_CHUNK: Final = 1_048_576
_NOTE: Final = re.compile(r"\s*([0-9a-fA-F]{64})(?:\s+\*?(\S[^\r\n]*))?")
_NO_ROOM: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was made and proved. `fingerprint` is its SHA-256, kept beside it in `path`.sha256."""

    path: Path
    bytes: int
    fingerprint: str


@contextmanager
def placing(target: Path) -> Iterator[Path]:
    """A file beside `target`, for its owner only, that becomes it once it is whole and on the disk.

    Raises CopyRefused ("exists", "no_access") or BooksFull.
    """
    if target.exists():
        raise CopyRefused("exists", str(target))
    partial = target.with_name(f".{target.name}.{secrets.token_hex(6)}.parcial")
    note = partial.with_suffix(".nota")
    try:
        with disk_trouble():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield partial
            to_disk(partial)
            note.write_text(f"{fingerprint_of(partial)}  {target.name}\n", encoding="utf-8")
            to_disk(note)
            note.replace(fingerprint_path(target))
            partial.replace(target)
            folder_to_disk(target.parent)
    finally:
        sweep(partial)
        with suppress(OSError):
            note.unlink()


def placed(target: Path) -> Copy:
    """What `placing` left."""
    told = fingerprint_path(target).read_text(encoding="utf-8").split()[0]
    return Copy(path=target, bytes=target.stat().st_size, fingerprint=told)


@contextmanager
def own_room(folder: Path, name: str) -> Iterator[Path]:
    """A hidden folder of our own beside the books, gone afterwards with all that is in it. Raises CopyRefused."""
    room = folder / f".{name}.{secrets.token_hex(6)}.parcial"
    try:
        with disk_trouble():
            folder.mkdir(parents=True, exist_ok=True)
            room.mkdir(mode=0o700)
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def fingerprint_path(copy: Path) -> Path:
    """Where the fingerprint of a copy is kept, as `sha256sum --check` reads it."""
    return copy.with_name(f"{copy.name}.sha256")


def fingerprint_of(path: Path) -> str:
    """The SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def noted_fingerprint(copy: Path) -> tuple[str, str] | None:
    """The fingerprint that lies beside a copy and the name it is of ("" when it says none); None without a note."""
    try:
        told = _NOTE.match(fingerprint_path(copy).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return None if told is None else (told[1].lower(), (told[2] or "").strip())


def take(file: Path, into: Path) -> bool:
    """Copy a file and what belongs to it; whether there was a fingerprint, and it fitted.

    Raises CopyRefused ("tampered") and OSError.
    """
    digest = hashlib.sha256()
    with file.open("rb") as source, into.open("xb") as copy:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    if fingerprint_path(file).exists():
        told = noted_fingerprint(file)
        if told is None or told[0] != digest.hexdigest():
            raise CopyRefused("tampered", str(file))
        return True
    journal = file.with_name(f"{file.name}-wal")  # the file of a shop that was copied by hand
    if journal.exists():
        shutil.copyfile(journal, into.with_name(f"{into.name}-wal"))
    return False


def open_file(path: Path, mode: str, *, patience: float = 5.0) -> sqlite3.Connection:
    """An existing SQLite file, never a new one; `mode` is "ro" or "rw", `patience` in seconds."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)


@contextmanager
def disk_trouble() -> Iterator[None]:
    """Trouble with files as BooksFull or CopyRefused."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise BooksFull(str(error)) from None
        raise CopyRefused("no_access", str(error)) from None


def to_disk(path: Path) -> None:
    """What was written to a file is on the disk. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def folder_to_disk(folder: Path) -> None:
    """What was renamed in a folder is on the disk. Raises OSError."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Put a small file in place, whole and on the disk, or leave the one before. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.parcial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        folder_to_disk(path.parent)
    finally:
        with suppress(OSError):
            partial.unlink()


def sweep(path: Path) -> None:
    """Take a SQLite file away with all its companions, as far as it goes."""
    for ending in ("", *COMPANIONS):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()
