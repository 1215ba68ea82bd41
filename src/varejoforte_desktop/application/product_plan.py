"""What a product list would do to the catalogue, line by line, with everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from varejoforte_desktop.application.product_sheet import (
    COLUMN_OF_FIELD,
    COLUMNS,
    Kind,
    SheetRow,
    empty_value,
    read_cell,
)
from varejoforte_desktop.application.questions import ExportRow, FieldChange
from varejoforte_desktop.domain.errors import (
    BarcodeTaken,
    DomainError,
    Missing,
    Negative,
    PromotionOutOfOrder,
)
from varejoforte_desktop.domain.product import NONE, Product
from varejoforte_desktop.domain.sheet_errors import RepeatedInSheet
from varejoforte_desktop.domain.texts import folded

_BLANK: Final = Product(reference="?", name="?")
#: Brand and category are compared by name; the other two are the books' own.
_SEEN: Final = tuple(
    each.name for each in fields(Product) if each.name not in {"id", "version", "brand_id", "category_id"}
)
_PROMOTION: Final = frozenset({"preco", "preco_promocional", "inicio_promocao", "fim_promocao"})

#: Who holds a barcode, other than the product with this id.
BarcodeHolder = Callable[[str, int], Product | None]


class Action(StrEnum):
    """What a line would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong on a line: its number as Excel shows it, the column ("" for the whole line), and the fact."""

    number: int
    column: str
    error: DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """What one line would do. `changes` names fields of the product, and brand, category and on_hand.

    `before` of a change is None on a new product; a line with errors shows no changes.
    """

    number: int
    reference: str
    name: str
    action: Action
    changes: tuple[FieldChange, ...]
    errors: tuple[LineError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What a whole list would do. `counts` has every action; `moved` is how many shelves get another number.

    A list that was exported yesterday holds yesterday's stock: ask before putting it back (`Sheet.without`).
    """

    lines: tuple[PlannedLine, ...]
    counts: Mapping[Action, int]
    moved: int

    @property
    def errors(self) -> tuple[LineError, ...]:
        """Everything that is wrong, in the order of the lines."""
        return tuple(error for line in self.lines for error in line.errors)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A line half way between the sheet and the books. None for brand, category or counted: nothing to do."""

    number: int
    reference: str
    before: Product | None
    after: Product = _BLANK
    brand: str | None = None
    category: str | None = None
    on_hand: Decimal = NONE
    counted: Decimal | None = None
    changes: list[FieldChange] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)

    @property
    def action(self) -> Action:
        """What the line would do."""
        if self.errors:
            return Action.ERROR
        if self.before is None:
            return Action.NEW
        return Action.CHANGED if self.changes else Action.UNCHANGED

    @property
    def moves(self) -> Decimal:
        """How much the number on the shelf changes."""
        return NONE if self.counted is None else self.counted - self.on_hand

    @property
    def other_barcode(self) -> bool:
        """Whether the barcode is not the one in the books."""
        return self.after.barcode != ("" if self.before is None else self.before.barcode)

    def wrong(self, column: str, error: DomainError) -> None:
        """Note what is wrong, once a column."""
        if all(each.column != column for each in self.errors):
            self.errors.append(LineError(self.number, column, error))

    def planned(self) -> PlannedLine:
        """The line as it is shown."""
        return PlannedLine(
            number=self.number,
            reference=self.reference,
            name=self.after.name,
            action=self.action,
            changes=() if self.errors else tuple(self.changes),
            errors=tuple(self.errors),
        )


def reference_of(row: SheetRow) -> str:
    """The reference a line is about, "" when it has none that could be looked for (PostgreSQL refuses a zero byte)."""
    reference = row.cells.get("referencia", "").strip()
    return "" if "\0" in reference else reference


def counts_stock(row: SheetRow) -> bool:
    """Whether the line says how many there are."""
    return bool(row.cells.get("estoque", "").strip())


def drafted(rows: Sequence[SheetRow], kept: Mapping[str, ExportRow], holder: BarcodeHolder) -> list[Draft]:
    """All lines read and checked, against one another and against the books; `kept` is by folded reference."""
    drafts = [_draft(row, kept.get(folded(reference_of(row)))) for row in rows]
    _refuse_repeated(drafts)
    in_sheet = {draft.before.id for draft in drafts if draft.before is not None}
    for draft in drafts:
        if draft.after.barcode and draft.other_barcode:
            other = holder(draft.after.barcode, draft.after.id)
            # One that is in the sheet too gives the barcode up there, or the sheet repeats it.
            if other is not None and other.id not in in_sheet:
                draft.wrong("ean", BarcodeTaken(draft.after.barcode, other.reference))
    return drafts


def planned(drafts: Iterable[Draft]) -> ImportPlan:
    """The plan that is shown before anything happens."""
    lines = tuple(draft.planned() for draft in drafts)
    counts = dict.fromkeys(Action, 0)
    for line in lines:
        counts[line.action] += 1
    moved = sum(change.field == "on_hand" for line in lines for change in line.changes)
    return ImportPlan(lines=lines, counts=counts, moved=moved)


def _draft(row: SheetRow, kept: ExportRow | None) -> Draft:
    draft = Draft(
        number=row.number,
        reference=reference_of(row),
        before=None if kept is None else kept.product,
        on_hand=NONE if kept is None else kept.on_hand,
    )
    said = _said(row, draft)
    if not draft.reference:
        draft.wrong("referencia", Missing("reference"))
    if kept is not None:
        said.pop("reference", None)  # found by it, so it is the same, whatever its capitals
    draft.brand = said.pop("brand", None)
    draft.category = said.pop("category", None)
    counted: Decimal | None = said.pop("on_hand", None)
    base = replace(_BLANK, name="") if draft.before is None else draft.before
    draft.after = _checked(replace(base, **said), draft)
    if counted is not None:
        _count(draft, counted)
    _compare(draft, kept)
    return draft


def _said(row: SheetRow, draft: Draft) -> dict[str, Any]:
    """What the line's cells say, by field; cells that cannot be understood are noted as errors."""
    if "" in row.faults:
        draft.wrong("", row.faults[""])
    said: dict[str, Any] = {}
    for column in COLUMNS:
        if column.name in row.faults:
            draft.wrong(column.name, row.faults[column.name])
        elif (text := row.cells.get(column.name)) is None:
            continue
        elif text and (column.kind is Kind.TEXT or not text.isspace()):
            try:
                said[column.field] = read_cell(column, text)
            except DomainError as error:
                draft.wrong(column.name, error)
        elif column.erases:
            said[column.field] = empty_value(column)
    return said


