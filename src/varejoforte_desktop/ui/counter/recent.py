"""F12: the last sales of this station, to look at or to cancel, and the sound of the counter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.pick import PickDialog
from varejoforte_desktop.ui.counter.sound import CounterSound
from varejoforte_desktop.ui.counter.words import METHOD_WORDS
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import restyle

_MOST = 200
_SHOWN = 40


class RecentDialog(PickDialog[SaleRow]):
    """Enter chooses the sale to cancel; one that was cancelled already cannot be chosen."""

    def __init__(self, backend: Backend, station: str, sound: CounterSound, parent: QWidget) -> None:
        tr = parent.tr
        super().__init__(
            "recent",
            tr("Últimas vendas desta estação"),
            tr("Cancelar esta venda (Enter)"),
            backend=backend,
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
        self.table.current_changed.connect(self._follow)
        self.fit(780, 520)
        self.look_up("")

    def may_confirm(self) -> bool:
        """Whether the marked sale still counts."""
        return self.marked is not None and self.marked.state is SaleState.COMPLETED

    def _follow(self, _id: object) -> None:
        self.confirm_button.setEnabled(self.may_confirm())

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
        Column(title=tr("Cliente"), text=lambda row: row.buyer, stretch=True, sample="m" * 8, role=_role),
        Column(
            title=tr("Pagamento"),
            text=lambda row: ", ".join(METHOD_WORDS[each] for each in row.methods),
            sample="Dinheiro, Pix",
            yields=1,
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


def _gone(row: SaleRow) -> bool:
    return row.state is SaleState.CANCELLED


def _role(row: SaleRow) -> Role:
    return Role.TEXT_MUTED if _gone(row) else Role.TEXT
