"""Taking a sale back over a screen: what returns to the shelf, what goes back to the buyer, and why."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import SaleDetail
from varejoforte_desktop.domain.errors import SaleAlreadyCancelled
from varejoforte_desktop.domain.fiscal_errors import FiscalUnanswered
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.dialogs.reason import PermissionHint, ReasonedDialog, ReasonField
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.sales.taking_back import (
    SHORT_REASON,
    asks_sefaz,
    half_cancelled,
    not_taken_back,
    take_back,
    too_short,
)
from varejoforte_desktop.ui.sales.words import CANCEL_MOTIVES, buyer_words, refund_lines
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import restyle


async def cancel_sale(session: Session, parent: QWidget, sale_id: int) -> str:
    """Cancel a sale; the words for a toast, "" when it was given up. Raises NoSuchRecord and what the books say."""
    facts = await session.services.backend.read(lambda reader: cancel_facts(reader, sale_id))
    dialog = CancelSaleDialog(session, facts, parent)
    await answered(dialog)
    return dialog.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelFacts:
    """The sale; whether SEFAZ has to cancel its note first; the reason SEFAZ was given when it already has."""

    detail: SaleDetail
    sefaz: bool
    half: str | None


def cancel_facts(reader: Reader, sale_id: int) -> CancelFacts:
    """As the books have it now. Raises NoSuchRecord."""
    return CancelFacts(
        detail=reader.sales.detail(sale_id),
        sefaz=asks_sefaz(reader, sale_id),
        half=half_cancelled(reader, sale_id),
    )


class CancelSaleDialog(ReasonedDialog):
    """One reason, one button; somebody without permission needs a supervisor. A note is cancelled at SEFAZ first."""

    def __init__(self, session: Session, facts: CancelFacts, parent: QWidget | None = None) -> None:
        detail = facts.detail
        title = (
            self.tr("Cancelar a venda {number}")
            if facts.half is None
            else self.tr("Concluir o cancelamento da venda {number}")
        ).format(number=detail.row.number)
        reason = ReasonField("cancel_sale_reason", CANCEL_MOTIVES)
        verb = self.tr("Cancelar venda") if facts.half is None else self.tr("Concluir o cancelamento")
        super().__init__(session, "cancel_sale", title, verb, parent, reason=reason)
        self._detail = detail
        self._sefaz = facts.sefaz and session.services.fiscal is not None
        if self._sefaz:
            self.busy_words = self.tr("Cancelando na SEFAZ…")
            reason.set_hint(SHORT_REASON)
        if facts.half:
            reason.combo.setEditText(facts.half)
        restyle(self.go, kind="danger")
        self._build()
        self.size_to(480)
        if detail.row.state is SaleState.CANCELLED:
            self.end(sentence(SaleAlreadyCancelled(detail.row.number)).whole, Tone.INFO)

    def _build(self) -> None:
        row = self._detail.row
        self.body.addWidget(paragraph(f"{buyer_words(row)} · {formats.money(row.total)}", "heading"))
        lines = refund_lines(self._detail.sale)
        if row.order_remote_id:
            said = self.tr("O pedido {number} volta a esperar e a reservar a mercadoria.")
            lines.append(said.format(number=row.order_remote_id))
        if self._sefaz:
            lines.insert(0, self.tr("A nota é cancelada na SEFAZ primeiro; só depois a venda."))
        self.body.addWidget(warning_box("cancel_sale_refunds", map(paragraph, lines)))
        self.body.addWidget(self.reason)
        self.body.addWidget(PermissionHint(self.session.actor, Permission.CANCEL_SALES))
        self.body.addStretch(1)

    def failed(self, error: BaseException) -> None:
        """Somebody else was faster: nothing is left to do."""
        if isinstance(error, SaleAlreadyCancelled):
            self.end(sentence(error).whole, Tone.INFO)
        elif isinstance(error, FiscalUnanswered):
            self.end(not_taken_back(error).whole, Tone.WARN)
        else:
            super().failed(error)

    def said(self, error: BaseException) -> Sentence:
        """Why the sale still stands."""
        return not_taken_back(error)

    def work(self) -> Coroutine[Any, Any, str] | None:
        """With a note the reason goes to SEFAZ, which takes no short one."""
        reason = self.reason.read()
        if reason is not None and self._sefaz and too_short(reason):
            self.reason.point_at(SHORT_REASON)
            return None
        return None if reason is None else self.work_for(reason)

    async def work_for(self, reason: str) -> str:
        """Cancels the sale, once somebody who may has allowed it."""
        number = self._detail.row.number
        why = self.tr("Cancelar a venda {number}, de {total}.").format(
            number=number, total=formats.money(self._detail.row.total)
        )
        approver = await self.permitted(Permission.CANCEL_SALES, why)
        if approver is None:
            return ""
        actor = self.session.actor
        await take_back(
            self.session,
            self._detail.row.id,
            reason=reason,
            approved_by=None if approver == actor else approver,
        )
        return self.tr("Venda {number} cancelada: a mercadoria voltou ao estoque.").format(number=number)
