"""How an order was or is paid: in the store already, or here and now when somebody with permission allows it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import Payment, PaymentMethod
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.orders.deciding.lines import Note
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.till.words import METHOD_WORDS
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit

_AT_THE_COUNTER: Final = (
    PaymentMethod.CASH,
    PaymentMethod.PIX,
    PaymentMethod.CREDIT,
    PaymentMethod.DEBIT,
    PaymentMethod.VOUCHER,
    PaymentMethod.STORE_CREDIT,
)


class PaymentPart(QWidget):
    """Shows what the store received, or asks how the buyer pays at this till."""

    def __init__(
        self,
        order: StoreOrder,
        total: Money,
        *,
        paid: bool,
        till_open: bool,
        credit: bool,
        parent: QWidget | None = None,
    ) -> None:
        """`credit`: the buyer is known by a document, so it may be sold on credit."""
        super().__init__(parent)
        self.setObjectName("order_payment")
        self._total = total
        self.unpaid = not paid
        self.told = QLabel()
        self.told.setObjectName("order_payment_told")
        self.told.setWordWrap(True)
        self.method = QComboBox()
        self.tendered = MoneyEdit("order_tendered", self.tr("Recebido em dinheiro"))
        self.tendered_field = Field(self.tr("Recebido em dinheiro"), self.tendered)
        self.error = Note("order_payment_error")
        self._sign = IconLabel(Tone.GOOD.icon, Role.GOOD, 16)
        self._asked = QWidget()
        self._build()
        self._tell(order)
        self._ask(till_open=till_open, credit=credit)

    def _build(self) -> None:
        title = QLabel(self.tr("Pagamento"))
        restyle(title, words="label")
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.told, 1)
        inside = QVBoxLayout(self._asked)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addSpacing(Space.S)
        inside.addWidget(Field(self.tr("Receber agora neste caixa"), self.method))
        inside.addWidget(self.tendered_field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(title)
        column.addLayout(line)
        column.addWidget(self._asked)
        column.addWidget(self.error)

    def _tell(self, order: StoreOrder) -> None:
        how = order.payment_method
        if not self.unpaid and not self._total:
            self.told.setText(self.tr("Nada a receber."))
        elif not self.unpaid:
            amount = formats.money(self._total)
            told = f"{how.replace(' - ', ' – ')} {amount}" if how else amount
            self.told.setText(self.tr("Pago na loja: {told}").format(told=told))
        else:
            told = f" ({how})" if how else ""
            self.told.setText(self.tr("Ainda não foi pago na loja{told}.").format(told=told))
            self._sign.set_icon(Tone.WARN.icon, Role.WARN)

    def _ask(self, *, till_open: bool, credit: bool) -> None:
        self._asked.setVisible(self.unpaid and self._total > ZERO)
        self.method.setObjectName("order_payment_method")
        self.method.setAccessibleName(self.tr("Forma de pagamento"))
        for method in _AT_THE_COUNTER:
            if credit or method is not PaymentMethod.STORE_CREDIT:
                self.method.addItem(METHOD_WORDS[method], method)
        self.method.setCurrentIndex(-1)
        self.method.setPlaceholderText(self.tr("Escolha a forma"))
        self.tendered_field.hide()
        self.method.currentIndexChanged.connect(self._chosen)
        self.tendered.textChanged.connect(self._say_change)
        if self.unpaid and self._total and not till_open:
            self.error.say(self.tr("O caixa desta estação está fechado: abra-o antes."), Tone.WARN)

    @property
    def chosen(self) -> PaymentMethod | None:
        """How the buyer pays here."""
        method = self.method.currentData()
        return None if method is None else PaymentMethod(method)

    def read(self) -> tuple[Payment, ...] | None:
        """What is paid here: nothing when the store was paid. None when a field is wrong, and then it is said."""
        if not self.unpaid or not self._total:
            return ()
        method = self.chosen
        if method is None:
            self.point_at(self.tr("Escolha como o cliente paga."))
            return None
        tendered = ZERO
        if method is PaymentMethod.CASH:
            try:
                tendered = self.tendered.money() or ZERO
            except DomainError:
                self.tendered.setFocus(Qt.FocusReason.OtherFocusReason)
                return None
            if ZERO < tendered < self._total:
                self.tendered.set_error(self.tr("É menos que o total."))
                self.tendered.setFocus(Qt.FocusReason.OtherFocusReason)
                return None
        return (Payment(method=method, amount=self._total, tendered=tendered),)

    def point_at(self, said: str) -> None:
        """Say a refusal here."""
        self.error.say(said, Tone.BAD)
        if self.unpaid:
            self.method.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, _place: int) -> None:
        self.error.say("", Tone.BAD)
        self.tendered_field.setVisible(self.chosen is PaymentMethod.CASH)
        self._say_change()

    def _say_change(self, _text: str = "") -> None:
        text = self.tendered.text().strip()
        try:
            tendered = self.tendered.parse(text) if text else ZERO
        except DomainError:
            tendered = ZERO
        change = tendered - self._total
        said = self.tr("Vazio: o valor exato.")
        if tendered and change >= ZERO:
            said = self.tr("Troco: {change}").format(change=formats.money(change))
        self.tendered_field.set_hint(said)
