"""Taking back a purchase that entered: the goods leave the shelf, costs and prices are what they were, all at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import Movement, UnitOfWork
from varejoforte_desktop.application.purchase_ports import KeptEffect, KeptLine, KeptPurchase
from varejoforte_desktop.application.purchases import save_repriced
from varejoforte_desktop.domain.audit import AuditAction, reais
from varejoforte_desktop.domain.errors import Missing, PromotionOutOfOrder
from varejoforte_desktop.domain.fiscal_errors import PurchaseRefused
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product, owed_aspects
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.texts import keepable

_LONGEST_REASON: Final = 200
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReceipt:
    """What came of taking a purchase back. `kept`: products whose cost or price somebody changed since; they stay."""

    purchase_id: int
    number: int
    lines: int
    costs: int
    prices: int
    kept: int
    told: int  # products of which the store will hear


def undo_purchase(
    uow: UnitOfWork, purchase_id: int, *, reason: str, by: Actor, approved_by: Actor | None = None
) -> UndoReceipt:
    """Take a purchase back, once: its goods leave the shelf, costs and prices that still are what it made them are
    what they were before, what it taught of the supplier's codes is forgotten, and its file may enter again.

    Products that it made stay in the catalogue. `approved_by` is a supervisor where `by` may not adjust the stock
    alone. Raises NotAllowed, Missing, NoSuchRecord, PurchaseRefused (undone, sold, promised; the facts name the
    products) or ChangedMeanwhile; then nothing has happened.
    """
    by.needs(Permission.ENTER_PURCHASES)
    (approved_by or by).needs(Permission.ADJUST_STOCK)
    tidy = " ".join(keepable(reason).split())[:_LONGEST_REASON].strip()
    if not tidy:
        raise Missing("reason")
    if not uow.purchases.undo(purchase_id, operator_id=by.operator_id, reason=tidy, at=uow.now):
        kept = uow.purchases.get(purchase_id)
        raise PurchaseRefused("undone", str(kept.number))
    undoing = _Undoing(uow, uow.purchases.get(purchase_id), reason=tidy, by=by)
    undoing.restore_products()
    undoing.take_goods()
    undoing.tell_the_store()
    receipt = undoing.receipt()
    purchase = undoing.purchase
    uow.purchases.unlearn(purchase.supplier_id, (line.code for line in purchase.lines), uow.now)
    _note(uow, purchase, receipt, tidy, by=by, approved_by=approved_by)
    uow.touch(Topic.PURCHASES, Topic.STOCK, Topic.PRODUCTS)
    return receipt


def _note(
    uow: UnitOfWork,
    purchase: KeptPurchase,
    receipt: UndoReceipt,
    reason: str,
    *,
    by: Actor,
    approved_by: Actor | None,
) -> None:
    approver = {} if approved_by is None else {"approved_by": approved_by.name}
    uow.audit.note(
        AuditAction.PURCHASE_UNDONE,
        purchase.key,
        by=by,
        before={
            "number": str(purchase.number),
            "supplier": purchase.supplier,
            "total": reais(purchase.total),
            "lines": str(receipt.lines),
        },
        after={"reason": reason, **approver},
    )


class _Undoing:
    """A purchase on its way out of the books, within one transaction."""

    def __init__(self, uow: UnitOfWork, purchase: KeptPurchase, *, reason: str, by: Actor) -> None:
        self._uow, self.purchase, self._reason, self._by = uow, purchase, reason, by
        self._sheets = uow.sheets.products(sorted({line.product_id for line in purchase.lines}))
        #: Products that are again what they were, as they stood and as they are now.
        self._restored: dict[int, tuple[Product, Product]] = {}
        self._told = 0

    def restore_products(self) -> None:
        """Give back the costs and prices that nobody has changed since; in the order of the ids, as every station."""
        wanted = []
        for effect in sorted(self.purchase.effects, key=lambda each: each.product_id):
            before = self._sheets[effect.product_id].product
            after = _as_it_was(before, effect)
            if after != before:
                wanted.append((before, after))
        kept = save_repriced(self._uow, wanted, by=self._by)
        self._restored = {after.id: (before, after) for (before, _), after in zip(wanted, kept, strict=True)}

    def take_goods(self) -> None:
        """Take what came off the shelves again. Raises PurchaseRefused for goods that are gone or promised."""
        gone: list[str] = []
        promised: list[str] = []
        lines: dict[int, list[KeptLine]] = defaultdict(list)
        for line in self.purchase.lines:
            lines[line.product_id].append(line)
        for product_id, parts in sorted(lines.items()):
            sheet, left = self._sheets[product_id], None
            for line in parts:
                left = self._take(line)
                if left is None:
                    gone.append(sheet.product.reference)
                    break
            if left is not None and left < sheet.open_online:
                promised.append(sheet.product.reference)
        for why, references in (("sold", gone), ("promised", promised)):
            if references:
                raise PurchaseRefused(why, _listed(references))

    def _take(self, line: KeptLine) -> Decimal | None:
        """What is left on the shelf, None when there was not enough."""
        left = self._uow.shelf.take(line.product_id, line.entered)
        if left is None:
            return None
        token = f"varejoforte:purchase:{self.purchase.id}:{self.purchase.key}:{line.place}:undone"
        movement = Movement(
            product_id=line.product_id,
            kind=MovementKind.EXIT,
            amount=-line.entered,
            balance=left,
            reason=f"Entrada desfeita: {self._reason}"[:_LONGEST_REASON].strip(),
            document=f"NF-e {self.purchase.number}",
            operator_id=self._by.operator_id,
            station=self._by.station,
            token=str(uuid5(NAMESPACE_URL, token)),
        )
        if not self._uow.shelf.record(movement, self._uow.now):
            raise AssertionError("a ledger line of taking back a purchase that was not taken back yet exists")
        return left

    def tell_the_store(self) -> None:
        """Owe the store the new numbers and prices, with one statement for all products that owe the same."""
        owing: dict[frozenset[Aspect], list[Subject]] = defaultdict(list)
        for product_id, sheet in sorted(self._sheets.items()):
            before, after = self._restored.get(product_id, (sheet.product, sheet.product))
            aspects = owed_aspects(before, after)
            if after.sell_online:
                aspects |= {Aspect.STOCK}
            if aspects:
                owing[aspects].append(Subject(SubjectKind.PRODUCT, product_id))
        for aspects, subjects in owing.items():
            owe(self._uow, subjects, aspects)
            self._told += len(subjects)

    def receipt(self) -> UndoReceipt:
        """What was done."""
        restored = self._restored.values()
        return UndoReceipt(
            purchase_id=self.purchase.id,
            number=self.purchase.number,
            lines=len(self.purchase.lines),
            costs=sum(before.cost != after.cost for before, after in restored),
            prices=sum(before.price != after.price for before, after in restored),
            kept=sum(not self._given_back(effect) for effect in self.purchase.effects),
            told=self._told,
        )

    def _given_back(self, effect: KeptEffect) -> bool:
        """Whether the product is again what it was before the purchase."""
        now = self._restored.get(effect.product_id, (None, self._sheets[effect.product_id].product))[1]
        return (now.cost, now.price) == (effect.cost_before, effect.price_before)


def _as_it_was(now: Product, effect: KeptEffect) -> Product:
    """The product with the cost and the price of before the purchase, each where it still is what that made it."""
    cost = effect.cost_before if now.cost == effect.cost_after else now.cost
    price = effect.price_before if now.price == effect.price_after else now.price
    try:
        return (
            now if (cost, price) == (now.cost, now.price) else replace(now, cost=cost, price=price).checked()
        )
    except PromotionOutOfOrder:  # a promotion made since is not cheaper than the old price: the price stays
        return replace(now, cost=cost)


def _listed(references: list[str]) -> str:
    """The first few by name, the others as a number."""
    more = len(references) - _MOST_NAMED
    named = ", ".join(references[:_MOST_NAMED])
    return f"{named} e mais {more}" if more > 0 else named
