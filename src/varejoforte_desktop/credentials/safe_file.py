"""A file of secrets that a passphrase opens, for computers that came without a safe."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.credentials.sealing import (
    SALT_BYTES,
    NotOpened,
    locked,
    packed,
    stretched,
    unlocked,
    unpacked,
)
from varejoforte_desktop.domain.access_errors import SafeClosed

_WHAT: Final = "varejoforte-segredos-1"
#: Argon2id: passes, KiB of memory, lanes (RFC 9106, second recommended option).
_COST: Final = {"time": 3, "memory": 65536, "lanes": 4}
_DEAREST: Final = {"time": 20, "memory": 1_048_576, "lanes": 16}
_LARGEST: Final = 1_000_000


class SafeFile:
    """Read anew before each change, since a command and the program may both be open; replaced whole or not at all."""

    def __init__(self, path: Path, head: dict[str, Any], key: bytes) -> None:
        self._path = path
        self._head = head
        self._key = key

    @classmethod
    def begun(cls, path: Path, passphrase: str) -> SafeFile:
        """A new, empty file; one that was there is put aside. Slow on purpose. Raises OSError."""
        head = {"what": _WHAT, "salt": packed(os.urandom(SALT_BYTES)), **_COST}
        made = cls(path, head, _key(head, passphrase))
        if path.exists():
            path.replace(path.with_name(f"{path.name}.anterior"))
        made._write({})
        return made

    @classmethod
    def opened(cls, path: Path, passphrase: str) -> SafeFile:
        """The file as it is. Slow on purpose. Raises SafeClosed (none, wrong_passphrase, damaged)."""
        head = _read(path)["head"]
        found = cls(path, head, _key(head, passphrase))
        found._secrets()
        return found

    def get(self, name: str) -> str | None:
        """A secret, None when there is no such. Raises SafeClosed."""
        return self._secrets().get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep a secret. Raises SafeClosed, OSError."""
        self._write({**self._secrets(), name: secret})

    def forget(self, name: str) -> None:
        """Keep it no longer. Raises SafeClosed, OSError."""
        secrets = self._secrets()
        if secrets.pop(name, None) is not None:
            self._write(secrets)

    def _secrets(self) -> dict[str, str]:
        paper = _read(self._path)
        if paper["head"] != self._head:
            raise SafeClosed("locked")  # begun anew meanwhile, with another passphrase
        try:
            nonce, body = unpacked(paper["body"], 2)
            inside = json.loads(unlocked(self._key, nonce, body, _plain(self._head)))
        except NotOpened:
            raise SafeClosed("wrong_passphrase") from None
        return {str(name): str(secret) for name, secret in inside.items()}

    def _write(self, secrets: dict[str, str]) -> None:
        body = packed(*locked(self._key, json.dumps(secrets).encode(), _plain(self._head)))
        paper = {"head": self._head, "body": body, "sum": _sum(self._head, body)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps(paper, indent=1).encode() + b"\n")


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in the place of another so that a power cut leaves one of both; only its owner reads it."""
    partial = path.with_name(f"{path.name}.parcial")
    partial.unlink(missing_ok=True)
    try:
        # Made closed to others, rather than closed afterwards.
        number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with open(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    if os.name == "posix":  # elsewhere a folder cannot be forced onto the disk
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> dict[str, Any]:
    """The file's outside, proved whole; what is inside nobody knows without the passphrase."""
    try:
        with path.open("rb") as file:
            paper = json.loads(file.read(_LARGEST))
        head, body, told = dict(paper["head"]), str(paper["body"]), str(paper["sum"])
    except FileNotFoundError:
        raise SafeClosed("none") from None
    except OSError:
        raise SafeClosed("locked") from None
    except (ValueError, KeyError, TypeError):
        raise SafeClosed("damaged") from None
    if told != _sum(head, body) or head.get("what") != _WHAT:
        raise SafeClosed("damaged")
    return {"head": head, "body": body}


def _key(head: dict[str, Any], passphrase: str) -> bytes:
    """Raises SafeClosed when the file asks for work that would keep this computer busy for ever."""
    try:
        cost = {name: int(head[name]) for name in _COST}
        (salt,) = unpacked(str(head["salt"]), 1)
    except (KeyError, TypeError, ValueError, NotOpened):
        raise SafeClosed("damaged") from None
    if any(not 0 < cost[name] <= dearest for name, dearest in _DEAREST.items()):
        raise SafeClosed("damaged")
    return stretched(passphrase, salt, **cost)


def _plain(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _sum(head: dict[str, Any], body: str) -> str:
    """Tells a damaged file from a wrong passphrase; guards against accidents, not against people."""
    return hashlib.sha256(_plain(head) + body.encode()).hexdigest()
