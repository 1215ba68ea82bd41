"""An order whose sums do not make its total: shown side by side, and accepted by somebody who may."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application import order_import
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.reason import PermissionHint, ReasonedDialog, ReasonField
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.orders.deciding.amounts import AmountList
from varejoforte_desktop.ui.orders.deciding.words import DIVERGENCE_MOTIVES, Part, order_parts
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, restyle


class DivergenceDialog(ReasonedDialog):
    """How the total is made, what it should be, what the store says, and why that is all right."""

    def __init__(self, session: Session, detail: OrderDetail, parent: QWidget | None = None) -> None:
        number = detail.row.remote_id
        title = self.tr("Valores do pedido {number}").format(number=number)
        reason = ReasonField("divergence_reason", DIVERGENCE_MOTIVES)
        super().__init__(session, "divergence", title, self.tr("Aceitar a diferença"), parent, reason=reason)
        self._detail = detail
        self.amounts = AmountList("divergence_amounts")
        self.difference = QLabel()
        self.difference.setObjectName("divergence_difference")
        order = detail.order
        if order is not None:
            self._build(order)
        self.size_to(520)
        if order is None:
            self.end(self.tr("O pedido {number} não pôde ser lido.").format(number=number))
        elif order.adds_up or detail.divergence_accepted:
            said = self.tr("Não há o que aceitar: os valores do pedido {number} já estão resolvidos.")
            self.end(said.format(number=number), Tone.INFO)

    def _build(self, order: StoreOrder) -> None:
        expected, told = order.expected_total, order.amounts.total
        self.amounts.show_parts(
            order_parts(order.lines_total, order.amounts),
            Part(self.tr("Deveria dar"), expected),
            Part(self.tr("A Tray diz"), told),
        )
        card = QFrame()
        restyle(card, card=True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        inside.addWidget(self.amounts)
        self.body.addWidget(card)
        self.body.addWidget(self._difference_line(order))
        self.body.addWidget(self.reason)
        self.body.addWidget(PermissionHint(self.session.actor, Permission.RESOLVE_ORDERS))
        self.body.addStretch(1)

    def _difference_line(self, order: StoreOrder) -> QFrame:
        difference = order.amounts.total - order.expected_total
        way = self.tr("a mais") if difference > ZERO else self.tr("a menos")
        said = self.tr("A Tray cobra {amount} {way} do que a conta dá.")
        amount = formats.money(difference if difference > ZERO else -difference)
        self.difference.setText(said.format(amount=amount, way=way))
        self.difference.setWordWrap(True)
        restyle(self.difference, words="strong")
        box = QFrame()
        restyle(box, banner=Tone.WARN.value)
        line = QHBoxLayout(box)
        line.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        line.setSpacing(Space.S)
        line.addWidget(IconLabel(Tone.WARN.icon, Tone.WARN.role, 18))
        line.addWidget(self.difference, 1)
        return box

    async def work_for(self, reason: str) -> str:
        """Accepts the sums, once somebody who may has allowed it."""
        row = self._detail.row
        why = self.tr("Aceitar os valores do pedido {number} como estão.").format(number=row.remote_id)
        by = await self.permitted(Permission.RESOLVE_ORDERS, why)
        if by is None:
            return ""
        await self.session.services.backend.run(order_import.accept_divergence, row.id, reason=reason, by=by)
        return self.tr("Diferença do pedido {number} aceita.").format(number=row.remote_id)
