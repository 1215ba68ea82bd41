"""The documents as a list with the chosen one beside it, or over it in a narrow window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import LIVE_STATES
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.notes.bars import NoteFoot
from varejoforte_desktop.ui.notes.book import NoteBook
from varejoforte_desktop.ui.notes.deeds import NoteDetail
from varejoforte_desktop.ui.notes.filters import NoteFilters
from varejoforte_desktop.ui.notes.panel import NotePanel
from varejoforte_desktop.ui.notes.trouble import said_of
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_log = logging.getLogger(__name__)
#: At 100 %: narrower, and the opened document covers the list.
_SIDE_BY_SIDE: Final = 860
_PANEL: Final = 350
#: Narrower, and things stand closer together.
_TIGHT: Final = 560
_UNBOUND: Final = 16_777_215  # Qt's word for "no largest size"


def detail_of(reader: Reader, document_id: int) -> NoteDetail:
    """A document with its sale. Raises NoSuchRecord."""
    sheet = reader.fiscal.document(document_id)
    sale_id = sheet.row.sale_id
    if sale_id is None:
        return NoteDetail(sheet)
    others = reader.fiscal.of_sale(sale_id)
    followed = any(each.id > document_id and each.state in LIVE_STATES for each in others)
    return NoteDetail(sheet, reader.sales.detail(sale_id), followed)


class NoteListing(QWidget):
    """The filters, the list in its four states, the panel, and the line below."""

    #: A question failed while something is still shown: the exception.
    troubled = Signal(object)
    #: The list was read: nothing is in the way any more.
    read = Signal()
    #: The button of the empty list: go and sell.
    sell_requested = Signal()

    def __init__(
        self, session: Session, today: Callable[[], date], *, exports: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("note_listing")
        services = session.services
        self._backend = services.backend
        self._clock: Callable[[], datetime] = services.clock
        self._loaded = self._covering = False
        self._wanted_id: int | None = None
        self._scope = TaskScope(self, self.troubled.emit)
        self._look = Debounced(self, self._scope, self._read_panel, delay_ms=40)
        self.book = NoteBook(services.backend, services.clock, self)
        self.filters = NoteFilters(today)
        self.table = TableView("note_table", self.tr("Notas fiscais"))
        self.empty = EmptyState("no_notes", "invoices", "")
        self.states = ListStates(self.table, self.empty)
        self.panel = NotePanel(session.actor)
        self.foot = NoteFoot(exports=exports)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.table.setModel(self.book.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        restyle(self.states, card=True)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.states, 1)
        body.addWidget(self.panel)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.filters)
        column.addLayout(body, 1)
        column.addWidget(self.foot)
        self.panel.hide()
        self._say_empty()

    def _connect(self) -> None:
        self.filters.changed.connect(self._search)
        self.filters.left_downwards.connect(self.begin)
        self.book.loaded.connect(self._show_loaded)
        self.book.failed.connect(self._not_read)
        self.table.current_changed.connect(self._look_at)
        self.table.chosen.connect(lambda _id: self.open())
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.states.retried.connect(self.refresh)
        self.empty.acted.connect(self._begin_somewhere)
        self.panel.left.connect(self.close_panel)

    # -- asking ---------------------------------------------------------------------------------------

    @property
    def loaded(self) -> bool:
        """Whether the list was read."""
        return self._loaded

    @property
    def current(self) -> NoteDetail | None:
        """The document shown, as long as it is the one that is chosen."""
        detail = self.panel.detail if self.panel_wanted else None
        return detail if detail is not None and detail.id == self.table.current_id() else None

    @property
    def panel_wanted(self) -> bool:
        """Whether a document is chosen at all."""
        return self.book.model.rowCount() > 0 and self.states.currentWidget() is self.table

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here."""
        if not self._loaded:
            self.states.show_loading()
        self.book.refresh()
        self._look_at(self.table.current_id())

    def find_note(self, document_id: int, key: str) -> None:
        """Look for one document and choose it."""
        self._wanted_id = document_id
        self.filters.look_for(key)

    async def aclose(self) -> None:
        """End what runs."""
        self._look.cancel()
        await self.book.aclose()
        self._scope.close()
        await self._scope.settled()

    def pause(self) -> None:
        """Nobody looks: ask nothing."""
        self._look.cancel()

    # -- the list -------------------------------------------------------------------------------------

    def _search(self) -> None:
        self.close_cover()
        self.book.look_for(self.filters.wanted)
        self.table.scrollToTop()

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value >= bar.maximum() - bar.pageStep():
            self.book.read_more()

    def _show_loaded(self, count: int) -> None:
        self._loaded = True
        self._say_empty()
        self.states.show_rows(count)
        wanted = None if self._wanted_id is None else self.book.model.place_of(self._wanted_id)
        if wanted is not None:
            self._wanted_id = None
            self.table.go_to_row(wanted)
        elif count and self.table.current_id() is None:
            self.table.go_to_row(0)
        self._say_count()
        self._place_panel()
        self.read.emit()

    def _say_count(self) -> None:
        hint = "" if self.side_by_side else self.tr("Enter abre a nota")
        self.foot.show_count(self.book.found, narrowed=self.filters.narrowing, hint=hint)

    def _say_empty(self) -> None:
        if self.filters.narrowing:
            self.empty.set_message(
                "search",
                self.tr("Nenhuma nota com estes filtros"),
                self.tr(
                    "Procure pelo número, pela chave, pelo comprador ou pela venda, ou aumente o período."
                ),
                self.tr("Limpar os filtros"),
            )
        else:
            self.empty.set_message(
                "invoices",
                self.tr("Nenhuma nota ainda"),
                self.tr("Cada NFC-e e NF-e que a loja emite aparece aqui, com o que a SEFAZ disse dela."),
                self.tr("Ir para a venda"),
            )

    def _begin_somewhere(self) -> None:
        if self.filters.narrowing:
            self.filters.clear()
        else:
            self.sell_requested.emit()

    def begin(self) -> None:
        """Put the keyboard on the list."""
        if self.book.model.rowCount():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_search(self) -> None:
        """Put the keyboard in the search."""
        self.close_cover()
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    # -- the chosen document --------------------------------------------------------------------------

    def _look_at(self, document_id: int | None) -> None:
        if document_id is None:
            self._look.cancel()
        else:
            self._look(document_id)

    async def _read_panel(self, document_id: int) -> None:
        try:
            detail = await self._backend.read(lambda reader: detail_of(reader, document_id))
        except NoSuchRecord:
            return
        if document_id == self.table.current_id():
            self.panel.show_detail(detail, self._clock())
            self._place_panel()

    def open(self) -> None:
        """Put the keyboard on the document; where it has no room beside the list, over it."""
        self._covering = not self.side_by_side
        self._place_panel()
        self.panel.begin()

    def close_panel(self) -> None:
        """Back to the list."""
        self.close_cover()
        self.begin()

    def close_cover(self) -> None:
        """The list is seen again."""
        self._covering = False
        self._place_panel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The document stands beside the list where there is room."""
        super().resizeEvent(event)
        self.filters.narrow(self.width())
        tight = self.width() < Theme.current().px(_TIGHT)
        self._column.setSpacing(Space.XS if tight else Space.S)
        self._say_count()
        self._place_panel()

    @property
    def side_by_side(self) -> bool:
        """Whether list and document are seen together."""
        return self.width() >= Theme.current().px(_SIDE_BY_SIDE)

    @property
    def covering(self) -> bool:
        """Whether the document lies over the list."""
        return (
            self._covering and not self.side_by_side and self.panel_wanted and self.panel.detail is not None
        )

    def _place_panel(self) -> None:
        side = Theme.current().px(_PANEL)
        beside = self.side_by_side
        ready = self.panel_wanted and self.panel.detail is not None
        covering = self.covering
        self.panel.setMinimumWidth(side if beside else 0)
        self.panel.setMaximumWidth(side if beside else _UNBOUND)
        self.panel.set_covering(covering)
        # What goes goes first: both at once would make a small window grow.
        shown = {
            self.states: not covering,
            self.filters: not covering,
            self.foot: not covering,
            self.panel: ready and (covering or beside),
        }
        for widget in sorted(shown, key=lambda each: shown[each]):
            widget.setVisible(shown[widget])

    # -- trouble --------------------------------------------------------------------------------------

    def _not_read(self, error: BaseException) -> None:
        said = said_of(error)
        if said.bug:
            _log.error("the fiscal documents could not be read", exc_info=error)
        if self.book.model.rowCount():
            self.troubled.emit(error)
        else:
            self._loaded = False
            self.states.show_error(said.text, said.remedy)
            self._place_panel()
