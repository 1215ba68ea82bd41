"""Writing a sale in the books, once: goods leave the shelf, money is noted, the store is owed the new numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_numbers import abandon
from varejoforte_desktop.application.order_inbox import owe_stock
from varejoforte_desktop.application.order_ports import OrderEvent
from varejoforte_desktop.application.ports import Movement, UnitOfWork
from varejoforte_desktop.application.recheck import sure_of_numbers
from varejoforte_desktop.domain.audit import AuditAction, reais
from varejoforte_desktop.domain.errors import (
    InsufficientStock,
    Missing,
    SaleAlreadyCancelled,
    TillClosed,
)
from varejoforte_desktop.domain.fiscal import BINDING_STATES, DocumentState
from varejoforte_desktop.domain.fiscal_errors import FiscalFirst, NfceNotForCompanies
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import OrderStage, promises
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod, Sale, SaleState, shared
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.domain.texts import keepable


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleReceipt:
    """What came of a sale. `repeated`: this token was a sale already, and nothing was done again."""

    sale_id: int
    number: str  # "Balcão-871"
    total: Money
    change: Money
    fiscal: FiscalModel
    repeated: bool = False


def receipt_of(sale: Sale, *, repeated: bool = False) -> SaleReceipt:
    """What is told of a sale."""
    change = sum((payment.change.cents for payment in sale.payments), 0)
    return SaleReceipt(
        sale_id=sale.id,
        number=f"{sale.station}-{sale.number}",
        total=sale.amounts.total,
        change=Money(change),
        fiscal=sale.fiscal,
        repeated=repeated,
    )


def check_nfce(uow: UnitOfWork, model: FiscalModel, document: str) -> None:
    """Raises NfceNotForCompanies when an NFC-e would name a buyer with CNPJ and the shop has not said that it may."""
    if model is FiscalModel.NFCE and is_cnpj(document) and not uow.fiscal_setup.settings().cnpj_on_nfce:
        raise NfceNotForCompanies


def write_sale(uow: UnitOfWork, sale: Sale, *, document: str, by: Actor) -> Sale:
    """Take the goods from the shelf and write the sale; `document` is what the ledger calls it.

    The caller has seen that the token is no sale yet. Raises RecheckPending, InsufficientStock, NothingSold,
    DiscountTooLarge or PaymentDoesNotFit: then nothing is written.
    """
    sure_of_numbers(uow)
    checked = sale.checked()
    shares = shared(checked.amounts.discount, [line.total for line in checked.lines])
    # In one order for all stations, so that no two wait for each other.
    for place, line in sorted(enumerate(checked.lines), key=lambda each: each[1].product_id):
        left = uow.shelf.take(line.product_id, line.quantity)
        if left is None:
            there = uow.shelf.on_hand(line.product_id)
            raise InsufficientStock(line.reference, wanted=str(line.quantity), on_hand=str(there))
        _record(
            uow,
            checked,
            product_id=line.product_id,
            amount=-line.quantity,
            balance=left,
            reason=document,
            kind=MovementKind.SALE,
            place=place,
            by=by,
        )
    sale_id = uow.sales.add(checked, shares)
    if sale_id is None:
        raise AssertionError("the token became a sale while its transaction held the station's number")
    uow.touch(Topic.SALES, Topic.STOCK, Topic.PRODUCTS, Topic.TILL)
    return uow.sales.get(sale_id)


def owe_sold(uow: UnitOfWork, product_ids: Iterable[int]) -> None:
    """Owe the store the numbers of goods that came or went at the counter."""
    ids = sorted(set(product_ids))
    sheets = uow.sheets.products(ids)
    subjects = [
        Subject(SubjectKind.PRODUCT, each)
        for each in ids
        if each in sheets and sheets[each].product.sell_online
    ]
    if subjects:
        owe(uow, subjects, (Aspect.STOCK,))


def till_for(uow: UnitOfWork, by: Actor, *, needed: bool) -> int | None:
    """The till that is open at this station; None when none is needed. Raises TillClosed."""
    if not needed:
        return None
    till = uow.tills.open_at(by.station)
    if till is None:
        raise TillClosed(by.station)
    return till.id


def cancel_sale(
    uow: UnitOfWork, sale_id: int, *, reason: str, by: Actor, approved_by: Actor | None = None
) -> Sale:
    """Cancel a sale: goods return to the shelf and money leaves the till, once. An order is open again.

    `approved_by` is a supervisor where `by` may not do it alone. Raises NotAllowed, Missing,
    SaleAlreadyCancelled, NoSuchRecord, or TillClosed when cash has to be given back and no till is open.
    """
    (approved_by or by).needs(Permission.CANCEL_SALES)
    tidy = " ".join(keepable(reason).split())[:200]
    if not tidy:
        raise Missing("reason")
    sale = uow.sales.get(sale_id)
    number = f"{sale.station}-{sale.number}"
    if sale.state is SaleState.CANCELLED:
        raise SaleAlreadyCancelled(number)
    _let_go_of_document(uow, sale, by)
    in_till = any(payment.method is not PaymentMethod.ONLINE for payment in sale.payments)
    till_id = till_for(uow, by, needed=in_till)
    if not uow.sales.cancel(sale_id, by=by.operator_id, till_id=till_id, reason=tidy, at=uow.now):
        raise SaleAlreadyCancelled(number)
    for place, line in sorted(enumerate(sale.lines), key=lambda each: each[1].product_id):
        left = uow.shelf.put(line.product_id, line.quantity)
        _record(
            uow,
            sale,
            product_id=line.product_id,
            amount=line.quantity,
            balance=left,
            reason=tidy,
            kind=MovementKind.REVERSAL,
            place=place,
            by=by,
        )
    if sale.order_id is not None:
        _reopen_order(uow, sale, sale.order_id, tidy, by)
    _note_cancelled(uow, sale, tidy, by=by, approved_by=approved_by)
    owe_sold(uow, (line.product_id for line in sale.lines))
    uow.touch(Topic.SALES, Topic.STOCK, Topic.PRODUCTS, Topic.TILL)
    return uow.sales.get(sale_id)


def _let_go_of_document(uow: UnitOfWork, sale: Sale, by: Actor) -> None:
    """A document that may be valid somewhere is cancelled first; one that surely is not leaves a number to void.

    Raises FiscalFirst.
    """
    document = uow.documents.live_of_sale(sale.id)
    if document is None:
        return
    if document.state in BINDING_STATES or (document.sent and document.state is DocumentState.GENERATED):
        raise FiscalFirst(document.label)
    abandon(uow, document, why="sale_cancelled", by=by)


def _note_cancelled(
    uow: UnitOfWork, sale: Sale, reason: str, *, by: Actor, approved_by: Actor | None
) -> None:
    approver = {} if approved_by is None else {"approved_by": approved_by.name}
    uow.audit.note(
        AuditAction.SALE_CANCELLED,
        f"{sale.station}-{sale.number}",
        by=by,
        before={"state": sale.state.value, "total": reais(sale.amounts.total)},
        after={"state": SaleState.CANCELLED.value, "total": reais(ZERO), "reason": reason, **approver},
    )


def _reopen_order(uow: UnitOfWork, sale: Sale, order_id: int, reason: str, by: Actor) -> None:
    """The order is imported again and holds its goods back, unless the store has cancelled it meanwhile."""
    known = uow.orders.get(order_id)
    stage = OrderStage.BEFORE if known.former else OrderStage.IMPORTED
    promised = promises(stage, known.status_type)
    uow.orders.set_stage(order_id, stage, promised=promised, at=uow.now)
    uow.orders.want(order_id)  # it is no sale any more: the store is not told that it is
    facts = {"sale": f"{sale.station}-{sale.number}", "reason": reason}
    uow.orders.note(
        OrderEvent(
            order_id=order_id, kind="sale_cancelled", operator=by.name, station=by.station, facts=facts
        ),
        uow.now,
    )
    if not promised:
        owe_stock(uow, {line.product_id for line in sale.lines})
    uow.touch(Topic.ORDERS)


def _record(
    uow: UnitOfWork,
    sale: Sale,
    *,
    product_id: int,
    amount: Decimal,
    balance: Decimal,
    reason: str,
    kind: MovementKind,
    place: int,
    by: Actor,
) -> None:
    """The ledger's line: one for each line of the sale and direction, so that neither happens twice."""
    written = uow.shelf.record(
        Movement(
            product_id=product_id,
            kind=kind,
            amount=amount,
            balance=balance,
            reason=reason,
            document=f"{sale.station}-{sale.number}"[:60],
            operator_id=by.operator_id,
            station=by.station,
            token=str(uuid5(UUID(sale.token), f"{kind.value}:{place}")),
        ),
        uow.now,
    )
    if not written:
        raise AssertionError("a ledger line of a sale that was not there yet exists")
