"""Product lists that arrive from Excel: what its cells show, exactly, and never what a formula could do."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Context, Decimal
from itertools import repeat
from typing import IO, Any, Final

from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.sheet_errors import BrokenFormula, UnreadableSheet
from varejoforte_desktop.spreadsheets.archive import check_archive
from varejoforte_desktop.spreadsheets.formula_shield import unescaped
from varejoforte_desktop.spreadsheets.lines import MAXIMUM_COLUMNS, RawCell, RawLine

_LAST_ROW: Final = 1_048_576  # Excel's own; a file may claim others
# Excel calculates with 15 digits and writes 17: the last two are noise ("104.39000000000001").
_EXCEL: Final = Context(prec=15)


def xlsx_lines(file: IO[bytes]) -> Generator[RawLine, None, None]:
    """The lines of the first sheet that can be seen; close it when it is not read to the end.

    Raises UnreadableSheet.
    """
    has_formulas = check_archive(file)
    try:
        with warnings.catch_warnings():
            # openpyxl warns about decorations that it leaves out, which nobody asked it to keep.
            warnings.simplefilter("ignore")
            yield from _lines(file, has_formulas=has_formulas)
    except DomainError:
        raise
    except Exception as error:  # noqa: BLE001 - what a broken file makes openpyxl raise has no common class
        raise UnreadableSheet("damaged", detail=f"{type(error).__name__}: {error}"[:200]) from None


def _lines(file: IO[bytes], *, has_formulas: bool) -> Iterator[RawLine]:
    with _Opened(file, values=True) as shown:
        if not has_formulas:
            yield from _texts(_rows(shown), repeat(()))
            return
        with _Opened(file, values=False) as formulas:
            yield from _texts(_rows(shown), _rows(formulas))


class _Opened:
    """A workbook open for reading, closed whatever happens."""

    def __init__(self, file: IO[bytes], *, values: bool) -> None:
        self._book: Workbook = load_workbook(file, read_only=True, data_only=values, keep_links=False)

    def __enter__(self) -> Workbook:
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


def _rows(book: Workbook) -> Iterator[Sequence[Any]]:
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not seen:
        raise UnreadableSheet("empty")
    # A dimension is a claim; with our own limits one cell at XFD1048576 costs nothing.
    return iter(seen[0].iter_rows(min_row=1, max_row=_LAST_ROW, min_col=1, max_col=MAXIMUM_COLUMNS + 1))


def _texts(rows: Iterator[Sequence[Any]], formulas: Iterator[Sequence[Any]]) -> Iterator[RawLine]:
    gap: Sequence[Any] | None = None
    for number, (cells, asked) in enumerate(zip(rows, formulas, strict=False), 1):
        if cells is gap:
            continue  # openpyxl fills a million missing rows with the same one
        texts = [cell_text(cell) for cell in cells]
        for place, cell in enumerate(asked):
            if cell.data_type == "f" and cells[place].value is None:
                texts[place] = BrokenFormula("")  # never calculated: it must not pass for an empty cell
        if any(texts):
            yield number, _without_tail(texts)
        else:
            gap = cells


def _without_tail(texts: list[RawCell]) -> list[RawCell]:
    while texts and texts[-1] == "":
        texts.pop()
    return texts


def cell_text(cell: Any) -> RawCell:
    """What a cell says, as a person would type it: "129,9", "2026-11-20", "sim"."""
    value = cell.value
    if value is None or isinstance(value, str):
        return BrokenFormula(value or "") if cell.data_type == "e" else _plain(value or "")
    if isinstance(value, date):
        return _day_text(value)
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):  # what is shown as 18% is held as 0.18
            return number_text(value * 100) + "%"
        return _padded(number_text(value), cell.number_format)
    return str(value)


def _plain(text: str) -> str:
    # A file holds a text once for a million cells; so do we when it has to be rewritten.
    return sys.intern(unescaped(text)) if "_x" in text else text


def _day_text(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ")


def number_text(value: int | float) -> str:
    """A number as the file holds it, in full and with a decimal comma: never "1.234" for 1,234 nor "7,89E+12"."""
    # A whole number is exact already; repr gives the shortest digits that mean this very broken one.
    text = str(value) if isinstance(value, int) else format(_EXCEL.plus(Decimal(repr(value))), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _padded(digits: str, number_format: str) -> str:
    """A reference 123 shown as 00123 is 00123."""
    if number_format and len(number_format) > 1 and not number_format.strip("0") and digits.isdigit():
        return digits.zfill(min(len(number_format), 60))
    return digits
