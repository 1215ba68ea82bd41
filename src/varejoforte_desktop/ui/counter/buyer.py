"""Who buys: a CPF or CNPJ for the receipt, or a customer the shop knows by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.application.order_questions import CustomerRow
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.customer import LIMITS
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.tax_ids import formatted_tax_id, tax_id, valid_tax_id
from varejoforte_desktop.ui.counter.pick import PickDialog
from varejoforte_desktop.ui.counter.typed import is_document
from varejoforte_desktop.ui.counter.words import Buyer
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.columns import Column
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.field import Field

_MOST = 30


class BuyerDialog(PickDialog[CustomerRow]):
    """A valid document goes on the sale even when nobody is known by it; an empty field takes the buyer off."""

    def __init__(self, backend: Backend, buyer: Buyer, parent: QWidget) -> None:
        tr = parent.tr
        super().__init__(
            "buyer",
            tr("Cliente ou CPF na nota"),
            tr("Confirmar (Enter)"),
            backend=backend,
            question=_customers,
            columns=_columns(parent),
            placeholder=tr("CPF, CNPJ ou nome do cliente"),
            parent=parent,
        )
        self.buyer = buyer
        self._asking = False
        self.name = QLineEdit(buyer.name)
        self.name.setObjectName("buyer_name")
        self.name.setMaxLength(LIMITS["name"])
        self.name_field = Field(self.tr("Nome (opcional)"), self.name)
        self.field = Field(self.tr("CPF, CNPJ ou nome"), self.edit)
        self.body.insertWidget(0, self.field)
        self.body.insertWidget(1, self.name_field)
        self.body.setSpacing(Space.XS)
        self.edit.textChanged.connect(self._follow)
        self.fit(560, 480)
        self.look_up(formatted_tax_id(buyer.document) or buyer.name)
        self._follow(self.edit.text())

    def _follow(self, text: str) -> None:
        """The name is asked for only beside a document; what is wrong is forgiven as soon as one types."""
        self.field.set_error("")
        self.name_field.setVisible(is_document(text))
        self.confirm_button.setEnabled(self.may_confirm())

    def may_confirm(self) -> bool:
        """An empty field is an answer too."""
        text = self.edit.text().strip()
        return not text or is_document(text) or self.marked is not None

    def say_empty(self, text: str) -> None:
        """Nobody is known by that; a document serves all the same."""
        if not text:
            self.empty.set_message(
                "customers",
                self.tr("Sem CPF na nota"),
                self.tr("Digite o CPF ou CNPJ, ou procure um cliente pelo nome."),
            )
        elif is_document(text) and valid_tax_id(text):
            self.empty.set_message(
                "check",
                self.tr("Documento válido"),
                self.tr("Ninguém cadastrado com ele ainda. Com o nome, o cliente fica cadastrado."),
            )
        else:
            title = self.tr("Nenhum cliente com “{text}”").format(text=text)
            self.empty.set_message("search", title, self.tr("O CPF tem 11 dígitos; o CNPJ, 14."))

    def confirm(self) -> None:
        """Check a document, take the marked customer, or take the buyer off."""
        text = self.edit.text().strip()
        if self._asking:
            return
        if not text:
            self.buyer = Buyer()
            self.accept()
        elif is_document(text):
            self._confirm_document(text)
        elif self.marked is not None:
            self._take(self.marked)
        else:
            self.field.set_error(self.tr("Digite um CPF ou CNPJ, ou escolha um cliente da lista."))

    def _confirm_document(self, text: str) -> None:
        try:
            document = tax_id(text)
        except DomainError as error:
            self.field.set_error(sentence(error).whole)
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edit.selectAll()
            return
        self._asking = True
        self.tasks.start(self._settle(document))

    async def _settle(self, document: str) -> None:
        try:
            rows = await self._backend.read(lambda reader: reader.orders.customers(document))
        finally:
            self._asking = False
        known = next((row for row in rows if row.document == document), None)
        if known is not None:
            self._take(known)
            return
        self.buyer = Buyer(None, document, " ".join(self.name.text().split()))
        self.accept()

    def _take(self, row: CustomerRow) -> None:
        self.picked = row
        self.buyer = Buyer(row.id, row.document, row.name)
        self.accept()


def _customers(reader: Reader, text: str) -> Sequence[CustomerRow]:
    return reader.orders.customers(text, limit=_MOST) if text else []


def _columns(parent: QWidget) -> tuple[Column[CustomerRow], ...]:
    tr = parent.tr
    return (
        Column(title=tr("Cliente"), text=lambda row: row.name, stretch=True, sample="m" * 16),
        Column(
            title=tr("CPF ou CNPJ"),
            text=lambda row: formatted_tax_id(row.document),
            sample="11.222.333/0001-81",
        ),
        Column(title=tr("Cidade"), text=lambda row: row.city, sample="São José dos C", yields=1),
    )
