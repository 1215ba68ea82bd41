"""The columns of the list of documents and of the sales that still have none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from varejoforte_desktop.application.fiscal_questions import DocumentRow, OwedSale
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_words import (
    MODELS,
    deadline_day,
    deadline_words,
    label,
    state_words,
    what_helps,
)
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role, Tone

Clock = Callable[[], datetime]
NOBODY = "Consumidor"


@dataclass(frozen=True, slots=True)
class OwedLine:
    """A sale without a document, with why it could not get one the last time ("" while nobody tried)."""

    sale: OwedSale
    trouble: str = ""

    @property
    def id(self) -> int:
        """The sale's."""
        return self.sale.sale_id


def _role(row: DocumentRow) -> Role:
    return Role.TEXT_MUTED if state_words(row).tone is Tone.NEUTRAL else Role.TEXT


def _origin(row: DocumentRow) -> str:
    return f"Pedido {row.order}" if row.order else row.sale_number or "—"


def _story(row: DocumentRow) -> str:
    """The whole line, for the tooltip: a narrow window leaves columns out."""
    cause, remedy = what_helps(row)
    lines = [
        f"{label(row)} · {state_words(row).word}",
        f"{formats.full_moment(row.issued_at)}, {row.station}",
        f"{row.buyer_name or NOBODY} · {formats.money(row.total)} · {_origin(row)}",
        f"{cause} {remedy}".strip(),
    ]
    return "\n".join(lines)


def _when(clock: Clock, at: datetime) -> str:
    same_year = at.astimezone(formats.SHOP_ZONE).year == clock().astimezone(formats.SHOP_ZONE).year
    return formats.moment(at) if same_year else formats.day(at)


def _state(row: DocumentRow, clock: Clock) -> str:
    """The state; of what the buyer has and SEFAZ has not, until which day."""
    if row.state is DocumentState.OFFLINE and row.deadline_at is not None:
        return f"Contingência, {deadline_day(row.deadline_at, clock())}"
    return state_words(row).word


def _state_story(row: DocumentRow, clock: Clock) -> str:
    """The whole line, with the hour until when SEFAZ must have what the buyer has."""
    if row.state is not DocumentState.OFFLINE or row.deadline_at is None:
        return _story(row)
    return f"{_story(row)}\nPrazo: até {deadline_words(row.deadline_at, clock())}"


def note_columns(clock: Clock) -> tuple[Column[DocumentRow], ...]:
    """The columns of the list; this year's dates go without the year."""
    return (
        Column(title="Nota", text=label, role=_role, tooltip=_story, sample="NFC-e 1/12345"),
        Column(
            title="Situação",
            text=lambda row: _state(row, clock),
            icon=lambda row: state_words(row).icon,
            role=lambda row: state_words(row).tone.role,
            tooltip=lambda row: _state_story(row, clock),
            sample="Contingência rejeitada",  # the longest of them: none may be cut
        ),
        Column(
            title="Emitida",
            text=lambda row: _when(clock, row.issued_at),
            role=_role,
            tooltip=lambda row: formats.full_moment(row.issued_at),
            sample="00/00 00:00",
            yields=2,
        ),
        Column(
            title="Comprador",
            text=lambda row: row.buyer_name or NOBODY,
            role=_role,
            tooltip=_story,
            sample=NOBODY,
            stretch=True,
        ),
        Column(title="Venda", text=_origin, role=_role, tooltip=_story, sample="CAIXA-01-204", yields=3),
        Column(
            title="Total",
            text=lambda row: formats.amount(row.total),
            align=Align.RIGHT,
            role=_role,
            tooltip=_story,
            sample="999.999,99",
            yields=1,
        ),
        Column(title="Estação", text=lambda row: row.station, role=_role, sample="CAIXA-01", yields=4),
    )


def owed_columns(clock: Clock) -> tuple[Column[OwedLine], ...]:
    """The columns of the sales that still have no document."""
    return (
        Column(title="Venda", text=lambda row: row.sale.number, sample="CAIXA-01-204"),
        Column(title="Nota", text=lambda row: MODELS[row.sale.model], sample="NFC-e"),
        Column(
            title="Vendida",
            text=lambda row: formats.age(row.sale.at, clock()),
            tooltip=lambda row: formats.full_moment(row.sale.at),
            sample="há 2 h 13 min",
            yields=1,
        ),
        Column(
            title="Comprador",
            text=lambda row: row.sale.buyer_name or NOBODY,
            sample="Marina Duarte",
            yields=2,
        ),
        Column(
            title="Total",
            text=lambda row: formats.amount(row.sale.total),
            align=Align.RIGHT,
            sample="999.999,99",
        ),
        Column(
            title="O que falta",
            text=lambda row: row.trouble or "Espera a vez; sai sozinha.",
            icon=lambda row: "warning" if row.trouble else "clock",
            role=lambda row: Role.WARN if row.trouble else Role.TEXT_MUTED,
            tooltip=lambda row: row.trouble or "Espera a vez; sai sozinha.",
            sample="Faltam os dados fiscais",
            stretch=True,
        ),
    )
