"""From the door to the shop and back: which window is open, who is in it, and how everything ends in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.screens.login import LoginWindow
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from varejoforte_desktop.application.station_setup import StationSetup
    from varejoforte_desktop.domain.shop import ShopSettings
    from varejoforte_desktop.ui.lock.guard import Guard
    from varejoforte_desktop.ui.lock.must_change import MustChangeWindow
    from varejoforte_desktop.ui.lock.stay import Stay
    from varejoforte_desktop.ui.main_window import MainWindow
    from varejoforte_desktop.ui.services import Services, Session

    Exchange = Callable[[Session, QWidget], Awaitable[str]]
    OpenServices = Callable[[], Awaitable[Services]]

log = logging.getLogger(__name__)


class Front(QObject):
    """Holds the windows. `ended` is set when the last one is closed and nothing runs any more."""

    def __init__(
        self,
        open_services: OpenServices,
        *,
        station: str,
        version: str,
        books: str = "",
        setup: StationSetup | None = None,
    ) -> None:
        """`open_services` opens the books and, asked again, leaves those it opened before; the rest is for the door."""
        super().__init__()
        self._open_services = open_services
        self._scope = TaskScope(self, self._failed)
        self._turn = asyncio.Lock()  # coming in, changing over and leaving: one after another
        self._services: Services | None = None
        self._leaving = False
        self._opening = self._moved_meanwhile = False
        self._stay: Stay | None = None
        self._must_change: MustChangeWindow | None = None
        self.ended = asyncio.Event()
        self.queue: QWidget | None = None
        self.login = LoginWindow(station=station, version=version, books=books, setup=setup)
        self._notice = Banner("door_notice", tone=Tone.WARN, closable=True)
        self._notice.hide()
        around = self.login.layout()
        if isinstance(around, QVBoxLayout):
            around.insertWidget(0, self._notice)
        self.login.signed_in.connect(self._signed_in)
        self.login.retried.connect(self._open_books)
        self.login.moved.connect(self._moved)
        self.login.closed.connect(self._login_closed)

    @property
    def main(self) -> MainWindow | None:
        """The window of whoever is signed in."""
        return None if self._stay is None else self._stay.main

    @property
    def guard(self) -> Guard | None:
        """What locks that window."""
        return None if self._stay is None else self._stay.guard

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
            if not self._moved_meanwhile:
                self.login.show_trouble(sentence(error), error)
        if self._moved_meanwhile:
            self._moved_meanwhile = False
            self._services = None
            self._open_books()

    def _moved(self) -> None:
        """This computer belongs to another shop now."""
        self._services = None
        self._moved_meanwhile = self._opening  # what is being opened is the old shop
        self._open_books()

    async def _show_door(self, services: Services) -> None:
        founded = await services.backend.read(lambda reader: reader.founded())
        name = (await services.backend.read(lambda reader: reader.shop())).name if founded else ""
        self.login.show_door(services.desk, founded=founded, shop_name=name)

    # -- coming in ------------------------------------------------------------------------------------

    def _signed_in(self, actor: Actor) -> None:
        self._scope.start(self._enter(actor))

    async def _enter(self, actor: Actor) -> None:
        async with self._turn:
            services = self._services
            if services is None or self._stay is not None:
                return
            self._notice.hide()
            if await services.desk.must_change(actor):
                await self._ask_new_password(services, actor)
                return
            shop = await services.backend.read(lambda reader: reader.shop())
            stay = self._stay = self._arrive(services, actor, shop)
            stay.main.go("products")
            stay.main.show()
            self.login.hide()
            await self._end_must_change()
            stay.begin(shop.lock_minutes)

    async def _ask_new_password(self, services: Services, actor: Actor) -> None:
        """Somebody else gave this password: nothing else is reached before it was changed."""
        from varejoforte_desktop.ui.lock.must_change import MustChangeWindow

        shop = await services.backend.read(lambda reader: reader.shop())
        window = self._must_change = MustChangeWindow(services, actor, shop.name)
        window.page.changed.connect(self._signed_in)
        window.page.left.connect(self._sign_out)
        window.page.ended.connect(self._expelled)
        window.closed.connect(self._close)
        window.show()
        self.login.hide()

    async def _end_must_change(self) -> None:
        window, self._must_change = self._must_change, None
        if window is not None:
            await window.aclose()

    def _arrive(self, services: Services, actor: Actor, shop: ShopSettings) -> Stay:
        """Everything that one person's stay is made of, joined to what the front does."""
        from varejoforte_desktop.ui.lock.stay import Stay

        stay = Stay(services, actor, shop.name, self)
        main, guard = stay.main, stay.guard
        main.sign_out_requested.connect(self._sign_out)
        main.close_requested.connect(self._close)
        main.queue_requested.connect(self.open_queue)
        main.renewal_requested.connect(self._renew)
        main.bar.settings_requested.connect(self._to_settings)
        main.bar.orders_requested.connect(self._to_orders)
        main.bar.notes_requested.connect(lambda: self.show_place("notes"))
        guard.left.connect(self._sign_out)
        guard.switched.connect(self._switched)
        guard.ended.connect(self._expelled)
        guard.unlocked.connect(self._unlocked)
        stay.watch.ended.connect(self._expelled)
        stay.watch.changed.connect(self._changed)
        return stay

    # -- somebody else, or the same person with other permissions -------------------------------------

    def _switched(self, actor: Actor) -> None:
        self._scope.start(self._take_over(actor))

    async def _take_over(self, actor: Actor) -> None:
        """Another person goes on at this till; whatever fails, the screen of the one before stays locked."""
        async with self._turn:
            before = self._stay
            if before is None:
                return
            try:
                await self._change_over(before, actor, reopens_queue=False)
            except Exception as error:  # noqa: BLE001 - told on the locked screen, and logged there
                before.guard.refuse(error)
                return
            if self._stay is not None:
                await self._stay.offer_check(lambda: self.show_place("till"))

    def _unlocked(self) -> None:
        """What changed behind the locked screen is followed now."""
        stay = self._stay
        if stay is not None:
            stay.watch.check()
            if stay.watch.actor != stay.session.actor:
                self._changed(stay.watch.actor)

    def _changed(self, actor: Actor) -> None:
        self._scope.start(self._follow(actor))

    async def _follow(self, actor: Actor) -> None:
        """Permissions or the name changed: the window follows at once when nothing is open, else when told to."""
        services, stay = self._services, self._stay
        if services is None or stay is None:
            return
        if not actor.may(Permission.SYNC):
            await services.sync.stop()
        if stay.guard.locked or stay.busy or await stay.sells():
            stay.tell_changed(actor)
            return
        await self._renewed(stay, actor)

    def _renew(self) -> None:
        if self._stay is not None:
            self._scope.start(self._renewed(self._stay, self._stay.watch.actor))

    async def _renewed(self, before: Stay, actor: Actor) -> None:
        async with self._turn:
            if before is self._stay:
                await self._change_over(before, actor, reopens_queue=True)
                self.say(before.change_words(actor))

    async def _change_over(self, before: Stay, actor: Actor, *, reopens_queue: bool) -> None:
        """A new window in the place of the old one; the sending only pauses if this person's flag is off."""
        services = self._services
        if services is None:
            return
        shop = await services.backend.read(lambda reader: reader.shop())
        place = "counter" if await before.sells() else before.main.place
        stay = self._arrive(services, actor, shop)
        reopens_queue = reopens_queue and self.queue is not None and self.queue.isVisible()
        await self._end_queue()
        await before.settle()
        if not stay.wants_sync:
            await services.sync.stop()
        self._stay = stay
        before.drop()
        stay.main.stand_where(before.main)
        stay.main.go(place or "products")
        before.let_go()
        stay.begin(shop.lock_minutes)
        if reopens_queue:
            self.open_queue()
            stay.main.activateWindow()

    # -- inside ---------------------------------------------------------------------------------------

    def open_queue(self) -> QWidget | None:
        """Show ECOMMERCE › Fila de processamento in its own window."""
        from varejoforte_desktop.ui.screens.queue_monitor import QueueWindow

        if self._stay is None:
            return None
        if self.queue is None:
            window = QueueWindow(self._stay.session)
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
            self.main.say(words)

    def exchange(self, work: Exchange, parent: QWidget) -> None:
        """Run a spreadsheet exchange over a screen and say at the foot of the window what came of it."""
        if self._stay is not None:
            self._stay.tasks.start(self._exchange(self._stay.session, work, parent))

    async def _exchange(self, session: Session, work: Exchange, parent: QWidget) -> None:
        try:
            done = await work(session, parent)
            icon = "done"
        except (DomainError, BooksError) as error:
            done, icon = sentence(error).whole, "error"
        if done and self.main is not None:
            self.main.say(done, icon_name=icon)

    # -- leaving --------------------------------------------------------------------------------------

    def _sign_out(self) -> None:
        self._scope.start(self._leave(back_to_door=True))

    def _close(self) -> None:
        self._scope.start(self._leave(back_to_door=False))

    def _expelled(self, error: BaseException) -> None:
        """The person, or this computer, may not work here any more."""
        log.warning("the session is over: %s", type(error).__name__)
        self._scope.start(self._leave(back_to_door=True, why=sentence(error).whole))

    def _login_closed(self) -> None:
        if self._stay is None and self._must_change is None and not self._leaving:
            self._scope.start(self._leave(back_to_door=False))

    async def _leave(self, *, back_to_door: bool, why: str = "") -> None:
        """Logout or close: the loop settles and hands over first, then the windows go; the open sale is in the books."""
        if self._leaving:
            return
        self._leaving = True
        async with self._turn:
            login = await self._end_stay()
            await self._end_must_change()
            self._leaving = False
            if back_to_door and self._services is not None:
                self._notice.set_message(why, Tone.WARN)
                self._notice.setVisible(bool(why))
                self.login.start_over(login)
                self.login.show()
                await self._show_door(self._services)
                return
            self._leaving = True
            self.login.close()
            self.ended.set()

    async def _end_stay(self) -> str:
        """Stop the sending and let all windows go; gives who was here."""
        stay = self._stay
        if stay is not None:
            stay.main.setEnabled(False)
        if self._services is not None:
            await self._services.sync.stop()
        await self._end_queue()
        if stay is None:
            return ""
        await stay.settle()
        stay.drop()
        stay.let_go()
        self._stay = None
        return stay.session.actor.login

    async def _end_queue(self) -> None:
        queue, self.queue = self.queue, None
        if queue is not None:
            await queue.aclose()  # type: ignore[attr-defined]  # a QueueWindow
            queue.close()
            queue.deleteLater()

    def _failed(self, error: BaseException) -> None:
        log.error("the front failed", exc_info=error)
        if self.main is not None:
            self.main.say(sentence(error).whole, icon_name="error")
            return
        self.login.show_trouble(sentence(error), error)
        self.login.show()
