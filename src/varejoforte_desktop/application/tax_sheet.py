"""The accountant's tax table as a spreadsheet: its columns, how each cell is read, and what cannot be right.

Headings are found whatever their accents, capitals, spaces and signs. A line is a row of the table; every rate is a
percentage with up to four places ("7,6" is 7,6 %). Nothing is taken in while anything is wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Final

from varejoforte_desktop.application.product_sheet import Column as ListColumn
from varejoforte_desktop.application.product_sheet import Kind as ListKind
from varejoforte_desktop.application.product_sheet import Sheet, SheetRow, read_cell
from varejoforte_desktop.application.tax_checks import contradictions
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal_errors import WrongTaxRule
from varejoforte_desktop.domain.money import decimal_from_typed
from varejoforte_desktop.domain.sheet_errors import DuplicateColumn, MissingColumns, UnknownColumns, WrongDate
from varejoforte_desktop.domain.taxes import Destination, TaxRule
from varejoforte_desktop.domain.texts import folded

_LONGEST_CELL: Final = 60
_MARKS: Final = re.compile(r"[\s.\-/]+")


class _Kind(Enum):
    """How a column's cells are read."""

    WORD = auto()
    CODE = auto()  # digits, perhaps with points between them
    RATE = auto()
    DAY = auto()
    WHERE = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class TaxColumn:
    """A column: its heading, the field of TaxRule it fills, and how wide its code is (Excel eats zeros in front)."""

    name: str
    field: str
    kind: _Kind
    width: int = 0


#: Every column, in the order they are written.
COLUMNS: Final = (
    TaxColumn("grupo", "group", _Kind.WORD),
    TaxColumn("ncm", "ncm_prefix", _Kind.CODE),
    TaxColumn("destino", "destination", _Kind.WHERE),
    TaxColumn("uf", "state", _Kind.WORD),
    TaxColumn("inicio", "valid_from", _Kind.DAY),
    TaxColumn("fim", "valid_to", _Kind.DAY),
    TaxColumn("cfop", "cfop", _Kind.CODE),
    TaxColumn("csosn", "csosn", _Kind.CODE),
    TaxColumn("cst_icms", "icms_cst", _Kind.CODE, 2),
    TaxColumn("aliquota_icms", "icms_rate", _Kind.RATE),
    TaxColumn("cst_pis", "pis_cst", _Kind.CODE, 2),
    TaxColumn("aliquota_pis", "pis_rate", _Kind.RATE),
    TaxColumn("cst_cofins", "cofins_cst", _Kind.CODE, 2),
    TaxColumn("aliquota_cofins", "cofins_rate", _Kind.RATE),
    TaxColumn("cest", "cest", _Kind.CODE, 7),
    TaxColumn("aliquota_interna_destino", "difal_rate", _Kind.RATE),
    TaxColumn("aliquota_interestadual", "interstate_rate", _Kind.RATE),
    TaxColumn("fcp_destino", "fcp_rate", _Kind.RATE),
    TaxColumn("difal_por_dentro", "difal_inside", _Kind.FLAG),
    TaxColumn("cst_ibs_cbs", "ibs_cbs_cst", _Kind.CODE, 3),
    TaxColumn("cclasstrib", "class_code", _Kind.CODE, 6),
    TaxColumn("aliquota_ibs_uf", "ibs_uf_rate", _Kind.RATE),
    TaxColumn("aliquota_ibs_municipio", "ibs_mun_rate", _Kind.RATE),
    TaxColumn("aliquota_cbs", "cbs_rate", _Kind.RATE),
    TaxColumn("carga_tributaria", "burden_rate", _Kind.RATE),
    TaxColumn("cbenef", "benefit_code", _Kind.WORD),
)
REQUIRED: Final = ("inicio", "cfop")
HEADINGS: Final = tuple(column.name for column in COLUMNS)
#: Which column a wrong field stands in.
COLUMN_OF_FIELD: Final = {column.field: column.name for column in COLUMNS}


class TaxSheetRefused(DomainError):
    """Nothing of a tax table was taken in, because of these places."""

    def __init__(self, errors: tuple[WrongTaxRule, ...]) -> None:
        super().__init__(len(errors))
        self.errors = errors


def _bare(heading: str) -> str:
    return "".join(letter for letter in folded(heading) if letter.isalnum())


_BY_HEADING: Final = {_bare(column.name): column for column in COLUMNS}


def recognised(headings: Sequence[str]) -> tuple[str | None, ...]:
    """The column of each heading, None for an empty one.

    Raises UnknownColumns, DuplicateColumn or MissingColumns.
    """
    unknown = tuple(each.strip()[:60] for each in headings if each.strip() and _bare(each) not in _BY_HEADING)
    if unknown:
        raise UnknownColumns(unknown)
    columns = tuple(_BY_HEADING[_bare(each)].name if each.strip() else None for each in headings)
    there = [column for column in columns if column is not None]
    for column in there:
        if there.count(column) > 1:
            raise DuplicateColumn(column)
    missing = tuple(column for column in REQUIRED if column not in there)
    if missing:
        raise MissingColumns(missing)
    return columns


