"""An order has become a sale: its number, what was paid, and how its note comes along."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.sales.note_words import NoteTold
from varejoforte_desktop.ui.theme import Space, restyle


class RegisteredCard(QFrame):
    """The sale above, its note below; the note changes while somebody looks, and nobody has to wait for it."""

    def __init__(self, receipt: SaleReceipt) -> None:
        super().__init__()
        self.setObjectName("register_done")
        restyle(self, card=True)
        self.told: NoteTold | None = None
        sale = _label("register_done_sale", "heading")
        sale.setText(self.tr("Venda {number}").format(number=receipt.number))
        total = _label("register_done_total", "muted")
        total.setText(formats.money(receipt.total))
        self._sign = IconLabel("upload", Role.INFO, 20)
        self._head = _label("register_done_note", "strong")
        self._more = _label("register_done_note_more", "")
        self._later = _label("register_done_later", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.S)
        for first, icon in ((sale, IconLabel("done", Role.GOOD, 20)), (self._head, self._sign)):
            line = QHBoxLayout()
            line.setSpacing(Space.S)
            line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(first, 1)
            column.addLayout(line)
            column.addWidget(total if first is sale else self._more)
        column.addStretch(1)
        column.addWidget(self._later)

    def show_note(self, told: NoteTold) -> None:
        """How the note stands now."""
        self.told = told
        self._sign.set_icon(told.icon, told.tone.role)
        self._head.setText(told.head)
        restyle(self._head, tone="" if told.tone is Tone.NEUTRAL else told.tone.value)
        self._more.setText(told.more)
        self._more.setVisible(bool(told.more))
        self._later.setText(
            self.tr("O pedido está registrado; resolva a nota em Vendas ou em Notas fiscais.")
            if told.wrong
            else self.tr("Pode fechar: a nota segue sozinha e fica em Notas fiscais.")
        )
        self.setAccessibleDescription(told.whole)


def _label(object_name: str, kind: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    restyle(label, words=kind)
    return label
