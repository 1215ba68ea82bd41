"""Entrada por XML: a supplier's file becomes goods, costs and prices; what entered before is listed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.purchase_plan import PurchasePlan, plan_purchase
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.models.book_screen import BookScreen
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.purchases.book import PurchaseBook
from varejoforte_desktop.ui.purchases.dropped import dropped_xml
from varejoforte_desktop.ui.purchases.empty import say_empty
from varejoforte_desktop.ui.purchases.note_page import NotePage
from varejoforte_desktop.ui.purchases.panel import PurchasePanel
from varejoforte_desktop.ui.purchases.undoing import undo_purchase
from varejoforte_desktop.ui.purchases.unfinished import UnfinishedBanner
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, ask
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.search_box import SearchBox


class PurchasesScreen(BookScreen[PurchaseBook, PurchasePanel]):
    """The list of notes that entered; a file that is chosen or dropped is laid over it."""

    watched = frozenset({Topic.PURCHASES})
    turns_at = 900
    panel_width = 380
    panel_share = 45

    #: What was done, for a toast.
    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "purchases", parent)
        self.call_it(self.tr("Entrada por XML"))
        self.setAcceptDrops(True)
        self._choosing = False
        self._asking = False
        self._look = Debounced(self, self._reads, self._read_panel)
        self.search = SearchBox(
            "purchase_search", self.tr("Buscar (F2): número, fornecedor, CNPJ ou chave"), delay_ms=150
        )
        self.choose_button = QPushButton(self.tr("Escolher o arquivo XML (Ins)"))
        self.empty = EmptyState("no_purchases", "download", "")
        self.unfinished = UnfinishedBanner()
        self.note = NotePage(session)
        self.pages = QStackedWidget()
        self._list = QWidget()
        book = PurchaseBook(session.services.backend, self)
        table = TableView("purchase_table", self.tr("Notas que entraram"))
        panel = PurchasePanel(may_enter=session.actor.may(Permission.ENTER_PURCHASES))
        self.hold(book, table, self.empty, panel)
        self._build()
        self._connect()
        self._bind_keys()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.choose_button.setObjectName("purchase_choose_button")
        self.choose_button.setEnabled(
            self._session.services.read_purchase is not None
            and self._session.actor.may(Permission.ENTER_PURCHASES)
        )
        if not self._session.actor.may(Permission.ENTER_PURCHASES):
            self.choose_button.setToolTip(self.tr("Seu perfil não dá entrada em notas de compra."))
        restyle(self.choose_button, kind="primary")
        bind_icon(self.choose_button, "download", Role.ACCENT_TEXT)
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self.search, 1)
        top.addWidget(self.choose_button)
        inside = QVBoxLayout(self._list)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Space.S)
        for banner in (self.banner, self.unfinished):
            inside.addWidget(banner)
        self.unfinished.hide()
        inside.addLayout(top)
        inside.addLayout(self.body, 1)
        self.pages.addWidget(self._list)
        self.pages.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self._say_empty()

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.left_downwards.connect(self._go_to_list)
        self.choose_button.clicked.connect(self.choose_file)
        self.table.current_changed.connect(self._look_at)
        self.banner.acted.connect(self.refresh)
        self.unfinished.continued.connect(self._continue)
        self.empty.acted.connect(self._begin_somewhere)
        self.panel.undo_requested.connect(self.undo_current)
        self.note.left.connect(self._go_back)
        self.note.entered.connect(self._entered)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Buscar nota"), self._focus_search),
            ("F5", self.tr("Atualizar"), self.refresh),
            ("F8", self.tr("Desfazer a entrada escolhida"), self.undo_current),
            ("Ins", self.tr("Escolher o arquivo XML"), self.choose_file),
        ):
            keys.bind(self._list, Shortcut(key, title, self.title), action)

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Refresh what is stale and put the keyboard where the work is."""
        if self.deciding:
            self.note.activate()
            return
        super().activate()

    @property
    def deciding(self) -> bool:
        """Whether a note is on the table."""
        return self.pages.currentWidget() is self.note

    @property
    def looked_at(self) -> bool:
        """Whether the list can be seen, and not a note laid over it."""
        return self._list.isVisible()

    @property
    def search_field(self) -> QLineEdit:
        """Where F2 goes."""
        return self.search

    async def _end(self) -> None:
        self._look.cancel()
        await self.note.aclose()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: ask nothing."""
        super().hideEvent(event)
        self._look.cancel()

    def _turn_panel(self, flat: bool) -> None:
        self.panel.lie_down(flat)

    # -- a file ---------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file and lay its note on the table."""
        if self._choosing or not self.choose_button.isEnabled():
            return
        self._choosing = self._scope.start(self._choose_file()) is not None

    async def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Escolha o XML da nota"))
        dialog.setObjectName("purchase_file_dialog")
        dialog.setNameFilter(self.tr("Notas fiscais (*.xml)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        try:
            answer = await ask(dialog)
            chosen = dialog.selectedFiles()
        finally:
            self._choosing = False
            dialog.deleteLater()
        if answer == QDialog.DialogCode.Accepted and chosen:
            await self._read_file(Path(chosen[0]))

    def open_file(self, path: Path) -> None:
        """Lay the note in this file on the table."""
        self._scope.start(self._read_file(path))

    async def _read_file(self, path: Path) -> None:
        services, actor = self._session.services, self._session.actor
        actor.needs(Permission.ENTER_PURCHASES)
        if services.read_purchase is None:
            return
        self.banner.hide()
        note = await asyncio.to_thread(services.read_purchase, path)
        if self._continue(note.key):
            return

        def ask_books(reader: Reader) -> tuple[PurchasePlan, str]:
            own = reader.fiscal.settings().emitter.cnpj
            return plan_purchase(reader, note, own_cnpj=own, by=actor), own

        plan, own = await services.backend.read(ask_books)
        self.note.show_plan(plan, own)
        self._go_to_note()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """An XML file may be dropped anywhere on the list."""
        if self.choose_button.isEnabled() and not self.deciding and dropped_xml(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the file that was dropped."""
        path = dropped_xml(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    def _continue(self, key: str) -> bool:
        """Go on with a note that is half decided, with all that was decided of it; False when it is none of these."""
        kept = self.note.resume(key)
        if kept:
            self._go_to_note()
        return kept

    def _go_to_note(self) -> None:
        self.pages.setCurrentWidget(self.note)
        self.note.activate()

    def _go_back(self) -> None:
        self.pages.setCurrentWidget(self._list)
        self.unfinished.show_notes(self.note.unfinished())
        self.activate()

    def _entered(self, words: str) -> None:
        self.unfinished.show_notes(self.note.unfinished())
        self.pages.setCurrentWidget(self._list)
        self.search.clear()
        self.refresh()
        self._focus_search()
        self.said.emit(words)

    # -- the list -------------------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        self.book.search(text)
        self.table.scrollToTop()

    def _choose_line(self, count: int) -> None:
        super()._choose_line(count)
        if count:
            self._look_at(self.table.current_id())  # it may have been taken back since

    def _say_empty(self) -> None:
        say_empty(self.empty, self.book.text, may_enter=self.choose_button.isEnabled())

    def _begin_somewhere(self) -> None:
        if self.book.text:
            self.search.clear()
        else:
            self.choose_file()

    def _look_at(self, purchase_id: int | None) -> None:
        if purchase_id is None:
            self._look.cancel()
            self.panel.hide()
        else:
            self._look(purchase_id)

    async def _read_panel(self, purchase_id: int) -> None:
        try:
            detail = await self._session.services.backend.read(
                lambda reader: reader.purchases.detail(purchase_id)
            )
        except NoSuchRecord:
            self.panel.hide()
            return
        if purchase_id == self.table.current_id():
            self.panel.show_purchase(detail)
            self.panel.show()

    # -- taking back ----------------------------------------------------------------------------------

    def undo_current(self) -> None:
        """F8: ask for a reason and take the chosen note back."""
        purchase_id = self.table.current_id()
        if purchase_id is not None and self.panel.may_undo and not self._asking:
            self._asking = self._scope.start(self._undo(purchase_id)) is not None

    async def _undo(self, purchase_id: int) -> None:
        try:
            words = await undo_purchase(self._session, self, purchase_id)
        finally:
            self._asking = False
        if words:
            self.said.emit(words)
        self._go_to_list()
