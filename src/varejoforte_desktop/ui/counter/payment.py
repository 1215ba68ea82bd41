"""How the sale is paid: the form, the amount, what is missing, and the change, over the right third of the counter."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import Basket, Payment, PaymentMethod
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.fit_label import FitLabel
from varejoforte_desktop.ui.counter.methods import MethodBox
from varejoforte_desktop.ui.counter.sale_changes import change_of
from varejoforte_desktop.ui.counter.summary import TOTAL
from varejoforte_desktop.ui.counter.words import METHOD_WORDS
from varejoforte_desktop.ui.dialogs.asked import is_held
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.shortcuts import Shortcut, ShortcutRegistry
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit

_MISSING = 40
#: The height, at 100 %, under which the panel gives up what can be spared.
_ROOMY = 560


class PaymentPanel(QFrame):
    """First the form (1 to 6), then the amount; Enter takes all that is missing. Enter again finishes."""

    #: A payment was put in: PaymentMethod and Money that was handed over.
    paid = Signal(object, object)
    #: A payment is to be taken back: its place.
    removed = Signal(int)
    #: Everything is paid and Enter was pressed.
    finish_requested = Signal()
    #: "Voltar".
    back_requested = Signal()
    #: A key or an amount that cannot be: beep.
    refused = Signal()

    def __init__(self, registry: ShortcutRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter_payment")
        restyle(self, card=True)
        self.context = self.tr("Pagamento")
        self._basket = Basket(token="")
        self.total = FitLabel("payment_total", TOTAL)
        self.missing = FitLabel("payment_missing", _MISSING)
        self._caption = QLabel(self.tr("Total R$"))
        self._missing_words = QLabel()
        self.methods = MethodBox(registry, self.context)
        self.amount = _AmountEdit("payment_amount", self.tr("Valor"))
        self._amount_words = QLabel()
        self._note = QLabel()
        self._rows = QVBoxLayout()
        self._list = QScrollArea()
        self.finish = QPushButton(self.tr("Finalizar (Enter)"))
        self.back = QPushButton(self.tr("Voltar (Esc)"))
        self._build()
        self._connect()
        registry.bind(
            self, Shortcut("Del", self.tr("Tirar o último pagamento"), self.context), self.remove_last
        )

    def _build(self) -> None:
        for label, name, kind in (
            (self._caption, "payment_caption", "heading"),
            (self._missing_words, "payment_missing_words", "heading"),
            (self._amount_words, "payment_amount_words", "label"),
            (self._note, "payment_note", "error"),
        ):
            label.setObjectName(name)
            restyle(label, words=kind)
        self._note.setWordWrap(True)
        restyle(self.amount, large=True)
        for button, name, kind in (
            (self.finish, "payment_finish", "primary"),
            (self.back, "payment_back", "quiet"),
        ):
            button.setObjectName(name)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            restyle(button, kind=kind, hit=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.XS)
        above = (self._caption, self.total, self._missing_words, self.missing)
        below: tuple[QWidget, ...] = (self.methods, self._amount_words, self.amount, self._note)
        for label in above:
            column.addWidget(label)
        column.addSpacing(Space.XS)
        for part in below:
            column.addWidget(part)
            column.addSpacing(Space.XS if part is self.methods else 0)
        column.addWidget(self._payment_list(), 1)
        column.addWidget(self.finish)
        column.addWidget(self.back)

    def _payment_list(self) -> QScrollArea:
        """What was paid so far; a seventh payment scrolls, the buttons stay."""
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(self._rows)
        inside.addStretch(1)
        page.setAutoFillBackground(False)
        self._list.viewport().setAutoFillBackground(False)
        self._rows.setSpacing(0)
        self._list.setObjectName("payment_list")
        self._list.setAccessibleName(self.tr("Pagamentos"))
        self._list.setWidget(page)
        self._list.setWidgetResizable(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # It takes what the rest leaves: the forms and the amount are never squeezed.
        self._list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._list.setMinimumHeight(1)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = self._list.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))
        return self._list

    def _connect(self) -> None:
        self.methods.chosen.connect(self._chosen)
        self.methods.entered.connect(self._entered)
        self.methods.refused.connect(self._strange_key)
        self.amount.returnPressed.connect(self._pay_amount)
        self.amount.left.connect(self.step_back)
        self.finish.clicked.connect(self._finish)
        self.back.clicked.connect(self.back_requested)

    # -- what is shown --------------------------------------------------------------------------------

    def start(self) -> None:
        """The work begins: which form?"""
        self.say("")
        self.methods.choose(PaymentMethod.CASH)
        self._to_methods()

    def show_sale(self, basket: Basket) -> None:
        """Show another state of the sale."""
        came = basket.payments != self._basket.payments
        self._basket = basket
        self.total.setText(formats.amount(basket.total))
        self._show_missing(basket)
        if came:
            self._show_payments(basket)
        done = basket.missing == ZERO
        self.finish.setEnabled(done)
        restyle(self.finish, ringed=done)
        self.methods.show_open(open_=basket.missing > ZERO)
        for part in (self.amount, self._amount_words):
            part.setVisible(basket.missing > ZERO)
        self._say_amount()
        if came and self.isVisible():
            self.say("")
            self._to_methods()

    def _show_payments(self, basket: Basket) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        for place, payment in enumerate(basket.payments):
            self._rows.addWidget(self._row(place, payment))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large letters or a low window, what Esc and the figures say anyway gives its room away."""
        super().resizeEvent(event)
        tight = self.height() < Theme.current().px(_ROOMY)
        self.back.setVisible(not tight)
        self._caption.setVisible(not tight)
        self.total.set_largest(TOTAL * 4 // 5 if tight else TOTAL)
        self.missing.set_largest(_MISSING * 7 // 10 if tight else _MISSING)

    def _show_missing(self, basket: Basket) -> None:
        change = change_of(basket)
        if basket.missing > ZERO:
            words, figure, tone = self.tr("Falta"), basket.missing, Tone.WARN
        elif basket.missing < ZERO:
            words, figure, tone = self.tr("Pago a mais: tire um pagamento"), -basket.missing, Tone.BAD
        else:
            words = self.tr("Troco") if change else self.tr("Tudo pago, sem troco")
            figure, tone = change, Tone.GOOD
        self._missing_words.setText(words)
        self.missing.setText(formats.amount(figure))
        for label in (self._missing_words, self.missing):
            restyle(label, tone=tone.value)

    def _row(self, place: int, payment: Payment) -> QWidget:
        row = QWidget()
        words = METHOD_WORDS[payment.method]
        name = QLabel(words)
        amount = QLabel(formats.amount(payment.tendered or payment.amount))
        amount.setObjectName(f"payment_row_{place}")
        remove = QPushButton()
        remove.setObjectName(f"payment_remove_{place}")
        remove.setAccessibleName(
            self.tr("Tirar {method} de {amount}").format(method=words, amount=amount.text())
        )
        remove.setToolTip(remove.accessibleName())
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        restyle(remove, kind="quiet", hit=True)
        bind_icon(remove, "close", Role.TEXT_MUTED)
        remove.clicked.connect(partial(self._remove, place))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(name, 1)
        line.addWidget(amount)
        line.addWidget(remove)
        return row

    def _say_amount(self) -> None:
        missing = formats.amount(self._basket.missing)
        method = METHOD_WORDS[self.methods.method]
        self._amount_words.setText(self.tr("Valor em {method}").format(method=method))
        self.amount.setPlaceholderText(self.tr("Enter: {missing}").format(missing=missing))

    def say(self, words: str) -> None:
        """Say what cannot be; "" clears."""
        self._note.setText(words)
        self._note.setVisible(bool(words))

    @property
    def note(self) -> str:
        """What is said now."""
        return self._note.text()

    def show_finishing(self, *, finishing: bool) -> None:
        """The sale is on its way to the books."""
        self.finish.setText(self.tr("Finalizando…") if finishing else self.tr("Finalizar (Enter)"))

    # -- keys -----------------------------------------------------------------------------------------

    def step_back(self) -> bool:
        """From the amount to the form; False when there is no step to take back."""
        if not self.amount.hasFocus():
            return False
        self.say("")
        self._to_methods()
        return True

    def take_focus(self) -> None:
        """The keyboard comes back from a question or a locked screen; an amount half typed is gone on with."""
        if self.amount.text():
            self.amount.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._to_methods()

    def complete(self) -> None:
        """F10: finish when everything is paid; never pays by itself."""
        if self._basket.missing == ZERO:
            self._finish()

    def remove_last(self) -> None:
        """Take back the payment that was put in last."""
        if self._basket.payments:
            self._remove(len(self._basket.payments) - 1)
        else:
            self.refused.emit()

    def _remove(self, place: int, _checked: bool = False) -> None:
        self.removed.emit(place)

    def _to_methods(self) -> None:
        self.amount.set_money(None)
        self._say_amount()
        self.methods.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, method: PaymentMethod) -> None:
        if self._basket.missing <= ZERO:
            self._refuse(self.tr("Já está tudo pago: Enter finaliza."))
        elif method is PaymentMethod.STORE_CREDIT and not self._basket.buyer_document:
            self._refuse(self.tr("Crediário precisa do CPF ou CNPJ do cliente: tecle F3."))
            self.methods.choose(PaymentMethod.CASH)
        else:
            self.say("")
            self._say_amount()
            self.amount.setFocus(Qt.FocusReason.OtherFocusReason)

    def _entered(self) -> None:
        if self._basket.missing == ZERO:
            self._finish()
        elif self._basket.missing < ZERO:
            self._refuse(self.tr("Foi pago mais que o total: tire um pagamento com Del."))
        else:
            self._pay(self._basket.missing)

    def _pay_amount(self) -> None:
        text = self.amount.text().strip()
        try:
            given = self.amount.parse(text) if text else self._basket.missing
        except DomainError as error:
            self._refuse(self.amount.sentence(error))
            return
        self._pay(given)

    def _pay(self, given: Money) -> None:
        method, missing = self.methods.method, self._basket.missing
        if given <= ZERO:
            self._refuse(self.tr("Digite um valor maior que zero."))
        elif given > missing and method is not PaymentMethod.CASH:
            said = self.tr("Só dinheiro pode passar do que falta: {missing}.")
            self._refuse(said.format(missing=formats.money(missing)))
        elif method is PaymentMethod.STORE_CREDIT and not self._basket.buyer_document:
            self._refuse(self.tr("Crediário precisa do CPF ou CNPJ do cliente: tecle F3."))
        else:
            self.paid.emit(method, given)

    def _finish(self, _checked: bool = False) -> None:
        self.finish_requested.emit()

    def _strange_key(self) -> None:
        self._refuse(self.tr("Tecle 1 a 6 para a forma de pagamento, depois o valor."))

    def _refuse(self, words: str) -> None:
        self.say(words)
        self.amount.selectAll()
        self.refused.emit()


class _AmountEdit(MoneyEdit):
    """Enter pays and presses nothing else; Backspace in the empty field goes back to the form."""

    #: Backspace with nothing typed.
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that mean something here."""
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.left.emit()
            event.accept()
            return
        if not is_held(event):  # one press pays once
            super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
