"""Which fiscal document goes with the sale: the lawful one is chosen already, and the reason stands beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.customers import buyer_document
from varejoforte_desktop.application.order_sale import suggested_fiscal
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.fiscal_errors import NfceNotForCompanies
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.orders.deciding.lines import Note
from varejoforte_desktop.ui.orders.deciding.words import FISCAL_WORDS, document_reason, fiscal_reason
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle


class FiscalChoice(QWidget):
    """NF-e, NFC-e or none. Without a document that holds NF-e is off, and the person has to choose."""

    #: Another one was chosen.
    changed = Signal()

    def __init__(
        self,
        order: StoreOrder,
        parent: QWidget | None = None,
        *,
        issues: bool = False,
        nfce_to_companies: bool = False,
    ) -> None:
        """`issues`: the note is issued here, right after the sale. `nfce_to_companies`: as the shop's settings say."""
        super().__init__(parent)
        self.setObjectName("fiscal_choice")
        self.setAccessibleName(self.tr("Nota fiscal"))
        document = buyer_document(order.buyer)
        suggested = suggested_fiscal(order, nfce_to_companies=nfce_to_companies)
        self._group = QButtonGroup(self)
        self.buttons = {model: QRadioButton(words) for model, words in FISCAL_WORDS.items()}
        self.reason = _small(fiscal_reason(order, document, suggested), "fiscal_reason")
        later = (
            self.tr("A nota é emitida logo depois da venda.")
            if issues
            else self.tr("A nota fica na fila de notas a emitir.")
        )
        self.later = _small(later, "fiscal_later")
        self.refusal = Note("fiscal_refusal")
        self.error = Note("fiscal_error")
        self._build()
        missing = document_reason(order, document)
        if missing:
            self.buttons[FiscalModel.NFE].setEnabled(False)
            self.buttons[FiscalModel.NFE].setToolTip(missing)
            self.refusal.say(self.tr("NF-e indisponível. {why}").format(why=missing), Tone.WARN)
        if is_cnpj(document) and not nfce_to_companies:
            self.buttons[FiscalModel.NFCE].setEnabled(False)
            self.buttons[FiscalModel.NFCE].setToolTip(sentence(NfceNotForCompanies()).whole)
        if not missing or suggested is not FiscalModel.NFE:
            self.buttons[suggested].setChecked(True)
        self._group.buttonToggled.connect(self._chosen)
        self._show_later()

    def _build(self) -> None:
        title = QLabel(self.tr("Nota fiscal"))
        restyle(title, words="label")
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        for model, button in self.buttons.items():
            button.setObjectName(f"fiscal_{model.value}")
            button.setAccessibleName(self.tr("Nota fiscal: {which}").format(which=FISCAL_WORDS[model]))
            self._group.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(title)
        column.addLayout(line)
        for widget in (self.reason, self.refusal, self.later, self.error):
            column.addWidget(widget)

    @property
    def model(self) -> FiscalModel | None:
        """The one that is chosen."""
        return next((model for model, button in self.buttons.items() if button.isChecked()), None)

    def read(self) -> FiscalModel | None:
        """The one that is chosen; None when none is, and then the person is told."""
        model = self.model
        if model is None:
            self.point_at(self.tr("Escolha NFC-e ou nenhuma."))
        return model

    def point_at(self, said: str) -> None:
        """Say a refusal here and bring the keyboard."""
        self.error.say(said, Tone.BAD)
        self.focus()

    def focus(self) -> None:
        """The keyboard at the choice."""
        on = [button for button in self.buttons.values() if button.isEnabled()]
        chosen = next((button for button in on if button.isChecked()), on[0])
        chosen.setFocus(Qt.FocusReason.TabFocusReason)

    def _chosen(self, _button: object, checked: bool) -> None:
        if checked:
            self.error.say("", Tone.BAD)
            self._show_later()
            self.changed.emit()

    def _show_later(self) -> None:
        self.later.setVisible(self.model not in {None, FiscalModel.NONE})


def _small(text: str, object_name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(object_name)
    label.setWordWrap(True)
    restyle(label, words="small")
    return label
