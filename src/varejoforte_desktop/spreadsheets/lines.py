"""From bare lines to a product list: the heading is found, the limits are kept, each cell gets its column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from varejoforte_desktop.application.product_sheet import COLUMNS, SheetRow, recognised
from varejoforte_desktop.domain.errors import DomainError, TooLong
from varejoforte_desktop.domain.sheet_errors import (
    CellWithoutColumn,
    TooManyColumns,
    TooManyRows,
    UnreadableSheet,
)

MAXIMUM_ROWS: Final = 200_000
MAXIMUM_COLUMNS: Final = 60
MAXIMUM_CELL: Final = 10_000
_FIELDS: Final = {column.name: column.field for column in COLUMNS}

#: A cell as text, or what is wrong with it.
RawCell = str | DomainError
#: A line with the number Excel shows beside it.
RawLine = tuple[int, Sequence[RawCell]]


def product_cell(column: str, cell: str) -> str:
    """A cell of a product list. Raises TooLong."""
    if len(cell) > MAXIMUM_CELL:
        raise TooLong(_FIELDS[column], MAXIMUM_CELL)
    return cell


def assembled(
    lines: Iterable[RawLine],
    *,
    recognise: Callable[[Sequence[str]], Sequence[str | None]] = recognised,
    read_cell: Callable[[str, str], str] = product_cell,
    most: int | None = None,
) -> tuple[tuple[str, ...], tuple[SheetRow, ...]]:
    """The columns that are there and the lines below them; empty lines are left out.

    `recognise` says which column each heading is, `read_cell` what a cell of a column says (a DomainError stays
    with its line). Raises UnreadableSheet ("empty"), UnknownColumns, MissingColumns, DuplicateColumn, TooManyRows, TooManyColumns.
    """
    filled = ((number, cells) for number, cells in lines if any(map(_filled, cells)))
    first = next(filled, None)
    if first is None:
        raise UnreadableSheet("empty")
    columns = recognise(_headings(first[1]))
    most = MAXIMUM_ROWS if most is None else most
    rows: list[SheetRow] = []
    for number, cells in filled:
        if len(rows) == most:
            raise TooManyRows(most)
        rows.append(_row(number, cells, columns, read_cell))
    return tuple(column for column in columns if column is not None), tuple(rows)


def _filled(cell: RawCell) -> bool:
    return not isinstance(cell, str) or (cell != "" and not cell.isspace())


def _headings(cells: Sequence[RawCell]) -> list[str]:
    headings = [cell if isinstance(cell, str) else str(cell) for cell in cells]
    while headings and not headings[-1].strip():
        headings.pop()
    if len(headings) > MAXIMUM_COLUMNS:
        raise TooManyColumns(MAXIMUM_COLUMNS)
    return headings


def _row(
    number: int,
    cells: Sequence[RawCell],
    columns: Sequence[str | None],
    read_cell: Callable[[str, str], str],
) -> SheetRow:
    texts: dict[str, str] = {}
    faults: dict[str, DomainError] = {}
    for place, cell in enumerate(cells):
        column = columns[place] if place < len(columns) else None
        if column is None:
            if _filled(cell):
                faults.setdefault("", CellWithoutColumn(str(cell)[:40], _letters(place)))
        elif not isinstance(cell, str):
            faults[column] = cell
        else:
            try:
                texts[column] = read_cell(column, cell)
            except DomainError as fault:
                faults[column] = fault
    return SheetRow(number=number, cells=texts, faults=faults)


def _letters(place: int) -> str:
    """The letters Excel shows above a column: A, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
