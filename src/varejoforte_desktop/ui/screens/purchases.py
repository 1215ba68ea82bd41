"""Entrada por XML: a supplier's file becomes goods, costs and prices; what entered before is listed."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFileDialog,
    QHBoxLayout,
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
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.purchases.book import PurchaseBook
from varejoforte_desktop.ui.purchases.dropped import dropped_xml
from varejoforte_desktop.ui.purchases.empty import say_empty
from varejoforte_desktop.ui.purchases.note_page import NotePage
from varejoforte_desktop.ui.purchases.panel import PurchasePanel
from varejoforte_desktop.ui.purchases.undoing import undo_purchase
from varejoforte_desktop.ui.purchases.unfinished import UnfinishedBanner
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.search_box import SearchBox

_log = logging.getLogger(__name__)
_ENDLESS = 16_777_215  # Qt's word for "no largest size"


class PurchasesScreen(QWidget):
    """The list of notes that entered; a file that is chosen or dropped is laid over it."""

    #: What was done, for a toast.
    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("purchases_screen")
        self.title = self.tr("Entrada por XML")
        self.setAccessibleName(self.title)
        self.setAcceptDrops(True)
        self._session = session
        self._stale = True
        self._loaded = False
        self._choosing = False
        self._asking = False
        self._scope = TaskScope(self, self._failed)
        self._reads = TaskScope(self, self._not_read)
        self._look = Debounced(self, self._reads, self._read_panel)
        self.book = PurchaseBook(session.services.backend, self)
        self.search = SearchBox(
            "purchase_search", self.tr("Buscar (F2): número, fornecedor, CNPJ ou chave"), delay_ms=150
        )
        self.choose_button = QPushButton(self.tr("Escolher o arquivo XML (Ins)"))
        self.table = TableView("purchase_table", self.tr("Notas que entraram"))
        self.empty = EmptyState("no_purchases", "download", "")
        self.states = ListStates(self.table, self.empty)
        self.panel = PurchasePanel(may_enter=session.actor.may(Permission.ENTER_PURCHASES))
        self.banner = Banner("purchases_banner", closable=True)
        self.unfinished = UnfinishedBanner()
        self.note = NotePage(session)
        self.pages = QStackedWidget()
        self._list = QWidget()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()
        self._connect()
        self._bind_keys()
        self._forget = session.services.changes.subscribe(self._heard)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.table.setModel(self.book.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        restyle(self.states, card=True)
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
        self._body.setSpacing(Space.M)
        self._body.addWidget(self.states, 1)
        self._body.addWidget(self.panel)
        inside = QVBoxLayout(self._list)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Space.S)
        for banner in (self.banner, self.unfinished):
            inside.addWidget(banner)
            banner.hide()
        inside.addLayout(top)
        inside.addLayout(self._body, 1)
        self.pages.addWidget(self._list)
        self.pages.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.panel.hide()
        self._say_empty()

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.left_downwards.connect(self._go_to_list)
        self.choose_button.clicked.connect(self.choose_file)
        self.book.loaded.connect(self._show_loaded)
        self.book.failed.connect(self._not_read)
        self.table.current_changed.connect(self._look_at)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.states.retried.connect(self.refresh)
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
        if self._stale:
            self.refresh()
        self._focus_search()

    @property
    def deciding(self) -> bool:
        """Whether a note is on the table."""
        return self.pages.currentWidget() is self.note

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here. What was said before goes."""
        self.banner.hide()
        self._read_again()

    def _read_again(self) -> None:
        self._stale = False
        if not self._loaded:
            self.states.show_loading()
        self.book.refresh()

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self._look.cancel()
        await self.book.aclose()
        await self.note.aclose()
        for scope in (self._scope, self._reads):
            scope.close()
            await scope.settled()

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody looked is read now."""
        super().showEvent(event)
        if self._stale and self._loaded:
            self._read_again()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: ask nothing."""
        super().hideEvent(event)
        self._look.cancel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel stands at the right of a wide window and lies at the foot of a narrow one."""
        super().resizeEvent(event)
        theme = Theme.current()
        flat = self.width() < theme.px(900)
        ways = QBoxLayout.Direction
        self._body.setDirection(ways.TopToBottom if flat else ways.LeftToRight)
        self.panel.lie_down(flat)
        side, foot = theme.px(380), self.height() * 45 // 100
        self.panel.setMinimumSize(0 if flat else side, 0)
        self.panel.setMaximumSize(_ENDLESS if flat else side, foot if flat else _ENDLESS)

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

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value >= bar.maximum() - bar.pageStep():
            self.book.read_more()

    def _show_loaded(self, count: int) -> None:
        self._loaded = True
        self.banner.was_read()
        self._say_empty()
        self.states.show_rows(count)
        if count and self.table.current_id() is None:
            self.table.go_to_row(0)
        elif count:
            self._look_at(self.table.current_id())  # it may have been taken back since
        else:
            self.panel.hide()

    def _say_empty(self) -> None:
        say_empty(self.empty, self.book.text, may_enter=self.choose_button.isEnabled())

    def _begin_somewhere(self) -> None:
        if self.book.text:
            self.search.clear()
        else:
            self.choose_file()

    def _go_to_list(self) -> None:
        if self.book.model.rowCount():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.PURCHASES not in topics:
            return
        if self._list.isVisible():
            self._read_again()
        else:
            self._stale = True

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

    # -- trouble --------------------------------------------------------------------------------------

    def _not_read(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the purchases could not be read", exc_info=error)
        if self.book.model.rowCount():
            self.banner.show_unread(said.whole, self.tr("Tentar de novo"))
        else:
            self._loaded = False
            self.panel.hide()
            self.states.show_error(said.text, said.remedy)

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("work on the purchases failed", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()
