"""Counting a till over the screen: to check it between two people, or to close it and see what is still pending."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.application.sale_questions import Pending, TillSheet
from varejoforte_desktop.application.till import ClosingReceipt, check_till, close_till, hides_expected
from varejoforte_desktop.domain.errors import DomainError, TillClosed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.balance import BalanceCard
from varejoforte_desktop.ui.till.counting import CountForm
from varejoforte_desktop.ui.till.pending import PendingList
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field

_log = logging.getLogger(__name__)


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


class TillCountDialog(QDialog):
    """Closes itself once the count is in the books; until then nothing has changed and Esc goes back."""

    def __init__(
        self, session: Session, facts: CountFacts, *, closes: bool, parent: QWidget | None = None
    ) -> None:
        """`closes`: the till is closed; else the count is only written down."""
        super().__init__(parent)
        self.setObjectName("till_closing_dialog" if closes else "till_check_dialog")
        self.title = self.tr("Fechamento de caixa") if closes else self.tr("Conferência de caixa")
        self.setWindowTitle(self.title)
        self.setModal(True)
        self._session = session
        self._facts = facts
        self._closes = closes
        self._saving = False
        self._scope = TaskScope(self, self._failed)
        #: What came of it: a closing's receipt, a check's difference.
        self.receipt: ClosingReceipt | None = None
        self.difference: Money | None = None
        self.form = CountForm()
        self.balance = BalanceCard()
        self.pending = PendingList()
        self.note = QLineEdit()
        self.note_field = Field(self.tr("Observação"), self.note)
        self.banner = Banner("till_count_banner")
        self.save_button = QPushButton()
        self._build()
        self._connect()
        self._show_balance()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        heading = QLabel(self.title)
        restyle(heading, words="title")
        self.note.setObjectName("count_note")
        self.note.setMaxLength(200)
        self.note.setAccessibleName(self.tr("Observação"))
        body = QHBoxLayout()
        body.setSpacing(Space.L)
        body.addWidget(self._left(), 1)
        body.addWidget(self._right())
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(heading)
        column.addWidget(self.banner)
        column.addLayout(body, 1)
        column.addLayout(self._foot())
        self.banner.hide()
        self.form.show_sold(None if self._facts.hidden else self._facts.sheet.methods)
        self._fit()

    def _left(self) -> QScrollArea:
        card = QFrame()
        restyle(card, card=True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        inside.addWidget(self.form)
        return _scrolling(card)

    def _right(self) -> QScrollArea:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(_card(self.balance, self.note_field))
        if self._closes:
            title = QLabel(self.tr("Pendências"))
            restyle(title, words="heading")
            self.pending.show_pending(self._facts.pending, self._session.services.clock())
            column.addWidget(_card(title, self.pending))
        column.addStretch(1)
        self._side = _scrolling(side)
        return self._side

    def _foot(self) -> QHBoxLayout:
        cancel = QPushButton(self.tr("Voltar (Esc)"))
        cancel.setObjectName("till_count_cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        words = self.tr("Fechar caixa (F10)") if self._closes else self.tr("Registrar conferência (F10)")
        self.save_button.setText(words)
        self.save_button.setObjectName("till_count_save")
        self.save_button.setAutoDefault(False)
        restyle(self.save_button, kind="primary")
        foot = QHBoxLayout()
        foot.addWidget(cancel)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        return foot

    def _fit(self) -> None:
        theme = Theme.current()
        self._side.setFixedWidth(theme.px(300))
        parent = self.parentWidget()
        room = parent.window().size() if parent is not None else None
        width, height = theme.px(860), theme.px(640)
        if room is not None:
            width, height = min(width, room.width()), min(height, room.height())
        self.resize(width, height)

    def _connect(self) -> None:
        self.form.changed.connect(self._show_balance)
        self.note.textChanged.connect(self._clear_note)
        self.save_button.clicked.connect(self.save)
        keys = self._session.services.shortcuts
        keys.bind(self, Shortcut("F10", self.save_button.text().partition(" (")[0], self.title), self.save)

    # -- while counting -------------------------------------------------------------------------------

    @property
    def saving(self) -> bool:
        """Whether the count is on its way to the books."""
        return self._saving

    def _show_balance(self, *_: object) -> None:
        expected = None if self._facts.hidden else self._facts.sheet.totals.expected_cash
        self.balance.show_balance(expected, self.form.counted_cash)

    def _clear_note(self, _text: str) -> None:
        if self.note_field.error:
            self.note_field.set_error("")

    def save(self) -> None:
        """Read the fields and write the count."""
        if self._saving:
            return
        count = self.form.read(self.note.text().strip())
        if count is None:
            return
        self._saving = True
        self.save_button.setEnabled(False)
        self._scope.start(self._write(count))

    async def _write(self, count: TillCount) -> None:
        run, actor = self._session.services.backend.run, self._session.actor
        try:
            if self._closes:
                self.receipt = await run(close_till, count, by=actor)
            else:
                self.difference = await run(check_till, count, by=actor)
        finally:
            self._saving = False
            self.save_button.setEnabled(True)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if isinstance(error, DomainError) and error.field == "note":
            self.banner.hide()
            self.note_field.set_error(said.whole)
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)
            self._side.ensureWidgetVisible(self.note_field)
            return
        if said.bug:
            _log.error("a till could not be counted", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()

    # -- the window -----------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, Voltar or the cross; not while the count is on its way."""
        if not self._saving:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._scope.close()
        await self._scope.settled()
        if self.isVisible():
            super().reject()
        self.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the money."""
        super().showEvent(event)
        self.form.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            event.accept()
            return
        super().keyPressEvent(event)


def _card(*widgets: QWidget) -> QFrame:
    card = QFrame()
    restyle(card, card=True)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
    inside.setSpacing(Space.S)
    for widget in widgets:
        inside.addWidget(widget)
    return card


def _scrolling(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    restyle(area.verticalScrollBar(), on="page")
    return area
