"""What the set-up windows have in common: as high as what stands in them, and on a low screen the middle scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from varejoforte_desktop.ui.dialogs.asked import WorkingDialog
from varejoforte_desktop.ui.theme import Space, Theme, restyle


class SetupDialog(WorkingDialog):
    """Has no session: it works before anybody is signed in. What is asked stands in `body`, the buttons in `foot`."""

    def __init__(self, name: str, title: str, parent: QWidget | None, *, width: int) -> None:
        """`name` makes the object names; `width` is at 100 %."""
        super().__init__(f"{name}_dialog", title, parent, banner=f"{name}_banner")
        self._wide = width
        self._foot: QLayout | None = None
        self.heading.setWordWrap(True)
        inside = QWidget()
        restyle(inside, page=True)
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.M)
        self._middle = QScrollArea()
        self._middle.setFrameShape(QFrame.Shape.NoFrame)
        self._middle.setStyleSheet("QScrollArea { border: none; }")
        self._middle.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._middle.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._middle.setWidgetResizable(True)
        self._middle.setWidget(inside)
        restyle(self._middle.verticalScrollBar(), on="page")

    def frame(self, foot: QLayout) -> None:
        """Put heading, body and foot below one another; once, when the body is filled."""
        self._foot = foot
        self._column = self.page()
        self._column.addWidget(self.heading)
        self._column.addWidget(self._middle, 1)
        self._column.addLayout(foot)
        self.fit()

    def fit(self) -> None:
        """As high as what stands in it now needs, as far as the screen has room."""
        if self._foot is None:
            return
        room = self.screen().availableSize()
        wanted = max(Theme.current().px(self._wide), self.width() if self.isVisible() else 0)
        width = min(wanted, room.width())
        margins = self._column.contentsMargins()
        inside = width - margins.left() - margins.right()
        self.heading.ensurePolished()
        self.body.invalidate()
        self.body.activate()
        parts = (
            self.heading.heightForWidth(inside),
            self.body.totalHeightForWidth(inside),
            self._foot.sizeHint().height(),
        )
        high = sum(parts) + 2 * self._column.spacing() + margins.top() + margins.bottom()
        self.resize(width, min(high, room.height() - Space.XXL))

    def failed(self, error: BaseException) -> None:
        """Say what went wrong, make room for it and bring it into sight."""
        super().failed(error)
        self.fit()
        if not self.banner.isHidden():
            self._middle.ensureWidgetVisible(self.banner)

    def show_end(self) -> None:
        """Bring what stands lowest into sight."""
        bar = self._middle.verticalScrollBar()
        bar.setValue(bar.maximum())
