"""One layout of scale labels as a line of a form, with an example that follows what is typed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.barcode import check_digit
from varejoforte_desktop.domain.errors import WrongScalePrefix
from varejoforte_desktop.domain.scale_code import ScalePrefix, ScaleValue
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.preferences.page import words
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_VALUES: Final = {ScaleValue.WEIGHT: "Peso", ScaleValue.PRICE: "Preço"}
_CODE: Final = "0123456789"
#: How wide the fields are at 100 %: prefix, code, kind, value.
WIDTHS: Final = (56, 72, 96, 72)


class ScaleLine(QWidget):
    """One layout of labels: what they begin with, what the digits say, and an example that follows the typing."""

    #: Something was typed or chosen.
    changed = Signal()
    #: The cross was pressed.
    removed = Signal()

    def __init__(self, number: int, layout: ScalePrefix | None, *, locked: bool) -> None:
        super().__init__()
        self.prefix = _digits(f"scale_{number}_prefix", self.tr("Prefixo da etiqueta"), 3)
        self.code = _digits(f"scale_{number}_code", self.tr("Dígitos do código"), 2)
        self.length = _digits(f"scale_{number}_value", self.tr("Dígitos do valor"), 2)
        self.value = Choice(f"scale_{number}_kind", self.tr("O que a etiqueta diz"))
        for value, name in _VALUES.items():
            self.value.addItem(name, value.value)
        self.remove = QToolButton()
        self.remove.setObjectName(f"scale_{number}_remove")
        self.remove.setAccessibleName(self.tr("Remover etiqueta"))
        self.remove.setToolTip(self.tr("Remover etiqueta"))
        restyle(self.remove, kind="quiet")
        bind_icon(self.remove, "trash")
        self.example = words("", "small")
        self.error = words("", "error")
        self._build()
        if layout is not None:
            self.prefix.setText(layout.prefix)
            self.code.setText(str(layout.code_digits))
            self.length.setText(str(layout.value_digits))
            self.value.setCurrentIndex(self.value.findData(layout.value.value))
        for edit in (self.prefix, self.code, self.length):
            edit.setReadOnly(locked)
            restyle(edit, locked=locked)
            edit.textEdited.connect(self._edited)
        self.value.setEnabled(not locked)
        self.remove.setEnabled(not locked)
        self.value.activated.connect(self._edited)
        self.remove.clicked.connect(self.removed)
        self._show_example()

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        for widget, width in zip((self.prefix, self.code, self.value, self.length), WIDTHS, strict=True):
            widget.setFixedWidth(Theme.current().px(width))
            line.addWidget(widget)
        line.addWidget(self.remove)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(line)
        column.addWidget(self.example)
        column.addWidget(self.error)
        self.error.hide()

    def draft(self) -> ScalePrefix:
        """The layout as it is typed, sense or not; empty fields are 0."""
        return ScalePrefix(
            prefix=self.prefix.text().strip(),
            value=ScaleValue(self.value.currentData()),
            code_digits=_number(self.code.text()),
            value_digits=_number(self.length.text()),
        )

    def say(self, said: str) -> None:
        """What is wrong with it; "" when nothing is."""
        self.error.setText(said)
        self.error.setVisible(bool(said))
        restyle(self.prefix, invalid=bool(said))
        self.prefix.setAccessibleDescription(said)

    def _edited(self, *_: object) -> None:
        self.say("")
        self._show_example()
        self.changed.emit()

    def _show_example(self) -> None:
        draft = self.draft()
        try:
            draft.checked()
        except WrongScalePrefix:
            total = len(draft.prefix) + draft.code_digits + draft.value_digits
            self.example.setText(self.tr("{total} de 12 dígitos").format(total=total))
            return
        code, number = _CODE[1 : draft.code_digits + 1].rjust(draft.code_digits, "0"), "1234"
        number = number[-draft.value_digits :].rjust(draft.value_digits, "0")
        body = f"{draft.prefix}{code}{number}"[:12]
        if draft.value is ScaleValue.WEIGHT:
            meant = f"{int(number) // 1000},{int(number) % 1000:03} kg"
        else:
            meant = f"R$ {int(number) // 100},{int(number) % 100:02}"
        shown = f"{draft.prefix} {code} {number} {check_digit(body)}"
        self.example.setText(
            self.tr("{label} → produto {code}, {meant}").format(label=shown, code=code, meant=meant)
        )


def _digits(object_name: str, accessible_name: str, most: int) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(object_name)
    edit.setAccessibleName(accessible_name)
    edit.setMaxLength(most)
    edit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return edit


def _number(text: str) -> int:
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdigit() else 0
