"""Taking in a product list: first what it would do, line by line, then all of it at once or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from varejoforte_desktop.application.catalogue import note_prices, owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_inbox import owe_stock
from varejoforte_desktop.application.ports import Movement, Names, UnitOfWork
from varejoforte_desktop.application.product_plan import (
    Action,
    Draft,
    ImportPlan,
    LineError,
    counts_stock,
    drafted,
    planned,
    reference_of,
)
from varejoforte_desktop.application.product_sheet import SheetRow
from varejoforte_desktop.application.questions import ExportRow, Reader
from varejoforte_desktop.domain.audit import AuditAction, units
from varejoforte_desktop.domain.errors import ChangedMeanwhile, DomainError, InsufficientStock
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import NONE, Product, owed_aspects
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.texts import folded

_STOCK: Final = frozenset({Aspect.STOCK})
_LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReceipt:
    """What an import did: products new, changed and left alone, and shelves whose number moved."""

    new: int
    changed: int
    unchanged: int
    moved: int


class ImportRefused(DomainError):
    """Nothing was taken in, because of these lines."""

    def __init__(self, errors: tuple[LineError, ...]) -> None:
        super().__init__(len(errors))
        self.errors = errors


def plan_import(reader: Reader, rows: Sequence[SheetRow], *, by: Actor) -> ImportPlan:
    """What taking in these lines would do, with everything that is wrong; changes nothing.

    Raises NotAllowed when `by` may not import, or may not count stock and a line does.
    """
    _check_rights(rows, by)
    books = reader.export_rows()
    under_bars: dict[str, list[Product]] = defaultdict(list)
    for each in books:
        under_bars[each.product.barcode].append(each.product)

    def holder(barcode: str, other_than: int) -> Product | None:
        return next((product for product in under_bars.get(barcode, ()) if product.id != other_than), None)

    return planned(drafted(rows, {folded(each.product.reference): each for each in books}, holder))


def apply_import(
    uow: UnitOfWork, rows: Sequence[SheetRow], *, source: str, token_prefix: str, by: Actor
) -> ImportReceipt:
    """Take in these lines, all of them, and owe the store what follows.

    `source` is the file's name, for the ledger; `token_prefix` a uuid made when the file was chosen: the same lines
    under the same prefix move no shelf twice. The lines are planned again, on the books as they are now.

    Raises NotAllowed, ImportRefused (with every wrong line) or ChangedMeanwhile; then nothing has happened.
    """
    _check_rights(rows, by)
    drafts = drafted(
        rows,
        _kept(uow, rows),
        lambda barcode, other_than: uow.products.with_barcode(barcode, other_than=other_than),
    )
    errors = tuple(error for draft in drafts for error in draft.errors)
    if errors:
        raise ImportRefused(errors)
    counts = {action: sum(draft.action is action for draft in drafts) for action in Action}
    _name(uow, drafts)
    _save_changed(uow, drafts, by=by)
    _add_new(uow, drafts)
    moved = _move(uow, drafts, source=source, token_prefix=token_prefix, by=by)
    _owe(uow, drafts, moved)
    if counts[Action.NEW] or counts[Action.CHANGED]:
        owe_stock(uow, uow.orders.recognise())  # an open order may have waited for one of them
        uow.touch(Topic.PRODUCTS)
    return ImportReceipt(
        new=counts[Action.NEW],
        changed=counts[Action.CHANGED],
        unchanged=counts[Action.UNCHANGED],
        moved=len(moved),
    )


def _check_rights(rows: Iterable[SheetRow], by: Actor) -> None:
    by.needs(Permission.IMPORT_CATALOGUE)
    if any(counts_stock(row) for row in rows):
        by.needs(Permission.ADJUST_STOCK)


def _kept(uow: UnitOfWork, rows: Sequence[SheetRow]) -> dict[str, ExportRow]:
    """What the books hold under the sheet's references, by folded reference."""
    asked = {folded(reference): reference for row in rows if (reference := reference_of(row))}
    products = uow.products.by_references(asked.values())
    counted = {folded(reference_of(row)) for row in rows if counts_stock(row)}
    brands = {
        brand_id: uow.brands.get(brand_id).name for brand_id in _ids(p.brand_id for p in products.values())
    }
    paths = {each: _path(uow.categories, each) for each in _ids(p.category_id for p in products.values())}
    kept: dict[str, ExportRow] = {}
    # In the order of the ids, as every station does: on PostgreSQL looking at a shelf locks it.
    for reference, product in sorted(products.items(), key=lambda pair: pair[1].id):
        key = folded(reference)
        kept[key] = ExportRow(
            product=product,
            brand="" if product.brand_id is None else brands[product.brand_id],
            category="" if product.category_id is None else paths[product.category_id],
            on_hand=uow.shelf.on_hand(product.id) if key in counted else NONE,
        )
    return kept


def _ids(ids: Iterable[int | None]) -> set[int]:
    return {each for each in ids if each is not None}


