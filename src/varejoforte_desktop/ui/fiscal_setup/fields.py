"""The fields of a section: named, labelled, compared with what was filled in, and told beside themselves what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from varejoforte_desktop.domain.errors import DomainError, Missing, TooLong
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.field import Field

#: Columns of a card's grid.
ACROSS: Final = 12


def beside(error: DomainError) -> str:
    """A refusal as it is said beside the field it is about, whose name stands above it already."""
    if isinstance(error, Missing):
        return "Falta preencher."
    if isinstance(error, TooLong):
        return f"Use no máximo {error.limit} letras."
    return sentence(error).whole


def card(title: str, told: str = "") -> tuple[QFrame, QGridLayout]:
    """A card with a heading and a grid of twelve columns below it; the first free row is 2."""
    made = QFrame()
    restyle(made, card=True)
    grid = QGridLayout(made)
    grid.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
    grid.setHorizontalSpacing(Space.M)
    grid.setVerticalSpacing(Space.S)
    for place in range(ACROSS):
        grid.setColumnStretch(place, 1)
    for row, (text, kind) in enumerate(((title, "heading"), (told, "muted"))):
        if text:
            label = QLabel(text)
            label.setWordWrap(True)
            label.setMinimumWidth(1)
            restyle(label, words=kind)
            grid.addWidget(label, row, 0, 1, ACROSS)
    return made, grid


def place(grid: QGridLayout, row: int, *cells: tuple[QWidget, int]) -> None:
    """Widgets beside one another, each over so many of the twelve columns."""
    start = 0
    for widget, span in cells:
        grid.addWidget(widget, row, start, 1, span)
        start += span


class FieldSet(QObject):
    """Editors by name. Whatever they hold is read and filled as text; a box is "1" or ""."""

    #: Something was typed or chosen.
    changed = Signal()
    #: Enter was pressed in a line.
    entered = Signal()

    def __init__(self, prefix: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self.editors: dict[str, QWidget] = {}
        self._lines: dict[str, QLineEdit] = {}
        self._combos: dict[str, QComboBox] = {}
        self.fields: dict[str, Field] = {}
        self._initial = self.texts()

    # -- making ---------------------------------------------------------------------------------------

    def line(self, name: str, label: str, hint: str = "", *, longest: int = 60) -> Field:
        """A line of text."""
        edit = QLineEdit()
        edit.setMaxLength(longest)
        edit.textEdited.connect(lambda _text: self._edited(name))
        edit.returnPressed.connect(self.entered)
        self._lines[name] = edit
        return self._keep(name, edit, label, hint)

    def page(self, name: str, label: str, hint: str = "") -> Field:
        """Several lines of text."""
        edit = QPlainTextEdit()
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(Theme.current().px(72))
        edit.textChanged.connect(lambda: self._edited(name))
        return self._keep(name, edit, label, hint)

    def choice(self, name: str, label: str, options: Iterable[tuple[str, str]], hint: str = "") -> Field:
        """One of several: what is kept, what is shown."""
        combo = Choice(self._prefix + name, label)
        for value, words in options:
            combo.addItem(words, value)
        combo.activated.connect(lambda _place: self._edited(name))
        self._combos[name] = combo
        return self._keep(name, combo, label, hint)

    def name(self, name: str, label: str, hint: str = "") -> Field:
        """A name to type or to choose among those there are."""
        combo = NameCombo(self._prefix + name, label)
        combo.editTextChanged.connect(lambda _text: self._edited(name))
        self._combos[name] = combo
        return self._keep(name, combo, label, hint)

    def box(self, name: str, label: str) -> QCheckBox:
        """Yes or no."""
        made = QCheckBox(label)
        made.setObjectName(self._prefix + name)
        made.setAccessibleName(label)
        made.clicked.connect(lambda _checked: self._edited(name))
        self.editors[name] = made
        return made

    def _keep(self, name: str, editor: QWidget, label: str, hint: str) -> Field:
        editor.setObjectName(self._prefix + name)
        self.editors[name] = editor
        self.fields[name] = Field(label, editor, hint)
        return self.fields[name]

    def _edited(self, name: str) -> None:
        if name in self.fields:
            self.fields[name].set_error("")
        self.changed.emit()

    # -- what they hold -------------------------------------------------------------------------------

    def edit(self, name: str) -> QLineEdit:
        """A line by its name."""
        return self._lines[name]

    def combo(self, name: str) -> QComboBox:
        """A choice by its name."""
        return self._combos[name]

    def text(self, name: str) -> str:
        """What one of them holds, without blanks around."""
        return _text(self.editors[name]).strip()

    def texts(self) -> dict[str, str]:
        """What all of them hold."""
        return {name: _text(editor) for name, editor in self.editors.items()}

    @property
    def dirty(self) -> bool:
        """Whether anything differs from what was filled in."""
        return self.texts() != self._initial

    def fill(self, values: Mapping[str, str]) -> None:
        """Show these; nothing is wrong any more."""
        for name, value in values.items():
            _fill(self.editors[name], value)
        for field in self.fields.values():
            field.set_error("")
        self.settle()

    def settle(self, kept: Mapping[str, str] | None = None) -> None:
        """What is kept: these `texts`, taken before they were on their way to the books, or what they hold now."""
        self._initial = self.texts() if kept is None else dict(kept)

    def set_names(self, name: str, names: Sequence[str]) -> None:
        """Offer these names; what is typed stays, and nobody typed anything."""
        combo = self.combo(name)
        if isinstance(combo, NameCombo):
            blocked = combo.blockSignals(True)
            combo.set_names(names)
            combo.blockSignals(blocked)

    # -- what is wrong --------------------------------------------------------------------------------

    def show_errors(self, errors: Mapping[str, str]) -> Field | None:
        """Write each sentence beside its field and clear the others; gives the first wrong field, with the cursor."""
        first: Field | None = None
        for name, field in self.fields.items():
            field.set_error(errors.get(name, ""))
            if first is None and errors.get(name):
                first = field
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return first

    def lock(self, refusal: str) -> None:
        """Only to be looked at, with the reason; "": may be changed."""
        for editor in self.editors.values():
            editor.setToolTip(refusal)
            if isinstance(editor, QLineEdit | QPlainTextEdit):
                editor.setReadOnly(bool(refusal))
                restyle(editor, locked=bool(refusal))
            else:
                editor.setEnabled(not refusal)


def _text(editor: QWidget) -> str:
    if isinstance(editor, QCheckBox):
        return "1" if editor.isChecked() else ""
    if isinstance(editor, NameCombo):
        return editor.currentText()
    if isinstance(editor, QComboBox):
        return str(editor.currentData())
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText()
    return editor.text() if isinstance(editor, QLineEdit) else ""


def _fill(editor: QWidget, value: str) -> None:
    blocked = editor.blockSignals(True)
    if isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    elif isinstance(editor, NameCombo):
        editor.setEditText(value)
    elif isinstance(editor, QComboBox):
        found = editor.findData(value)
        if found < 0:  # written by another release
            editor.addItem(value, value)
            found = editor.count() - 1
        editor.setCurrentIndex(found)
    elif isinstance(editor, QPlainTextEdit):
        editor.setPlainText(value)
    elif isinstance(editor, QLineEdit):
        editor.setText(value)
        editor.setCursorPosition(0)
    editor.blockSignals(blocked)
