"""The printers themselves: a network socket, a device, Windows' own, the system's list, a viewer, or just a folder.

Whatever a printer does (refuse, go silent, hang up half-way), whoever prints hears of it within five seconds.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.application.printing_ports import PrinterKind, PrinterPlace
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble

#: Seconds until a printer that does not answer, or does not read, is given up.
PATIENCE: Final = 5.0
_CONNECT: Final = 3.0
_GOODBYE: Final = 0.4  # seconds in which a printer may still say that it threw the job away
_RAW_PORT: Final = 9100
_OPENED_KEPT: Final = 20  # documents that were opened in a viewer
#: What a laid file's name begins with: five digits until the number 99 999, then as many as it takes.
_NUMBER: Final = re.compile(r"([0-9]{5,9})-")
_UNSAFE: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A paper ready to be handed over. `raw` is in a receipt printer's tongue, b"" for documents."""

    title: str
    raw: bytes
    pdf: Callable[[], bytes]
    text: str = ""


class Printers:
    """Hands papers over. Blocks up to PATIENCE: never call it on the UI thread.

    `spool` is where documents lie that a viewer shows; `open_file` shows one.
    """

    def __init__(self, spool: Path, *, open_file: Callable[[Path], None] | None = None) -> None:
        self._spool = spool
        self._open_file = open_file or _open_with_system
        self._hand = {
            PrinterKind.NETWORK: self._to_network,
            PrinterKind.DEVICE: self._to_device,
            PrinterKind.WINDOWS: self._to_windows,
            PrinterKind.SYSTEM: self._to_system,
            PrinterKind.VIEWER: self._to_viewer,
            PrinterKind.FOLDER: self._to_folder,
        }

    def print(self, place: PrinterPlace, sheet: Sheet) -> None:
        """Hand one paper over whole. Raises PrinterTrouble; its `why`:

        none      no printer was chosen
        offline   surely nothing was handed over: no line, no such device, nobody answers
        refused   the printer or the system said no
        file      a folder or file cannot be written
        driver    what Windows needs for its printers is not installed
        unsure    a part was handed over, so it may have come out
        """
        hand = self._hand.get(place.kind)
        if hand is None:
            raise PrinterTrouble("none")
        hand(place, sheet)

    # -- a socket -------------------------------------------------------------------------------------

    def _to_network(self, place: PrinterPlace, sheet: Sheet) -> None:
        host, port = host_and_port(place.address)
        job = sheet.raw or sheet.pdf()
        deadline = time.monotonic() + PATIENCE
        try:
            line = socket.create_connection((host, port), timeout=_CONNECT)
        except ConnectionRefusedError:
            raise PrinterTrouble("refused", place.name) from None
        except (OSError, UnicodeError):  # a name that is none is a UnicodeError
            raise PrinterTrouble("offline", place.name) from None
        with line:
            try:
                _send_all(line, job, deadline)
                _say_goodbye(line, deadline)
            except OSError:
                # The system took bytes that the printer may or may not have printed.
                raise PrinterTrouble("unsure", place.name) from None

    # -- a device -------------------------------------------------------------------------------------

    def _to_device(self, place: PrinterPlace, sheet: Sheet) -> None:
        # Not open(): it looks for the end of the file, which some printers' drivers do not have.
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            handle = os.open(place.address, flags)
        except OSError as error:
            gone = error.errno in {errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR, errno.EBUSY}
            raise PrinterTrouble("offline" if gone else "refused", place.name) from None
        try:
            _write_all(handle, sheet.raw or sheet.pdf(), place)
        finally:
            os.close(handle)

    # -- Windows --------------------------------------------------------------------------------------

    def _to_windows(self, place: PrinterPlace, sheet: Sheet) -> None:
        win32print = _win32print()
        job = sheet.raw or sheet.pdf()
        try:
            printer = win32print.OpenPrinter(place.address)
        except Exception:  # noqa: BLE001 - pywintypes.error is no OSError and is only there on Windows
            raise PrinterTrouble("offline", place.name) from None
        try:
            win32print.StartDocPrinter(printer, 1, (sheet.title, None, "RAW"))
            win32print.StartPagePrinter(printer)
            win32print.WritePrinter(printer, job)
            win32print.EndPagePrinter(printer)
            win32print.EndDocPrinter(printer)
        except Exception:  # noqa: BLE001 - as above
            raise PrinterTrouble("unsure", place.name) from None
        finally:
            win32print.ClosePrinter(printer)

    # -- documents ------------------------------------------------------------------------------------

    def _to_system(self, place: PrinterPlace, sheet: Sheet) -> None:
        program = shutil.which("lp")
        if program is None:
            raise PrinterTrouble("driver", place.name)
        where = ["-d", place.address] if place.address else []
        try:
            ended = subprocess.run(  # noqa: S603 - a program found on the PATH, no shell
                [program, *where, "-t", sheet.title, "--", "-"],
                input=sheet.pdf(),
                capture_output=True,
                check=False,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise PrinterTrouble("unsure", place.name) from None
        except OSError:
            raise PrinterTrouble("offline", place.name) from None
        if ended.returncode:
            raise PrinterTrouble("refused", place.name)

    def _to_viewer(self, place: PrinterPlace, sheet: Sheet) -> None:
        path = _laid_into(self._spool, f"{_file_name(sheet.title)}.pdf", sheet.pdf())
        for old in sorted(self._spool.glob("*.pdf"), key=_number)[:-_OPENED_KEPT]:
            with contextlib.suppress(OSError):  # still open in the viewer
                old.unlink()
        try:
            self._open_file(path)
        except OSError:
            raise PrinterTrouble("driver", place.name) from None

    def _to_folder(self, place: PrinterPlace, sheet: Sheet) -> None:
        folder, name = Path(place.address), _file_name(sheet.title)
        pdf = _laid_into(folder, f"{name}.pdf", sheet.pdf())
        if sheet.raw:
            try:
                pdf.with_suffix(".bin").write_bytes(sheet.raw)
                pdf.with_suffix(".txt").write_text(sheet.text, encoding="utf-8")
            except OSError:
                raise PrinterTrouble("file", str(folder)) from None


def host_and_port(address: str) -> tuple[str, int]:
    """ "192.168.0.50" or "impressora:9101", also "[::1]:9100". Raises PrinterTrouble "offline"."""
    bare = address.strip()
    host, colon, port = bare.rpartition(":")
    if not colon or (bare.count(":") > 1 and not host.endswith("]")):
        host, port = bare, str(_RAW_PORT)
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise PrinterTrouble("offline", bare)
    return host.strip("[]"), int(port)


def known_printers() -> list[str]:
    """Printers that the system knows by name; empty where it cannot be asked. May take a second."""
    if sys.platform == "win32":
        with contextlib.suppress(PrinterTrouble, OSError):
            win32print = _win32print()
            flags = win32print.PRINTER_ENUM_LOCAL | win32print.PRINTER_ENUM_CONNECTIONS
            return sorted(str(each[2]) for each in win32print.EnumPrinters(flags))
        return []
    program = shutil.which("lpstat")
    if program is None:
        return []
    try:
        told = subprocess.run(  # noqa: S603 - a program found on the PATH, no shell
            [program, "-e"], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return sorted(line.strip() for line in told.stdout.decode(errors="replace").splitlines() if line.strip())


def _send_all(line: socket.socket, job: bytes, deadline: float) -> None:
    left = memoryview(job)
    while left:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        line.settimeout(remaining)
        left = left[line.send(left) :]


def _say_goodbye(line: socket.socket, deadline: float) -> None:
    """A printer that closes or stays silent has it all; one that resets threw something away. Raises OSError."""
    line.shutdown(socket.SHUT_WR)
    line.settimeout(min(_GOODBYE, max(0.05, deadline - time.monotonic())))
    try:
        while line.recv(1024):
            pass  # it may tell its state; nobody asked
    except TimeoutError:
        return  # many never close by themselves


def _write_all(handle: int, job: bytes, place: PrinterPlace) -> None:
    """Write to a device that may be slow, or take nothing at all."""
    waits = hasattr(os, "O_NONBLOCK") and not stat.S_ISREG(os.fstat(handle).st_mode)
    deadline, left = time.monotonic() + PATIENCE, memoryview(job)
    while left:
        if waits:
            remaining = deadline - time.monotonic()
            ready = remaining > 0 and select.select([], [handle], [], remaining)[1]
            if not ready:
                raise PrinterTrouble("unsure" if len(left) < len(job) else "offline", place.name)
        try:
            left = left[os.write(handle, left) :]
        except BlockingIOError:
            continue  # ready for less than it said; it is asked again
        except OSError as error:
            if len(left) < len(job):
                raise PrinterTrouble("unsure", place.name) from None
            full = error.errno == errno.ENOSPC
            raise PrinterTrouble("file" if full else "offline", place.name) from None


def _laid_into(folder: Path, name: str, content: bytes) -> Path:
    """A new file in a folder, numbered so that nothing is overwritten. Raises PrinterTrouble "file"."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        last = max(map(_number, folder.iterdir()), default=0)
        path = folder / f"{last + 1:05}-{name}"
        with path.open("xb") as file:
            file.write(content)
    except OSError:
        raise PrinterTrouble("file", str(folder)) from None
    return path


def _number(path: Path) -> int:
    """The number a file was laid into its folder with; 0 for a file that somebody else put there."""
    found = _NUMBER.match(path.name)
    return int(found[1]) if found else 0


def _file_name(title: str) -> str:
    return _UNSAFE.sub("-", title).strip("-.")[:60] or "papel"


def _win32print() -> Any:
    """Windows' printing. Raises PrinterTrouble "driver" elsewhere, or where pywin32 is not installed."""
    import importlib

    try:
        return importlib.import_module("win32print")
    except ImportError:
        raise PrinterTrouble("driver") from None


def _open_with_system(path: Path) -> None:
    """Show a file with whatever the system opens it with. Raises OSError."""
    start = getattr(os, "startfile", None)
    if start is not None:
        start(path)
        return
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        raise FileNotFoundError("xdg-open")
    subprocess.Popen(  # noqa: S603 - a program found on the PATH, no shell
        [program, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
