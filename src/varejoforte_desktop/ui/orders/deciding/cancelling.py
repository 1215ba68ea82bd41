"""Giving an order up: left aside here, or cancelled in the store too; a sale that came of it is cancelled first."""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from varejoforte_desktop.application import order_import, order_sale
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import SaleDetail
from varejoforte_desktop.domain.errors import SaleAlreadyCancelled
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.order import OrderStage, StatusMeaning
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.dialogs.reason import PermissionHint, ReasonedDialog, ReasonField
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.orders.deciding.words import ASIDE_MOTIVES, CANCEL_MOTIVES
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.sales.taking_back import (
    SHORT_REASON,
    asks_sefaz,
    not_taken_back,
    take_back,
    too_short,
)
from varejoforte_desktop.ui.sales.words import refund_lines
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme, restyle


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelFacts:
    """The order, and the sale that it is now."""

    detail: OrderDetail
    sale: SaleDetail | None
    sefaz: bool = False  # the sale's note has to be cancelled at SEFAZ first


def cancel_facts(reader: Reader, order_id: int) -> CancelFacts:
    """As the books have it now. Raises NoSuchRecord."""
    detail = reader.orders.detail(order_id)
    sale = None if detail.sale_id is None else reader.sales.detail(detail.sale_id)
    sefaz = sale is not None and asks_sefaz(reader, sale.row.id)
    return CancelFacts(detail=detail, sale=sale, sefaz=sefaz)


