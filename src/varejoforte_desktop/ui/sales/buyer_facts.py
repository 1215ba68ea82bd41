"""What an NF-e has to say of its buyer: asked for once, kept with the customer, and left for later when nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.ports import Backend, UnitOfWork
from varejoforte_desktop.domain.cities import city_code
from varejoforte_desktop.domain.customer import LIMITS, Customer
from varejoforte_desktop.domain.fiscal import UF_CODES
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.ui.counter.dialog import CounterDialog
from varejoforte_desktop.ui.orders.deciding.words import document_words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field

#: The parts of an address as they stand in the form: name, words, letters at most, place (row, column, columns).
_PARTS: Final = (
    ("postcode", "CEP", 9, (2, 0, 1)),
    ("street", "Rua", 60, (2, 1, 3)),
    ("number", "Número (vazio: S/N)", 20, (3, 0, 1)),
    ("district", "Bairro", 60, (3, 1, 3)),
    ("city", "Cidade", 60, (4, 0, 3)),
)
_NEEDED: Final = ("name", "postcode", "street", "district", "city", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerFacts:
    """The buyer as the books know them (id 0: not yet), and whether the shop issues at all."""

    customer: Customer
    issues: bool

    @property
    def complete(self) -> bool:
        """Whether an NF-e could name them."""
        who, place = self.customer, self.customer.address
        told = (
            who.company or who.name,
            place.street,
            place.district,
            place.city,
            place.state,
            place.postcode,
        )
        return all(told) and bool(who.document) and bool(city_code(place.city, place.state))


def buyer_facts(uow: UnitOfWork, *, customer_id: int | None, document: str, name: str) -> BuyerFacts:
    """Look who buys. Changes nothing; raises NoSuchRecord."""
    known = uow.customers.get(customer_id) if customer_id is not None else None
    if known is None and document:
        known = uow.customers.by_document(document)
    customer = known or Customer(name=name, document=document)
    return BuyerFacts(customer=customer, issues=uow.fiscal_setup.settings().ready)


async def read_buyer(backend: Backend, *, customer_id: int | None, document: str, name: str) -> BuyerFacts:
    """The same, from a screen."""
    return await backend.run(buyer_facts, customer_id=customer_id, document=document, name=name)


class BuyerFactsDialog(CounterDialog):
    """Name and address of the buyer of an NF-e; once confirmed they are in the books, and `customer` is who."""

    asks_before_leaving = True

    def __init__(self, session: Session, customer: Customer, parent: QWidget) -> None:
        super().__init__(
            "buyer_facts",
            parent.tr("Dados do comprador para a NF-e"),
            parent.tr("Guardar (Enter)"),
            parent,
            back_words=parent.tr("Deixar para depois (Esc)"),
        )
        self.customer = customer
        self._backend = session.services.backend
        self._actor: Actor = session.actor
        self.fields: dict[str, Field] = {}
        self.edits: dict[str, QLineEdit] = {}
        self.state = QComboBox()
        self._build()
        self.fit(620)

    def _build(self) -> None:
        who = self.customer
        said = self.tr("{document}: a lei pede NF-e, com o endereço. Sem ele a venda segue e a nota espera.")
        words = QLabel(said.format(document=document_words(who.document)))
        words.setObjectName("buyer_facts_why")
        words.setWordWrap(True)
        restyle(words, words="muted")
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        for column, stretch in enumerate((3, 3, 2, 1)):
            grid.setColumnStretch(column, stretch)
        company = is_cnpj(who.document)
        self._add(
            grid, "name", self.tr("Razão social") if company else self.tr("Nome"), LIMITS["name"], (0, 0, 4)
        )
        self.edits["name"].setText((who.company or who.name) if company else who.name)
        self._add(grid, "ie", self.tr("Inscrição estadual (vazio: não contribuinte)"), 20, (1, 0, 4))
        self.edits["ie"].setText(who.state_registration)
        for name, title, most, place in _PARTS:
            self._add(grid, name, title, most, place)
            self.edits[name].setText(getattr(who.address, name))
        self._add_state(grid)
        self.body.addWidget(words)
        self.body.addSpacing(Space.S)
        self.body.addLayout(grid)
        self.body.addStretch(1)

    def _add(self, grid: QGridLayout, name: str, title: str, most: int, place: tuple[int, int, int]) -> None:
        edit = QLineEdit()
        edit.setObjectName(f"buyer_{name}")
        edit.setMaxLength(most)
        field = Field(title, edit)
        edit.textEdited.connect(lambda _text: field.set_error(""))
        self.edits[name], self.fields[name] = edit, field
        row, column, columns = place
        grid.addWidget(field, row, column, 1, columns)

    def _add_state(self, grid: QGridLayout) -> None:
        self.state.setObjectName("buyer_state")
        self.state.addItem("")
        self.state.addItems(sorted(UF_CODES))
        self.state.setCurrentText(self.customer.address.state)
        self.fields["state"] = Field(self.tr("UF"), self.state)
        self.state.currentTextChanged.connect(lambda _text: self.fields["state"].set_error(""))
        grid.addWidget(self.fields["state"], 4, 3)

    # -- taking it ------------------------------------------------------------------------------------

    def confirm(self) -> None:
        """Keep it when all that the law wants is there."""
        told = {name: " ".join(edit.text().split()) for name, edit in self.edits.items()}
        told["state"] = self.state.currentText()
        told["postcode"] = "".join(mark for mark in told["postcode"] if mark.isdigit())
        wrong = self._wrong(told)
        for name, said in wrong.items():
            self.fields[name].set_error(said)
        if wrong:
            self.fields[next(iter(wrong))].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.begin(self._keep(self._with(told)))

    def _wrong(self, told: dict[str, str]) -> dict[str, str]:
        wrong = {name: self.tr("Falta preencher.") for name in _NEEDED if not told[name]}
        if told["postcode"] and len(told["postcode"]) != 8:
            wrong["postcode"] = self.tr("O CEP tem 8 dígitos.")
        if told["city"] and told["state"] and not city_code(told["city"], told["state"]):
            said = self.tr("Não há esta cidade em {state}: confira o nome e a UF.")
            wrong["city"] = said.format(state=told["state"])
        return wrong

    def _with(self, told: dict[str, str]) -> Customer:
        who = self.customer
        company = told["name"] if is_cnpj(who.document) else who.company
        place = replace(
            who.address,
            **{name: told[name] for name in ("street", "number", "district", "city", "state", "postcode")},
        )
        return replace(
            who,
            name=who.name or told["name"] if company else told["name"],
            company=company,
            state_registration=told["ie"],
            address=place,
        )

    async def _keep(self, customer: Customer) -> None:
        customer_id = await self._backend.run(save_customer, customer, by=self._actor)
        self.customer = replace(customer, id=customer_id)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the first thing that is missing."""
        super().showEvent(event)
        empty = (edit for name, edit in self.edits.items() if name in _NEEDED and not edit.text())
        next(empty, self.edits["name"]).setFocus(Qt.FocusReason.TabFocusReason)
