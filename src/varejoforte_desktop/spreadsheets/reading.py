"""Reading a product list from a file that somebody else made."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import IO, Final

from varejoforte_desktop.application.product_sheet import Sheet, SheetRow
from varejoforte_desktop.domain.sheet_errors import FileTooLarge, UnreadableSheet
from varejoforte_desktop.spreadsheets.csv_reading import csv_lines, decoded, separator_of
from varejoforte_desktop.spreadsheets.lines import RawLine, assembled
from varejoforte_desktop.spreadsheets.xlsx_reading import xlsx_lines

MAXIMUM_MEGABYTES: Final = 50
#: Makes columns and rows of bare lines.
Assemble = Callable[[Iterable[RawLine]], tuple[tuple[str, ...], tuple[SheetRow, ...]]]


def read_sheet(path: Path) -> Sheet:
    """Read a product list from a .csv or .xlsx. Takes seconds for long lists: call it off the screen's thread.

    Raises FileTooLarge, UnreadableSheet, TooManyRows, TooManyColumns, UnknownColumns, MissingColumns,
    DuplicateColumn. What is wrong with single cells stays with their lines.
    """
    return read_lines(path, assembled, megabytes=MAXIMUM_MEGABYTES)


def read_lines(path: Path, assemble: Assemble, *, megabytes: int) -> Sheet:
    """Read any list from a .csv or .xlsx of at most so many megabytes, made into columns and rows by `assemble`.

    Raises FileTooLarge, UnreadableSheet and what `assemble` raises.
    """
    kind = path.suffix.lower()
    if kind not in {".csv", ".xlsx"}:
        raise UnreadableSheet("unknown_kind")
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise UnreadableSheet("not_a_file")
        with path.open("rb") as file:
            _check_size(file, megabytes)
            return (_csv if kind == ".csv" else _xlsx)(path.name, file, assemble, megabytes)
    except FileNotFoundError as error:
        raise UnreadableSheet("not_found", detail=str(error)) from None
    except OSError as error:
        raise UnreadableSheet("no_access", detail=str(error)) from None


def _check_size(file: IO[bytes], megabytes: int) -> None:
    size = os.fstat(file.fileno()).st_size
    if size > megabytes * 1_000_000:
        raise FileTooLarge(megabytes)
    if size == 0:
        raise UnreadableSheet("empty")


def _csv(name: str, file: IO[bytes], assemble: Assemble, megabytes: int) -> Sheet:
    most = megabytes * 1_000_000
    content = file.read(most + 1)  # it may have grown meanwhile
    if len(content) > most:
        raise FileTooLarge(megabytes)
    text, encoding = decoded(content)
    separator = separator_of(text)
    header, rows = assemble(csv_lines(text, separator))
    return Sheet(source=name, header=header, rows=rows, encoding=encoding, separator=separator)


def _xlsx(name: str, file: IO[bytes], assemble: Assemble, megabytes: int) -> Sheet:
    del megabytes  # the size of the file was seen; what is packed in it has limits of its own
    with closing(xlsx_lines(file)) as lines:
        header, rows = assemble(lines)
    return Sheet(source=name, header=header, rows=rows)
