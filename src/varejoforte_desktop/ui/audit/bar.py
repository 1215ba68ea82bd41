"""The buttons of the audit log: prove that nobody touched it, and take it to a spreadsheet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.theme import Space, restyle


class AuditBar(QWidget):
    """How many lines are shown, and what can be done with the log."""

    #: "Conferir a trilha".
    check_requested = Signal()
    #: "Exportar".
    export_requested = Signal()

    def __init__(self, *, exports: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("audit_bar")
        self.shown = QLabel()
        self.shown.setObjectName("audit_count")
        restyle(self.shown, words="small")
        self.check = _button("audit_check_button", self.tr("Conferir a trilha (F8)"), "check")
        self.check.setToolTip(self.tr("Prova que nenhum registro foi alterado, apagado ou colocado depois."))
        self.export = _button("audit_export_button", self.tr("Exportar (Ctrl+E)"), "upload")
        self.export.setToolTip(self.tr("Leva para uma planilha tudo o que os filtros encontram."))
        self.export.setVisible(exports)
        self.check.clicked.connect(self.check_requested)
        self.export.clicked.connect(self.export_requested)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self.shown, 1)
        line.addWidget(self.check)
        line.addWidget(self.export)

    def show_count(self, count: int, *, narrowed: bool, more: bool) -> None:
        """How many lines are in the list; `more`: older ones are read as one scrolls."""
        words = formats.counted(count, self.tr("registro"), self.tr("registros"))
        if narrowed:
            words = self.tr("{count} com estes filtros").format(count=words)
        if more:
            words = self.tr("{count}; role para ver os mais antigos").format(count=words)
        self.shown.setText(words if count else "")

    def allow(self, *, checking: bool, leaving: bool, rows: bool, may: bool) -> None:
        """Fit the buttons to what goes on."""
        self.check.setEnabled(may and not checking)
        self.export.setEnabled(may and rows and not leaving)


def _button(name: str, words: str, drawing: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    bind_icon(button, drawing)
    return button
