"""Taking the link to a note issued elsewhere back: it was cancelled there, or never was this order's."""

from __future__ import annotations

from dataclasses import dataclass

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_numbers import OWED, tell_sale
from varejoforte_desktop.application.invoice_debts import mind_unlinked
from varejoforte_desktop.application.invoice_ports import InvoiceRecord
from varejoforte_desktop.application.order_ports import KnownOrder, OrderEvent
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.fiscal import bare_key
from varejoforte_desktop.domain.fiscal_errors import InvoiceMismatch
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import UnlinkReason


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkedNote:
    """A note whose link was taken back. `told`: the store shows it; `owes`: the order's sale needs a note of ours again;
    `repeated`: it had been taken back before."""

    order: str
    record: InvoiceRecord
    told: bool
    owes: bool = False
    repeated: bool = False


def unlink_invoice(uow: UnitOfWork, order_id: int, key: str, *, why: UnlinkReason, by: Actor) -> UnlinkedNote:
    """Take the link of an order to a note from elsewhere back, once; the note no longer counts anywhere.

    What the store shows of it is overwritten by the order's next note; until there is one a person has to tell the
    buyer, as with a cancelled note of ours. Raises NotAllowed, NoSuchRecord, WrongAccessKey or InvoiceMismatch: own
    (this program issued it), not_linked.
    """
    by.needs(Permission.ISSUE_DOCUMENTS)
    known = uow.orders.get(order_id)
    record = _linked(uow, known, bare_key(key))
    told = record.told_at is not None
    if record.revoked_at is not None:
        return UnlinkedNote(order=known.remote_id, record=record, told=told, repeated=True)
    uow.invoices.revoke(record.id, why=why, by=by.name, at=uow.now)
    mind_unlinked(uow, record)
    _write_down(uow, known, record, why, by)
    return UnlinkedNote(order=known.remote_id, record=record, told=told, owes=_sale_owes(uow, order_id))


def _linked(uow: UnitOfWork, known: KnownOrder, key: str) -> InvoiceRecord:
    """The order's note with this key: the one that stands, else the one that was taken back last."""
    found = [each for each in uow.invoices.of_order(known.id) if each.key == key]
    if not found:
        raise InvoiceMismatch("not_linked", known.remote_id)
    record = next((each for each in found if each.revoked_at is None), found[0])
    if record.document_id is not None:
        raise InvoiceMismatch("own", f"{record.series}/{record.number}")
    return record


def _write_down(
    uow: UnitOfWork, known: KnownOrder, record: InvoiceRecord, why: UnlinkReason, by: Actor
) -> None:
    number = f"{record.series}/{record.number}"
    facts = {"number": number, "key": record.key, "why": why.value, "told": "yes" if record.told_at else "no"}
    event = OrderEvent(
        order_id=known.id, kind="invoice_unlinked", operator=by.name, station=by.station, facts=facts
    )
    uow.orders.note(event, uow.now)
    uow.audit.note(
        AuditAction.INVOICE_UNLINKED,
        known.remote_id,
        by=by,
        before={"number": number, "key": record.key, "origin": record.origin},
        after={"why": why.value},
    )
    uow.touch(Topic.ORDERS, Topic.QUEUE)


def _sale_owes(uow: UnitOfWork, order_id: int) -> bool:
    """The order's sale stands by its own document again; whether one is to be issued."""
    sale = uow.sales.live_of_order(order_id)
    if sale is None:
        return False
    return tell_sale(uow, sale.id) == OWED
