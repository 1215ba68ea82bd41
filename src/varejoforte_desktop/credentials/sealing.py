"""Boxes that only the right key opens: texts, the shop's key for a computer, and the shop's key for a password."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TEXT: Final = "s1"
_FOR_STATION: Final = "k1"
#: For an administrator's password.
_WRAPPED: Final = "w2"
#: The same without a version: made before a shop could change its key, so it holds the first one.
_FIRST_WRAPPED: Final = "w1"


class NotOpened(Exception):
    """A box is damaged, or made for another key."""


def packed(*parts: bytes) -> str:
    """Bytes as text, the parts with points between them."""
    return ".".join(base64.urlsafe_b64encode(part).decode() for part in parts)


def unpacked(text: str, count: int) -> list[bytes]:
    """The parts of a packed text. Raises NotOpened when there are not as many as expected."""
    try:
        parts = [base64.b64decode(part, altchars=b"-_", validate=True) for part in text.split(".")]
    except (binascii.Error, ValueError):
        raise NotOpened from None
    if len(parts) != count:
        raise NotOpened
    return parts


def stretched(passphrase: str, salt: bytes, *, time: int = 3, memory: int = 65536, lanes: int = 4) -> bytes:
    """A key from something a person remembers, as slow to guess as a password's own hash (`memory` in KiB)."""
    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=time,
        memory_cost=memory,
        parallelism=lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def locked(key: bytes, body: bytes, about: bytes = b"") -> tuple[bytes, bytes]:
    """AES-256-GCM: a fresh nonce and what it locked; `about` is not hidden but cannot be exchanged either."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce, AESGCM(key).encrypt(nonce, body, about)


def unlocked(key: bytes, nonce: bytes, body: bytes, about: bytes = b"") -> bytes:
    """What `locked` locked. Raises NotOpened."""
    try:
        return AESGCM(key).decrypt(nonce, body, about)
    except (InvalidTag, ValueError):  # ValueError: a nonce or a body of an impossible length
        raise NotOpened from None


def close_text(key: bytes, text: str) -> str:
    """A text that only this key opens."""
    return f"{_TEXT}:{packed(*locked(key, text.encode()))}"


def open_text(key: bytes, sealed: str) -> str:
    """What was closed. Raises NotOpened."""
    kind, _, body = sealed.partition(":")
    if kind != _TEXT:
        raise NotOpened
    return unlocked(key, *unpacked(body, 2)).decode()


def new_pair() -> tuple[bytes, str]:
    """A station's X25519 keys: the private half as bytes, the public one as text."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), public_of(private.private_bytes_raw())


def public_of(private: bytes) -> str:
    """The public half of a private one. Raises NotOpened when it is none."""
    try:
        return packed(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())
    except ValueError:
        raise NotOpened from None


def close_for_station(key: bytes, version: int, public: str) -> str:
    """The shop's key for the one station that holds the private half of `public`. Raises NotOpened."""
    (theirs,) = unpacked(public, 1)
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes_raw()
    box = _agreed(once, theirs, mine, theirs)
    return f"{_FOR_STATION}:{version}:{packed(mine, *locked(box, key, _about(_FOR_STATION, version)))}"


def open_for_station(sealed: str, version: int, private: bytes) -> bytes:
    """The shop's key of that version out of a station's copy. Raises NotOpened."""
    kind, _, rest = sealed.partition(":")
    told, _, body = rest.partition(":")
    if kind != _FOR_STATION or told != str(version):
        raise NotOpened
    theirs, nonce, closed = unpacked(body, 3)
    mine = X25519PrivateKey.from_private_bytes(private)
    box = _agreed(mine, theirs, theirs, mine.public_key().public_bytes_raw())
    return unlocked(box, nonce, closed, _about(_FOR_STATION, version))


def _agreed(private: X25519PrivateKey, public: bytes, once: bytes, station: bytes) -> bytes:
    """The key that both ends arrive at; both public halves go into it, so that none can be exchanged."""
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        raise NotOpened from None
    info = b"varejoforte station copy" + once + station
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(shared)


def close_for_password(key: bytes, version: int, password: str) -> str:
    """The shop's key for whoever knows the password. Slow on purpose."""
    salt = os.urandom(SALT_BYTES)
    body = locked(stretched(password, salt), key, _about(_WRAPPED, version))
    return f"{_WRAPPED}:{version}:{packed(salt, *body)}"


def open_for_password(wrapped: str, password: str) -> bytes:
    """The shop's key out of an administrator's copy. Slow on purpose. Raises NotOpened."""
    kind, _, rest = wrapped.partition(":")
    about = b""
    if kind == _WRAPPED:
        about = _about(_WRAPPED, version_for_password(wrapped))
        rest = rest.partition(":")[2]
    elif kind != _FIRST_WRAPPED:
        raise NotOpened
    salt, nonce, body = unpacked(rest, 3)
    return unlocked(stretched(password, salt), nonce, body, about)


def version_for_password(wrapped: str) -> int:
    """Which of the shop's keys an administrator's copy holds; 0 when it is no such copy."""
    kind, _, rest = wrapped.partition(":")
    if kind == _FIRST_WRAPPED:
        return 1
    told = rest.partition(":")[0]
    return int(told) if kind == _WRAPPED and told.isascii() and told.isdecimal() else 0


def _about(kind: str, version: int) -> bytes:
    """Bound to the box: a copy of an old key cannot be passed off as one of the present key."""
    return f"{kind}:{version}".encode()
