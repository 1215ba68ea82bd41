"""What the till's questions have in common: Esc goes back, F10 does it once, and a trouble is said in place."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)


class TillDialog(QDialog):
    """A heading, a body of the subclass, and two buttons. Closes itself once what it asked for is done."""

    def __init__(
        self, session: Session, object_name: str, title: str, save_words: str, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{object_name}_dialog")
        self.setWindowTitle(title)
        self.setModal(True)
        self.session = session
        self.title = title
        self._saving = False
        self._tasks = TaskScope(self, self._failed)
        self.banner = Banner(f"{object_name}_banner")
        self.banner.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.S)
        self.save_button = QPushButton(f"{save_words} (F10)")
        self.save_button.setObjectName(f"{object_name}_save")
        self.cancel_button = QPushButton(self.tr("Voltar (Esc)"))
        self.cancel_button.setObjectName(f"{object_name}_cancel")
        self._frame()
        self.save_button.clicked.connect(self.save)
        self.cancel_button.clicked.connect(self.reject)
        session.services.shortcuts.bind(self, Shortcut("F10", save_words, title), self.save)

    def _frame(self) -> None:
        heading = QLabel(self.title)
        restyle(heading, words="title")
        restyle(self.save_button, kind="primary")
        foot = QHBoxLayout()
        for button in (self.cancel_button, self.save_button):
            button.setAutoDefault(False)
        foot.addWidget(self.cancel_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(heading)
        column.addWidget(self.banner)
        column.addLayout(self.body, 1)
        column.addLayout(foot)

    # -- what a subclass says -------------------------------------------------------------------------

    def work(self) -> Coroutine[Any, Any, None] | None:
        """Read the fields; what is to be done, None when one of them is wrong and has said so."""
        raise NotImplementedError

    def point_at(self, field: str, said: str) -> bool:
        """Say what was refused beside its field; False when the dialog has no such field."""
        raise NotImplementedError

    # -- doing it -------------------------------------------------------------------------------------

    @property
    def saving(self) -> bool:
        """Whether it is on its way."""
        return self._saving

    def save(self) -> None:
        """Do it, once."""
        if self._saving:
            return
        work = self.work()
        if work is None:
            self._grow()
        else:
            self._saving = True
            self.save_button.setEnabled(False)
            self._tasks.start(self._do(work))

    async def _do(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._saving = False
            self.save_button.setEnabled(True)
        self.accept()

    def said(self, error: BaseException) -> Sentence:
        """What to say about a refusal."""
        return sentence(error)

    def _failed(self, error: BaseException) -> None:
        said = self.said(error)
        if isinstance(error, DomainError) and self.point_at(error.field or "", said.whole):
            self.banner.hide()
        else:
            if said.bug:
                _log.error("the till could not do what was asked", exc_info=error)
            self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
            self.banner.show()
        self._grow()

    def _grow(self) -> None:
        """A sentence of two lines needs more room than was kept for one."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))

    # -- the window -----------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, Voltar or the cross; not while it is on its way."""
        if not self._saving:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._tasks.close()
        await self._tasks.settled()
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
