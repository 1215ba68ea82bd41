"""Keys are bound and listed from one place."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from varejoforte_desktop.ui.dialogs.shortcut_list import ShortcutListDialog
from varejoforte_desktop.ui.shortcuts import EVERYWHERE, DuplicateShortcut, Shortcut, ShortcutRegistry

# Qt's offscreen platform says so of every window with a minimum size.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def registry() -> ShortcutRegistry:
    """An empty one."""
    return ShortcutRegistry()


def test_two_actions_on_one_key_of_one_place_are_a_mistake(qtbot: QtBot, registry: ShortcutRegistry) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    registry.bind(owner, Shortcut("F10", "Finalizar", "Venda"), owner.update)
    registry.bind(owner, Shortcut("F10", "Importar", "Pedidos"), owner.update)
    with pytest.raises(DuplicateShortcut):
        registry.bind(owner, Shortcut("f10", "Outra", "Venda"), owner.update)
    with pytest.raises(ValueError, match="not a key"):
        registry.bind(owner, Shortcut("Tecla", "Outra", "Venda"), owner.update)


def test_the_narrower_place_wins(qtbot: QtBot, registry: ShortcutRegistry) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    screen = QWidget()
    inside, outside = QLineEdit(), QLineEdit()
    QVBoxLayout(screen).addWidget(inside)
    layout = QVBoxLayout(window)
    layout.addWidget(screen)
    layout.addWidget(outside)
    done: list[str] = []
    registry.bind(window, Shortcut("F10", "Venda"), lambda: done.append("abrir venda"))
    registry.bind(screen, Shortcut("F10", "Finalizar", "Venda"), lambda: done.append("finalizar"))
    window.show()
    window.activateWindow()
    inside.setFocus()
    qtbot.waitUntil(inside.hasFocus)
    for _ in range(3):
        QTest.keyClick(inside, Qt.Key.Key_F10)
    outside.setFocus()
    QTest.keyClick(outside, Qt.Key.Key_F10)
    assert done == ["finalizar"] * 3 + ["abrir venda"]


def test_a_key_that_is_held_down_does_it_once_unless_it_turns_pages(
    qtbot: QtBot, registry: ShortcutRegistry
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    printing = registry.bind(window, Shortcut("F12", "2ª via", "Venda"), window.update)
    turning = registry.bind(
        window, Shortcut("PgDown", "Página seguinte", "Papel"), window.update, repeats=True
    )
    assert (printing.autoRepeat(), turning.autoRepeat()) == (False, True)


def test_a_screen_that_is_gone_leaves_no_keys(registry: ShortcutRegistry) -> None:
    screen = QWidget()
    registry.bind(screen, Shortcut("Ins", "Novo", "Produtos"), screen.update)
    shiboken6.delete(screen)
    assert registry.by_context() == {}


def test_f1_lists_what_is_bound(qtbot: QtBot, registry: ShortcutRegistry) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    registry.bind(owner, Shortcut("F5", "Atualizar"), owner.update)
    registry.bind(owner, Shortcut("Ctrl+Space", "Marcar", "Pedidos"), owner.update)
    registry.bind(owner, Shortcut("Ins", "Novo", "Pedidos"), owner.update)
    assert registry.legend("Pedidos") == "Ctrl+Espaço marcar · Ins novo"
    dialog = ShortcutListDialog(registry)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    words = {label.text() for label in dialog.findChildren(QLabel)}
    assert {EVERYWHERE, "F5", "Atualizar", "Pedidos", "Ctrl+Espaço", "Marcar", "Ins", "Novo"} <= words
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    assert not dialog.isVisible()


def test_the_plus_key_has_a_name() -> None:
    assert Shortcut("+", "Somar").words == "+"
    assert Shortcut("Ctrl++", "Aumentar").words == "Ctrl++"
