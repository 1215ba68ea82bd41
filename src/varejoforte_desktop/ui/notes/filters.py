"""What is looked for among the documents: words, model, how they stand, and days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_questions import DocumentSearch
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui.fiscal_words import GROUPS, MODELS
from varejoforte_desktop.ui.formats import SHOP_ZONE
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.period_choice import PeriodChoice, choice_combo
from varejoforte_desktop.ui.widgets.search_box import SearchBox

#: Narrower (at 100 %) and the choices stand under the search.
_ONE_LINE: Final = 720
#: Narrower, and the choices show only how they begin; narrower than this it never is.
_TIGHT: Final = 480
_LEAST: Final = 400


class NoteFilters(QWidget):
    """Tells every change once; typing is told when it pauses."""

    #: Something else is looked for.
    changed = Signal()
    #: ↓ or Enter in the search: to the list.
    left_downwards = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_filters")
        self._text = ""
        self._quiet = False
        self.search = SearchBox("note_search", self.tr("Buscar nota (F2)"), delay_ms=150)
        self.search.setToolTip(self.tr("Número, chave de acesso, comprador, CPF/CNPJ, venda ou pedido"))
        self.model = choice_combo("note_model", self.tr("Tipo de nota"))
        self.state = choice_combo("note_state", self.tr("Situação"))
        self._days = PeriodChoice("note", self.tr("Qualquer dia"), today=today)
        self.period, self.first, self.last = self._days.combo, self._days.first, self._days.last
        self._letters = {self.state: 13, self.model: 9, self.period: 9}
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._fill()
        self._build()
        self._connect()

    def _fill(self) -> None:
        self.model.addItem(self.tr("NF-e e NFC-e"), "")
        for model in (FiscalModel.NFCE, FiscalModel.NFE):
            self.model.addItem(MODELS[model], model.value)
        self.state.addItem(self.tr("Qualquer situação"), "")
        for group in GROUPS:
            self.state.addItem(group.word, group.name)

    def _build(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(Space.S)
        for combo, letters in self._letters.items():
            combo.setMinimumContentsLength(letters)
            choices.addWidget(combo, 1)
        self._line.setSpacing(Space.S)
        self._line.addWidget(self.search, 2)
        self._line.addLayout(choices, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self._line)
        column.addWidget(self._days)

    def _connect(self) -> None:
        self.search.searched.connect(self._typed)
        self.search.left_downwards.connect(self.left_downwards)
        for combo in (self.model, self.state):
            combo.currentIndexChanged.connect(self._tell)
        self._days.changed.connect(self._tell)

    # -- what is looked for ---------------------------------------------------------------------------

    @property
    def wanted(self) -> DocumentSearch:
        """The question to the books."""
        first, last = self._days.days
        model = self.model.currentData()
        group = next((each for each in GROUPS if each.name == self.state.currentData()), None)
        return DocumentSearch(
            text=self._text,
            model=FiscalModel(model) if model else None,
            states=group.states if group is not None else frozenset(),
            since=_midnight(first),
            until=None if last is None else _midnight(last + timedelta(days=1)),
        )

    @property
    def narrowing(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != DocumentSearch()

    def clear(self) -> None:
        """Look for everything again."""
        self._set("")
        self._tell()

    def show_group(self, name: str) -> None:
        """Look for the documents that stand so, of any day."""
        self._set(name)
        self._tell()

    def look_for(self, text: str) -> None:
        """Look for these words only."""
        self._set("")
        self._quiet = True
        self.search.setText(text)
        self._quiet = False
        self._typed(text)

    def _set(self, group: str) -> None:
        self._quiet = True
        self.search.clear()
        self._text = ""
        self.model.setCurrentIndex(0)
        self.period.setCurrentIndex(0)
        self.state.setCurrentIndex(max(0, self.state.findData(group)))
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
        for combo, letters in self._letters.items():
            combo.setMinimumContentsLength(letters if width >= Theme.current().px(_TIGHT) else 5)
        one_line = width >= Theme.current().px(_ONE_LINE)
        ways = QBoxLayout.Direction
        self._line.setDirection(ways.LeftToRight if one_line else ways.TopToBottom)


def _midnight(day: date | None) -> datetime | None:
    """When a day of the shop begins."""
    return None if day is None else datetime.combine(day, time(), SHOP_ZONE)
