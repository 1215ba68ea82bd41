"""The place of the counts: nothing but scanning while one goes on, and the way into the next one."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_ports import CountLine
from varejoforte_desktop.application.stock_count import CountReceipt, put_back, remove_line
from varejoforte_desktop.domain.errors import CountClosed
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counts.amend import amend_line
from varejoforte_desktop.ui.counts.begin import begin_count
from varejoforte_desktop.ui.counts.closing import end_count, give_up
from varejoforte_desktop.ui.counts.columns import CountedLine, signed_money
from varejoforte_desktop.ui.counts.desk import CountDesk, CountFacts, Refused, Scanned
from varejoforte_desktop.ui.counts.start import CountStart
from varejoforte_desktop.ui.counts.work import CountWork
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)
_MOST_NAMED = 4


class CountPage(QWidget):
    """Begins, counts and closes; every dialog of it is one at a time."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count_page")
        self.title = self.tr("Inventário")
        self._session = session
        self._scope = TaskScope(self, self._failed)
        self._asking = False
        self._count_id: int | None = None
        clock = session.services.clock
        self.desk = CountDesk(session, self)
        self.start = CountStart(session.actor, clock)
        self.work = CountWork(session.actor, clock)
        self.body = QStackedWidget()
        self.body.setObjectName("count_body")
        self.states = ListStates(self.body, EmptyState("count_nothing", "barcode", ""))
        self.banner = Banner("count_banner", closable=True)
        self.toasts = ToastHost(self)
        self._build()
        self._connect()
        self._bind_keys()

    def _build(self) -> None:
        for part in (self.start, self.work):
            self.body.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.banner)
        column.addWidget(self.states, 1)
        self.banner.hide()

    def _connect(self) -> None:
        self.desk.changed.connect(self._show)
        self.desk.scanned.connect(self._scanned)
        self.desk.refused.connect(self._refused)
        self.desk.failed.connect(self._unread)
        self.states.retried.connect(self.refresh)
        self.banner.acted.connect(self.refresh)
        self.start.begin_requested.connect(self.begin)
        work = self.work
        work.field.scanned.connect(self.desk.take)
        work.undo_requested.connect(self.undo)
        work.close_requested.connect(self.close_it)
        work.give_up_requested.connect(self.give_up)
        work.amend_requested.connect(self._amend)
        work.remove_requested.connect(self._remove)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Ir para o código"), self.work.to_field),
            ("F4", self.tr("Corrigir a contagem do produto"), self.work.amend),
            ("F5", self.tr("Atualizar"), self.refresh),
            ("F8", self.tr("Só diferenças"), self.work.swap_differences),
            ("F10", self.tr("Encerrar o inventário"), self.close_it),
            ("Ins", self.tr("Começar inventário"), self.begin),
            ("Del", self.tr("Remover o produto da contagem"), self.work.remove),
            ("Ctrl+Z", self.tr("Desfazer o último bip"), self.undo),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Look at the books, and let the scanner begin."""
        self.refresh()
        self._focus()

    def refresh(self) -> None:
        """Read the count again; what is shown stays until the answer is here."""
        self.banner.hide()
        if self.desk.facts is None:
            self.states.show_loading()
        self.desk.refresh()

    def _focus(self) -> None:
        if not self.isVisible():
            return
        if self.body.currentWidget() is self.work:
            self.work.to_field()
        else:
            self.start.to_button()

    def showEvent(self, event: QShowEvent) -> None:
        """Other stations are watched while somebody looks."""
        super().showEvent(event)
        self.desk.watch(watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.desk.watch(watched=False)
        self.toasts.clear()

    async def aclose(self) -> None:
        """Count what was scanned, then end what runs."""
        await self.desk.aclose()
        self._scope.close()
        await self._scope.settled()

    # -- what is shown --------------------------------------------------------------------------------

    def _show(self, facts: CountFacts) -> None:
        count = facts.going_on
        self.states.show_rows(1)
        self.start.show_past(facts.past)
        if count is not None and count.id != self._count_id:
            self.work.start_over()
        changed = (count is None) != (self._count_id is None)
        self._count_id = None if count is None else count.id
        self.body.setCurrentWidget(self.start if count is None else self.work)
        self.work.show_facts(facts)
        if changed and not self._asking:
            self._focus()

    def _unread(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the counts could not be read", exc_info=error)
        if self.desk.facts is None:
            self.states.show_error(said.text, said.remedy)
        else:
            self._tell(said.whole, Tone.BAD, self.tr("Tentar de novo"))

    def _tell(self, words: str, tone: Tone, button: str = "") -> None:
        self.banner.set_message(words, tone, button)
        self.banner.show()

    # -- scanning -------------------------------------------------------------------------------------

    def _scanned(self, done: Scanned) -> None:
        self.work.show_scan(done)
        if self.work.model.place_of(done.product.id) is not None:
            self.work.table.scrollToTop()

    def _refused(self, refused: Refused) -> None:
        QApplication.beep()
        self.work.show_refused(refused)
        if isinstance(refused.error, CountClosed):
            self.refresh()
            self._tell(sentence(refused.error).whole, Tone.WARN)

    def undo(self) -> None:
        """Take the last scan back, once."""
        last = self.work.strip.last
        if last is not None:
            self.work.strip.last = None
            self.desk.take_back(last)
        self._focus()

    # -- beginning, correcting, ending ----------------------------------------------------------------

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """One dialog at a time; afterwards the scanner's field has the focus again."""
        if self._asking:
            work.close()
            return
        self._asking = True
        if self._scope.start(self._ask(work)) is None:
            self._asking = False

    async def _ask(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await self.desk.settled()
            await work
        finally:
            self._asking = False
            self._focus()

    def begin(self) -> None:
        """Ask for the name of a new count."""
        if self._count_id is None and self.start.may_begin and self.desk.facts is not None:
            self._begin(self._open())

    async def _open(self) -> None:
        if await begin_count(self._session, self):
            self.banner.hide()
        self.desk.refresh()

    def close_it(self) -> None:
        """Show what was found and ask."""
        if self._count_id is not None and self.work.close_button.isEnabled():
            self._begin(self._end())

    async def _end(self) -> None:
        count = None if self.desk.facts is None else self.desk.facts.going_on
        if count is None:
            return
        receipt = await end_count(self._session, self, count)
        self.desk.refresh()
        if receipt is not None:
            self._report(count.name, receipt)

    def _report(self, name: str, receipt: CountReceipt) -> None:
        corrected = formats.counted(receipt.corrected, "produto corrigido", "produtos corrigidos")
        if not receipt.corrected:
            corrected = self.tr("nada mudou no estoque")
        said = self.tr("{name} encerrado: {corrected}, {cost} a custo.").format(
            name=name, corrected=corrected, cost=signed_money(receipt.cost)
        )
        self.toasts.show(said, milliseconds=8000)
        if not receipt.short:
            return
        named = "; ".join(
            self.tr("{reference} (faltavam {wanted}, saíram {taken})").format(
                reference=line.reference,
                wanted=formats.quantity(line.wanted),
                taken=formats.quantity(line.taken),
            )
            for line in receipt.short[:_MOST_NAMED]
        )
        more = len(receipt.short) - _MOST_NAMED
        if more > 0:
            named += self.tr(" e mais {count}").format(count=formats.count(more))
        words = self.tr("Vendido durante a contagem, ficou em zero em vez do que a contagem pedia: {named}.")
        self._tell(words.format(named=named), Tone.WARN)

    def give_up(self) -> None:
        """Ask, and give the count up."""
        if self._count_id is not None and self.work.give_up_button.isEnabled():
            self._begin(self._give_up())

    async def _give_up(self) -> None:
        count = None if self.desk.facts is None else self.desk.facts.going_on
        if count is not None and await give_up(self._session, self, count):
            self.toasts.show(self.tr("{name}: desistência registrada, nada mudou.").format(name=count.name))
        self.desk.refresh()

    def _amend(self, line: CountedLine) -> None:
        self._begin(self._amend_line(line))

    async def _amend_line(self, line: CountedLine) -> None:
        if await amend_line(self._session, self, line.row):
            self.toasts.show(self.tr("{reference} recontado.").format(reference=line.row.reference))
        self.desk.refresh()

    def _remove(self, line: CountedLine) -> None:
        self._begin(self._remove_line(line))

    async def _remove_line(self, line: CountedLine) -> None:
        actor, row = self._session.actor, line.row
        await self._session.services.backend.run(remove_line, row.product_id, by=actor)
        self.desk.refresh()
        said = self.tr("{reference} fora da contagem.").format(reference=row.reference)
        self.toasts.show(said, button=self.tr("Desfazer"), action=lambda: self._put_back(line))

    def _put_back(self, line: CountedLine) -> None:
        row = line.row
        again = CountLine(product_id=row.product_id, counted=row.counted, expected=row.expected)
        self._begin(self._count_again(again))

    async def _count_again(self, line: CountLine) -> None:
        await self._session.services.backend.run(put_back, line, by=self._session.actor)
        self.desk.refresh()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("work on a count failed", exc_info=error)
        self._tell(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.desk.refresh()
