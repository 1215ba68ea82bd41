"""Registering an order as a sale: the goods leave the books, and the store's number stays right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.customers import buyer_document
from varejoforte_desktop.application.order_import import obstacles_of
from varejoforte_desktop.application.order_ports import KnownOrder, OrderEvent
from varejoforte_desktop.application.order_status_flow import move_on
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.recheck import sure_of_numbers
from varejoforte_desktop.application.sales import SaleReceipt, check_nfce, receipt_of, till_for, write_sale
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import (
    DocumentMissing,
    Missing,
    OrderAlreadyRegistered,
    OrderBlocked,
    OrderStageWrong,
)
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.sale import (
    FiscalModel,
    Payment,
    PaymentMethod,
    Sale,
    SaleAmounts,
    SaleLine,
    SaleSource,
    document_wanted,
)
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.domain.texts import keepable


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a person confirms. `token` (a uuid) makes it happen once; no payments: it was paid in the store.

    `checked`: the order was read again in the store just before; registering without needs permission, as does
    an order that is not paid.
    """

    order_id: int
    token: str
    fiscal: FiscalModel
    payments: tuple[Payment, ...] = ()
    checked: bool = True
    unpaid: bool = False


def suggested_fiscal(order: StoreOrder, *, nfce_to_companies: bool = False) -> FiscalModel:
    """Which document the law asks for with this order; `nfce_to_companies` as the shop's fiscal settings say."""
    return document_wanted(
        source=SaleSource.ORDER,
        ships=not order.pickup,
        company=is_cnpj(buyer_document(order.buyer)),
        nfce_to_companies=nfce_to_companies,
    )


def order_amounts(order: StoreOrder) -> SaleAmounts:
    """An order's amounts as a sale's; what does not add up and was accepted is the adjustment."""
    told = order.amounts
    discount = told.discount + told.coupon + told.other_discounts
    surcharge = told.taxes + told.interest + told.payment_fee + told.other_charges
    if discount < ZERO:  # a discount below nothing is a charge
        surcharge, discount = surcharge - discount, ZERO
    shipping, beyond = told.shipping, discount - order.lines_total
    if beyond > ZERO:  # more off than the goods cost: the rest comes off the freight, so no line is negative
        shipping, discount = shipping - beyond, order.lines_total
    return SaleAmounts(
        goods=order.lines_total,
        discount=discount,
        shipping=shipping,
        surcharge=surcharge,
        adjustment=told.total - order.expected_total,
    )


def register_order(
    uow: UnitOfWork, registration: Registration, *, by: Actor, approved_by: Actor | None = None
) -> SaleReceipt:
    """Make a sale of an imported order, once.

    Stock, payments, customer, fiscal choice and what the store is owed change together or not at all.
    `approved_by` is a supervisor who lets an unpaid or unchecked order pass.
    Raises NotAllowed, RecheckPending, NoSuchRecord, OrderAlreadyRegistered, OrderStageWrong, OrderBlocked
    (cancelled, changed, divergent, …), DocumentMissing, NfceNotForCompanies, InsufficientStock, PaymentDoesNotFit or TillClosed.
    """
    by.needs(Permission.REGISTER_ORDERS)
    done = uow.sales.by_token(registration.token)
    if done is not None:
        return receipt_of(done, repeated=True)
    sure_of_numbers(uow)
    known = uow.orders.get(registration.order_id)
    order = _registrable(uow, known, registration, approved_by or by)
    sale = write_sale(
        uow,
        replace(
            _sale_of(uow, known, order, registration, by),
            approved_by=approved_by.operator_id if approved_by else None,
        ),
        document=f"Pedido {known.remote_id}",
        by=by,
    )
    uow.orders.set_stage(known.id, OrderStage.REGISTERED, promised=False, at=uow.now)
    receipt = receipt_of(sale)
    facts = {"sale": receipt.number, "fiscal": registration.fiscal.value}
    if not registration.checked:
        facts["checked"] = "no"
    if approved_by is not None:
        facts["approved_by"] = approved_by.name
    _note(uow, known.id, "registered", facts, by)
    _note_allowed(uow, known, order, registration, receipt, by=by, approved_by=approved_by)
    _owe_status(uow, known)
    uow.touch(Topic.ORDERS)
    return receipt


def _note_allowed(
    uow: UnitOfWork,
    known: KnownOrder,
    order: StoreOrder,
    registration: Registration,
    receipt: SaleReceipt,
    *,
    by: Actor,
    approved_by: Actor | None,
) -> None:
    """In the audit log: an order that became a sale unpaid, or without being read again."""
    allowed = [] if registration.checked else ["unchecked"]
    allowed += [] if order.paid else ["unpaid"]
    if allowed:
        approver = {} if approved_by is None else {"approved_by": approved_by.name}
        uow.audit.note(
            AuditAction.ORDER_ACCEPTED,
            known.remote_id,
            by=by,
            after={"accepted": " ".join(allowed), "sale": receipt.number, **approver},
        )


