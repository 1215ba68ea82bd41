"""Taking in orders of the store: chosen by a person, each checked, and every one of them accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.customers import match_customer
from varejoforte_desktop.application.order_inbox import owe_stock
from varejoforte_desktop.application.order_ports import KnownOrder, OrderEvent
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store_orders import StoreOrder, StoreOrderLine
from varejoforte_desktop.domain.audit import AuditAction, reais
from varejoforte_desktop.domain.barcode import barcode
from varejoforte_desktop.domain.errors import DomainError, Missing, NoSuchRecord, OrderStageWrong
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import BLOCKS_IMPORT, Obstacle, OrderStage, obstacles, promises
from varejoforte_desktop.domain.product import LIMITS, Product
from varejoforte_desktop.domain.texts import keepable

#: Why an order that was chosen is not imported, beside the obstacles.
ALREADY_IMPORTED: Final = "already_imported"
ALREADY_REGISTERED: Final = "already_registered"
CLOSED_BEFORE: Final = "closed_before"
GONE: Final = "gone"


@dataclass(frozen=True, slots=True)
class Skipped:
    """An order that was not imported, and why (a stable word)."""

    order_id: int
    remote_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of an import: every order that was chosen is new, updated or skipped for a reason."""

    new: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    divergent: tuple[str, ...] = ()  # of the new and updated: amounts that do not add up

    @property
    def found(self) -> int:
        """How many were chosen."""
        return len(self.new) + len(self.updated) + len(self.skipped)

    def __add__(self, other: ImportReport) -> ImportReport:
        return ImportReport(
            new=self.new + other.new,
            updated=self.updated + other.updated,
            skipped=self.skipped + other.skipped,
            divergent=self.divergent + other.divergent,
        )


def obstacles_of(uow: UnitOfWork, known: KnownOrder) -> tuple[Obstacle, ...]:
    """What stands between this order and its sale."""
    order = known.order
    return obstacles(
        readable=order is not None,
        cancel_wanted=known.cancel_wanted,
        meaning=uow.statuses.meaning(known.status_id, known.status_type),
        goods=order is not None and order.pieces > 0,
        unknown=None in known.products,
        adds_up=order is not None and (order.adds_up or known.divergence_accepted),
        changed=known.changed and known.stage is OrderStage.IMPORTED,
        paid=order is not None and order.paid,
    )


def import_orders(uow: UnitOfWork, order_ids: Sequence[int], *, by: Actor) -> ImportReport:
    """Import these orders; one that cannot be imported hides none of the others. Raises NotAllowed.

    An imported order that the store changed since is agreed to anew. Ask for a handful at a time: the
    transaction holds up whoever else wants to write.
    """
    by.needs(Permission.IMPORT_ORDERS)
    report = ImportReport()
    for order_id in dict.fromkeys(order_ids):
        report += _import_one(uow, order_id, by)
    uow.touch(Topic.ORDERS)
    return report


def _import_one(uow: UnitOfWork, order_id: int, by: Actor) -> ImportReport:
    try:
        known = uow.orders.get(order_id)
    except NoSuchRecord:
        return ImportReport(skipped=(Skipped(order_id, "", GONE),))
    why = _why_not(uow, known)
    if why or known.order is None:
        return ImportReport(skipped=(Skipped(order_id, known.remote_id, why or Obstacle.UNREADABLE.value),))
    again = known.stage is OrderStage.IMPORTED
    customer_id = match_customer(uow, known.order)
    uow.orders.accept(order_id, customer_id=customer_id, at=uow.now)
    promised = promises(OrderStage.IMPORTED, known.status_type)
    uow.orders.set_stage(order_id, OrderStage.IMPORTED, promised=promised, at=uow.now)
    if known.stage is OrderStage.DISMISSED:
        owe_stock(uow, {each for each in known.products if each is not None})
    _note(uow, order_id, "change_accepted" if again else "imported", by)
    if again:
        _note_accepted(uow, known, "change", before=known.accepted, by=by)
    divergent = () if known.order.adds_up or known.divergence_accepted else (known.remote_id,)
    taken = (known.remote_id,)
    return ImportReport(new=() if again else taken, updated=taken if again else (), divergent=divergent)


def _why_not(uow: UnitOfWork, known: KnownOrder) -> str:
    if known.stage is OrderStage.REGISTERED:
        return ALREADY_REGISTERED
    if known.stage is OrderStage.BEFORE:
        return CLOSED_BEFORE
    if known.stage is OrderStage.IMPORTED and not known.changed:
        return ALREADY_IMPORTED
    blocking = [each for each in obstacles_of(uow, known) if each in BLOCKS_IMPORT]
    return blocking[0].value if blocking else ""


# -- repairing -----------------------------------------------------------------------------------------


def link_line(uow: UnitOfWork, order_id: int, line_id: str, product_id: int, *, by: Actor) -> int:
    """This thing of the store is that product of ours: remembered, and put right in every open order.

    Gives how many orders it changed. Raises NotAllowed or NoSuchRecord.
    """
    by.needs(Permission.IMPORT_ORDERS)
    product = uow.products.get(product_id)
    known = uow.orders.get(order_id)
    touched = {each for each in known.products if each is not None} | {product_id}
    changed = uow.orders.link_line(order_id, line_id, product_id, uow.now)
    for each, took in changed.items():
        touched |= took
        _note(uow, each, "line_linked", by, reference=product.reference)
    owe_stock(uow, touched)
    uow.touch(Topic.ORDERS)
    return len(changed)


