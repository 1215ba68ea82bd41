"""A page of the settings that is written as a whole: its button stays at the foot, and F10 presses it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui.preferences.page import SettingsPage, refusal, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle


class SavingPage(SettingsPage):
    """Only an administrator saves; others read it and the reason why."""

    #: What was done, for a toast.
    done = Signal(str)
    #: An unexpected trouble: the exception.
    failed = Signal(object)

    def __init__(self, session: Session, name: str, title: str) -> None:
        super().__init__(f"{name}_page")
        self.session = session
        self.tasks = TaskScope(self, self._trouble)
        self.refusal = refusal(session.actor, Permission.CHANGE_SETTINGS)
        self.save_button = QPushButton(self.tr("Salvar (F10)"))
        self.save_button.setObjectName(f"{name}_save")
        self.save_button.setVisible(not self.refusal)
        restyle(self.save_button, kind="primary")
        restyle(self.verticalScrollBar(), on="page")
        reason = words(self.refusal, "muted")
        reason.setObjectName(f"{name}_refusal")
        self._foot = QWidget(self)
        line = QHBoxLayout(self._foot)
        line.setContentsMargins(0, Space.S, 0, Space.S)
        line.addWidget(self.save_button)
        line.addWidget(reason, 1)
        self.save_button.clicked.connect(self.save)
        context = self.tr("Configurações › {page}").format(page=title)
        session.services.shortcuts.bind(self, Shortcut("F10", self.tr("Salvar"), context), self.save)
        self._hold_foot()
        Theme.current().changed.connect(self._hold_foot)

    def save(self) -> None:
        """Write what was changed."""
        raise NotImplementedError

    def changed(self) -> bool:
        """Whether there is something to write."""
        raise NotImplementedError

    def edited(self, *_: object) -> None:
        """Something was typed or chosen: the button follows."""
        self.save_button.setEnabled(not self.refusal and not self.tasks.busy and self.changed())

    def write(self, work: Coroutine[Any, Any, None]) -> None:
        """Start writing; when it has ended, what was changed meanwhile can be saved."""
        task = self.tasks.start(work)
        if task is not None:
            task.add_done_callback(lambda ended: None if ended.cancelled() else self.edited())

    async def aclose(self) -> None:
        """End what runs."""
        self.tasks.close()
        await self.tasks.settled()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The foot keeps its place below what scrolls."""
        super().resizeEvent(event)
        self._hold_foot()

    def _hold_foot(self) -> None:
        height = max(self._foot.sizeHint().height(), Theme.current().px(50))
        self.setViewportMargins(0, 0, 0, height)
        inside = self.contentsRect()
        self._foot.setGeometry(inside.left(), inside.bottom() - height + 1, inside.width(), height)

    def _trouble(self, error: BaseException) -> None:
        self.edited()
        self.failed.emit(error)


class Choice(QComboBox):
    """A choice that the wheel does not change while the page scrolls."""

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setAccessibleName(accessible_name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change nothing by accident."""
        event.ignore()
