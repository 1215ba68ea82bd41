"""What the questions about money have in common: F10 does it once, Esc goes back, a refusal is said in place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.dialogs.approval import ask_supervisor
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
#: As wide as a sentence is read, at 100 %.
_SENTENCE = 560


class DecisionDialog(QDialog):
    """A heading, a body of the subclass and two buttons. Closes itself once it is done; `outcome` says what was."""

    def __init__(self, session: Session, name: str, title: str, verb: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_dialog")
        self.setWindowTitle(title)
        self.setModal(True)
        self.session = session
        #: The words for a toast, "" while nothing was done.
        self.outcome = ""
        #: What the button says while it is under way.
        self.busy_words = self.tr("Aguarde…")
        self._verb = verb
        self._saving = False
        self._over = False
        self._task: asyncio.Task[None] | None = None
        self.tasks = TaskScope(self, self.failed)
        self.banner = Banner(f"{name}_banner")
        self.inside = QWidget()
        self.body = QVBoxLayout(self.inside)
        self.heading = QLabel(title)
        self.go = QPushButton()
        self.back = QPushButton()
        self.foot = QHBoxLayout()
        self._frame(name)
        self.set_verb(verb)
        self.go.clicked.connect(self.save)
        self.back.clicked.connect(self.reject)
        session.services.shortcuts.bind(self, Shortcut("F10", verb, title), self.save)

    def _frame(self, name: str) -> None:
        self.heading.setWordWrap(True)
        restyle(self.heading, words="title")
        self.go.setObjectName(f"{name}_save")
        self.back.setObjectName(f"{name}_back")
        restyle(self.go, kind="primary")
        for button in (self.go, self.back):
            button.setAutoDefault(False)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.M)
        self.foot.setSpacing(Space.S)
        self.foot.addWidget(self.back)
        self.foot.addStretch(1)
        self.foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(self.heading)
        column.addWidget(self.banner)
        column.addWidget(self.inside, 1)
        column.addLayout(self.foot)
        self.banner.hide()
        self._show_idle()

    def size_to(self, width: int, height: int = 0) -> None:
        """As wide as this at 100 %, and as high (0: as it needs), or what the window below has room for."""
        wide, high = Theme.current().px(width), Theme.current().px(height)
        parent, layout = self.parentWidget(), self.layout()
        if parent is not None:
            wide = min(wide, parent.window().width() - Space.L)
        if not high and layout is not None:
            layout.activate()
            wraps = layout.hasHeightForWidth()
            high = layout.totalHeightForWidth(wide) if wraps else self.sizeHint().height()
        if parent is not None:
            high = min(high, parent.window().height() - Space.L)
        self.resize(wide, high)

    # -- what a subclass says -------------------------------------------------------------------------

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Read the fields; what is to be done, None when one of them is wrong and has said so.

        It gives the words for a toast, "" when the person changed his mind and the dialog stays.
        """
        raise NotImplementedError

    def point_at(self, error: DomainError, said: str) -> bool:
        """Say a refusal beside what it is about; False when it belongs at the top."""
        return False

    # -- doing it -------------------------------------------------------------------------------------

    @property
    def saving(self) -> bool:
        """Whether it is under way."""
        return self._saving

    @property
    def over(self) -> bool:
        """Whether nothing can be done here any more but close."""
        return self._over

    def set_verb(self, verb: str) -> None:
        """What F10 does now."""
        self._verb = verb
        self._show_idle()

    def save(self) -> None:
        """Do it, once however often it is asked."""
        if self._saving or self._over or not self.go.isEnabled():
            return
        work = self.work()
        if work is not None:
            self.begin(work)

    def begin(self, work: Coroutine[Any, Any, str]) -> None:
        """Start what `work` gave."""
        self._saving = True
        self.go.setEnabled(False)
        self.go.setText(self.busy_words)
        self._task = self.tasks.start(self._do(work))

    async def stop(self) -> None:
        """Give up waiting for what is under way, and wait until that has ended; it may have been done all the same."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _do(self, work: Coroutine[Any, Any, str]) -> None:
        try:
            words = await work
        finally:
            self._saving = False
            self._show_idle()
        if words:
            self.outcome = words
            self.accept()

    def _show_idle(self) -> None:
        self.go.setEnabled(True)
        self.go.setText(f"{self._verb} (F10)")
        self.back.setText(self.tr("Fechar (Esc)") if self._over else self.tr("Voltar (Esc)"))

    async def permitted(self, permission: Permission, why: str) -> Actor | None:
        """This person, or a supervisor who allows what `why` tells; None when nobody does."""
        actor = self.session.actor
        return actor if actor.may(permission) else await ask_supervisor(self.session, self, permission, why)

    # -- refusals -------------------------------------------------------------------------------------

    def failed(self, error: BaseException) -> None:
        """Say what went wrong where it belongs."""
        said = sentence(error)
        if isinstance(error, DomainError) and self.point_at(error, said.whole):
            self.banner.hide()
            return
        if said.bug:
            _log.error("a decision about an order could not be carried out", exc_info=error)
        self.say(said.whole, Tone.BAD if said.bug else Tone.WARN)

    def say(self, words: str, tone: Tone, button: str = "") -> None:
        """Something about the whole, at the top; the dialog grows by it when there is room."""
        hidden = self.banner.isHidden()
        self.banner.set_message(words, tone, button)
        self.banner.show()
        parent = self.parentWidget()
        if hidden and self.isVisible():
            most = self.height() if parent is None else parent.window().height() - Space.L
            wanted = self.height() + self.banner.sizeHint().height() + Space.M
            self.resize(self.width(), max(self.height(), min(wanted, most)))

    def end(self, words: str, tone: Tone = Tone.BAD) -> None:
        """Nothing more can be done here: say why, and leave only the way out."""
        self._over = True
        self.say(words, tone)
        self.inside.hide()
        self.go.hide()
        self._show_idle()
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        width = min(self.width(), Theme.current().px(_SENTENCE))
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setMinimumWidth(0)
            self.resize(width, layout.totalHeightForWidth(width))

    # -- the window -----------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, Voltar or the cross; not while it is under way."""
        if not self._saving:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self.tasks.close()
        await self.tasks.settled()
        if self.isVisible():
            super().reject()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            event.accept()
            return
        super().keyPressEvent(event)
