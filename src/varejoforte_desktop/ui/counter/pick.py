"""A field above a list: what is typed is looked up, the arrows mark, and Enter takes the marked line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.ui.counter.dialog import CounterDialog
from varejoforte_desktop.ui.counter.style import HIT
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.columns import Column, R
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.tasks import Debounced
from varejoforte_desktop.ui.theme import Theme, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.pinned import Pinned

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


class PickDialog(CounterDialog, Generic[R]):
    """The list never takes the focus. `picked` is the line that was taken, None when none was."""

    #: The list was looked up: how many lines.
    listed = Signal(int)

    def __init__(
        self,
        object_name: str,
        title: str,
        confirm_words: str,
        *,
        backend: Backend,
        question: Callable[[Reader, str], Sequence[R]],
        columns: Sequence[Column[R]],
        placeholder: str,
        parent: QWidget,
    ) -> None:
        super().__init__(object_name, title, confirm_words, parent)
        self.picked: R | None = None
        self._backend = backend
        self._question = question
        self._look = Debounced(self, self.tasks, self._read)
        self.edit = QLineEdit()
        self.edit.setObjectName(f"{object_name}_edit")
        self.edit.setAccessibleName(placeholder)
        self.edit.setPlaceholderText(placeholder)
        restyle(self.edit, large=True)
        Pinned(self.edit, left=IconLabel("search", Role.TEXT_MUTED, 18))
        self.rows = RowsModel(columns, parent=self)
        self.table = _PickTable(f"{object_name}_table", title)
        self.table.setModel(self.rows)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty = EmptyState(f"{object_name}_empty", "search", "")
        self.states = ListStates(self.table, self.empty)
        restyle(self.states, card=True)
        self.body.addWidget(self.edit)
        self.body.addWidget(self.states, 1)
        self.confirm_button.setEnabled(False)
        self.edit.textEdited.connect(self._typed)
        self.states.retried.connect(self.look_again)
        self.table.chosen.connect(lambda _id: self.confirm())

    # -- what a subclass says -------------------------------------------------------------------------

    def say_empty(self, text: str) -> None:
        """Write the empty state for what was looked up."""

    # -- looking --------------------------------------------------------------------------------------

    def look_up(self, text: str) -> None:
        """Look this up at once."""
        self.edit.setText(text)
        self.look_again()

    def look_again(self) -> None:
        """Look up what is typed now."""
        self.states.show_loading()
        self._look(self.edit.text().strip())
        self._look.flush()

    def _typed(self, text: str) -> None:
        self.picked = None
        self._look(text.strip())

    async def _read(self, text: str) -> None:
        rows = await self._backend.read(lambda reader: list(self._question(reader, text)))
        if text != self.edit.text().strip():
            return
        self.rows.set_rows(rows)
        if rows:
            self.table.go_to_row(0)
        self.say_empty(text)
        self.states.show_rows(len(rows))
        self.confirm_button.setEnabled(self.may_confirm())
        self.listed.emit(len(rows))

    def may_confirm(self) -> bool:
        """Whether Enter would take something."""
        return self.marked is not None

    @property
    def marked(self) -> R | None:
        """The line the arrows are on."""
        return self.rows.row_at(self.table.currentIndex().row())

    def confirm(self) -> None:
        """Take the marked line; nothing is marked before the list is there."""
        if self.marked is not None:
            self.picked = self.marked
            self.accept()

    def failed(self, error: BaseException) -> None:
        """The list says so in its place while it has nothing to show."""
        if self.rows.rowCount():
            super().failed(error)
            return
        said = sentence(error)
        self.states.show_error(said.text, said.remedy)

    def other_key(self, event: QKeyEvent) -> bool:
        """The arrows mark."""
        step = _STEPS.get(Qt.Key(event.key()))
        count = self.rows.rowCount()
        if step is None or not count:
            return False
        row = self.table.currentIndex().row() + step
        self.table.go_to_row(min(max(row, 0), count - 1))
        event.accept()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits in the field."""
        super().showEvent(event)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class _PickTable(TableView):
    """Lines that a finger can hit."""

    def _fit(self) -> None:
        super()._fit()
        self.verticalHeader().setDefaultSectionSize(Theme.current().px(HIT))
