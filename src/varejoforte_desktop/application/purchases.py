"""Taking in a supplier's note: goods, costs, chosen prices and what the store must hear, at once or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from varejoforte_desktop.application.catalogue import note_prices, owe, save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import Movement, UnitOfWork
from varejoforte_desktop.application.purchase_plan import ProductEffect, product_effect
from varejoforte_desktop.application.purchase_ports import EnteredLine, KeptEffect, Learned
from varejoforte_desktop.domain.audit import AuditAction, reais
from varejoforte_desktop.domain.errors import ChangedMeanwhile, NoSuchRecord
from varejoforte_desktop.domain.fiscal_errors import PurchaseRefused
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import NONE, Product, owed_aspects
from varejoforte_desktop.domain.purchase import (
    ONE,
    LineChoice,
    NoteLine,
    PurchaseNote,
    StockedProduct,
    entered_quantity,
    unit_cost,
)
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.texts import folded

_LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReceipt:
    """What came of entering a note: lines and products by what happened to them."""

    purchase_id: int
    number: int
    entered: int
    left_out: int
    new_products: int
    costs: int
    prices: int
    told: int  # products of which the store will hear


def enter_purchase(
    uow: UnitOfWork,
    note: PurchaseNote,
    choices: Sequence[LineChoice],
    *,
    own_cnpj: str,
    accept_unproven: bool = False,
    less_icms: bool = False,
    by: Actor,
) -> PurchaseReceipt:
    """Take in a note: goods onto the shelf, costs, the prices that were chosen, and what the store has to hear.

    Every line needs a choice. `accept_unproven`: somebody answers for a note that is not proven; `less_icms` takes
    the creditable ICMS off the costs. Raises NotAllowed, FiscalNotReady, PurchaseRefused (repeated, recipient, own,
    direction, unproven, unmatched, nothing), ChangedMeanwhile, NoSuchRecord or the DomainError of a wrong field;
    then nothing has happened.
    """
    by.needs(Permission.ENTER_PURCHASES)
    note.check_for(own_cnpj)
    if not note.proven and not accept_unproven:
        raise PurchaseRefused("unproven", str(note.number))
    decided = _decided(note, choices)
    if any(choice.new is not None or choice.price is not None for choice in decided.values()):
        by.needs(Permission.EDIT_CATALOGUE)
    supplier_id = uow.purchases.keep_supplier(note.supplier, uow.now)
    purchase_id = uow.purchases.add(
        note, supplier_id=supplier_id, operator_id=by.operator_id, station=by.station, at=uow.now
    )
    if purchase_id is None:
        raise PurchaseRefused("repeated", str(note.number))
    entering = _Entering(uow, note, decided, purchase_id=purchase_id, less_icms=less_icms, by=by)
    entering.make_new()
    entering.change_products()
    entering.move_goods()
    entering.tell_the_store()
    uow.purchases.add_lines(purchase_id, entering.lines())
    uow.purchases.add_effects(purchase_id, entering.effects())
    uow.purchases.learn(supplier_id, entering.learned(), uow.now)
    receipt = entering.receipt(purchase_id)
    _note(uow, note, receipt, by=by)
    uow.touch(Topic.PURCHASES, Topic.STOCK, Topic.PRODUCTS)
    return receipt


def save_repriced(uow: UnitOfWork, changed: Sequence[tuple[Product, Product]], *, by: Actor) -> list[Product]:
    """Keep products with other costs or prices, each as it was and as it is to be; gives them as kept.

    Raises ChangedMeanwhile when another station saved one after it was read here.
    """
    uow.products.save_many([after for _, after in changed])
    now = uow.sheets.products([after.id for _, after in changed])
    kept = []
    for before, wanted in changed:
        after = replace(wanted, version=wanted.version + 1)
        # With another version in the books ours found no such line and changed nothing.
        if after.id not in now or now[after.id].product != after:
            raise ChangedMeanwhile("product", after.reference)
        note_prices(uow, before, after, by=by)
        kept.append(after)
    return kept


def _decided(note: PurchaseNote, choices: Sequence[LineChoice]) -> dict[int, LineChoice]:
    decided = {choice.place: choice for choice in choices}
    missing = [str(line.place) for line in note.lines if line.place not in decided]
    if missing:
        raise PurchaseRefused("unmatched", ", ".join(missing[:20]))
    if all(decided[line.place].left_out for line in note.lines):
        raise PurchaseRefused("nothing")
    return decided


def _note(uow: UnitOfWork, note: PurchaseNote, receipt: PurchaseReceipt, *, by: Actor) -> None:
    uow.audit.note(
        AuditAction.PURCHASE_ENTERED,
        note.key,
        by=by,
        before={},
        after={
            "number": str(note.number),
            "supplier": note.supplier.name,
            "total": reais(note.total),
            "lines": str(receipt.entered),
            "left_out": str(receipt.left_out),
            "proven": "yes" if note.proven else "no",
        },
    )


class _Entering:
    """A note on its way into the books, within one transaction."""

    def __init__(
        self,
        uow: UnitOfWork,
        note: PurchaseNote,
        decided: dict[int, LineChoice],
        *,
        purchase_id: int,
        less_icms: bool,
        by: Actor,
    ) -> None:
        self._purchase_id = purchase_id
        self._uow, self._note, self._decided, self._by = uow, note, decided, by
        self._less_icms = less_icms
        #: Which product each line is, by its place.
        self._product_of: dict[int, int] = {
            place: choice.product_id for place, choice in decided.items() if choice.product_id is not None
        }
        self._effects: dict[int, ProductEffect] = {}
        self._made: set[int] = set()
        self._told = 0

    def make_new(self) -> None:
        """Keep the new products; lines with the same reference are one."""
        groups: dict[str, list[NoteLine]] = defaultdict(list)
        for line in self._note.lines:
            choice = self._decided[line.place]
            if choice.new is not None and choice.product_id is None:
                groups[folded(choice.new.reference.strip())].append(line)
        for lines in groups.values():
            choice = self._decided[lines[0].place]
            if choice.new is None:
                continue
            draft = choice.new.checked()
            effect = product_effect(
                StockedProduct(product=draft), self._parts(lines), less_icms=self._less_icms
            )
            kept = save_product(self._uow, effect.after, brand="", category="", by=self._by)
            self._made.add(kept.id)
            self._effects[kept.id] = replace(effect, after=kept)
            self._product_of |= dict.fromkeys((line.place for line in lines), kept.id)

    def change_products(self) -> None:
        """Give the products that were there already their new costs and prices."""
        ids = sorted(set(self._product_of.values()) - self._made)
        sheets = self._uow.sheets.products(ids)
        for product_id in ids:
            if product_id not in sheets:
                raise NoSuchRecord("product", str(product_id))
            sheet = sheets[product_id]
            lines = self._lines_of(product_id)
            self._refuse_stale(sheet.product, lines)
            effect = product_effect(
                StockedProduct(product=sheet.product, on_hand=sheet.on_hand, open_online=sheet.open_online),
                self._parts(lines),
                less_icms=self._less_icms,
            )
            if effect.after != sheet.product:
                effect = replace(effect, after=effect.after.checked())
            self._effects[product_id] = effect
        changed = [
            self._effects[each] for each in ids if self._effects[each].costs or self._effects[each].reprices
        ]
        for product in save_repriced(
            self._uow, [(each.before.product, each.after) for each in changed], by=self._by
        ):
            self._effects[product.id] = replace(self._effects[product.id], after=product)

    def _refuse_stale(self, product: Product, lines: Iterable[NoteLine]) -> None:
        """A price somebody else changed meanwhile is not overwritten unseen."""
        for line in lines:
            choice = self._decided[line.place]
            if choice.price is not None and choice.seen not in {None, product.version}:
                raise ChangedMeanwhile("product", product.reference)

    def _parts(self, lines: Iterable[NoteLine]) -> list[tuple[NoteLine, LineChoice]]:
        return [(line, self._decided[line.place]) for line in lines]

    def _lines_of(self, product_id: int) -> list[NoteLine]:
        return self._by_product().get(product_id, [])

    def _by_product(self) -> dict[int, list[NoteLine]]:
        found: dict[int, list[NoteLine]] = defaultdict(list)
        for line in self._note.lines:
            if line.place in self._product_of:
                found[self._product_of[line.place]].append(line)
        return found

    def move_goods(self) -> None:
        """Put what came on the shelves, each line once; in the order of the ids, as every station does."""
        supplier = self._note.supplier.name
        for product_id, lines in sorted(self._by_product().items()):
            for line in lines:
                entered = entered_quantity(line, self._decided[line.place].factor)
                movement = Movement(
                    product_id=product_id,
                    kind=MovementKind.ENTRY,
                    amount=entered,
                    balance=self._uow.shelf.put(product_id, entered),
                    reason=f"Compra de {supplier}"[:_LONGEST_REASON].strip(),
                    document=f"NF-e {self._note.number}",
                    operator_id=self._by.operator_id,
                    station=self._by.station,
                    token=str(
                        uuid5(
                            NAMESPACE_URL,
                            f"varejoforte:purchase:{self._purchase_id}:{self._note.key}:{line.place}",
                        )
                    ),
                )
                if not self._uow.shelf.record(movement, self._uow.now):
                    raise PurchaseRefused("repeated", str(self._note.number))

    def tell_the_store(self) -> None:
        """Owe the store what changed, with one statement for all products that owe the same."""
        owing: dict[frozenset[Aspect], list[Subject]] = defaultdict(list)
        for product_id, effect in self._effects.items():
            if product_id in self._made:  # the catalogue has owed it already, but for the shelf
                aspects: frozenset[Aspect] = frozenset()
            else:
                aspects = owed_aspects(effect.before.product, effect.after)
            if effect.after.sell_online:
                aspects |= {Aspect.STOCK}
            if aspects:
                owing[aspects].append(Subject(SubjectKind.PRODUCT, product_id))
        for aspects, subjects in owing.items():
            owe(self._uow, subjects, aspects)
            self._told += len(subjects)

    def lines(self) -> list[EnteredLine]:
        """What became of each line, for the books."""
        return [self._entered(line) for line in self._note.lines]

    def _entered(self, line: NoteLine) -> EnteredLine:
        choice, product_id = self._decided[line.place], self._product_of.get(line.place)
        if product_id is None:
            return EnteredLine(
                line=line, product_id=None, factor=ONE, entered=NONE, unit_cost=NONE, set_cost=False
            )
        entered = entered_quantity(line, choice.factor)
        return EnteredLine(
            line=line,
            product_id=product_id,
            factor=choice.factor,
            entered=entered,
            unit_cost=unit_cost([(line, entered)], less_icms=self._less_icms),
            set_cost=choice.set_cost,
        )

    def effects(self) -> list[KeptEffect]:
        """What became of costs and prices of products that were there before, so that it can be taken back."""
        return [
            KeptEffect(
                product_id=product_id,
                cost_before=effect.before.product.cost,
                cost_after=effect.after.cost,
                price_before=effect.before.product.price,
                price_after=effect.after.price,
            )
            for product_id, effect in sorted(self._effects.items())
            if product_id not in self._made and (effect.costs or effect.reprices)
        ]

    def learned(self) -> list[Learned]:
        """What the supplier's codes mean from now on."""
        return [
            Learned(
                code=line.code,
                product_id=self._product_of[line.place],
                factor=self._decided[line.place].factor,
                unit=line.unit_key,
            )
            for line in self._note.lines
            if line.code and line.place in self._product_of
        ]

    def receipt(self, purchase_id: int) -> PurchaseReceipt:
        """What was done."""
        old = [effect for each, effect in self._effects.items() if each not in self._made]
        return PurchaseReceipt(
            purchase_id=purchase_id,
            number=self._note.number,
            entered=len(self._product_of),
            left_out=len(self._note.lines) - len(self._product_of),
            new_products=len(self._made),
            costs=sum(effect.costs for effect in old),
            prices=sum(effect.reprices for effect in old),
            told=self._told,
        )
