"""The words inside a dialog: a paragraph, and a framed few lines of what somebody should know before going on."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle


def paragraph(text: str, kind: str = "", *, name: str = "") -> QLabel:
    """Words that wrap, taken as they are; `kind` is their style, `name` the object name."""
    label = QLabel(text)
    label.setWordWrap(True)
    # What somebody typed is shown, never read as markup.
    label.setTextFormat(Qt.TextFormat.PlainText)
    if name:
        label.setObjectName(name)
    if kind:
        restyle(label, words=kind)
    return label


def warning_box(name: str, paragraphs: Iterable[QLabel]) -> QFrame:
    """These below one another in a frame of the colour of a warning."""
    box = QFrame()
    box.setObjectName(name)
    restyle(box, banner=Tone.WARN.value)
    column = QVBoxLayout(box)
    column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
    column.setSpacing(Space.XS)
    for each in paragraphs:
        column.addWidget(each)
    return box
