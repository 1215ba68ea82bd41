"""The audit log leaves for a spreadsheet: everything the filters find, in the words of the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from varejoforte_desktop.application.people_questions import AuditRow, AuditSearch
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.audit.log_lines import HEADINGS, log_line
from varejoforte_desktop.ui.services import WriteLog
from varejoforte_desktop.ui.tasks import ask

#: Lines read in one look.
STRETCH: Final = 2000
_KINDS: Final = "Planilhas (*.xlsx *.csv)"


async def read_all(
    backend: Backend, search: AuditSearch, *, by: Actor, progress: Callable[[int], None]
) -> list[AuditRow]:
    """Every line that is found, newest first; `progress` hears how many there are so far.

    Raises NotAllowed or SessionEnded.
    """
    rows: list[AuditRow] = []
    while True:
        before = rows[-1].id if rows else None
        page = await backend.read(partial(_page, search, by, before))
        rows += page
        progress(len(rows))
        if len(page) < STRETCH:
            return rows


def _page(search: AuditSearch, by: Actor, before: int | None, reader: Reader) -> list[AuditRow]:
    return reader.audit.rows(search, by=by, before_id=before, limit=STRETCH)


async def write_all(write: WriteLog, path: Path, rows: Sequence[AuditRow]) -> None:
    """Write the lines, off the UI thread. Raises SheetNotWritten."""
    await asyncio.to_thread(write, path, HEADINGS, map(log_line, rows))


async def choose_file(parent: QWidget, at: datetime) -> Path | None:
    """Ask where to; None when nobody wants it after all."""
    dialog = QFileDialog(parent, parent.tr("Salvar a trilha"))
    dialog.setObjectName("audit_file_dialog")
    dialog.setNameFilter(_KINDS)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("xlsx")
    dialog.selectFile(f"trilha-{at:%Y-%m-%d}.xlsx")
    answer = await ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if answer == QDialog.DialogCode.Accepted and chosen else None
