"""One program at a time on the same books of a computer; whoever is killed leaves nothing that blocks the next."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from varejoforte_desktop.domain.access_errors import AlreadyOpen

_ENDING: Final = ".aberto"


class OnlyOne:
    """A lock of the operating system's: it goes with the process, however that ends.

    Commands do not ask for it; they work beside the program.
    """

    def __init__(self, place: Path) -> None:
        """`place`: the file of the books, or the folder of this station where the books are on a server."""
        real = place.absolute().resolve()  # by whatever name the books are reached
        self._path = real / "programa.aberto" if real.is_dir() else real.with_name(real.name + _ENDING)
        self._handle: int | None = None

    def enter(self) -> None:
        """Be the one program here; harmless when we are. Raises AlreadyOpen.

        Where no lock can be made the program goes on: what is wrong with the folder is said by the books themselves.
        """
        if self._handle is not None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return
        try:
            _take(handle)
        except OSError as error:
            os.close(handle)
            if isinstance(error, (BlockingIOError, PermissionError)):
                raise AlreadyOpen from None
            return  # a file system without locks
        self._handle = handle

    def leave(self) -> None:
        """Let the next one in. The file stays: taking it away could take it from under somebody who just entered."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
