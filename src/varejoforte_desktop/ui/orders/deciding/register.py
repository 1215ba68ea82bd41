"""Registering an order as a sale in one confirmed step: who, what, how it was paid and which document goes with it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.customers import buyer_document
from varejoforte_desktop.application.order_sale import Registration, order_amounts
from varejoforte_desktop.application.outside import NotThere, OutsideError
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.errors import (
    DocumentMissing,
    DomainError,
    InsufficientStock,
    OrderAlreadyRegistered,
    OrderBlocked,
    OrderStageWrong,
    PaymentDoesNotFit,
    TillClosed,
)
from varejoforte_desktop.domain.fiscal_errors import NfceNotForCompanies
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import Obstacle
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.orders.deciding.amounts import AmountList
from varejoforte_desktop.ui.orders.deciding.fiscal import FiscalChoice
from varejoforte_desktop.ui.orders.deciding.lines import OrderLines
from varejoforte_desktop.ui.orders.deciding.payment import PaymentPart
from varejoforte_desktop.ui.orders.deciding.register_facts import RegisterFacts, standing
from varejoforte_desktop.ui.orders.deciding.registered import RegisteredCard
from varejoforte_desktop.ui.orders.deciding.words import (
    Part,
    buyer_line,
    registered_words,
    sale_parts,
    stopped_words,
)
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.sales.issuing import NoteIssuer
from varejoforte_desktop.ui.sales.note_words import NoteTold
from varejoforte_desktop.ui.sales.papers import print_again
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Space, Theme, restyle

#: The size at 100 %: width, least and most height, and what stands above and below the two sides.
_WIDE, _LOWEST, _LOWEST_UNPAID, _HIGHEST, _AROUND = 960, 520, 640, 660, 190
#: The size, at 100 %, that the result needs.
_DONE_WIDE, _DONE_HIGH = 560, 380
_TOUCHED = frozenset({Topic.ORDERS, Topic.SALES, Topic.STOCK, Topic.PRODUCTS, Topic.TILL})


class RegisterDialog(DecisionDialog):
    """The order becomes one sale, whatever is pressed and however often: its token is made here."""

    def __init__(self, session: Session, facts: RegisterFacts, parent: QWidget | None = None) -> None:
        row = facts.detail.row
        title = self.tr("Registrar venda do pedido {number}").format(number=row.remote_id)
        super().__init__(session, "register_order", title, self.tr("Registrar venda"), parent)
        self.busy_words = self.tr("Conferindo na Tray…")
        self._facts = facts
        self._token = str(uuid4())
        self._offered = False
        self._stopping = False
        self._receipt: SaleReceipt | None = None
        self.card: RegisteredCard | None = None
        self.issuer = NoteIssuer(session, self, prints=False)
        self.issuer.told.connect(self._show_note)
        self.issuer.ready.connect(self._offer_paper)
        self.lines = OrderLines("register_lines")
        self.side = QScrollArea()
        self.amounts = AmountList("register_amounts")
        self.payment: PaymentPart | None = None
        self.fiscal: FiscalChoice | None = None
        self.banner.acted.connect(self.register_unchecked)
        unchecked = Shortcut("Ctrl+F10", self.tr("Registrar sem conferir na Tray"), title)
        session.services.shortcuts.bind(self, unchecked, self.register_unchecked)
        order = facts.detail.order
        if order is not None:
            self._build(order)
        self._fit()
        refusal = standing(facts.detail)
        if refusal:
            self.end(refusal)

    # -- building -------------------------------------------------------------------------------------

    def _build(self, order: StoreOrder) -> None:
        document = buyer_document(order.buyer)
        amounts = order_amounts(order)
        self.payment = PaymentPart(
            order,
            amounts.total,
            paid=Obstacle.NOT_PAID not in self._facts.detail.row.obstacles,
            till_open=self._facts.till_open,
            credit=bool(document),
        )
        self.fiscal = FiscalChoice(
            order,
            issues=self.session.services.fiscal is not None,
            nfce_to_companies=self._facts.nfce_to_companies,
        )
        self.lines.show_lines(self._facts.detail.lines)
        self.amounts.show_parts(sale_parts(amounts), Part(self.tr("Total"), amounts.total))
        sides = QHBoxLayout()
        sides.setSpacing(Space.L)
        sides.addWidget(_card(self.lines), 1)
        sides.addWidget(_card(self._side()))
        self.body.addLayout(self._buyer(order, document))
        self.body.addLayout(sides, 1)

    def _buyer(self, order: StoreOrder, document: str) -> QVBoxLayout:
        name = QLabel(order.buyer.name or self.tr("Comprador sem nome"))
        name.setObjectName("register_buyer")
        facts = [buyer_line(order, document)]
        facts.append(self.tr("Retira na loja") if order.pickup else order.shipment)
        about = QLabel(" · ".join(each for each in facts if each))
        about.setObjectName("register_buyer_facts")
        for label, kind in ((name, "heading"), (about, "muted")):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            restyle(label, words=kind)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(name)
        column.addWidget(about)
        return column

    def _side(self) -> QScrollArea:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.L)
        after = QLabel(self._after_words())
        after.setObjectName("register_status_after")
        after.setWordWrap(True)
        restyle(after, words="small")
        for part in (self.amounts, self.payment, self.fiscal, after):
            if part is not None:
                column.addWidget(part)
        column.addStretch(1)
        area = self.side
        area.setObjectName("register_side")
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(Theme.current().px(310))
        # The card behind is to be seen, not the window's colour.
        page.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    def _fit(self) -> None:
        """As high as the longer side needs; beyond that the sides scroll."""
        pages = (self.lines.widget(), self.side.widget())
        inside = max(page.sizeHint().height() for page in pages if page is not None)
        wanted = round(inside / Theme.current().font_scale) + _AROUND
        lowest = _LOWEST_UNPAID if self.payment is not None and self.payment.unpaid else _LOWEST
        self.size_to(_WIDE, max(lowest, min(wanted, _HIGHEST)))

    def _after_words(self) -> str:
        if not self._facts.status_after:
            return self.tr("ERP → Tray: a situação do pedido não muda.")
        said = self.tr("ERP → Tray: a situação do pedido passa para “{status}”.")
        return said.format(status=self._facts.status_after)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits where something may be chosen."""
        super().showEvent(event)
        if self.over:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.payment is not None and self.payment.unpaid:
            self.payment.method.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.fiscal is not None:
            self.fiscal.focus()

    # -- registering ----------------------------------------------------------------------------------

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Registers what is chosen, after the order was read again; afterwards, prints."""
        if self.card is not None:
            return self._print()
        registration = self._read(checked=True)
        return None if registration is None else self._register(registration)

    def register_unchecked(self) -> None:
        """The store could not be asked, and somebody with permission goes on without it."""
        if not self._offered or self.saving or self.over:
            return
        registration = self._read(checked=False)
        if registration is not None:
            self.begin(self._register(registration))

    def _read(self, *, checked: bool) -> Registration | None:
        if self.payment is None or self.fiscal is None or self._stopping:
            return None
        payments = self.payment.read()
        if payments is None:
            self.side.ensureWidgetVisible(self.payment)
            return None
        fiscal = self.fiscal.read()
        if fiscal is None:
            self.side.ensureWidgetVisible(self.fiscal)
            return None
        return Registration(
            order_id=self._facts.detail.row.id,
            token=self._token,
            fiscal=fiscal,
            payments=payments,
            checked=checked,
            unpaid=self.payment.unpaid,
        )

    async def _register(self, registration: Registration) -> str:
        actor, remote_id = self.session.actor, self._facts.detail.row.remote_id
        approver: Actor | None = None
        if registration.unpaid or not registration.checked:
            why = (
                self.tr("Registrar o pedido {number}, que ainda não foi pago na loja.")
                if registration.unpaid
                else self.tr("Registrar o pedido {number} sem conferir na Tray se ele continua de pé.")
            )
            approver = await self.permitted(Permission.RESOLVE_ORDERS, why.format(number=remote_id))
            if approver is None:
                return ""
        approved_by = None if approver is None or approver.operator_id == actor.operator_id else approver
        self.banner.hide()
        self.back.setText(self.tr("Parar de esperar (Esc)"))
        receipt = await self.session.services.orders.register(registration, by=actor, approved_by=approved_by)
        self._receipt = receipt
        return registered_words(remote_id, receipt)

    # -- afterwards -----------------------------------------------------------------------------------

    def carried_out(self, result: object) -> None:
        """A sale whose note is issued here is shown with it; any other closes the dialog."""
        receipt = self._receipt
        if not isinstance(result, str) or not result or receipt is None or self.card is not None:
            super().carried_out(result)
            return
        card = RegisteredCard(receipt)
        self.card = card
        if not self.issuer.issue(receipt.sale_id, receipt.fiscal):
            self.card = None
            super().carried_out(result)
            return
        self._show_done(card)

    def _show_done(self, card: RegisteredCard) -> None:
        number = self._facts.detail.row.remote_id
        self.heading.setText(self.tr("Pedido {number} registrado").format(number=number))
        self.banner.hide()
        self.inside.hide()
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(2, card, 1)
        self.set_verb(self.tr("Imprimir"))
        self.go.setEnabled(False)
        self.go.setVisible(self.session.services.printing is not None)
        self.back.setText(self.tr("Fechar (Esc)"))
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        theme = Theme.current()
        self.resize(min(self.width(), theme.px(_DONE_WIDE)), min(self.height(), theme.px(_DONE_HIGH)))

    def _show_note(self, _sale_id: int, told: NoteTold) -> None:
        if self.card is None or self._receipt is None:
            return
        self.card.show_note(told)
        self.outcome = registered_words(self._facts.detail.row.remote_id, self._receipt, told.whole)

    def _offer_paper(self, _sale_id: int, _document_id: int) -> None:
        self.go.setEnabled(True)

    async def _print(self) -> str | None:
        if self._receipt is None:
            return None
        name = await print_again(self.session, self._receipt.sale_id)
        return f"{self.outcome} {self.tr('{name}: na impressora.').format(name=name)}" if name else ""

    async def aclose(self) -> None:
        """The note goes on without the window."""
        await self.issuer.aclose()
        await super().aclose()

    # -- giving up ------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc: back; while the store is being asked, stop waiting for it."""
        if not self.saving:
            super().reject()
        elif not self._stopping:
            self._stopping = True
            self.tasks.start(self._stop())

    async def _stop(self) -> None:
        """The sale may have been written in the very moment; the token keeps it from being written again."""
        try:
            await self.stop()
            order_id = self._facts.detail.row.id
            detail = await self.session.services.backend.read(lambda reader: reader.orders.detail(order_id))
        finally:
            self._stopping = False
        if not detail.row.sale_number:
            self.say(self.tr("Nada foi registrado."), Tone.INFO)
            return
        self.session.services.changes.publish(_TOUCHED)
        self.outcome = self.tr("Pedido {number} registrado: venda {sale}.").format(
            number=detail.row.remote_id, sale=detail.row.sale_number
        )
        self.accept()

    # -- refusals -------------------------------------------------------------------------------------

    def failed(self, error: BaseException) -> None:
        """A store that cannot be asked leaves a way out; an order that is gone leaves none."""
        self._offered = False
        if isinstance(error, OrderBlocked | OrderAlreadyRegistered | OrderStageWrong):
            self.end(stopped_words(error))
        elif isinstance(error, NotThere):
            said = self.tr("A Tray não tem mais o pedido {number}. Nenhuma venda foi registrada.")
            self.end(said.format(number=self._facts.detail.row.remote_id))
        elif isinstance(error, OutsideError):
            self._offered = True
            words = self.tr("{trouble} O pedido não pôde ser conferido; tente de novo (F10).")
            button = self.tr("Registrar sem conferir na Tray (Ctrl+F10)")
            self.say(words.format(trouble=sentence(error).text), Tone.WARN, button)
        else:
            super().failed(error)

    def point_at(self, error: DomainError, said: str) -> bool:
        """Each refusal beside what it is about."""
        if isinstance(error, InsufficientStock):
            return self.lines.point_at(error.reference, said)
        if isinstance(error, DocumentMissing | NfceNotForCompanies) and self.fiscal is not None:
            self.fiscal.point_at(said)
            return True
        if isinstance(error, TillClosed | PaymentDoesNotFit) and self.payment is not None:
            self.payment.point_at(said)
            return True
        return False


def _card(area: QScrollArea) -> QFrame:
    card = QFrame()
    restyle(card, card=True)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
    inside.addWidget(area)
    return card
