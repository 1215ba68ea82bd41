"""Configurações: the shop, its Tray store and orders, how it sells, and how the program looks here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import StatusRow
from varejoforte_desktop.application.questions import ConnectionRow, QueueCounters, Reader
from varejoforte_desktop.application.sale_ports import CounterRules
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.domain.shop import ShopSettings, SyncOption
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.copies import CopiesPage
from varejoforte_desktop.ui.preferences.counter import CounterPage
from varejoforte_desktop.ui.preferences.fiscal import FiscalPage
from varejoforte_desktop.ui.preferences.looks import LooksPage
from varejoforte_desktop.ui.preferences.orders import OrdersPage
from varejoforte_desktop.ui.preferences.page import OwnPage, SettingsPage
from varejoforte_desktop.ui.preferences.people import PeoplePage
from varejoforte_desktop.ui.preferences.printers import PrintersPage
from varejoforte_desktop.ui.preferences.sections import Group, SectionedPages
from varejoforte_desktop.ui.preferences.security import SecurityPage
from varejoforte_desktop.ui.preferences.shop import ShopPage
from varejoforte_desktop.ui.preferences.stations import StationsPage
from varejoforte_desktop.ui.preferences.sync import SyncPage
from varejoforte_desktop.ui.preferences.tray import TrayPage
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.toast import ToastHost

_TOPICS: Final = frozenset(
    {
        Topic.SETTINGS,
        Topic.CONNECTION,
        Topic.ORDERS,
        Topic.OPERATORS,
        Topic.STATIONS,
        Topic.KEYS,
        Topic.BACKUPS,
        Topic.LEADER,
    }
)
_PAUSE_MS: Final = 250


@dataclass(frozen=True, slots=True)
class _Answers:
    """All that the pages show."""

    shop: ShopSettings
    counters: QueueCounters
    connection: ConnectionRow | None
    statuses: list[StatusRow]
    orders: OrderRules
    counter: CounterRules
    scales: tuple[ScalePrefix, ...]


def _answers(reader: Reader) -> _Answers:
    return _Answers(
        reader.shop(),
        reader.queue_counters(),
        reader.connection(),
        reader.orders.statuses(),
        reader.orders.rules(),
        reader.sales.rules(),
        reader.sales.scale_prefixes(),
    )


class SettingsScreen(QWidget):
    """A page for each matter; what the person may not change is shown with the reason."""

    #: The pages were filled from the books.
    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_screen")
        self.title = self.tr("Configurações")
        self.setAccessibleName(self.title)
        self._services = session.services
        self._active = False
        self._tasks = TaskScope(self, self._unread)
        self._look = Debounced(self, self._tasks, self._read, _PAUSE_MS)
        self.toasts = ToastHost(self)
        self.shop = ShopPage(session)
        self.tray = TrayPage(session)
        self.sync = SyncPage(session)
        self.orders = OrdersPage(session)
        self.counter = CounterPage(session)
        self.looks = LooksPage(session.services.preferences)
        self.own: dict[str, OwnPage] = self._own_pages(session)
        self._build()
        self._bind_keys(session)
        for page in (self.shop, self.orders, self.counter):
            page.done.connect(self._done)
            page.failed.connect(self._failed)
        for own in self.own.values():
            own.done.connect(self._done)
            own.failed.connect(self._failed)
        self.sync.failed.connect(self._failed)
        self.sync.changed.connect(self._option_changed)
        self.tray.connected.connect(self._refresh)
        self._unsubscribe: Callable[[], None] = self._services.changes.subscribe(self._changed)

    def _own_pages(self, session: Session) -> dict[str, OwnPage]:
        """Pages that read for themselves, in the order they are shown."""
        copies = CopiesPage(session)
        copies.close_requested.connect(lambda: self.window().close())
        tools = session.services.fiscal_tools
        fiscal = {} if tools is None else {"fiscal": FiscalPage(session, session.services.fiscal, tools)}
        return {
            **fiscal,
            "people": PeoplePage(session),
            "stations": StationsPage(session),
            "security": SecurityPage(session),
            "copies": copies,
            "printers": PrintersPage(session, session.services.printing),
        }

    def _build(self) -> None:
        self._trouble = Banner("settings_trouble", closable=True)
        self._trouble.acted.connect(self._refresh)
        self._trouble.hide()
        self.pages: dict[str, SettingsPage] = {
            "shop": self.shop,
            "tray": self.tray,
            "sync": self.sync,
            "orders": self.orders,
            "counter": self.counter,
            **self.own,
            "looks": self.looks,
        }
        names = (
            self.tr("Loja"),
            self.tr("Tray"),
            self.tr("Sincronização"),
            self.tr("Pedidos"),
            self.tr("Venda e caixa"),
            *(page.title for page in self.own.values()),
            self.tr("Aparência"),
        )
        for page, name in zip(self.pages.values(), names, strict=True):
            page.setAccessibleName(name)
        self.sections = SectionedPages(self._groups(), self.pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._trouble)
        column.addWidget(self.sections, 1)

    def _groups(self) -> tuple[Group, ...]:
        """The pages as people look for them; a station without fiscal tools has no page for them."""
        groups = (
            Group(self.tr("LOJA"), ("shop", "counter", "fiscal")),
            Group(self.tr("ECOMMERCE"), ("tray", "sync", "orders")),
            Group(self.tr("PESSOAS E DADOS"), ("people", "security", "copies")),
            Group(self.tr("COMPUTADORES"), ("stations", "printers", "looks")),
        )
        return tuple(
            group._replace(pages=tuple(name for name in group.pages if name in self.pages))
            for group in groups
        )

    def _bind_keys(self, session: Session) -> None:
        for key, title, by in (
            ("Ctrl+PgDown", self.tr("Próxima página"), 1),
            ("Ctrl+PgUp", self.tr("Página anterior"), -1),
            ("Ctrl+Tab", self.tr("Próxima página"), 1),
            ("Ctrl+Shift+Tab", self.tr("Página anterior"), -1),
        ):
            session.services.shortcuts.bind(
                self, Shortcut(key, title, self.title), partial(self.sections.step, by)
            )

    def activate(self) -> None:
        """It is being shown: read what may be old."""
        self._active = True
        self._refresh()
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.sections.begin()

    def show_page(self, name: str) -> None:
        """Go to a page: "shop", "tray", "sync", "orders", "counter", "looks", or one that reads for itself."""
        self.sections.go(name)

    async def aclose(self) -> None:
        """End what runs; nothing secret stays behind."""
        self._unsubscribe()
        self._active = False
        self._look.cancel()
        self._tasks.close()
        await self._tasks.settled()
        await self.shop.aclose()
        await self.tray.aclose()
        await self.sync.aclose()
        await self.orders.aclose()
        await self.counter.aclose()
        for page in self.own.values():
            await page.aclose()
        self.toasts.clear()

    def _refresh(self) -> None:
        self._trouble.hide()
        self._look()
        self._look.flush()

    def _changed(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS and self._active and self.isVisible():
            self._look()

    async def _read(self) -> None:
        told = await self._services.backend.read(_answers)
        self._trouble.was_read()
        self.shop.show_settings(told.shop)
        self.sync.show_settings(told.shop, told.counters)
        self.tray.show_connection(told.connection, self._services.clock())
        self.orders.show_statuses(told.statuses, told.orders)
        self.counter.show_counter(told.counter, told.scales)
        for page in self.own.values():
            page.refresh()
        self.shown.emit()

    def _option_changed(self, before: SyncOption, now: SyncOption) -> None:
        self._trouble.hide()
        number = 1 if now is SyncOption.FULL else 2
        self.toasts.show(
            self.tr("Opção {number} em uso em todas as estações.").format(number=number),
            button=self.tr("Desfazer"),
            action=lambda: self.sync.show_option(before),
        )

    def _done(self, words: str) -> None:
        self._trouble.hide()  # what stood in the way of the deed before
        self.toasts.show(words)

    def _unread(self, error: BaseException) -> None:
        self._trouble.show_unread(sentence(error).whole, self.tr("Tentar de novo"))

    def _failed(self, error: BaseException) -> None:
        self._trouble.set_message(sentence(error).whole, Tone.BAD, self.tr("Tentar de novo"))
        self._trouble.show()
