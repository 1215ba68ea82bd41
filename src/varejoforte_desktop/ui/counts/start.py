"""While no count goes on: the one button to begin, and the counts there were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_questions import CountRow
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.counts.history import history_columns
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState


class CountStart(QWidget):
    """What a count is, in two sentences, above the list of those before."""

    #: "Começar inventário".
    begin_requested = Signal()

    def __init__(self, actor: Actor, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count_start")
        self.may_begin = actor.may(Permission.ADJUST_STOCK)
        self._empty = EmptyState("no_count", "barcode", "")
        self._empty.acted.connect(self.begin_requested)
        self.model: RowsModel[CountRow] = RowsModel(history_columns(clock), parent=self)
        self.table = TableView("count_history", self.tr("Inventários anteriores"))
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self._past = self._history()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self._empty, 3)
        column.addWidget(self._past, 4)
        self.show_past(())

    def _history(self) -> QWidget:
        part = QWidget()
        heading = QLabel(self.tr("Inventários anteriores"))
        restyle(heading, words="heading")
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        card = QFrame()
        restyle(card, card=True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.table)
        column.addWidget(heading)
        column.addWidget(card, 1)
        return part

    def to_button(self) -> None:
        """Enter begins; who may not begin looks at the list."""
        button = self._empty.findChild(QPushButton)
        chosen = button if self.may_begin and button is not None else self.table
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_past(self, past: tuple[CountRow, ...]) -> None:
        """List the counts there were."""
        self.model.set_rows(past)
        self._past.setVisible(bool(past))
        said = self.tr("Bipe as prateleiras sem parar de vender: só a diferença encontrada é corrigida.")
        if self.may_begin:
            button = self.tr("Começar inventário (Ins)")
        else:
            said, button = self.tr("Peça a um gerente ou administrador para começar."), ""
        self._empty.set_message("barcode", self.tr("Nenhum inventário aberto"), said, button)
