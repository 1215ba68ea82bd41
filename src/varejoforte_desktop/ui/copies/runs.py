"""The card of past copies: the newest first, with what came of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from varejoforte_desktop.application.people_ports import BackupRun
from varejoforte_desktop.ui.copies.columns import RunRow, run_columns
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_LEAST_LINES: Final = 3
_MOST_LINES: Final = 7
_ROOM: Final = 200  # for the words that stand in the list's place


class RunsCard(QFrame):
    """A list to be read; whoever rests on a line reads the whole story."""

    #: "Tentar de novo" after the list could not be read.
    retried = Signal()

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("runs_card")
        restyle(self, card=True)
        self.model: RowsModel[RunRow] = RowsModel(run_columns(clock), parent=self)
        self.table = TableView("runs_table", self.tr("Últimas cópias"))
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.empty = EmptyState(
            "no_runs",
            "copy",
            self.tr("Nenhuma cópia ainda"),
            self.tr("Cada cópia feita, ou que não deu certo, aparece aqui com o motivo."),
        )
        self.states = ListStates(self.table, self.empty)
        heading = QLabel(self.tr("Últimas cópias"))
        restyle(heading, words="heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(heading)
        column.addWidget(self.states)
        self.states.setMinimumWidth(1)  # the words of an empty list would otherwise widen a narrow page
        for state in (self.empty, self.states.failed):
            state.setContentsMargins(-Space.XL, 0, -Space.XL, 0)
        self.states.retried.connect(self.retried)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def show_runs(self, runs: Sequence[BackupRun]) -> None:
        """Show them, newest first. Before the first one the card above says what is to be done, and this one is gone."""
        self.model.set_rows([RunRow(place, run) for place, run in enumerate(runs)])
        self.states.show_rows(len(runs))
        self.setVisible(bool(runs))
        self._fit()

    def show_error(self, said: Sentence) -> None:
        """The list could not be read; what is shown already stays."""
        if not self.model.rows:
            self.show()
            self.states.show_error(said.text, said.remedy)

    def tick(self) -> None:
        """Time has passed."""
        last = self.model.rowCount() - 1
        if last >= 0:
            self.model.dataChanged.emit(
                self.model.index(0, 0), self.model.index(last, self.model.columnCount() - 1)
            )

    def _fit(self) -> None:
        """As high as its lines, within reason: the page scrolls, and so does a long list."""
        count = self.model.rowCount()
        px = Theme.current().px
        if not count:
            self.states.setFixedHeight(px(_ROOM) + 2 * Space.XL)
            return
        header = self.table.horizontalHeader().sizeHint().height()
        lines = min(max(count, _LEAST_LINES), _MOST_LINES)
        self.states.setFixedHeight(px(34) * lines + header + 2 * self.table.frameWidth() + Space.XS)
