"""The diary of the program: enough to find out what happened, and never a secret in it."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Final

from varejoforte_desktop.tray.masking import mask, quiet_the_line

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LARGEST: Final = 2_000_000


class MaskingFormatter(logging.Formatter):
    """Writes a record, traceback included, with every secret replaced."""

    def format(self, record: logging.LogRecord) -> str:
        """The masked line."""
        return mask(super().format(record))


def start_log(folder: Path, *, verbose: bool = False) -> Path | None:
    """Write the diary to `folder`/varejoforte.log, five files of 2 MB; gives it, None when there is no room."""
    quiet_the_line()
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in ("alembic", "asyncio", "qasync", "sqlalchemy", "keyring", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "varejoforte.log"
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_LARGEST, backupCount=4, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(MaskingFormatter(_FORMAT))
    root.addHandler(handler)
    _catch_everything()
    return path


def _catch_everything() -> None:
    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logging.getLogger("varejoforte").critical("uncaught", exc_info=(kind, error, trace))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread


def catch_crashes(folder: Path) -> None:
    """Leave a trace when the interpreter itself falls over; found and reported at the next start."""
    try:
        faulthandler.enable((folder / "queda.log").open("a", encoding="utf-8"))
    except OSError:
        return
