"""What part of the audit log is listed: words, what was done, by whom, at which station, and in which days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.ui.audit.facts import as_kept
from varejoforte_desktop.ui.audit.words import GROUPS
from varejoforte_desktop.ui.formats import SHOP_ZONE
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.period_choice import PeriodChoice, choice_combo
from varejoforte_desktop.ui.widgets.search_box import SearchBox

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
        self._text = ""
        self._quiet = False
        self.search = SearchBox("audit_search", self.tr("Buscar (F2)"), delay_ms=200)
        self.search.setToolTip(self.tr("Referência, número, nome, valor ou motivo"))
        self.kind = choice_combo("audit_kind", self.tr("O que foi feito"))
        self.person = choice_combo("audit_person", self.tr("Quem fez"))
        self.station = choice_combo("audit_station", self.tr("Em que estação"))
        self._days = PeriodChoice("audit", self.tr("Sempre"), today=today)
        self.period, self.first, self.last = self._days.combo, self._days.first, self._days.last
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._fill()
        self._build()
        self._connect()

    def _fill(self) -> None:
        self.kind.addItem(self.tr("Tudo"), "")
        for group in GROUPS:
            self.kind.addItem(group.word, group.name)
        self.person.addItem(self.tr("Todos"), "")
        self.station.addItem(self.tr("Estações"), "")

    def _build(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(Space.S)
        for combo in (self.period, self.kind, self.person, self.station):
            combo.setMinimumContentsLength(6)
            choices.addWidget(combo, 1)
        self._line.setSpacing(Space.S)
        self._line.addWidget(self.search, 2)
        self._line.addLayout(choices, 4)
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
        self._days.changed.connect(self._tell)

    # -- what is looked for ---------------------------------------------------------------------------

    @property
    def wanted(self) -> AuditSearch:
        """The question to the books."""
        first, last = self._days.days
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
