"""What the counter's questions have in common: Enter says yes, Esc goes back, and trouble is said in place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.ui.counter.style import CounterStyle
from varejoforte_desktop.ui.dialogs.asked import WorkingDialog, answered, is_held, two_ways
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class CounterDialog(WorkingDialog):
    """A heading, a body of the subclass, and two buttons."""

    def __init__(
        self, object_name: str, title: str, confirm_words: str, parent: QWidget, *, back_words: str = ""
    ) -> None:
        super().__init__(f"{object_name}_dialog", title, parent, banner=f"{object_name}_banner")
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.S)
        self.heading.setObjectName(f"{object_name}_heading")
        self.confirm_button = QPushButton(confirm_words)
        self.back_button = QPushButton(back_words or self.tr("Voltar (Esc)"))
        self.confirm_button.setObjectName(f"{object_name}_confirm")
        self.back_button.setObjectName(f"{object_name}_back")
        self._frame()
        self._style = CounterStyle(self)

    def _frame(self) -> None:
        self.heading.setWordWrap(True)
        self.foot = two_ways(self.back_button, self.confirm_button)
        for button in (self.back_button, self.confirm_button):
            restyle(button, hit=True)
        self.confirm_button.clicked.connect(self.confirm)
        self.back_button.clicked.connect(self.reject)
        column = self.page()
        column.addWidget(self.heading)
        column.addWidget(self.banner)
        column.addLayout(self.body, 1)
        column.addLayout(self.foot)

    def fit(self, width: int, height: int = 0) -> None:
        """As wide as this at 100 %, as high as it needs, and never larger than the window below it."""
        theme = Theme.current()
        column = self.layout()
        across = theme.px(width)
        needed = max(column.totalHeightForWidth(across), self.sizeHint().height()) if column else 0
        below = self.parentWidget()
        room = below.window().size() if below is not None else None
        high = max(needed, theme.px(height))
        if room is not None:
            across, high = min(across, room.width()), min(high, room.height())
        self.resize(across, high)

    # -- what a subclass does -------------------------------------------------------------------------

    def confirm(self) -> None:
        """Enter, or the button."""
        self.accept()

    def other_key(self, event: QKeyEvent) -> bool:
        """A key that no field wanted; True when it was used."""
        return False

    # -- the window -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms, unless it stands on the way back."""
        if is_held(event):
            event.accept()
        elif event.key() in _ENTER:
            focus = self.focusWidget()
            if isinstance(focus, QPushButton) and focus is not self.confirm_button:
                focus.click()
            else:
                self.confirm()
            event.accept()
        elif not self.other_key(event):
            super().keyPressEvent(event)


async def confirmed(dialog: CounterDialog) -> bool:
    """Open the dialog and wait; whether it was confirmed. The dialog is gone afterwards."""
    return await answered(dialog)
