"""Sales that wait, at whatever station: whoever takes one up has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_ports import KeptBasket
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.pick import PickDialog
from varejoforte_desktop.ui.counter.words import buyer_of, buyer_words, items
from varejoforte_desktop.ui.models.columns import Align, Column


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A line of the list, numbered from the oldest."""

    id: int
    kept: KeptBasket

    @property
    def label(self) -> str:
        """What it is called: its name, else who buys, else what was scanned first."""
        basket = self.kept.basket
        first = basket.live[0].name if basket.live else ""
        return basket.label or buyer_words(buyer_of(basket)) or first


class HeldDialog(PickDialog[HeldRow]):
    """Typing narrows the list; Enter takes the marked sale up."""

    def __init__(self, backend: Backend, clock: Callable[[], datetime], parent: QWidget) -> None:
        tr = parent.tr
        super().__init__(
            "held",
            tr("Vendas em espera"),
            tr("Retomar (Enter)"),
            backend=backend,
            question=_held,
            columns=_columns(clock, parent),
            placeholder=tr("Procurar pelo nome ou pela estação"),
            parent=parent,
        )
        self.fit(720, 440)
        self.look_up("")

    def say_empty(self, text: str) -> None:
        """None waits, or none of that name."""
        if text:
            title = self.tr("Nenhuma venda em espera com “{text}”").format(text=text)
            self.empty.set_message("search", title)
        else:
            said = self.tr("Durante uma venda, F7 a deixa em espera para atender outro cliente.")
            self.empty.set_message("pause", self.tr("Nenhuma venda em espera"), said)


def _held(reader: Reader, text: str) -> Sequence[HeldRow]:
    rows = [HeldRow(place, kept) for place, kept in enumerate(reader.sales.held(), start=1)]
    words = folded(text).split()
    return [row for row in rows if all(word in folded(f"{row.label} {row.kept.station}") for word in words)]


def _columns(clock: Callable[[], datetime], parent: QWidget) -> tuple[Column[HeldRow], ...]:
    tr = parent.tr
    return (
        Column(title=tr("Venda"), text=lambda row: row.label, stretch=True, sample="m" * 14),
        Column(
            title=tr("Itens"),
            text=lambda row: items(row.kept.basket),
            align=Align.RIGHT,
            sample="100 itens",
            yields=2,
        ),
        Column(
            title=tr("Total"),
            text=lambda row: formats.amount(row.kept.basket.total),
            align=Align.RIGHT,
            sample="10.000,00",
        ),
        Column(title=tr("Estação"), text=lambda row: row.kept.station, sample="CAIXA-010", yields=1),
        Column(
            title=tr("Desde"),
            text=lambda row: formats.age(row.kept.since, clock()),
            tooltip=lambda row: formats.full_moment(row.kept.since),
            sample="há 2 h 13 min",
            yields=3,
        ),
    )
