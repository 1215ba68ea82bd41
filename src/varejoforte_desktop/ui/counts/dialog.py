"""What the small windows of a count have in common: a heading, a place for trouble, and two buttons."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)


async def answered(dialog: CountDialog) -> bool:
    """Open the window and wait; whether its work was done."""
    try:
        return await ask(dialog) == QDialog.DialogCode.Accepted.value
    finally:
        await dialog.aclose()


class CountDialog(QDialog):
    """Closes itself once its work is in the books; while it is on its way nothing closes it."""

    def __init__(
        self, name: str, title: str, yes: str, no: str, *, width: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        self._scope = TaskScope(self, self._failed)
        self._busy = False
        self._wide = width
        self.banner = Banner(f"{name}_banner")
        self.yes = _button(f"{name}_yes", yes)
        self.no = _button(f"{name}_no", no)
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.go)
        self.no.clicked.connect(self.reject)
        restyle(self.yes, kind="primary")
        heading = QLabel(title)
        restyle(heading, words="title")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        self._column.setSpacing(Space.M)
        self._column.addWidget(heading)
        self._column.addWidget(self.banner)
        self.banner.hide()

    def fill(self, *parts: QWidget) -> None:
        """Put these below the heading, and the buttons at the foot."""
        for part in parts:
            self._column.addWidget(part)
        self._column.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        foot.addWidget(self.no)
        foot.addWidget(self.yes)
        self._column.addLayout(foot)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as what it says: only now do the letters have their size."""
        super().showEvent(event)
        width = Theme.current().px(self._wide)
        self.resize(width, max(self._column.totalHeightForWidth(width), self.minimumSizeHint().height()))

    def go(self) -> None:
        """Do the work, once however often clicked."""
        raise NotImplementedError

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Run the work that closes the window when it is done."""
        if self._busy:
            work.close()
            return
        self._busy = True
        self.yes.setEnabled(False)
        self._scope.start(self._run(work))

    async def _run(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        finally:
            self._busy = False
            self.yes.setEnabled(True)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("work on a count failed", exc_info=error)
        if not self.point_at(error, said):
            self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
            self.banner.show()

    def point_at(self, error: BaseException, said: Sentence) -> bool:
        """Say it beside the field it is about; False when it is about none."""
        return False

    def reject(self) -> None:
        """Esc, the other button or the cross; not while the work is on its way to the books."""
        if not self._busy:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._scope.close()
        await self._scope.settled()
        self._busy = False
        if self.isVisible():
            self.reject()
        self.deleteLater()


def words(text: str, kind: str = "", *, name: str = "") -> QLabel:
    """A paragraph."""
    label = QLabel(text)
    label.setWordWrap(True)
    if name:
        label.setObjectName(name)
    if kind:
        restyle(label, words=kind)
    return label


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
