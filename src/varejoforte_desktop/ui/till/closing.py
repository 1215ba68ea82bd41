"""Counting a till over the screen: to check it between two people, or to close it and see what is still pending."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.application.sale_questions import Pending, TillSheet
from varejoforte_desktop.application.till import ClosingReceipt, check_till, close_till, hides_expected
from varejoforte_desktop.domain.errors import DomainError, TillClosed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.balance import BalanceCard
from varejoforte_desktop.ui.till.counting import CountForm
from varejoforte_desktop.ui.till.dialog import TillDialog
from varejoforte_desktop.ui.till.methods import MethodCounter
from varejoforte_desktop.ui.till.pending import PendingList
from varejoforte_desktop.ui.widgets.field import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFacts:
    """What the dialog needs to know before it opens. `hidden`: this person must not see what is expected."""

    sheet: TillSheet
    pending: Pending
    hidden: bool


def count_facts(reader: Reader, by: Actor) -> CountFacts:
    """The till of this station as it is now. Raises TillClosed."""
    sheet = reader.tills.open_till(by.station)
    if sheet is None:
        raise TillClosed(by.station)
    return CountFacts(
        sheet=sheet,
        pending=reader.tills.pending(by.station),
        hidden=hides_expected(reader.sales.rules(), by),
    )


class TillCountDialog(TillDialog):
    """Until the count is in the books nothing has changed, and Esc goes back."""

    asks_before_leaving = True

    def __init__(
        self, session: Session, facts: CountFacts, *, closes: bool, parent: QWidget | None = None
    ) -> None:
        """`closes`: the till is closed; else the count is only written down."""
        words = (
            ("till_closing", "Fechamento de caixa", "Fechar caixa")
            if closes
            else ("till_check", "Conferência de caixa", "Registrar conferência")
        )
        super().__init__(session, *words, parent)
        self._facts = facts
        self._closes = closes
        #: What came of it: a closing's receipt, a check's difference.
        self.receipt: ClosingReceipt | None = None
        self.difference: Money | None = None
        sold = None if facts.hidden else facts.sheet.methods
        self.form = CountForm(MethodCounter(sold) if closes else None)
        self.balance = BalanceCard()
        self.pending = PendingList()
        self.note = QLineEdit()
        self.note_field = Field(self.tr("Observação"), self.note)
        self._side = QScrollArea()
        self._build()
        self.form.changed.connect(self._show_balance)
        self.form.finished.connect(self.note.setFocus)
        self.note.returnPressed.connect(self.save_button.setFocus)
        self.note.textChanged.connect(self._clear_note)
        self._show_balance()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.note.setObjectName("count_note")
        self.note.setMaxLength(200)
        sides = QHBoxLayout()
        sides.setSpacing(Space.L)
        sides.addWidget(_scrolling(QScrollArea(), _card(self.form)), 1)
        sides.addWidget(self._right())
        self.body.addLayout(sides, 1)
        self._fit()

    def _right(self) -> QScrollArea:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(_card(self.balance, self.note_field))
        if self._closes:
            title = QLabel(self.tr("Pendências"))
            restyle(title, words="heading")
            self.pending.show_pending(self._facts.pending, self.session.services.clock())
            column.addWidget(_card(title, self.pending))
        column.addStretch(1)
        return _scrolling(self._side, side)

    def _fit(self) -> None:
        theme = Theme.current()
        self._side.setFixedWidth(theme.px(300))
        width, height = theme.px(960 if self._closes else 780), theme.px(660 if self._closes else 540)
        parent = self.parentWidget()
        if parent is not None:
            room = parent.window().size()
            width, height = min(width, room.width()), min(height, room.height())
        self.resize(width, height)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the money."""
        super().showEvent(event)
        self.form.start()

    # -- while counting -------------------------------------------------------------------------------

    def _show_balance(self, *_: object) -> None:
        expected = None if self._facts.hidden else self._facts.sheet.totals.expected_cash
        self.balance.show_balance(expected, self.form.counted_cash)

    def _clear_note(self, _text: str) -> None:
        if self.note_field.error:
            self.note_field.set_error("")

    def work(self) -> Coroutine[Any, Any, None] | None:
        """The count as it is in the fields."""
        count = self.form.read(self.note.text().strip())
        return None if count is None else self._write(count)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A difference that nobody explained stands beside the note."""
        if error.field != "note":
            return False
        self.note_field.set_error(said)
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)
        self._side.ensureWidgetVisible(self.note_field)
        return True

    async def _write(self, count: TillCount) -> None:
        run, actor = self.session.services.backend.run, self.session.actor
        if self._closes:
            self.receipt = await run(close_till, count, by=actor)
        else:
            self.difference = await run(check_till, count, by=actor)


def _card(*widgets: QWidget) -> QFrame:
    card = QFrame()
    restyle(card, card=True)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
    inside.setSpacing(Space.S)
    for widget in widgets:
        inside.addWidget(widget)
    return card


def _scrolling(area: QScrollArea, inside: QWidget) -> QScrollArea:
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    restyle(area.verticalScrollBar(), on="page")
    return area
