"""Configurações: the shop, its Tray store, what is sent to it, and how the program looks here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import ConnectionRow, QueueCounters, Reader
from varejoforte_desktop.domain.shop import ShopSettings, SyncOption
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.looks import LooksPage
from varejoforte_desktop.ui.preferences.page import SettingsPage
from varejoforte_desktop.ui.preferences.shop import ShopPage
from varejoforte_desktop.ui.preferences.sync import SyncPage
from varejoforte_desktop.ui.preferences.tray import TrayPage
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.toast import ToastHost

_TOPICS: Final = frozenset({Topic.SETTINGS, Topic.CONNECTION})
_PAUSE_MS: Final = 250


class SettingsScreen(QWidget):
    """Four pages; what the person may not change is shown with the reason."""

    #: The pages were filled from the books.
    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_screen")
        self.title = self.tr("Configurações")
        self.setAccessibleName(self.title)
        self._services = session.services
        self._active = False
        self._tasks = TaskScope(self, self._failed)
        self._look = Debounced(self, self._tasks, self._read, _PAUSE_MS)
        self.toasts = ToastHost(self)
        self.shop = ShopPage(session)
        self.tray = TrayPage(session)
        self.sync = SyncPage(session)
        self.looks = LooksPage(session.services.preferences)
        self._build()
        self.shop.done.connect(self.toasts.show)
        self.shop.failed.connect(self._failed)
        self.sync.failed.connect(self._failed)
        self.sync.changed.connect(self._option_changed)
        self.tray.connected.connect(self._refresh)
        self._unsubscribe: Callable[[], None] = self._services.changes.subscribe(self._changed)

    def _build(self) -> None:
        self._trouble = Banner("settings_trouble", "", Tone.BAD, button=self.tr("Tentar de novo"))
        self._trouble.acted.connect(self._refresh)
        self._trouble.hide()
        self.tabs = QTabWidget()
        self.tabs.setObjectName("settings_tabs")
        self.tabs.setAccessibleName(self.tr("Páginas das configurações"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setObjectName("settings_tab_bar")
        self.tabs.tabBar().setAccessibleName(self.tr("Páginas das configurações"))
        self.pages: dict[str, SettingsPage] = {
            "shop": self.shop,
            "tray": self.tray,
            "sync": self.sync,
            "looks": self.looks,
        }
        names = (self.tr("Loja"), self.tr("Tray"), self.tr("Sincronização"), self.tr("Aparência"))
        for page, name in zip(self.pages.values(), names, strict=True):
            page.setAccessibleName(name)
            self.tabs.addTab(page, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._trouble)
        column.addWidget(self.tabs, 1)

    def activate(self) -> None:
        """It is being shown: read what may be old."""
        self._active = True
        self._refresh()

    def show_page(self, name: str) -> None:
        """Go to a page: "shop", "tray", "sync" or "looks"."""
        self.tabs.setCurrentWidget(self.pages[name])

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
        self.toasts.clear()

    def _refresh(self) -> None:
        self._look()
        self._look.flush()

    def _changed(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS and self._active and self.isVisible():
            self._look()

    async def _read(self) -> None:
        def question(reader: Reader) -> tuple[ShopSettings, QueueCounters, ConnectionRow | None]:
            return reader.shop(), reader.queue_counters(), reader.connection()

        settings, counters, connection = await self._services.backend.read(question)
        self._trouble.hide()
        self.shop.show_settings(settings)
        self.sync.show_settings(settings, counters)
        self.tray.show_connection(connection, self._services.clock())
        self.shown.emit()

    def _option_changed(self, before: SyncOption, now: SyncOption) -> None:
        number = 1 if now is SyncOption.FULL else 2
        self.toasts.show(
            self.tr("Opção {number} em uso em todas as estações.").format(number=number),
            button=self.tr("Desfazer"),
            action=lambda: self.sync.show_option(before),
        )

    def _failed(self, error: BaseException) -> None:
        self._trouble.set_message(sentence(error).whole, Tone.BAD, self.tr("Tentar de novo"))
        self._trouble.show()
