"""Orders of the online store: what is new, what waits, what is scarce; taken in and registered by a person."""

from __future__ import annotations

import logging
from datetime import date
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.outside import LoggedOut
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.orders.bar import TABS, ActionLine, OrderBar
from varejoforte_desktop.ui.orders.choices import Deed, first_remedy, fits, refusal
from varejoforte_desktop.ui.orders.customer_text import customer_text
from varejoforte_desktop.ui.orders.doing import OrderDoings
from varejoforte_desktop.ui.orders.filters import OrderFilters
from varejoforte_desktop.ui.orders.listing import OrderListing
from varejoforte_desktop.ui.orders.panel import OrderPanel
from varejoforte_desktop.ui.orders.questions import first_unread, head_facts
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
_WATCHED: Final = frozenset(
    {Topic.ORDERS, Topic.STOCK, Topic.PRODUCTS, Topic.SALES, Topic.SETTINGS, Topic.CONNECTION}
)
_GATHER_MS: Final = 400
_AGES_MS: Final = 15_000
#: At 100 %: narrower, and the opened order covers the list.
_SIDE_BY_SIDE: Final = 840
_PANEL: Final = 320
_UNBOUND: Final = 16_777_215


class OrdersScreen(QWidget):
    """Tabs, filters, the list, and the chosen order beside it."""

    #: The shop has to be connected to its store first.
    settings_requested = Signal()
    #: What was done, for the foot of the main window.
    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orders_screen")
        self.title = self.tr("Pedidos da Tray")
        self._session = session
        self._backend = session.services.backend
        self._clock = session.services.clock
        self._stale = True
        self._covering = False
        self._retry: Any = self.refresh
        self.doings = OrderDoings(session, self)
        self.bar = OrderBar()
        self.filters = OrderFilters(self._today)
        self.action_line = ActionLine(refusal(session.actor, Deed.IMPORT))
        self.listing = OrderListing(session, self.filters, self.action_line)
        self.panel = OrderPanel(session.actor)
        self.banner = Banner("orders_banner", closable=True)
        self.unread = Banner("orders_unread", tone=Tone.BAD, button=self.tr("Abrir"))
        self._scope = TaskScope(self, self._failed)
        self._look_at = Debounced(self, self._scope, self._read_detail, delay_ms=40)
        self._gather = self._timer(_GATHER_MS, self._read_again, single=True)
        self._ages = self._timer(_AGES_MS, self._count_ages)
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

    def _today(self) -> date:
        return self._clock().astimezone(formats.SHOP_ZONE).date()

    def _build(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.listing, 1)
        body.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for widget in (self.unread, self.banner, self.bar, self.filters, self.action_line):
            column.addWidget(widget)
        column.addLayout(body, 1)
        self.unread.hide()
        self.banner.hide()
        self.panel.hide()

    def _connect(self) -> None:
        self.bar.tab_changed.connect(self._tab_changed)
        self.bar.look_requested.connect(self.doings.look)
        self.action_line.import_requested.connect(self.take)
        self.listing.current_changed.connect(self._current_changed)
        self.listing.opened.connect(self._open)
        self.listing.troubled.connect(self._trouble)
        self.listing.broke.connect(self.banner.was_read)  # it is said where the list would be
        self.listing.loaded.connect(self.banner.was_read)
        self.listing.loaded.connect(self._place_panel)
        self.listing.empty.connect_requested.connect(self.settings_requested)
        self.listing.empty.look_requested.connect(self.doings.look)
        self.listing.empty.tab_requested.connect(self.bar.go)
        self.panel.asked.connect(self._do)
        self.panel.left.connect(self._close_panel)
        self.banner.acted.connect(lambda: self._retry())  # noqa: PLW0108 — what it does changes
        self.unread.acted.connect(self._open_unread)
        self.doings.said.connect(self.said)
        self.doings.refused.connect(lambda words: self._tell(words, Tone.WARN))
        self.doings.failed.connect(self._deed_failed)
        self.doings.busy_changed.connect(self._show_busy)
        self.doings.looking_changed.connect(self._show_looking)

    def _bind_keys(self) -> None:
        keys, table = self._session.services.shortcuts, self.listing.table
        bindings: tuple[tuple[QWidget, str, str, Any], ...] = (
            (self, "F2", self.tr("Buscar pedido"), self._focus_search),
            (self, "F5", self.tr("Olhar a loja agora"), self.doings.look),
            (self, "F6", self.tr("Resolver o que impede"), self._solve),
            (self, "F7", self.tr("Próxima lista"), self.bar.next_tab),
            (table, "Space", self.tr("Marcar o pedido"), self.listing.mark),
            (table, "Ctrl+A", self.tr("Marcar todos"), self.listing.mark_all),
            (self, "F10", self.tr("Importar os marcados, ou o escolhido"), self.take),
            (self, "F11", self.tr("Registrar venda"), partial(self._do, Deed.REGISTER)),
            (table, "Del", self.tr("Deixar de lado"), partial(self._do, Deed.DISMISS)),
            (table, "Ins", self.tr("Trazer de volta"), partial(self._do, Deed.RESTORE)),
            (self, "Ctrl+Del", self.tr("Cancelar o pedido"), partial(self._do, Deed.CANCEL)),
            (self, "Ctrl+C", self.tr("Copiar como texto"), partial(self._do, Deed.COPY)),
            (self, "Ctrl+E", self.tr("Vincular NF-e emitida fora"), partial(self._do, Deed.LINK_NOTE)),
            (self, "Ctrl+Shift+E", self.tr("Desfazer vínculo"), partial(self._do, Deed.UNLINK_NOTE)),
            (self, "Ctrl+R", self.tr("Código de rastreio"), partial(self._do, Deed.SEND_OFF)),
            (self.panel, "Esc", self.tr("Voltar à lista"), self._close_panel),
        )
        for owner, key, words, action in bindings:
            keys.bind(owner, Shortcut(key, words, self.title), action, repeats=key == "Space")

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Refresh what is stale and put the keyboard on the list."""
        if self._stale:
            self.refresh()
        self.listing.begin()

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here. What was said before goes."""
        self.banner.hide()
        self._read_again()

    def _read_again(self) -> None:
        self._stale = False
        self.listing.refresh()
        self._scope.start(self._read_head())
        self._current_changed(self.listing.table.current_id())

    def open_order(self, order_id: int) -> None:
        """Another place points at an order: choose it in its own list."""
        self._scope.start(self._go_to(order_id))

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self._gather.stop()
        self._ages.stop()
        self._look_at.cancel()
        self.listing.close_questions()
        self._scope.close()
        await self.listing.settled()
        await self._scope.settled()
        await self.doings.aclose()

    def showEvent(self, event: QShowEvent) -> None:
        """Ages are counted while somebody looks."""
        super().showEvent(event)
        self._ages.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: remember what changed instead of asking."""
        super().hideEvent(event)
        self._ages.stop()
        if self._gather.isActive():
            self._gather.stop()
            self._stale = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The order stands beside the list where there is room, else over it when it is opened."""
        super().resizeEvent(event)
        self.bar.narrow(self.width())
        self.filters.narrow(self.width())
        self._place_panel()

    @property
    def side_by_side(self) -> bool:
        """Whether list and order are seen together."""
        return self.width() >= Theme.current().px(_SIDE_BY_SIDE)

    def _place_panel(self, _count: int = 0) -> None:
        side = Theme.current().px(_PANEL)
        listed = self.listing.model.rowCount() > 0
        self._covering = self._covering and listed
        beside = self.side_by_side
        covering = self._covering and not beside
        self.panel.setMinimumWidth(side if beside else 0)
        self.panel.setMaximumWidth(side if beside else _UNBOUND)
        self.panel.set_covering(covering)
        # What goes goes first: both at once would make a small window grow.
        shown = {self.listing: not covering, self.panel: covering or (beside and listed)}
        for widget in sorted(shown, key=lambda each: shown[each]):
            widget.setVisible(shown[widget])
        self.listing.set_hint("" if beside else self.tr("Enter abre o pedido"))

    def _open(self) -> None:
        self._covering = True
        self._place_panel()
        self.panel.begin()

    def _close_panel(self) -> None:
        self._covering = False
        self._place_panel()
        self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_search(self) -> None:
        self._covering = False
        self._place_panel()
        self.listing.stay()
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    def _tab_changed(self) -> None:
        self._covering = False
        self._place_panel()
        self.listing.show_tab(self.bar.tab)
        self.listing.refresh()
        if not self.bar.tabs.hasFocus():
            self.listing.begin()

    # -- what the books say ---------------------------------------------------------------------------

    def _heard(self, topics: frozenset[Topic]) -> None:
        if not topics & _WATCHED:
            return
        if not self.isVisible():
            self._stale = True
        elif not self._gather.isActive():
            self._gather.start()

    async def _read_head(self) -> None:
        facts = await self._backend.read(head_facts)
        now = self._clock()
        self.listing.alarm_minutes = facts.counters.alarm_minutes
        self.bar.show_counters(facts.counters, now)
        self.action_line.show_counters(facts.counters, now)
        self.filters.show_statuses(facts.statuses)
        self.panel.set_statuses({row.status_id: row.name for row in facts.statuses})
        self.listing.show_connected(facts.connected or facts.counters.looked_at is not None)
        self._show_unread(facts.counters.unread)

    def _show_unread(self, count: int) -> None:
        one = self.tr(
            "não pôde ser lido; o estoque não é enviado até resolver. Abra-o e deixe de lado, ou tente de novo."
        )
        many = self.tr(
            "não puderam ser lidos; o estoque não é enviado até resolver. Abra-os e deixe de lado, ou tente de novo."
        )
        number = formats.counted(count, self.tr("pedido da Tray"), self.tr("pedidos da Tray"))
        self.unread.set_message(f"{number} {one if count == 1 else many}", Tone.BAD, self.tr("Abrir"))
        self.unread.setVisible(count > 0)

    def _current_changed(self, order_id: int | None) -> None:
        if order_id is None:
            self._look_at.cancel()
            self.panel.show_detail(None, None)
        else:
            self._look_at(order_id)

    async def _read_detail(self, order_id: int) -> None:
        try:
            detail = await self._backend.read(lambda reader: reader.orders.detail(order_id))
        except NoSuchRecord:
            self.panel.show_detail(None, None)
            return
        if order_id == self.listing.table.current_id():
            self.panel.show_detail(detail, self._clock())

    def _count_ages(self) -> None:
        self.listing.table.viewport().update()
        self._scope.start(self._read_age())

    async def _read_age(self) -> None:
        """The loop looks by itself, and says nothing when nothing was new."""
        looked = await self._backend.read(lambda reader: reader.orders.looked())
        self.bar.show_looked(looked[1], self._clock())

    def _open_unread(self) -> None:
        self._scope.start(self._go_to_unread())

    async def _go_to_unread(self) -> None:
        found = await self._backend.read(first_unread)
        if found is not None:
            await self._go_to(found)

    async def _go_to(self, order_id: int) -> None:
        rows = await self._backend.read(lambda reader: reader.orders.rows([order_id]))
        if not rows:
            raise NoSuchRecord("order", str(order_id))
        self.filters.clear()
        self.bar.go(next(place for place, tab in enumerate(TABS) if rows[0].stage in tab.stages))
        self.listing.go_to(order_id)
        self.listing.begin()

    # -- what a person does ---------------------------------------------------------------------------

    def take(self) -> None:
        """Import the marked orders, or the one the keyboard is on."""
        if self.listing.tab.name == "seen":
            self.doings.take(self.listing.chosen_ids())

    def _solve(self) -> None:
        detail = self._current
        deed = None if detail is None else first_remedy(detail)
        if deed is not None:
            self._do(deed)

    @property
    def _current(self) -> OrderDetail | None:
        """The order shown, as long as it is the one that is chosen."""
        detail = self.panel.detail
        return detail if detail is not None and detail.row.id == self.listing.table.current_id() else None

    def _do(self, deed: Deed) -> None:
        detail = self._current
        if detail is None or not fits(deed, detail):
            return
        if deed is Deed.COPY:
            QGuiApplication.clipboard().setText(customer_text(detail, self._session.shop_name))
            self.said.emit(self.tr("Pedido {number} copiado.").format(number=detail.row.remote_id))
            return
        self.doings.do(deed, detail.row.id, detail.row.status_id)

    def _show_busy(self, busy: bool) -> None:
        if busy:
            self.banner.hide()
        else:
            QTimer.singleShot(0, self, self._find_focus)

    def _show_looking(self, looking: bool) -> None:
        self.bar.show_looking(looking)
        if not looking:
            self._scope.start(self._read_age())

    def _find_focus(self) -> None:
        """What had the keyboard before a dialog may be gone with the order it stood for."""
        if self.isVisible() and self.isActiveWindow() and QApplication.focusWidget() is None:
            self.listing.begin()

    def _deed_failed(self, error: BaseException, asking_store: bool) -> None:
        said = self._said(error)
        if asking_store and isinstance(error, LoggedOut):
            self._tell(said.whole, Tone.WARN, self.tr("Abrir configurações"), self.settings_requested.emit)
        elif asking_store:
            self._tell(said.whole, Tone.WARN, self.tr("Tentar de novo"), self.doings.look)
        else:
            self._tell(said.whole, Tone.BAD if said.bug else Tone.WARN)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, NoSuchRecord):  # somebody asked to see one that is gone
            self._deed_failed(error, False)
        elif not self.listing.broken:  # it is said once, where the list would be
            self._trouble(self._said(error))

    def _said(self, error: BaseException) -> Sentence:
        said = sentence(error)
        if said.bug:
            _log.error("work on orders failed", exc_info=error)
        return said

    def _trouble(self, said: Sentence) -> None:
        self._retry = self.refresh
        self.banner.show_unread(said.whole, self.tr("Tentar de novo"))

    def _tell(self, words: str, tone: Tone, button: str = "", action: Any = None) -> None:
        self._retry = action or self.banner.hide
        self.banner.set_message(words, tone, button)
        self.banner.show()
