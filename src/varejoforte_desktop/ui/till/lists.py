"""The till's two lists: what came and went without a sale, and the tills of the last days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from varejoforte_desktop.application.sale_questions import CashRow, TillRow
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.till import CashMovementKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.till.words import CASH_WORDS, difference_tone, difference_words, signed


def _effect(row: CashRow) -> Money:
    return row.amount if row.kind is CashMovementKind.SUPPLY else -row.amount


def _story(row: CashRow) -> str:
    words = f"{CASH_WORDS[row.kind].text} {formats.money(row.amount)}"
    return f"{words}\n{row.reason}\n{row.operator}, {formats.full_moment(row.at)}"


def cash_columns() -> tuple[Column[CashRow], ...]:
    """Supplies and withdrawals of one till."""
    return (
        Column(
            title="Hora",
            text=lambda row: formats.hour(row.at),
            tooltip=lambda row: formats.full_moment(row.at),
            sample="00:00 h",
        ),
        Column(
            title="Tipo",
            text=lambda row: CASH_WORDS[row.kind].text,
            icon=lambda row: CASH_WORDS[row.kind].icon,
            tooltip=_story,
            sample="Suprimento",
        ),
        Column(
            title="Valor",
            text=lambda row: signed(_effect(row)),
            align=Align.RIGHT,
            tooltip=_story,
            sample="−1.000,00",
        ),
        Column(
            title="Motivo",
            text=lambda row: row.reason,
            tooltip=_story,
            sample="Depósito no",
            stretch=True,
        ),
        Column(title="Operador", text=lambda row: row.operator, sample="Bruno Reis", yields=1),
    )


def till_columns(clock: Callable[[], datetime], *, hidden: bool) -> tuple[Column[TillRow], ...]:
    """Tills, newest first; `hidden` leaves out what a blind closing keeps to the managers."""
    columns = (*_which(clock), *_who())
    return columns if hidden else (*columns, _difference())


def _which(clock: Callable[[], datetime]) -> tuple[Column[TillRow], ...]:
    def written(at: datetime) -> str:
        same_year = at.astimezone(formats.SHOP_ZONE).year == clock().astimezone(formats.SHOP_ZONE).year
        return formats.moment(at) if same_year else formats.day(at)

    return (
        Column(title="Caixa", text=lambda row: str(row.id), align=Align.RIGHT, sample="000", yields=2),
        Column(title="Estação", text=lambda row: row.station, sample="BALCAO-02", yields=4),
        Column(
            title="Abertura",
            text=lambda row: written(row.opened_at),
            tooltip=lambda row: formats.full_moment(row.opened_at),
            sample="00/00 00:00",
            yields=1,
        ),
        Column(
            title="Fechamento",
            text=lambda row: "aberto" if row.closed_at is None else written(row.closed_at),
            role=lambda row: Role.GOOD if row.closed_at is None else Role.TEXT,
            tooltip=lambda row: "" if row.closed_at is None else formats.full_moment(row.closed_at),
            sample="00/00 00:00",
        ),
    )


def _who() -> tuple[Column[TillRow], ...]:
    return (
        Column(
            title="Operador",
            text=lambda row: row.closed_by or row.operator,
            tooltip=lambda row: (
                f"Aberto por {row.operator}" + (f"\nFechado por {row.closed_by}" if row.closed_by else "")
            ),
            sample="Ana Lima",
            stretch=True,
        ),
        Column(
            title="Contado",
            text=lambda row: "" if row.counted_cash is None else formats.amount(row.counted_cash),
            align=Align.RIGHT,
            sample="10.000,00",
            yields=3,
        ),
    )


def _difference() -> Column[TillRow]:
    def difference(row: TillRow) -> Money | None:
        if row.counted_cash is None or row.expected_cash is None:
            return None
        return row.counted_cash - row.expected_cash

    def words(row: TillRow) -> str:
        money = difference(row)
        return "" if money is None else signed(money)

    def story(row: TillRow) -> str:
        money = difference(row)
        if money is None or row.expected_cash is None:
            return ""
        told = f"{difference_words(money)}\nEsperado: {formats.money(row.expected_cash)}"
        return f"{told}\n{row.note}" if row.note else told

    def role(row: TillRow) -> Role:
        money = difference(row)
        return difference_tone(money).role if money else Role.TEXT_MUTED

    return Column(
        title="Diferença", text=words, align=Align.RIGHT, role=role, tooltip=story, sample="−1.000,00"
    )
