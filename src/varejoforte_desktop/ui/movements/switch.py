"""The row of buttons that says why goods move: one of them is down."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.movements.kinds import ENTERED, KIND_WORDS, needed_for
from varejoforte_desktop.ui.theme import Space, restyle


class KindSwitch(QWidget):
    """The kinds a person may choose; those the role does not allow are there, off, and say why."""

    #: The MovementKind chosen.
    changed = Signal(object)

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("movement_kinds")
        self.setAccessibleName(self.tr("Tipo de movimentação"))
        self._group = QButtonGroup(self)
        self._buttons: dict[MovementKind, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.XS)
        for place, kind in enumerate(ENTERED):
            button = self._button(kind, actor)
            # Three over two: the long name has half the width.
            row, column, span = (0, place * 2, 2) if place < 3 else (1, (place - 3) * 3, 3)
            grid.addWidget(button, row, column, 1, span)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        self._buttons[MovementKind.ENTRY].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    def _button(self, kind: MovementKind, actor: Actor) -> QPushButton:
        words = KIND_WORDS[kind]
        button = QPushButton(words.text)
        button.setObjectName(f"movement_kind_{kind.value}")
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumSize(QSize(1, 0))
        restyle(button, kind="segment")
        bind_icon(button, words.icon)
        needed = needed_for(kind)
        if not actor.may(needed):
            button.setEnabled(False)
            reason = permission_name(needed.value)
            button.setToolTip(self.tr("Seu perfil não pode {action}.").format(action=reason))
        self._group.addButton(button)
        self._buttons[kind] = button
        return button

    @property
    def kind(self) -> MovementKind:
        """The one that is down."""
        return next(kind for kind, button in self._buttons.items() if button.isChecked())

    def choose(self, kind: MovementKind) -> None:
        """Press this one."""
        self._buttons[kind].setChecked(True)

    def _toggled(self, _button: object, down: bool) -> None:
        if down:
            self.changed.emit(self.kind)
