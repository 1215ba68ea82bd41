"""What part of the audit log is listed: words, what was done, by whom, at which station, and in which days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.audit.facts import as_kept
from varejoforte_desktop.ui.audit.words import GROUPS
from varejoforte_desktop.ui.formats import SHOP_ZONE
from varejoforte_desktop.ui.products.days import DayEdit
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.search_box import SearchBox

ALL_DAYS: Final = "all"
CHOSEN_DAYS: Final = "chosen"
#: How many days back each quick period goes, today included.
_DAYS: Final = {"today": 1, "week": 7, "month": 30}
#: Narrower (at 100 %) and the choices stand under the search.
_ONE_LINE: Final = 860
_LEAST: Final = 420


class AuditFilters(QWidget):
    """Tells every change once; typing is told when it pauses."""

    #: Something else is looked for.
    changed = Signal()
    #: ↓ or Enter in the search: to the list.
    left_downwards = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("audit_filters")
        self._today = today
        self._text = ""
        self._quiet = False
        self.search = SearchBox("audit_search", self.tr("Buscar (F2)"), delay_ms=200)
        self.search.setToolTip(self.tr("Referência, número, nome, valor ou motivo"))
        self.kind = _combo("audit_kind", self.tr("O que foi feito"))
        self.person = _combo("audit_person", self.tr("Quem fez"))
        self.station = _combo("audit_station", self.tr("Em que estação"))
        self.period = _combo("audit_period", self.tr("Período"))
        self.first = DayEdit("audit_from", self.tr("De"), today=today)
        self.last = DayEdit("audit_to", self.tr("Até"), today=today)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._days = QWidget()
        self._chosen: tuple[date | None, date | None] = (None, None)
        self._wrong = QLabel()
        self._wrong.setObjectName("audit_days_wrong")
        self._pause = QTimer(self)
        self._fill()
        self._build()
        self._connect()

    def _fill(self) -> None:
        self.kind.addItem(self.tr("Tudo"), "")
        for group in GROUPS:
            self.kind.addItem(group.word, group.name)
        self.person.addItem(self.tr("Todos"), "")
        self.station.addItem(self.tr("Estações"), "")
        for name, words in (
            (ALL_DAYS, self.tr("Sempre")),
            ("today", self.tr("Hoje")),
            ("week", self.tr("7 dias")),
            ("month", self.tr("30 dias")),
            (CHOSEN_DAYS, self.tr("De… até…")),
        ):
            self.period.addItem(words, name)

    def _build(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(Space.S)
        for combo in (self.period, self.kind, self.person, self.station):
            choices.addWidget(combo, 1)
        self._line.setSpacing(Space.S)
        self._line.addWidget(self.search, 2)
        self._line.addLayout(choices, 4)
        days = QHBoxLayout(self._days)
        days.setContentsMargins(0, 0, 0, 0)
        days.setSpacing(Space.S)
        for editor, words in ((self.first, self.tr("De")), (self.last, self.tr("Até"))):
            label = QLabel(words)
            label.setBuddy(editor)
            editor.setMaximumWidth(Theme.current().px(140))
            editor.error_changed.connect(self._say_wrong)
            days.addWidget(label)
            days.addWidget(editor)
        restyle(self._wrong, words="error")
        days.addWidget(self._wrong, 1)
        self._days.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self._line)
        column.addWidget(self._days)

    def _connect(self) -> None:
        self.search.searched.connect(self._typed)
        self.search.left_downwards.connect(self.left_downwards)
        for combo in (self.kind, self.person, self.station):
            combo.currentIndexChanged.connect(self._tell)
        self.period.currentIndexChanged.connect(self._period_chosen)
        # "20/1" is a day too, on the way to "20/11".
        self._pause.setSingleShot(True)
        self._pause.setInterval(400)
        self._pause.timeout.connect(self._take_days)
        for editor in (self.first, self.last):
            editor.value_changed.connect(self._days_changed)

    # -- what is looked for ---------------------------------------------------------------------------

    @property
    def wanted(self) -> AuditSearch:
        """The question to the books."""
        first, last = self._period()
        group = next((each for each in GROUPS if each.name == self.kind.currentData()), None)
        return AuditSearch(
            actions=group.actions if group is not None else (),
            operator=self.person.currentData() or "",
            station=self.station.currentData() or "",
            text=as_kept(self._text),
            since=_midnight(first),
            until=None if last is None else _midnight(last + timedelta(days=1)),
        )

    @property
    def narrowing(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != AuditSearch()

    def _period(self) -> tuple[date | None, date | None]:
        name = self.period.currentData()
        if name == CHOSEN_DAYS:
            return self._chosen
        if name == ALL_DAYS:
            return None, None
        today = self._today()
        return today - timedelta(days=_DAYS[name] - 1), today

    def clear(self) -> None:
        """Look for everything again."""
        self._quiet = True
        self.search.clear()
        self._text = ""
        for combo in (self.kind, self.person, self.station, self.period):
            combo.setCurrentIndex(0)
        self._quiet = False
        self._tell()

    def show_names(self, people: Sequence[str], stations: Sequence[str]) -> None:
        """Offer the people and stations that stand in the log; the chosen ones stay."""
        self._quiet = True
        for combo, names in ((self.person, people), (self.station, stations)):
            offered = [combo.itemData(place) for place in range(1, combo.count())]
            if offered == list(names):
                continue
            chosen = combo.currentData()
            while combo.count() > 1:
                combo.removeItem(1)
            for name in names:
                combo.addItem(name, name)
            combo.setCurrentIndex(max(0, combo.findData(chosen)))
        self._quiet = False

    # -- changes --------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self._text = text
        self._tell()

    def _period_chosen(self) -> None:
        by_hand = self.period.currentData() == CHOSEN_DAYS
        self._days.setVisible(by_hand)
        if by_hand and not any(self._chosen):
            self._chosen = (self._today(), self._today())
            self._quiet = True
            self.first.set_value(self._chosen[0])
            self.last.set_value(self._chosen[1])
            self._quiet = False
        self._tell()

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
            self._tell()

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as it becomes once the choices stand below and show only how they begin."""
        return QSize(Theme.current().px(_LEAST), super().minimumSizeHint().height())

    def narrow(self, width: int) -> None:
        """Fit a window of this width."""
        one_line = width >= Theme.current().px(_ONE_LINE)
        self._line.setDirection(
            QBoxLayout.Direction.LeftToRight if one_line else QBoxLayout.Direction.TopToBottom
        )


def _midnight(day: date | None) -> datetime | None:
    """When a day of the shop begins."""
    return None if day is None else datetime.combine(day, time(), SHOP_ZONE)


def _combo(name: str, words: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(words)
    combo.setToolTip(words)
    combo.setMinimumContentsLength(6)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.view().setTextElideMode(Qt.TextElideMode.ElideNone)
    return combo
