"""A question about money or goods over a screen: F10 does it once, Esc goes back, a refusal is said in place."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.dialogs.approval import ask_supervisor
from varejoforte_desktop.ui.dialogs.asked import WorkingDialog, pressed_by_enter, two_ways
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Space, Theme

#: As wide as a sentence is read, at 100 %.
_SENTENCE = 560


class DecisionDialog(WorkingDialog):
    """A heading, a body of the subclass and two buttons. Closes itself once it is done; `outcome` says what was."""

    def __init__(
        self,
        session: Session,
        name: str,
        title: str,
        verb: str,
        parent: QWidget | None,
        *,
        back_name: str = "back",
    ) -> None:
        """`verb` is what F10 does; `name` and `back_name` make the object names."""
        super().__init__(f"{name}_dialog", title, parent, banner=f"{name}_banner")
        self.session = session
        #: The words for a toast, "" while nothing was done.
        self.outcome = ""
        #: What the button says while it is under way.
        self.busy_words = self.tr("Aguarde…")
        self._verb = verb
        self._over = False
        self.inside = QWidget()
        self.body = QVBoxLayout(self.inside)
        self.go = QPushButton()
        self.back = QPushButton()
        self.go.setObjectName(f"{name}_save")
        self.back.setObjectName(f"{name}_{back_name}")
        self._frame()
        self.set_verb(verb)
        self.go.clicked.connect(self.save)
        self.back.clicked.connect(self.reject)
        session.services.shortcuts.bind(self, Shortcut("F10", verb, title), self.save)

    def _frame(self) -> None:
        self.heading.setWordWrap(True)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.M)
        self.foot = two_ways(self.back, self.go)
        column = self.page()
        column.addWidget(self.heading)
        column.addWidget(self.banner)
        column.addWidget(self.inside, 1)
        column.addLayout(self.foot)

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

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Read the fields; what is to be done, None when one of them is wrong and has said so.

        It gives the words for a toast, None when it is done and nothing is to be said, and "" when the person
        changed his mind and the dialog stays.
        """
        raise NotImplementedError

    def make_room(self) -> None:
        """The banner has just appeared: the dialog grows by it when there is room."""
        parent = self.parentWidget()
        most = self.height() if parent is None else parent.window().height() - Space.L
        wanted = self.height() + self.banner.sizeHint().height() + Space.M
        self.resize(self.width(), max(self.height(), min(wanted, most)))

    # -- doing it -------------------------------------------------------------------------------------

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
        if self.saving or self._over or not self.go.isEnabled():
            return
        work = self.work()
        if work is not None:
            self.begin(work)

    def show_saving(self, *, saving: bool) -> None:
        """The button waits, and says so."""
        if saving:
            self.go.setEnabled(False)
            self.go.setText(self.busy_words)
        else:
            self._show_idle()

    def carried_out(self, result: object) -> None:
        """Keep the words and close, unless nothing was done."""
        if result == "":
            return
        if isinstance(result, str):
            self.outcome = result
        super().carried_out(result)

    def _show_idle(self) -> None:
        self.go.setEnabled(True)
        self.go.setText(f"{self._verb} (F10)")
        self.back.setText(self.tr("Fechar (Esc)") if self._over else self.tr("Voltar (Esc)"))

    async def permitted(self, permission: Permission, why: str) -> Actor | None:
        """This person, or a supervisor who allows what `why` tells; None when nobody does."""
        actor = self.session.actor
        return actor if actor.may(permission) else await ask_supervisor(self.session, self, permission, why)

    # -- refusals -------------------------------------------------------------------------------------

    def say(self, words: str, tone: Tone, button: str = "") -> None:
        """Something about the whole, at the top."""
        appears = self.banner.isHidden()
        super().say(words, tone, button)
        if appears and self.isVisible():
            self.make_room()

    def end(self, words: str, tone: Tone = Tone.BAD) -> None:
        """Nothing more can be done here: say why, and leave only the way out."""
        self._over = True
        self.asks_before_leaving = False
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)
