"""Telling the store about an order: another status, how it left, that it is cancelled, or its note."""

from __future__ import annotations

from datetime import datetime, timedelta

from varejoforte_desktop.application.delivery import Later, Said, Settlement, Stop
from varejoforte_desktop.application.invoice_debts import InvoiceDebt, Wish
from varejoforte_desktop.application.order_ports import OrderDebt
from varejoforte_desktop.application.outside import NotThere, Refused
from varejoforte_desktop.application.parcels import Parcel
from varejoforte_desktop.application.questions import Leader
from varejoforte_desktop.application.store import KnownInvoice, OnlineStore
from varejoforte_desktop.sync.introductions import Introductions


async def send_order(store: OnlineStore, parcel: Parcel, debt: OrderDebt) -> list[Settlement]:
    """What came of it. Both wishes may be repeated: the store ends up the same, whether or not we heard its answer.

    A wish that was taken back meanwhile asks nothing of the store. Raises the errors of `outside`.
    """
    if debt.empty:
        return [Said(parcel=parcel, lines=parcel.owed, fields={}, sent=False)]
    try:
        if debt.cancel:
            await store.cancel_order(debt.remote_id)
        elif debt.shipment is not None:
            await store.ship_order(debt.remote_id, debt.shipment, status_id=debt.status_id)
        else:
            await store.set_order_status(debt.remote_id, debt.status_id)
    except NotThere:
        return [Stop(parcel=parcel, lines=parcel.owed, cause="order_not_there")]
    except Refused as refusal:
        cause = "order_refused" if refusal.code == "refused" else refusal.code
        return [Stop(parcel=parcel, lines=parcel.owed, cause=cause, detail=refusal.detail)]
    return [Said(parcel=parcel, lines=parcel.owed, fields={})]


async def send_invoice(
    store: OnlineStore,
    introductions: Introductions,
    parcel: Parcel,
    debt: InvoiceDebt,
    *,
    lead: Leader,
    at: datetime,
) -> list[Settlement]:
    """What came of it. The store is looked at first, always: a note that it has is never told twice.

    A note in whose place this one goes is overwritten; the store knows no way to take one back.
    Raises NotYet and the errors of `outside`.
    """
    if debt.wish is Wish.NOTHING:
        return [_nothing(parcel)]
    try:
        there = await store.order_invoices(debt.order)
        mine = _with_key(there, debt.invoice.key)
        if debt.wish is Wish.TAKE_BACK:
            return [_taken_back(parcel, debt, mine, introductions.waits_for(parcel.link, at))]
        if mine is not None:
            return [_told(parcel, mine.remote_id)]
        dead = next((each for each in there if each.key in debt.dead_keys), None)
        if dead is None:
            remote_id = await introductions.create(
                parcel.subject,
                lambda: store.add_invoice(debt.order, debt.invoice),
                lead=lead,
                link=parcel.link,
                at=at,
            )
        else:
            remote_id = dead.remote_id
            await store.replace_invoice(debt.order, remote_id, debt.invoice)
    except NotThere:
        return [Stop(parcel=parcel, lines=parcel.owed, cause="order_not_there")]
    except Refused as refusal:
        return [await _refused(store, parcel, debt, refusal)]
    return [_told(parcel, remote_id)]


async def _refused(store: OnlineStore, parcel: Parcel, debt: InvoiceDebt, refusal: Refused) -> Settlement:
    """The store said no. That it has the note already may be our own earlier request, which arrived late."""
    if refusal.code == "invoice_taken":
        mine = _with_key(await store.order_invoices(debt.order), debt.invoice.key)
        if mine is not None:
            return _told(parcel, mine.remote_id)
    cause = "invoice_refused" if refusal.code == "refused" else refusal.code
    return Stop(parcel=parcel, lines=parcel.owed, cause=cause, detail=refusal.detail)


def _taken_back(
    parcel: Parcel, debt: InvoiceDebt, mine: KnownInvoice | None, wait: timedelta | None
) -> Settlement:
    """A note that counts no more, without a substitute: a person has to tell the buyer when the store shows it."""
    if mine is not None:
        facts = {"number": f"{debt.invoice.series}/{debt.invoice.number}", "order": debt.order}
        cause = "invoice_unlinked" if debt.mistaken else "invoice_cancelled"
        return Stop(parcel=parcel, lines=parcel.owed, cause=cause, facts=facts)
    if wait is not None:  # our own earlier request may still arrive
        return Later(parcel=parcel, lines=parcel.owed, wait=wait, cause="looking_up", counted=False)
    return _nothing(parcel)


def _with_key(invoices: tuple[KnownInvoice, ...], key: str) -> KnownInvoice | None:
    return next((each for each in invoices if each.key == key), None)


def _told(parcel: Parcel, remote_id: str) -> Said:
    return Said(parcel=parcel, lines=parcel.owed, fields={}, remote_id=remote_id)


def _nothing(parcel: Parcel) -> Said:
    return Said(parcel=parcel, lines=parcel.owed, fields={}, sent=False)
