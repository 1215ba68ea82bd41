"""Settings › Cópias de segurança: the last copy and its state, this station's plan, and putting a copy back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from varejoforte_desktop.application.backup_desk import BackupDesk
from varejoforte_desktop.application.backups import save_plan
from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.copies.facts import CopiesNow, copies_now, whereabouts
from varejoforte_desktop.ui.copies.last import LastCopyCard
from varejoforte_desktop.ui.copies.passphrase import PassphraseDialog
from varejoforte_desktop.ui.copies.plan import PlanCard
from varejoforte_desktop.ui.copies.rechecking import RecheckDialog, restored_words
from varejoforte_desktop.ui.copies.restoring import RestoreDialog, choose_copy
from varejoforte_desktop.ui.copies.runs import RunsCard
from varejoforte_desktop.ui.copies.words import making_refused, not_made, restoring_refused
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import OwnPage, refusal, section, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
_TICK_MS: Final = 15_000


class CopiesPage(OwnPage):
    """Managers make copies; the plan, and putting one back, are an administrator's. Everybody reads."""

    #: A copy lies ready: the program is to be closed.
    close_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("copies_page")
        self.title = self.tr("Cópias")
        restyle(self.verticalScrollBar(), on="page")
        self._session = session
        services = session.services
        self._actor: Actor = session.actor
        self._now: CopiesNow | None = None
        self._kept: Path | None = None
        self._copy: asyncio.Future[BackupRun] | None = None
        self._asking = False
        self._reading = TaskScope(self, self._not_read)
        self._looking = TaskScope(self, self._not_looked)
        self._making = TaskScope(self, self._not_made)
        self._saving = TaskScope(self, self._not_saved)
        self._tasks = TaskScope(self, self._trouble)
        self._look = Debounced(self, self._reading, self._read)
        self.banner = Banner("copies_banner")
        self.trouble = Banner("copies_trouble", tone=Tone.BAD, closable=True)
        self.last = LastCopyCard(services.clock)
        desk = services.backups
        self.plan = PlanCard(services.station, desk.usual_folder if desk is not None else Path())
        self.runs = RunsCard(services.clock)
        self.restore = QPushButton(self.tr("Restaurar…"))
        self.restore_told = words("", "small")
        self._banner_act: Callable[[], None] = self.make
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        for banner in (self.banner, self.trouble):
            banner.hide()
            self.column.addWidget(banner)
        self._known = (self.last, self.plan, self._restore_card())
        for card in (self.last, self.runs, *self._known[1:]):
            self.column.addWidget(card)
        for card in self._known:
            card.hide()  # until the books have said what is so
        self.column.addStretch(1)

    def _restore_card(self) -> QFrame:
        card, column = section(self.tr("Restaurar uma cópia"))
        column.addWidget(
            words(
                self.tr(
                    "Traz a loja de volta a como estava quando a cópia foi feita. Antes de trocar qualquer coisa "
                    "você vê o que há na cópia e o que se perde."
                ),
                "muted",
            )
        )
        self.restore.setObjectName("copy_restore")
        self.restore.setEnabled(False)
        bind_icon(self.restore, "undo")
        self.restore_told.setObjectName("restore_refusal")
        self.restore_told.hide()
        line = QHBoxLayout()
        line.addWidget(self.restore)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.restore_told)
        return card

    def _connect(self) -> None:
        self.last.asked.connect(self.make)
        self.runs.retried.connect(self.refresh)
        self.plan.save_requested.connect(self._save)
        self.plan.passphrase_requested.connect(lambda: self._begin(self._choose_passphrase()))
        self.restore.clicked.connect(lambda: self._begin(self._restore()))
        self.banner.acted.connect(self._banner_acted)
        self._tick.timeout.connect(self._time_passed)
        context = self.tr("Configurações › {page}").format(page=self.title)
        for key, title, action in (
            ("F6", self.tr("Fazer cópia agora"), self.make),
            ("F10", self.tr("Salvar plano"), self.plan.save),
        ):
            self._session.services.shortcuts.bind(self, Shortcut(key, title, context), action)

    # -- reading --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the books again; what is shown stays until the answer is here."""
        if self._now is None:
            self.runs.show()
            self.runs.states.show_loading()
        self._look()
        self._look.flush()

    async def _read(self) -> None:
        actor = self._session.actor

        def question(reader: Reader) -> CopiesNow:
            return copies_now(reader, actor)

        now = self._now = await self._session.services.backend.read(question)
        self._actor = now.myself
        self._show(now)
        for card in self._known:
            card.show()
        run = now.good
        if run is not None and run.station == actor.station and not self._looking.busy:
            self._looking.start(self._look_at(run, self._second_folder(now.plan)))

    async def _look_at(self, run: BackupRun, second: Path | None) -> None:
        there = await asyncio.to_thread(whereabouts, run, second)
        if self._now is not None and self._now.good == run:
            self.last.show_whereabouts(there)

    def _second_folder(self, plan: BackupPlan | None) -> Path | None:
        desk = self._session.services.backups
        if plan is None or not plan.second_folder or desk is None:
            return None
        return desk.usual_folder.parent / plan.second_folder

    def _show(self, now: CopiesNow) -> None:
        desk = self._session.services.backups
        tool = desk.can_copy if desk is not None else "no_desk"
        missing = not_made(tool).whole if tool else ""
        may_make = now.myself.may(Permission.MAKE_BACKUPS)
        profile = self.tr("Seu perfil não pode fazer cópias. Peça a um gerente ou administrador.")
        own = refusal(now.myself, Permission.CHANGE_SETTINGS)
        self.last.show_copies(now, refusal="" if may_make else profile, missing=missing)
        self.runs.show_runs(now.runs)
        self.plan.show_plan(now.plan, now.locked_since, refusal=own)
        why = own or missing
        self.restore.setEnabled(not why)
        self.restore.setToolTip(why)
        self.restore_told.setText(why)
        self.restore_told.setVisible(bool(why))
        self._show_banner(now)

    def _show_banner(self, now: CopiesNow) -> None:
        """The one thing that matters most; the others wait."""
        clock = self._session.services.clock()
        own = now.myself.may(Permission.CHANGE_SETTINGS)
        restored_at = now.installation.restored_at
        self.banner.show()
        if self._kept is not None:
            said = self.tr(
                "Uma cópia está pronta e entra quando o programa fechar e abrir de novo. O que for vendido até lá "
                "fica só no banco guardado."
            )
            self._offer(said, Tone.BAD, self.tr("Fechar o programa"), self.close_requested.emit)
            self.banner.setToolTip(str(self._kept))
        elif now.installation.recheck_pending and restored_at is not None:
            button = self.tr("Conferir") if own else ""
            self._offer(restored_words(restored_at, clock), Tone.BAD, button, self.recheck)
        elif now.old(clock) and now.good is not None:
            said = self.tr(
                "A última cópia boa foi feita há {age}: o que mudou desde então não está em nenhuma."
            )
            self._offer(said.format(age=formats.duration(clock - now.good.at)), Tone.WARN)
        else:
            self.banner.hide()

    def _offer(self, said: str, tone: Tone, button: str = "", act: Callable[[], None] | None = None) -> None:
        self.banner.set_message(said, tone, button)
        self._banner_act = act or self.make

    def _banner_acted(self) -> None:
        self._banner_act()

    def _time_passed(self) -> None:
        self.last.tick()
        self.runs.tick()
        if self._now is not None:
            self._show_banner(self._now)

    def showEvent(self, event: QShowEvent) -> None:
        """Ages go on while somebody looks."""
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._tick.stop()

    async def aclose(self) -> None:
        """End what runs; a copy that was begun is finished first, so that it is noted too."""
        self._tick.stop()
        self._look.cancel()
        for scope in (self._reading, self._looking, self._saving, self._tasks, self._making):
            scope.close()
            await scope.settled()
        if self._copy is not None and not self._copy.done():
            await asyncio.wait({self._copy})
        self.last.stop()

    # -- a copy now -----------------------------------------------------------------------------------

    def make(self) -> None:
        """Copy the shop, when this person may and none is being made."""
        desk = self._session.services.backups
        if desk is not None and self.last.make.isEnabled():
            self.last.show_busy(busy=True)
            self._making.start(self._make(desk))

    async def _make(self, desk: BackupDesk) -> None:
        # Not ended with the page: a copy half made is none, and one that nobody noted is soon forgotten.
        self._copy = asyncio.ensure_future(desk.make(by=self._actor))
        try:
            run = await asyncio.shield(self._copy)
        finally:
            if self._copy.done():
                self.last.show_busy(busy=False)
        await self._read()
        self.done.emit(
            self.tr("Cópia feita, mas com um problema.") if run.cause else self.tr("Cópia feita e conferida.")
        )

    def _not_made(self, error: BaseException) -> None:
        said = making_refused(error)
        self._log(error, said, "no copy was made")
        self.last.say(said)
        if isinstance(error, BooksError):  # it was noted, too
            self.refresh()

    # -- the plan -------------------------------------------------------------------------------------

    def _save(self, plan: BackupPlan) -> None:
        if not self._saving.busy:
            self.trouble.hide()
            self.plan.show_saving(saving=True)
            self._saving.start(self._save_plan(plan))

    async def _save_plan(self, plan: BackupPlan) -> None:
        await self._session.services.backend.run(save_plan, plan, by=self._actor)
        self.plan.show_saving(saving=False)
        await self._read()
        self.done.emit(_plan_words(plan))

    def _not_saved(self, error: BaseException) -> None:
        self.plan.show_saving(saving=False)
        self._trouble(error)

    async def _choose_passphrase(self) -> None:
        desk, now = self._session.services.backups, self._now
        if desk is None or now is None:
            return
        dialog = PassphraseDialog(self._session, desk, self._actor, self, again=now.locked_since is not None)
        if not await answered(dialog):
            if now.locked_since is None:
                self.plan.unlock()
            return
        first = now.locked_since is None
        await self._read()
        if first:
            self.plan.lock()
        self.done.emit(
            self.tr("Frase secreta guardada. Salve o plano para trancar as próximas cópias.")
            if first
            else dialog.outcome
        )

    # -- putting back, and comparing ------------------------------------------------------------------

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """One window at a time."""
        if self._asking:
            work.close()
            return
        self.trouble.hide()
        self._asking = self._tasks.start(self._alone(work)) is not None

    async def _alone(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._asking = False

    async def _restore(self) -> None:
        desk = self._session.services.backups
        plan = self._now.plan if self._now is not None else None
        if desk is None:
            return
        folder = desk.usual_folder.parent / (plan.folder if plan and plan.folder else desk.usual_folder)
        while (file := await choose_copy(self, folder)) is not None:
            dialog = RestoreDialog(self._session, desk, self._actor, file, self)
            await answered(dialog)
            if dialog.kept is not None:
                self._kept = dialog.kept
                await self._read()
            if dialog.wants_close:
                self.close_requested.emit()
            if not dialog.wants_another:
                return
            folder = file.parent

    def recheck(self) -> None:
        """Show what has to be compared."""
        self._begin(self._recheck())

    async def _recheck(self) -> None:
        desk = self._session.services.backups
        if desk is not None:
            await answered(RecheckDialog(self._session, desk, self._actor, self))
            await self._read()

    # -- trouble --------------------------------------------------------------------------------------

    def _not_read(self, error: BaseException) -> None:
        said = sentence(error)
        self._log(error, said, "the copies could not be read")
        if self._now is not None:
            self.failed.emit(error)
        else:
            self.runs.show_error(said)

    def _not_looked(self, error: BaseException) -> None:
        _log.info("the folders of the copies could not be looked into: %s", error)

    def _trouble(self, error: BaseException) -> None:
        said = restoring_refused(error)
        self._log(error, said, "work on the copies failed")
        self.trouble.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.trouble.show()
        self.ensureWidgetVisible(self.trouble)

    def _log(self, error: BaseException, said: Sentence, what: str) -> None:
        if said.bug:
            _log.error("%s", what, exc_info=error)


def _plan_words(plan: BackupPlan) -> str:
    """What was decided, for a toast."""
    if not plan.every_hours and not plan.at_closing:
        return "Plano salvo: este computador só copia quando alguém pede."
    often = f"a cada {formats.counted(plan.every_hours, 'hora', 'horas')}" if plan.every_hours else ""
    closing = "ao fechar o caixa" if plan.at_closing else ""
    return f"Plano salvo: cópia {' e '.join(part for part in (often, closing) if part)}."
