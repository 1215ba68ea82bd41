"""A count that goes on: the scanner's field, what it found, and what is left to find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counts.columns import CountedLine, Shown, chosen_lines, count_columns
from varejoforte_desktop.ui.counts.desk import MOST_MISSING, CountFacts, Refused, Scanned
from varejoforte_desktop.ui.counts.scan_field import ScanField
from varejoforte_desktop.ui.counts.strip import ScanStrip
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates

_MOST_NAMED: Final = 5
#: Narrower (at 100 %) and the buttons no longer name their keys.
_ROOMY: Final = 760


class CountWork(QWidget):
    """Letters and digits typed anywhere go to the scanner's field, so that no scan is ever lost."""

    close_requested = Signal()
    give_up_requested = Signal()
    undo_requested = Signal()
    #: "Corrigir" or Enter on a line: its CountedLine.
    amend_requested = Signal(object)
    #: "Remover": its CountedLine.
    remove_requested = Signal(object)

    def __init__(self, actor: Actor, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count_work")
        self._clock = clock
        self._may = actor.may(Permission.ADJUST_STOCK)
        self._facts: CountFacts | None = None
        self._unknown: list[str] = []
        self.name = QLabel()
        self.opened = QLabel()
        self.close_button = self._button("count_close", self.tr("Encerrar"), "F10", "check")
        self.give_up_button = self._button("count_abandon", self.tr("Desistir"), "", "close")
        self.amend_button = self._button("count_amend_button", self.tr("Corrigir"), "F4", "edit")
        self.remove_button = self._button("count_remove", self.tr("Remover"), "Del", "trash")
        self.field = ScanField("count_scan", self.tr("Código bipado"))
        self.strip = ScanStrip()
        self.unknown = Banner("count_unknown", "", Tone.WARN, closable=True)
        self.segments = QButtonGroup(self)
        self._buttons = {shown: self._segment(shown) for shown in Shown}
        self.model: RowsModel[CountedLine] = RowsModel(count_columns(), parent=self)
        self.table = TableView("count_table", self.tr("Produtos do inventário"))
        self.empty = EmptyState("nothing_counted", "barcode", "")
        self.states = ListStates(self.table, self.empty)
        self._build()
        self._connect()

    # -- building -------------------------------------------------------------------------------------

    def _button(self, name: str, text: str, key: str, icon_name: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setProperty("key", key)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        primary = name == "count_close"
        restyle(button, kind="primary" if primary else "secondary")
        bind_icon(button, icon_name, Role.ACCENT_TEXT if primary else Role.TEXT)
        return button

    def _segment(self, shown: Shown) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"count_show_{shown.value}")
        button.setCheckable(True)
        button.setChecked(shown is Shown.COUNTED)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        restyle(button, kind="segment")
        self.segments.addButton(button)
        return button

    def _build(self) -> None:
        restyle(self.name, words="heading")
        restyle(self.opened, words="muted")
        for label in (self.name, self.opened):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addWidget(self.name)
        titles.addWidget(self.opened)
        top = _line(self.give_up_button, self.close_button)
        top.insertLayout(0, titles, 1)
        tools = _line(*self._buttons.values())
        tools.addStretch(1)
        for button in (self.amend_button, self.remove_button):
            tools.addWidget(button)
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        restyle(self.states, card=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(top)
        column.addWidget(self.field)
        column.addWidget(self.strip)
        column.addWidget(self.unknown)
        column.addLayout(tools)
        column.addWidget(self.states, 1)
        self.unknown.hide()

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.close_requested)
        self.give_up_button.clicked.connect(self.give_up_requested)
        self.amend_button.clicked.connect(self.amend)
        self.remove_button.clicked.connect(self.remove)
        self.strip.undo_requested.connect(self.undo_requested)
        self.unknown.dismissed.connect(self._forget_unknown)
        self.segments.buttonClicked.connect(self._list)
        self.table.chosen.connect(self.amend)
        self.table.current_changed.connect(self._show_choice)
        self.table.installEventFilter(self)

    # -- the scanner ----------------------------------------------------------------------------------

    def to_field(self) -> None:
        """The next scan lands in its field."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What a scanner types while the list has the focus belongs to the field."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = not event.modifiers() & (
                Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            )
            if plain and event.text().strip() and event.text().isprintable():
                self.to_field()
                QCoreApplication.sendEvent(self.field, event)
                return True
        return False

    def show_scan(self, done: Scanned) -> None:
        """So many of it now."""
        self.strip.show_scan(done)
        self._say_unknown("")

    def show_refused(self, refused: Refused) -> None:
        """The field flashes and the code is remembered; the next scan can come."""
        self.field.flash()
        self.strip.show_refused(refused)
        if refused.error is None and refused.text not in self._unknown:
            self._unknown.append(refused.text)
        self._say_unknown(refused.text)

    def _say_unknown(self, told: str) -> None:
        """Name the codes that nobody knows; the one that the strip tells now comes when the strip has moved on."""
        codes = [code for code in self._unknown if code != told]
        named = ", ".join(_short(code) for code in codes[-_MOST_NAMED:])
        if len(codes) > _MOST_NAMED:
            named = f"…, {named}"
        many = formats.counted(len(codes), "código sem produto", "códigos sem produto")
        self.unknown.set_message(f"{many}: {named}", Tone.WARN)
        self.unknown.setVisible(bool(codes))

    def _forget_unknown(self) -> None:
        self._unknown.clear()
        self.to_field()

    def start_over(self) -> None:
        """Another count: nothing was scanned yet."""
        self._unknown.clear()
        self.unknown.hide()
        self.strip.show_nothing()
        self.show_only(Shown.COUNTED)

    # -- the list -------------------------------------------------------------------------------------

    @property
    def shown(self) -> Shown:
        """Which lines are listed."""
        return next(shown for shown, button in self._buttons.items() if button.isChecked())

    def show_only(self, shown: Shown) -> None:
        """List these lines."""
        self._buttons[shown].setChecked(True)
        self._list()

    def swap_differences(self) -> None:
        """F8: all that was counted, or only what differs."""
        self.show_only(Shown.COUNTED if self.shown is Shown.DIFFERENCES else Shown.DIFFERENCES)

    def show_facts(self, facts: CountFacts) -> None:
        """Show the count as it is now."""
        count = facts.going_on
        if count is None:
            return
        self._facts = facts
        self.name.setText(count.name)
        self.name.setToolTip(count.name)
        self.opened.setText(
            self.tr("Aberto por {who} {age}").format(
                who=count.opened_by, age=formats.age(count.opened_at, self._clock())
            )
        )
        self.opened.setToolTip(formats.full_moment(count.opened_at))
        self._list()

    def _list(self, *_: object) -> None:
        facts = self._facts
        if facts is None:
            return
        differences = sum(1 for row in facts.counted if row.difference)
        missing = formats.count(min(len(facts.missing), MOST_MISSING))
        more = "+" if len(facts.missing) > MOST_MISSING else ""
        for shown, text in (
            (Shown.COUNTED, self.tr("Contados {count}").format(count=formats.count(len(facts.counted)))),
            (Shown.DIFFERENCES, self.tr("Só diferenças {count}").format(count=formats.count(differences))),
            (Shown.MISSING, self.tr("Faltam contar {count}").format(count=missing + more)),
        ):
            self._buttons[shown].setText(text)
            self._buttons[shown].setAccessibleName(text)
            _fit(self._buttons[shown])
        lines = chosen_lines(facts.counted, facts.missing[:MOST_MISSING], self.shown)
        self.model.set_rows(lines)
        self._say_empty(facts)
        self.states.show_rows(len(lines))
        self._show_choice()

    def _say_empty(self, facts: CountFacts) -> None:
        if self.shown is Shown.MISSING:
            said = self.tr("Todo produto com estoque foi contado"), ""
        elif self.shown is Shown.DIFFERENCES and facts.counted:
            said = self.tr("Nenhuma diferença até agora"), self.tr("Tudo o que foi contado confere.")
        else:
            said = self.tr("Nada contado ainda"), self.tr("O último produto bipado aparece aqui em cima.")
        done = bool(facts.counted) and self.shown is not Shown.COUNTED
        self.empty.set_message("done" if done else "barcode", *said)

    def line(self) -> CountedLine | None:
        """The chosen line."""
        place = self.table.currentIndex().row()
        return self.model.row_at(place)

    def amend(self, *_: object) -> None:
        """Count the chosen product anew."""
        line = self.line()
        if line is not None and self._may:
            self.amend_requested.emit(line)

    def remove(self) -> None:
        """Take the chosen product out of the count."""
        line = self.line()
        if line is not None and line.counted and self._may:
            self.remove_requested.emit(line)

    def _show_choice(self, *_: object) -> None:
        line = self.line()
        chosen = {
            self.amend_button: line is not None,
            self.remove_button: line is not None and line.counted,
            self.close_button: True,
            self.give_up_button: True,
        }
        refusal = self.tr("Seu perfil não pode {action}.").format(
            action=permission_name(Permission.ADJUST_STOCK.value)
        )
        for button, usable in chosen.items():
            button.setEnabled(usable and self._may)
            choose = "" if usable else self.tr("Escolha um produto da lista")
            button.setToolTip((choose or button.accessibleName()) if self._may else refusal)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window leaves the keys out, then the words of the tools."""
        super().resizeEvent(event)
        roomy = self.width() >= Theme.current().px(_ROOMY)
        for button in (self.close_button, self.amend_button, self.remove_button):
            key, text = str(button.property("key")), button.accessibleName()
            tool = button in {self.amend_button, self.remove_button}
            button.setText(f"{text} ({key})" if roomy else "" if tool else text)


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(Space.S)
    for widget in widgets:
        line.addWidget(widget)
    return line


def _fit(button: QPushButton) -> None:
    """Wide enough for its words when it is down and they are bold: Qt reckons with the plain ones."""
    font = QFont(button.font())
    font.setWeight(QFont.Weight.DemiBold)
    button.setMinimumWidth(QFontMetrics(font).horizontalAdvance(button.text()) + 2 * Space.M)


def _short(code: str, limit: int = 24) -> str:
    return code if len(code) <= limit else code[: limit - 1] + "…"
