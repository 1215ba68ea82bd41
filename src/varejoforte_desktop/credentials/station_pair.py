"""This station's own pair of keys: the shop's key is locked for the public half, and the private half stays here."""

from __future__ import annotations

import hashlib
import logging

from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.credentials.sealing import (
    NotOpened,
    new_pair,
    open_for_station,
    packed,
    public_of,
    unpacked,
)
from varejoforte_desktop.domain.access_errors import SafeClosed

log = logging.getLogger(__name__)


class StationPair:
    """Made when it is first needed and kept in the safe; where the safe is closed it lasts as long as the program."""

    def __init__(self, books: str, safe: Safe | None = None) -> None:
        """`books` is the address of the books without its password; each shop is known by another pair."""
        self._safe = safe or Safe(kind=SafeKind.ASK)
        self._name = f"station-key:{hashlib.sha256(books.encode()).hexdigest()[:32]}"
        self._private: bytes | None = None
        self._kept = False

    @property
    def hidden(self) -> bool:
        """Whether the true pair may be in a safe that is still locked: what stands in for it is then no news."""
        return not self._kept and self._safe.locked

    def public(self) -> str:
        """The public half. Call it off the UI thread."""
        return public_of(self._half())

    def known(self) -> str:
        """The public half if there is one already, "" else. Call it off the UI thread."""
        if self._private is None:
            try:
                self._private = self._found()
                self._kept = self._private is not None
            except SafeClosed:
                return ""
        return "" if self._private is None else public_of(self._private)

    def opened(self, sealed: str, version: int) -> bytes | None:
        """The shop's key out of this station's copy, None when it is not for this pair. Call it off the UI thread."""
        try:
            return open_for_station(sealed, version, self._half())
        except NotOpened:
            return None

    def _half(self) -> bytes:
        if self._kept and self._private is not None:
            return self._private
        try:
            kept = self._found()
            if kept is not None:
                self._private = kept
            elif self._private is None:
                self._private = new_pair()[0]
            if kept is None:
                self._safe.put(self._name, packed(self._private))
            self._kept = True
        except (SafeClosed, OSError) as error:
            log.warning("this station's key is not kept: %s", error)
            if self._private is None:
                self._private = new_pair()[0]
        return self._private

    def _found(self) -> bytes | None:
        """What the safe holds; a damaged entry is as good as none. Raises SafeClosed."""
        text = self._safe.get(self._name)
        try:
            half = unpacked(text, 1)[0] if text else None
            if half is not None:
                public_of(half)
        except NotOpened:
            return None
        return half
