"""Whoever is signed in, by name on the bar, and what that person may do about being here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.shortcuts import Shortcut, ShortcutRegistry
from varejoforte_desktop.ui.theme import Theme, restyle

_LONGEST = 180


class UserMenu(QToolButton):
    """ "Ana ▾": change the password, lock, let somebody else in, leave."""

    password_requested = Signal()
    lock_requested = Signal()
    switch_requested = Signal()
    sign_out_requested = Signal()

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = actor.name
        self.setObjectName("user_button")
        self.setAccessibleName(self.tr("Operador: {name}").format(name=actor.name))
        self.setToolTip(self.tr("{name} · {login}").format(name=actor.name, login=actor.login))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        restyle(self, kind="quiet")
        bind_icon(self, "user", Role.TEXT)
        menu = QMenu(self)
        menu.setObjectName("user_menu")
        menu.setAccessibleName(self.tr("Operador"))
        self._keys = (
            Shortcut("Ctrl+L", self.tr("Bloquear a tela")),
            Shortcut("Ctrl+T", self.tr("Trocar operador")),
        )
        lock, switch = self._keys
        self._add(menu, "change_password_action", "key", self.tr("Trocar minha senha")).triggered.connect(
            self.password_requested
        )
        menu.addSeparator()
        self._add(menu, "lock_action", "lock", f"{lock.title}\t{lock.words}").triggered.connect(
            self.lock_requested
        )
        self._add(menu, "switch_action", "user", f"{switch.title}\t{switch.words}").triggered.connect(
            self.switch_requested
        )
        menu.addSeparator()
        self._add(menu, "sign_out_action", "logout", self.tr("Sair")).triggered.connect(
            self.sign_out_requested
        )
        self.setMenu(menu)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _add(self, menu: QMenu, name: str, icon: str, words: str) -> QAction:
        action = menu.addAction(words)
        action.setObjectName(name)
        bind_icon(action, icon, Role.TEXT_MUTED)
        return action

    def bind_keys(self, keys: ShortcutRegistry, window: QWidget) -> None:
        """The keys of the menu, in all windows of the program where no question is open."""
        for shortcut, signal in zip(self._keys, (self.lock_requested, self.switch_requested), strict=True):
            bound = keys.bind(window, shortcut, signal.emit)
            bound.setContext(Qt.ShortcutContext.ApplicationShortcut)

    def _fit(self) -> None:
        """The whole name when it is short; a long one must not push the rest off the bar."""
        letters, room = self.fontMetrics(), Theme.current().px(_LONGEST)
        self.setText(f"{letters.elidedText(self._name, Qt.TextElideMode.ElideRight, room)} ▾")
