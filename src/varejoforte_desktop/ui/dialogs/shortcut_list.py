"""The list of keys that F1 lays over any screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.ui.shortcuts import Shortcut, ShortcutRegistry
from varejoforte_desktop.ui.theme import Space, Theme, restyle


class ShortcutListDialog(QDialog):
    """Every key by the place where it works, made from the registry that binds them. F1 or Esc closes it."""

    def __init__(self, registry: ShortcutRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_list_dialog")
        self.setWindowTitle(self.tr("Teclas"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.L)
        title = QLabel(self.tr("Teclas"))
        restyle(title, words="title")
        layout.addWidget(title)
        layout.addWidget(_list_of(registry), 1)
        close = QPushButton(self.tr("Fechar"))
        close.setObjectName("close_button")
        close.clicked.connect(self.accept)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        theme = Theme.current()
        self.resize(theme.px(560), theme.px(520))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 closes what F1 opened."""
        if event.key() == Qt.Key.Key_F1:
            self.accept()
        else:
            super().keyPressEvent(event)


def _list_of(registry: ShortcutRegistry) -> QScrollArea:
    page = QWidget()
    page.setProperty("page", True)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, Space.S, 0)
    column.setSpacing(Space.M)
    for context, shortcuts in registry.by_context().items():
        column.addWidget(_card(context, shortcuts))
    column.addStretch(1)
    area = QScrollArea()
    area.setObjectName("shortcut_list")
    area.setAccessibleName(page.tr("Lista de teclas"))
    area.setWidgetResizable(True)
    area.setWidget(page)
    return area


def _card(context: str, shortcuts: tuple[Shortcut, ...]) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    grid = QGridLayout(card)
    grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
    grid.setVerticalSpacing(Space.S)
    grid.setHorizontalSpacing(Space.L)
    grid.setColumnStretch(1, 1)
    heading = QLabel(context)
    restyle(heading, words="label")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, shortcut in enumerate(shortcuts, start=1):
        key = QLabel(shortcut.words)
        restyle(key, words="key")
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(key, row, 0)
        grid.addWidget(QLabel(shortcut.title), row, 1)
    return card
