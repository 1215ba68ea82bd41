"""Telling the store about an order: another status, or that it is cancelled."""

from __future__ import annotations

from varejoforte_desktop.application.delivery import Said, Settlement, Stop
from varejoforte_desktop.application.order_ports import OrderDebt
from varejoforte_desktop.application.outside import NotThere, Refused
from varejoforte_desktop.application.parcels import Parcel
from varejoforte_desktop.application.store import OnlineStore


async def send_order(store: OnlineStore, parcel: Parcel, debt: OrderDebt) -> list[Settlement]:
    """What came of it. Both wishes may be repeated: the store ends up the same, whether or not we heard its answer.

    A wish that was taken back meanwhile asks nothing of the store. Raises the errors of `outside`.
    """
    if not debt.cancel and not debt.status_id:
        return [Said(parcel=parcel, lines=parcel.owed, fields={}, sent=False)]
    try:
        if debt.cancel:
            await store.cancel_order(debt.remote_id)
        else:
            await store.set_order_status(debt.remote_id, debt.status_id)
    except NotThere:
        return [Stop(parcel=parcel, lines=parcel.owed, cause="order_not_there")]
    except Refused as refusal:
        cause = "order_refused" if refusal.code == "refused" else refusal.code
        return [Stop(parcel=parcel, lines=parcel.owed, cause=cause, detail=refusal.detail)]
    return [Said(parcel=parcel, lines=parcel.owed, fields={})]