class CancelDialog(ReasonedDialog):
    """Asks where it is cancelled and why; takes a cancellation back that the store has not done yet."""

    def __init__(
        self, session: Session, facts: CancelFacts, *, aside: bool = False, parent: QWidget | None = None
    ) -> None:
        """`aside`: it is only left aside here, and the store is not offered."""
        number = facts.detail.row.remote_id
        words = (
            self.tr("Deixar o pedido {number} de lado") if aside else self.tr("Cancelar o pedido {number}")
        )
        super().__init__(
            session,
            "cancel_order",
            words.format(number=number),
            self.tr("Deixar de lado"),
            parent,
            reason=ReasonField("cancel_reason", ASIDE_MOTIVES if aside else CANCEL_MOTIVES),
        )
        self._facts = facts
        self._aside = aside
        self._sale_gone = facts.sale is None
        self._sefaz = facts.sefaz and session.services.fiscal is not None
        if self._sefaz:
            self.busy_words = self.tr("Cancelando na SEFAZ…")
            self.reason.set_hint(SHORT_REASON)
        self.here = QRadioButton(self.tr("Só aqui (deixar de lado)"))
        self.store = QRadioButton(self.tr("Também na Tray"))
        self.hint = PermissionHint(session.actor, self._permission)
        self.recalls = facts.detail.cancel_wanted and not aside
        if self.recalls:
            self._build_recall()
        else:
            self._build()
        self.size_to(520)
        self._refuse_what_cannot_be()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        if self._facts.sale is not None:
            self.body.addWidget(self._sale_box(self._facts.sale))
        if self._aside:
            self.body.addWidget(paragraph(self.tr(_WHAT_ASIDE), "muted"))
        else:
            self.body.addLayout(self._choices())
        self.body.addWidget(self.reason)
        self.body.addWidget(self.hint)
        self.body.addStretch(1)
        self._chosen()

    def _choices(self) -> QVBoxLayout:
        group = QButtonGroup(self)
        column = QVBoxLayout()
        column.setSpacing(Space.XS)
        for radio, name, explained in (
            (self.here, "cancel_here", self.tr(_WHAT_ASIDE)),
            (self.store, "cancel_in_store", self.tr(_WHAT_STORE)),
        ):
            radio.setObjectName(name)
            radio.setAccessibleName(radio.text())
            radio.setAccessibleDescription(explained)
            group.addButton(radio)
            words = paragraph(explained, "small")
            words.setContentsMargins(Theme.current().px(Space.XL + Space.S), 0, 0, Space.S)
            column.addWidget(radio)
            column.addWidget(words)
        self.here.setChecked(True)
        row = self._facts.detail.row
        if row.meaning is StatusMeaning.CANCELLED:
            self.store.setEnabled(False)
            self.store.setToolTip(self.tr("O pedido já está cancelado na Tray."))
        elif row.stage is OrderStage.DISMISSED:
            self.here.setEnabled(False)
            self.here.setToolTip(self.tr("O pedido já está de lado."))
            self.store.setChecked(True)
        group.buttonToggled.connect(self._chosen)
        return column

    def _sale_box(self, sale: SaleDetail) -> QFrame:
        said = self.tr("Este pedido é a venda {sale}, de {total}: ela é cancelada primeiro.")
        said = said.format(sale=sale.row.number, total=formats.money(sale.row.total))
        return warning_box(
            "cancel_sale_first", (paragraph(said, "strong"), *map(paragraph, refund_lines(sale.sale)))
        )

    def _build_recall(self) -> None:
        said = self.tr("O cancelamento na Tray já foi pedido e espera a resposta da loja.")
        self.say(said, Tone.INFO)
        told = self.tr(
            "Se desistir, o pedido segue como antes. O que a Tray já tiver cancelado fica cancelado."
        )
        self.body.addWidget(paragraph(told))
        self.body.addWidget(self.hint)
        self.body.addStretch(1)
        self.hint.show_for(Permission.CANCEL_ORDERS)
        self.set_verb(self.tr("Desistir do cancelamento"))

    def _refuse_what_cannot_be(self) -> None:
        row = self._facts.detail.row
        if row.stage is OrderStage.BEFORE:
            said = self.tr("O pedido {number} já estava encerrado quando a loja foi conectada.")
            self.end(said.format(number=row.remote_id), Tone.INFO)
        elif row.stage is OrderStage.DISMISSED and self._aside:
            self.end(self.tr("O pedido {number} já está de lado.").format(number=row.remote_id), Tone.INFO)
        elif row.stage is OrderStage.DISMISSED and row.meaning is StatusMeaning.CANCELLED:
            said = self.tr("O pedido {number} já está de lado, e cancelado na Tray.")
            self.end(said.format(number=row.remote_id), Tone.INFO)

    # -- choosing -------------------------------------------------------------------------------------

    @property
    def in_store(self) -> bool:
        """Whether the store is to be told."""
        return self.store.isChecked()

    @property
    def _permission(self) -> Permission:
        return (
            Permission.CANCEL_ORDERS
            if self.in_store or self._facts.detail.cancel_wanted
            else (Permission.RESOLVE_ORDERS)
        )

    def _chosen(self, *_: object) -> None:
        self.hint.show_for(self._permission)
        verb = self.tr("Cancelar na Tray") if self.in_store else self.tr("Deixar de lado")
        if not self._sale_gone:
            verb = self.tr("Cancelar a venda e o pedido")
        self.set_verb(verb)
        restyle(self.go, kind="danger" if self.in_store or not self._sale_gone else "primary")

    def first(self) -> QWidget:
        """The choice, or the reason when there is none."""
        if self.recalls:
            return self.back
        if self._aside:
            return super().first()
        return self.store if self.in_store else self.here

    # -- doing it -------------------------------------------------------------------------------------

    def work(self) -> Coroutine[Any, Any, str] | None:
        """A cancellation is taken back without a reason; with a note, SEFAZ takes no short one."""
        if self.recalls:
            return self._recall()
        reason = self.reason.read()
        if reason is not None and self._sefaz and not self._sale_gone and too_short(reason):
            self.reason.point_at(SHORT_REASON)
            return None
        return None if reason is None else self.work_for(reason)

    def said(self, error: BaseException) -> Sentence:
        """Why the sale, and with it the order, still stands."""
        return not_taken_back(error)

    async def _recall(self) -> str:
        row = self._facts.detail.row
        why = self.tr("Desistir de cancelar o pedido {number} na Tray.").format(number=row.remote_id)
        by = await self.permitted(Permission.CANCEL_ORDERS, why)
        if by is None:
            return ""
        await self.session.services.backend.run(order_sale.recall_cancellation, row.id, by=by)
        return self.tr("O pedido {number} segue como antes.").format(number=row.remote_id)

    async def work_for(self, reason: str) -> str:
        """What is chosen, once somebody who may has allowed it; a sale that came of the order goes first."""
        row, sale = self._facts.detail.row, self._facts.sale
        why = self.tr("Cancelar a venda {sale} e o pedido {number}.") if sale else self.tr("{what}.")
        why = why.format(sale=sale.row.number if sale else "", number=row.remote_id, what=self.windowTitle())
        by = await self.permitted(self._permission, why)
        if by is None:
            return ""
        run = self.session.services.backend.run
        if sale is not None and not self._sale_gone:
            # Somebody else may have been faster: then only the order is left.
            with suppress(SaleAlreadyCancelled):
                await take_back(self.session, sale.row.id, reason=reason, approved_by=by)
            self._sale_gone = True
            self._chosen()
            # Whatever becomes of the rest, this much is done.
            done = self.tr("Venda {sale} cancelada; o pedido {number} voltou a esperar.")
            self.outcome = done.format(sale=sale.row.number, number=row.remote_id)
        if self.in_store:
            await run(order_sale.cancel_order, row.id, reason=reason, by=by)
            words = self.tr("O cancelamento do pedido {number} vai para a Tray.")
        else:
            await run(order_import.dismiss_order, row.id, reason=reason, by=by)
            words = self.tr("Pedido {number} deixado de lado.")
        words = words.format(number=row.remote_id)
        return (
            words
            if sale is None
            else f"{self.tr('Venda {sale} cancelada.').format(sale=sale.row.number)} {words}"
        )


_WHAT_ASIDE = "O pedido deixa de reservar mercadoria. A Tray não é avisada, e ele pode ser trazido de volta."
_WHAT_STORE = (
    "ERP → Tray: a loja também cancela o pedido. A mercadoria continua reservada até a Tray confirmar."
)
