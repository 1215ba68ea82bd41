"""The questions about an order, each opened over a screen and awaited; the answer is what a toast should say."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.orders.deciding.cancelling import CancelDialog, cancel_facts
from varejoforte_desktop.ui.orders.deciding.divergence import DivergenceDialog
from varejoforte_desktop.ui.orders.deciding.register import RegisterDialog
from varejoforte_desktop.ui.orders.deciding.register_facts import register_facts
from varejoforte_desktop.ui.services import Session


async def register_order(session: Session, parent: QWidget, order_id: int) -> str:
    """Make a sale of an imported order; the words for a toast, "" when it was given up.

    Raises NoSuchRecord and what the books say when the order cannot even be shown.
    """
    station = session.actor.station
    facts = await session.services.backend.read(lambda reader: register_facts(reader, order_id, station))
    return await _decided(RegisterDialog(session, facts, parent))


async def cancel_order(session: Session, parent: QWidget, order_id: int) -> str:
    """Leave an order aside or cancel it in the store too, after its sale where it is one.

    Gives the words for a toast, "" when it was given up. Raises NoSuchRecord and what the books say.
    """
    facts = await session.services.backend.read(lambda reader: cancel_facts(reader, order_id))
    return await _decided(CancelDialog(session, facts, parent=parent))


async def dismiss(session: Session, parent: QWidget, order_id: int) -> str:
    """Leave an order aside without telling the store.

    Gives the words for a toast, "" when it was given up. Raises NoSuchRecord and what the books say.
    """
    facts = await session.services.backend.read(lambda reader: cancel_facts(reader, order_id))
    return await _decided(CancelDialog(session, facts, aside=True, parent=parent))


async def accept_divergence(session: Session, parent: QWidget, order_id: int) -> str:
    """Accept that an order's amounts do not make its total.

    Gives the words for a toast, "" when it was given up. Raises NoSuchRecord and what the books say.
    """
    detail = await session.services.backend.read(lambda reader: reader.orders.detail(order_id))
    return await _decided(DivergenceDialog(session, detail, parent))


async def _decided(dialog: DecisionDialog) -> str:
    await answered(dialog)
    return dialog.outcome
