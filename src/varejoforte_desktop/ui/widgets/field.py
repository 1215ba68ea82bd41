"""A field of a form: its name above, what is wrong or worth knowing below."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit


class Field(QWidget):
    """Label, editor and a line of hint or error whose room is always kept, so that the form never jumps.

    Only a sentence longer than the field takes a second line.
    """

    def __init__(self, label: str, editor: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._hint = hint
        self._error = ""
        self.setObjectName(f"{editor.objectName()}_field")
        self._label = QLabel(label)
        self._label.setBuddy(editor)
        restyle(self._label, words="label")
        if not editor.accessibleName():
            editor.setAccessibleName(label.replace("&", ""))
        self._sign = IconLabel("error", Role.BAD, 14)
        self._message = QLabel(hint)
        self._message.setObjectName(f"{editor.objectName()}_message")
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._message.setWordWrap(True)
        self._build()
        self._show()
        if isinstance(editor, TypedEdit):
            editor.error_changed.connect(self.set_error)
            self.set_error(editor.error)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        line = QHBoxLayout()
        line.setSpacing(Space.XS)
        line.addWidget(self._sign)
        line.addWidget(self._message, 1)
        column.addWidget(self._label)
        column.addWidget(self.editor)
        column.addLayout(line)
        column.addStretch(1)

    @property
    def error(self) -> str:
        """The sentence shown, "" when nothing is wrong."""
        return self._error

    def set_error(self, sentence: str) -> None:
        """Show what is wrong ("" clears) and mark the editor."""
        self._error = sentence
        if isinstance(self.editor, TypedEdit):
            self.editor.set_error(sentence)
        else:
            restyle(self.editor, invalid=bool(sentence))
            self.editor.setAccessibleDescription(sentence or self._hint)
        self._show()

    def set_label(self, label: str) -> None:
        """Call the field something else, such as "Quantidade contada"."""
        self._label.setText(label)
        self.editor.setAccessibleName(label.replace("&", ""))

    def set_hint(self, hint: str) -> None:
        """Change what stands below while nothing is wrong."""
        self._hint = hint
        self._show()

    def _show(self) -> None:
        restyle(self._message, words="error" if self._error else "small")
        self._message.setText(self._error or self._hint)
        self._message.setToolTip(self._error or self._hint)
        self._message.setMinimumHeight(self._message.fontMetrics().height())
        self._sign.setVisible(bool(self._error))
