"""Where a slip goes: as bytes to the station's receipt printer, or as a PDF to a place somebody chooses."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from varejoforte_desktop.ui.services import Preferences
from varejoforte_desktop.ui.tasks import ask
from varejoforte_desktop.ui.till.slip import NARROW, WIDE, SlipLine
from varejoforte_desktop.ui.till.slip_escpos import escpos
from varejoforte_desktop.ui.till.slip_pdf import slip_pdf

#: The printer's device or share, such as "/dev/usb/lp0" or a shared printer's name on Windows; "" for none.
PRINTER: Final = "printer_path"
#: How many letters the roll of this station holds.
COLUMNS: Final = "slip_columns"


def printer_of(preferences: Preferences) -> str:
    """Where the receipt printer of this station is, "" when it has none."""
    return str(preferences.get(PRINTER, "") or "").strip()


def columns_of(preferences: Preferences) -> int:
    """48 letters unless this station chose the narrow roll."""
    return NARROW if preferences.get(COLUMNS, WIDE) == NARROW else WIDE


async def send_to_printer(lines: Sequence[SlipLine], printer: str) -> None:
    """Hand the slip to the printer. Raises OSError when it does not take it."""
    await asyncio.to_thread(_append, Path(printer), escpos(lines))


async def save_pdf(lines: Sequence[SlipLine], *, columns: int, title: str, parent: QWidget) -> Path | None:
    """Ask for a place and write the PDF there; None when nobody chose one. Raises OSError."""
    path = await _choose(parent, title)
    if path is not None:
        document = slip_pdf(lines, columns=columns, title=title)
        await asyncio.to_thread(path.write_bytes, document)
    return path


def _append(path: Path, job: bytes) -> None:
    """A device takes what is written; in a spool file one slip follows the other."""
    # Not open(): it looks for the end of the file, which some printers' drivers do not have.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o600)
    try:
        left = memoryview(job)
        while left:
            left = left[os.write(handle, left) :]
    finally:
        os.close(handle)


async def _choose(parent: QWidget, title: str) -> Path | None:
    dialog = QFileDialog(parent, parent.tr("Salvar o comprovante"))
    dialog.setObjectName("slip_file_dialog")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setNameFilter("PDF (*.pdf)")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(f"{title}.pdf")
    answer = await ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if answer == QDialog.DialogCode.Accepted and chosen else None
