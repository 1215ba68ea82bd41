"""What the store has to be told of an order's note: that it exists, what took its place, or that it was cancelled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.invoice_ports import InvoiceRecord
from varejoforte_desktop.application.order_ports import KnownOrder, OrderEvent
from varejoforte_desktop.application.order_status_flow import note_told
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store import InvoiceLine, StoreInvoice
from varejoforte_desktop.domain.fiscal import DocumentState, FiscalEnvironment
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind

#: Where anybody may look a note up, by its key; notes without value have a portal of their own.
_PORTAL: Final = (
    "https://{host}/portal/consultaRecaptcha.aspx?tipoConsulta=resumo&tipoConteudo=7PhJ+gAVw2g=&nfe={key}"
)
_HOSTS: Final = {
    FiscalEnvironment.PRODUCAO: "www.nfe.fazenda.gov.br",
    FiscalEnvironment.HOMOLOGACAO: "hom.nfe.fazenda.gov.br",
}
_CFOP: Final = re.compile(r"<CFOP>(\d{4})</CFOP>")


class Wish(StrEnum):
    """What the store is to be told of a note."""

    TELL = "tell"
    TAKE_BACK = "take_back"  # it was cancelled, nothing took its place, and the store may have it
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDebt:
    """A note as the store is owed it. `order` is the store's number of the order; `dead_keys` are cancelled notes of
    it, in whose place this one goes should the store have one of them; `mistaken`: it never was the order's."""

    invoice_id: int
    order_id: int
    order: str
    wish: Wish
    invoice: StoreInvoice
    dead_keys: frozenset[str] = frozenset()
    mistaken: bool = False

    @property
    def label(self) -> str:
        """As the queue calls it: "NF-e 1/123 do pedido 7415"."""
        return invoice_label(self.invoice.series, self.invoice.number, self.order)


def invoice_label(series: int, number: int, order: str) -> str:
    """A note of an order in a line."""
    return f"NF-e {series}/{number} do pedido {order}"


def invoice_debts(uow: UnitOfWork, invoice_ids: Sequence[int]) -> dict[int, InvoiceDebt]:
    """What the store is owed of these notes, as the books are now; nothing of orders of a former store."""
    found: dict[int, InvoiceDebt] = {}
    for invoice_id, record in uow.invoices.many(invoice_ids).items():
        known = uow.orders.get(record.order_id)
        if not known.former:
            found[invoice_id] = _debt(uow, record, known)
    return found


def _debt(uow: UnitOfWork, record: InvoiceRecord, known: KnownOrder) -> InvoiceDebt:
    others = [each for each in uow.invoices.of_order(record.order_id) if each.id != record.id]
    alive = [each for each in others if not _cancelled(uow, each)]
    if not _cancelled(uow, record):
        wish = Wish.TELL if record.told_at is None else Wish.NOTHING
    else:  # a later note goes in its place
        wish = Wish.NOTHING if any(each.id > record.id for each in alive) else Wish.TAKE_BACK
    return InvoiceDebt(
        invoice_id=record.id,
        order_id=record.order_id,
        order=known.remote_id,
        wish=wish,
        invoice=_as_told(uow, record, known),
        dead_keys=frozenset(each.key for each in others if each not in alive),
        mistaken=record.revoked_why is UnlinkReason.MISTAKE,
    )


def _cancelled(uow: UnitOfWork, record: InvoiceRecord) -> bool:
    """Whether the order does not go by it any more: cancelled here, or its link was taken back."""
    if record.revoked_at is not None:
        return True
    document = _document(uow, record)
    return document is not None and document.state is DocumentState.CANCELLED


def _document(uow: UnitOfWork, record: InvoiceRecord) -> DocumentRecord | None:
    """The document that was issued here; None for a note from elsewhere."""
    return None if record.document_id is None else uow.documents.get(record.document_id)


def _as_told(uow: UnitOfWork, record: InvoiceRecord, known: KnownOrder) -> StoreInvoice:
    document = _document(uow, record)
    environment = FiscalEnvironment.PRODUCAO if document is None else document.name.environment
    cfops = tuple(record.cfops.items()) or _cfops_of_sale(uow, record, document)
    return StoreInvoice(
        remote_id=record.remote_id,
        key=record.key,
        number=record.number,
        series=record.series,
        issued_on=record.issued_on,
        value=record.value,
        link=record.link or _PORTAL.format(host=_HOSTS[environment], key=record.key),
        xml=record.xml,
        lines=_lines(uow, known, cfops),
    )


