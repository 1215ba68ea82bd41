"""The accountant's tax table as a file: taken in from .csv or .xlsx as it stands, written whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from varejoforte_desktop.application.product_sheet import Sheet
from varejoforte_desktop.application.tax_sheet import recognised, rule_rows
from varejoforte_desktop.domain.taxes import TaxRule
from varejoforte_desktop.spreadsheets.formula_shield import escaped, shielded, unshielded
from varejoforte_desktop.spreadsheets.lines import assembled
from varejoforte_desktop.spreadsheets.reading import read_lines
from varejoforte_desktop.spreadsheets.writing import replacing

#: A shop's table has some tens of rows, a large one some thousands.
MAXIMUM_ROWS: Final = 20_000
MAXIMUM_MEGABYTES: Final = 10
_LONGEST_CELL: Final = 200
_TEXT_FORMAT: Final = "@"  # so that Excel keeps the zero of "00"
_WIDTH: Final = 16


def read_rule_sheet(path: Path) -> Sheet:
    """The lines of a tax table in a .csv or .xlsx, its headings recognised. Call it off the screen's thread.

    Raises FileTooLarge, UnreadableSheet, TooManyRows, TooManyColumns, UnknownColumns, MissingColumns,
    DuplicateColumn. What single cells say is for `application.tax_sheet.read_rules`.
    """
    assemble = partial(assembled, recognise=recognised, read_cell=_rule_cell, most=MAXIMUM_ROWS)
    return read_lines(path, assemble, megabytes=MAXIMUM_MEGABYTES)


def _rule_cell(_column: str, cell: str) -> str:
    """Longer than any code or rate: cut, it is refused as what it is."""
    return unshielded(cell)[:_LONGEST_CELL]


def write_rules(path: Path, rules: Iterable[TaxRule]) -> None:
    """Write a tax table as the ending of `path` says: .csv, or else .xlsx. Raises SheetNotWritten.

    A file that was there before is then untouched. Every cell is a text: "00" stays "00".
    """
    headings, lines = rule_rows(rules)
    if path.suffix.lower() == ".csv":
        _write_csv(path, headings, lines)
    else:
        _write_xlsx(path, headings, lines)


def _write_csv(path: Path, headings: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    with replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(headings)
        writer.writerows([shielded(cell) for cell in line] for line in lines)
        text.detach()  # flushes, and leaves the file open for `replacing`


def _write_xlsx(path: Path, headings: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    with replacing(path) as file:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Tributos")
        try:
            sheet.freeze_panes = "A2"
            for place in range(1, len(headings) + 1):
                sheet.column_dimensions[get_column_letter(place)].width = _WIDTH
            sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
            for line in lines:
                sheet.append([_cell(sheet, text) for text in line])
            book.save(file)
        finally:
            # A sheet that is left half written complains when it is forgotten.
            with suppress(OSError, ValueError, WorkbookAlreadySaved):
                sheet.close()


def _cell(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> Cell:
    cell = WriteOnlyCell(sheet, escaped(text))
    cell.data_type = "s"  # openpyxl would make a formula of "=…"
    cell.number_format = _TEXT_FORMAT
    if bold:
        cell.font = Font(bold=True)
    if shielded(text) != text:
        cell.quotePrefix = True  # stays a text when somebody edits the cell in Excel
    return cell
