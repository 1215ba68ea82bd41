"""F12 at the counter: a sale that was finished here is cancelled, with its motive and by somebody who may."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.dialog import confirmed
from varejoforte_desktop.ui.counter.prompts import ReasonPrompt
from varejoforte_desktop.ui.counter.recent import RecentDialog
from varejoforte_desktop.ui.counter.sound import CounterSound
from varejoforte_desktop.ui.dialogs.approval import ask_supervisor
from varejoforte_desktop.ui.services import Session

_REASONS: Final = ("Cliente desistiu", "Produto errado", "Forma de pagamento errada", "Defeito no produto")


async def show_old_sales(session: Session, sound: CounterSound, parent: QWidget) -> str:
    """Show the last sales of this station; the words for one that was cancelled, "" when none was.

    Raises what cancel_sale raises.
    """
    services, actor = session.services, session.actor
    recent = RecentDialog(services.backend, actor.station, sound, parent)
    if not await confirmed(recent) or recent.picked is None:
        return ""
    row = recent.picked
    prompt = ReasonPrompt(row.number, row.total, _REASONS, parent)
    if not await confirmed(prompt):
        return ""
    supervisor = None
    if not actor.may(Permission.CANCEL_SALES):
        why = parent.tr("Cancelar a venda {number} de {total}.")
        supervisor = await ask_supervisor(
            session,
            parent,
            Permission.CANCEL_SALES,
            why.format(number=row.number, total=formats.money(row.total)),
        )
        if supervisor is None:
            return ""
    await services.backend.run(cancel_sale, row.id, reason=prompt.reason, by=actor, approved_by=supervisor)
    said = parent.tr("Venda {number} cancelada. Devolva {total} ao cliente.")
    return said.format(number=row.number, total=formats.money(row.total))
