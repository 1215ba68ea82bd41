"""What a product's taxes depend on beside its NCM: the accountant's group, where the goods come from, the CEST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.fiscal_setup import save_product_tax
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.taxes import ProductTax
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.products.checks import Reading
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.field import Field

#: Table A of the ICMS codes, as a shopkeeper reads it.
ORIGINS: Final = (
    "Nacional",
    "Importado diretamente pela loja",
    "Importado, comprado no Brasil",
    "Nacional com 40% a 70% de conteúdo importado",
    "Nacional com processo produtivo básico",
    "Nacional com até 40% de conteúdo importado",
    "Importado diretamente, sem similar nacional",
    "Importado, comprado no Brasil, sem similar nacional",
    "Nacional com mais de 70% de conteúdo importado",
)
_LONGEST_GROUP: Final = 20
_CEST: Final = 7


class TaxFields(QObject):
    """Three fields; what they hold is kept together with the product."""

    #: Something was typed or chosen.
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.group = NameCombo("product_tax_group", self.tr("Grupo tributário"))
        line = self.group.lineEdit()
        if line is not None:
            line.setMaxLength(_LONGEST_GROUP)
        self.origin = Choice("product_origin", self.tr("Origem da mercadoria"))
        for code, words in enumerate(ORIGINS):
            self.origin.addItem(f"{code} · {words}", code)
        self.cest = QLineEdit()
        self.cest.setObjectName("product_cest")
        self.cest.setMaxLength(12)
        self.fields: dict[str, Field] = {
            "tax_group": Field(
                self.tr("Grupo tributário"), self.group, self.tr("Vazio: vale a regra geral do contador")
            ),
            "origin": Field(self.tr("Origem da mercadoria"), self.origin),
            "cest": Field(self.tr("CEST"), self.cest, self.tr("Só com substituição tributária")),
        }
        self._initial: tuple[object, ...] = self._snapshot()
        self.group.editTextChanged.connect(lambda _text: self._edited("tax_group"))
        self.origin.activated.connect(lambda _place: self._edited("origin"))
        self.cest.textEdited.connect(lambda _text: self._edited("cest"))

    def place(self, grid: QGridLayout) -> None:
        """Stand in a card of twelve columns, below its heading."""
        for name, row, start, span in (("tax_group", 1, 0, 4), ("origin", 1, 4, 8), ("cest", 2, 0, 4)):
            grid.addWidget(self.fields[name], row, start, 1, span)

    def fill(self, tax: ProductTax, groups: Sequence[str]) -> None:
        """Show what is kept; `groups` are those that the accountant's table or other products name."""
        self.group.set_names(groups)
        self.group.setEditText(tax.group)
        self.origin.setCurrentIndex(self.origin.findData(tax.origin))
        self.cest.setText(tax.cest)
        for field in self.fields.values():
            field.set_error("")
        self._initial = self._snapshot()

    @property
    def dirty(self) -> bool:
        """Whether anything differs from what was filled in."""
        return self._snapshot() != self._initial

    def read(self) -> tuple[ProductTax, Mapping[str, str]]:
        """What the fields hold, and the sentence for each that is wrong; marks nothing."""
        cest = "".join(mark for mark in self.cest.text() if not mark.isspace() and mark not in ".-")
        wrong: dict[str, str] = {}
        if cest and not (cest.isascii() and cest.isdigit() and len(cest) == _CEST):
            wrong["cest"] = self.tr("São 7 números, como 01.001.00, ou vazio.")
        group = " ".join(self.group.currentText().split())
        return ProductTax(group=group, origin=int(self.origin.currentData()), cest=cest), wrong

    def show_errors(self, wrong: Mapping[str, str]) -> Field | None:
        """Write each sentence beside its field and clear the others; gives the first wrong field."""
        first: Field | None = None
        for name, field in self.fields.items():
            field.set_error(wrong.get(name, ""))
            if first is None and wrong.get(name):
                first = field
        return first

    def set_read_only(self) -> None:
        """Only to be looked at."""
        self.cest.setReadOnly(True)
        restyle(self.cest, locked=True)
        boxes: tuple[QComboBox, ...] = (self.group, self.origin)
        for box in boxes:
            box.setEnabled(False)

    @property
    def editors(self) -> tuple[QWidget, ...]:
        """The three, in reading order."""
        return self.group, self.origin, self.cest

    def _snapshot(self) -> tuple[object, ...]:
        return self.group.currentText(), self.origin.currentIndex(), self.cest.text()

    def _edited(self, name: str) -> None:
        self.fields[name].set_error("")
        self.changed.emit()


def save_with_taxes(uow: UnitOfWork, reading: Reading, tax: ProductTax, *, by: Actor) -> Product:
    """The product and what its taxes depend on, both or neither. Raises what save_product and save_product_tax do."""
    kept = save_product(uow, reading.product, brand=reading.brand, category=reading.category, by=by)
    save_product_tax(uow, kept.id, tax, by=by)
    return kept
