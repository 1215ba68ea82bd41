"""Taking a sale back over a screen: what returns to the shelf, what goes back to the buyer, and why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application import sales
from varejoforte_desktop.application.sale_questions import SaleDetail
from varejoforte_desktop.domain.errors import SaleAlreadyCancelled
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.dialogs.reason import PermissionHint, ReasonedDialog, ReasonField
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.sales.words import CANCEL_MOTIVES, buyer_words, refund_lines
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import restyle


async def cancel_sale(session: Session, parent: QWidget, sale_id: int) -> str:
    """Cancel a sale; the words for a toast, "" when it was given up. Raises NoSuchRecord and what the books say."""
    detail = await session.services.backend.read(lambda reader: reader.sales.detail(sale_id))
    dialog = CancelSaleDialog(session, detail, parent)
    await answered(dialog)
    return dialog.outcome


class CancelSaleDialog(ReasonedDialog):
    """One reason, one button; somebody without permission needs a supervisor."""

    def __init__(self, session: Session, detail: SaleDetail, parent: QWidget | None = None) -> None:
        title = self.tr("Cancelar a venda {number}").format(number=detail.row.number)
        reason = ReasonField("cancel_sale_reason", CANCEL_MOTIVES)
        super().__init__(session, "cancel_sale", title, self.tr("Cancelar venda"), parent, reason=reason)
        self._detail = detail
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
        self.body.addWidget(warning_box("cancel_sale_refunds", map(paragraph, lines)))
        self.body.addWidget(self.reason)
        self.body.addWidget(PermissionHint(self.session.actor, Permission.CANCEL_SALES))
        self.body.addStretch(1)

    def failed(self, error: BaseException) -> None:
        """Somebody else was faster: nothing is left to do."""
        if isinstance(error, SaleAlreadyCancelled):
            self.end(sentence(error).whole, Tone.INFO)
        else:
            super().failed(error)

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
        await self.session.services.backend.run(
            sales.cancel_sale,
            self._detail.row.id,
            reason=reason,
            by=actor,
            approved_by=None if approver == actor else approver,
        )
        return self.tr("Venda {number} cancelada: a mercadoria voltou ao estoque.").format(number=number)
