"""Settings › Usuários: who works at the shop, how each of them stands, and what each role may."""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent

from varejoforte_desktop.application.people import change_operator, release_login, set_permission
from varejoforte_desktop.application.people_questions import PersonRow
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import USUAL_GRANTS, Actor, Permission, Role
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.people.dialogs import (
    EditPersonDialog,
    GivePasswordDialog,
    NewPersonDialog,
    Who,
    back_words,
    left_words,
)
from varejoforte_desktop.ui.people.listing import PeopleCard
from varejoforte_desktop.ui.people.matrix import PermissionMatrix
from varejoforte_desktop.ui.people.words import CHOOSABLE, differences, may_sentence
from varejoforte_desktop.ui.preferences.page import OwnPage
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)
_TICK_MS: Final = 15_000
_UNDO_MS: Final = 8_000


@dataclass(frozen=True, slots=True)
class _Answers:
    """All that the page shows."""

    myself: Actor
    people: Sequence[PersonRow]
    grants: Mapping[Role, frozenset[Permission]]


class PeoplePage(OwnPage):
    """An administrator changes all of it; whoever may keep the people changes the others; everybody else reads."""

    def __init__(self, session: Session) -> None:
        super().__init__("people_page")
        self.title = self.tr("Usuários")
        restyle(self.verticalScrollBar(), on="page")
        self._session = session
        self._who = Who(session.actor, {})
        self._shown = False
        self._asking = False
        self._permitting = 0
        self._clicks = 0
        self._permits = TaskScope(self, self._not_permitted)
        self._tasks = TaskScope(self, self._trouble)
        self._reading = TaskScope(self, self._not_read)
        self._look = Debounced(self, self._reading, self._read)
        self.toasts = ToastHost(self)
        self.banner = Banner("people_banner", closable=True)
        self.banner.hide()
        self.card = PeopleCard(session.services.clock)
        self.matrix = PermissionMatrix()
        self.matrix.hide()
        self.column.addWidget(self.banner)
        self.column.addWidget(self.card)
        self.column.addWidget(self.matrix)
        self.column.addStretch(1)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.card.tick)
        self._connect()
        self._bind_keys()

    def _connect(self) -> None:
        self.card.new_requested.connect(self.add)
        self.card.edit_requested.connect(lambda person: self._begin(self._edit(person)))
        self.card.password_requested.connect(lambda person: self._begin(self._give_password(person)))
        self.card.leave_requested.connect(lambda person: self._begin(self._leave(person)))
        self.card.release_requested.connect(lambda person: self._begin(self._release(person)))
        self.card.retried.connect(self.refresh)
        self.matrix.changed.connect(
            lambda role, permission, allowed: self._set([(role, permission, allowed)])
        )
        self.matrix.reset_requested.connect(self._set)
        self.matrix.reached.connect(self.ensureWidgetVisible)

    def _bind_keys(self) -> None:
        context = self.tr("Configurações › {page}").format(page=self.title)
        for key, title, action in (
            ("Ins", self.tr("Novo usuário"), self.add),
            ("F2", self.tr("Buscar usuário"), self.card.focus_search),
            ("F6", self.tr("Dar nova senha"), lambda: self.card.ask(self.card.password)),
            ("F7", self.tr("Liberar quem espera"), lambda: self.card.ask(self.card.release)),
            ("F8", self.tr("Afastar ou reativar"), lambda: self.card.ask(self.card.leave)),
        ):
            self._session.services.shortcuts.bind(self, Shortcut(key, title, context), action)

    # -- reading --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the books again; what is shown stays until the answer is here."""
        if not self._shown:
            self.card.states.show_loading()
        self._look()
        self._look.flush()

    async def _read(self) -> None:
        actor, clicks = self._session.actor, self._clicks

        def question(reader: Reader) -> _Answers:
            return _Answers(reader.people.current(actor), reader.people.people(), reader.people.grants())

        told = await self._session.services.backend.read(question)
        changed = {role: _changed(told.grants[role], role) for role in Role}
        self._who = Who(told.myself, {role: differences(number) for role, number in changed.items()})
        self._shown = True
        may = told.myself.may(Permission.MANAGE_PEOPLE)
        refusal = "" if may else self.tr("Seu perfil não pode cadastrar operadores. Peça a um administrador.")
        self.card.show_people(told.people, myself=told.myself, refusal=refusal)
        administrator = told.myself.role is Role.ADMINISTRADOR
        locked = (
            "" if administrator else self.tr("Só um administrador muda as permissões; aqui você as consulta.")
        )
        # Boxes clicked since would jump back: for a moment, or for good when an older answer arrives last.
        if not self._permitting and clicks == self._clicks:
            self.matrix.show_grants(told.grants, refusal=locked)
        self.matrix.show()

    async def aclose(self) -> None:
        """End what runs."""
        self._tick.stop()
        self._look.cancel()
        for scope in (self._reading, self._tasks, self._permits):
            scope.close()
            await scope.settled()
        self.toasts.clear()

    def showEvent(self, event: QShowEvent) -> None:
        """Ages and waits go on."""
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._tick.stop()

    # -- people ---------------------------------------------------------------------------------------

    def add(self) -> None:
        """Take somebody on, when this person may."""
        if self._shown and not self.card.new.isHidden():
            self._begin(self._add())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """One thing at a time."""
        if self._asking:
            work.close()
            return
        self.banner.hide()
        self._asking = self._tasks.start(self._alone(work)) is not None

    async def _alone(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._asking = False
        self.card.table.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _add(self) -> None:
        dialog = NewPersonDialog(self._session, self._who, self)
        await answered(dialog)
        await self._done(dialog.outcome)

    async def _edit(self, person: PersonRow) -> None:
        dialog = EditPersonDialog(self._session, self._who, person, self)
        await answered(dialog)
        await self._changed(person, dialog.outcome, dialog.changes)

    async def _give_password(self, person: PersonRow) -> None:
        dialog = GivePasswordDialog(self._session, self._who, person, self)
        await answered(dialog)
        await self._done(dialog.outcome)

    async def _release(self, person: PersonRow) -> None:
        await self._session.services.backend.run(release_login, person.id, by=self._who.actor)
        await self._done(self.tr("{name} pode tentar de novo agora.").format(name=person.name))

    async def _leave(self, person: PersonRow) -> None:
        active = not person.active
        await self._session.services.backend.run(
            change_operator, person.id, active=active, by=self._who.actor
        )
        said = back_words(person.name) if active else left_words(person.name)
        await self._changed(person, said, {"active": active})

    async def _changed(self, person: PersonRow, said: str, changes: Mapping[str, Any]) -> None:
        """Say what was done and offer to take it back."""
        if not changes:
            return
        await self._read()
        before = {name: getattr(person, name) for name in changes}
        self.toasts.show(
            said,
            button=self.tr("Desfazer"),
            action=lambda: self._begin(self._undo(person, before)),
            milliseconds=_UNDO_MS,
        )

    async def _undo(self, person: PersonRow, before: Mapping[str, Any]) -> None:
        await self._session.services.backend.run(change_operator, person.id, by=self._who.actor, **before)
        await self._done(self.tr("Desfeito: {name} está como antes.").format(name=person.name))

    async def _done(self, said: str) -> None:
        if said:
            await self._read()
            self.done.emit(said)

    # -- permissions ----------------------------------------------------------------------------------

    def _set(self, wanted: Sequence[tuple[Role, Permission, bool]]) -> None:
        self.matrix.say("")
        self._permitting += 1
        self._clicks += 1
        self._permits.start(self._permit(wanted))

    async def _permit(self, wanted: Sequence[tuple[Role, Permission, bool]]) -> None:
        try:
            for role, permission, allowed in wanted:
                await self._session.services.backend.run(
                    set_permission, role, permission, allowed=allowed, by=self._who.actor
                )
        finally:
            self._permitting -= 1
            self._clicks += 1  # whoever asked before this was written does not know it
        await self._read()
        if len(wanted) > 1:
            self.done.emit(self.tr("Permissões de volta ao padrão."))
            return
        role, permission, allowed = wanted[0]
        self.done.emit(f"{may_sentence(role, permission, allowed=allowed)}.")

    def _not_permitted(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("a permission could not be changed", exc_info=error)
        self.matrix.put_back()
        self.matrix.say(said.whole)
        self.ensureWidgetVisible(self.matrix.trouble)

    # -- trouble --------------------------------------------------------------------------------------

    def _not_read(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the people could not be read", exc_info=error)
        if self._shown:
            self.failed.emit(error)
        else:
            self.card.show_error(said)

    def _trouble(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("work on the people failed", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()
        self.ensureWidgetVisible(self.banner)


def _changed(granted: frozenset[Permission], role: Role) -> int:
    """How many permissions of a role differ from the usual."""
    return len((granted ^ USUAL_GRANTS[role]) & set(CHOOSABLE))
