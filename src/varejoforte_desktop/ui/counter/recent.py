"""Shift+F12: the last sales of this station, to print again or to cancel, and what the counter does by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.pick import PickDialog
from varejoforte_desktop.ui.counter.sound import CounterSound
from varejoforte_desktop.ui.counter.words import METHOD_WORDS
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.sales.note_words import sale_state_words
from varejoforte_desktop.ui.sales.papers import AT_ONCE, prints_at_once
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import restyle

_MOST = 200
_SHOWN = 40


class RecentDialog(PickDialog[SaleRow]):
    """Enter chooses the sale to cancel; one that was cancelled already cannot be chosen. Ctrl+P prints it again."""

    def __init__(self, session: Session, sound: CounterSound, parent: QWidget) -> None:
        tr, services = parent.tr, session.services
        station = session.actor.station
        super().__init__(
            "recent",
            tr("Últimas vendas desta estação"),
            tr("Cancelar esta venda (Enter)"),
            backend=services.backend,
            question=lambda reader, text: _sales(reader, station, text),
            columns=_columns(parent),
            placeholder=tr("Número da venda ou cliente"),
            parent=parent,
        )
        restyle(self.confirm_button, kind="danger")
        self.sound_box = QCheckBox(self.tr("Som quando um código é recusado"))
        self.sound_box.setObjectName("recent_sound")
        self.sound_box.setChecked(sound.on)
        self.sound_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sound_box.toggled.connect(lambda on: sound.turn(on=on))
        self.body.addWidget(self.sound_box)
        #: Whether the chosen sale is to be printed, not cancelled.
        self.prints = False
        self.print_button = QPushButton(self.tr("Imprimir 2ª via (Ctrl+P)"))
        self._add_printing(services)
        self.table.current_changed.connect(self._follow)
        self.fit(860, 540)
        self.look_up("")

    def _add_printing(self, services: Services) -> None:
        self.print_button.setObjectName("recent_print")
        self.print_button.setAutoDefault(False)
        self.print_button.setEnabled(False)
        restyle(self.print_button, hit=True)
        bind_icon(self.print_button, "printer")
        self.print_button.clicked.connect(self.print)
        if services.printing is None:
            self.print_button.hide()
            return
        keys = Shortcut("Ctrl+P", self.tr("Imprimir 2ª via"), self.tr("Últimas vendas"))
        services.shortcuts.bind(self, keys, self.print)
        self.foot.insertWidget(2, self.print_button)
        box = QCheckBox(self.tr("Imprimir o cupom assim que a nota sair"))
        box.setObjectName("recent_at_once")
        box.setChecked(prints_at_once(services.preferences))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.toggled.connect(lambda on: services.preferences.put(AT_ONCE, on))
        self.body.addWidget(box)

    def print(self) -> None:
        """Choose the marked sale to print it again."""
        if self.marked is not None and self.print_button.isEnabled():
            self.prints = True
            self.picked = self.marked
            self.accept()

    def may_confirm(self) -> bool:
        """Whether the marked sale still counts."""
        return self.marked is not None and self.marked.state is SaleState.COMPLETED

    def _follow(self, _id: object) -> None:
        self.confirm_button.setEnabled(self.may_confirm())
        self.print_button.setEnabled(self.marked is not None)

    def confirm(self) -> None:
        """Choose it, unless it was cancelled before."""
        if self.may_confirm():
            super().confirm()

    def say_empty(self, text: str) -> None:
        """Nothing was sold here yet, or nothing like that."""
        if text:
            title = self.tr("Nenhuma venda desta estação com “{text}”").format(text=text)
            self.empty.set_message("search", title)
        else:
            self.empty.set_message(
                "sale", self.tr("Nenhuma venda ainda"), self.tr("As vendas desta estação aparecem aqui.")
            )


def _sales(reader: Reader, station: str, text: str) -> Sequence[SaleRow]:
    """The newest of this station; older ones are looked for on the screen of all sales."""
    rows = reader.sales.rows(limit=_MOST, text=text)
    return [row for row in rows if row.number.rpartition("-")[0] == station][:_SHOWN]


def _columns(parent: QWidget) -> tuple[Column[SaleRow], ...]:
    tr = parent.tr
    return (
        Column(title=tr("Venda"), text=lambda row: row.number, sample="CAIXA-01-10000", role=_role),
        Column(
            title=tr("Quando"),
            text=lambda row: formats.moment(row.at),
            tooltip=lambda row: formats.full_moment(row.at),
            sample="23/11 14:32",
            role=_role,
        ),
        Column(
            title=tr("Situação"),
            text=lambda row: tr("cancelada") if _gone(row) else tr("concluída"),
            icon=lambda row: "close" if _gone(row) else "check",
            role=lambda row: Role.TEXT_MUTED if _gone(row) else Role.GOOD,
            sample="concluída",
        ),
        _note_column(parent),
        Column(title=tr("Cliente"), text=lambda row: row.buyer, stretch=True, sample="m" * 8, role=_role),
        Column(
            title=tr("Pagamento"),
            text=lambda row: ", ".join(METHOD_WORDS[each] for each in row.methods),
            sample="Dinheiro, Pix",
            yields=2,
            role=_role,
        ),
        Column(
            title=tr("Total"),
            text=lambda row: formats.amount(row.total),
            align=Align.RIGHT,
            sample="10.000,00",
            role=_role,
        ),
    )


def _note_column(parent: QWidget) -> Column[SaleRow]:
    return Column(
        title=parent.tr("Nota"),
        text=lambda row: sale_state_words(row.fiscal_state).word,
        icon=lambda row: sale_state_words(row.fiscal_state).icon,
        role=lambda row: sale_state_words(row.fiscal_state).tone.role,
        sample="Em contingência",
        yields=1,
    )


def _gone(row: SaleRow) -> bool:
    return row.state is SaleState.CANCELLED


def _role(row: SaleRow) -> Role:
    return Role.TEXT_MUTED if _gone(row) else Role.TEXT
