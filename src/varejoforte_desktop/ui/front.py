"""From the door to the shop and back: which window is open, who is in it, and how everything ends in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.screens.login import LoginWindow
from varejoforte_desktop.ui.tasks import TaskScope

if TYPE_CHECKING:
    from varejoforte_desktop.ui.main_window import MainWindow
    from varejoforte_desktop.ui.services import Services, Session

    Exchange = Callable[[Session, QWidget], Awaitable[str]]
    OpenServices = Callable[[], Awaitable[Services]]

log = logging.getLogger(__name__)


class Front(QObject):
    """Holds the windows. `ended` is set when the last one is closed and nothing runs any more."""

    def __init__(self, open_services: OpenServices, *, station: str, version: str) -> None:
        super().__init__()
        self._open_services = open_services
        self._scope = TaskScope(self, self._failed)
        self._services: Services | None = None
        self._leaving = False
        self._opening = False
        self.ended = asyncio.Event()
        self.main: MainWindow | None = None
        self.queue: QWidget | None = None
        self.login = LoginWindow(station=station, version=version)
        self.login.signed_in.connect(self._signed_in)
        self.login.retried.connect(self._open_books)
        self.login.closed.connect(self._login_closed)

    def show(self) -> None:
        """Show the door at once and open the books behind it."""
        self.login.seen.connect(self._open_books, Qt.ConnectionType.QueuedConnection)
        self.login.show()

    def _open_books(self) -> None:
        if not self._opening:
            self._opening = True
            self.login.show_opening()
            self._scope.start(self._open())

    async def _open(self) -> None:
        try:
            if self._services is None:
                self._services = await self._open_services()
            await self._show_door(self._services)
            self._opening = False
        except Exception as error:
            log.warning("the books could not be opened", exc_info=error)
            self._opening = False
            self.login.show_trouble(sentence(error))

    async def _show_door(self, services: Services) -> None:
        founded = await services.backend.read(lambda reader: reader.founded())
        name = (await services.backend.read(lambda reader: reader.shop())).name if founded else ""
        self.login.show_door(services.desk, founded=founded, shop_name=name)

    # -- inside ---------------------------------------------------------------------------------------

    def _signed_in(self, actor: Actor) -> None:
        self._scope.start(self._enter(actor))

    async def _enter(self, actor: Actor) -> None:
        from varejoforte_desktop.ui.main_window import MainWindow
        from varejoforte_desktop.ui.places import places
        from varejoforte_desktop.ui.services import Session

        services = self._services
        if services is None:
            return
        shop = await services.backend.read(lambda reader: reader.shop())
        session = Session(services=services, actor=actor, shop_name=shop.name)
        self.main = MainWindow(session, places(session, self))
        self.main.sign_out_requested.connect(self._sign_out)
        self.main.close_requested.connect(self._close)
        self.main.queue_requested.connect(self.open_queue)
        self.main.bar.settings_requested.connect(self._to_settings)
        self.main.bar.orders_requested.connect(self._to_orders)
        self._session = session
        self.main.go("products")
        self.main.show()
        self.login.hide()
        self.main.bar.remember_flag()

    def open_queue(self) -> QWidget:
        """Show ECOMMERCE › Fila de processamento in its own window."""
        from varejoforte_desktop.ui.screens.queue_monitor import QueueWindow

        if self.queue is None:
            window = QueueWindow(self._session)
            window.settings_requested.connect(self._to_settings)
            window.product_requested.connect(self._to_product)
            self.queue = window
        self.queue.show()
        self.queue.raise_()
        self.queue.activateWindow()
        return self.queue

    def show_place(self, name: str) -> QWidget | None:
        """Go to a place of the main window, in front of the others; gives its screen."""
        if self.main is None:
            return None
        screen = self.main.go(name)
        self.main.raise_()
        self.main.activateWindow()
        return screen

    def show_settings(self, page: str) -> None:
        """Go to a page of the settings."""
        screen = self.show_place("settings")
        if screen is not None:
            screen.show_page(page)  # type: ignore[attr-defined]  # a SettingsScreen

    def _to_settings(self) -> None:
        self.show_settings("tray")

    def _to_orders(self) -> None:
        self.show_place("orders")

    def _to_product(self, product_id: int) -> None:
        screen = self.show_place("products")
        if screen is not None:
            screen.open_product(product_id)  # type: ignore[attr-defined]  # a ProductsScreen

    def say(self, words: str) -> None:
        """Say at the foot of the main window what was done."""
        if words and self.main is not None:
            self.main.toasts.show(words, icon_name="done", milliseconds=8000)

    def exchange(self, work: Exchange, parent: QWidget) -> None:
        """Run a spreadsheet exchange over a screen and say at the foot of the window what came of it."""
        self._scope.start(self._exchange(work, parent))

    async def _exchange(self, work: Exchange, parent: QWidget) -> None:
        try:
            done = await work(self._session, parent)
            icon = "done"
        except (DomainError, BooksError) as error:
            done, icon = sentence(error).whole, "error"
        if done and self.main is not None:
            self.main.toasts.show(done, icon_name=icon, milliseconds=8000)

    # -- leaving --------------------------------------------------------------------------------------

    def _sign_out(self) -> None:
        self._scope.start(self._leave(back_to_door=True))

    def _close(self) -> None:
        self._scope.start(self._leave(back_to_door=False))

    def _login_closed(self) -> None:
        if self.main is None and not self._leaving:
            self._scope.start(self._leave(back_to_door=False))

    async def _leave(self, *, back_to_door: bool) -> None:
        """Logout or close: the loop settles and hands over first, then the windows go."""
        if self._leaving:
            return
        self._leaving = True
        login = ""
        if self.main is not None:
            login = self._session.actor.login
            self.main.setEnabled(False)
        if self._services is not None:
            await self._services.sync.stop()
        queue, self.queue = self.queue, None
        if queue is not None:
            await queue.aclose()  # type: ignore[attr-defined]  # a QueueWindow
            queue.close()
            queue.deleteLater()
        main, self.main = self.main, None
        if main is not None:
            await main.aclose()
            main.deleteLater()
        self._leaving = False
        if back_to_door and self._services is not None:
            self.login.start_over(login)
            self.login.show()
            await self._show_door(self._services)
        else:
            self._leaving = True
            self.login.close()
            self.ended.set()

    def _failed(self, error: BaseException) -> None:
        log.error("the front failed", exc_info=error)
        if self.main is not None:
            self.main.toasts.show(sentence(error).whole, icon_name="error", milliseconds=8000)
            return
        self.login.show_trouble(sentence(error))
        self.login.show()
