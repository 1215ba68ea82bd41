"""The notes of orders, issued here or elsewhere: kept once, and owed to the store that sold."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.invoice_ports import InvoiceRecord
from varejoforte_desktop.application.order_ports import OrderEvent
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.sale import FiscalModel


def owe_invoice(uow: UnitOfWork, document: DocumentRecord) -> None:
    """An authorised NF-e of an order: the store is owed it, once.

    Nothing for a sale without order, an NFC-e (the store has no place for it), or a rehearsal.
    """
    if document.sale_id is None or document.name.model is not FiscalModel.NFE:
        return
    sale = uow.sales.get(document.sale_id)
    if sale.order_id is None:
        return
    settings = uow.fiscal_setup.settings()
    if document.name.environment is not FiscalEnvironment.PRODUCAO and not settings.tell_rehearsals:
        return
    zone = ZoneInfo(uow.shop.get().timezone)
    record = InvoiceRecord(
        order_id=sale.order_id,
        document_id=document.id,
        key=document.key,
        number=document.number,
        series=document.name.series,
        issued_on=document.issued_at.astimezone(zone).date(),
        value=document.total,
        xml=document.proc.decode("utf-8"),
    )
    keep_invoice(uow, record)


def keep_invoice(uow: UnitOfWork, record: InvoiceRecord) -> int | None:
    """Write a note of an order and owe it to the store; None when it is there already."""
    invoice_id = uow.invoices.add(record, uow.now)
    if invoice_id is None:
        return None
    owe(uow, [Subject(SubjectKind.INVOICE, invoice_id)], (Aspect.INVOICE,))
    facts = {"number": f"{record.series}/{record.number}", "key": record.key, "origin": record.origin}
    event = OrderEvent(order_id=record.order_id, kind="invoice", operator=record.linked_by, facts=facts)
    uow.orders.note(event, uow.now)
    uow.touch(Topic.ORDERS, Topic.FISCAL)
    return invoice_id