def _registrable(
    uow: UnitOfWork, known: KnownOrder, registration: Registration, allowing: Actor
) -> StoreOrder:
    if known.stage is OrderStage.REGISTERED:
        sale = uow.sales.live_of_order(known.id)
        raise OrderAlreadyRegistered(known.remote_id, f"{sale.station}-{sale.number}" if sale else "")
    if known.stage is not OrderStage.IMPORTED:
        raise OrderStageWrong(known.remote_id, known.stage.value)
    found = [
        each for each in obstacles_of(uow, known) if not (registration.unpaid and each is Obstacle.NOT_PAID)
    ]
    if found or known.order is None:
        why = found[0] if found else Obstacle.UNREADABLE
        raise OrderBlocked(known.remote_id, why.value, known.updated_at.isoformat())
    if registration.unpaid or not registration.checked:
        allowing.needs(Permission.RESOLVE_ORDERS)
    on_credit = any(each.method is PaymentMethod.STORE_CREDIT for each in registration.payments)
    needs_document = on_credit or registration.fiscal is FiscalModel.NFE
    if needs_document and not buyer_document(known.order.buyer):
        raise DocumentMissing
    check_nfce(uow, registration.fiscal, buyer_document(known.order.buyer))
    return known.order


def _sale_of(
    uow: UnitOfWork, known: KnownOrder, order: StoreOrder, registration: Registration, by: Actor
) -> Sale:
    amounts = order_amounts(order)
    payments: Sequence[Payment] = registration.payments
    if not payments and amounts.total > ZERO:
        note = keepable(order.payment_method)[:80]
        payments = (Payment(method=PaymentMethod.ONLINE, amount=amounts.total, note=note),)
    in_till = any(payment.method is not PaymentMethod.ONLINE for payment in payments)
    return Sale(
        token=registration.token,
        number=uow.sales.next_number(by.station),
        station=by.station,
        source=SaleSource.ORDER,
        order_id=known.id,
        customer_id=known.customer_id,
        buyer_document=buyer_document(order.buyer),
        buyer_name=order.buyer.name,
        amounts=amounts,
        lines=_lines(uow, known, order),
        payments=tuple(payments),
        fiscal=registration.fiscal,
        till_id=till_for(uow, by, needed=in_till),
        operator_id=by.operator_id,
        at=uow.now,
    )


def _lines(uow: UnitOfWork, known: KnownOrder, order: StoreOrder) -> tuple[SaleLine, ...]:
    products = {each: uow.products.get(each) for each in set(known.products) if each is not None}
    lines = []
    for line, product_id in zip(order.lines, known.products, strict=True):
        if product_id is None or line.quantity == 0:
            continue
        product = products[product_id]
        lines.append(
            SaleLine(
                product_id=product.id,
                reference=product.reference,
                name=product.name,
                unit=product.unit,
                barcode=product.barcode,
                quantity=line.quantity,
                price=line.price,
                cost=product.cost,
            )
        )
    return tuple(lines)


def _owe_status(uow: UnitOfWork, known: KnownOrder) -> None:
    """The status the shop chose for registered orders, if it chose one and the order is not further already."""
    move_on(uow, known, uow.statuses.rules().registered_status_id)


def cancel_order(uow: UnitOfWork, order_id: int, *, reason: str, by: Actor) -> None:
    """Cancel an order in the store too. It holds its goods back until the store has said that it is cancelled.

    An order that is a sale: cancel the sale first. Raises NotAllowed, Missing, NoSuchRecord or OrderStageWrong.
    """
    by.needs(Permission.CANCEL_ORDERS)
    tidy = " ".join(keepable(reason).split())[:200]
    if not tidy:
        raise Missing("reason")
    known = uow.orders.get(order_id)
    if known.stage in {OrderStage.REGISTERED, OrderStage.BEFORE}:
        raise OrderStageWrong(known.remote_id, known.stage.value)
    uow.orders.want(order_id, cancel=True)
    owe(uow, (Subject(SubjectKind.ORDER, order_id),), (Aspect.STATUS,))
    _note(uow, order_id, "cancel_wanted", {"reason": tidy}, by)
    if not known.cancel_wanted:
        uow.audit.note(
            AuditAction.ORDER_CANCELLED,
            known.remote_id,
            by=by,
            before={"cancel_wanted": False},
            after={"cancel_wanted": True, "reason": tidy},
        )
    uow.touch(Topic.ORDERS)


def recall_cancellation(uow: UnitOfWork, order_id: int, *, by: Actor) -> None:
    """The store does not let an order be cancelled (or nobody wants it any more): it goes on as before."""
    by.needs(Permission.CANCEL_ORDERS)
    known = uow.orders.get(order_id)
    uow.orders.want(order_id)
    owe(uow, (Subject(SubjectKind.ORDER, order_id),), (Aspect.STATUS,))  # a line that was halted for it goes
    _note(uow, order_id, "cancel_recalled", {}, by)
    if known.cancel_wanted:
        uow.audit.note(
            AuditAction.ORDER_RECALLED,
            known.remote_id,
            by=by,
            before={"cancel_wanted": True},
            after={"cancel_wanted": False},
        )
    uow.touch(Topic.ORDERS, Topic.QUEUE)


def _note(uow: UnitOfWork, order_id: int, kind: str, facts: dict[str, str], by: Actor) -> None:
    uow.orders.note(
        OrderEvent(order_id=order_id, kind=kind, operator=by.name, station=by.station, facts=facts), uow.now
    )
