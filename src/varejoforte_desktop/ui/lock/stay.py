"""One person's time at the window: the session, its window, what locks it and what follows it in the books."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit

from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.lock.attentive import attentive
from varejoforte_desktop.ui.lock.guard import Guard
from varejoforte_desktop.ui.lock.watch import SessionWatch
from varejoforte_desktop.ui.main_window import MainWindow
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.places import places
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.sync_bar import flag_key
from varejoforte_desktop.ui.tasks import TaskScope

if TYPE_CHECKING:
    from varejoforte_desktop.ui.places import Host

_log = logging.getLogger(__name__)


class Stay(QObject):
    """Made as a whole and ended as a whole; keys are its own, so that two may overlap for a moment."""

    def __init__(self, services: Services, actor: Actor, shop_name: str, host: Host) -> None:
        super().__init__()
        self.watch = SessionWatch(services, actor, self)
        inside = replace(attentive(services, self.watch.check), shortcuts=ShortcutRegistry())
        self.session = Session(services=inside, actor=actor, shop_name=shop_name)
        self.main = MainWindow(self.session, places(self.session, host))
        self.guard = Guard(self.session, self.main, self)
        #: What runs in this person's name beside the screens; it ends with the stay.
        self.tasks = TaskScope(self, self._failed)
        self.main.password_requested.connect(self._change_password)
        self.main.lock_requested.connect(self.guard.lock)
        self.main.switch_requested.connect(self.guard.switch)
        self._act: Callable[[], object] | None = None
        self.main.banner.acted.connect(self._banner_acted)

    @property
    def wants_sync(self) -> bool:
        """Whether this person left the sending on at this station, and may send."""
        actor, preferences = self.session.actor, self.session.services.preferences
        return actor.may(Permission.SYNC) and bool(preferences.get(flag_key(actor.login), False))

    @property
    def busy(self) -> bool:
        """Whether a question is open or something was typed that would be lost."""
        dialogs = any(
            isinstance(each, QDialog) and each.isVisible() for each in QApplication.topLevelWidgets()
        )
        lines = any(each.isModified() and each.text() for each in self.main.findChildren(QLineEdit))
        texts = any(each.document().isModified() for each in self.main.findChildren(QPlainTextEdit))
        return dialogs or lines or texts

    async def sells(self) -> bool:
        """Whether a sale is open at this station."""
        services = self.session.services
        return await services.backend.read(lambda reader: reader.sales.basket(services.station)) is not None

    def begin(self, lock_minutes: int) -> None:
        """The window is shown: the flag is as this person left it, and somebody watches."""
        self.main.bar.remember_flag()
        self.guard.begin(lock_minutes)

    def _change_password(self) -> None:
        self.tasks.start(self._ask_password())

    async def _ask_password(self) -> None:
        from varejoforte_desktop.ui.dialogs.password import change_password

        if await change_password(self.session, self.main):
            self.main.say(self.main.tr("Senha trocada. Ela já vale em todas as estações."))

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the session failed", exc_info=error)
        self.main.say(said.whole, icon_name="error")

    # -- what stays true until somebody acts ------------------------------------------------------------

    def change_words(self, actor: Actor) -> str:
        """What became of this person in the books, in a sentence."""
        before = self.session.actor
        if (before.role, before.granted) == (actor.role, actor.granted):
            return self.main.tr("Seu cadastro mudou.")
        return self.main.tr("Suas permissões mudaram.")

    def tell_changed(self, actor: Actor) -> None:
        """It changed while something is open."""
        rest = self.main.tr("Quando terminar o que está aberto, atualize as telas.")
        words = f"{self.change_words(actor)} {rest}"
        self._tell(words, self.main.tr("Atualizar agora"), self.main.renewal_requested.emit)

    async def offer_check(self, check: Callable[[], object]) -> None:
        """The till stays open: whoever takes it over may count it, and need not; `check` leads there."""
        services, actor = self.session.services, self.session.actor
        till = await services.backend.read(lambda reader: reader.tills.open_till(services.station))
        if till is None or not actor.may(Permission.OPERATE_TILL):
            return
        words = self.main.tr("{name} assumiu esta estação às {hour}. O caixa continua aberto.")
        said = words.format(name=actor.name, hour=formats.hour(services.clock()))
        self._tell(said, self.main.tr("Conferir o caixa"), check)

    def _tell(self, words: str, button: str, act: Callable[[], object]) -> None:
        self._act = act
        self.main.banner.set_message(words, Tone.INFO, button)
        self.main.banner.show()

    def _banner_acted(self) -> None:
        self.main.banner.hide()
        if self._act is not None:
            self._act()

    # -- the end --------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """End what runs; what is covered stays covered."""
        self.main.setEnabled(False)
        self.tasks.close()
        await self.tasks.settled()
        await self.watch.aclose()
        await self.guard.aclose()
        await self.main.settle()

    def drop(self) -> None:
        """Keys and windows are free again; what waited behind the curtain is gone with its session."""
        self.guard.curtain.drop()

    def let_go(self) -> None:
        """Close the window for good."""
        self.main.let_go()
        self.main.deleteLater()
        self.deleteLater()
