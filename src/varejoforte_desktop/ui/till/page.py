"""How the till's screen is laid out: the till itself at the left, what moved and earlier tills at the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import CashRow, TillRow, TillSheet
from varejoforte_desktop.application.till import hides_expected
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.lists import cash_columns, till_columns
from varejoforte_desktop.ui.till.opening import OpeningForm
from varejoforte_desktop.ui.till.summary import TillSummary
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_EDGE: Final = 2  # of a scroll area, kept for its focus ring


class TillFacts:
    """What the screen shows: the open till (None: closed), the last ones, and whether this person sees sums."""

    __slots__ = ("hidden", "sheet", "tills")

    def __init__(self, reader: Reader, by: Actor) -> None:
        self.sheet: TillSheet | None = reader.tills.open_till(by.station)
        self.tills: list[TillRow] = reader.tills.tills()
        self.hidden: bool = hides_expected(reader.sales.rules(), by)


class TillPage(QWidget):
    """Shows facts and has the buttons; what they do is the screen's."""

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("till_page")
        self._clock = clock
        self.opening = OpeningForm()
        self.summary = TillSummary()
        self.close_button = _button("till_close", self.tr("Fechar caixa (F10)"), "lock", Role.ACCENT_TEXT)
        self.supply_button = _button("till_supply", self.tr("Suprimento (F2)"), "arrow-down")
        self.withdraw_button = _button("till_withdraw", self.tr("Sangria (F3)"), "arrow-up")
        self.check_button = _button("till_check", self.tr("Conferir (F4)"), "check")
        self.badge = Badge("", Tone.NEUTRAL)
        self._since = QLabel()
        self.movements: RowsModel[CashRow] = RowsModel(cash_columns(), parent=self)
        self.tills: RowsModel[TillRow] = RowsModel(till_columns(clock, hidden=True), parent=self)
        self.movement_table = TableView("cash_table", self.tr("Suprimentos e sangrias"))
        self.till_table = TableView("till_table", self.tr("Caixas"))
        self.movement_states = ListStates(
            self.movement_table,
            EmptyState("no_cash_moved", "till", self.tr("Nenhum suprimento nem sangria")),
        )
        self.till_states = ListStates(
            self.till_table,
            EmptyState(
                "no_tills",
                "till",
                self.tr("Nenhum caixa ainda"),
                self.tr("Abra o primeiro com o dinheiro que está na gaveta."),
            ),
        )
        self._hidden = True
        self._now = QWidget()
        self._left = QStackedWidget()
        self._side = QFrame()
        self._build()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        for table, model in ((self.movement_table, self.movements), (self.till_table, self.tills)):
            table.setModel(model)
            table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        for states in (self.movement_states, self.till_states):
            restyle(states, card=True)
        body = QHBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(Space.M)
        body.addWidget(self._card())
        body.addLayout(self._lists(), 1)

    def _card(self) -> QFrame:
        opened = QWidget()
        restyle(self.close_button, kind="primary")
        column = QVBoxLayout(opened)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(_scrolling(self._opened()), 1)
        foot = QVBoxLayout()  # always in sight, however little room there is for the sums
        foot.setContentsMargins(_EDGE, 0, _EDGE, _EDGE)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        for page in (_scrolling(self.opening), opened):
            self._left.addWidget(page)
        restyle(self._side, card=True)
        inside = QVBoxLayout(self._side)
        inside.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        inside.addWidget(self._left)
        return self._side

    def _opened(self) -> QWidget:
        restyle(self._since, words="small")
        self._since.setWordWrap(True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.badge)
        column.addWidget(self._since)
        column.addSpacing(Space.S)
        column.addWidget(self.summary, 1)
        return inside

    def _lists(self) -> QVBoxLayout:
        moving = QVBoxLayout(self._now)
        moving.setContentsMargins(0, 0, 0, 0)
        moving.setSpacing(Space.S)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for button in (self.supply_button, self.withdraw_button, self.check_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        moving.addLayout(buttons)
        moving.addSpacing(Space.XS)
        moving.addWidget(_heading(self.tr("Suprimentos e sangrias")))
        moving.addWidget(self.movement_states, 1)
        lists = QVBoxLayout()
        lists.setSpacing(Space.S)
        lists.addWidget(self._now, 1)
        lists.addWidget(_heading(self.tr("Caixas")))
        lists.addWidget(self.till_states, 1)
        return lists

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The card is as wide as its total needs, and never more than half."""
        super().resizeEvent(event)
        self._side.setFixedWidth(min(Theme.current().px(340), max(self.width() * 45 // 100, 260)))

    # -- showing --------------------------------------------------------------------------------------

    def start(self) -> None:
        """The keyboard on the list of movements, where the keys of the screen are heard and nothing is pressed."""
        table = self.movement_table if self.movements.rows else self.till_table
        table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_facts(self, facts: TillFacts) -> None:
        """Show the till as it is now."""
        if facts.hidden != self._hidden:
            self._hidden = facts.hidden
            self.tills = RowsModel(till_columns(self._clock, hidden=facts.hidden), parent=self)
            self.till_table.setModel(self.tills)
        self.tills.set_rows(facts.tills)
        self.till_states.show_rows(len(facts.tills))
        sheet = facts.sheet
        self._left.setCurrentIndex(0 if sheet is None else 1)
        self._now.setVisible(sheet is not None)
        if sheet is None:
            return
        self.opening.clear()
        self.badge.set_state(self.tr("Caixa aberto"), Tone.GOOD, "unlock")
        opened = formats.moment(sheet.row.opened_at)
        self._since.setText(
            self.tr("Caixa {number} · {operator}, desde {opened}").format(
                number=sheet.row.id, operator=sheet.row.operator, opened=opened
            )
        )
        self.summary.show_sheet(sheet, hidden=facts.hidden)
        self.movements.set_rows(sheet.movements[::-1])
        self.movement_states.show_rows(len(sheet.movements))


def _scrolling(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inside.setAutoFillBackground(False)  # the card shows through
    return area


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    restyle(label, words="heading")
    return label


def _button(object_name: str, text: str, icon_name: str, role: Role = Role.TEXT) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(object_name)
    bind_icon(button, icon_name, role)
    return button
