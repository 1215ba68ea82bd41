"""Moving goods: the shelf, the ledger and what the store has to hear change together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import Movement, UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction, units
from varejoforte_desktop.domain.errors import InsufficientStock
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind

_COUNTER_WORK = frozenset({MovementKind.ENTRY, MovementKind.EXIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementReceipt:
    """What came of a movement: the signed amount and what is on the shelf now. `repeated`: it was there already."""

    product_id: int
    reference: str
    amount: Decimal
    balance: Decimal
    repeated: bool = False


def move_stock(uow: UnitOfWork, draft: MovementDraft, *, token: str, by: Actor) -> MovementReceipt:
    """Write one movement, once per `token` (a uuid made when the form opens).

    Raises NotAllowed, InsufficientStock, NoSuchRecord or the DomainError of a wrong field.
    """
    by.needs(Permission.MOVE_STOCK if draft.kind in _COUNTER_WORK else Permission.ADJUST_STOCK)
    draft = draft.checked()
    product = uow.products.get(draft.product_id)
    amount = product.measured(draft.amount)
    before = uow.shelf.on_hand(product.id)
    done = uow.shelf.recorded(token)
    if done is not None:
        return MovementReceipt(
            product_id=product.id, reference=product.reference, amount=done, balance=before, repeated=True
        )
    change = _change(draft.kind, amount, before)
    balance = _apply(uow, product, change, before)
    movement = Movement(
        product_id=product.id,
        kind=draft.kind,
        amount=change,
        balance=balance,
        reason=draft.reason,
        document=draft.document,
        operator_id=by.operator_id,
        station=by.station,
        token=token,
    )
    if not uow.shelf.record(movement, uow.now):
        _apply(uow, product, -change, balance)
        return MovementReceipt(
            product_id=product.id, reference=product.reference, amount=change, balance=before, repeated=True
        )
    if change and product.sell_online:
        owe(uow, (Subject(SubjectKind.PRODUCT, product.id),), (Aspect.STOCK,))
    if change and draft.kind not in _COUNTER_WORK:
        _note(uow, product, movement, before, by)
    uow.touch(Topic.STOCK, Topic.PRODUCTS)
    return MovementReceipt(product_id=product.id, reference=product.reference, amount=change, balance=balance)


def _note(uow: UnitOfWork, product: Product, movement: Movement, before: Decimal, by: Actor) -> None:
    """An adjustment is somebody's word against the books; goods that come and go have their papers."""
    document = {"document": movement.document} if movement.document else {}
    uow.audit.note(
        AuditAction.STOCK_ADJUSTED,
        product.reference,
        by=by,
        before={"on_hand": units(before)},
        after={
            "on_hand": units(movement.balance),
            "kind": movement.kind.value,
            "reason": movement.reason,
            **document,
        },
    )


def _change(kind: MovementKind, amount: Decimal, on_hand: Decimal) -> Decimal:
    if kind is MovementKind.ADJUSTMENT:
        return amount - on_hand
    return amount if kind.incoming else -amount


def _apply(uow: UnitOfWork, product: Product, change: Decimal, on_hand: Decimal) -> Decimal:
    if change >= 0:
        return uow.shelf.put(product.id, change)
    left = uow.shelf.take(product.id, -change)
    if left is None:
        raise InsufficientStock(product.reference, wanted=str(-change), on_hand=str(on_hand))
    return left
