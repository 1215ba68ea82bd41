"""The card of the people: their list, and what can be done with the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.people_questions import PersonRow
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.operator import Role as OperatorRole
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.people.columns import people_columns
from varejoforte_desktop.ui.people.words import ROLE_NAMES, standing_of
from varejoforte_desktop.ui.preferences.page import words
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.search_box import SearchBox

#: From so many people on the list is searched.
_MANY: Final = 9
_LEAST_LINES: Final = 4
_MOST_LINES: Final = 9


class PeopleCard(QFrame):
    """Everybody, those on leave last. What the person at this station may not do is not offered, with the reason."""

    #: "Novo usuário".
    new_requested = Signal()
    #: Change the chosen one, give a password, end a wait, put on leave or take back: the PersonRow.
    edit_requested = Signal(object)
    password_requested = Signal(object)
    release_requested = Signal(object)
    leave_requested = Signal(object)
    #: "Tentar de novo" after the list could not be read.
    retried = Signal()

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("people_card")
        restyle(self, card=True)
        self._clock = clock
        self._people: tuple[PersonRow, ...] = ()
        self._refusal = ""
        self._myself: Actor | None = None
        self.model: RowsModel[PersonRow] = RowsModel(people_columns(clock), parent=self)
        self.table = TableView("people_table", self.tr("Usuários"))
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.empty = EmptyState("no_people", "search", "")
        self.states = ListStates(self.table, self.empty)
        self.search = SearchBox("people_search", self.tr("Buscar (F2): nome ou nome de acesso"))
        self.refusal = words("", "muted")
        self.refusal.setObjectName("people_refusal")
        self.new = self._button("person_new", self.tr("Novo usuário (Ins)"), "plus")
        restyle(self.new, kind="primary")
        bind_icon(self.new, "plus", Role.ACCENT_TEXT)
        self.edit = self._button("person_edit", self.tr("Alterar (Enter)"), "edit")
        self.password = self._button("person_give_password", self.tr("Dar nova senha (F6)"), "key")
        self.leave = self._button("person_leave", self.tr("Afastar (F8)"), "pause")
        self.release = self._button("person_release", self.tr("Liberar (F7)"), "unlock")
        self.chosen = QLabel()
        self.chosen.setObjectName("person_chosen")
        self.chosen.setWordWrap(True)
        self.chosen.setTextFormat(Qt.TextFormat.PlainText)
        self._acts = QWidget()
        self._places = QGridLayout(self._acts)
        self._across = 0
        self._build()
        self._connect()
        Theme.current().changed.connect(self._fit)
        Theme.current().changed.connect(self._arrange)

    def _button(self, name: str, text: str, icon: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        bind_icon(button, icon)
        return button

    def _build(self) -> None:
        heading = QLabel(self.tr("Usuários"))
        restyle(heading, words="heading")
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(heading, 1)
        top.addWidget(self.new)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addLayout(top)
        column.addWidget(self.refusal)
        column.addWidget(self.search)
        column.addWidget(self.states)
        self.states.setMinimumWidth(1)  # the words of an empty list would otherwise widen a narrow page
        for state in (self.empty, self.states.failed):
            state.setContentsMargins(-Space.XL, 0, -Space.XL, 0)
        self._places.setContentsMargins(0, 0, 0, 0)
        self._places.setSpacing(Space.S)
        self._places.addWidget(self.chosen, 0, 0, 1, 5)
        column.addWidget(self._acts)
        for widget in (self.refusal, self.new, self.search, self._acts):
            widget.hide()
        self._fit()
        self._arrange()

    def _connect(self) -> None:
        self.table.current_changed.connect(self._show_chosen)
        self.table.chosen.connect(lambda _id: self.ask(self.edit))
        self.search.searched.connect(self._show_found)
        self.search.left_downwards.connect(self.table.setFocus)
        self.states.retried.connect(self.retried)
        self.empty.acted.connect(self.search.clear)
        self.new.clicked.connect(self.new_requested)
        for button in (self.edit, self.password, self.leave, self.release):
            button.clicked.connect(lambda _checked=False, button=button: self.ask(button))

    # -- showing --------------------------------------------------------------------------------------

    @property
    def person(self) -> PersonRow | None:
        """Who is chosen."""
        return (
            self.model.row_at(self.table.currentIndex().row())
            if self.table.currentIndex().isValid()
            else None
        )

    def show_people(self, people: Sequence[PersonRow], *, myself: Actor, refusal: str) -> None:
        """Show everybody; `refusal` says why `myself` may only look, "" when he may more."""
        self._people, self._myself, self._refusal = tuple(people), myself, refusal
        self.refusal.setText(refusal)
        self.refusal.setVisible(bool(refusal))
        self.new.setVisible(not refusal)
        self.search.setVisible(len(people) > _MANY)
        self._show_found(self.search.text().strip())

    def show_error(self, said: Sentence) -> None:
        """The list could not be read; what is shown already stays."""
        if not self._people:
            self.states.show_error(said.text, said.remedy)

    def tick(self) -> None:
        """Time has passed: ages and waits are told anew."""
        last = self.model.rowCount() - 1
        if last >= 0:
            self.model.dataChanged.emit(
                self.model.index(0, 0), self.model.index(last, self.model.columnCount() - 1)
            )
        self._show_chosen()

    def choose(self, operator_id: int) -> None:
        """Go to somebody, when listed."""
        place = self.model.place_of(operator_id)
        if place is not None:
            self.table.go_to_row(place)

    def focus_search(self) -> None:
        """To the search, or to the list while it needs none."""
        target = self.search if self.search.isVisible() else self.table
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_found(self, text: str) -> None:
        wanted = text.casefold()
        found = [each for each in self._people if wanted in f"{each.name} {each.login}".casefold()]
        self.model.set_rows(found)
        self.empty.set_message(
            "search",
            self.tr("Ninguém com “{text}”").format(text=text),
            self.tr("Procure pelo nome ou pelo nome de acesso."),
            self.tr("Ver todos"),
        )
        self.states.show_rows(len(found))
        if found and self.person is None:
            self.table.go_to_row(0)
        self._fit()
        self._show_chosen()

    def _show_chosen(self, _id: object = None) -> None:
        person = self.person
        self._acts.setVisible(person is not None and not self._refusal)
        if person is None:
            return
        standing = standing_of(person, self._clock())
        mine, above = self._relation(person)
        reason = mine or above
        told = (person.name, ROLE_NAMES[person.role], standing.sentence, reason)
        self.chosen.setText(" · ".join(each for each in told if each))
        self.release.setVisible(person.waits_until is not None and person.waits_until > self._clock())
        self.leave.setText(self.tr("Afastar (F8)") if person.active else self.tr("Reativar (F8)"))
        bind_icon(self.leave, "pause" if person.active else "play")
        for button, why in (
            (self.edit, above),
            (self.password, reason),
            (self.leave, self.tr("Você não pode afastar a si mesmo.") if mine else above),
            (self.release, above),
        ):
            button.setEnabled(not why)
            button.setToolTip(why)

    def _relation(self, person: PersonRow) -> tuple[str, str]:
        """What somebody should know who looks at himself, or at an administrator without being one."""
        myself = self._myself
        if myself is None:
            return "", ""
        mine = person.id == myself.operator_id
        above = person.role is OperatorRole.ADMINISTRADOR and myself.role is not OperatorRole.ADMINISTRADOR
        return (
            self.tr("É você: troque a sua senha no menu do seu nome.") if mine else "",
            self.tr("Só um administrador altera outro.") if above else "",
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand in one line where there is room for it, else in two."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        buttons = (self.edit, self.password, self.leave, self.release)
        needed = sum(button.sizeHint().width() + Space.S for button in buttons) + 2 * Space.L
        across = 4 if needed <= self.width() else 2
        if across == self._across:
            return
        self._across = across
        for place, button in enumerate(buttons):
            self._places.removeWidget(button)
            self._places.addWidget(button, 1 + place // across, place % across)
        self._places.setColumnStretch(4, 1)

    def _fit(self) -> None:
        """As high as its lines, within reason: the page scrolls, and so does a long list."""
        lines = min(max(len(self._people), _LEAST_LINES), _MOST_LINES)
        header = self.table.horizontalHeader().sizeHint().height()
        frame = 2 * self.table.frameWidth() + Space.XS
        self.states.setFixedHeight(Theme.current().px(34) * lines + header + frame)

    # -- asking ---------------------------------------------------------------------------------------

    def ask(self, button: QPushButton) -> None:
        """What this button is for, when it may be pressed now."""
        person = self.person
        if person is None or self._refusal or not button.isEnabled() or button.isHidden():
            return
        {
            self.edit: self.edit_requested,
            self.password: self.password_requested,
            self.leave: self.leave_requested,
            self.release: self.release_requested,
        }[button].emit(person)
