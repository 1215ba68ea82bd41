"""Linking an order to a note that was issued somewhere else, by its file or its key, after checking that it is its own."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.customers import buyer_document
from varejoforte_desktop.application.fiscal_numbers import tell_sale
from varejoforte_desktop.application.invoice_ports import InvoiceRecord
from varejoforte_desktop.application.order_invoices import keep_invoice
from varejoforte_desktop.application.order_ports import KnownOrder
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import OrderBlocked, OrderStageWrong
from varejoforte_desktop.domain.fiscal import DocumentState, KeyParts, bare_key, key_parts
from varejoforte_desktop.domain.fiscal_errors import InvoiceMismatch, WrongAccessKey
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import CANCELED, Obstacle
from varejoforte_desktop.domain.purchase import NoteLine, PurchaseNote
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.tax_ids import bare_tax_id, is_cnpj
from varejoforte_desktop.domain.texts import folded

_NFE: Final = "55"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNote:
    """A note that fits an order. `repeated`: it is linked to it already; `issuer_known`: the shop's own CNPJ is, so
    that the issuer could be compared."""

    order: str
    record: InvoiceRecord
    issuer: str
    issuer_known: bool
    repeated: bool = False


def examine_note(uow: UnitOfWork, order_id: int, source: PurchaseNote | str) -> LinkedNote:
    """What would be linked: a note that was read from its file (signature and protocol proved there), or a typed key.

    A key says nothing of buyer and amount: then the amount is the order's, and the day the last one of the key's month
    that has come. Raises NoSuchRecord, OrderStageWrong (of a former store), OrderBlocked (cancelled or unreadable),
    WrongAccessKey or InvoiceMismatch: kind, issuer, cancelled, linked, taken (the order has another note from elsewhere),
    issued (the order's sale has a note of its own), buyer, total.
    """
    known = uow.orders.get(order_id)
    order = _order_of(known)
    key = source.key if isinstance(source, PurchaseNote) else bare_key(source)
    parts = key_parts(key)
    if parts.model != _NFE:
        raise InvoiceMismatch("kind", parts.model)
    own = own_cnpj(uow)
    if own and parts.issuer != own:
        raise InvoiceMismatch("issuer", parts.issuer)
    twin = uow.invoices.by_key(key)
    _check_others(uow, known, key, twin)
    if isinstance(source, PurchaseNote):
        _check_note(uow, order, source)
        record = _from_file(uow, known, order, source)
    else:
        record = _from_key(uow, known, order, key, parts)
    return LinkedNote(
        order=known.remote_id,
        record=twin or record,
        issuer=parts.issuer,
        issuer_known=bool(own),
        repeated=twin is not None,
    )


def link_note(uow: UnitOfWork, order_id: int, source: PurchaseNote | str, *, by: Actor) -> LinkedNote:
    """Link an order to a note and owe it to the store, once. Raises NotAllowed and what `examine_note` raises."""
    by.needs(Permission.ISSUE_DOCUMENTS)
    found = examine_note(uow, order_id, source)
    if found.repeated:
        return found
    record = replace(found.record, linked_by=by.name)
    if keep_invoice(uow, record) is None:  # another station did it in this very moment
        return examine_note(uow, order_id, source)
    uow.audit.note(
        AuditAction.INVOICE_LINKED,
        found.order,
        by=by,
        after={
            "number": f"{record.series}/{record.number}",
            "key": record.key,
            "origin": record.origin,
            "value": record.value.cents,
        },
    )
    sale = uow.sales.live_of_order(order_id)
    if sale is not None:
        tell_sale(uow, sale.id)
    uow.touch(Topic.ORDERS, Topic.QUEUE)
    return found


def own_cnpj(uow: UnitOfWork) -> str:
    """The shop's CNPJ: of its fiscal settings, else as its store tells; "" when nobody has said."""
    told = bare_tax_id(uow.fiscal_setup.settings().emitter.cnpj)
    if not told:
        connection = uow.connections.get()
        told = "" if connection is None else bare_tax_id(connection.store_cnpj)
    return told if is_cnpj(told) else ""


def _order_of(known: KnownOrder) -> StoreOrder:
    if known.former:
        raise OrderStageWrong(known.remote_id, known.stage.value)
    at = known.updated_at.isoformat()
    if known.order is None:
        raise OrderBlocked(known.remote_id, Obstacle.UNREADABLE.value, at)
    if known.status_type == CANCELED or known.cancel_wanted:
        raise OrderBlocked(known.remote_id, Obstacle.CANCELLED.value, at)
    return known.order


def _check_others(uow: UnitOfWork, known: KnownOrder, key: str, twin: InvoiceRecord | None) -> None:
    """The key is nobody else's, it was not cancelled here, and the order has no other note, of ours or not."""
    if twin is not None and twin.order_id != known.id:
        raise InvoiceMismatch("linked", uow.orders.get(twin.order_id).remote_id)
    other = next((each for each in uow.invoices.of_order(known.id) if each.from_elsewhere), None)
    if other is not None and other.key != key:
        raise InvoiceMismatch("taken", f"{other.series}/{other.number}")
    document = uow.documents.by_key(key)
    if document is not None and document.state is DocumentState.CANCELLED:
        raise InvoiceMismatch("cancelled", document.label)
    sale = uow.sales.live_of_order(known.id)
    if document is not None and (sale is None or document.sale_id != sale.id):
        raise InvoiceMismatch("linked", document.label)
    own = None if sale is None else uow.documents.live_of_sale(sale.id)
    if own is not None and own.key != key and own.name.model is FiscalModel.NFE:
        raise InvoiceMismatch("issued", own.label)


def _check_note(uow: UnitOfWork, order: StoreOrder, note: PurchaseNote) -> None:
    if not note.outgoing:
        raise InvoiceMismatch("kind", "entrada")
    if note.rehearsal and not uow.fiscal_setup.settings().tell_rehearsals:
        raise InvoiceMismatch("kind", "homologacao")
    document = buyer_document(order.buyer)
    if not document or note.recipient != document:
        raise InvoiceMismatch("buyer", note.recipient)
    if note.total != order.amounts.total:
        raise InvoiceMismatch("total", str(note.total.cents))


def _from_file(uow: UnitOfWork, known: KnownOrder, order: StoreOrder, note: PurchaseNote) -> InvoiceRecord:
    zone = ZoneInfo(uow.shop.get().timezone)
    return InvoiceRecord(
        order_id=known.id,
        key=note.key,
        origin="file",
        number=note.number,
        series=note.series,
        issued_on=note.issued_at.astimezone(zone).date(),
        value=note.total,
        xml=note.xml.decode("utf-8-sig"),
        cfops=_cfops(uow, known, order, note),
    )


def _from_key(
    uow: UnitOfWork, known: KnownOrder, order: StoreOrder, key: str, parts: KeyParts
) -> InvoiceRecord:
    return InvoiceRecord(
        order_id=known.id,
        key=key,
        origin="typed",
        number=parts.number,
        series=parts.series,
        issued_on=_day_of(uow, key, parts),
        value=order.amounts.total,
    )


def _day_of(uow: UnitOfWork, key: str, parts: KeyParts) -> date:
    """A key knows its month alone: today within it, else its last day. A month to come is a mistyped key."""
    today = uow.now.astimezone(ZoneInfo(uow.shop.get().timezone)).date()
    year, month = 2000 + int(parts.month[:2]), int(parts.month[2:])
    if not 1 <= month <= 12 or (year, month) > (today.year, today.month):
        raise WrongAccessKey(key)
    return min(today, date(year, month, monthrange(year, month)[1]))


def _cfops(uow: UnitOfWork, known: KnownOrder, order: StoreOrder, note: PurchaseNote) -> Mapping[int, str]:
    """The CFOP of each product of the order: by the note's line that means it, else the one that all lines have."""
    by_code: dict[str, str] = {}
    for line in note.lines:
        for code in _codes(line):
            by_code.setdefault(code, line.cfop)
    places = note.lines if len(note.lines) == len(order.lines) else ()
    every = {line.cfop for line in note.lines}
    common = next(iter(every)) if len(every) == 1 else ""
    found: dict[int, str] = {}
    for place, product_id in enumerate(known.products):
        if product_id is None:
            continue
        product = uow.products.get(product_id)
        by_place = places[place].cfop if places else ""
        cfop = by_code.get(folded(product.reference)) or by_code.get(product.barcode) or common or by_place
        if cfop:
            found[product_id] = cfop
    return found


def _codes(line: NoteLine) -> tuple[str, ...]:
    return tuple(each for each in (folded(line.code), *line.barcodes) if each)
