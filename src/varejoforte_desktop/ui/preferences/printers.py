"""Settings › Impressoras: this station's printers, a test page for each, and the papers that did not come out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from varejoforte_desktop.application import print_jobs
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.printing_ports import PrintDesk, PrinterBook, PrintJobRow
from varejoforte_desktop.domain.errors import DomainError, Missing
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.print_job import PrintUse
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import OwnPage, refusal, words
from varejoforte_desktop.ui.printers.card import PrinterCard
from varejoforte_desktop.ui.printers.jobs import JobsCard
from varejoforte_desktop.ui.printers.roll import RollChoices
from varejoforte_desktop.ui.printers.words import trouble_words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, restyle

_log = logging.getLogger(__name__)
_PAUSE_MS: Final = 150


class PrintersPage(OwnPage):
    """What is chosen here counts for this computer only; whoever may not change settings reads it, and tests."""

    def __init__(self, session: Session, desk: PrintDesk | None) -> None:
        super().__init__("printers_page")
        self.title = self.tr("Impressoras")
        restyle(self.verticalScrollBar(), on="page")
        self._session = session
        self._desk = desk
        self.refusal = refusal(session.actor, Permission.CHANGE_SETTINGS)
        self._kept: PrinterBook | None = None
        self._reading = TaskScope(self, self._not_read)
        self._naming = TaskScope(self, self._not_named)
        self._acting = TaskScope(self, self.failed.emit)
        self._testing = TaskScope(self, self.failed.emit)
        self._look = Debounced(self, self._reading, self._read, _PAUSE_MS)
        self.cards = {use: PrinterCard(use) for use in PrintUse}
        self.roll = RollChoices()
        self.jobs = JobsCard(session.services.clock)
        self.save_button = QPushButton(self.tr("Salvar impressoras (F10)"))
        self.save_button.setObjectName("printers_save")
        restyle(self.save_button, kind="primary")
        self._build()
        self._connect()
        self._unsubscribe: Callable[[], None] = session.services.changes.subscribe(self._changed)

    def _build(self) -> None:
        self.column.addWidget(self.jobs)
        self.cards[PrintUse.SLIP].inside.addWidget(self.roll)
        for card in self.cards.values():
            card.set_refusal(self.refusal)
            self.column.addWidget(card)
        self.roll.set_refusal(self.refusal)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.M)
        line.addWidget(self.save_button)
        station = self._session.services.station
        told = self.refusal or self.tr("Vale só nesta estação ({station}).").format(station=station)
        self.told = words(told, "small")
        self.told.setObjectName("printers_told")
        line.addWidget(self.told, 1)
        self.column.addWidget(foot)
        self.column.addStretch(1)
        self.save_button.setVisible(not self.refusal)

    def _connect(self) -> None:
        self.roll.changed.connect(self._edited)
        for card in self.cards.values():
            card.changed.connect(self._edited)
            card.test.clicked.connect(lambda _=False, use=card.use: self.test(use))
        self.save_button.clicked.connect(self.save)
        self.jobs.acted.connect(self._act)
        self.jobs.retried.connect(self.refresh)
        context = self.tr("Configurações › {page}").format(page=self.title)
        shortcuts = self._session.services.shortcuts
        shortcuts.bind(self, Shortcut("F10", self.tr("Salvar impressoras"), context), self.save)
        self._edited()

    # -- reading --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read this station's printers and papers again; what somebody is changing stays."""
        if self._desk is None:
            return
        if self._kept is None or not self.changed():
            book = self._desk.book()
            if book != self._kept:  # a test that runs, and what came of one, stay as they are
                self._show(book)
        if not self._naming.busy:
            self._naming.start(self._read_names(self._desk))
        self._look()
        self._look.flush()

    def _show(self, book: PrinterBook) -> None:
        self._kept = book
        self.cards[PrintUse.SLIP].show_place(book.slip)
        self.cards[PrintUse.SHEET].show_place(book.sheet)
        self.cards[PrintUse.LABEL].show_place(book.label)
        self.roll.show_book(book)
        self._edited()

    async def _read(self) -> None:
        desk = self._desk
        if desk is None:
            return

        rows: list[PrintJobRow] = await self._session.services.backend.read(
            lambda reader: reader.printing.open_rows(desk.station)
        )
        self.jobs.show_rows(rows)

    async def _read_names(self, desk: PrintDesk) -> None:
        names = await asyncio.to_thread(desk.names)
        for card in self.cards.values():
            card.show_names(names)

    def _changed(self, topics: frozenset[Topic]) -> None:
        if Topic.PRINTING in topics and self.isVisible():
            self._look()

    # -- choosing -------------------------------------------------------------------------------------

    def book(self) -> PrinterBook:
        """The printers as they are chosen now, kept or not."""
        chosen = PrinterBook(
            slip=self.cards[PrintUse.SLIP].place(),
            sheet=self.cards[PrintUse.SHEET].place(),
            label=self.cards[PrintUse.LABEL].place(),
        )
        return self.roll.into(chosen)

    def changed(self) -> bool:
        """Whether something else is chosen than what is kept."""
        return self._kept is not None and self.book() != self._kept

    def _edited(self) -> None:
        self.save_button.setEnabled(not self.refusal and self._desk is not None and self.changed())

    def save(self) -> None:
        """Remember the printers of this station."""
        if self._desk is None or not self.save_button.isEnabled():
            return
        book = self.book()
        try:
            self._desk.keep_book(book)
        except Missing as error:
            self._point_at(error)
            return
        self._kept = book.checked()
        self._edited()
        self.done.emit(self.tr("Impressoras desta estação salvas."))

    def _point_at(self, error: DomainError) -> None:
        for card in self.cards.values():
            if card.address.objectName() == error.field:
                card.refuse(self.tr("Diga onde está a impressora."))
                self.ensureWidgetVisible(card.address)

    # -- a test page ----------------------------------------------------------------------------------

    def test(self, use: PrintUse) -> None:
        """Print a test page with what is chosen now, kept or not."""
        card, book = self.cards[use], self.book()
        if self._desk is None or not card.test.isEnabled():
            return
        try:
            card.place().checked(use)
        except Missing as error:
            self._point_at(error)
            return
        card.show_testing(testing=True)
        self._testing.start(self._test(self._desk, card, book))

    async def _test(self, desk: PrintDesk, card: PrinterCard, book: PrinterBook) -> None:
        try:
            await desk.test(card.use, book)
        except PrinterTrouble as trouble:
            card.say(" ".join(trouble_words(trouble.why, trouble.printer)), Tone.BAD)
        else:
            card.say(self.tr("Teste enviado. Confira o papel: acentos, largura e o código QR."), Tone.GOOD)
        finally:
            card.show_testing(testing=False)

    # -- papers ---------------------------------------------------------------------------------------

    def _act(self, act: str, job_id: int) -> None:
        if not self._acting.busy:
            self._acting.start(self._do(act, job_id))

    async def _do(self, act: str, job_id: int) -> None:
        run, by = self._session.services.backend.run, self._session.actor
        if act == "came_out":
            await run(print_jobs.settle_print, job_id, came_out=True, by=by)
        elif act == "not_out":
            await run(print_jobs.settle_print, job_id, came_out=False, by=by)
        elif act == "again":
            await run(print_jobs.retry_print, job_id, by=by)
        else:
            await run(print_jobs.cancel_print, job_id, by=by)
        if self._desk is not None:
            self._desk.wake()
        await self._read()

    # -- trouble and the end --------------------------------------------------------------------------

    def _not_read(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the papers could not be read", exc_info=error)
        self.jobs.states.show_error(said.text, said.remedy)

    def _not_named(self, error: BaseException) -> None:
        _log.info("the system's printers could not be asked for: %s", error)

    async def aclose(self) -> None:
        """End what runs."""
        self._unsubscribe()
        self._look.cancel()
        for scope in (self._reading, self._naming, self._acting, self._testing):
            scope.close()
            await scope.settled()
