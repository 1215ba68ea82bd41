"""Papers of this station that wait, failed, or may have come out: each with what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

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
        self._shown: dict[PrintJobRow, QFrame] = {}
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
        self._show_lines(ordered[:SHOWN])
        hidden = len(ordered) - SHOWN
        self._more.setText(self.tr("E mais {count}.").format(count=formats.count(hidden)))
        self._more.setVisible(hidden > 0)
        self.states.show_rows(len(ordered))

    def _show_lines(self, rows: Sequence[PrintJobRow]) -> None:
        """Make only the lines that are told otherwise now; the keyboard stays on its button."""
        focus = QApplication.focusWidget()
        held = focus.objectName() if focus is not None and self._lines.isAncestorOf(focus) else ""
        before, self._shown = self._shown, {}
        for place, row in enumerate(rows):
            frame = before.pop(row, None)
            if frame is None:
                frame = self._line(row)
            else:
                self._tell_age(frame, row)
            if self._column.indexOf(frame) != place:
                self._column.insertWidget(place, frame)
            self._shown[row] = frame
        for gone in before.values():
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        again = [each for frame in self._shown.values() for each in frame.findChildren(QPushButton, held)]
        if held and again and not again[0].hasFocus():
            again[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_age(self, frame: QFrame, row: PrintJobRow) -> None:
        title = frame.findChild(QLabel, f"print_job_{row.id}_title")
        if title is not None:
            title.setText(self._title(row))

    def _title(self, row: PrintJobRow) -> str:
        return f"{paper_title(row)} · {formats.age(row.created_at, self._clock())}"

    def _line(self, row: PrintJobRow) -> QFrame:
        frame = QFrame()
        frame.setObjectName(f"print_job_{row.id}")
        sign, role = _sign(row)
        line = QHBoxLayout(frame)
        line.setContentsMargins(0, Space.XS, 0, Space.XS)
        line.setSpacing(Space.M)
        line.addWidget(IconLabel(sign, role, 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(paragraph(self._title(row), name=f"print_job_{row.id}_title"))
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
