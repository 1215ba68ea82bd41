"""The stock ledger, newest first, a page at a time as one scrolls down; new lines arrive on top by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import MovementRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.movements.kinds import KIND_WORDS
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.tasks import TaskScope

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


class StockLedger(QObject):
    """Holds the pages that were read. Lines are only ever added, so what was read stays true."""

    #: Rows arrived: how many are held.
    loaded = Signal(int)
    #: A question failed: the exception.
    failed = Signal(object)

    def __init__(
        self, backend: Backend, clock: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._backend = backend
        self._tasks = TaskScope(self, self.failed.emit)
        self._task: asyncio.Task[None] | None = None
        self._product_id: int | None = None
        self._complete = False
        #: Somebody reached the end; remembered while the newest lines are being read.
        self._more_wanted = False
        self.model: RowsModel[MovementRow] = RowsModel(ledger_columns(clock), parent=self)

    @property
    def product_id(self) -> int | None:
        """Whose lines are shown; None: all."""
        return self._product_id

    def show_product(self, product_id: int | None) -> None:
        """Show the lines of one product, or of all."""
        if product_id != self._product_id:
            self._product_id = product_id
            self._more_wanted = False
            self._start(self._read_top(afresh=True))

    def refresh(self) -> None:
        """Fetch what was added since."""
        self._start(self._read_top(afresh=False))

    def read_more(self) -> None:
        """Fetch the next older page, after the question that runs; nothing when all was read."""
        self._more_wanted = True
        if self._task is None or self._task.done():
            self._task = self._tasks.start(self._read_wanted())

    def _start(self, work: object) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = self._tasks.start(work)  # type: ignore[arg-type]

    async def _page(self, before_id: int | None) -> list[MovementRow]:
        product_id = self._product_id
        return await self._backend.read(
            lambda reader: reader.movements(product_id=product_id, before_id=before_id, limit=PAGE)
        )

    async def _read_top(self, *, afresh: bool) -> None:
        page = await self._page(None)
        held = () if afresh else self.model.rows
        oldest_new = page[-1].id if page else 0
        joins = bool(held) and bool(page) and held[0].id >= oldest_new
        # More lines than a page were added meanwhile: the gap would never be filled, so begin again.
        older = [row for row in held if row.id < oldest_new] if joins else []
        if not older:
            self._complete = len(page) < PAGE
        self.model.set_rows([*page, *older])
        self.loaded.emit(len(self.model.rows))
        await self._read_wanted()

    async def _read_wanted(self) -> None:
        rows = self.model.rows
        if self._more_wanted and rows and not self._complete:
            page = await self._page(rows[-1].id)
            self._complete = len(page) < PAGE
            self.model.set_rows([*rows, *page])
            self.loaded.emit(len(self.model.rows))
        self._more_wanted = False

    async def aclose(self) -> None:
        """Stop asking."""
        self._tasks.close()
        await self._tasks.settled()
