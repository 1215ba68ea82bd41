"""A list in its four states: loading, empty, full and failed, one at a time in the same place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.skeleton import Skeleton


class ListStates(QStackedWidget):
    """Holds the list and what stands in its place while there is nothing to list."""

    #: "Tentar de novo" was pressed.
    retried = Signal()

    def __init__(self, full: QWidget, empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{full.objectName()}_states")
        self.full = full
        self.empty = empty
        self.skeleton = Skeleton()
        self.failed = EmptyState(f"{full.objectName()}_error", "error", "", role=Role.BAD)
        self.failed.acted.connect(self.retried)
        for page in (self.skeleton, self.empty, self.full, self.failed):
            self.addWidget(page)
        self.show_loading()

    def show_loading(self) -> None:
        """Rows are on their way; grey bars after 150 ms."""
        self.skeleton.start()
        self.setCurrentWidget(self.skeleton)

    def show_rows(self, count: int) -> None:
        """The list, or the empty state when there are none."""
        self._show(self.full if count else self.empty)

    def show_error(self, title: str, remedy: str = "", button: str = "") -> None:
        """What went wrong, what helps, and the button that tries again."""
        self.failed.set_message("error", title, remedy, button or self.tr("Tentar de novo"), Role.BAD)
        self._show(self.failed)

    def _show(self, page: QWidget) -> None:
        self.skeleton.stop()
        self.setCurrentWidget(page)
