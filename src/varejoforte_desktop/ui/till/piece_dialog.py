"""The counter of notes and coins over another form, which takes over its sum."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Theme, restyle
from varejoforte_desktop.ui.till.dialog import TillDialog
from varejoforte_desktop.ui.till.pieces import PieceCounter


class PieceDialog(TillDialog):
    """`total` is what was counted, once accepted."""

    asks_before_leaving = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "piece_count", "Contagem de cédulas e moedas", "Usar este total", parent)
        self.total: Money | None = None
        self.counter = PieceCounter("opening_piece")
        self._sum = QLabel()
        self._sum.setObjectName("piece_count_total")
        restyle(self._sum, words="figure")
        words = QLabel(self.tr("Total"))
        restyle(words, words="muted")
        line = QHBoxLayout()
        line.addWidget(words)
        line.addStretch(1)
        line.addWidget(self._sum)
        self.body.addWidget(self.counter, 1)
        self.body.addLayout(line)
        self.counter.changed.connect(self._show_sum)
        self.counter.finished.connect(self.save_button.setFocus)
        self._show_sum(self.counter.total())
        self.resize(Theme.current().px(540), self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the largest note."""
        super().showEvent(event)
        self.counter.focus_first()

    def work(self) -> Coroutine[Any, Any, None] | None:
        """Every piece must be readable."""
        try:
            self.counter.pieces()
        except DomainError:
            return None
        return self._take()

    async def _take(self) -> None:
        self.total = self.counter.total()

    def _show_sum(self, total: Money) -> None:
        self._sum.setText(formats.money(total))
