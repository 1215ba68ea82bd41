"""How slips look on this station's roll: its width, letters, code, knife, drawer and the shop's own copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from varejoforte_desktop.application.printing_ports import NARROW, WIDE, PrinterBook, QrMode
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.field import Field

_WIDE: Final = 340


class RollChoices(QWidget):
    """Belongs to the card of the receipt printer."""

    #: Something was chosen.
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("roll_choices")
        self.columns = Choice("roll_columns", self.tr("Largura da bobina"))
        self.columns.addItem(self.tr("80 mm (48 letras)"), WIDE)
        self.columns.addItem(self.tr("58 mm (32 letras)"), NARROW)
        self.qr = Choice("roll_qr", self.tr("Código QR"))
        self.qr.addItem(self.tr("A impressora desenha"), QrMode.NATIVE)
        self.qr.addItem(self.tr("Enviar como imagem"), QrMode.PICTURE)
        self.accents = self._box("roll_accents", self.tr("A impressora sabe imprimir acentos"))
        self.cut = self._box("roll_cut", self.tr("Cortar o papel no fim de cada cupom"))
        self.drawer = self._box("roll_drawer", self.tr("Abrir a gaveta quando sai o cupom da venda"))
        self.both_ways = self._box("roll_both_ways", self.tr("Em contingência, imprimir as duas vias"))
        self._build()
        self.columns.activated.connect(self._changed)
        self.qr.activated.connect(self._changed)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _box(self, name: str, words: str) -> QCheckBox:
        box = QCheckBox(words)
        box.setObjectName(name)
        box.clicked.connect(self._changed)
        return box

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(Field(self.tr("Largura da bobina"), self.columns))
        column.addWidget(Field(self.tr("Código QR"), self.qr))
        for box in (self.accents, self.cut, self.drawer, self.both_ways):
            column.addWidget(box)

    def _fit(self) -> None:
        for widget in (self.columns, self.qr):
            widget.setMaximumWidth(Theme.current().px(_WIDE))

    def _changed(self, *_: object) -> None:
        self.changed.emit()

    def show_book(self, book: PrinterBook) -> None:
        """Show what is kept."""
        self.columns.setCurrentIndex(self.columns.findData(book.columns))
        self.qr.setCurrentIndex(self.qr.findData(book.qr))
        self.accents.setChecked(book.accents)
        self.cut.setChecked(book.cut)
        self.drawer.setChecked(book.drawer)
        self.both_ways.setChecked(book.both_ways)

    def into(self, book: PrinterBook) -> PrinterBook:
        """The book with what is chosen here."""
        return replace(
            book,
            columns=int(self.columns.currentData()),
            qr=QrMode(self.qr.currentData()),
            accents=self.accents.isChecked(),
            cut=self.cut.isChecked(),
            drawer=self.drawer.isChecked(),
            both_ways=self.both_ways.isChecked(),
        )

    def set_refusal(self, refusal: str) -> None:
        """Whether it is only to be read."""
        for widget in (self.columns, self.qr, self.accents, self.cut, self.drawer, self.both_ways):
            widget.setEnabled(not refusal)
            widget.setToolTip(refusal)