def _checked(product: Product, draft: Draft) -> Product:
    """The product tidied. Each wrong field is noted and put out of the way, so that the next one is seen too."""
    while True:
        try:
            return product.checked()
        except DomainError as error:
            name = error.field or ""
            unclear = isinstance(error, PromotionOutOfOrder) and any(
                each.column in _PROMOTION for each in draft.errors
            )
            if not unclear:
                draft.wrong(COLUMN_OF_FIELD.get(name, ""), error)
            harmless = getattr(_BLANK, name, None)
            if harmless is None or getattr(product, name) == harmless:
                return product  # nothing to put out of the way: this line is refused as it is
            product = replace(product, **{name: harmless})


def _count(draft: Draft, counted: Decimal) -> None:
    try:
        draft.counted = draft.after.measured(counted)
        if counted < 0:
            raise Negative("on_hand")
    except DomainError as error:
        draft.wrong("estoque", error)


def _compare(draft: Draft, kept: ExportRow | None) -> None:
    """Note what changes; what is said but already so is nothing to do."""
    before = _BLANK if draft.before is None else draft.before
    for name in _SEEN:
        was, becomes = getattr(before, name), getattr(draft.after, name)
        if was != becomes:
            draft.changes.append(FieldChange(field=name, before=None if kept is None else was, after=becomes))
    draft.brand = _renamed(draft, "brand", "" if kept is None else kept.brand, draft.brand)
    draft.category = _renamed(draft, "category", "" if kept is None else kept.category, draft.category)
    if draft.moves:
        draft.changes.append(
            FieldChange(field="on_hand", before=None if kept is None else draft.on_hand, after=draft.counted)
        )


def _renamed(draft: Draft, name: str, was: str, becomes: str | None) -> str | None:
    """The name when it is another one; capitals and accents alone make none, as in the books."""
    if becomes is None or folded(becomes) == folded(was):
        return None
    draft.changes.append(FieldChange(field=name, before=None if draft.before is None else was, after=becomes))
    return becomes


def _refuse_repeated(drafts: Iterable[Draft]) -> None:
    references: dict[str, Draft] = {}
    barcodes: dict[str, Draft] = {}
    for draft in drafts:
        if draft.reference:
            first = references.setdefault(folded(draft.reference), draft)
            if first is not draft:
                draft.wrong("referencia", RepeatedInSheet("reference", draft.reference, first.number))
        if draft.after.barcode:
            first = barcodes.setdefault(draft.after.barcode, draft)
            if first is not draft and (draft.other_barcode or first.other_barcode):
                draft.wrong("ean", RepeatedInSheet("barcode", draft.after.barcode, first.number))
