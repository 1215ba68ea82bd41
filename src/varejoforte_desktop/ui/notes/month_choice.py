"""Which month goes to the accountant: the last whole one, unless somebody chooses another."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import date
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.notes.leaving import months_back
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.field import Field

_NAMES: Final = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip


def month_words(month: date) -> str:
    """A month as people call it: "novembro de 2026"."""
    return f"{_NAMES[month.month - 1]} de {month.year}"


class MonthDialog(DecisionDialog):
    """Closes with `month` chosen; the file is asked for afterwards."""

    def __init__(self, session: Session, today: date, parent: QWidget | None = None) -> None:
        super().__init__(session, "month", self.tr("Exportar o mês"), self.tr("Escolher o arquivo"), parent)
        self.month: date | None = None
        self.combo = QComboBox()
        self.combo.setObjectName("month_combo")
        for month in months_back(today):
            words = month_words(month)
            current = month == today.replace(day=1)
            self.combo.addItem(f"{words}, até agora" if current else words, month)
        said = self.tr(
            "Um arquivo ZIP para o contador: o XML de cada nota autorizada, cancelamento, carta de correção e "
            "inutilização do mês, e uma lista de todos os números."
        )
        self.body.addWidget(paragraph(said))
        self.body.addWidget(Field(self.tr("Mês"), self.combo))
        self.size_to(460)

    def work(self) -> Coroutine[Any, Any, str | None]:
        """Take what is chosen."""
        return self._take(self.combo.currentData())

    async def _take(self, month: date) -> None:
        self.month = month

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits at the choice."""
        super().showEvent(event)
        self.combo.setFocus(Qt.FocusReason.OtherFocusReason)
