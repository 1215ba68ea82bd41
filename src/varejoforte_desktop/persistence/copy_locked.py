"""Copies that only the owner's passphrase opens: one file that holds the books and all else that is needed."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedIOBase
from pathlib import Path
from typing import Final, cast

import pyrage

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.domain.access_errors import PassphraseWrong
from varejoforte_desktop.persistence.copy_files import Copy, fingerprint_of, placed, placing

ENDING: Final = ".vfc"
MANIFEST, IDENTITY, BOOKS = "manifest.json", "identity.age", "books.age"
_FORMAT: Final = 1
_SMALL: Final = 65_536  # no manifest and no identity is larger
_CHUNK: Final = 1_048_576
_SEAL: Final = 64  # hex digits at the very end: the SHA-256 of everything before them
#: Every member carries this instant: when a copy was made is told by its manifest.
_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """`recipient` locks; `identity` opens it and is locked with the passphrase (an age file in letters)."""

    recipient: str
    identity: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a locked copy says of itself. `kind` is sqlite or postgresql, `books` the SHA-256 of the books inside."""

    kind: str
    made_at: str  # ISO 8601
    books: str
    bytes: int


def new_lock(passphrase: str) -> Lock:
    """A fresh pair, its secret half locked with the passphrase. Takes seconds on purpose; off the UI thread."""
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.passphrase.encrypt(str(identity).encode(), passphrase, armored=True)
    return Lock(recipient=str(identity.to_public()), identity=sealed.decode("ascii"))


def is_locked(file: Path) -> bool:
    """Whether a file looks like a locked copy, by its content: names can be changed."""
    return zipfile.is_zipfile(file)


def lock(books: Path, target: Path, key: Lock, *, kind: str, at: datetime) -> Copy:
    """Write the books in `books` as a locked copy. Raises CopyRefused or BooksFull."""
    manifest = {
        "format": _FORMAT,
        "kind": kind,
        "made_at": at.isoformat(timespec="seconds"),
        "books": fingerprint_of(books),
        "bytes": books.stat().st_size,
    }
    recipient = pyrage.x25519.Recipient.from_str(key.recipient)
    with placing(target) as partial:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as box:
            box.comment = b"0" * _SEAL
            box.writestr(zipfile.ZipInfo(MANIFEST, _DATE), json.dumps(manifest))
            box.writestr(zipfile.ZipInfo(IDENTITY, _DATE), key.identity)
            with (
                books.open("rb") as source,
                box.open(zipfile.ZipInfo(BOOKS, _DATE), "w", force_zip64=True) as into,
            ):
                pyrage.encrypt_io(source, cast(BufferedIOBase, into), [recipient])
        with partial.open("rb+") as file:
            seal = _digest_but_seal(partial)
            file.seek(-_SEAL, 2)
            file.write(seal)
    return placed(target)


def unlock(file: Path, into: Path, passphrase: str) -> Manifest:
    """Take the books out of a locked copy. Slow on purpose.

    Raises PassphraseWrong, or CopyRefused: damaged (not a whole copy), tampered (other bytes than were written),
    not_books (a file of that kind, but none of ours).
    """
    _check_seal(file)
    try:
        with zipfile.ZipFile(file) as box:
            manifest = _manifest(_checked(box))
            identity = _identity(box.read(IDENTITY), passphrase)
            with box.open(BOOKS) as source, into.open("xb") as books:
                pyrage.decrypt_io(cast(BufferedIOBase, source), books, [identity])
    except zipfile.BadZipFile as error:
        raise CopyRefused("damaged", str(error)) from None
    except (pyrage.DecryptError, ValueError, KeyError) as error:
        raise CopyRefused("tampered", str(error)) from None
    except OSError as error:
        if error.errno is not None:  # the disk's own trouble; without a number it is the cipher's
            raise
        raise CopyRefused("tampered", str(error)) from None
    if into.stat().st_size != manifest.bytes or fingerprint_of(into) != manifest.books:
        raise CopyRefused("tampered", BOOKS)
    return manifest


def _checked(box: zipfile.ZipFile) -> zipfile.ZipFile:
    """Exactly our three members, uncompressed and not larger than they may be: nothing else is ever unpacked."""
    members = box.infolist()
    if sorted(each.filename for each in members) != sorted((MANIFEST, IDENTITY, BOOKS)):
        raise CopyRefused("not_books", "other members")
    for each in members:
        too_large = each.filename != BOOKS and each.file_size > _SMALL
        if too_large or each.compress_type != zipfile.ZIP_STORED or each.file_size != each.compress_size:
            raise CopyRefused("tampered", each.filename)
    return box


def _manifest(box: zipfile.ZipFile) -> Manifest:
    told = json.loads(box.read(MANIFEST))
    if not isinstance(told, dict) or told.get("format") != _FORMAT:
        raise CopyRefused("not_books", "another format")
    return Manifest(
        kind=str(told["kind"]),
        made_at=str(told["made_at"]),
        books=str(told["books"]),
        bytes=int(told["bytes"]),
    )


def _identity(sealed: bytes, passphrase: str) -> pyrage.x25519.Identity:
    try:
        secret = pyrage.passphrase.decrypt(sealed, passphrase)
    except pyrage.DecryptError:
        raise PassphraseWrong from None
    try:
        return pyrage.x25519.Identity.from_str(secret.decode("ascii"))
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise CopyRefused("tampered", str(error)) from None


def _check_seal(file: Path) -> None:
    """Every byte is as it was written. Somebody who means harm can seal anew: that is what the lock is for."""
    size = file.stat().st_size
    with file.open("rb") as source:
        source.seek(max(0, size - _SEAL))
        told = source.read()
    if len(told) < _SEAL or not all(sign in b"0123456789abcdef" for sign in told):
        raise CopyRefused("damaged", file.name)
    if told != _digest_but_seal(file):
        raise CopyRefused("tampered", file.name)


def _digest_but_seal(file: Path) -> bytes:
    digest, left = hashlib.sha256(), file.stat().st_size - _SEAL
    with file.open("rb") as source:
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest().encode()
