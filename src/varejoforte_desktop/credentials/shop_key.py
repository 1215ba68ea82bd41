"""The shop's key: makes the store's tokens unreadable in the books, and is itself never kept in clear."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final

from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.credentials.sealing import (
    KEY_BYTES,
    NotOpened,
    close_for_password,
    close_for_station,
    close_text,
    open_for_password,
    open_text,
    version_for_password,
)
from varejoforte_desktop.credentials.station_pair import StationPair
from varejoforte_desktop.domain.errors import KeyMissing

FIRST_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class _Held:
    key: bytes = field(repr=False)
    version: int


class ShopKey:
    """A 256-bit key in memory, exchanged in one step when the shop changes it; AES-256-GCM does the sealing.

    In the books it stands once for each station and once for each administrator, readable by nobody else.
    """

    def __init__(self, books: str, *, safe: Safe | None = None) -> None:
        """`books` is the database address without its password. Without a safe this station is known for a run only."""
        self.pair = StationPair(books, safe)
        self._held: _Held | None = None

    @property
    def present(self) -> bool:
        """Whether the key is at hand."""
        return self._held is not None

    @property
    def version(self) -> int:
        """Which of the shop's keys is at hand; 0 when none is."""
        held = self._held
        return 0 if held is None else held.version

    def close(self, text: str) -> str:
        """Seal a text. Raises KeyMissing."""
        return close_text(self._at_hand().key, text)

    def open(self, sealed: str) -> str:
        """What was sealed. Raises KeyMissing, also when it was sealed with another key."""
        try:
            return open_text(self._at_hand().key, sealed)
        except NotOpened:
            raise KeyMissing from None

    def _at_hand(self) -> _Held:
        held = self._held
        if held is None:
            raise KeyMissing
        return held

    def make(self, version: int = FIRST_VERSION) -> None:
        """A new key, for a new shop or in place of an old one."""
        self._held = _Held(os.urandom(KEY_BYTES), version)

    def adopt(self, other: ShopKey) -> None:
        """Use the other's key from now on. Raises KeyMissing."""
        self._held = other._at_hand()

    def drop(self) -> None:
        """The shop changed its key and this one opens nothing any more."""
        self._held = None

    def wrapped(self, password: str) -> str:
        """The key, readable only with this password. Slow on purpose. Raises KeyMissing."""
        held = self._at_hand()
        return close_for_password(held.key, held.version, password)

    def unwrap(self, wrapped: str, password: str, version: int) -> bool:
        """Take the key of that version out of what `wrapped` gave; False when it holds another, or not for this
        password. Slow on purpose.
        """
        if version_for_password(wrapped) != version:
            return False
        try:
            self._held = _Held(open_for_password(wrapped, password), version)
        except NotOpened:
            return False
        return True

    def copy_for(self, public: str) -> str:
        """The key for the station with that public half, "" when it is none. Raises KeyMissing."""
        held = self._at_hand()
        try:
            return close_for_station(held.key, held.version, public)
        except NotOpened:
            return ""

    def take(self, sealed: str, version: int) -> bool:
        """Take the key of that version out of this station's copy; False when it does not open it.

        Call it off the UI thread.
        """
        key = self.pair.opened(sealed, version) if sealed else None
        if key is not None:
            self._held = _Held(key, version)
        return key is not None
