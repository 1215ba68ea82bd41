"""What a note is about to change, said once before it does."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.purchases import PurchaseReceipt, enter_purchase
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.purchases.told import receipt_words
from varejoforte_desktop.ui.purchases.work import PurchaseWork, Standing
from varejoforte_desktop.ui.services import Session


def summary_lines(work: PurchaseWork) -> list[str]:
    """Everything that changes, a sentence each."""
    standings = [work.standing(place) for place in work.places]
    out = standings.count(Standing.OUT)
    effects = work.effects()
    told = [effect for effect in effects if effect.after.sell_online]
    old = [effect for effect in effects if effect.before.product.id]
    lines = [
        f"{formats.counted(len(standings) - out, 'linha entra', 'linhas entram')} no estoque "
        f"({formats.counted(len(effects), 'produto', 'produtos')})."
    ]
    if out:
        lines.append(f"{formats.counted(out, 'linha fica', 'linhas ficam')} de fora.")
    if new := len(effects) - len(old):
        lines.append(
            f"{formats.counted(new, 'produto novo é cadastrado', 'produtos novos são cadastrados')}."
        )
    if costs := sum(effect.costs for effect in old):
        lines.append(f"{formats.counted(costs, 'custo muda', 'custos mudam')}.")
    prices = sum(effect.reprices for effect in old)
    lines.append(
        f"{formats.counted(prices, 'preço de venda muda', 'preços de venda mudam')}."
        if prices
        else "Nenhum preço de venda muda."
    )
    lines.append(
        f"A loja virtual fica sabendo de {formats.counted(len(told), 'produto', 'produtos')}."
        if told
        else "Nada muda na loja virtual."
    )
    return lines


class EnterDialog(DecisionDialog):
    """Says what changes and does it. `receipt` is what came of it."""

    def __init__(self, session: Session, work: PurchaseWork, *, own_cnpj: str, parent: QWidget) -> None:
        title = parent.tr("Dar entrada na NF-e {number}").format(number=work.note.number)
        super().__init__(session, "purchase_enter", title, parent.tr("Dar entrada"), parent)
        self._work, self._own = work, own_cnpj
        self.receipt: PurchaseReceipt | None = None
        for line in summary_lines(work):
            self.body.addWidget(paragraph(line))
        self.size_to(520)

    def showEvent(self, event: QShowEvent) -> None:
        """All was decided: one Enter more, and it is done."""
        super().showEvent(event)
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Hand the decisions to the books."""
        return self._enter()

    async def _enter(self) -> str:
        self.receipt = await self.session.services.backend.run(
            enter_purchase,
            self._work.note,
            self._work.choices(),
            own_cnpj=self._own,
            accept_unproven=self._work.trusted,
            less_icms=self._work.less_icms,
            by=self.session.actor,
        )
        return receipt_words(self.receipt)