def _cfops_of_sale(
    uow: UnitOfWork, record: InvoiceRecord, document: DocumentRecord | None
) -> tuple[tuple[int, str], ...]:
    """Our own document has a line for each line of its sale, in that order."""
    if document is None or document.sale_id is None:
        return ()
    lines = uow.sales.get(document.sale_id).lines
    found = _CFOP.findall(record.xml)
    if len(found) != len(lines):
        return ()
    return tuple((line.product_id, cfop) for line, cfop in zip(lines, found, strict=True))


def _lines(uow: UnitOfWork, known: KnownOrder, cfops: Iterable[tuple[int, str]]) -> tuple[InvoiceLine, ...]:
    """The CFOP of each thing sold, by the store's ids: those of the order's own lines, else of the product's link."""
    by_product: dict[int, list[tuple[str, str]]] = {}
    if known.order is not None:
        for line, product_id in zip(known.order.lines, known.products, strict=False):
            if product_id is not None and line.product_id:
                by_product.setdefault(product_id, []).append((line.product_id, line.variant_id))
    wanted = tuple(cfops)
    links = uow.links.many(Subject(SubjectKind.PRODUCT, product_id) for product_id, _ in wanted)
    found: dict[tuple[str, str], InvoiceLine] = {}
    for product_id, cfop in wanted:
        own = by_product.get(product_id, [])
        link = links.get(Subject(SubjectKind.PRODUCT, product_id))
        place = own[0] if own else ((link.remote_id or "", "") if link is not None else ("", ""))
        if len(own) > 1:
            own.pop(0)
        if place[0]:
            found[place] = InvoiceLine(product_id=place[0], variant_id=place[1], cfop=cfop)
    return tuple(found.values())


def told_of_invoice(uow: UnitOfWork, debt: InvoiceDebt, remote_id: str) -> None:
    """The store has the note under this id: written down once, and the order's status moves on.

    Cancelled notes whose place it took have nothing left to say.
    """
    if not remote_id:
        return
    record = uow.invoices.get(debt.invoice_id)
    if record.told_at is not None:
        return
    uow.invoices.told(record.id, remote_id=remote_id, at=uow.now)
    facts = {"number": f"{record.series}/{record.number}", "key": record.key}
    uow.orders.note(OrderEvent(order_id=record.order_id, kind="invoice_told", facts=facts), uow.now)
    others = [each for each in uow.invoices.of_order(record.order_id) if each.id != record.id]
    _owe(uow, [each for each in others if each.key in debt.dead_keys])
    note_told(uow, record.order_id)
    uow.touch(Topic.ORDERS, Topic.FISCAL)


def mind_cancelled(uow: UnitOfWork, document: DocumentRecord) -> None:
    """A document was cancelled: when the store was told of it (or may have been), that is not forgotten.

    The store cannot take a note back: a substitute is put in its place, and until there is one a person has to tell
    the buyer. Nothing for a document that is no order's.
    """
    record = uow.invoices.by_key(document.key)
    if record is None:
        return
    facts = {"number": f"{record.series}/{record.number}", "told": "yes" if record.told_at else "no"}
    uow.orders.note(OrderEvent(order_id=record.order_id, kind="invoice_cancelled", facts=facts), uow.now)
    _owe(uow, [record])
    uow.touch(Topic.ORDERS)


def mind_unlinked(uow: UnitOfWork, record: InvoiceRecord) -> None:
    """The link to a note from elsewhere was taken back: the store is dealt with as when one of ours is cancelled."""
    _owe(uow, [record])
    uow.touch(Topic.ORDERS, Topic.FISCAL)


def has_one_from_elsewhere(uow: UnitOfWork, order_id: int | None) -> bool:
    """Whether an order has a note that another program issued: one of ours would be one too many."""
    if order_id is None:
        return False
    return any(each.from_elsewhere for each in uow.invoices.of_order(order_id))


def _owe(uow: UnitOfWork, records: Sequence[InvoiceRecord]) -> None:
    if records:
        owe(uow, [Subject(SubjectKind.INVOICE, each.id) for each in records], (Aspect.INVOICE,))
