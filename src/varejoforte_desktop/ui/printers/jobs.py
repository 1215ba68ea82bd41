"""Papers of this station that wait, failed, or may have come out: each with what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.printing_ports import PrintJobRow
from varejoforte_desktop.domain.print_job import PrintState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.preferences.page import section
from varejoforte_desktop.ui.printers.words import paper_title, state_words
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

#: More are counted, not shown.
SHOWN: Final = 20


class JobsCard(QWidget):
    """The list in its four states."""

    #: A line's button: "came_out", "not_out", "again" or "give_up", and the paper's id.
    acted = Signal(str, int)
    #: "Tentar de novo" of the list itself.
    retried = Signal()

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("print_jobs")
        self._clock = clock
        self._rows: tuple[PrintJobRow, ...] | None = None
        self._lines = QWidget()
        self._lines.setObjectName("print_job_lines")
        self._column = QVBoxLayout(self._lines)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        empty = EmptyState(
            "print_jobs_empty",
            "printer",
            self.tr("Nada esperando impressão"),
            self.tr("O que não conseguir sair aparece aqui, com o motivo."),
        )
        self.states = ListStates(self._lines, empty)
        card, column = section(self.tr("Papéis desta estação"))
        column.addWidget(self.states)
        self._more = paragraph("", "small", name="print_jobs_more")
        self._more.hide()
        column.addWidget(self._more)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)
        self.states.retried.connect(self.retried)

    def show_rows(self, rows: Sequence[PrintJobRow]) -> None:
        """The papers as they are now, whoever needs a person first."""
        ordered = tuple(sorted(rows, key=lambda row: (not row.needs_person, row.id)))
        if ordered != self._rows:
            self._rows = ordered
            self._clear()
            for row in ordered[:SHOWN]:
                self._column.addWidget(self._line(row))
        hidden = len(ordered) - SHOWN
        self._more.setText(self.tr("E mais {count}.").format(count=formats.count(hidden)))
        self._more.setVisible(hidden > 0)
        self.states.show_rows(len(ordered))

    def _clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _line(self, row: PrintJobRow) -> QWidget:
        frame = QFrame()
        frame.setObjectName(f"print_job_{row.id}")
        sign, role = _sign(row)
        line = QHBoxLayout(frame)
        line.setContentsMargins(0, Space.XS, 0, Space.XS)
        line.setSpacing(Space.M)
        line.addWidget(IconLabel(sign, role, 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        age = formats.age(row.created_at, self._clock())
        words.addWidget(paragraph(f"{paper_title(row)} · {age}", name=f"print_job_{row.id}_title"))
        words.addWidget(paragraph(state_words(row), "small", name=f"print_job_{row.id}_state"))
        line.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for name, label in _acts(row):
            buttons.addWidget(self._button(row, name, label))
        buttons.addStretch(1)
        words.addLayout(buttons)
        return frame

    def _button(self, row: PrintJobRow, name: str, label: str) -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(f"print_job_{row.id}_{name}")
        button.setAccessibleName(f"{label}: {paper_title(row)}")
        button.clicked.connect(lambda: self.acted.emit(name, row.id))
        return button


def _sign(row: PrintJobRow) -> tuple[str, Role]:
    if row.unsure:
        return "warning", Role.WARN
    if row.state is PrintState.FAILED:
        return "error", Role.BAD
    return ("printer" if row.state is PrintState.PRINTING else "clock"), Role.TEXT_MUTED


def _acts(row: PrintJobRow) -> tuple[tuple[str, str], ...]:
    if row.unsure:
        return (("came_out", "Saiu"), ("not_out", "Não saiu, imprimir"))
    if row.state is PrintState.FAILED:
        return (("again", "Imprimir"), ("give_up", "Desistir"))
    if row.state is PrintState.WAITING:
        return (("give_up", "Desistir"),)
    return ()
