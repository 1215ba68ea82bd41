"""Notas fiscais: every document of the shop, how it stands with SEFAZ and why, and what can be done about it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_desk import FiscalStatus
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.notes.bars import NoteTabs
from varejoforte_desktop.ui.notes.book import Head
from varejoforte_desktop.ui.notes.deeds import Deed, choice, main_choice
from varejoforte_desktop.ui.notes.doing import NoteDoings
from varejoforte_desktop.ui.notes.listing import NoteListing
from varejoforte_desktop.ui.notes.owed import OwedPage
from varejoforte_desktop.ui.notes.strip import LineBadges, NoteStrip
from varejoforte_desktop.ui.notes.tools import Letters, OpenMonth
from varejoforte_desktop.ui.notes.trouble import said_of
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
_WATCHED: Final = frozenset({Topic.FISCAL, Topic.SALES, Topic.SETTINGS})
# Changes come in bursts; the eye needs no more than a few pictures a second.
_GATHER_MS: Final = 200
#: At 100 %: narrower, and the strip says less.
_TIGHT: Final = 560
#: Where an alert of the strip is found in the list, when it is no group of its own.
_GROUP_OF: Final = {
    "unreversed": "cancelled", "uncancelled": "waiting", "disputed": "waiting", "elsewhere": "waiting",
}  # fmt: skip


class NotesScreen(QWidget):
    """The strip, the documents, the sales without one; what is done is asked of the fiscal desk."""

    #: What was done, for a toast.
    said = Signal(str)
    #: The sale of a document: its id.
    sale_requested = Signal(int)
    #: The order that a document's sale came from: its id here.
    order_requested = Signal(int)
    #: The shop cannot issue yet: to the page of the settings.
    settings_requested = Signal()
    #: Nothing was issued yet: go and sell.
    sell_requested = Signal()

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        open_month: OpenMonth | None = None,
        letters: Letters | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notes_screen")
        self.title = self.tr("Notas fiscais")
        self.setAccessibleName(self.title)
        self._session = session
        services = session.services
        self._desk = services.fiscal
        self._stale = True
        self._head: Head | None = None
        self._going_on = False
        self._act: Callable[[], object] = self.refresh
        self._unread: QWidget | None = None
        self._scope = TaskScope(self, self._failed)
        self.doings = NoteDoings(session, self, open_month=open_month, letters=letters)
        self.strip = NoteStrip()
        self.tabs = NoteTabs()
        self.badges = LineBadges()
        self.listing = NoteListing(session, self._today, exports=open_month is not None)
        self.owed = OwedPage(services.backend, services.fiscal, session.actor, services.clock)
        self.banner = Banner("notes_banner", closable=True)
        self._pages = QStackedWidget()
        self._gather = QTimer(self)
        self._build()
        self._connect()
        self._bind_keys()
        self._forget = [services.changes.subscribe(self._heard)]
        if self._desk is not None:
            self._forget.append(self._desk.subscribe(self._show_status))
        self._show_status(None if self._desk is None else self._desk.status)

    def _build(self) -> None:
        self._pages.addWidget(self.listing)
        self._pages.addWidget(self.owed)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        line = QHBoxLayout()
        line.setSpacing(Space.L)
        line.addWidget(self.tabs)
        line.addWidget(self.badges, 1)
        column.addWidget(self.banner)
        column.addWidget(self.strip)
        column.addLayout(line)
        column.addWidget(self._pages, 1)
        self.banner.hide()
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)

    def _connect(self) -> None:
        listing, doings = self.listing, self.doings
        self.tabs.changed.connect(self._show_tab)
        self.strip.asked.connect(self._answer_strip)
        self.strip.settings_requested.connect(self.settings_requested)
        listing.book.headed.connect(self._show_head)
        for page in (listing, self.owed):
            page.troubled.connect(partial(self._not_read, page))
            page.read.connect(partial(self._was_read, page))
        listing.sell_requested.connect(self.sell_requested)
        listing.panel.asked.connect(self._do)
        listing.panel.acted.connect(self._go_along)
        listing.foot.void_requested.connect(self.void)
        listing.foot.export_requested.connect(self.export)
        self.owed.issue_requested.connect(self._issue)
        self.banner.acted.connect(self._banner_acted)
        doings.said.connect(self.said)
        doings.refused.connect(lambda words: self._tell(words, Tone.WARN))
        doings.failed.connect(self._failed)
        doings.issued.connect(lambda done, of: self.owed.show_busy(True, done + 1, of))
        doings.stuck.connect(self.owed.note_trouble)
        doings.going_on.connect(self._show_going_on)
        doings.busy_changed.connect(self._show_busy)
        self._gather.timeout.connect(self.refresh)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Buscar nota"), self._focus_search),
            ("F5", self.tr("Atualizar"), self.refresh_all),
            ("F6", self.tr("Tentar de novo, corrigir ou consultar"), self._next_step),
            ("F7", self.tr("Notas ou vendas sem nota"), self.tabs.next),
            ("F8", self.tr("Cancelar a nota e a venda"), partial(self._do, Deed.CANCEL)),
            ("F9", self.tr("Ver o DANFE"), partial(self._do, Deed.VIEW)),
            ("F10", self.tr("Emitir as vendas escolhidas"), self._issue_chosen),
            ("Ctrl+P", self.tr("Imprimir, 2ª via"), partial(self._do, Deed.PRINT)),
            ("Ctrl+Shift+P", self.tr("Ver a etiqueta de envio"), partial(self._do, Deed.LABEL)),
            ("Ctrl+Shift+K", self.tr("Ver a carta de correção (CC-e)"), partial(self._do, Deed.LETTER)),
            ("Ctrl+S", self.tr("Salvar o XML"), partial(self._do, Deed.SAVE_XML)),
            ("Ctrl+M", self.tr("E-mail ao comprador"), partial(self._do, Deed.MAIL)),
            ("Ctrl+K", self.tr("Carta de correção"), partial(self._do, Deed.CORRECT)),
            ("Ctrl+Del", self.tr("Desistir da nota"), partial(self._do, Deed.GIVE_UP)),
            ("Ctrl+C", self.tr("Copiar a chave de acesso"), partial(self._go_along, "copy")),
            ("Ctrl+I", self.tr("Inutilizar números"), self.void),
            ("Ctrl+E", self.tr("Exportar o mês"), self.export),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)
        back = Shortcut("Esc", self.tr("Voltar à lista"), self.title)
        keys.bind(self.listing.panel, back, self.listing.close_panel)

    def _today(self) -> date:
        return self._session.services.clock().astimezone(formats.SHOP_ZONE).date()

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Refresh what is stale; the keyboard goes to the list or the document that is shown, which stays."""
        if self._stale:
            self.refresh_all()
        if self.tabs.owed:
            self.owed.begin()
        elif self.listing.covering:
            self.listing.panel.begin()
        else:
            self._focus_search()

    def refresh_all(self) -> None:
        """Ask the books again, also which numbers nobody uses."""
        self.listing.book.look_afresh()
        self.refresh()

    def refresh(self) -> None:
        """Ask the books again; what is shown stays until the answer is here."""
        self._stale = False
        self.listing.refresh()
        if self.tabs.owed:
            self.owed.refresh()

    def open_note(self, document_id: int) -> None:
        """Another place points at a document: find it by its key and choose it."""
        self._scope.start(self._find(document_id))

    async def _find(self, document_id: int) -> None:
        read = self._session.services.backend.read
        sheet = await read(lambda reader: reader.fiscal.document(document_id))
        self.tabs.go(0)
        self.listing.find_note(document_id, sheet.row.key)

    async def aclose(self) -> None:
        """End what runs."""
        for forget in self._forget:
            forget()
        self._gather.stop()
        await self.doings.aclose()  # first: what ends there asks for another look
        await self.listing.aclose()
        await self.owed.aclose()
        self._scope.close()
        await self._scope.settled()

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody looked is read now."""
        super().showEvent(event)
        if self._stale and self.listing.loaded:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: remember what changed instead of asking."""
        super().hideEvent(event)
        self.listing.pause()
        if self._gather.isActive():
            self._gather.stop()
            self._stale = True

    def _heard(self, topics: frozenset[Topic]) -> None:
        if not topics & _WATCHED:
            return
        if not self.isVisible():
            self._stale = True
        elif not self._gather.isActive():
            self._gather.start()

    # -- above the lists ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window has no room for whole sentences in the strip."""
        super().resizeEvent(event)
        tight = self.width() < Theme.current().px(_TIGHT)
        self.strip.narrow(tight)
        self.badges.narrow(tight)
        self.listing.foot.narrow(tight)
        self._column.setSpacing(Space.XS if tight else Space.S)

    def _show_status(self, status: FiscalStatus | None) -> None:
        self.strip.show_status(status)
        self.badges.show_status(status)

    def _show_head(self, head: Head) -> None:
        self._head = head
        self.strip.show_head(head, self._session.services.clock())
        self.badges.show_environment(head.overview.settings.environment)
        self.tabs.show_owed(head.overview.owed)
        self._fit_foot()

    def _answer_strip(self, name: str) -> None:
        if name == "owed":
            self.tabs.go(1)
        elif name == "void":
            self.void()
        else:
            self.tabs.go(0)
            self.listing.filters.show_group(_GROUP_OF.get(name, name))
            self.listing.begin()

    def _show_tab(self) -> None:
        self._pages.setCurrentIndex(self.tabs.currentIndex())
        if self.tabs.owed:
            self.owed.refresh()
            if not self.tabs.hasFocus():
                self.owed.begin()
        elif not self.tabs.hasFocus():
            self.listing.begin()

    def _focus_search(self) -> None:
        self.tabs.go(0)
        self.listing.focus_search()

    # -- what a person does ---------------------------------------------------------------------------

    def _next_step(self) -> None:
        """F6: what the state of the document asks for."""
        detail = None if self.tabs.owed else self.listing.current
        main = None if detail is None else main_choice(detail, self._session.actor)
        if main is not None:
            self._do(main.deed)
        elif detail is not None:
            self._tell(self.tr("Esta nota já chegou ao fim: não há o que enviar nem consultar."), Tone.INFO)

    def _do(self, deed: Deed) -> None:
        """Do it, or say why not."""
        detail = None if self.tabs.owed else self.listing.current
        if detail is None:
            return
        why = choice(detail, self._session.actor, deed).refusal
        if why:
            self._tell(why, Tone.WARN)
        else:
            self.doings.do(deed, detail)

    def _go_along(self, what: str) -> None:
        """Copy the key, or go where the document points."""
        detail = None if self.tabs.owed else self.listing.current
        if detail is None:
            return
        row = detail.sheet.row
        if what == "copy":
            QGuiApplication.clipboard().setText(row.key)
            self.said.emit(self.tr("Chave de acesso copiada."))
        elif what == "sale" and row.sale_id is not None:
            self.sale_requested.emit(row.sale_id)
        elif what == "order" and detail.sale is not None and detail.sale.sale.order_id is not None:
            self.order_requested.emit(detail.sale.sale.order_id)

    def _issue_chosen(self) -> None:
        if self.tabs.owed:
            self.owed.ask_issue()

    def _issue(self, sale_ids: tuple[int, ...]) -> None:
        lines = {line.id: line.sale.number for line in self.owed.model.rows}
        self.doings.issue([(each, lines[each]) for each in sale_ids if each in lines])

    def void(self) -> None:
        """Ask which numbers are to be voided, and void them."""
        if self._head is None or self.doings.busy:
            return
        if self._desk is None:
            self._tell(self.tr("Esta estação não emite notas."), Tone.WARN)
            return
        self.doings.void(self._head.gaps)

    def export(self) -> None:
        """Ask for a month and a file, and write the archive."""
        if self._head is not None and self.listing.foot.export.isVisibleTo(self.listing.foot):
            self.doings.export(self._today(), self.environment)

    @property
    def environment(self) -> FiscalEnvironment:
        """Where the shop's documents go now."""
        head = self._head
        return FiscalEnvironment.HOMOLOGACAO if head is None else head.overview.settings.environment

    # -- what happened --------------------------------------------------------------------------------

    def _show_busy(self, busy: bool) -> None:
        self.owed.show_busy(busy)
        self._fit_foot()
        if busy:
            self.banner.hide()
        else:
            self.refresh()
            QTimer.singleShot(0, self, self._find_focus)

    def _find_focus(self) -> None:
        """What had the keyboard before a dialog may be gone with the document it stood for."""
        if self.isVisible() and self.isActiveWindow() and QApplication.focusWidget() is None:
            (self.owed if self.tabs.owed else self.listing).begin()

    def _fit_foot(self) -> None:
        unused = 0 if self._head is None else self._head.unused
        why = self.tr("Esta estação não emite notas.") if self._desk is None else ""
        self.listing.foot.allow(busy=self.doings.busy, unused=unused, why=why)

    def _show_going_on(self, words: str, may_stop: bool) -> None:
        if words:
            self._tell(words, Tone.INFO, self.tr("Parar") if may_stop else "", self.doings.stop)
        elif self._going_on:
            self.banner.hide()
        self._going_on = bool(words)

    def _tell(
        self, words: str, tone: Tone, button: str = "", act: Callable[[], object] | None = None
    ) -> None:
        self._going_on = False
        self._act = act or self.banner.hide
        self.banner.set_message(words, tone, button)
        self.banner.show()

    def _banner_acted(self) -> None:
        self._act()

    def _not_read(self, page: QWidget, error: BaseException) -> None:
        self._going_on, self._unread, self._act = False, page, self.refresh
        self.banner.show_unread(said_of(error).whole, self.tr("Tentar de novo"))

    def _was_read(self, page: QWidget) -> None:
        if page is self._unread:
            self.banner.was_read()

    def _failed(self, error: BaseException) -> None:
        said = said_of(error)
        if said.bug:
            _log.error("work on fiscal documents failed", exc_info=error)
        self._tell(said.whole, Tone.BAD if said.bug else Tone.WARN)
