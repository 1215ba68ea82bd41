"""The two lists of the queue's window: what has still to reach the store, and what reached it lately."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.questions import PastPush, QueueRow
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import aspect_name
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.queue.words import (
    cause_of,
    outcome_words,
    past_aspects,
    past_cause,
    state_words,
)
from varejoforte_desktop.ui.theme import Theme

#: Column → the width (at 100 %) below which it is left to the opened line.
_QUEUE_HIDES = {3: 740, 4: 1000, 5: 1000, 6: 480}
_SENT_HIDES = {4: 900, 5: 720}


class _FittingTable(TableView):
    """Shows as many columns as its width can bear."""

    def __init__(
        self, object_name: str, accessible_name: str, hides: dict[int, int], parent: QWidget | None
    ) -> None:
        self._hides: dict[int, int] = {}
        super().__init__(object_name, accessible_name, parent=parent)
        self._hides = hides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose columns for the new width."""
        super().resizeEvent(event)
        self._choose_columns()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters leave room for fewer columns."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._choose_columns()

    def _choose_columns(self) -> None:
        room = self.width() / Theme.current().font_scale
        for column, least in self._hides.items():
            self.setColumnHidden(column, room < least)


class QueueTable(_FittingTable):
    """The lines of the queue."""

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__("queue_table", "Itens da fila", _QUEUE_HIDES, parent)
        self.lines: RowsModel[QueueRow] = RowsModel(_queue_columns(clock), parent=self)
        self.setModel(self.lines)

    def chosen_rows(self) -> list[QueueRow]:
        """The selected lines, from the top."""
        wanted = set(self.selected_ids())
        return [row for row in self.lines.rows if row.id in wanted]


def _queue_columns(clock: Callable[[], datetime]) -> tuple[Column[QueueRow], ...]:
    return (
        Column(
            title="Situação",
            text=lambda row: state_words(row).word,
            icon=lambda row: state_words(row).icon,
            role=lambda row: state_words(row).role,
            sample="Aguardando m",
        ),
        Column(title="Item", text=lambda row: row.label or "Item sem nome", stretch=True),
        Column(title="O quê", text=lambda row: aspect_name(row.aspect), sample="Preço e custo m"),
        Column(
            title="Desde",
            text=lambda row: formats.age(row.since, clock()),
            tooltip=lambda row: formats.full_moment(row.since),
            sample="há 12 h 59 min.",
        ),
        Column(
            title="Tentativas",
            text=lambda row: formats.count(row.attempts) if row.attempts else "–",
            align=Align.RIGHT,
            sample="99",
        ),
        Column(
            title="Próxima",
            text=lambda row: _next_try(row, clock()),
            tooltip=lambda row: formats.full_moment(row.due_at) if _is_timed(row) else "",
            sample="em 12 h 59 min.",
        ),
        Column(
            title="Motivo",
            text=lambda row: cause_of(row)[0],
            tooltip=lambda row: " ".join(cause_of(row)).strip(),
            role=lambda row: Role.BAD if row.state is QueueState.HALTED else Role.TEXT_MUTED,
            stretch=True,
        ),
    )


def _is_timed(row: QueueRow) -> bool:
    return row.state in {QueueState.WAITING, QueueState.OUTCOME_UNKNOWN} and not row.paused


def _next_try(row: QueueRow, now: datetime) -> str:
    return formats.until(row.due_at, now) if _is_timed(row) else "–"


@dataclass(frozen=True, slots=True)
class SentRow:
    """An attempt as a line of the list."""

    id: int
    label: str
    past: PastPush


class SentTable(_FittingTable):
    """What was sent lately, newest first."""

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__("sent_table", "Enviados há pouco", _SENT_HIDES, parent)
        self.lines: RowsModel[SentRow] = RowsModel(_sent_columns(clock), parent=self)
        self.setModel(self.lines)

    def show_pushes(self, pushes: Sequence[tuple[str, PastPush]]) -> None:
        """Show these attempts."""
        self.lines.set_rows([SentRow(place, label, past) for place, (label, past) in enumerate(pushes)])


def _sent_columns(clock: Callable[[], datetime]) -> tuple[Column[SentRow], ...]:
    return (
        Column(
            title="Resultado",
            text=lambda row: outcome_words(row.past.outcome)[0],
            icon=lambda row: outcome_words(row.past.outcome)[1],
            role=lambda row: outcome_words(row.past.outcome)[2].role,
            sample="Será repetido m",
        ),
        Column(title="Item", text=lambda row: row.label or "Item sem nome", stretch=True),
        Column(
            title="O quê",
            text=lambda row: past_aspects(row.past),
            tooltip=lambda row: past_aspects(row.past),
            sample="Estoque, Preço e custo",
        ),
        Column(
            title="Quando",
            text=lambda row: formats.age(row.past.at, clock()),
            tooltip=lambda row: formats.full_moment(row.past.at),
            sample="há 12 h 59 min.",
        ),
        Column(title="Estação", text=lambda row: row.past.station, sample="CAIXA-02"),
        Column(
            title="Motivo",
            text=lambda row: past_cause(row.past),
            tooltip=lambda row: past_cause(row.past),
            role=lambda _row: Role.TEXT_MUTED,
            stretch=True,
        ),
    )
