"""A product the shop does not have yet, as the note describes it, before it is made."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.errors import BarcodeTaken, DomainError, ReferenceTaken
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit


class NewProductDialog(DecisionDialog):
    """Asks what the note cannot know: the shop's own reference and the price. `product` is what came of it.

    Nothing is written here: the product is made together with the note, or not at all.
    """

    asks_before_leaving = True

    def __init__(self, session: Session, draft: Product, cost: Money, told: Money, parent: QWidget) -> None:
        """`cost` is what the note makes it cost, `told` a price to begin with (nothing: none)."""
        super().__init__(
            session, "new_product", parent.tr("Cadastrar como novo"), parent.tr("Usar este produto"), parent
        )
        self._draft = draft
        self.product: Product | None = None
        self._edits = {
            name: self._edit(name, text)
            for name, text in (
                ("reference", draft.reference),
                ("name", draft.name),
                ("barcode", draft.barcode),
                ("unit", draft.unit),
                ("ncm", draft.ncm),
            )
        }
        self.price = MoneyEdit("new_product_price", self.tr("Preço de venda"))
        self.price.set_money(draft.price or told or None)
        self.online = QCheckBox(self.tr("Vender na loja virtual"))
        self.online.setObjectName("new_product_online")
        self.online.setChecked(draft.sell_online)
        self._fields = self._lay_out(cost)
        self.size_to(560)

    def showEvent(self, event: QShowEvent) -> None:
        """The shop's own reference comes first."""
        super().showEvent(event)
        self._edits["reference"].setFocus()
        self._edits["reference"].selectAll()

    def _edit(self, name: str, text: str) -> QLineEdit:
        edit = QLineEdit(text)
        edit.setObjectName(f"new_product_{name}")
        edit.setMaxLength(200)
        return edit

    def _lay_out(self, cost: Money) -> dict[str, Field]:
        labels = {
            "reference": self.tr("Referência"),
            "name": self.tr("Nome"),
            "barcode": self.tr("Código de barras"),
            "unit": self.tr("Unidade"),
            "ncm": self.tr("NCM"),
        }
        fields = {name: Field(label, self._edits[name]) for name, label in labels.items()}
        hint = self.tr("Custo por esta nota: {cost}").format(cost=formats.amount(cost))
        fields["price"] = Field(self.tr("Preço de venda"), self.price, hint)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        for name, row, column, wide in (
            ("reference", 0, 0, 1),
            ("barcode", 0, 1, 1),
            ("name", 1, 0, 2),
            ("unit", 2, 0, 1),
            ("ncm", 2, 1, 1),
            ("price", 3, 0, 1),
        ):
            grid.addWidget(fields[name], row, column, 1, wide)
        grid.addWidget(self.online, 3, 1)
        self.body.addLayout(grid)
        return fields

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Read the fields; the sentence of a wrong one stands beside it."""
        for field in self._fields.values():
            field.set_error("")
        try:
            product = self._typed().checked()
        except DomainError as error:
            self.failed(error)
            return None
        return self._take(product)

    def _typed(self) -> Product:
        return replace(
            self._draft,
            reference=self._edits["reference"].text(),
            name=self._edits["name"].text(),
            barcode=self._edits["barcode"].text(),
            unit=self._edits["unit"].text(),
            ncm=self._edits["ncm"].text(),
            price=self.price.money() or ZERO,
            sell_online=self.online.isChecked(),
        )

    async def _take(self, product: Product) -> None:
        await self.session.services.backend.read(lambda reader: _refuse_taken(reader, product))
        self.product = product

    def point_at(self, error: DomainError, said: str) -> bool:
        """Beside the field that is wrong."""
        field = self._fields.get(error.field or "")
        if field is None:
            return False
        field.set_error(said)
        field.editor.setFocus()
        return True


def _refuse_taken(reader: Reader, product: Product) -> None:
    """Say now what the books would say later. Raises ReferenceTaken or BarcodeTaken."""
    if product.reference in reader.purchases.with_references([product.reference]):
        raise ReferenceTaken(product.reference)
    if product.barcode:
        holders = reader.purchases.with_barcodes([product.barcode]).get(product.barcode, ())
        for row in reader.product_rows(list(holders)[:1]):
            raise BarcodeTaken(product.barcode, row.reference)
