"""What the pages of the settings have in common: a scrolling column of cards, and why somebody may not change one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_WIDEST = 760


class SettingsPage(QScrollArea):
    """A page that scrolls when the window is low; `column` takes its cards."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setWidgetResizable(True)
        inside = QWidget()
        restyle(inside, page=True)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, Space.L, Space.S, Space.L)
        self.column.setSpacing(Space.L)
        self._inside = inside
        self.setWidget(inside)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        # Lines longer than this are not read.
        self._inside.setMaximumWidth(Theme.current().px(_WIDEST))


class OwnPage(SettingsPage):
    """A page that reads for itself; `title` is what its tab says."""

    #: Words of what was done, for the foot of the screen.
    done = Signal(str)
    #: An exception that the whole screen should show.
    failed = Signal(object)

    title = ""

    def refresh(self) -> None:
        """The settings are shown, or something in the books changed: read again."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """End what runs."""
        raise NotImplementedError


def section(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A card with a heading, and the column for what belongs in it."""
    card = QFrame()
    restyle(card, card=True)
    column = QVBoxLayout(card)
    column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
    column.setSpacing(Space.M)
    if title:
        heading = QLabel(title)
        restyle(heading, words="heading")
        column.addWidget(heading)
    return card, column


def words(text: str, kind: str = "") -> QLabel:
    """A sentence that wraps."""
    label = QLabel(text)
    label.setWordWrap(True)
    if kind:
        restyle(label, words=kind)
    return label


def refusal(actor: Actor, permission: Permission) -> str:
    """Why this person may not; "" when he may."""
    if actor.may(permission):
        return ""
    return f"Seu perfil não pode {permission_name(permission.value)}. Peça a um administrador."
