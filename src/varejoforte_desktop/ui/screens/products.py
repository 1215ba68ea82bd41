"""The shop's products: found as fast as one types, seen with what the store knows, opened with Enter."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import ProductOrder, ProductRow, ProductSearch
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.models.windowed import WindowedModel
from varejoforte_desktop.ui.movements.dialog import move_product
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.products.columns import product_columns
from varejoforte_desktop.ui.products.editor import edit_product
from varejoforte_desktop.ui.products.panel import ProductPanel, panel_facts
from varejoforte_desktop.ui.products.toolbar import NoProducts, ProductToolbar
from varejoforte_desktop.ui.products.why import WhyKey
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)
_WATCHED: Final = frozenset({Topic.PRODUCTS, Topic.STOCK, Topic.QUEUE, Topic.SETTINGS})
# Changes come in bursts while the loop sends; the eye needs no more than a few pictures a second.
_GATHER_MS: Final = 150
_AGES_MS: Final = 15_000
_ENDLESS: Final = 16_777_215  # Qt's word for "no largest size"


_FIRST_PAGE: Final = 200


class ProductsScreen(QWidget):
    """The list, the search and the chosen product."""

    #: "Importar planilha".
    import_requested = Signal()
    #: "Exportar".
    export_requested = Signal()
    #: The form for stock movements was opened for this product.
    move_stock_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("products_screen")
        self.title = self.tr("Produtos")
        self._session = session
        self._backend = session.services.backend
        self._text = ""
        self._order = ProductOrder.NAME
        self._descending = False
        self._whole = False  # the whole list is known, not only its first page
        self._more = False
        self._total = 0
        self._stale = True
        self._loaded = False
        self._asking = False
        self._waiting = False
        self._go_down = False
        self._wanted_id: int | None = None
        self._pending: frozenset[Topic] = frozenset()
        self._scope = TaskScope(self, self._failed)
        self._look = Debounced(self, self._scope, self._read_panel, delay_ms=40)
        self._model: WindowedModel[ProductRow] = WindowedModel(
            product_columns(session.services.clock), self._load_ids, self._load_rows, parent=self
        )
        self.toolbar = ProductToolbar(session.actor)
        self.search = self.toolbar.search
        self.table = TableView("product_table", self.tr("Produtos"), sortable=True)
        self.empty = NoProducts(session.actor)
        self.states = ListStates(self.table, self.empty)
        self.panel = ProductPanel(session.actor)
        self.banner = Banner("products_banner", closable=True)
        self.toasts = ToastHost(self)
        self._gather = self._timer(_GATHER_MS, self._apply_changes, single=True)
        self._ages = self._timer(_AGES_MS, self._count_ages)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()
        self._connect()
        self._bind_keys()
        self._forget = session.services.changes.subscribe(self._heard)

    def _timer(self, milliseconds: int, action: Any, *, single: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(single)
        timer.setInterval(milliseconds)
        timer.timeout.connect(action)
        return timer

    def _build(self) -> None:
        self.table.setModel(self._model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSortIndicator(1, Qt.SortOrder.AscendingOrder)
        restyle(self.states, card=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.banner)
        column.addWidget(self.toolbar)
        column.addLayout(self._body, 1)
        self._body.setSpacing(Space.M)
        self._body.addWidget(self.states, 1)
        self._body.addWidget(self.panel)
        self.banner.hide()
        self.panel.hide()

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.left_downwards.connect(self._go_to_list)
        self._model.sort_requested.connect(self._sort)
        self._model.loading.connect(self._set_waiting)
        self._model.loaded.connect(self._show_loaded)
        self._model.failed.connect(self._load_failed)
        self.table.chosen.connect(self._open)
        self.table.current_changed.connect(self._look_at)
        self.states.retried.connect(self.refresh)
        self.banner.acted.connect(self.refresh)
        self.panel.edit_requested.connect(self.edit_current)
        self.panel.move_requested.connect(self.move_current)
        for place in (self.toolbar, self.empty):
            place.new_requested.connect(self.new_product)
            place.import_requested.connect(self.import_requested)
        self.toolbar.export_requested.connect(self.export_requested)
        self.empty.all_requested.connect(self.search.clear)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Buscar produto"), self._focus_search),
            ("F5", self.tr("Atualizar"), self.refresh),
            ("Ins", self.tr("Novo produto"), self.new_product),
            ("Ctrl+E", self.tr("Editar o produto escolhido"), self.edit_current),
            ("F6", self.tr("Movimentar estoque"), self.move_current),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)
        self._why = WhyKey(self._session, self, self.panel)

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Refresh what is stale and put the cursor in the search."""
        if self._stale:
            self.refresh()
        self._focus_search()

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here."""
        self._stale = False
        self.banner.hide()
        if not self._loaded:
            self.states.show_loading()
        self._model.invalidate()
        self._look_at(self.table.current_id())

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self._gather.stop()
        self._ages.stop()
        self._look.cancel()
        self._model.close()
        self._scope.close()
        await self._scope.settled()

    def showEvent(self, event: QShowEvent) -> None:
        """Ages are counted while somebody looks."""
        super().showEvent(event)
        self._ages.start()
        if self._stale and self._loaded:
            self.refresh()
        else:
            self._look_at(self.table.current_id())

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: remember what changed instead of asking."""
        super().hideEvent(event)
        self._ages.stop()
        self._look.cancel()
        if self._gather.isActive():
            self._gather.stop()
            self._stale = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel stands at the right of a wide window and lies at the foot of a narrow one."""
        super().resizeEvent(event)
        theme = Theme.current()
        flat = self.width() < theme.px(940)
        self._body.setDirection(
            QBoxLayout.Direction.TopToBottom if flat else QBoxLayout.Direction.LeftToRight
        )
        self.panel.lie_down(flat, tight=self.width() < theme.px(560))
        side, foot = theme.px(272), min(theme.px(208), self.height() * 36 // 100)
        self.panel.setMinimumSize(0 if flat else side, 0)
        self.panel.setMaximumSize(_ENDLESS if flat else side, foot if flat else _ENDLESS)
        self.toolbar.narrow(self.width())

    # -- the list -------------------------------------------------------------------------------------

    async def _load_ids(self) -> array[int]:
        """The first page at once, the whole list behind it: a million names take a moment to put in order."""
        limit = None if self._whole else _FIRST_PAGE
        search = ProductSearch(
            text=self._text,
            order=self._order,
            descending=self._descending,
            include_inactive=bool(self._text),
            limit=limit,
        )
        ids = await self._backend.read(lambda reader: reader.product_ids(search))
        self._more = limit is not None and len(ids) == limit
        if not self._text:
            self._total = max(self._total, len(ids)) if self._more else len(ids)
        return ids

    async def _load_rows(self, ids: tuple[int, ...]) -> Sequence[ProductRow]:
        return await self._backend.read(lambda reader: reader.product_rows(ids))

    def _search(self, text: str) -> None:
        self._text = text
        self._whole = False
        self._model.invalidate()

    def _sort(self, key: str, descending: bool) -> None:
        self._order, self._descending = ProductOrder(key), descending
        self._whole = False
        self._model.invalidate()

    def _show_loaded(self, count: int) -> None:
        self._loaded = True
        self.banner.was_read()
        self.toolbar.show_count(count, self._total, searching=bool(self._text))
        self.empty.show_search(self._text if self._total else "")
        self.states.show_rows(count)
        self.panel.setVisible(count > 0)
        place = None if self._wanted_id is None else self._model.place_of(self._wanted_id)
        self._wanted_id = None
        if place is not None:
            self.table.go_to_row(place)
        elif count and self.table.current_id() is None:
            self.table.go_to_row(0)
        if self._go_down and count:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._go_down = False
        if self._more:
            self._more, self._whole = False, True
            self._model.invalidate()

    def _set_waiting(self, waiting: bool) -> None:
        self._waiting = waiting

    def _load_failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the product list could not be read", exc_info=error)
        if self._model.rowCount():
            self.banner.show_unread(said.whole, self.tr("Tentar de novo"))
        else:
            self._loaded = False
            self.panel.hide()
            self.states.show_error(said.text, said.remedy)

    def _go_to_list(self) -> None:
        """Enter or ↓ in the search; a scanner's Enter comes before the answer."""
        self._go_down = True
        if not self._waiting:
            self._show_loaded(self._model.rowCount())

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # -- changes --------------------------------------------------------------------------------------

    def _heard(self, topics: frozenset[Topic]) -> None:
        relevant = topics & _WATCHED
        if not relevant:
            return
        if not self.isVisible():
            self._stale = True
            return
        self._pending |= relevant
        if not self._gather.isActive():
            self._gather.start()

    def _apply_changes(self) -> None:
        pending, self._pending = self._pending, frozenset()
        by_stock = self._order is ProductOrder.ON_HAND and Topic.STOCK in pending
        if Topic.PRODUCTS in pending or by_stock:
            self._model.invalidate()
        else:
            self._model.invalidate_rows()
        self._look_at(self.table.current_id())

    def _count_ages(self) -> None:
        self.table.viewport().update()
        self.panel.show_store(self._session.services.clock())

    # -- the chosen product ---------------------------------------------------------------------------

    def _look_at(self, product_id: int | None) -> None:
        if product_id is None:
            self._look.cancel()
            self.panel.show_product(None, None)
        else:
            self._look(product_id)

    async def _read_panel(self, product_id: int) -> None:
        try:
            facts = await self._backend.read(lambda reader: panel_facts(reader, product_id))
        except NoSuchRecord:
            self.panel.show_product(None, None)
            return
        if product_id == self.table.current_id():
            self.panel.show_product(facts, self._session.services.clock())

    def new_product(self) -> None:
        """Open an empty editor."""
        if self._session.actor.may(Permission.EDIT_CATALOGUE):
            self._begin(self._edit(None))

    def open_product(self, product_id: int) -> None:
        """Another window points at a product: choose it in the whole list and open it."""
        self._wanted_id = product_id
        self.search.clear()
        self._model.invalidate()
        self._open(product_id)

    def edit_current(self) -> None:
        """Open the chosen product."""
        self._open(self.table.current_id())

    def _open(self, product_id: int | None) -> None:
        if product_id is not None:
            self._begin(self._edit(product_id))

    def move_current(self) -> None:
        """Open the stock movement form for the chosen product."""
        product_id = self.table.current_id()
        if product_id is not None and self._begin(self._move(product_id)):
            self.move_stock_requested.emit(product_id)

    def _begin(self, work: Coroutine[Any, Any, None]) -> bool:
        """One dialog at a time."""
        if self._asking:
            work.close()
            return False
        self._asking = self._scope.start(work) is not None
        return self._asking

    async def _edit(self, product_id: int | None) -> None:
        try:
            kept = await edit_product(self._session, self, product_id)
        finally:
            self._asking = False
        if kept is None:
            return
        self._wanted_id = kept.id
        self.toasts.show(self.tr("Produto salvo: {name}").format(name=_short(kept.name)))
        self._model.invalidate()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _move(self, product_id: int) -> None:
        try:
            outcome = await move_product(self._session, self, product_id)
        finally:
            self._asking = False
        if outcome is not None:
            self.toasts.show(outcome[1])

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("work on the product list failed", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()


def _short(name: str, limit: int = 60) -> str:
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"
