"""Product lists that leave for a spreadsheet: whole or not at all, and harmless to whoever opens them."""

from __future__ import annotations

import csv
import errno
import io
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from varejoforte_desktop.application.product_sheet import COLUMNS, Column, Kind, Value, written
from varejoforte_desktop.application.questions import ExportRow
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.spreadsheets.formula_shield import escaped, shielded

_WIDTHS: Final = {"nome": 44, "categoria": 28, "marca": 18, "ean": 16, "descricao_curta": 50, "descricao": 60}
_WIDTH: Final = 14
_MONEY_FORMAT: Final = "#,##0.00"
_BROKEN_FORMAT: Final = "#,##0.000"
_DAY_FORMAT: Final = "dd/mm/yyyy"
_TEXT_FORMAT: Final = "@"  # so that Excel never makes 7,89E+12 of a barcode


def write_sheet(path: Path, rows: Iterable[ExportRow]) -> None:
    """Write products as the ending of `path` says: .csv, or else .xlsx. Raises SheetNotWritten."""
    if path.suffix.lower() == ".csv":
        write_csv(path, rows)
    else:
        write_xlsx(path, rows)


def write_csv(path: Path, rows: Iterable[ExportRow]) -> None:
    """Write products as Excel in Portuguese opens them with a double click: UTF-8 with BOM, ";" and decimal comma.

    Raises SheetNotWritten; a file that was there before is then untouched.
    """
    with replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.name for column in COLUMNS])
        writer.writerows([csv_text(value) for value in written(row)] for row in rows)
        text.detach()  # flushes, and leaves the file open for replacing


def csv_text(value: Value) -> str:
    """A cell of a CSV: "129,90", "30", "0,250", "2026-11-20", "sim"; a text that looks like a formula is shielded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, Money):
        return str(value.reais).replace(".", ",")
    if isinstance(value, Decimal):
        places = 0 if value == value.to_integral_value() else 3
        return f"{value:.{places}f}".replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return shielded(value) if isinstance(value, str) else str(value)


def write_xlsx(path: Path, rows: Iterable[ExportRow]) -> None:
    """Write products for Excel: numbers as numbers, days as days, texts as texts whatever they begin with.

    Raises SheetNotWritten; a file that was there before is then untouched.
    """
    lines = [written(row) for row in rows]
    with replacing(path) as file:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Produtos")
        try:
            sheet.freeze_panes = "A2"
            for place, column in enumerate(COLUMNS, 1):
                sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column.name, _WIDTH)
            sheet.append([_heading(sheet, column) for column in COLUMNS])
            for line in lines:
                sheet.append([_cell(sheet, *each) for each in zip(COLUMNS, line, strict=True)])
            book.save(file)
        finally:
            # A sheet that is left half written complains when it is forgotten.
            with suppress(OSError, ValueError, WorkbookAlreadySaved):
                sheet.close()


def _heading(sheet: WriteOnlyWorksheet, column: Column) -> Cell:
    cell = WriteOnlyCell(sheet, column.name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, column: Column, value: Value) -> Cell | int | None:
    if isinstance(value, bool):
        return _text(sheet, "sim" if value else "não")
    if isinstance(value, str):
        return _text(sheet, value, as_typed=column.kind in {Kind.WORD, Kind.BARS})
    if isinstance(value, Money):
        return _formatted(sheet, value.reais, _MONEY_FORMAT)
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else _formatted(sheet, value, _BROKEN_FORMAT)
    return _formatted(sheet, value, _DAY_FORMAT) if isinstance(value, date) else value


def _text(sheet: WriteOnlyWorksheet, text: str, *, as_typed: bool = False) -> Cell:
    cell = WriteOnlyCell(sheet, escaped(text))
    cell.data_type = "s"  # openpyxl would make a formula of "=…" and an error of "#N/A"
    if as_typed:
        cell.number_format = _TEXT_FORMAT
    if shielded(text) != text:
        cell.quotePrefix = True  # stays a text when somebody edits the cell in Excel
    return cell


def _formatted(sheet: WriteOnlyWorksheet, value: Decimal | date, number_format: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.value = value
    cell.number_format = number_format
    return cell


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place once it is complete and on the disk."""
    partial = path.with_name(f".{secrets.token_hex(6)}.parcial")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise SheetNotWritten(_why(error), detail=str(error)) from None
    finally:
        with suppress(OSError):
            partial.unlink()


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "locked"
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "no_folder"
    return "disk_full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "failed"
