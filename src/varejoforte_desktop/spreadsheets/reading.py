"""Reading a product list from a file that somebody else made."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path
from typing import IO, Final

from varejoforte_desktop.application.product_sheet import Sheet
from varejoforte_desktop.domain.sheet_errors import FileTooLarge, UnreadableSheet
from varejoforte_desktop.spreadsheets.csv_reading import csv_lines, decoded, separator_of
from varejoforte_desktop.spreadsheets.lines import assembled
from varejoforte_desktop.spreadsheets.xlsx_reading import xlsx_lines

MAXIMUM_MEGABYTES: Final = 50
_LIMIT: Final = MAXIMUM_MEGABYTES * 1_000_000


def read_sheet(path: Path) -> Sheet:
    """Read a product list from a .csv or .xlsx. Takes seconds for long lists: call it off the screen's thread.

    Raises FileTooLarge, UnreadableSheet, TooManyRows, TooManyColumns, UnknownColumns, MissingColumns,
    DuplicateColumn. What is wrong with single cells stays with their lines.
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
    header, rows = assembled(csv_lines(text, separator))
    return Sheet(source=name, header=header, rows=rows, encoding=encoding, separator=separator)


def _xlsx(name: str, file: IO[bytes]) -> Sheet:
    with closing(xlsx_lines(file)) as lines:
        header, rows = assembled(lines)
    return Sheet(source=name, header=header, rows=rows)
