"""The form that opens a till: how much change money lies in the drawer, typed or counted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit


class OpeningForm(QWidget):
    """Says what was typed; the screen opens the till."""

    #: Open a till with this change money: a Money.
    asked = Signal(object)
    #: "Contar cédulas e moedas" was pressed.
    count_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("till_opening_form")
        self.amount = MoneyEdit("till_opening_float", self.tr("Fundo de troco"))
        self.field = Field(
            self.tr("Fundo de troco"), self.amount, self.tr("O dinheiro que já está na gaveta.")
        )
        self.count_button = QPushButton(self.tr("Contar cédulas e moedas…"))
        self.open_button = QPushButton(self.tr("Abrir caixa (F10)"))
        self._explained = QLabel(self.tr("As vendas de balcão começam depois da abertura."))
        self._build()
        self.amount.returnPressed.connect(self.ask)
        self.open_button.clicked.connect(self.ask)
        self.count_button.clicked.connect(self.count_requested)

    def _build(self) -> None:
        heading = QLabel(self.tr("Abertura de caixa"))
        restyle(heading, words="heading")
        self._explained.setWordWrap(True)
        restyle(self._explained, words="muted")
        restyle(self.amount, large=True)
        restyle(self.open_button, kind="primary")
        self.open_button.setObjectName("till_open")
        self.count_button.setObjectName("till_opening_count")
        restyle(self.count_button, kind="quiet")
        bind_icon(self.count_button, "price", Role.ACCENT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for widget in (heading, self._explained, self.field, self.count_button):
            column.addWidget(widget)
        column.addSpacing(Space.S)
        column.addWidget(self.open_button)
        column.addStretch(1)

    def start(self) -> None:
        """The cursor where the work begins."""
        self.amount.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Ready for the next opening."""
        self.amount.set_money(None)

    def set_busy(self, *, busy: bool) -> None:
        """While a till is being opened."""
        self.open_button.setEnabled(not busy)

    def point_at(self, said: str) -> None:
        """Say what is wrong with the amount."""
        self.field.set_error(said)
        self.amount.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(self) -> None:
        """Read the amount and ask for the opening."""
        if not self.open_button.isEnabled():
            return
        try:
            amount: Money | None = self.amount.money()
        except DomainError as error:
            self.point_at(self.amount.sentence(error))
            return
        if amount is None:
            self.point_at(self.tr("Digite o fundo de troco; sem troco, digite 0."))
        else:
            self.asked.emit(amount)
