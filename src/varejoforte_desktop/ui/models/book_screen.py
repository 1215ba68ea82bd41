"""What screens that list a book of the shop have in common: read by pages, kept up to date, the chosen line beside it."""

from __future__ import annotations

import logging
from typing import Any, ClassVar, Final, Generic, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.paged import PagedRows
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_log = logging.getLogger(__name__)
_ENDLESS: Final = 16_777_215  # Qt's word for "no largest size"
BookT = TypeVar("BookT", bound=PagedRows[Any])
PanelT = TypeVar("PanelT", bound=QWidget)


class BookScreen(QWidget, Generic[BookT, PanelT]):
    """Base of such screens. A subclass makes its parts, hands them to `hold()` and lays them out around `body`."""

    #: What somebody else changes that is shown here.
    watched: ClassVar[frozenset[Topic]] = frozenset()
    #: Changes come in bursts; the eye needs no more than a few pictures a second.
    gather_ms: ClassVar[int] = 150
    #: At 100 %: narrower, and the panel lies at the foot.
    turns_at: ClassVar[int] = 820
    #: At 100 %: how wide the panel stands at the side.
    panel_width: ClassVar[int] = 310
    #: Of a hundred parts of the window's height: how high it lies at the foot.
    panel_share: ClassVar[int] = 48

    book: BookT
    panel: PanelT
    table: TableView
    states: ListStates

    def __init__(self, session: Session, name: str, parent: QWidget | None) -> None:
        """`name` makes the object names."""
        super().__init__(parent)
        self.setObjectName(f"{name}_screen")
        self.title = ""
        self._session = session
        self._stale = True
        self._loaded = False
        self._scope = TaskScope(self, self._failed)
        self._reads = TaskScope(self, self._not_read)
        self.banner = Banner(f"{name}_banner", closable=True)
        self.banner.hide()
        self.body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(self.gather_ms)
        self._gather.timeout.connect(self.read_again)

    def call_it(self, title: str) -> None:
        """What the place is called."""
        self.title = title
        self.setAccessibleName(title)

    def hold(self, book: BookT, table: TableView, empty: EmptyState, panel: PanelT) -> None:
        """Put the list and the panel into `body`, and follow what the book and the shop say from now on."""
        self.book, self.table, self.panel = book, table, panel
        self.states = ListStates(table, empty)
        table.setModel(book.model)
        table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        restyle(self.states, card=True)
        self.body.setSpacing(Space.M)
        self.body.addWidget(self.states, 1)
        self.body.addWidget(panel)
        panel.hide()
        book.loaded.connect(self._show_loaded)
        book.failed.connect(self._not_read)
        table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.states.retried.connect(self.refresh)
        self._forget = self._session.services.changes.subscribe(self._heard)

    # -- what a subclass says -------------------------------------------------------------------------

    @property
    def search_field(self) -> QLineEdit:
        """Where F2 goes."""
        raise NotImplementedError

    def _say_empty(self) -> None:
        """Say why nothing is listed."""
        raise NotImplementedError

    def _turn_panel(self, flat: bool) -> None:
        """The panel lies at the foot (`flat`), or stands at the side."""

    @property
    def looked_at(self) -> bool:
        """Whether the list can be seen."""
        return self.isVisible()

    async def _end(self) -> None:
        """End what else runs, before the book is closed."""

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Refresh what is stale and put the cursor in the search."""
        if self._stale:
            self.refresh()
        self._focus_search()

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here. What was said before goes."""
        self.banner.hide()
        self.read_again()

    def read_again(self) -> None:
        """Ask the books again because something changed: what was said to somebody stays."""
        self._stale = False
        if not self._loaded:
            self.states.show_loading()
        self.book.refresh()

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self._gather.stop()
        await self._end()
        await self.book.aclose()
        for scope in (self._scope, self._reads):
            scope.close()
            await scope.settled()

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody looked is read now."""
        super().showEvent(event)
        if self._stale and self._loaded:
            self.read_again()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: remember what changed instead of asking."""
        super().hideEvent(event)
        if self._gather.isActive():
            self._gather.stop()
            self._stale = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel stands at the right of a wide window and lies at the foot of a narrow one."""
        super().resizeEvent(event)
        theme = Theme.current()
        flat = self.width() < theme.px(self.turns_at)
        ways = QBoxLayout.Direction
        self.body.setDirection(ways.TopToBottom if flat else ways.LeftToRight)
        self._turn_panel(flat)
        side, foot = theme.px(self.panel_width), self.height() * self.panel_share // 100
        self.panel.setMinimumSize(0 if flat else side, 0)
        self.panel.setMaximumSize(_ENDLESS if flat else side, foot if flat else _ENDLESS)

    def _heard(self, topics: frozenset[Topic]) -> None:
        if not topics & self.watched:
            return
        if not self.looked_at:
            self._stale = True
        elif not self._gather.isActive():
            self._gather.start()

    # -- the list -------------------------------------------------------------------------------------

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value >= bar.maximum() - bar.pageStep():
            self.book.read_more()

    def _show_loaded(self, count: int) -> None:
        self._loaded = True
        self.banner.was_read()
        self._say_empty()
        self.states.show_rows(count)
        self._choose_line(count)
        if not count:
            self.panel.hide()

    def _choose_line(self, count: int) -> None:
        """The list was read: the line that was chosen stays so, else the newest is."""
        if count and self.table.current_id() is None:
            self.table.go_to_row(0)

    def _go_to_list(self) -> None:
        if self.book.model.rowCount():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_search(self) -> None:
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    # -- trouble --------------------------------------------------------------------------------------

    def _not_read(self, error: BaseException) -> None:
        """The books did not say what was asked: what is shown may be old."""
        said = sentence(error)
        if said.bug:
            _log.error("%s could not be read", self.objectName(), exc_info=error)
        if self.book.model.rowCount():
            self.banner.show_unread(said.whole, self.tr("Tentar de novo"))
        else:
            self._loaded = False
            self.panel.hide()
            self.states.show_error(said.text, said.remedy)

    def _failed(self, error: BaseException) -> None:
        """What somebody asked for was not done."""
        said = sentence(error)
        if said.bug:
            _log.error("work in %s failed", self.objectName(), exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()
