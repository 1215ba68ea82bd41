"""The audit log as a spreadsheet: whole or not at all, and no word of it is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from varejoforte_desktop.spreadsheets.formula_shield import escaped, shielded
from varejoforte_desktop.spreadsheets.writing import replacing

#: A text, a number, or an instant on the shop's own clock.
LogCell = str | int | datetime
_INSTANT: Final = "dd/mm/yyyy hh:mm:ss"
_WIDTHS: Final = (10, 20, 22, 16, 28, 28, 60, 60)
#: As many lines as Excel reads, the headings left out.
_MOST: Final = 1_048_575


def write_log(path: Path, headings: Sequence[str], lines: Iterable[Sequence[LogCell]]) -> None:
    """Write lines as the ending of `path` says: .csv, or else .xlsx. Raises SheetNotWritten.

    A file that was there before is then untouched. What an .xlsx has no room for is left out at its end, the oldest.
    """
    if path.suffix.lower() == ".csv":
        _write_csv(path, headings, lines)
    else:
        _write_xlsx(path, headings, lines)


def _write_csv(path: Path, headings: Sequence[str], lines: Iterable[Sequence[LogCell]]) -> None:
    with replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(headings)
        writer.writerows([_csv_text(value) for value in line] for line in lines)
        text.detach()  # flushes, and leaves the file open for replacing


def _csv_text(value: LogCell) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    return shielded(value) if isinstance(value, str) else str(value)


def _write_xlsx(path: Path, headings: Sequence[str], lines: Iterable[Sequence[LogCell]]) -> None:
    with replacing(path) as file:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Auditoria")
        try:
            sheet.freeze_panes = "A2"
            for place, width in enumerate(_WIDTHS[: len(headings)], 1):
                sheet.column_dimensions[get_column_letter(place)].width = width
            sheet.append([_heading(sheet, words) for words in headings])
            for _, line in zip(range(_MOST), lines, strict=False):
                sheet.append([_cell(sheet, value) for value in line])
            book.save(file)
        finally:
            # A sheet that is left half written complains when it is forgotten.
            with suppress(OSError, ValueError, WorkbookAlreadySaved):
                sheet.close()


def _heading(sheet: WriteOnlyWorksheet, words: str) -> Cell:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: LogCell) -> Cell | int:
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet)
        cell.value = value.replace(tzinfo=None)  # Excel knows no time zones
        cell.number_format = _INSTANT
        return cell
    cell = WriteOnlyCell(sheet, escaped(value))
    cell.data_type = "s"  # openpyxl would make a formula of "=…" and an error of "#N/A"
    if shielded(value) != value:
        cell.quotePrefix = True  # stays a text when somebody edits the cell in Excel
    return cell
