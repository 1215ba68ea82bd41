"""The orders of one tab as a list: asked of the books, marked, looked through, and never more than what is in sight."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_questions import OrderRow, OrderSearch, OrderSorting
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.orders.bar import TABS, ActionLine, OrderTab
from varejoforte_desktop.ui.orders.columns import OrderColumns, settled_columns, waiting_columns
from varejoforte_desktop.ui.orders.empty import NoOrders
from varejoforte_desktop.ui.orders.filters import ListFoot, OrderFilters
from varejoforte_desktop.ui.orders.questions import found_elsewhere
from varejoforte_desktop.ui.orders.table import OrderModel, OrderTable
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.list_states import ListStates

_log = logging.getLogger(__name__)
_WAITING = frozenset({"seen", "imported"})


class OrderListing(QWidget):
    """The list with its four states. The filters and the line of actions belong to it, wherever they stand."""

    #: The order the keyboard is on: its id, or None.
    current_changed = Signal(object)
    #: Enter or a double click: the order is to be opened.
    opened = Signal()
    #: The list was read: how many orders are in it.
    loaded = Signal(int)
    #: A question failed and the list says so in its own place.
    broke = Signal()
    #: A question failed while something is still shown: the sentence.
    troubled = Signal(object)

    def __init__(self, session: Session, filters: OrderFilters, actions: ActionLine) -> None:
        super().__init__()
        self._backend = session.services.backend
        self._clock = session.services.clock
        self._filters = filters
        self._actions = actions
        self._tab = TABS[0]
        self._sortings: dict[str, OrderSorting] = {}
        self._connected = True
        self._hint = ""
        self._read = False
        self._waiting = False
        self._go_down = False
        self._wanted_id: int | None = None
        self.alarm_minutes = 0
        self._scope = TaskScope(self, self._failed)
        self.model = OrderModel(self._columns(), self._load_ids, self._load_rows, self)
        self.table = OrderTable(self.model)
        self.empty = NoOrders()
        self.states = ListStates(self.table, self.empty)
        self.foot = ListFoot()
        self._build()
        self._connect()
        self.show_tab(TABS[0])

    def _build(self) -> None:
        restyle(self.states, card=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.states, 1)
        column.addWidget(self.foot)

    def _connect(self) -> None:
        self.model.loaded.connect(self._show_loaded)
        self.model.loading.connect(self._set_waiting)
        self.model.failed.connect(self._failed)
        self.model.marks_changed.connect(self._show_choice)
        self.table.current_changed.connect(self.current_changed)
        self.table.chosen.connect(lambda _id: self.opened.emit())
        self.states.retried.connect(self.refresh)
        self.empty.clear_requested.connect(self._filters.clear)
        self._filters.changed.connect(self._filters_changed)
        self._filters.left_downwards.connect(self._go_to_list)
        self._filters.search.textEdited.connect(self.stay)
        self._actions.all_requested.connect(self.mark_all)

    # -- what is listed -------------------------------------------------------------------------------

    @property
    def tab(self) -> OrderTab:
        """The part of the orders that is listed."""
        return self._tab

    @property
    def broken(self) -> bool:
        """Whether the list says that it could not be read."""
        return self.states.currentWidget() is self.states.failed

    @property
    def search(self) -> OrderSearch:
        """What is looked for now."""
        return self._filters.search_for(self._tab.stages)

    def show_tab(self, tab: OrderTab) -> None:
        """List another part, in the order that was last chosen for it."""
        usual = OrderSorting.RISK if tab.name in _WAITING else OrderSorting.NEWEST
        self._tab = tab
        self._filters.sort_by(self._sortings.get(tab.name, usual))
        self._read = False
        self.table.show_columns(self._columns(), markable=tab.name == "seen")
        self.current_changed.emit(None)
        self._show_choice()

    def _columns(self) -> OrderColumns:
        if self._tab.name in _WAITING:
            return waiting_columns(self._clock, lambda: self.alarm_minutes)
        return settled_columns(self._clock)

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here."""
        if not self._read:
            self.states.show_loading()
        self.model.invalidate()

    def go_to(self, order_id: int) -> None:
        """Choose this order once the list is read."""
        self._wanted_id = order_id
        self.refresh()

    def show_connected(self, connected: bool) -> None:
        """Whether the shop has a store at all."""
        self._connected = connected
        if self._read and not self.model.rowCount():
            self._say_empty()

    def begin(self) -> None:
        """Put the keyboard on the list, or as soon as it was read; where nothing is listed, on what helps."""
        self._go_down = self._waiting and not self.table.isVisible()
        if not self._go_down:
            self._take_keyboard()

    def stay(self) -> None:
        """Somebody works elsewhere: what is being read does not take the keyboard any more."""
        self._go_down = False

    def _take_keyboard(self) -> None:
        self._go_down = False
        (self.table if self.model.rowCount() else self._instead()).setFocus(Qt.FocusReason.OtherFocusReason)

    def set_hint(self, hint: str) -> None:
        """How an order is opened, where it is not seen beside the list."""
        self._hint = hint
        self._say_count(self.model.rowCount())

    def close_questions(self) -> None:
        """Ask nothing more."""
        self.model.close()
        self._scope.close()

    async def settled(self) -> None:
        """Wait until no question runs."""
        await self._scope.settled()

    async def _load_ids(self) -> array[int]:
        search = self.search
        return await self._backend.read(lambda reader: reader.orders.ids(search))

    async def _load_rows(self, ids: tuple[int, ...]) -> Sequence[OrderRow]:
        return await self._backend.read(lambda reader: reader.orders.rows(ids))

    def _filters_changed(self) -> None:
        self._sortings[self._tab.name] = self.search.order
        self.model.invalidate()

    def _set_waiting(self, waiting: bool) -> None:
        self._waiting = waiting

    # -- what came of it ------------------------------------------------------------------------------

    def _show_loaded(self, count: int) -> None:
        self._read = True
        self._say_count(count)
        self._show_choice()
        if not count:
            self._say_empty()
        self.states.show_rows(count)
        place = None if self._wanted_id is None else self.model.place_of(self._wanted_id)
        self._wanted_id = None
        if place is not None:
            self.table.go_to_row(place)
        elif count and self.table.current_id() is None:
            self.table.go_to_row(0)
        elif not count:
            self.current_changed.emit(None)
        if self._go_down:
            self._take_keyboard()
        self.loaded.emit(count)

    def _instead(self) -> QWidget:
        """Where the keyboard goes while nothing is listed: the button that helps, or the search."""
        button = (self.states.failed if self.broken else self.empty).findChild(QPushButton)
        return button if button is not None and not button.isHidden() else self._filters.search

    def _say_count(self, count: int) -> None:
        self.foot.show_count(count, narrowed=self._filters.narrowing, hint=self._hint if count else "")

    def _say_empty(self) -> None:
        if self._filters.narrowing:
            self.empty.show_no_match(self._filters.text, self._tab)
            if self._filters.text:
                self._scope.start(self._look_elsewhere(self._filters.text, self._tab))
        elif not self._connected:
            self.empty.show_unconnected()
        else:
            self.empty.show_tab(self._tab)

    async def _look_elsewhere(self, text: str, tab: OrderTab) -> None:
        """A number is typed without knowing how far its order is: say where it is."""
        found = await self._backend.read(lambda reader: found_elsewhere(reader, text, tab))
        if found is not None and (text, tab) == (self._filters.text, self._tab) and not self.model.rowCount():
            place, count = found
            words = formats.counted(count, self.tr("pedido"), self.tr("pedidos"))
            self.empty.show_elsewhere(text, words, TABS[place], place)

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the orders could not be read", exc_info=error)
        self._tell_trouble(said)

    def _tell_trouble(self, said: Sentence) -> None:
        if self.model.rowCount():
            self.troubled.emit(said)
        else:
            self._read = False
            self.states.show_error(said.text, said.remedy)
            self.broke.emit()
            if self._go_down:
                self._take_keyboard()

    def _go_to_list(self) -> None:
        """Enter or ↓ in the search; the answer may still be on its way."""
        if self._waiting:
            self._go_down = True
        else:
            self.begin()

    # -- marks ----------------------------------------------------------------------------------------

    def _show_choice(self, _count: int = 0) -> None:
        self._actions.show_choice(
            count=self.model.rowCount(), marked=len(self.model.marked_ids()), markable=self.model.markable
        )

    def mark(self) -> None:
        """Mark the order the keyboard is on, or take its mark away, and go to the next."""
        order_id = self.table.current_id()
        if order_id is None or not self.model.markable:
            return
        self.model.toggle(order_id)
        row = self.table.currentIndex().row()
        if row + 1 < self.model.rowCount():
            self.table.go_to_row(row + 1)

    def mark_all(self) -> None:
        """Mark every order listed; when all are marked, none."""
        self.model.toggle_all()

    def chosen_ids(self) -> tuple[int, ...]:
        """The marked orders; without a mark, the one the keyboard is on."""
        marked = self.model.marked_ids()
        current = self.table.current_id()
        return marked or (() if current is None else (current,))
