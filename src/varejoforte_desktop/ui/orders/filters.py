"""What part of the orders is listed: words, a status of the store, a stretch of days, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_questions import OrderSearch, OrderSorting, StatusRow
from varejoforte_desktop.domain.order import OrderStage, StatusMeaning
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import icon
from varejoforte_desktop.ui.orders.words import meaning_told
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.period_choice import ALL_DAYS, PeriodChoice, choice_combo
from varejoforte_desktop.ui.widgets.search_box import SearchBox

#: Narrower (at 100 %) and the choices stand under the search.
_ONE_LINE: Final = 640
#: Narrower, and the choices show only how they begin; narrower than this it never is.
_TIGHT: Final = 480
_LEAST: Final = 400


class OrderFilters(QWidget):
    """Tells every change once; typing is told when it pauses."""

    #: Something else is looked for.
    changed = Signal()
    #: ↓ or Enter in the search: to the list.
    left_downwards = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("order_filters")
        self._text = ""
        self._quiet = False
        self._statuses: list[tuple[str, str, StatusMeaning | None]] = []
        self._waiting: Sequence[StatusRow] | None = None
        self.search = SearchBox("order_search", self.tr("Buscar pedido (F2)"))
        self.search.setToolTip(self.tr("Número do pedido ou nome do comprador"))
        self.status = choice_combo("order_status", self.tr("Situação"))
        self._days = PeriodChoice("order", self.tr("Qualquer dia"), today=today)
        self.period, self.first, self.last = self._days.combo, self._days.first, self._days.last
        self.sorting = choice_combo("order_sorting", self.tr("Ordem da lista"))
        self._letters = {self.status: 13, self.period: 10, self.sorting: 9}
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._fill()
        self._build()
        self._connect()

    def _fill(self) -> None:
        self.status.addItem(self.tr("Qualquer situação"), "")
        for sorting, words in (
            (OrderSorting.RISK, self.tr("Por risco")),
            (OrderSorting.NEWEST, self.tr("Mais novos")),
            (OrderSorting.AGE, self.tr("Mais antigos")),
        ):
            self.sorting.addItem(words, sorting.value)

    def _build(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(Space.S)
        for combo in (self.status, self.period, self.sorting):
            choices.addWidget(combo)
        self._line.setSpacing(Space.S)
        self._line.addWidget(self.search, 1)
        self._line.addLayout(choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self._line)
        column.addWidget(self._days)

    def _connect(self) -> None:
        self.search.searched.connect(self._typed)
        self.search.left_downwards.connect(self.left_downwards)
        self.status.currentIndexChanged.connect(self._tell)
        self.sorting.currentIndexChanged.connect(self._tell)
        self._days.changed.connect(self._tell)
        self.status.view().installEventFilter(self)

    # -- what is looked for ---------------------------------------------------------------------------

    def search_for(self, stages: frozenset[OrderStage]) -> OrderSearch:
        """The question to the books, for orders that stand so."""
        first, last = self._days.days
        return OrderSearch(
            stages=stages,
            status_id=self.status.currentData() or "",
            placed_from=first,
            placed_to=last,
            text=self._text,
            order=OrderSorting(self.sorting.currentData()),
        )

    @property
    def text(self) -> str:
        """The words looked for."""
        return self._text

    @property
    def narrowing(self) -> bool:
        """Whether anything but the order of the list is chosen."""
        return bool(self._text or self.status.currentData()) or self._days.key != ALL_DAYS

    def clear(self) -> None:
        """Look for everything again."""
        self._quiet = True
        self.search.clear()
        self._text = ""
        self.status.setCurrentIndex(0)
        self.period.setCurrentIndex(0)
        self._quiet = False
        self._tell()

    def sort_by(self, sorting: OrderSorting) -> None:
        """Choose the order of the list without telling."""
        self._quiet = True
        self.sorting.setCurrentIndex(self.sorting.findData(sorting.value))
        self._quiet = False

    def show_statuses(self, rows: Sequence[StatusRow]) -> None:
        """Offer the store's statuses; the chosen one stays, and a list that is open is renewed once it has closed."""
        offered = [(row.status_id, row.name, row.meaning) for row in rows]
        self._waiting = None
        if offered == self._statuses:
            return
        if self.status.view().isVisible():
            self._waiting = rows
            return
        self._statuses = offered
        chosen = self.status.currentData()
        self._quiet = True
        while self.status.count() > 1:
            self.status.removeItem(1)
        for row in rows:
            told = meaning_told(row.meaning)
            name = row.name or row.status_id
            role = told.role if row.meaning is None else Role.TEXT_MUTED
            self.status.addItem(icon(told.icon, role), f"{name} · {told.word.lower()}", row.status_id)
        self.status.setCurrentIndex(max(0, self.status.findData(chosen)))
        self._quiet = False

    def _renew(self) -> None:
        if self._waiting is not None:
            self.show_statuses(self._waiting)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list of statuses has closed: what was read meanwhile is offered after the choice has been told."""
        if event.type() == QEvent.Type.Hide and self._waiting is not None:
            QTimer.singleShot(0, self, self._renew)
        return super().eventFilter(watched, event)

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
        for combo, letters in self._letters.items():
            combo.setMinimumContentsLength(letters if width >= Theme.current().px(_TIGHT) else 5)
        self._line.setDirection(
            QBoxLayout.Direction.LeftToRight if one_line else QBoxLayout.Direction.TopToBottom
        )


class ListFoot(QLabel):
    """How many orders are listed, and how the order one looks at is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("order_count")
        restyle(self, words="small")

    def show_count(self, count: int, *, narrowed: bool, hint: str = "") -> None:
        """Say it."""
        words = formats.counted(count, self.tr("pedido"), self.tr("pedidos"))
        if narrowed:
            words = self.tr("{count} com estes filtros").format(count=words)
        self.setText(" · ".join(each for each in (hint, words) if each))
