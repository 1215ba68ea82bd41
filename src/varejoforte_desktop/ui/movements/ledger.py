"""The stock ledger, newest first, a page at a time as one scrolls down; new lines arrive on top by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import MovementRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.paged import PagedRows
from varejoforte_desktop.ui.movements.kinds import KIND_WORDS
from varejoforte_desktop.ui.palettes import Role

PAGE: Final = 100


def signed(amount: Decimal) -> str:
    """With its sign always: "+5", "−2", "0"."""
    if not amount:
        return "0"
    return ("−" if amount < 0 else "+") + formats.quantity(abs(amount))


def _amount_role(row: MovementRow) -> Role:
    return Role.GOOD if row.amount > 0 else Role.BAD if row.amount < 0 else Role.TEXT_MUTED


def _story(row: MovementRow) -> str:
    """The whole line, for the tooltip: a narrow window leaves columns out."""
    facts = (
        f"{row.reference} · {row.name}",
        f"{KIND_WORDS[row.kind].text} {signed(row.amount)} {row.unit}, saldo {formats.quantity(row.balance)}",
        row.reason,
        row.document,
        f"{row.operator} em {row.station}, {formats.full_moment(row.at)}",
    )
    return "\n".join(fact for fact in facts if fact)


def ledger_columns(clock: Callable[[], datetime]) -> tuple[Column[MovementRow], ...]:
    """The columns of the ledger; this year's dates go without the year."""
    return (_when(clock), *_what_moved(), *_why())


def _when(clock: Callable[[], datetime]) -> Column[MovementRow]:
    def written(row: MovementRow) -> str:
        same_year = row.at.astimezone(formats.SHOP_ZONE).year == clock().astimezone(formats.SHOP_ZONE).year
        return formats.moment(row.at) if same_year else formats.day(row.at)

    return Column(
        title="Quando",
        text=written,
        tooltip=lambda row: formats.full_moment(row.at),
        sample="00/00 00:00",
    )


def _what_moved() -> tuple[Column[MovementRow], ...]:
    return (
        Column(
            title="Produto",
            text=lambda row: f"{row.reference} · {row.name}",
            tooltip=_story,
            sample="PAN-1001 · Panela de f",
            stretch=True,
        ),
        Column(
            title="Tipo",
            text=lambda row: KIND_WORDS[row.kind].brief,
            icon=lambda row: KIND_WORDS[row.kind].icon,
            tooltip=lambda row: KIND_WORDS[row.kind].text,
            sample="Inventário",
            yields=1,
        ),
        Column(
            title="Qtd",
            text=lambda row: signed(row.amount),
            align=Align.RIGHT,
            role=_amount_role,
            tooltip=_story,
            sample="+138,750",
        ),
        Column(
            title="Saldo",
            text=lambda row: formats.quantity(row.balance),
            align=Align.RIGHT,
            tooltip=_story,
            sample="1.238,750",
        ),
    )


def _why() -> tuple[Column[MovementRow], ...]:
    return (
        Column(
            title="Motivo",
            text=lambda row: row.reason,
            tooltip=_story,
            sample="Devolução de cliente",
            yields=2,
        ),
        Column(title="Documento", text=lambda row: row.document, sample="NF 123456", yields=4),
        Column(title="Operador", text=lambda row: row.operator, sample="Bruno Reis", yields=3),
    )


class StockLedger(PagedRows[MovementRow]):
    """Holds the pages that were read. Lines are only ever added, so what was read stays true."""

    def __init__(
        self, backend: Backend, clock: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(backend, ledger_columns(clock), size=PAGE, parent=parent)
        self._product_id: int | None = None

    @property
    def product_id(self) -> int | None:
        """Whose lines are shown; None: all."""
        return self._product_id

    def show_product(self, product_id: int | None) -> None:
        """Show the lines of one product, or of all."""
        if product_id != self._product_id:
            self._product_id = product_id
            self._begin_again()

    async def _page(self, before_id: int | None, limit: int) -> list[MovementRow]:
        product_id = self._product_id
        return await self._backend.read(
            lambda reader: reader.movements(product_id=product_id, before_id=before_id, limit=limit)
        )