def product_from_line(uow: UnitOfWork, order_id: int, line_id: str, *, by: Actor) -> Product:
    """Make a product of what an order's line says and link the line to it.

    It is not sold online yet: nothing of it is sent until a person has looked at it. Raises NotAllowed,
    NoSuchRecord, ReferenceTaken or BarcodeTaken.
    """
    by.needs(Permission.EDIT_CATALOGUE)
    known = uow.orders.get(order_id)
    line = (
        next((each for each in known.order.lines if each.line_id == line_id), None) if known.order else None
    )
    if line is None:
        raise NoSuchRecord("order_line", line_id)
    kept = save_product(uow, _draft_of(line), brand="", category="", by=by)
    link_line(uow, order_id, line_id, kept.id, by=by)
    return kept


def _draft_of(line: StoreOrderLine) -> Product:
    reference = keepable(line.reference).strip()[: LIMITS["reference"]]
    if not reference:
        reference = f"TRAY-{line.product_id}" + (f"-{line.variant_id}" if line.variant_id else "")
    try:
        bars = barcode(line.ean)
    except DomainError:
        bars = ""
    name = keepable(line.name).strip()[: LIMITS["name"]] or reference
    return Product(reference=reference, name=name, barcode=bars, price=line.price, sell_online=False)


# -- deciding ------------------------------------------------------------------------------------------


def accept_divergence(uow: UnitOfWork, order_id: int, *, reason: str, by: Actor) -> None:
    """Agree that an order's amounts do not add up; a later change has to be accepted anew.

    Raises NotAllowed, Missing or NoSuchRecord.
    """
    by.needs(Permission.RESOLVE_ORDERS)
    tidy = _reason(reason)
    known = uow.orders.get(order_id)
    uow.orders.accept_divergence(order_id)
    if not known.divergence_accepted:
        _note_accepted(uow, known, "divergence", before=None, by=by, reason=tidy)
    facts = {"reason": tidy}
    if known.order is not None:
        facts |= {
            "expected": str(known.order.expected_total.cents),
            "total": str(known.order.amounts.total.cents),
        }
    _note(uow, order_id, "divergence_accepted", by, **facts)
    uow.touch(Topic.ORDERS)


def dismiss_order(uow: UnitOfWork, order_id: int, *, reason: str, by: Actor) -> None:
    """Leave an order aside: it holds nothing back any more and can be brought back. The store is not told.

    Raises NotAllowed, Missing, NoSuchRecord, or OrderStageWrong for one that is a sale.
    """
    by.needs(Permission.RESOLVE_ORDERS)
    tidy = _reason(reason)
    known = uow.orders.get(order_id)
    if known.stage not in {OrderStage.SEEN, OrderStage.IMPORTED}:
        raise OrderStageWrong(known.remote_id, known.stage.value)
    uow.orders.set_stage(order_id, OrderStage.DISMISSED, promised=False, at=uow.now)
    owe_stock(uow, known.promised)
    _note(uow, order_id, "dismissed", by, reason=tidy)
    uow.audit.note(
        AuditAction.ORDER_DISMISSED,
        known.remote_id,
        by=by,
        before={"stage": known.stage.value},
        after={"stage": OrderStage.DISMISSED.value, "reason": tidy},
    )
    uow.touch(Topic.ORDERS)


def restore_order(uow: UnitOfWork, order_id: int, *, by: Actor) -> None:
    """Bring back an order that was left aside. Raises NotAllowed, NoSuchRecord or OrderStageWrong."""
    by.needs(Permission.IMPORT_ORDERS)
    known = uow.orders.get(order_id)
    if known.stage is not OrderStage.DISMISSED:
        raise OrderStageWrong(known.remote_id, known.stage.value)
    promised = promises(OrderStage.SEEN, known.status_type)
    uow.orders.set_stage(order_id, OrderStage.SEEN, promised=promised, at=uow.now)
    owe_stock(uow, {each for each in known.products if each is not None} | uow.orders.recognise())
    _note(uow, order_id, "restored", by)
    uow.audit.note(
        AuditAction.ORDER_RESTORED,
        known.remote_id,
        by=by,
        before={"stage": known.stage.value},
        after={"stage": OrderStage.SEEN.value},
    )
    uow.touch(Topic.ORDERS)


def _note_accepted(
    uow: UnitOfWork, known: KnownOrder, what: str, *, before: StoreOrder | None, by: Actor, reason: str = ""
) -> None:
    """In the audit log: for a divergence, the total that the amounts make and the one the store gives."""
    if known.order is None:
        return
    was = known.order.expected_total if before is None else before.amounts.total
    uow.audit.note(
        AuditAction.ORDER_ACCEPTED,
        known.remote_id,
        by=by,
        before={"total": reais(was)},
        after={
            "total": reais(known.order.amounts.total),
            "accepted": what,
            **({"reason": reason} if reason else {}),
        },
    )


def _reason(text: str) -> str:
    tidy = " ".join(keepable(text).split())[:200]
    if not tidy:
        raise Missing("reason")
    return tidy


def _note(uow: UnitOfWork, order_id: int, kind: str, by: Actor, **facts: str) -> None:
    uow.orders.note(
        OrderEvent(order_id=order_id, kind=kind, operator=by.name, station=by.station, facts=facts), uow.now
    )
