"""A hand that uses the real windows as a person would: finds a field by its name, types, clicks, looks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

W = TypeVar("W", bound=QWidget)
_STROKE: Final = 0.15  # seconds between two letters
_PATIENCE: Final = 20.0


class NotFound(Exception):
    """No widget of that name can be seen, or it never came to what was waited for."""


class Hand:
    """Works on whatever windows are open; never waits in a nested loop."""

    def find(self, name: str, kind: type[W]) -> W:
        """The visible widget with this objectName in any open window. Raises NotFound."""
        for window in QApplication.topLevelWidgets():
            if window.objectName() == name and isinstance(window, kind) and window.isVisible():
                return window
            for found in window.findChildren(kind, name):
                if found.isVisible():
                    return found
        raise NotFound(name)

    async def wait_for(self, name: str, kind: type[W], patience: float = _PATIENCE) -> W:
        """The widget, as soon as it can be seen."""
        await self.until(lambda: self.sees(name), f"to see {name}", patience)
        return self.find(name, kind)

    def sees(self, name: str) -> bool:
        """Whether a widget of this name can be seen."""
        try:
            self.find(name, QWidget)
        except NotFound:
            return False
        return True

    async def until(self, condition: Callable[[], object], what: str, patience: float = _PATIENCE) -> None:
        """Let the program live until the condition holds. Raises NotFound when it never does."""
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                raise NotFound(f"waited {patience:g} s {what}")
            await asyncio.sleep(0.02)

    async def type_into(self, name: str, text: str) -> None:
        """Replace what a field holds by typing; accents are put in whole, as an input method does."""
        widget = await self.wait_for(name, QWidget)
        if isinstance(widget, QComboBox):
            editor = widget.lineEdit()
            widget = editor if editor is not None else widget
        widget.setFocus()
        if isinstance(widget, (QTextEdit, QPlainTextEdit)):
            widget.setPlainText(text)
        elif isinstance(widget, QLineEdit):
            widget.selectAll()
            if text.isascii() and text:
                QTest.keyClicks(widget, text)
            else:
                widget.insert(text)
                widget.textEdited.emit(widget.text())
        await asyncio.sleep(0)

    async def type_slowly(self, name: str, text: str) -> None:
        """Type as a person does: where the program listens for a scanner, a burst of keys is not somebody typing."""
        widget = await self.wait_for(name, QWidget)
        widget.setFocus()
        for letter in text:
            QTest.keyClicks(widget, letter)
            await asyncio.sleep(_STROKE)

    async def scan(self, name: str, code: str) -> None:
        """Let a scanner read a code while the widget of that name has the focus."""
        target = await self.wait_for(name, QWidget)
        target.setFocus()
        QTest.keyClicks(target, code)
        QTest.keyClick(target, Qt.Key.Key_Return)
        await asyncio.sleep(0)

    async def click(self, name: str) -> None:
        """Click a button or a box in its middle, once it can be clicked."""
        button = await self.wait_for(name, QAbstractButton)
        await self.until(button.isEnabled, f"for {name} to be enabled")
        _touch(button, _middle(button))
        await asyncio.sleep(0)

    async def choose(self, name: str) -> None:
        """Choose a line of a menu."""
        actions = [
            each for window in QApplication.topLevelWidgets() for each in window.findChildren(QAction, name)
        ]
        if not actions:
            raise NotFound(name)
        actions[0].trigger()
        await asyncio.sleep(0)

    async def press(self, key: Qt.Key, name: str | None = None) -> None:
        """Press a key where the focus is, or in the widget of that name."""
        target = await self.wait_for(name, QWidget) if name else QApplication.focusWidget()
        target = target or QApplication.activeWindow()
        if target is None:
            raise NotFound("focus")
        QTest.keyClick(target, key)
        await asyncio.sleep(0)

    async def choose_row(self, name: str, text: str) -> None:
        """Click the table's line that says this, as soon as there is one."""
        table = await self.wait_for(name, QTableView)
        await self.until(lambda: _row_that_says(table, text) is not None, f"for {name} to list {text!r}")
        row = _row_that_says(table, text)
        # The second column: in the first one a click may be a mark.
        index = table.model().index(row or 0, min(1, table.model().columnCount() - 1))
        table.scrollTo(index)
        _touch(table.viewport(), table.visualRect(index).center())
        await asyncio.sleep(0)

    async def choose_tab(self, name: str, place: int) -> None:
        """Click a tab, counted from zero."""
        tabs = await self.wait_for(name, QTabBar)
        _touch(tabs, tabs.tabRect(place).center())
        await asyncio.sleep(0)

    def text(self, name: str) -> str:
        """What a label, button or field says."""
        widget = self.find(name, QWidget)
        if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)):
            return widget.text()
        if isinstance(widget, QComboBox):
            return widget.currentText()
        if isinstance(widget, (QTextEdit, QPlainTextEdit)):
            return widget.toPlainText()
        return widget.accessibleName()

    def picture(self, name: str, path: Path) -> Path:
        """Keep what a window shows as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.find(name, QWidget).grab().save(str(path))
        return path


def _touch(widget: QWidget, place: QPoint) -> None:
    """Click there. A click brings its window to the front, which the off-screen platform leaves to us."""
    window = widget.window()
    if not window.isActiveWindow():
        window.activateWindow()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def _row_that_says(table: QTableView, text: str) -> int | None:
    """The first line with this text in one of its cells."""
    model = table.model()
    for row in range(model.rowCount()):
        cells = (model.index(row, column).data() for column in range(model.columnCount()))
        if any(text in str(cell or "") for cell in cells):
            return row
    return None


def _middle(button: QAbstractButton) -> QPoint:
    """Where a finger would press: a check box answers on its mark and words, not on the empty rest of its line."""
    if isinstance(button, QCheckBox):
        return QPoint(10, button.height() // 2)
    return button.rect().center()
