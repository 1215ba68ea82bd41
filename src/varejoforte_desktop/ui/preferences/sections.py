"""The list at the left of the settings: every page in its group, all in sight at once, the one shown marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.ui.preferences.page import SettingsPage
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_SIDE: Final = 184
_INSET: Final = 15  # where the words of a button begin, past its mark
#: Narrower (at 100 %) and the pages are chosen from a field above them.
_BESIDE: Final = 680


class Group(NamedTuple):
    """Pages that belong together, by their names, under a heading."""

    title: str
    pages: tuple[str, ...]


class SectionList(QScrollArea):
    """A button a page; ↑ and ↓ go through them, and Tab leads into the page."""

    #: A page was chosen: its name.
    chosen = Signal(str)

    def __init__(self, groups: Sequence[Group], titles: Mapping[str, str]) -> None:
        super().__init__()
        self.setObjectName("settings_sections")
        self.setAccessibleName(self.tr("Páginas das configurações"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        restyle(self.verticalScrollBar(), on="page")
        self.items: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        inside = QWidget()
        restyle(inside, page=True)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, Space.L, Space.XS, Space.S)
        column.setSpacing(Space.XS // 2)
        for group in groups:
            heading = QLabel(group.title)
            heading.setContentsMargins(_INSET, Space.M if self.items else 0, 0, Space.XS)
            restyle(heading, words="label")
            column.addWidget(heading)
            for name in group.pages:
                column.addWidget(self._item(name, titles[name]))
        column.addStretch(1)
        self.setWidget(inside)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _item(self, name: str, title: str) -> QPushButton:
        item = QPushButton(title)
        item.setObjectName(f"settings_go_{name}")
        item.setAccessibleName(title)
        item.setCheckable(True)
        item.setAutoDefault(False)
        item.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        restyle(item, kind="nav")
        item.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(item)
        self.items[name] = item
        return item

    def _fit(self) -> None:
        theme = Theme.current()
        self.setFixedWidth(theme.px(_SIDE))
        for item in self.items.values():
            item.setFixedHeight(theme.px(34))

    def mark(self, name: str) -> None:
        """Show which page is seen; the keyboard comes along when it is here."""
        item = self.items[name]
        here = any(each.hasFocus() for each in self.items.values())
        item.setChecked(True)
        if here:
            item.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(item, 0, Theme.current().px(40))


class SectionedPages(QWidget):
    """The pages of the settings, and the list that leads to them: beside them, or a field above where it is narrow."""

    def __init__(self, groups: Sequence[Group], pages: Mapping[str, SettingsPage]) -> None:
        super().__init__()
        self.pages = dict(pages)
        self._order = tuple(name for group in groups for name in group.pages)
        titles = {name: page.accessibleName() for name, page in pages.items()}
        self.list = SectionList(groups, titles)
        self.field = Choice("settings_field", self.tr("Página das configurações"))
        for name in self._order:
            self.field.addItem(titles[name], name)
        self.stack = QStackedWidget()
        self.stack.setObjectName("settings_pages")
        for name in self._order:
            self.stack.addWidget(self.pages[name])
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(Space.L)
        for widget in (self.list, self.field):
            self._line.addWidget(widget)
        self._line.addWidget(self.stack, 1)
        self.list.chosen.connect(self.go)
        self.field.activated.connect(lambda place: self.go(self._order[place]))
        self.go(self._order[0])
        self._place()

    @property
    def shown(self) -> str:
        """The name of the page that is seen."""
        return self._order[self.stack.currentIndex()]

    def go(self, name: str) -> None:
        """Show a page."""
        self.stack.setCurrentWidget(self.pages[name])
        self.field.setCurrentIndex(self._order.index(name))
        self.list.mark(name)

    def step(self, by: int) -> None:
        """The page below (1) or above (−1), round the ends."""
        self.go(self._order[(self._order.index(self.shown) + by) % len(self._order)])

    def begin(self) -> None:
        """Put the keyboard on the page's name."""
        where = self.list.items[self.shown] if self.list.isVisible() else self.field
        where.setFocus(Qt.FocusReason.OtherFocusReason)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the pages, for the list gives way."""
        return QSize(self.stack.minimumSizeHint().width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list stands beside the pages where there is room."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        beside = self.width() >= Theme.current().px(_BESIDE)
        ways = QBoxLayout.Direction
        self._line.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        # What goes goes first: both at once would make a small window grow.
        (self.field if beside else self.list).hide()
        (self.list if beside else self.field).show()
        self._line.setSpacing(Space.L if beside else Space.S)
