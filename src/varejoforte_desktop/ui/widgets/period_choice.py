"""The choice of a stretch of days: always, today, the last days, or from one day to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.days import DayEdit

ALL_DAYS: Final = "all"
CHOSEN_DAYS: Final = "chosen"
#: How many days back each quick period goes, today included.
_DAYS: Final = {"today": 1, "week": 7, "month": 30}


def choice_combo(name: str, words: str) -> QComboBox:
    """A choice beside a search, called so: it may show only how its words begin, its list shows them whole."""
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(words)
    combo.setToolTip(words)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.view().setTextElideMode(Qt.TextElideMode.ElideNone)
    return combo


class PeriodChoice(QWidget):
    """The line of the two days, seen only while days are chosen by hand; its owner places `combo` where it belongs.

    The controls are called after the list: "audit" makes "audit_period", "audit_from", "audit_to".
    """

    #: Other days are chosen; days typed by hand are told when the typing pauses.
    changed = Signal()

    def __init__(
        self, name: str, always: str, *, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._quiet = False
        self._chosen: tuple[date | None, date | None] = (None, None)
        self.combo = choice_combo(f"{name}_period", self.tr("Período"))
        self.first = DayEdit(f"{name}_from", self.tr("De"), today=today)
        self.last = DayEdit(f"{name}_to", self.tr("Até"), today=today)
        self._wrong = QLabel()
        self._wrong.setObjectName(f"{name}_days_wrong")
        self._pause = QTimer(self)
        self._fill(always)
        self._build()
        self._connect()
        self.hide()

    def _fill(self, always: str) -> None:
        for key, words in (
            (ALL_DAYS, always),
            ("today", self.tr("Hoje")),
            ("week", self.tr("7 dias")),
            ("month", self.tr("30 dias")),
            (CHOSEN_DAYS, self.tr("De… até…")),
        ):
            self.combo.addItem(words, key)

    def _build(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        for editor, words in ((self.first, self.tr("De")), (self.last, self.tr("Até"))):
            label = QLabel(words)
            label.setBuddy(editor)
            editor.setMaximumWidth(Theme.current().px(140))
            line.addWidget(label)
            line.addWidget(editor)
        restyle(self._wrong, words="error")
        line.addWidget(self._wrong, 1)

    def _connect(self) -> None:
        self.combo.currentIndexChanged.connect(self._period_chosen)
        # "20/1" is a day too, on the way to "20/11".
        self._pause.setSingleShot(True)
        self._pause.setInterval(400)
        self._pause.timeout.connect(self._take_days)
        for editor in (self.first, self.last):
            editor.error_changed.connect(self._say_wrong)
            editor.value_changed.connect(self._days_changed)

    @property
    def key(self) -> str:
        """Which period: ALL_DAYS, CHOSEN_DAYS or a quick one."""
        return str(self.combo.currentData())

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day, both included; None: without an end on that side."""
        if self.key == CHOSEN_DAYS:
            return self._chosen
        if self.key == ALL_DAYS:
            return None, None
        today = self._today()
        return today - timedelta(days=_DAYS[self.key] - 1), today

    def _period_chosen(self) -> None:
        by_hand = self.key == CHOSEN_DAYS
        self.setVisible(by_hand)
        if by_hand and not any(self._chosen):
            self._chosen = (self._today(), self._today())
            self._quiet = True
            self.first.set_value(self._chosen[0])
            self.last.set_value(self._chosen[1])
            self._quiet = False
        self.changed.emit()

    def _say_wrong(self) -> None:
        self._wrong.setText(self.first.error or self.last.error)

    def _days_changed(self, _day: date | None) -> None:
        if not self._quiet:
            self._pause.start()

    def _take_days(self) -> None:
        try:
            days = (self.first.value(), self.last.value())
        except DomainError:
            return  # said beside the field
        if days != self._chosen:
            self._chosen = days
            self.changed.emit()
