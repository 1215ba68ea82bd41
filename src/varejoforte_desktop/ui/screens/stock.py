"""Goods coming in and going out: the form that writes a movement, the ledger of all that were, and the counts."""

from __future__ import annotations

import logging

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import ProductRow
from varejoforte_desktop.application.stock import MovementReceipt
from varejoforte_desktop.ui.counts.page import CountPage
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.movements.form import MovementForm
from varejoforte_desktop.ui.movements.ledger import StockLedger
from varejoforte_desktop.ui.movements.product import ProductPicker
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)


class StockScreen(QWidget):
    """The form at the left, the ledger at the right; behind the second tab, the inventory counts."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stock_screen")
        self.title = self.tr("Movimentação")
        self._session = session
        self._stale = True
        self._loaded = False
        self.form = MovementForm(session)
        self.ledger = StockLedger(session.services.backend, session.services.clock, self)
        self.table = TableView("movement_table", self.tr("Movimentações de estoque"))
        self.empty = EmptyState("no_movements", "stock", "")
        self.states = ListStates(self.table, self.empty)
        self.filter = ProductPicker(
            "movement_filter", self.tr("Filtrar por produto"), session.services.backend, clears=True
        )
        self.banner = Banner("stock_banner", closable=True)
        self.toasts = ToastHost(self)
        self._side = QScrollArea()
        self.tabs = QTabBar()
        self.pages = QStackedWidget()
        self.counts = CountPage(session)
        self._movements = QWidget()
        self._build()
        self._connect()
        self._bind_keys()
        self._forget = session.services.changes.subscribe(self._heard)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.table.setModel(self.ledger.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.filter.setPlaceholderText(self.tr("Filtrar por produto (F2)"))
        self.filter.setClearButtonEnabled(False)
        restyle(self.states, card=True)
        heading = QLabel(self.tr("Movimentações"))
        restyle(heading, words="heading")
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self.filter, 2)
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addLayout(top)
        right.addWidget(self.states, 1)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self._form_card())
        body.addLayout(right, 1)
        column = QVBoxLayout(self._movements)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.banner)
        column.addLayout(body, 1)
        self.banner.hide()
        self._build_tabs()
        self._say_empty()

    def _build_tabs(self) -> None:
        self.tabs.setObjectName("stock_tabs")
        self.tabs.setAccessibleName(self.tr("Movimentações ou inventário"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.tabs.addTab(self.tr("Movimentações"))
        self.tabs.addTab(self.tr("Inventário"))
        self.tabs.setToolTip(self.tr("F7 troca entre as movimentações e o inventário"))
        for page in (self._movements, self.counts):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.pages, 1)

    def _form_card(self) -> QScrollArea:
        card = QFrame()
        restyle(card, card=True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        inside.addWidget(self.form)
        self._side.setWidget(card)
        self._side.setWidgetResizable(True)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        restyle(self._side.verticalScrollBar(), on="page")
        self._side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self._side

    def _connect(self) -> None:
        self.form.recorded.connect(self._recorded)
        self.ledger.loaded.connect(self._show_loaded)
        self.ledger.failed.connect(self._failed)
        self.states.retried.connect(self.refresh)
        self.banner.acted.connect(self.refresh)
        self.empty.acted.connect(self._show_all)
        self.filter.picked.connect(self._filter)
        self.filter.not_found.connect(self._nothing_found)
        self.filter.failed.connect(self._failed)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.tabs.currentChanged.connect(self._show_tab)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Filtrar por produto"), self._focus_filter),
            ("F3", self.tr("Escolher o produto"), self._focus_product),
            ("F5", self.tr("Atualizar"), self._refresh_shown),
            ("F10", self.tr("Registrar a movimentação"), self._save),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)
        swap = Shortcut("F7", self.tr("Movimentações ou inventário"), self.counts.title)
        keys.bind(self, swap, self.swap)

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Refresh what is stale and put the cursor where the work begins."""
        if self._counting:
            self.counts.activate()
            return
        if self._stale:
            self.refresh()
        self.form.start()

    @property
    def _counting(self) -> bool:
        return self.pages.currentWidget() is self.counts

    def swap(self) -> None:
        """F7: the movements, the counts."""
        self.tabs.setCurrentIndex(1 - self.tabs.currentIndex())

    def _show_tab(self, place: int) -> None:
        self.toasts.clear()
        self.pages.setCurrentIndex(place)
        self.activate()

    def refresh(self) -> None:
        """Fetch what was added since; the shelf of the chosen product too."""
        self.banner.hide()
        self._read_again()

    def _read_again(self) -> None:
        self._stale = False
        if not self._loaded:
            self.states.show_loading()
        self.ledger.refresh()
        self.form.refresh()

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self.filter.close_questions()
        await self.filter.settled()
        await self.form.aclose()
        await self.ledger.aclose()
        await self.counts.aclose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The form is as wide as it needs, and never more than half."""
        super().resizeEvent(event)
        self._side.setFixedWidth(min(Theme.current().px(340), max(self.width() * 45 // 100, 260)))

    def hideEvent(self, event: QHideEvent) -> None:
        """What is said about one product is old news when one comes back."""
        super().hideEvent(event)
        self.toasts.clear()

    # -- the ledger -----------------------------------------------------------------------------------

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.STOCK not in topics and Topic.PRODUCTS not in topics:
            return
        if self._movements.isVisible():
            self._read_again()
        else:
            self._stale = True

    def _show_loaded(self, count: int) -> None:
        self._loaded = True
        self.banner.was_read()
        self._say_empty()
        self.states.show_rows(count)

    def _say_empty(self) -> None:
        row = self.filter.row
        if row is None:
            self.empty.set_message(
                "stock",
                self.tr("Nenhuma movimentação ainda"),
                self.tr("O que entra e sai do estoque aparece aqui, do mais novo ao mais antigo."),
            )
        else:
            self.empty.set_message(
                "search",
                self.tr("Nenhuma movimentação de {reference}").format(reference=row.reference),
                self.tr("Este produto ainda não entrou nem saiu."),
                self.tr("Ver todas"),
            )

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value >= bar.maximum() - bar.pageStep():
            self.ledger.read_more()

    def _filter(self, row: ProductRow | None) -> None:
        self.banner.hide()  # what the filter before did not find
        self.ledger.show_product(None if row is None else row.id)
        self.table.scrollToTop()

    def _show_all(self) -> None:
        self.filter.set_product(None)
        self._filter(None)

    def _nothing_found(self, text: str) -> None:
        said = self.tr("Nenhum produto com “{text}”.").format(text=text)
        self.banner.set_message(said, Tone.WARN)
        self.banner.show()

    def _focus_filter(self) -> None:
        if self._counting:
            return
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _focus_product(self) -> None:
        if self._counting:
            return
        self.form.picker.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.form.picker.selectAll()

    def _refresh_shown(self) -> None:
        (self.counts if self._counting else self).refresh()

    def _save(self) -> None:
        if self._counting:
            self.counts.close_it()  # the key came while the tabs had the focus
        else:
            self.form.save()

    # -- what happened --------------------------------------------------------------------------------

    def _recorded(self, _receipt: MovementReceipt, words: str) -> None:
        self.toasts.show(words)

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the ledger could not be read", exc_info=error)
        if self.ledger.model.rowCount():
            self.banner.show_unread(said.whole, self.tr("Tentar de novo"))
        else:
            self._loaded = False
            self.states.show_error(said.text, said.remedy)
