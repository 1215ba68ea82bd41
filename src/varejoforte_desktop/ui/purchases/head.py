"""The head of a note that is being decided: whose it is, how well it is proven, and the choices for all lines."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.purchases.factor_edit import PercentEdit
from varejoforte_desktop.ui.purchases.told import difference_words, doubt_words, proof_words
from varejoforte_desktop.ui.purchases.work import PurchaseWork
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner


class NoteHead(QFrame):
    """Says who sold what for how much. The margin and the tick boxes are for the whole note."""

    #: "Marcar os preços sugeridos".
    suggestions_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("purchase_head")
        restyle(self, card=True)
        self.supplier = _label("heading", "purchase_supplier")
        self.facts = _label("", "purchase_facts")
        self.proof = _label("small", "purchase_proof")
        self.margin = PercentEdit("purchase_margin", self.tr("Margem sobre o custo, em percentual"))
        self.less_icms = QCheckBox(self.tr("Descontar o ICMS creditável"))
        self.suggestions = QPushButton(self.tr("Marcar os preços sugeridos (F9)"))
        self.doubt = Banner("purchase_doubt", tone=Tone.WARN)
        self.trust = QCheckBox(self.tr("Dou entrada mesmo assim e respondo por esta nota"))
        self.difference = Banner("purchase_difference", tone=Tone.WARN)
        self.less_icms.setObjectName("purchase_less_icms")
        self.suggestions.setObjectName("purchase_suggestions")
        self.suggestions.setAutoDefault(False)
        self.trust.setObjectName("purchase_trust")
        self.suggestions.clicked.connect(self.suggestions_requested)
        self._build()

    def _build(self) -> None:
        margin = QLabel(self.tr("&Margem sobre o custo para todos"))
        margin.setBuddy(self.margin)
        restyle(margin, words="small")
        self.margin.setPlaceholderText(self.tr("manter"))
        self.margin.setToolTip(self.tr("Vazio: cada produto mantém a margem que tem hoje."))
        choices = QHBoxLayout()
        choices.setSpacing(Space.S)
        choices.addWidget(margin)
        choices.addWidget(self.margin)
        choices.addWidget(QLabel("%"))
        choices.addWidget(self.suggestions)
        choices.addStretch(1)
        choices.addWidget(self.less_icms)
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self.supplier, 1)
        top.addWidget(self.facts, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XS)
        column.addLayout(top)
        column.addWidget(self.proof)
        column.addWidget(self.doubt)
        column.addWidget(self.trust)
        column.addWidget(self.difference)
        column.addLayout(choices)
        self.facts.setWordWrap(False)
        self.facts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.margin.setFixedWidth(Theme.current().px(90))

    def show_work(self, work: PurchaseWork) -> None:
        """Show another note, with the choices for all its lines as they stand."""
        note, margin, less_icms, trusted = work.note, work.margin, work.less_icms, work.trusted
        self.supplier.setText(note.supplier.name)
        self.supplier.setToolTip(note.supplier.name)
        self.facts.setText(
            self.tr("NF-e {number} · série {series} · emitida {day} · {total}").format(
                number=note.number,
                series=note.series,
                day=formats.day(note.issued_at),
                total=formats.money(note.total),
            )
        )
        place = " · ".join(filter(None, (note.supplier.city, note.supplier.state)))
        document = formatted_tax_id(note.supplier.document)
        self.proof.setText(" · ".join(filter(None, (document, place, proof_words(note)))))
        doubt, difference = doubt_words(note), difference_words(note)
        self.doubt.set_message(doubt, Tone.WARN)
        self.doubt.setVisible(bool(doubt))
        self.trust.setVisible(bool(doubt))
        self.trust.setChecked(trusted)
        self.difference.set_message(difference, Tone.WARN)
        self.difference.setVisible(bool(difference))
        self.margin.set_value(margin)
        self.less_icms.setChecked(less_icms)
        self.less_icms.setVisible(any(line.icms for line in note.lines))


def _label(kind: str, object_name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if kind:
        restyle(label, words=kind)
    return label
