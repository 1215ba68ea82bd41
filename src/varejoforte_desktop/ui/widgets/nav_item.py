"""A line of the side navigation: drawing, name, key, and how many things wait there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_MANY: Final = 99


class NavItem(QPushButton):
    """A checkable place; the checked one carries the marker. Put them in an exclusive QButtonGroup."""

    def __init__(
        self,
        object_name: str,
        text: str,
        icon_name: str,
        key: str = "",
        *,
        indent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icon_name = icon_name
        self._sign = IconLabel(icon_name, Role.TEXT_MUTED, 18)
        self._name = QLabel(text)
        self._count = QLabel()
        self._count.hide()
        self._key = QLabel(key)
        self._key.setVisible(bool(key))
        restyle(self, kind="nav")
        restyle(self._key, words="small")
        restyle(self._count, words="count")
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M + (Space.L if indent else 0), 0, Space.M, 0)
        line.setSpacing(Space.M)
        for widget in (self._sign, self._name, self._count, self._key):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            line.addWidget(widget, int(widget is self._name), Qt.AlignmentFlag.AlignVCenter)
        self.toggled.connect(self._mark)

    def set_count(self, count: int) -> None:
        """How many things wait there; 0 shows nothing, and more than _MANY leave the name its room."""
        self._count.setText(formats.count(count) if count <= _MANY else f"{_MANY}+")
        self._count.setVisible(count > 0)
        name = self._name.text()
        self.setAccessibleName(f"{name}, {formats.count(count)}" if count else name)

    def show_key(self, *, shown: bool) -> None:
        """Whether the key stands beside the name; F1 lists it anyway."""
        self._key.setVisible(shown and bool(self._key.text()))

    def sizeHint(self) -> QSize:
        """What is inside, at a height that is easy to hit."""
        inside = self.layout()
        width = inside.sizeHint().width() if inside is not None else 0
        return QSize(width, Theme.current().px(38))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its words."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Other letters, other height."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.updateGeometry()

    def _mark(self, checked: bool) -> None:
        restyle(self._name, words="strong" if checked else "")
        self._sign.set_icon(self._icon_name, Role.ACCENT if checked else Role.TEXT_MUTED)
