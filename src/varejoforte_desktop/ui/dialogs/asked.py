"""What windows laid over a screen have in common: each is awaited, says its trouble in place and closes in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.discard_bar import DiscardBar

_log = logging.getLogger(__name__)
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
#: Keys that do something for good or leave.
_ACTING = _ENTER | {Qt.Key.Key_Escape, Qt.Key.Key_F10}


class AskedDialog(QDialog):
    """Modal, under a heading. Whoever opens it waits for the answer and then lets it go with `aclose()`."""

    def __init__(self, object_name: str, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.heading = QLabel(title)
        restyle(self.heading, words="title")

    def page(self, spacing: int = Space.M) -> QVBoxLayout:
        """The column that everything stands in; made once."""
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(spacing)
        return column

    @property
    def saving(self) -> bool:
        """Whether something is on its way to the books."""
        return False

    def reject(self) -> None:
        """Esc, the way back or the cross; not while something is on its way to the books."""
        if not self.saving:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that is held down answers nothing: it opened this window, and nobody has read it yet."""
        if is_held(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    async def aclose(self) -> None:
        """Let the window go."""
        if self.isVisible():
            super().reject()
        self.deleteLater()


class WorkingDialog(AskedDialog):
    """Does something itself, once however often it is asked, and closes once it is done."""

    #: Whether leaving asks first when something was typed: where that is minutes of work.
    asks_before_leaving = False

    def __init__(self, object_name: str, title: str, parent: QWidget | None, *, banner: str) -> None:
        """`banner` is the object name of the strip for trouble, which the subclass puts in its place."""
        super().__init__(object_name, title, parent)
        self._saving = False
        self._task: asyncio.Task[None] | None = None
        self.tasks = TaskScope(self, self.failed)
        self.banner = Banner(banner)
        self.banner.hide()
        self._discard: DiscardBar | None = None
        self._begun: tuple[str, ...] | None = None

    # -- what a subclass says -------------------------------------------------------------------------

    def show_saving(self, *, saving: bool) -> None:
        """Show that it is under way, or no more."""

    def point_at(self, error: DomainError, said: str) -> bool:
        """Say a refusal beside what it is about; False when it belongs at the top."""
        return False

    def said(self, error: BaseException) -> Sentence:
        """What to say about a failure."""
        return sentence(error)

    # -- doing it -------------------------------------------------------------------------------------

    @property
    def saving(self) -> bool:
        """Whether it is under way."""
        return self._saving

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Start what is to be done; while something is under way, nothing."""
        if self._saving:
            work.close()
            return
        self._saving = True
        if self._discard is not None:
            self._discard.hide()
        self.show_saving(saving=True)
        self._task = self.tasks.start(self._do(work))

    async def stop(self) -> None:
        """Give up waiting for what is under way, and wait until that has ended; it may have been done all the same."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _do(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            result = await work
        finally:
            self._saving = False
            self.show_saving(saving=False)
        self.carried_out(result)

    def carried_out(self, result: object) -> None:
        """It is done, and `result` is what came of it: the window closes."""
        self.accept()

    # -- leaving --------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """From here on, what differs was typed."""
        super().showEvent(event)
        if self._begun is None:
            self._begun = _typed_in(self)

    def reject(self) -> None:
        """Esc, the way back or the cross; what was typed and is dear is thrown away only when somebody says so."""
        if self._discard is not None and self._discard.isVisible():
            self._discard.stay()
        elif self.asks_before_leaving and not self.saving and self._begun not in {None, _typed_in(self)}:
            self._ask_to_discard()
        else:
            super().reject()

    def _ask_to_discard(self) -> None:
        column = self.layout()
        if self._discard is None and isinstance(column, QVBoxLayout):
            name = self.objectName().removesuffix("_dialog")
            self._discard = DiscardBar(name, self.tr("Descartar o que foi digitado?"))
            self._discard.discarded.connect(super().reject)
            column.insertWidget(column.count() - 1, self._discard)
        if self._discard is not None:
            self._discard.ask()
            self._grow()

    def _grow(self) -> None:
        """Room for the question, as far as the window below has it."""
        column, below = self.layout(), self.parentWidget()
        if column is not None:
            column.activate()
            needed = max(column.totalHeightForWidth(self.width()), self.minimumSizeHint().height())
            most = needed if below is None else below.window().height()
            self.resize(self.width(), max(self.height(), min(needed, most)))

    # -- trouble --------------------------------------------------------------------------------------

    def failed(self, error: BaseException) -> None:
        """Say what went wrong where it belongs."""
        said = self.said(error)
        if isinstance(error, DomainError) and self.point_at(error, said.whole):
            self.banner.hide()
            return
        if said.bug:
            _log.error("%s could not do what was asked", self.objectName(), exc_info=error)
        self.say(said.whole, Tone.BAD if said.bug else Tone.WARN)

    def say(self, words: str, tone: Tone, button: str = "") -> None:
        """Something about the whole, at the top."""
        self.banner.set_message(words, tone, button)
        self.banner.show()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self.tasks.close()
        await self.tasks.settled()
        await super().aclose()


async def answered(dialog: AskedDialog) -> bool:
    """Open the dialog and wait; whether it was accepted. It is gone afterwards."""
    try:
        return await ask(dialog) == QDialog.DialogCode.Accepted
    finally:
        await dialog.aclose()


def two_ways(back: QPushButton, go: QPushButton) -> QHBoxLayout:
    """The foot of a dialog: back on the left, on with it on the right. An Enter in a field presses neither."""
    restyle(go, kind="primary")
    foot = QHBoxLayout()
    foot.setSpacing(Space.S)
    foot.addWidget(back)
    foot.addStretch(1)
    foot.addWidget(go)
    for button in (back, go):
        button.setAutoDefault(False)
    return foot


def is_held(event: QKeyEvent) -> bool:
    """Whether a key that acts is only being held down: what it asked for was asked for by its first press."""
    return event.isAutoRepeat() and event.key() in _ACTING


def _typed_in(dialog: QWidget) -> tuple[str, ...]:
    """All that stands in the fields."""
    lines = [edit.text() for edit in dialog.findChildren(QLineEdit)]
    texts = [edit.toPlainText() for edit in dialog.findChildren(QPlainTextEdit)]
    return (*lines, *texts, *(box.currentText() for box in dialog.findChildren(QComboBox)))


def pressed_by_enter(dialog: QWidget, event: QKeyEvent) -> bool:
    """Enter presses the button it stands on and nothing else; False for any other key."""
    if event.key() not in _ENTER:
        return False
    if is_held(event):
        event.accept()
        return True
    focus = dialog.focusWidget()
    if isinstance(focus, QPushButton):
        focus.click()
    event.accept()
    return True
