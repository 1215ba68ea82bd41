"""Letters to buyers wait in a folder of this computer until the mail program has them, and are gone after a day."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import tzinfo
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.ui.notes.tools import Letter

#: The folder, within the station's own.
LETTERS: Final = "cartas"
#: How long a mail program may take to send what it was handed, in seconds.
_A_DAY: Final = 24 * 3600.0
_OURS: Final = ("*.eml", ".*.parcial")


class StationLetters:
    """Each letter is a draft with somebody's name, CPF and address: only this user of the computer can read it."""

    def __init__(self, folder: Path, zone: tzinfo) -> None:
        self._folder = folder
        self._zone = zone

    def write(self, note: DocumentRecord, shop: str, pdf: bytes) -> Letter:
        """Write the letter that goes with a note, after those of before were cleared away.

        `pdf` is its DANFE, b"" for none. Blocking; raises SheetNotWritten.
        """
        from varejoforte_desktop.fiscal.buyer_mail import write_note

        clear_letters(self._folder)
        path = self._place(f"nota-{note.name.series}-{note.number}-{note.key[-8:]}")
        to = write_note(path, note, shop, pdf, self._zone)
        with suppress(OSError):
            path.chmod(0o600)
        return Letter(path=path, to=to)

    def forget(self, letter: Path) -> None:
        """The letter is needed no more. Blocking; one that a program holds open goes with the day."""
        with suppress(OSError):
            letter.unlink()

    def _place(self, name: str) -> Path:
        """A file that is not there yet: the mail program may still hold an earlier letter about the same note."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.name == "posix":  # elsewhere a user's own folder is closed to others by itself
                self._folder.chmod(0o700)
        except OSError as error:
            raise SheetNotWritten("failed", detail=str(error)) from None
        path, number = self._folder / f"{name}.eml", 1
        while path.exists():
            number += 1
            path = self._folder / f"{name}-{number}.eml"
        return path


def clear_letters(folder: Path) -> None:
    """Remove the letters that are older than a day. Blocking; what cannot be removed is tried again the next time."""
    now = time.time()
    for pattern in _OURS:
        for path in folder.glob(pattern):
            with suppress(OSError):
                # One from the future was written before the clock was set back.
                if abs(now - path.lstat().st_mtime) > _A_DAY:
                    path.unlink()
