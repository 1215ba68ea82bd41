"""The row above the queue's list: which list, what to look for, and the three things that can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QTabBar, QWidget

from varejoforte_desktop.application.questions import QueueRow
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.search_box import SearchBox

#: Narrower (at 100 %) and the buttons no longer name their keys.
_ROOMY = 860


class QueueBar(QWidget):
    """Buttons are off with the reason in their tooltip."""

    def __init__(self, refusal: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_bar")
        self._refusal = refusal
        self.tabs = QTabBar()
        self.tabs.setObjectName("queue_tabs")
        self.tabs.setAccessibleName(self.tr("Fila ou enviados"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.tabs.addTab(self.tr("Na fila"))
        self.tabs.addTab(self.tr("Enviados"))
        self.tabs.setToolTip(self.tr("F7 troca entre o que está na fila e o que foi enviado"))
        self.search = SearchBox("queue_search", self.tr("Buscar na fila (F2)"))
        self._roomy = True
        self._names = {"F5": self.tr("Tentar agora"), "F6": self.tr("Ignorar"), "F8": self.tr("Pausar")}
        self.retry = _button("retry_button", "refresh")
        self.ignore = _button("ignore_button", "close")
        self.hold = _button("hold_button", "pause")
        self._show_names()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self.tabs)
        line.addWidget(self.search, 1)
        for button in (self.retry, self.ignore, self.hold):
            line.addWidget(button)

    @property
    def shows_sent(self) -> bool:
        """Whether the list of what was sent is in front."""
        return self.tabs.currentIndex() == 1

    def go_to_search(self) -> None:
        """F2."""
        self.tabs.setCurrentIndex(0)
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def swap(self) -> None:
        """F7: what waits, what was sent."""
        self.tabs.setCurrentIndex(1 - self.tabs.currentIndex())

    def show_choice(self, chosen: Sequence[QueueRow], *, halted: int, busy: bool) -> None:
        """Fit the buttons to the chosen lines."""
        resume = bool(chosen) and all(row.paused for row in chosen)
        self._names["F8"] = self.tr("Retomar") if resume else self.tr("Pausar")
        bind_icon(self.hold, "play" if resume else "pause")
        self._show_names()
        choose = self.tr("Escolha um item da fila")
        movable = [row for row in chosen if row.state is not QueueState.SENDING]
        many = formats.counted(len(chosen), "item escolhido", "itens escolhidos")
        what = many if chosen else formats.counted(halted, "item parado", "itens parados")
        self._set(self.retry, "" if self._any(self.shows_sent, chosen, halted) else choose, busy, what)
        self._set(self.ignore, "" if movable else choose, busy, many)
        self._set(self.hold, "" if movable else choose, busy, many)

    def minimumSizeHint(self) -> QSize:
        """As narrow as it is without the keys, for they go when there is little room."""
        hint = super().minimumSizeHint()
        if not self._roomy:
            return hint
        keys = sum(self.retry.fontMetrics().horizontalAdvance(f" ({key})") for key in self._names)
        return QSize(hint.width() - keys, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the keys are left to the tooltips and the F1 list."""
        super().resizeEvent(event)
        roomy = self.width() >= Theme.current().px(_ROOMY)
        if roomy != self._roomy:
            self._roomy = roomy
            self._show_names()

    def _show_names(self) -> None:
        for key, button in (("F5", self.retry), ("F6", self.ignore), ("F8", self.hold)):
            name = self._names[key]
            button.setText(f"{name} ({key})" if self._roomy else name)
            button.setAccessibleName(name)

    def _any(self, sent: bool, chosen: Sequence[QueueRow], halted: int) -> bool:
        return not sent and bool(chosen or halted)

    def _set(self, button: QPushButton, why_not: str, busy: bool, what: str) -> None:
        reason = self._refusal or why_not
        button.setEnabled(not reason and not busy)
        button.setToolTip(reason or what)
        button.setAccessibleDescription(reason or what)


def _button(name: str, drawing: str) -> QPushButton:
    button = QPushButton()
    button.setObjectName(name)
    bind_icon(button, drawing)
    return button
