"""What the small windows of a count have in common: a heading, a place for trouble, and two buttons."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from varejoforte_desktop.ui.dialogs.asked import WorkingDialog
from varejoforte_desktop.ui.theme import Space, Theme, restyle


class CountDialog(WorkingDialog):
    """Closes itself once its work is in the books; while it is on its way nothing closes it."""

    def __init__(
        self, name: str, title: str, yes: str, no: str, *, width: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, title, parent, banner=f"{name}_banner")
        self._wide = width
        self.yes = _button(f"{name}_yes", yes)
        self.no = _button(f"{name}_no", no)
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.go)
        self.no.clicked.connect(self.reject)
        restyle(self.yes, kind="primary")
        self._column = self.page()
        self._column.addWidget(self.heading)
        self._column.addWidget(self.banner)

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

    def show_saving(self, *, saving: bool) -> None:
        """The button waits while the work is on its way."""
        self.yes.setEnabled(not saving)


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