def read_rules(sheet: Sheet) -> tuple[TaxRule, ...]:
    """The rows of a tax table, in the sheet's order.

    Raises TaxSheetRefused with everything that is wrong, by line as Excel counts and by column; UnknownColumns,
    DuplicateColumn or MissingColumns for its headings.
    """
    recognised(sheet.header)
    errors: list[WrongTaxRule] = []
    rules: list[tuple[int, TaxRule]] = []
    for row in sheet.rows:
        values, faults = _values(row)
        if not faults:
            rule = TaxRule(**values)
            faults = [
                WrongTaxRule(row.number, COLUMN_OF_FIELD[field], text) for field, text in contradictions(rule)
            ]
            rules.append((row.number, rule))
        errors += faults
    errors += _repetitions(rules)
    if errors:
        raise TaxSheetRefused(tuple(sorted(errors, key=lambda error: error.line)))
    return tuple(rule for _, rule in rules)


def rule_rows(rules: Iterable[TaxRule]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The headings and the lines of a table, each cell as text that `read_rules` takes back as it was."""
    return HEADINGS, tuple(
        tuple(_told(column, getattr(rule, column.field)) for column in COLUMNS) for rule in rules
    )


def _values(row: SheetRow) -> tuple[dict[str, Any], list[WrongTaxRule]]:
    """What the cells of a line say; empty cells leave the field as it is by itself."""
    values: dict[str, Any] = {}
    faults = [WrongTaxRule(row.number, _known(name), str(fault)) for name, fault in row.faults.items()]
    for heading, cell in row.cells.items():
        column = _BY_HEADING[_bare(heading)]
        text = " ".join(cell.split())
        if not text:
            continue
        try:
            values[column.field] = _READERS[column.kind](text, column)
        except (DomainError, ValueError):
            faults.append(WrongTaxRule(row.number, column.name, text[:_LONGEST_CELL]))
    wrong = {fault.column for fault in faults}
    missing = (column for column in COLUMNS if column.name in REQUIRED and column.field not in values)
    faults += [WrongTaxRule(row.number, column.name) for column in missing if column.name not in wrong]
    return values, faults


def _known(heading: str) -> str:
    column = _BY_HEADING.get(_bare(heading))
    return column.name if column else ""


def _word(text: str, column: TaxColumn) -> str:
    if len(text) > _LONGEST_CELL or "\0" in text:
        raise ValueError(text)
    return text if column.field == "group" else text.upper()


def _code(text: str, column: TaxColumn) -> str:
    bare = _MARKS.sub("", text)
    if not (bare.isascii() and bare.isdigit()) or len(bare) > 8:
        raise ValueError(text)
    return bare.zfill(column.width)


def _rate(text: str, column: TaxColumn) -> Decimal:
    if len(text) > 20:
        raise ValueError(text)
    return decimal_from_typed(text.removesuffix("%"), places=4, field=column.field)


def _where(text: str, _column: TaxColumn) -> Destination:
    word = folded(text)
    if word in {"qualquer", "todos"}:
        return Destination.ANY
    return Destination(word)


def _day(text: str, column: TaxColumn) -> date:
    day = read_cell(ListColumn(column.name, column.field, ListKind.DAY), text)
    if not isinstance(day, date):
        raise WrongDate(text, column.field)
    return day


def _flag(text: str, column: TaxColumn) -> bool:
    return read_cell(ListColumn(column.name, column.field, ListKind.FLAG), text) is True


_READERS: Final[Mapping[_Kind, Callable[[str, TaxColumn], object]]] = {
    _Kind.WORD: _word,
    _Kind.CODE: _code,
    _Kind.RATE: _rate,
    _Kind.DAY: _day,
    _Kind.WHERE: _where,
    _Kind.FLAG: _flag,
}


def _told(column: TaxColumn, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, Decimal):
        return _comma(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _comma(value: Decimal) -> str:
    """A rate with its places and a decimal comma, nothing for zero: 7,6 and 18."""
    if not value:
        return ""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _repetitions(rules: Sequence[tuple[int, TaxRule]]) -> list[WrongTaxRule]:
    """Lines that speak of the same goods on the same day as one before them; the text is that one's line."""
    alike: dict[object, list[tuple[int, TaxRule]]] = defaultdict(list)
    errors = []
    for line, rule in rules:
        before = alike[rule.group, rule.ncm_prefix, rule.destination, rule.state]
        same = next((number for number, other in before if _overlap(rule, other)), None)
        if same is not None:
            errors.append(WrongTaxRule(line, "inicio", str(same)))
        before.append((line, rule))
    return errors


def _overlap(one: TaxRule, other: TaxRule) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)
