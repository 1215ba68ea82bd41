"""Taking an entered note back over its list: what leaves the shelf, what becomes of costs and prices, and why."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.purchase_questions import PurchaseDetail
from varejoforte_desktop.application.undo_purchase import undo_purchase as take_back
from varejoforte_desktop.domain.fiscal_errors import PurchaseRefused
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.dialogs.reason import PermissionHint, ReasonedDialog, ReasonField
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.purchases.told import undo_words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import restyle

UNDO_MOTIVES: Final = (
    "Nota errada",
    "Conversão errada",
    "Produto errado",
    "Mercadoria recusada ou não veio",
)


async def undo_purchase(session: Session, parent: QWidget, purchase_id: int) -> str:
    """Take a note back; the words for a toast, "" when it was given up. Raises NoSuchRecord."""
    detail = await session.services.backend.read(lambda reader: reader.purchases.detail(purchase_id))
    dialog = UndoPurchaseDialog(session, detail, parent)
    await answered(dialog)
    return dialog.outcome


def undo_lines(detail: PurchaseDetail) -> list[str]:
    """Everything that happens, a sentence each."""
    entered = detail.row.lines - detail.row.left_out
    products = len({line.product_id for line in detail.lines if line.product_id is not None})
    return [
        f"{formats.counted(entered, 'linha sai', 'linhas saem')} do estoque "
        f"({formats.counted(products, 'produto', 'produtos')}).",
        "Custos e preços voltam ao que eram, onde ninguém os mudou depois.",
        "Os códigos do fornecedor aprendidos com ela são esquecidos; os produtos que ela cadastrou ficam.",
        "A loja virtual fica sabendo, e o XML pode dar entrada de novo.",
    ]


class UndoPurchaseDialog(ReasonedDialog):
    """One reason, one button; somebody who may not adjust the stock needs a supervisor."""

    def __init__(self, session: Session, detail: PurchaseDetail, parent: QWidget | None = None) -> None:
        title = self.tr("Desfazer a entrada da NF-e {number}").format(number=detail.row.number)
        reason = ReasonField("undo_purchase_reason", UNDO_MOTIVES)
        super().__init__(
            session, "undo_purchase", title, self.tr("Desfazer a entrada"), parent, reason=reason
        )
        self._detail = detail
        restyle(self.go, kind="danger")
        row = detail.row
        self.body.addWidget(paragraph(f"{row.supplier} · {formats.money(row.total)}", "heading"))
        self.body.addWidget(warning_box("undo_purchase_effects", map(paragraph, undo_lines(detail))))
        self.body.addWidget(self.reason)
        self.body.addWidget(PermissionHint(session.actor, Permission.ADJUST_STOCK))
        self.body.addStretch(1)
        self.size_to(520)
        if row.undone:
            self.end(sentence(PurchaseRefused("undone")).whole, Tone.INFO)

    def failed(self, error: BaseException) -> None:
        """Somebody else was faster: nothing is left to do."""
        if isinstance(error, PurchaseRefused) and error.why == "undone":
            self.end(sentence(error).whole, Tone.INFO)
        else:
            super().failed(error)

    async def work_for(self, reason: str) -> str:
        """Takes the note back, once somebody who may has allowed it."""
        row = self._detail.row
        why = self.tr("Desfazer a entrada da NF-e {number}, de {supplier}.").format(
            number=row.number, supplier=row.supplier
        )
        approver = await self.permitted(Permission.ADJUST_STOCK, why)
        if approver is None:
            return ""
        actor = self.session.actor
        receipt = await self.session.services.backend.run(
            take_back,
            row.id,
            reason=reason,
            by=actor,
            approved_by=None if approver == actor else approver,
        )
        return undo_words(receipt)
