"""Short questions with one field: how many, how much off, under which name, and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from varejoforte_desktop.domain.errors import DomainError, Missing, NotInteger
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import Basket, BasketLine, DiscountLimits
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.dialog import CounterDialog
from varejoforte_desktop.ui.counter.typed import discount_typed, quantity_typed, sellable
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit


class QuantityPrompt(CounterDialog):
    """How many of the marked line."""

    def __init__(self, line: BasketLine, *, fractional: bool, parent: QWidget) -> None:
        super().__init__("quantity", parent.tr("Quantidade"), parent.tr("Mudar (Enter)"), parent)
        self._line = line
        self._fractional = fractional
        self.quantity = line.quantity
        self.edit = QuantityEdit("quantity_edit", self.tr("Quantidade"), whole=not fractional)
        self.edit.set_quantity(line.quantity)
        restyle(self.edit, large=True)
        self._field = Field(line.name, self.edit)
        self.body.addWidget(self._field)
        self.edit.textChanged.connect(self._say_total)
        self._say_total()
        self.fit(360)

    def _say_total(self, _text: str = "") -> None:
        try:
            times = quantity_typed(self.edit.text())
        except DomainError:
            self._field.set_hint("")
            return
        price = self._line.price
        total = formats.amount(price.times(times))
        self._field.set_hint(f"{formats.quantity(times)} × {formats.amount(price)} = {total}")

    def confirm(self) -> None:
        """Take it when it can be sold so."""
        try:
            self.quantity = sellable(quantity_typed(self.edit.text()), fractional=self._fractional)
        except DomainError as error:
            whole = isinstance(error, NotInteger)
            self._field.set_error(sentence(error).whole if whole else self.edit.sentence(error))
            self.edit.selectAll()
            return
        self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        """Typing replaces."""
        super().showEvent(event)
        self.edit.setFocus(Qt.FocusReason.TabFocusReason)


class DiscountPrompt(CounterDialog):
    """Reais or percent off the whole sale; says at once what is left to pay and whether somebody has to allow it."""

    def __init__(self, basket: Basket, limits: DiscountLimits, role: str, parent: QWidget) -> None:
        super().__init__(
            "discount", parent.tr("Desconto na venda"), parent.tr("Dar o desconto (Enter)"), parent
        )
        self._basket = basket
        self._limits = limits
        self._role = role
        self.discount = basket.discount
        self.edit = QLineEdit()
        self.edit.setObjectName("discount_edit")
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.setPlaceholderText(self.tr("10,00 ou 5%"))
        self.edit.setMaxLength(20)
        if basket.discount:
            self.edit.setText(formats.amount(basket.discount))
        restyle(self.edit, large=True)
        self._field = Field(self.tr("Valor em reais ou porcentagem"), self.edit)
        self._result = QLabel()
        self._result.setObjectName("discount_result")
        self._result.setWordWrap(True)
        self.body.addWidget(self._field)
        self.body.addWidget(self._result)
        self.edit.textChanged.connect(self._say_result)
        self._say_result()
        self.fit(400)

    def _say_result(self, _text: str = "") -> None:
        self._field.set_error("")
        goods = self._basket.goods
        try:
            discount = discount_typed(self.edit.text(), goods)
        except DomainError:
            self._result.setText("")
            return
        if not discount:
            words, allowed = self.tr("Sem desconto: {total} a pagar."), True
        else:
            words = self.tr("{discount} ({percent}) de desconto: {total} a pagar.")
            allowed = self._limits.allows(self._role, discount, goods)
        share = Decimal(discount.cents * 100) / goods.cents if goods else Decimal(0)
        said = words.format(
            discount=formats.money(discount),
            percent=formats.percent(share),
            total=formats.money(goods - discount),
        )
        if not allowed:
            said += " " + self.tr("Um gerente precisa autorizar.")
        self._result.setText(said)
        restyle(self._result, tone="" if allowed else "warn")

    def confirm(self) -> None:
        """Take it when it can be read and is not more than the goods."""
        try:
            self.discount = discount_typed(self.edit.text(), self._basket.goods)
        except DomainError as error:
            self._field.set_error(sentence(error).whole)
            self.edit.selectAll()
            return
        self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        """Typing replaces."""
        super().showEvent(event)
        self.edit.setFocus(Qt.FocusReason.TabFocusReason)
        self.edit.selectAll()


class NamePrompt(CounterDialog):
    """Under which name a sale waits; none is fine, for the list shows its items and hour."""

    def __init__(self, basket: Basket, suggestion: str, parent: QWidget) -> None:
        super().__init__("hold", parent.tr("Deixar em espera"), parent.tr("Deixar em espera (Enter)"), parent)
        self.label = ""
        self.edit = QLineEdit(suggestion)
        self.edit.setObjectName("hold_label")
        self.edit.setMaxLength(80)
        restyle(self.edit, large=True)
        hint = self.tr("Qualquer estação retoma a venda de {total} com F7.")
        self.body.addWidget(
            Field(
                self.tr("Nome para achar depois"), self.edit, hint.format(total=formats.money(basket.total))
            )
        )
        self.fit(420)

    def confirm(self) -> None:
        """Any name will do."""
        self.label = self.edit.text().strip()
        self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        """Typing replaces."""
        super().showEvent(event)
        self.edit.setFocus(Qt.FocusReason.TabFocusReason)
        self.edit.selectAll()


class ReasonPrompt(CounterDialog):
    """Why a finished sale is cancelled; it stays in the books for good."""

    def __init__(
        self, number: str, total: Money, reasons: Sequence[str], parent: QWidget, *, least: int = 1
    ) -> None:
        """`least`: so many letters; more than one where SEFAZ is told why."""
        title = parent.tr("Cancelar a venda {number}").format(number=number)
        super().__init__("cancel_reason", title, parent.tr("Cancelar a venda (Enter)"), parent)
        restyle(self.confirm_button, kind="danger")
        self.reason = ""
        self._least = least
        words = QLabel(
            self.tr("{total} saem do caixa e os produtos voltam ao estoque.").format(
                total=formats.money(total)
            )
        )
        words.setWordWrap(True)
        self.edit = NameCombo("cancel_reason_edit", self.tr("Motivo"))
        self.edit.set_names(reasons)
        self._field = Field(self.tr("Motivo"), self.edit)
        words.setVisible(total > ZERO)
        if least > 1:
            self._field.set_hint(self._too_short())
            self.edit.editTextChanged.connect(lambda _text: self._field.set_error(""))
        self.body.addWidget(words)
        self.body.addWidget(self._field)
        self.fit(440)

    def confirm(self) -> None:
        """A motive is needed."""
        self.reason = self.edit.currentText().strip()
        if not self.reason:
            self._field.set_error(sentence(Missing("reason")).whole)
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if len(" ".join(self.reason.split())) < self._least:
            self._field.set_error(self._too_short())
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.accept()

    def _too_short(self) -> str:
        return self.tr("A nota é cancelada na SEFAZ, que pede pelo menos {least} letras.").format(
            least=self._least
        )

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the motive."""
        super().showEvent(event)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
