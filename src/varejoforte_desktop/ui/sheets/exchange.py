"""Product lists in and out: choose the file, see what it would do, take it in whole or not at all."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from varejoforte_desktop.application.product_import import apply_import, plan_import
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui.formats import counted
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.sheets.preview import SheetPreview
from varejoforte_desktop.ui.tasks import ask

_KINDS = "Planilhas (*.csv *.xlsx)"


async def import_products(session: Session, parent: QWidget, path: Path | None = None) -> str:
    """Ask for a file, show the preview, import; gives a sentence about what was done, "" when nothing was.

    Raises NotAllowed, a SpreadsheetError, ImportRefused or ChangedMeanwhile.
    """
    session.actor.needs(Permission.IMPORT_CATALOGUE)
    path = path or await _choose(parent, parent.tr("Escolha a planilha"), saving=False)
    if path is None:
        return ""
    services = session.services
    sheet = await asyncio.to_thread(services.read_sheet, path)
    plan = await services.backend.read(lambda reader: plan_import(reader, sheet.rows, by=session.actor))
    preview = SheetPreview(plan, sheet.source, parent)
    answer = await ask(preview)
    counting = preview.count_stock.isChecked() or not plan.moved
    preview.deleteLater()
    if answer != QDialog.DialogCode.Accepted:
        return ""
    rows = sheet.rows if counting else sheet.without("estoque").rows
    receipt = await services.backend.run(
        apply_import, rows, source=sheet.source, token_prefix=uuid.uuid4().hex[:20], by=session.actor
    )
    return "Planilha importada: {new}, {changed}.".format(
        new=counted(receipt.new, "produto novo", "produtos novos"),
        changed=counted(receipt.changed, "alterado", "alterados"),
    )


async def export_products(session: Session, parent: QWidget, path: Path | None = None) -> str:
    """Ask for a place and write the whole catalogue there; gives a sentence. Raises SheetNotWritten."""
    path = path or await _choose(parent, parent.tr("Salvar a planilha"), saving=True)
    if path is None:
        return ""
    rows = await session.services.backend.read(lambda reader: reader.export_rows())
    await asyncio.to_thread(session.services.write_sheet, path, rows)
    return "{rows} em {name}.".format(
        rows=counted(len(rows), "produto exportado", "produtos exportados"), name=path.name
    )


async def _choose(parent: QWidget, title: str, *, saving: bool) -> Path | None:
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("sheet_file_dialog")
    dialog.setNameFilter(_KINDS)
    if saving:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("produtos.xlsx")
        dialog.setDefaultSuffix("xlsx")
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    answer = await ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if answer == QDialog.DialogCode.Accepted and chosen else None
