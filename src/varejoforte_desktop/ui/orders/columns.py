"""What the list of orders shows of each: who buys, how it stands, how old it is, and what is scarce or in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from varejoforte_desktop.application.order_questions import OrderRow
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.orders.words import (
    meaning_told,
    obstacle_told,
    obstacle_words,
    readiness,
    risk_told,
    stage_told,
    status_words,
)
from varejoforte_desktop.ui.palettes import Role, Tone

Clock = Callable[[], datetime]
OrderColumns = tuple[Column[OrderRow], ...]


def since(row: OrderRow) -> datetime:
    """When the buyer ordered; when it was first seen for an order that does not say."""
    return row.placed_at or row.seen_at


def is_old(row: OrderRow, now: datetime, alarm_minutes: int) -> bool:
    """Whether it waits for longer than the shop wants (0: never)."""
    waits = row.stage in {OrderStage.SEEN, OrderStage.IMPORTED}
    return waits and alarm_minutes > 0 and now - since(row) > timedelta(minutes=alarm_minutes)


def waiting_columns(clock: Clock, alarm: Callable[[], int]) -> OrderColumns:
    """For orders that are still to become a sale; `alarm` gives the minutes after which one is too old."""
    return (
        *_who(),
        *_how_much(),
        _age(clock, alarm),
        Column(
            title="Risco",
            text=lambda row: risk_told(row).word,
            tooltip=lambda row: risk_told(row).word if row.scarcest is not None else "",
            icon=lambda row: risk_told(row).icon,
            role=lambda row: risk_told(row).role,
            sample="faltam 3 de Pa",
            stretch=True,
            title_tooltip="O que sobra do item mais escasso se todos os pedidos forem entregues",
        ),
        Column(
            title="Impedimento",
            text=lambda row: obstacle_told(row).word,
            tooltip=_obstacle_tooltip,
            icon=lambda row: obstacle_told(row).icon,
            role=lambda row: obstacle_told(row).role,
            sample="Produto descon",
            stretch=True,
            title_tooltip="Por que não pode ser importado ou registrado",
            yields=1,
        ),
    )


def settled_columns(clock: Clock) -> OrderColumns:
    """For orders that are a sale, were left aside, or were over before."""
    return (
        *_who(),
        *_how_much(),
        Column(
            title="Comprado",
            text=lambda row: formats.age(since(row), clock()),
            tooltip=lambda row: formats.full_moment(since(row)),
            sample="há 9 h 59 min",
        ),
        Column(
            title="Estado",
            text=lambda row: row.sale_number or stage_told(row.stage).word,
            tooltip=lambda row: stage_told(row.stage).word,
            icon=lambda row: stage_told(row.stage).icon,
            role=lambda row: stage_told(row.stage).role,
            sample="Deixado de lad",
        ),
    )


def _who() -> OrderColumns:
    return (
        Column(
            title="Pedido",
            text=lambda row: row.remote_id,
            tooltip=lambda row: readiness(row).word,
            icon=lambda row: readiness(row).icon,
            role=lambda row: readiness(row).role,
            sample="☐☐ 1042234",
        ),
        Column(
            title="Cliente",
            text=lambda row: row.buyer or "Sem nome",
            sample="Marina Duarte",
            stretch=True,
        ),
        Column(
            title="Situação",
            text=status_words,
            tooltip=status_words,
            icon=lambda row: meaning_told(row.meaning).icon,
            role=lambda row: meaning_told(row.meaning).role if row.meaning is None else Role.TEXT,
            sample="Separar e enviar · A",
            stretch=True,
            title_tooltip="O que significa para nós e como a loja diz",
            yields=2,
        ),
    )


def _how_much() -> OrderColumns:
    return (
        Column(
            title="Itens",
            text=lambda row: formats.quantity(row.pieces),
            align=Align.RIGHT,
            sample="999",
            yields=4,
        ),
        Column(
            title="Total",
            text=lambda row: formats.amount(row.total),
            align=Align.RIGHT,
            sample="99.999,99",
            yields=3,
        ),
    )


def _age(clock: Clock, alarm: Callable[[], int]) -> Column[OrderRow]:
    def old(row: OrderRow) -> bool:
        return is_old(row, clock(), alarm())

    def tooltip(row: OrderRow) -> str:
        at = formats.full_moment(since(row))
        return f"Espera demais, desde {at}" if old(row) else at

    return Column(
        title="Há",
        text=lambda row: _passed(clock() - since(row)),
        tooltip=tooltip,
        icon=lambda row: "clock" if old(row) else "",
        role=lambda row: Tone.WARN.role if old(row) else Role.TEXT,
        sample="23 h 59 min",
    )


def _passed(length: timedelta) -> str:
    return formats.duration(length) if length >= timedelta(seconds=1) else "agora"


def _obstacle_tooltip(row: OrderRow) -> str:
    words = [obstacle_words(each, row.status) for each in row.obstacles]
    return "\n".join(f"{each.sentence} {each.remedy}" for each in words)
