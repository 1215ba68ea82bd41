"""The till of this station: opened, fed, drained, checked and closed, with every cent in sight."""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.sale_questions import TillSheet
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.domain.errors import NotAllowed, TillAlreadyOpen, TillClosed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.till import CashMovementKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.approval import ask_supervisor
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope, ask
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.till.closing import TillCountDialog, count_facts
from varejoforte_desktop.ui.till.dialog import TillDialog
from varejoforte_desktop.ui.till.movement import CashDialog
from varejoforte_desktop.ui.till.page import TillFacts, TillPage
from varejoforte_desktop.ui.till.piece_dialog import PieceDialog
from varejoforte_desktop.ui.till.preview import SlipDialog, WriteSlip
from varejoforte_desktop.ui.till.slip import SlipFrame, SlipLine, cash_slip, till_slip
from varejoforte_desktop.ui.till.words import CASH_WORDS, difference_words
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.skeleton import Skeleton
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)
_HEARD = frozenset({Topic.TILL, Topic.SALES, Topic.SETTINGS})


class TillScreen(QWidget):
    """One question at a time: while one is open, keys and buttons of the others wait."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("till_screen")
        self.title = self.tr("Caixa")
        self._session = session
        self._tasks = TaskScope(self, self._unread)
        self._acts = TaskScope(self, self._refused)
        self._look = Debounced(self, self._tasks, self._read, delay_ms=0)
        self._stale = True
        self.facts: TillFacts | None = None
        self.page = TillPage(session.services.clock)
        self.banner = Banner("till_banner", closable=True)
        self.broken = EmptyState("till_error", "error", "", role=Role.BAD)
        self.toasts = ToastHost(self)
        self._skeleton = Skeleton()
        self._states = QStackedWidget()
        self._build()
        self._connect()
        self._bind_keys()
        self._forget = session.services.changes.subscribe(self._heard)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        for page in (self._skeleton, self.page, self.broken):
            self._states.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.banner)
        column.addWidget(self._states, 1)
        self.banner.hide()

    def _connect(self) -> None:
        page = self.page
        page.opening.asked.connect(self.open)
        page.opening.count_requested.connect(self.count_change_money)
        page.close_button.clicked.connect(self.toggle)
        page.supply_button.clicked.connect(self.supply)
        page.withdraw_button.clicked.connect(self.withdraw)
        page.check_button.clicked.connect(self.check)
        page.till_table.chosen.connect(self.show_till)
        page.movement_table.chosen.connect(self.show_movement)
        self.banner.acted.connect(self.refresh)
        self.broken.acted.connect(self.refresh)

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Suprimento"), self.supply),
            ("F3", self.tr("Sangria"), self.withdraw),
            ("F4", self.tr("Conferir o caixa"), self.check),
            ("F5", self.tr("Atualizar"), self.refresh),
            ("F10", self.tr("Abrir ou fechar o caixa"), self.toggle),
            ("Ctrl+P", self.tr("Comprovante do caixa"), self.show_current),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Refresh what is stale and put the cursor where the work begins."""
        if self._stale:
            self.refresh()
        else:
            self._focus()

    def refresh(self) -> None:
        """Look at the books again; what was said before goes."""
        self.banner.hide()
        self._read_again()

    def _read_again(self) -> None:
        self._stale = False
        if self.facts is None:
            self._skeleton.start()
            self._states.setCurrentWidget(self._skeleton)
        self._look()

    async def _read(self) -> None:
        actor = self._session.actor
        before = self.facts
        self.facts = await self._session.services.backend.read(lambda reader: TillFacts(reader, actor))
        self._skeleton.stop()
        self.banner.was_read()
        self.page.show_facts(self.facts)
        self._states.setCurrentWidget(self.page)
        if before is None or (before.sheet is None) != (self.facts.sheet is None):
            self._focus()  # what had the keyboard is not there any more

    def _focus(self) -> None:
        if self.facts is not None and self.facts.sheet is None:
            self.page.opening.start()
        elif self.facts is not None:
            self.page.start()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if not topics & _HEARD:
            return
        if self.isVisible():
            self._read_again()
        else:
            self._stale = True

    def hideEvent(self, event: QHideEvent) -> None:
        """What was said is old news when one comes back."""
        super().hideEvent(event)
        self.toasts.clear()

    async def aclose(self) -> None:
        """End what runs."""
        self._forget()
        self._look.cancel()
        for scope in (self._acts, self._tasks):
            scope.close()
            await scope.settled()

    # -- what a person asks for -----------------------------------------------------------------------

    def toggle(self) -> None:
        """F10: open the closed till, close the open one."""
        if self.facts is None:
            return
        if self.facts.sheet is None:
            self.page.opening.ask()
        else:
            self._act(self._count(closes=True))

    def open(self, amount: Money) -> None:
        """Open the till with this change money."""
        self._act(self._open(amount))

    def supply(self) -> None:
        """Put money in."""
        self._act(self._move(CashMovementKind.SUPPLY))

    def withdraw(self) -> None:
        """Take money out."""
        self._act(self._move(CashMovementKind.WITHDRAWAL))

    def check(self) -> None:
        """Count without closing."""
        self._act(self._count(closes=False))

    def count_change_money(self) -> None:
        """Count the change money by note and coin."""
        self._act(self._count_pieces())

    def show_till(self, till_id: int) -> None:
        """The slip of a till."""
        self._act(self._show_till(till_id))

    def show_current(self) -> None:
        """The slip of the open till as it is now."""
        if self.facts is not None and self.facts.sheet is not None:
            self.show_till(self.facts.sheet.row.id)

    def show_movement(self, movement_id: int) -> None:
        """The slip of a supply or a withdrawal."""
        self._act(self._show_movement(movement_id))

    def _act(self, work: Coroutine[Any, Any, None]) -> None:
        if self._acts.busy or self.facts is None:
            work.close()
        else:
            self.banner.hide()
            self._acts.start(work)

    # -- how it is done -------------------------------------------------------------------------------

    async def _open(self, amount: Money) -> None:
        form, actor = self.page.opening, self._session.actor
        run = self._session.services.backend.run
        form.set_busy(busy=True)
        try:
            try:
                await run(open_till, opening_float=amount, by=actor)
            except NotAllowed:
                if not actor.may(Permission.OPERATE_TILL):
                    raise
                approver = await self._approved()
                if approver is None:
                    return
                await run(open_till, opening_float=amount, by=actor, approved_by=approver)
        finally:
            form.set_busy(busy=False)
        self.toasts.show(self.tr("Caixa aberto com {amount}.").format(amount=formats.money(amount)))

    async def _approved(self) -> Actor | None:
        why = self.tr(
            "O caixa desta estação já foi aberto hoje. Abrir outro no mesmo dia precisa de autorização."
        )
        return await ask_supervisor(self._session, self, Permission.SUPERVISE_TILL, why)

    async def _move(self, kind: CashMovementKind) -> None:
        there = self._needs_open().totals.expected_cash
        hidden = self.facts is None or self.facts.hidden
        dialog = CashDialog(self._session, kind, there=None if hidden else there, parent=self)
        if not await self._asked(dialog) or dialog.written is None:
            return
        words = f"{CASH_WORDS[kind].done}: {formats.money(dialog.written.amount)}."
        self.toasts.show(
            words, button=self.tr("Comprovante"), action=self._show_last_movement, milliseconds=8000
        )

    async def _count(self, *, closes: bool) -> None:
        actor = self._session.actor
        facts = await self._session.services.backend.read(lambda reader: count_facts(reader, actor))
        dialog = TillCountDialog(self._session, facts, closes=closes, parent=self)
        if not await self._asked(dialog):
            return
        if dialog.receipt is not None:
            self.toasts.show(self.tr("Caixa fechado."))
            await self._show_till(dialog.receipt.till_id)
            return
        told = self.tr("Conferência registrada.")
        if dialog.difference is not None and not facts.hidden:
            told = f"{told} {_difference(dialog.difference)}"
        self.toasts.show(told)

    async def _count_pieces(self) -> None:
        dialog = PieceDialog(self._session, self)
        if await self._asked(dialog):
            self.page.opening.amount.set_money(dialog.total)
            self.page.opening.start()

    async def _asked(self, dialog: TillDialog) -> bool:
        try:
            return await ask(dialog) == QDialog.DialogCode.Accepted
        finally:
            await dialog.aclose()

    # -- slips ----------------------------------------------------------------------------------------

    async def _show_till(self, till_id: int) -> None:
        sheet = await self._session.services.backend.read(lambda reader: reader.tills.sheet(till_id))
        hidden = self.facts is None or self.facts.hidden

        def write(frame: SlipFrame) -> Sequence[SlipLine]:
            return till_slip(sheet, frame, shows_expected=not hidden)

        closed = sheet.row.closed_at is not None
        title = self.tr("Fechamento do caixa {number}") if closed else self.tr("Parcial do caixa {number}")
        await self._show_slip(title.format(number=sheet.row.id), write)

    async def _show_movement(self, movement_id: int) -> None:
        sheet = self._needs_open()
        row = next((each for each in sheet.movements if each.id == movement_id), None)
        if row is not None:
            title = f"{CASH_WORDS[row.kind].text} {row.id}"
            await self._show_slip(title, partial(cash_slip, row, sheet.row))

    def _show_last_movement(self) -> None:
        rows = () if self.facts is None or self.facts.sheet is None else self.facts.sheet.movements
        if rows:
            self.show_movement(rows[-1].id)

    async def _show_slip(self, title: str, write: WriteSlip) -> None:
        dialog = SlipDialog(self._session, title, write, self)
        try:
            await ask(dialog)
        finally:
            await dialog.aclose()

    def _needs_open(self) -> TillSheet:
        if self.facts is None or self.facts.sheet is None:
            raise TillClosed(self._session.actor.station)
        return self.facts.sheet

    # -- what went wrong ------------------------------------------------------------------------------

    def _unread(self, error: BaseException) -> None:
        """The till could not be looked at: what is shown may be old."""
        said, again = self._logged(error), self.tr("Tentar de novo")
        if self.facts is None:
            self._stale = True
            self._skeleton.stop()
            self.broken.set_message("error", said.text, said.remedy, again, Role.BAD)
            self._states.setCurrentWidget(self.broken)
        else:
            self.banner.show_unread(said.whole, again)

    def _refused(self, error: BaseException) -> None:
        """What somebody asked for was not done."""
        if isinstance(error, (TillClosed, TillAlreadyOpen)):
            self._read_again()  # another window opened or closed it: show how it stands
        said = self._logged(error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()

    def _logged(self, error: BaseException) -> Sentence:
        said = sentence(error)
        if said.bug:
            _log.error("the till's screen failed", exc_info=error)
        return said


def _difference(difference: Money) -> str:
    words = difference_words(difference)
    if not difference:
        return f"{words}."
    return f"{words}: {formats.money(Money(abs(difference.cents)))}."
