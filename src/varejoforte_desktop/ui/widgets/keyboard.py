"""Keeps the keyboard where it stood while what it stands on is made anew, so that no key does what nobody chose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


@contextmanager
def keyboard_kept(panel: QWidget, area: QWidget, *, same: bool) -> Iterator[bool]:
    """Around the remaking of what is inside `panel`; gives whether the keyboard is in it.

    What is still there afterwards keeps the keyboard. What was made anew hands it to the new one of its object name, as
    long as both are about the `same` thing; otherwise it goes to `area`, where Space and Enter only turn pages. Never
    to another button: the next key of somebody who reads would press it.
    """
    focus = QApplication.focusWidget()
    held = focus is not None and panel.isAncestorOf(focus)
    name = focus.objectName() if focus is not None else ""
    yield held
    if not held or focus is None:
        return
    if shiboken6.isValid(focus) and panel.isAncestorOf(focus):
        kept: QWidget | None = focus
    else:
        kept = panel.findChild(QWidget, name) if same and name else None
    if kept is None or not kept.isEnabled() or kept.isHidden():
        kept = area
    kept.setFocus(Qt.FocusReason.OtherFocusReason)
