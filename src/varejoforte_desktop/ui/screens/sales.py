"""Vendas: every finished sale of the shop, found by number, buyer or order, seen whole and taken back."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.errors import DomainError, NoSuchRecord
from varejoforte_desktop.ui.models.book_screen import BookScreen
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.papers.wish import PrintWishes
from varejoforte_desktop.ui.sales.book import SaleBook
from varejoforte_desktop.ui.sales.cancelling import cancel_sale
from varejoforte_desktop.ui.sales.issuing import NoteIssuer
from varejoforte_desktop.ui.sales.issuing_by_hand import issue_by_hand
from varejoforte_desktop.ui.sales.note_part import SaleView, sale_view
from varejoforte_desktop.ui.sales.note_words import NoteTold, refused
from varejoforte_desktop.ui.sales.panel import SalePanel
from varejoforte_desktop.ui.sales.papers import print_again
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.search_box import SearchBox


class SalesScreen(BookScreen[SaleBook, SalePanel]):
    """The list, the search and the chosen sale."""

    watched = frozenset({Topic.SALES, Topic.FISCAL})

    #: What was done, for a toast.
    said = Signal(str)
    #: The order that a sale came from: its id here.
    order_requested = Signal(int)
    #: The note of a sale is to be seen among all notes: the document's id.
    note_asked = Signal(int)
    #: Nothing was sold yet: go and sell.
    sell_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "sales", parent)
        self.call_it(self.tr("Vendas"))
        self._asking = False
        self._wanted_id: int | None = None
        self._look = Debounced(self, self._reads, self._read_panel, delay_ms=40)
        self._wishes = PrintWishes()
        self.issuer = NoteIssuer(session, self)
        self.search = SearchBox(
            "sale_search", self.tr("Buscar (F2): número, comprador, CPF/CNPJ ou pedido"), delay_ms=150
        )
        self.empty = EmptyState("no_sales", "sale", "")
        book = SaleBook(session.services.backend, session.services.clock, self)
        self.hold(book, TableView("sale_table", self.title), self.empty, SalePanel(session))
        self._build()
        self._connect()
        self._bind_keys()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.banner)
        column.addLayout(top)
        column.addLayout(self.body, 1)
        self._say_empty()

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.left_downwards.connect(self._go_to_list)
        self.table.current_changed.connect(self._look_at)
        self.table.chosen.connect(self._go_to_panel)
        self.banner.acted.connect(self.refresh)
        self.empty.acted.connect(self._begin_somewhere)
        self.panel.cancel_requested.connect(self.cancel_current)
        self.panel.order_requested.connect(self.open_order)
        self.panel.issue_requested.connect(self.issue_current)
        self.panel.note_requested.connect(self.open_note)
        self.panel.print_requested.connect(self.print_current)
        self.issuer.told.connect(
            lambda sale_id, _told: self._look_at(sale_id) if self._chosen(sale_id) else None
        )

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Buscar venda"), self._focus_search),
            ("F5", self.tr("Atualizar"), self.refresh),
            ("F6", self.tr("Abrir o pedido da venda"), self.open_order),
            ("F7", self.tr("Emitir a nota que falta"), self.issue_current),
            ("F8", self.tr("Cancelar a venda escolhida"), self.cancel_current),
            ("F9", self.tr("Ver a nota da venda"), self.open_note),
            ("Ctrl+P", self.tr("Imprimir a via do cliente"), self.print_current),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)

    # -- being shown ----------------------------------------------------------------------------------

    @property
    def search_field(self) -> QLineEdit:
        """Where F2 goes."""
        return self.search

    def read_again(self) -> None:
        """Ask the books again, and how the chosen sale stands."""
        super().read_again()
        self._look_at(self.table.current_id())

    async def _end(self) -> None:
        self._look.cancel()
        await self.issuer.aclose()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: ask nothing."""
        super().hideEvent(event)
        self._look.cancel()

    def _turn_panel(self, flat: bool) -> None:
        self.panel.lie_down(flat)

    def open_sale(self, sale_id: int) -> None:
        """Another screen points at a sale: find it by its number, however old, and choose it."""
        self._scope.start(self._find(sale_id))

    async def _find(self, sale_id: int) -> None:
        detail = await self._session.services.backend.read(lambda reader: reader.sales.detail(sale_id))
        self._wanted_id = sale_id
        self.search.setText(detail.row.number)
        self._search(detail.row.number)

    # -- the list -------------------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        self.book.search(text)
        self.table.scrollToTop()

    def _choose_line(self, count: int) -> None:
        wanted = None if self._wanted_id is None else self.book.model.place_of(self._wanted_id)
        self._wanted_id = None
        if wanted is not None:
            self.table.go_to_row(wanted)
        else:
            super()._choose_line(count)

    def _say_empty(self) -> None:
        if self.book.text:
            self.empty.set_message(
                "search",
                self.tr("Nenhuma venda com “{text}”").format(text=self.book.text),
                self.tr("Procure pelo número, pelo comprador, pelo CPF ou CNPJ, ou pelo pedido."),
                self.tr("Ver todas"),
            )
        else:
            self.empty.set_message(
                "sale",
                self.tr("Nenhuma venda ainda"),
                self.tr(
                    "As vendas do balcão e os pedidos registrados aparecem aqui, do mais novo ao mais antigo."
                ),
                self.tr("Ir para a venda"),
            )

    def _begin_somewhere(self) -> None:
        if self.book.text:
            self.search.clear()
        else:
            self.sell_requested.emit()

    def _go_to_panel(self, _sale_id: object) -> None:
        if self.panel.isVisible():
            self.panel.area.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- the chosen sale ------------------------------------------------------------------------------

    def _look_at(self, sale_id: int | None) -> None:
        if sale_id is None:
            self._look.cancel()
            self.panel.hide()
        else:
            self._look(sale_id)

    async def _read_panel(self, sale_id: int) -> None:
        try:
            view = await self._session.services.backend.read(lambda reader: sale_view(reader, sale_id))
        except NoSuchRecord:
            self.panel.hide()
            return
        if self._chosen(sale_id):
            self.panel.show_sale(view, self._trouble(view))
            self.panel.show()

    def _chosen(self, sale_id: int) -> bool:
        return sale_id == self.table.current_id()

    def _trouble(self, view: SaleView) -> NoteTold | None:
        """Why the sale has no note, as far as this screen or the station's desk knows."""
        told = self.issuer.now(view.detail.row.id)
        error = self._problem(view)
        return told or (None if error is None else refused(view.detail.sale.fiscal, error))

    def _problem(self, view: SaleView) -> DomainError | None:
        desk = self._session.services.fiscal
        return None if desk is None else desk.problem(view.detail.row.id)

    # -- its note -------------------------------------------------------------------------------------

    def issue_current(self) -> None:
        """Issue the note that the chosen sale lacks."""
        view = self.panel.view if self.panel.isVisible() else None
        if view is not None and self.panel.issue.isVisible() and self.panel.issue.isEnabled():
            self._begin(self._issue(view))

    async def _issue(self, view: SaleView) -> None:
        try:
            await issue_by_hand(self._session, self, self.issuer, view, self._problem(view))
        finally:
            self._asking = False

    def open_note(self) -> None:
        """See the note of the chosen sale among all notes."""
        view = self.panel.view if self.panel.isVisible() else None
        if view is not None and view.notes:
            self.note_asked.emit(view.notes[0].id)

    def print_current(self) -> None:
        """Print the slip, the DANFE or the receipt of the chosen sale; what came out before is marked as a copy."""
        sale_id = self.table.current_id()
        if sale_id is not None and self.panel.print.isVisible() and self.panel.print.isEnabled():
            self._begin(self._print(sale_id))

    async def _print(self, sale_id: int) -> None:
        try:
            name = await print_again(self._session, sale_id, token=self._wishes.token(sale_id))
        finally:
            self._asking = False
        if name:
            self.said.emit(self.tr("{name}: na impressora.").format(name=f"{name[:1].upper()}{name[1:]}"))

    # -- what else can be done ------------------------------------------------------------------------

    def open_order(self) -> None:
        """Go to the order that the chosen sale came from."""
        detail = self.panel.detail if self.panel.isVisible() else None
        if detail is not None and detail.sale.order_id is not None:
            self.order_requested.emit(detail.sale.order_id)

    def cancel_current(self) -> None:
        """Ask for a reason and cancel the chosen sale."""
        sale_id = self.table.current_id()
        if sale_id is not None:
            self._begin(self._cancel(sale_id))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """One dialog at a time."""
        if self._asking:
            work.close()
            return
        self.banner.hide()
        self._asking = self._scope.start(work) is not None

    async def _cancel(self, sale_id: int) -> None:
        try:
            words = await cancel_sale(self._session, self, sale_id)
        finally:
            self._asking = False
        if words:
            self.said.emit(words)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
