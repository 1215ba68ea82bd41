"""Auditoria: who did what, when, at which station, from what to what; found, seen whole, proved and taken along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_questions import AuditProof
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.audit.bar import AuditBar
from varejoforte_desktop.ui.audit.book import AuditBook
from varejoforte_desktop.ui.audit.filters import AuditFilters
from varejoforte_desktop.ui.audit.leaving import choose_file, read_all, write_all
from varejoforte_desktop.ui.audit.panel import AuditPanel
from varejoforte_desktop.ui.audit.proving import AuditProver
from varejoforte_desktop.ui.audit.words import proof_words
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.book_screen import BookScreen
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.empty_state import EmptyState


class AuditScreen(BookScreen[AuditBook, AuditPanel]):
    """The filters, the list, the chosen line; whoever may not see them reads why."""

    watched = frozenset({Topic.AUDIT, Topic.OPERATORS})
    gather_ms = 200
    turns_at = 960
    panel_width = 290
    panel_share = 40

    #: What was done, for a toast.
    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "audit", parent)
        self.call_it(self.tr("Auditoria"))
        services = session.services
        self._may = True
        self._leaving = False
        self._act: Callable[[], None] = self.refresh
        self.filters = AuditFilters(self._today)
        self.bar = AuditBar(exports=services.write_log is not None)
        self.prover = AuditProver(services.backend, self)
        self.empty = EmptyState("no_audit", "clock", "")
        book = AuditBook(services.backend, session.actor, services.clock, self)
        self.hold(book, TableView("audit_table", self.tr("Trilha de auditoria")), self.empty, AuditPanel())
        self._build()
        self._connect()
        self._bind_keys()
        self._fit_buttons()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.banner)
        column.addWidget(self.filters)
        column.addLayout(self.body, 1)
        column.addWidget(self.bar)
        self._say_empty()

    def _connect(self) -> None:
        self.filters.changed.connect(self._look_for)
        self.filters.left_downwards.connect(self._go_to_list)
        self.book.named.connect(self.filters.show_names)
        self.prover.advanced.connect(self._show_proving)
        self.prover.finished.connect(self._show_proof)
        self.prover.failed.connect(self._failed)
        self.table.current_changed.connect(self._look_at)
        self.table.chosen.connect(self._go_to_panel)
        self.empty.acted.connect(self._empty_acted)
        self.banner.acted.connect(self._banner_acted)
        self.bar.check_requested.connect(self.check)
        self.bar.export_requested.connect(self.export)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Buscar na trilha"), self._focus_search),
            ("F5", self.tr("Atualizar"), self.refresh),
            ("F8", self.tr("Conferir a trilha"), self.check),
            ("Ctrl+E", self.tr("Exportar"), self.export),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)

    def _today(self) -> date:
        return self._session.services.clock().astimezone(formats.SHOP_ZONE).date()

    # -- being shown ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Fetch what was added since; what is shown stays, also what a check of the whole chain came to."""
        self.read_again()

    @property
    def search_field(self) -> QLineEdit:
        """Where F2 goes."""
        return self.filters.search

    async def _end(self) -> None:
        await self.prover.aclose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The filters fold with the window, as the panel does."""
        super().resizeEvent(event)
        self.filters.narrow(self.width())

    def _turn_panel(self, flat: bool) -> None:
        self.panel.lie_down(flat)

    # -- the list -------------------------------------------------------------------------------------

    def _look_for(self) -> None:
        self.book.look_for(self.filters.wanted)
        self.table.scrollToTop()

    def _show_loaded(self, count: int) -> None:
        self._may = True
        super()._show_loaded(count)
        self.bar.show_count(count, narrowed=self.filters.narrowing, more=not self.book.complete)
        self._fit_buttons()

    def _say_empty(self) -> None:
        if self.filters.narrowing:
            self.empty.set_message(
                "search",
                self.tr("Nada na trilha com estes filtros"),
                self.tr("Aumente o período ou procure outra palavra."),
                self.tr("Limpar os filtros"),
            )
        else:
            self.empty.set_message(
                "clock",
                self.tr("A trilha ainda está vazia"),
                self.tr(
                    "Preços, dinheiro, permissões e configurações que alguém muda ficam anotados aqui, para sempre."
                ),
            )

    def _empty_acted(self) -> None:
        if self._may:
            self.filters.clear()
        else:
            self.refresh()

    def _look_at(self, row_id: int | None) -> None:
        place = None if row_id is None else self.book.model.place_of(row_id)
        row = None if place is None else self.book.model.row_at(place)
        if row is not None:
            self.panel.show_row(row)
        self.panel.setVisible(row is not None)

    def _go_to_panel(self, _row_id: object) -> None:
        if self.panel.isVisible():
            self.panel.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit_buttons(self) -> None:
        rows = self.book.model.rowCount() > 0
        self.bar.allow(checking=self.prover.running, leaving=self._leaving, rows=rows, may=self._may)
        self.filters.setEnabled(self._may)

    # -- the proof ------------------------------------------------------------------------------------

    def check(self) -> None:
        """Follow the whole chain and say what came of it."""
        if self._may and not self.prover.running:
            self.prover.start()
            self._say(self.tr("Conferindo a trilha…"), Tone.INFO, self.tr("Parar"), self._stop_checking)
            self._fit_buttons()

    def _stop_checking(self) -> None:
        self.prover.stop()
        self.banner.hide()
        self.bar.check.setEnabled(True)

    def _show_proving(self, proof: AuditProof) -> None:
        words = self.tr("Conferindo a trilha: {done} de {total} registros…").format(
            done=formats.count(proof.lines), total=formats.count(proof.total)
        )
        self._say(words, Tone.INFO, self.tr("Parar"), self._stop_checking)

    def _show_proof(self, proof: AuditProof) -> None:
        words = proof_words(proof)
        if proof.problems:
            words = self.tr("{what} Faça uma cópia de segurança e chame o suporte.").format(what=words)
        self._say(words, Tone.BAD if proof.problems else Tone.GOOD)
        self.bar.check.setEnabled(True)

    # -- the way out ----------------------------------------------------------------------------------

    def export(self) -> None:
        """Ask where to, and write everything the filters find."""
        if self.bar.export.isVisible() and self.bar.export.isEnabled():
            self._leaving = True
            self._fit_buttons()
            self._scope.start(self._export(None))

    def export_to(self, path: Path) -> None:
        """The same to a place that is known."""
        self._leaving = True
        self._fit_buttons()
        self._scope.start(self._export(path))

    async def _export(self, path: Path | None) -> None:
        services, search = self._session.services, self.filters.wanted
        try:
            path = path or await choose_file(self, services.clock().astimezone(formats.SHOP_ZONE))
            if path is None or services.write_log is None:
                return
            rows = await read_all(
                services.backend, search, by=self._session.actor, progress=self._show_reading
            )
            self._say(self.tr("Gravando {name}…").format(name=path.name), Tone.INFO)
            await write_all(services.write_log, path, rows)
        finally:
            self._leaving = False
            self._fit_buttons()
        self.banner.hide()
        done = formats.counted(len(rows), self.tr("registro exportado"), self.tr("registros exportados"))
        self.said.emit(self.tr("{done} em {name}.").format(done=done, name=path.name))

    def _show_reading(self, count: int) -> None:
        words = self.tr("Lendo a trilha: {count}…")
        self._say(words.format(count=formats.counted(count, "registro", "registros")), Tone.INFO)

    # -- trouble --------------------------------------------------------------------------------------

    def _say(self, words: str, tone: Tone, button: str = "", act: Callable[[], None] | None = None) -> None:
        self._act = act or self.refresh
        self.banner.set_message(words, tone, button)
        self.banner.show()

    def _banner_acted(self) -> None:
        self._act()

    def _not_read(self, error: BaseException) -> None:
        if isinstance(error, NotAllowed):
            said = sentence(error)
            self._lock(said.text, said.remedy)
        else:
            self._act = self.refresh
            super()._not_read(error)

    def _lock(self, text: str, remedy: str) -> None:
        """Whoever may not see the log (any more) sees nothing of it."""
        self._may = False
        self._loaded = False
        self.prover.stop()
        self.banner.hide()
        self.book.clear()
        self.panel.hide()
        self.bar.show_count(0, narrowed=False, more=False)
        self.empty.set_message("lock", text, remedy, self.tr("Tentar de novo"))
        self.states.show_rows(0)
        self._fit_buttons()

    def _failed(self, error: BaseException) -> None:
        super()._failed(error)
        self._fit_buttons()
