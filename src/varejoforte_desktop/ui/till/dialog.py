"""What the till's questions have in common: decisions that grow when a trouble needs more room."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space


class TillDialog(DecisionDialog):
    """A heading, a body of the subclass, and two buttons. Closes itself once what it asked for is done."""

    def __init__(
        self, session: Session, object_name: str, title: str, save_words: str, parent: QWidget | None
    ) -> None:
        super().__init__(session, object_name, title, save_words, parent, back_name="cancel")
        self.save_button = self.go
        # What is asked here is done at once: other words would only flicker.
        self.busy_words = self.save_button.text()
        self.body.setSpacing(Space.S)
        # Its titles are short; a label that might wrap makes a form higher than it need be.
        self.heading.setWordWrap(False)

    def save(self) -> None:
        """Do it, once; a field that is wrong says so."""
        super().save()
        if not self.saving:
            self.make_room()

    def failed(self, error: BaseException) -> None:
        """Say what went wrong where it belongs."""
        super().failed(error)
        self.make_room()

    def make_room(self) -> None:
        """A sentence of two lines needs more room than was kept for one."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))
