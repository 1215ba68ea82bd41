"""Shift+F12 at the counter: a sale that was finished here is printed once more, or cancelled by somebody who may."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.after_sale import AfterSale, taken_back_words
from varejoforte_desktop.ui.counter.dialog import confirmed
from varejoforte_desktop.ui.counter.prompts import ReasonPrompt
from varejoforte_desktop.ui.counter.recent import RecentDialog
from varejoforte_desktop.ui.counter.sound import CounterSound
from varejoforte_desktop.ui.dialogs.approval import ask_supervisor
from varejoforte_desktop.ui.sales.papers import print_again
from varejoforte_desktop.ui.sales.taking_back import LEAST, asks_sefaz, take_back
from varejoforte_desktop.ui.services import Session

_REASONS: Final = ("Cliente desistiu", "Produto errado", "Forma de pagamento errada", "Defeito no produto")


async def show_old_sales(session: Session, sound: CounterSound, after: AfterSale, parent: QWidget) -> str:
    """Show the last sales of this station; the words for what was done with one, "" when nothing was.

    Raises what cancel_sale and printing raise.
    """
    recent = RecentDialog(session, sound, parent)
    if not await confirmed(recent) or recent.picked is None:
        return ""
    if recent.prints:
        name = await print_again(session, recent.picked.id)
        if not name:
            return parent.tr("A nota da venda {number} ainda não saiu.").format(number=recent.picked.number)
        return parent.tr("{name}: na impressora.").format(name=f"{name[:1].upper()}{name[1:]}")
    return await _cancel(session, recent.picked, after, parent)


async def _cancel(session: Session, row: SaleRow, after: AfterSale, parent: QWidget) -> str:
    services, actor = session.services, session.actor
    sefaz = services.fiscal is not None and await services.backend.read(
        lambda reader: asks_sefaz(reader, row.id)
    )
    prompt = ReasonPrompt(row.number, row.total, _REASONS, parent, least=LEAST if sefaz else 1)
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
    if sefaz:
        return after.take_back(row, prompt.reason, supervisor)
    await take_back(session, row.id, reason=prompt.reason, approved_by=supervisor)
    return taken_back_words(row)
