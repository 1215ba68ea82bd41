"""Somebody who presses a key twice in a moment wants one paper: both presses are one wish to the printer."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Final
from uuid import uuid4

#: Seconds. A hand that does mean a second copy has seen by then that the first one is on its way.
_MOMENT: Final = 1.0


class PrintWishes:
    """Gives each wish its token; the printer's list takes a token once, however often it is handed over."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._what: Hashable = None
        self._token = ""
        self._at = 0.0

    def token(self, what: Hashable) -> str:
        """The token for a paper of `what`: the one before, while the presses follow one another within a second."""
        now = self._clock()
        if not self._token or what != self._what or now - self._at >= _MOMENT:
            self._what, self._token = what, str(uuid4())
        self._at = now
        return self._token
