"""The accountant's tax table as a file: taken in from .csv or .xlsx as it stands, written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from varejoforte_desktop.application.product_sheet import Sheet, SheetRow
from varejoforte_desktop.application.tax_sheet import recognised, rule_rows
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.sheet_errors import (
    CellWithoutColumn,
    FileTooLarge,
    TooManyColumns,
    TooManyRows,
    UnreadableSheet,
)
from varejoforte_desktop.domain.taxes import TaxRule
from varejoforte_desktop.spreadsheets.csv_reading import csv_lines, decoded, separator_of
from varejoforte_desktop.spreadsheets.formula_shield import escaped, shielded, unshielded
from varejoforte_desktop.spreadsheets.lines import MAXIMUM_COLUMNS, RawCell, RawLine
from varejoforte_desktop.spreadsheets.writing import _replacing
from varejoforte_desktop.spreadsheets.xlsx_reading import xlsx_lines

#: A shop's table has some tens of rows, a large one some thousands.
MAXIMUM_ROWS: Final = 20_000
MAXIMUM_MEGABYTES: Final = 10
_LIMIT: Final = MAXIMUM_MEGABYTES * 1_000_000
_LONGEST_CELL: Final = 200
_TEXT_FORMAT: Final = "@"  # so that Excel keeps the zero of "00"
_WIDTH: Final = 16


def read_rule_sheet(path: Path) -> Sheet:
    """The lines of a tax table in a .csv or .xlsx, its headings recognised. Call it off the screen's thread.

    Raises FileTooLarge, UnreadableSheet, TooManyRows, TooManyColumns, UnknownColumns, MissingColumns,
    DuplicateColumn. What single cells say is for `application.tax_sheet.read_rules`.
    """
    kind = path.suffix.lower()
    if kind not in {".csv", ".xlsx"}:
        raise UnreadableSheet("unknown_kind")
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise UnreadableSheet("not_a_file")
        with path.open("rb") as file:
            _check_size(file)
            return _csv(path.name, file) if kind == ".csv" else _xlsx(path.name, file)
    except FileNotFoundError as error:
        raise UnreadableSheet("not_found", detail=str(error)) from None
    except OSError as error:
        raise UnreadableSheet("no_access", detail=str(error)) from None


def _check_size(file: IO[bytes]) -> None:
    size = os.fstat(file.fileno()).st_size
    if size > _LIMIT:
        raise FileTooLarge(MAXIMUM_MEGABYTES)
    if size == 0:
        raise UnreadableSheet("empty")


def _csv(name: str, file: IO[bytes]) -> Sheet:
    content = file.read(_LIMIT + 1)  # it may have grown meanwhile
    if len(content) > _LIMIT:
        raise FileTooLarge(MAXIMUM_MEGABYTES)
    text, encoding = decoded(content)
    separator = separator_of(text)
    header, rows = _assembled(csv_lines(text, separator))
    return Sheet(source=name, header=header, rows=rows, encoding=encoding, separator=separator)


def _xlsx(name: str, file: IO[bytes]) -> Sheet:
    with closing(xlsx_lines(file)) as lines:
        header, rows = _assembled(lines)
    return Sheet(source=name, header=header, rows=rows)


def _assembled(lines: Iterable[RawLine]) -> tuple[tuple[str, ...], tuple[SheetRow, ...]]:
    """The columns that are there and the lines below them; empty lines are left out."""
    filled = ((number, cells) for number, cells in lines if any(map(_filled, cells)))
    first = next(filled, None)
    if first is None:
        raise UnreadableSheet("empty")
    columns = recognised(_headings(first[1]))
    rows: list[SheetRow] = []
    for number, cells in filled:
        if len(rows) == MAXIMUM_ROWS:
            raise TooManyRows(MAXIMUM_ROWS)
        rows.append(_row(number, cells, columns))
    return tuple(column for column in columns if column is not None), tuple(rows)


def _filled(cell: RawCell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _headings(cells: Sequence[RawCell]) -> list[str]:
    headings = [cell if isinstance(cell, str) else str(cell) for cell in cells]
    while headings and not headings[-1].strip():
        headings.pop()
    if len(headings) > MAXIMUM_COLUMNS:
        raise TooManyColumns(MAXIMUM_COLUMNS)
    return headings


def _row(number: int, cells: Sequence[RawCell], columns: Sequence[str | None]) -> SheetRow:
    texts: dict[str, str] = {}
    faults: dict[str, DomainError] = {}
    for place, cell in enumerate(cells):
        column = columns[place] if place < len(columns) else None
        if column is None:
            if _filled(cell):
                faults.setdefault("", CellWithoutColumn(str(cell)[:40], get_column_letter(place + 1)))
        elif not isinstance(cell, str):
            faults[column] = cell
        else:
            # Longer than any code or rate: cut, it is refused as what it is.
            texts[column] = unshielded(cell)[:_LONGEST_CELL]
    return SheetRow(number=number, cells=texts, faults=faults)


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
    with _replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(headings)
        writer.writerows([shielded(cell) for cell in line] for line in lines)
        text.detach()  # flushes, and leaves the file open for _replacing


def _write_xlsx(path: Path, headings: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    with _replacing(path) as file:
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
