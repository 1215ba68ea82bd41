"""The card of the permissions: what each role may in this shop, changed with a click and put back with another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout

from varejoforte_desktop.domain.operator import USUAL_GRANTS, Permission, Role
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.people.words import AREAS, CHOOSABLE, ROLE_NAMES, may_sentence, permission_title
from varejoforte_desktop.ui.preferences.page import words
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

Grants = Mapping[Role, frozenset[Permission]]
_STEPS: Final = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CHANGEABLE: Final = (Role.OPERADOR, Role.GERENTE)


class PermissionBox(QCheckBox):
    """One box of the matrix; arrows go to its neighbours, Space changes it."""

    #: An arrow was pressed: rows down, columns right.
    stepped = Signal(int, int)

    def __init__(self, role: Role, permission: Permission) -> None:
        super().__init__()
        self.role = role
        self.permission = permission
        self.setObjectName(f"may_{role.value}_{permission.value.replace('.', '_')}")
        self.setAccessibleName(may_sentence(role, permission, allowed=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)
            event.accept()


class PermissionMatrix(QFrame):
    """A line for each permission, a column for each role; an administrator's boxes are always ticked."""

    #: A box was clicked: role, permission and what it should be.
    changed = Signal(object, object, bool)
    #: An arrow led to this box, which must be in sight.
    reached = Signal(object)
    #: "Voltar tudo ao padrão": the list of (role, permission, allowed) that do it.
    reset_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("permissions_card")
        restyle(self, card=True)
        self._grants: Grants = USUAL_GRANTS
        self._locked = True
        self.boxes: dict[tuple[Role, Permission], PermissionBox] = {}
        self.notes: dict[Permission, QLabel] = {}
        self.resets: dict[Permission, QPushButton] = {}
        self.refusal = words("", "muted")
        self.refusal.setObjectName("permissions_refusal")
        self.summary = words("")
        self.summary.setObjectName("permissions_summary")
        self.reset_all = QPushButton(self.tr("Voltar tudo ao padrão"))
        self.reset_all.setObjectName("permissions_reset_all")
        bind_icon(self.reset_all, "undo")
        self.trouble = Banner("permissions_trouble", "", Tone.WARN, closable=True)
        self._grid = QGridLayout()
        self._build()
        self.reset_all.clicked.connect(lambda: self.reset_requested.emit(self._differing()))
        self.show_grants(USUAL_GRANTS, refusal="")

    def _build(self) -> None:
        heading = QLabel(self.tr("Permissões"))
        restyle(heading, words="heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(heading)
        intro = self.tr("O que cada perfil pode nesta loja. Vale na hora, em todas as estações.")
        column.addWidget(words(intro, "muted"))
        for widget in (self.refusal, self.trouble, self.summary):
            column.addWidget(widget)
            widget.hide()
        column.addWidget(self.reset_all, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        column.addLayout(self._grid)
        self._fill()

    def _fill(self) -> None:
        line = 0
        for area, permissions in AREAS.items():
            title = words(area, "strong")
            title.setContentsMargins(0, Space.M if line else 0, 0, Space.XS)
            self._grid.addWidget(title, line, 0, Qt.AlignmentFlag.AlignBottom)
            for place, role in enumerate(ROLE_NAMES, start=1):
                head = QLabel(ROLE_NAMES[role])
                restyle(head, words="label")
                head.setContentsMargins(0, Space.M if line else 0, 0, Space.XS)
                bottom = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
                self._grid.addWidget(head, line, place, bottom)
            line += 1
            for permission in permissions:
                self._add_line(line, permission)
                line += 2

    def _add_line(self, line: int, permission: Permission) -> None:
        name = words(permission_title(permission))
        name.setContentsMargins(0, Space.XS // 2, 0, Space.XS // 2)
        self._grid.addWidget(name, line, 0)
        for place, role in enumerate(ROLE_NAMES, start=1):
            box = PermissionBox(role, permission)
            box.clicked.connect(lambda checked, box=box: self.changed.emit(box.role, box.permission, checked))
            box.stepped.connect(lambda down, right, box=box: self._step(box, down, right))
            self.boxes[role, permission] = box
            self._grid.addWidget(box, line, place, Qt.AlignmentFlag.AlignHCenter)
        note = words("", "small")
        note.setObjectName(f"changed_{permission.value.replace('.', '_')}")
        reset = QPushButton(self.tr("Voltar ao padrão"))
        reset.setObjectName(f"reset_{permission.value.replace('.', '_')}")
        reset.setAccessibleName(
            self.tr("Voltar ao padrão: {permission}").format(permission=permission_title(permission))
        )
        restyle(reset, kind="quiet")
        reset.clicked.connect(lambda: self.reset_requested.emit(self._differing(permission)))
        self._grid.addWidget(note, line + 1, 0)
        self._grid.addWidget(reset, line + 1, 1, 1, 3, Qt.AlignmentFlag.AlignHCenter)
        self.notes[permission], self.resets[permission] = note, reset

    # -- showing --------------------------------------------------------------------------------------

    def show_grants(self, grants: Grants, *, refusal: str) -> None:
        """Show what each role may; `refusal` says why this person may only look, "" when he may change it."""
        self._grants, self._locked = grants, bool(refusal)
        self.refusal.setText(refusal)
        self.refusal.setVisible(bool(refusal))
        self.put_back()

    def put_back(self) -> None:
        """Tick what the books say, whatever was clicked."""
        for (role, permission), box in self.boxes.items():
            fixed = role is Role.ADMINISTRADOR
            box.setChecked(fixed or permission in self._grants[role])
            box.setEnabled(not fixed and not self._locked)
            if fixed:
                box.setToolTip(self.tr("Um administrador sempre pode."))
            else:
                box.setToolTip(self.refusal.text() if self._locked else box.accessibleName())
        for permission in CHOOSABLE:
            self._mark(permission)
        changed = len(self._differing())
        self.summary.setText(
            self.tr("{changes} em relação ao padrão do programa.").format(
                changes=formats.counted(changed, "diferença", "diferenças")
            )
        )
        self.summary.setVisible(bool(changed))
        self.reset_all.setVisible(bool(changed) and not self._locked)

    def say(self, said: str) -> None:
        """Why it could not be changed; "" when nothing is wrong."""
        self.trouble.set_message(said, Tone.WARN)
        self.trouble.setVisible(bool(said))

    def _mark(self, permission: Permission) -> None:
        """Say in words what differs from the usual."""
        usual = [
            may_sentence(role, each, allowed=allowed) for role, each, allowed in self._differing(permission)
        ]
        said = self.tr("Alterado. No padrão: {usual}.").format(usual="; ".join(usual))
        self.notes[permission].setText(said)
        self.notes[permission].setVisible(bool(usual))
        self.resets[permission].setVisible(bool(usual) and not self._locked)

    def _differing(self, permission: Permission | None = None) -> list[tuple[Role, Permission, bool]]:
        """What this shop changed, each with what is usual."""
        wanted = CHOOSABLE if permission is None else (permission,)
        return [
            (role, each, each in USUAL_GRANTS[role])
            for each in wanted
            for role in _CHANGEABLE
            if (each in self._grants[role]) != (each in USUAL_GRANTS[role])
        ]

    # -- the keyboard ---------------------------------------------------------------------------------

    def _step(self, box: PermissionBox, down: int, right: int) -> None:
        roles = list(_CHANGEABLE)
        row = CHOOSABLE.index(box.permission) + down
        column = roles.index(box.role) + right
        if 0 <= row < len(CHOOSABLE) and 0 <= column < len(roles):
            reached = self.boxes[roles[column], CHOOSABLE[row]]
            reached.setFocus(Qt.FocusReason.OtherFocusReason)
            self.reached.emit(reached)
