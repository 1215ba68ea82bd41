"""The frame of the program: the sync bar on top, the places at the side, one screen at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.ui.bad_times import BadTimesStrip
from varejoforte_desktop.ui.copies.strip import RestoredStrip
from varejoforte_desktop.ui.dialogs.shortcut_list import ShortcutListDialog
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.sync_bar import SyncBar
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.nav_item import NavItem
from varejoforte_desktop.ui.widgets.toast import ToastHost

_LARGE: Final = 1.2
_SIDE: Final = 266
_SIDE_LARGE: Final = 258


class Screen(Protocol):
    """What a place of the window can do besides being a widget."""

    title: str

    def activate(self) -> None:
        """It is being shown: refresh what is stale, put the cursor where work begins."""
        ...

    async def aclose(self) -> None:
        """The window closes: end what runs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of the side navigation and how its screen is made, the first time somebody goes there."""

    name: str
    text: str
    icon: str
    key: str
    make: Callable[[], QWidget]


class MainWindow(QMainWindow):
    """Starts nothing itself: it shows, and says what a person asked for."""

    #: "Sair".
    sign_out_requested = Signal()
    #: "Bloquear a tela".
    lock_requested = Signal()
    #: "Trocar operador".
    switch_requested = Signal()
    #: "Trocar minha senha".
    password_requested = Signal()
    #: "Atualizar agora": what this person may do has changed.
    renewal_requested = Signal()
    #: Something was to be said while the window was covered; it is said when it is not any more.
    said_behind = Signal()
    #: The window is to be closed; the front ends what runs and then lets it go.
    close_requested = Signal()
    #: The queue is to be shown.
    queue_requested = Signal()

    def __init__(self, session: Session, places: list[Place]) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle(f"Varejo Forte · {session.shop_name}")
        self._session = session
        self._places = places
        self._made: dict[str, QWidget] = {}
        self._cover: QWidget | None = None
        self._unsaid: tuple[str, str] | None = None
        self._items: dict[str, NavItem] = {}
        self._may_close = False
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._heading = QLabel()
        self.banner = Banner("session_banner", "", Tone.INFO, closable=True)
        self.bad_times = BadTimesStrip(session)
        self.restored = RestoredStrip(session)
        for strip in (self.bad_times, self.restored):
            strip.refused.connect(lambda words: self.say(words, icon_name="error"))
        self.bar = SyncBar(session)
        self.queue_item = NavItem("nav_queue", self.tr("Fila de processamento"), "queue")
        self._build()
        self.toasts = ToastHost(self._whole)
        self._bind_keys()
        self.resize(Theme.current().px(1180), Theme.current().px(740))
        self.setMinimumSize(960, 600)

    def _build(self) -> None:
        side = self._side = QWidget()
        restyle(side, bar="side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(side)
        column.setContentsMargins(Space.S, Space.M, Space.S, Space.M)
        column.setSpacing(Space.XS)
        for place in self._places:
            if place.name == "settings":
                self._add_ecommerce(column)
                column.addStretch(1)
            item = NavItem(f"nav_{place.name}", place.text, place.icon, place.key)
            item.clicked.connect(partial(self._go_clicked, place.name))
            self._group.addButton(item)
            self._items[place.name] = item
            column.addWidget(item)
        right = QWidget()
        restyle(right, page=True)
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        work = QVBoxLayout(right)
        work.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        work.setSpacing(Space.M)
        restyle(self._heading, words="title")
        for strip in (self.bad_times, self.restored, self.banner, self._heading):
            work.addWidget(strip)
        work.addWidget(self._stack, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(side)
        body.addWidget(right, 1)
        self.banner.hide()
        whole = self._whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addLayout(body, 1)
        self.setCentralWidget(whole)
        Theme.current().changed.connect(self._fit_side)
        self._fit_side()

    def _fit_side(self) -> None:
        """Wide enough for the longest place; with large letters the keys give way to the words."""
        theme = Theme.current()
        large = theme.font_scale > _LARGE
        self._side.setFixedWidth(theme.px(_SIDE_LARGE if large else _SIDE))
        for item in (*self._items.values(), self.queue_item):
            item.show_key(shown=not large)

    def _add_ecommerce(self, column: QVBoxLayout) -> None:
        """ECOMMERCE › Fila de processamento: a window of its own, so it is never the checked place."""
        heading = QLabel(self.tr("ECOMMERCE"))
        heading.setContentsMargins(Space.M, Space.L, 0, Space.XS)
        restyle(heading, words="label")
        column.addWidget(heading)
        self.queue_item.setCheckable(False)
        self.queue_item.clicked.connect(self.queue_requested)
        column.addWidget(self.queue_item)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        keys.bind(self, Shortcut("F1", self.tr("Mostrar as teclas")), self._show_keys)
        for place in self._places:
            title = self.tr("Ir para {place}").format(place=place.text)
            keys.bind(self, Shortcut(place.key, title), partial(self.go, place.name))
        queue = Shortcut("Ctrl+F", self.tr("Abrir a fila de processamento"))
        keys.bind(self, queue, self.queue_requested.emit)
        keys.bind(self, Shortcut("Ctrl+Q", self.tr("Fechar o programa")), self.close)
        self.bar.queue_requested.connect(self.queue_requested)
        user = self.bar.user
        user.bind_keys(keys, self)
        user.lock_requested.connect(self.lock_requested)
        user.switch_requested.connect(self.switch_requested)
        user.password_requested.connect(self.password_requested)
        user.sign_out_requested.connect(self.sign_out_requested)
        self.bar.counted.connect(self.queue_item.set_count)

    def _go_clicked(self, name: str, _checked: bool = False) -> None:
        self.go(name)

    def go(self, name: str) -> QWidget:
        """Show a place, made the first time; gives its screen."""
        place = next(each for each in self._places if each.name == name)
        if name not in self._made:
            self._made[name] = place.make()
            self._stack.addWidget(self._made[name])
        screen = self._made[name]
        self._items[name].setChecked(True)
        self._heading.setText(place.text)
        self._stack.setCurrentWidget(screen)
        screen.activate()  # type: ignore[attr-defined]  # a Screen
        return screen

    @property
    def place(self) -> str:
        """Where somebody is; "" before anybody went anywhere."""
        shown = self._stack.currentWidget()
        return next((name for name, screen in self._made.items() if screen is shown), "")

    def say(self, words: str, *, icon_name: str = "done") -> None:
        """Say at the foot what was done; behind a cover it waits, and only that it waits is told."""
        if self._cover is None:
            self.toasts.show(words, icon_name=icon_name, milliseconds=8000)
        else:
            self._unsaid = (words, icon_name)
            self.said_behind.emit()

    def _show_keys(self) -> None:
        ShortcutListDialog(self._session.services.shortcuts, self).open()

    # -- covered --------------------------------------------------------------------------------------

    def cover(self, widget: QWidget) -> None:
        """Lay a widget over all of it; what is behind is not shown, not reached, and goes on working."""
        self._cover = widget
        widget.setParent(self)
        widget.setGeometry(self.rect())
        self._whole.hide()
        widget.show()
        widget.raise_()

    def uncover(self) -> None:
        """Show what was behind, as fresh as if somebody had just come to it."""
        cover, self._cover = self._cover, None
        if cover is None:
            return
        cover.hide()
        self._whole.show()
        shown = self._stack.currentWidget()
        if shown is not None:
            shown.activate()  # type: ignore[attr-defined]  # a Screen
        unsaid, self._unsaid = self._unsaid, None
        if unsaid is not None:
            self.say(unsaid[0], icon_name=unsaid[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What lies over the window stays as large as it is."""
        super().resizeEvent(event)
        if self._cover is not None:
            self._cover.setGeometry(self.rect())

    # -- the end --------------------------------------------------------------------------------------

    def stand_where(self, before: MainWindow) -> None:
        """Take the place of another window on the screen, as large as it was."""
        self.setGeometry(before.geometry())
        self.setWindowState(before.windowState())
        self.show()
        if before.isActiveWindow():
            self.activateWindow()

    async def settle(self) -> None:
        """End what runs in the screens; the window stays as it is."""
        await self.bar.aclose()
        await self.bad_times.aclose()
        await self.restored.aclose()
        for screen in self._made.values():
            await screen.aclose()  # type: ignore[attr-defined]  # a Screen

    def let_go(self) -> None:
        """Close for good; nothing runs in it any more."""
        self._may_close = True
        self.close()

    async def aclose(self) -> None:
        """End what runs in the screens and let the window go."""
        await self.settle()
        self.let_go()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Not at once: what is being sent settles first."""
        if self._may_close:
            super().closeEvent(event)
            return
        event.ignore()
        self.close_requested.emit()
