"""Saying that an order has left: the carrier's code, told to the store with the status that the shop chose."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.order_status_flow import send_off
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.order import LONGEST_CODE, LONGEST_URL
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.field import Field


async def send_order_off(session: Session, parent: QWidget, order_id: int) -> str:
    """Ask for the tracking code of an order; the words for a toast, "" when it was given up.

    Raises NoSuchRecord or BooksError.
    """
    detail, status = await session.services.backend.read(
        lambda reader: (reader.orders.detail(order_id), reader.orders.rules().shipped_status_id)
    )
    names = await session.services.backend.read(
        lambda reader: {row.status_id: row.name for row in reader.orders.statuses()}
    )
    dialog = SendOffDialog(session, detail, names.get(status, ""), parent)
    await answered(dialog)
    return dialog.outcome


class SendOffDialog(DecisionDialog):
    """The code, and where it can be followed when somebody knows."""

    def __init__(
        self, session: Session, detail: OrderDetail, status: str, parent: QWidget | None = None
    ) -> None:
        """`status` is what the store calls the status that the order gets, "" when it is left alone."""
        number = detail.row.remote_id
        title = self.tr("Código de rastreio do pedido {number}").format(number=number)
        super().__init__(session, "send_off", title, self.tr("Informar envio"), parent)
        self._order_id = detail.row.id
        self._number = number
        self.code = QLineEdit()
        self.url = QLineEdit()
        self._build(detail, status)
        self.size_to(480)

    def _build(self, detail: OrderDetail, status: str) -> None:
        shipment = detail.shipment
        for editor, name, most, value in (
            (self.code, "send_off_code", LONGEST_CODE, shipment.code if shipment else ""),
            (self.url, "send_off_url", LONGEST_URL - 8, shipment.url if shipment else ""),
        ):
            editor.setObjectName(name)
            editor.setMaxLength(most)
            editor.setText(value)
            editor.returnPressed.connect(self.save)
        told = (
            self.tr("A Tray recebe o código e a situação “{status}”.").format(status=status)
            if status
            else self.tr("A Tray recebe o código; a situação do pedido não muda.")
        )
        self.body.addWidget(paragraph(told, "muted"))
        self.code_field = Field(
            self.tr("Código de rastreio"), self.code, self.tr("Digite ou bipe o código da etiqueta.")
        )
        self.url_field = Field(
            self.tr("Link de rastreio (se houver)"), self.url, self.tr("A página onde o comprador acompanha.")
        )
        for field in (self.code_field, self.url_field):
            self.body.addWidget(field)
        self.code.textEdited.connect(lambda _text: self.code_field.set_error(""))
        self.body.addStretch(1)

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Tell the books."""
        return self._send(self.code.text(), self.url.text())

    async def _send(self, code: str, url: str) -> str:
        run = self.session.services.backend.run
        shipment = await run(send_off, self._order_id, code=code, url=url, by=self.session.actor)
        said = self.tr("Envio do pedido {number} informado: {code}.")
        return said.format(number=self._number, code=shipment.code)

    def point_at(self, error: DomainError, said: str) -> bool:
        """Beside the field."""
        field = {"tracking_code": self.code_field, "tracking_url": self.url_field}.get(error.field or "")
        if field is None:
            return False
        field.set_error(said)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits for the label's code."""
        super().showEvent(event)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)
        self.code.selectAll()
