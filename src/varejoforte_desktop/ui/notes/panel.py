"""The chosen document beside the list, or over it in a narrow window, with what can be done at its foot."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.notes.deeds import Choice, Deed, NoteDetail, main_choice, other_choices
from varejoforte_desktop.ui.notes.page import note_page
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.keyboard import keyboard_kept


class NotePanel(QFrame):
    """Shows a NoteDetail."""

    #: A deed was asked for.
    asked = Signal(object)
    #: "copy" the key, or go to the "sale" or the "order".
    acted = Signal(str)
    #: "Voltar à lista".
    left = Signal()

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_panel")
        self.setAccessibleName(self.tr("Nota escolhida"))
        restyle(self, card=True)
        self._actor = actor
        self._detail: NoteDetail | None = None
        self._main: QPushButton | None = None
        self._small: list[QPushButton] = []
        self._grid: QGridLayout | None = None
        self._covering = False
        self._columns = 0
        self._back = QPushButton(self.tr("Voltar à lista (Esc)"))
        self._back.setObjectName("note_back")
        restyle(self._back, kind="quiet")
        bind_icon(self._back, "arrow-left", Role.ACCENT)
        self._back.clicked.connect(self.left)
        self._back.hide()
        self.area = QScrollArea()
        self.area.setObjectName("note_panel_scroll")
        self.area.setAccessibleName(self.tr("Detalhe da nota"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._foot = QWidget()
        self._foot.setObjectName("note_panel_foot")
        self._buttons = QVBoxLayout(self._foot)
        self._buttons.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        self._buttons.setSpacing(Space.S)
        rule = QFrame()
        restyle(rule, rule=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.area, 1)
        column.addWidget(rule)
        column.addWidget(self._foot)

    @property
    def detail(self) -> NoteDetail | None:
        """The document shown."""
        return self._detail

    def set_covering(self, covering: bool) -> None:
        """Whether the panel covers the list, so that a way back is needed."""
        self._back.setVisible(covering)
        self._covering = covering
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With less room fewer buttons stand beside one another, so that none is cut off."""
        super().resizeEvent(event)
        self._lay_out()

    def show_detail(self, detail: NoteDetail, now: datetime) -> None:
        """Show a document; the same one again leaves the place where one was reading."""
        if detail == self._detail:
            return
        same = self._detail is not None and self._detail.id == detail.id
        place = self.area.verticalScrollBar().value() if same else 0
        with keyboard_kept(self, self.area, same=same):
            self._detail = detail
            others = other_choices(detail, self._actor)
            off = [each for each in others if each.refusal]
            page = note_page(detail, now=now, off=off, act=self.acted.emit)
            self.area.setWidget(page)
            # The scroll area paints its page in the window's colour; here the card is to be seen.
            page.setAutoFillBackground(False)
            self.area.viewport().setAutoFillBackground(False)
            self.area.verticalScrollBar().setValue(place)
            self._show_buttons(main_choice(detail, self._actor), others)

    def begin(self) -> None:
        """Somebody opens it: put the keyboard on the next step, or on the page."""
        main = self._main if self._main is not None and self._main.isEnabled() else self.area
        main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_buttons(self, main: Choice | None, others: list[Choice]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._main = None
        if main is not None:
            self._main = self._button(main, "primary")
            self._buttons.addWidget(self._main)
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.S)
        self._grid, self._small = grid, [self._button(each, "segment") for each in others]
        self._columns = 0  # a new grid, not laid out yet
        self._lay_out()
        self._buttons.addWidget(box)

    def _lay_out(self) -> None:
        """The small buttons two beside one another, over the whole window three where their words have room."""
        if self._grid is None:
            return
        columns = 3 if self._covering and self._room() >= 3 else 2
        if columns == self._columns:
            return
        self._columns = columns
        for place, button in enumerate(self._small):
            self._grid.addWidget(button, place // columns, place % columns)
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _room(self) -> int:
        """How many of the widest small button fit beside one another."""
        widest = max((button.sizeHint().width() for button in self._small), default=1)
        margins = self._buttons.contentsMargins()
        free = self.contentsRect().width() - margins.left() - margins.right()
        return (free + Space.S) // (widest + Space.S)

    def _button(self, choice: Choice, kind: str) -> QPushButton:
        """A deed as a button. The narrow ones leave their key to the tooltip; F1 lists all of them."""
        primary = kind == "primary"
        button = QPushButton(choice.words if primary else choice.bare)
        button.setObjectName(f"note_{choice.deed.value}")
        button.setAccessibleName(choice.words)
        button.setAccessibleDescription(choice.refusal)
        button.setToolTip(choice.refusal or choice.words)
        button.setEnabled(not choice.refusal)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        restyle(button, kind="danger" if choice.deed is Deed.CANCEL and primary else kind)
        plain = Role.ACCENT_TEXT if primary else Role.TEXT
        bind_icon(
            button, "lock" if choice.refusal else choice.icon, Role.TEXT_MUTED if choice.refusal else plain
        )
        button.clicked.connect(lambda: self.asked.emit(choice.deed))
        return button
