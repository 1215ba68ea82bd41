"""The small pieces the opened order is built from: headings, words that wrap, pairs, sums and notices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.orders.choices import Choice
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, restyle


def words(text: str, kind: str = "", *, name: str = "", tone: Tone = Tone.NEUTRAL) -> QLabel:
    """Words that wrap and can be copied; never rich text, for the store may write anything."""
    # An amount is never torn from its symbol.
    label = QLabel(text.replace("R$ ", "R$\N{NO-BREAK SPACE}"))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setObjectName(name)
    if kind:
        restyle(label, words=kind)
    if tone is not Tone.NEUTRAL:
        restyle(label, tone=tone.value)
    return label


def heading(text: str) -> QLabel:
    """What a part is called."""
    return words(text, "label")


def part(title: str = "") -> tuple[QWidget, QVBoxLayout]:
    """A part of the page with its heading."""
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    if title:
        column.addWidget(heading(title))
    return widget, column


def pairs(lines: Sequence[tuple[str, str]]) -> QGridLayout:
    """Names on the left, what they are on the right."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.M)
    grid.setVerticalSpacing(Space.XS)
    grid.setColumnStretch(1, 1)
    for place, (name, value) in enumerate(lines):
        title = QLabel(name)
        restyle(title, words="muted")
        grid.addWidget(title, place, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(words(value), place, 1)
    return grid


def sums(lines: Sequence[tuple[str, str, str]]) -> QGridLayout:
    """Names on the left, amounts under one another on the right; the third is how a line is written."""
    grid = QGridLayout()
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(0, 1)
    for place, (name, value, kind) in enumerate(lines):
        for column, text in enumerate((name, value)):
            label = QLabel(text)
            restyle(label, words=kind or ("muted" if not column else ""))
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(label, place, column, side)
    return grid


def sign_line(icon: str, tone: Tone, *labels: QLabel) -> QHBoxLayout:
    """A drawing beside one or more lines of words."""
    line = QHBoxLayout()
    line.setSpacing(Space.S)
    sign = IconLabel(icon, tone.role, 14)
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(0)
    for label in labels:
        column.addWidget(label)
    line.addLayout(column, 1)
    return line


def notice(name: str, sentence: str, remedy: str, tone: Tone, button: QPushButton | None = None) -> QFrame:
    """What is in the way, what helps, and the button that does it."""
    frame = QFrame()
    frame.setObjectName(name)
    restyle(frame, banner=tone.value)
    column = QVBoxLayout(frame)
    column.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
    column.setSpacing(Space.S)
    icon = "clock" if tone is Tone.NEUTRAL else tone.icon
    column.addLayout(sign_line(icon, tone, words(sentence, "strong"), words(remedy)))
    if button is not None:
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    return frame


def choice_button(
    choice: Choice, *, kind: str = "secondary", with_key: bool = True, drawn: bool = True
) -> QPushButton:
    """A deed as a button, off with the reason in its tooltip; `drawn`: with its drawing."""
    text = choice.words if with_key else choice.words.partition(" (")[0]
    button = QPushButton(text)
    button.setObjectName(f"order_{choice.deed.value}")
    button.setAccessibleName(text)
    restyle(button, kind=kind)
    button.setEnabled(not choice.refusal)
    button.setToolTip(choice.refusal)
    button.setAccessibleDescription(choice.refusal)
    if not drawn:
        return button
    plain = Role.ACCENT_TEXT if kind == "primary" else Role.ACCENT if kind == "quiet" else Role.TEXT
    bind_icon(button, "lock" if choice.refusal else choice.icon, Role.TEXT_MUTED if choice.refusal else plain)
    return button