def _path(categories: Names, category_id: int) -> str:
    names: list[str] = []
    above: int | None = category_id
    while above is not None:
        shelf = categories.get(above)
        names.append(shelf.name)
        above = shelf.parent_id
    return " > ".join(reversed(names))


def _name(uow: UnitOfWork, drafts: Iterable[Draft]) -> None:
    """Give each product the ids of its brand and category; names that are new are owed to the store too."""
    new: list[Subject] = []
    known: dict[tuple[SubjectKind, str], int | None] = {}

    def id_of(kind: SubjectKind, names: Names, name: str) -> int | None:
        key = (kind, folded(name))
        if key not in known:
            known[key], made = names.ensure(name) if name else (None, [])
            new.extend(Subject(kind, each) for each in made)
        return known[key]

    for draft in drafts:
        if draft.brand is not None:
            brand_id = id_of(SubjectKind.BRAND, uow.brands, draft.brand)
            draft.after = replace(draft.after, brand_id=brand_id)
        if draft.category is not None:
            category_id = id_of(SubjectKind.CATEGORY, uow.categories, draft.category)
            draft.after = replace(draft.after, category_id=category_id)
    if new:
        owe(uow, new, (Aspect.CONTENT,))


def _save_changed(uow: UnitOfWork, drafts: Iterable[Draft], *, by: Actor) -> None:
    changed = [draft for draft in drafts if draft.before is not None and draft.after != draft.before]
    if not changed:
        return
    uow.products.save_many([draft.after for draft in changed])
    now = uow.products.by_references(draft.after.reference for draft in changed)
    for draft in changed:
        draft.after = replace(draft.after, version=draft.after.version + 1)
        # Another station may have saved it after we looked; then ours found no such version and changed nothing.
        if now.get(draft.after.reference) != draft.after:
            raise ChangedMeanwhile("product", draft.after.reference)
        note_prices(uow, draft.before, draft.after, by=by)


def _add_new(uow: UnitOfWork, drafts: Iterable[Draft]) -> None:
    new = [draft for draft in drafts if draft.before is None]
    ids = uow.products.add([draft.after for draft in new])
    for draft, new_id in zip(new, ids, strict=True):
        draft.after = replace(draft.after, id=new_id, version=1)


def _move(uow: UnitOfWork, drafts: Iterable[Draft], *, source: str, token_prefix: str, by: Actor) -> set[int]:
    """Write what was counted into the ledger and on the shelf; gives the products whose number moved."""
    reason = f"Importação de planilha {' '.join(source.split())}"[:_LONGEST_REASON].strip()
    moved: set[int] = set()
    for draft in drafts:
        if not draft.moves:
            continue
        movement = Movement(
            product_id=draft.after.id,
            kind=MovementKind.OPENING if draft.before is None else MovementKind.ADJUSTMENT,
            amount=draft.moves,
            balance=draft.on_hand + draft.moves,
            reason=reason,
            document="",
            operator_id=by.operator_id,
            station=by.station,
            token=str(uuid5(NAMESPACE_URL, f"varejoforte:import:{token_prefix}:{draft.number}")),
        )
        # The ledger first: a line that is there already was moved by the same import, before.
        if uow.shelf.record(movement, uow.now):
            _put(uow, draft)
            moved.add(draft.after.id)
            _note_count(uow, draft, movement, by)
    if moved:
        uow.touch(Topic.STOCK, Topic.PRODUCTS)
    return moved


def _note_count(uow: UnitOfWork, draft: Draft, movement: Movement, by: Actor) -> None:
    """What a sheet says of a shelf that was there already is an adjustment like one made by hand."""
    if movement.kind is MovementKind.ADJUSTMENT:
        uow.audit.note(
            AuditAction.STOCK_ADJUSTED,
            draft.after.reference,
            by=by,
            before={"on_hand": units(draft.on_hand)},
            after={
                "on_hand": units(movement.balance),
                "kind": movement.kind.value,
                "reason": movement.reason,
            },
        )


def _put(uow: UnitOfWork, draft: Draft) -> None:
    if draft.moves > 0:
        uow.shelf.put(draft.after.id, draft.moves)
    elif uow.shelf.take(draft.after.id, -draft.moves) is None:
        raise InsufficientStock(draft.reference, wanted=str(-draft.moves), on_hand=str(draft.on_hand))


def _owe(uow: UnitOfWork, drafts: Iterable[Draft], moved: set[int]) -> None:
    """Owe the store what changed, with one statement for all products that owe the same."""
    owing: dict[frozenset[Aspect], list[Subject]] = defaultdict(list)
    for draft in drafts:
        aspects = owed_aspects(draft.before, draft.after)
        if draft.after.id in moved and draft.after.sell_online:
            aspects |= _STOCK
        if aspects:
            owing[aspects].append(Subject(SubjectKind.PRODUCT, draft.after.id))
    for aspects, subjects in owing.items():
        owe(uow, subjects, aspects)
