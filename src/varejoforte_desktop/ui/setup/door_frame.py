"""What the door looks like whatever stands in it: a card in the middle, as high as it needs, that scrolls if it must."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from varejoforte_desktop.ui.theme import Space, Theme, restyle

#: The card's width at 100 %.
CARD_WIDTH = 420


class DoorCard(QFrame):
    """As high as what stands in it: sentences that wrap need more room than a layout around them believes."""

    def __init__(self) -> None:
        super().__init__()
        restyle(self, card=True)
        self.setFixedWidth(Theme.current().px(CARD_WIDTH))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.XXL, Space.XXL, Space.XXL, Space.XL)
        self.column.setSpacing(Space.S)

    def event(self, event: QEvent) -> bool:
        """Something inside asks for room, or gives it back."""
        handled = super().event(event)
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            self.setFixedHeight(self.column.totalHeightForWidth(self.width()))
        return handled


def stand(window: QWidget, *parts: QWidget) -> None:
    """Put the parts below one another in the middle of the window; it scrolls on a low screen with large letters."""
    whole = QWidget()
    restyle(whole, page=True)
    column = QVBoxLayout(whole)
    column.addStretch(1)
    for part in parts:
        column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(1)
    scroll = QScrollArea()
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidgetResizable(True)
    scroll.setWidget(whole)
    restyle(scroll.verticalScrollBar(), on="page")
    around = QVBoxLayout(window)
    around.setContentsMargins(0, 0, 0, 0)
    around.addWidget(scroll)


def grow(window: QWidget, height: int) -> None:
    """At least so high at 100 %, as far as the screen has room."""
    room = window.screen().availableSize()
    wide, high = Theme.current().px(760), max(window.height(), Theme.current().px(height))
    window.resize(min(wide, room.width()), min(high, room.height() - Space.XXL))


def primary(button: QPushButton, object_name: str) -> QHBoxLayout:
    """The one thing to press, as wide as the form."""
    button.setObjectName(object_name)
    button.setDefault(True)
    restyle(button, kind="primary")
    line = QHBoxLayout()
    line.addWidget(button, 1)
    return line
