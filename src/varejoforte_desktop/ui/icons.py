"""The program's icons in the colours of the moment; they change clothes with the theme."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from varejoforte_desktop.ui.artwork import dyed
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Theme

_made: dict[tuple[str, str], QIcon] = {}


class _WithIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


def icon(name: str, role: Role = Role.TEXT) -> QIcon:
    """The icon `name` in the colour `role` has now; use `bind_icon` for one that must follow the theme."""
    key = (name, Theme.current().palette.hex(role))
    if key not in _made:
        _made[key] = QIcon(dyed(*key))
    return _made[key]


def pixmap(name: str, role: Role, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels, sharp on a screen of that device pixel ratio."""
    return icon(name, role).pixmap(QSize(size, size), ratio)


def bind_icon(target: QObject, name: str, role: Role = Role.TEXT) -> None:
    """Give an icon to a button or action, now and after each change of theme."""
    for old in target.findChildren(_Binding):
        if old.parent() is target:
            old.name, old.role = name, role
            old.refresh()
            return
    _Binding(target, name, role)


class _Binding(QObject):
    """Lives as long as the button it dresses, so that nothing is dressed after its end."""

    def __init__(self, target: QObject, name: str, role: Role) -> None:
        super().__init__(target)
        self.name = name
        self.role = role
        Theme.current().changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Dye the icon again."""
        target: _WithIcon = self.parent()  # type: ignore[assignment]
        target.setIcon(icon(self.name, self.role))


class IconLabel(QLabel):
    """An icon that stands alone, as large as the letters beside it."""

    def __init__(self, name: str, role: Role, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._name = name
        self._role = role
        Theme.current().changed.connect(self._refresh)
        self._refresh()

    def set_icon(self, name: str, role: Role) -> None:
        """Show another drawing or colour."""
        self._name, self._role = name, role
        self._refresh()

    def _refresh(self) -> None:
        size = Theme.current().px(self._size)
        self.setFixedSize(size, size)
        self.setPixmap(pixmap(self._name, self._role, size, self.devicePixelRatioF()))
