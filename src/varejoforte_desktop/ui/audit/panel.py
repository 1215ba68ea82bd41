"""The chosen line of the audit log, whole: who, when and where, and each field as it was and as it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.people_questions import AuditRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.audit.columns import who
from varejoforte_desktop.ui.audit.facts import NOTHING, Pair, pairs
from varejoforte_desktop.ui.audit.words import act_words, subject_words
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, restyle

_TOP = Qt.AlignmentFlag.AlignTop


class AuditPanel(QFrame):
    """Shows one line; nothing can be done with it, for it never changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("audit_panel")
        self.setAccessibleName(self.tr("Registro escolhido"))
        restyle(self, card=True)
        self.row: AuditRow | None = None
        self._flat = False
        self.area = QScrollArea()
        self.area.setObjectName("audit_panel_scroll")
        self.area.setAccessibleName(self.tr("Detalhe do registro"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
        column.addWidget(self.area)

    def lie_down(self, flat: bool) -> None:
        """At the foot of a narrow window the facts stand beside the head instead of under it."""
        if flat != self._flat:
            self._flat = flat
            if self.row is not None:
                self._show(self.row)

    def show_row(self, row: AuditRow) -> None:
        """Show a line."""
        if row != self.row:
            self.row = row
            self._show(row)

    def _show(self, row: AuditRow) -> None:
        page = QWidget()
        ways = QBoxLayout.Direction
        whole = QBoxLayout(ways.LeftToRight if self._flat else ways.TopToBottom, page)
        whole.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        whole.setSpacing(Space.XL if self._flat else Space.L)
        head, body = QVBoxLayout(), QVBoxLayout()
        for column in (head, body):
            column.setSpacing(Space.S)
        self._add_head(head, row)
        self._add_facts(body, pairs(row))
        number = _words(self.tr("Registro {number}").format(number=formats.count(row.id)), "small")
        body.addSpacing(Space.S)
        (head if self._flat else body).addWidget(number)
        head.addStretch(1 if self._flat else 0)
        body.addStretch(1)
        whole.addLayout(head, 2 if self._flat else 0)
        whole.addLayout(body, 3)
        self.area.setWidget(page)
        # The card behind is to be seen, not the window's colour.
        page.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)

    def _add_head(self, column: QVBoxLayout, row: AuditRow) -> None:
        act = act_words(row.action)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(IconLabel(act.icon, Role.TEXT_MUTED, 18), 0, _TOP)
        top.addWidget(_words(act.word, "heading", "audit_panel_title"), 1)
        column.addLayout(top)
        column.addWidget(_words(subject_words(row.action, row.subject), "strong", "audit_panel_subject"))
        where = self.tr("{name} · {station}").format(name=who(row), station=row.station or NOTHING)
        column.addWidget(_words(where, "", "audit_panel_who"))
        column.addWidget(_words(formats.full_moment(row.at), "small", "audit_panel_when"))

    def _add_facts(self, column: QVBoxLayout, found: list[Pair]) -> None:
        if not found:
            column.addWidget(_words(self.tr("Nada mais foi anotado."), "muted"))
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for place, title in enumerate((self.tr("Antes"), self.tr("Depois"))):
            grid.addWidget(_words(title, "label"), 0, place)
        for pair in found:
            self._add_pair(grid, pair)
        column.addLayout(grid)

    def _add_pair(self, grid: QGridLayout, pair: Pair) -> None:
        row = grid.rowCount()
        grid.setRowMinimumHeight(row, Space.S)
        name = self.tr("{name} · mudou").format(name=pair.name) if pair.changed else pair.name
        grid.addWidget(_words(name, "small"), row + 1, 0, 1, 2)
        kind = "strong" if pair.changed else ""
        for place, value in enumerate((pair.before, pair.after)):
            grid.addWidget(_words(value, kind if value != NOTHING else "muted"), row + 2, place, _TOP)


def _words(text: str, kind: str = "", object_name: str = "") -> QLabel:
    label = QLabel(formats.wrappable(text))
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if kind:
        restyle(label, words=kind)
    return label
