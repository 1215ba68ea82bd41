"""A product list as a spreadsheet: which columns it may have and how each cell is read and written.

Headings are found whatever their accents, capitals, spaces and signs ("Preço promocional", "PRECO_PROMOCIONAL").
Only the columns that are there change a product. An empty cell erases what may be absent (brand, category,
barcode, NCM, texts, promotion) and leaves everything else as it is: nobody sells at R$ 0,00 by leaving a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Final, TypeVar

from varejoforte_desktop.application.questions import ExportRow
from varejoforte_desktop.domain.barcode import barcode
from varejoforte_desktop.domain.errors import DomainError, Missing, NotANumber, TooLong
from varejoforte_desktop.domain.money import ZERO, Money, decimal_from_typed
from varejoforte_desktop.domain.quantity import quantity
from varejoforte_desktop.domain.sheet_errors import (
    DuplicateColumn,
    ForbiddenCharacter,
    MissingColumns,
    NotYesOrNo,
    RoundedBarcode,
    UnknownColumns,
    WrongDate,
)
from varejoforte_desktop.domain.texts import folded

T = TypeVar("T")

#: What a cell holds once it is understood, and what a spreadsheet is given to write.
Value = str | Money | Decimal | bool | int | date | None


class Kind(Enum):
    """How a column's cells are read."""

    WORD = auto()  # spaces around it mean nothing
    TEXT = auto()  # kept letter by letter
    BARS = auto()
    PATH = auto()
    MONEY = auto()
    QUANTITY = auto()
    WHOLE = auto()
    DAY = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the field it fills, and whether an empty cell erases that field."""

    name: str
    field: str
    kind: Kind
    erases: bool = False


#: Every column, in the order they are written. The first 21 are those of the demo shop's catalogue.
COLUMNS: Final = (
    Column("referencia", "reference", Kind.WORD),
    Column("nome", "name", Kind.WORD),
    Column("marca", "brand", Kind.WORD, erases=True),
    Column("categoria", "category", Kind.PATH, erases=True),
    Column("ean", "barcode", Kind.BARS, erases=True),
    Column("ncm", "ncm", Kind.WORD, erases=True),
    Column("unidade", "unit", Kind.WORD),
    Column("preco", "price", Kind.MONEY),
    Column("custo", "cost", Kind.MONEY),
    Column("estoque", "on_hand", Kind.QUANTITY),
    Column("estoque_minimo", "minimum_stock", Kind.QUANTITY),
    Column("peso_g", "weight", Kind.WHOLE),
    Column("comprimento_cm", "length", Kind.WHOLE),
    Column("largura_cm", "width", Kind.WHOLE),
    Column("altura_cm", "height", Kind.WHOLE),
    Column("descricao_curta", "short_description", Kind.TEXT, erases=True),
    Column("descricao", "description", Kind.TEXT, erases=True),
    Column("preco_promocional", "promotional_price", Kind.MONEY, erases=True),
    Column("inicio_promocao", "promotion_start", Kind.DAY, erases=True),
    Column("fim_promocao", "promotion_end", Kind.DAY, erases=True),
    Column("vender_na_loja", "sell_online", Kind.FLAG),
    Column("modelo", "model", Kind.TEXT, erases=True),
    Column("garantia", "warranty", Kind.TEXT, erases=True),
    Column("estoque_seguranca", "safety_stock", Kind.QUANTITY),
    Column("reserva_balcao", "counter_reserve", Kind.QUANTITY),
    Column("ativo", "active", Kind.FLAG),
)
COLUMN_OF_FIELD: Final = {column.field: column.name for column in COLUMNS}
REQUIRED: Final = ("referencia",)

_LONGEST_NUMBER: Final = 30
_LARGEST_WHOLE: Final = 1_000_000_000
_SHORTENED: Final = re.compile(r"^\d+(?:[.,]\d+)?E\+?\d+$", re.IGNORECASE)
_BRAZILIAN_DAY: Final = re.compile(r"^(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})$", re.ASCII)
_ISO_DAY: Final = re.compile(r"^(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})$", re.ASCII)
_YES: Final = frozenset({"sim", "s", "1", "verdadeiro", "true"})
_NO: Final = frozenset({"nao", "n", "0", "falso", "false"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A line of a product list. `number` is the one Excel shows; `cells` holds only columns that are there.

    `faults` are cells that could not even be read as text, by column ("" for the line itself).
    """

    number: int
    cells: Mapping[str, str]
    faults: Mapping[str, DomainError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A product list as it was read. `encoding` and `separator` say how a CSV was understood ("" for XLSX)."""

    source: str  # the file's name
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    encoding: str = ""
    separator: str = ""

    def without(self, column: str) -> Sheet:
        """The same list as if it had no such column ("estoque": take in the prices, leave the shelves alone)."""
        rows = tuple(
            SheetRow(number=row.number, cells=_less(row.cells, column), faults=_less(row.faults, column))
            for row in self.rows
        )
        return replace(self, header=tuple(each for each in self.header if each != column), rows=rows)


def _less(cells: Mapping[str, T], column: str) -> dict[str, T]:
    return {name: cell for name, cell in cells.items() if name != column}


def _bare(heading: str) -> str:
    return "".join(letter for letter in folded(heading) if letter.isalnum())


_BY_HEADING: Final = {_bare(column.name): column.name for column in COLUMNS}


def known_headings(headings: Sequence[str]) -> int:
    """How many of these headings are columns of a product list."""
    return sum(_bare(heading) in _BY_HEADING for heading in headings)


def recognised(headings: Sequence[str]) -> tuple[str | None, ...]:
    """The column of each heading, None for an empty one.

    Raises UnknownColumns, DuplicateColumn or MissingColumns.
    """
    unknown = tuple(each.strip()[:60] for each in headings if each.strip() and _bare(each) not in _BY_HEADING)
    if unknown:
        raise UnknownColumns(unknown)
    columns = tuple(_BY_HEADING[_bare(each)] if each.strip() else None for each in headings)
    seen: set[str] = set()
    for column in columns:
        if column is not None and column in seen:
            raise DuplicateColumn(column)
        seen.add(column or "")
    missing = tuple(column for column in REQUIRED if column not in seen)
    if missing:
        raise MissingColumns(missing)
    return columns


def read_cell(column: Column, text: str) -> Value:
    """What a cell that is not empty says. Raises the DomainError that stands beside it."""
    if "\0" in text:
        raise ForbiddenCharacter(column.field)
    return text if column.kind is Kind.TEXT else _READERS[column.kind](text.strip(), column)


def empty_value(column: Column) -> Value:
    """What an empty cell leaves in a field that it erases."""
    if column.kind is Kind.MONEY:
        return ZERO
    return None if column.kind is Kind.DAY else ""


def _short(text: str, column: Column) -> str:
    # Decimal arithmetic has 28 digits; longer than any amount is no amount.
    if len(text) > _LONGEST_NUMBER:
        raise NotANumber(text[:_LONGEST_NUMBER], column.field)
    return text


def _money(text: str, column: Column) -> Money:
    return Money.typed(_short(text, column), column.field)


def _quantity(text: str, column: Column) -> Decimal:
    return quantity(_short(text, column), column.field)


def _whole(text: str, column: Column) -> int:
    number = int(decimal_from_typed(_short(text, column), places=0, field=column.field))
    if abs(number) > _LARGEST_WHOLE:
        raise NotANumber(text, column.field)
    return number


def _day(text: str, column: Column) -> date:
    found = _BRAZILIAN_DAY.match(text) or _ISO_DAY.match(text)
    if found is None:
        raise WrongDate(text[:40], column.field)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise WrongDate(text, column.field) from None


def _flag(text: str, column: Column) -> bool:
    word = folded(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotYesOrNo(text[:40], column.field)


def _bars(text: str, _column: Column) -> str:
    if _SHORTENED.match(text):
        raise RoundedBarcode(text[:60])
    return barcode(text[:60])


def _word(text: str, column: Column) -> str:
    if column.field == "brand":
        text = " ".join(text.split())
        if len(text) > 120:
            raise TooLong("brand", 120)
    if column.field == "reference" and len(folded(text)) > 60:
        raise TooLong("reference", 60)  # the books keep it folded too, and one sign may fold to several
    return text


def _path(text: str, _column: Column) -> str:
    names = [" ".join(part.split()) for part in text.split(">")]
    if not all(names):
        raise Missing("category")
    path = " > ".join(names)
    if any(len(name) > 255 for name in names):
        raise TooLong("category", 255)
    if len(path) > 1024 or len(folded(path)) > 1024:
        raise TooLong("category", 1024)
    return path


_READERS: Final[Mapping[Kind, Callable[[str, Column], Value]]] = {
    Kind.WORD: _word,
    Kind.BARS: _bars,
    Kind.PATH: _path,
    Kind.MONEY: _money,
    Kind.QUANTITY: _quantity,
    Kind.WHOLE: _whole,
    Kind.DAY: _day,
    Kind.FLAG: _flag,
}


def written(row: ExportRow) -> tuple[Value, ...]:
    """A product's cells in the order of COLUMNS; None for a cell that stays empty."""
    return tuple(_written(row, column) for column in COLUMNS)


def _written(row: ExportRow, column: Column) -> Value:
    if column.field == "brand":
        return row.brand or None
    if column.field == "category":
        return row.category or None
    if column.field == "on_hand":
        return row.on_hand
    value: Value = getattr(row.product, column.field)
    if value == "" or (column.field == "promotional_price" and value == ZERO):
        return None
    return value
