"""The shop's key: makes the store's tokens unreadable in the books, and is itself never kept in clear."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
from typing import Final

import keyring
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.errors import KeyringError

from varejoforte_desktop.domain.errors import KeyMissing

log = logging.getLogger(__name__)

_SERVICE: Final = "Varejo Forte Desktop"
_SEALED: Final = "s1"
_WRAPPED: Final = "w1"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16


def _pack(*parts: bytes) -> str:
    return ".".join(base64.urlsafe_b64encode(part).decode() for part in parts)


def _unpack(text: str, count: int) -> list[bytes]:
    parts = [base64.urlsafe_b64decode(part) for part in text.split(".")]
    if len(parts) != count:
        raise ValueError(count)
    return parts


def _stretched(password: str, salt: bytes) -> bytes:
    """A key from a password, as slow to guess as the password's own hash."""
    return hash_secret_raw(
        password.encode(),
        salt,
        time_cost=3,
        memory_cost=65536,
        parallelism=4,
        hash_len=_KEY_BYTES,
        type=Type.ID,
    )


class ShopKey:
    """A 256-bit key, in memory and in the station's keyring; AES-256-GCM does the sealing."""

    def __init__(self, books: str, *, use_keyring: bool = True) -> None:
        """`books` is the database address without its password; its fingerprint names the keyring's entry."""
        self._use_keyring = use_keyring
        self._entry = hashlib.sha256(books.encode()).hexdigest()[:32]
        self._key: bytes | None = None

    @property
    def present(self) -> bool:
        """Whether the key is at hand."""
        return self._key is not None

    def close(self, text: str) -> str:
        """Seal a text. Raises KeyMissing."""
        nonce = os.urandom(_NONCE_BYTES)
        return f"{_SEALED}:{_pack(nonce, self._box().encrypt(nonce, text.encode(), None))}"

    def open(self, sealed: str) -> str:
        """What was sealed. Raises KeyMissing, also when it was sealed with another shop's key."""
        kind, _, packed = sealed.partition(":")
        if kind != _SEALED:
            raise KeyMissing
        nonce, body = _unpack(packed, 2)
        try:
            return self._box().decrypt(nonce, body, None).decode()
        except InvalidTag:
            raise KeyMissing from None

    def _box(self) -> AESGCM:
        if self._key is None:
            raise KeyMissing
        return AESGCM(self._key)

    def make(self) -> None:
        """A new key for a new shop."""
        self._key = os.urandom(_KEY_BYTES)

    def wrapped(self, password: str) -> str:
        """The key, readable only with this password. Slow on purpose. Raises KeyMissing."""
        if self._key is None:
            raise KeyMissing
        salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
        box = AESGCM(_stretched(password, salt))
        return f"{_WRAPPED}:{_pack(salt, nonce, box.encrypt(nonce, self._key, None))}"

    def unwrap(self, wrapped: str, password: str) -> bool:
        """Take the key out of what `wrapped` gave; False when the password is another one. Slow on purpose."""
        kind, _, packed = wrapped.partition(":")
        if kind != _WRAPPED:
            return False
        salt, nonce, body = _unpack(packed, 3)
        try:
            self._key = AESGCM(_stretched(password, salt)).decrypt(nonce, body, None)
        except InvalidTag:
            return False
        return True

    def fetch(self) -> bool:
        """Take the key from the station's keyring; False when there is none. Call it off the UI thread."""
        if not self._use_keyring:
            return False
        try:
            kept = keyring.get_password(_SERVICE, self._entry)
        except KeyringError:
            return False
        if not kept:
            return False
        self._key = base64.urlsafe_b64decode(kept)
        return True

    def keep(self) -> bool:
        """Leave the key in the station's keyring; without one it stays in memory until the program ends."""
        if self._key is None or not self._use_keyring:
            return False
        try:
            keyring.set_password(_SERVICE, self._entry, base64.urlsafe_b64encode(self._key).decode())
        except KeyringError as error:
            log.warning("no keyring to keep the shop's key in: %s", type(error).__name__)
            return False
        return True
