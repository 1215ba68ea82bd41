"""The list of sales, newest first, a page at a time as one scrolls down; what changes elsewhere arrives by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.paged import PagedRows
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.sales.note_words import NONE, sale_state_words
from varejoforte_desktop.ui.sales.words import SOURCES, STATES, buyer_words, method_words

PAGE: Final = 100
# Sales are cancelled after they were listed, so what is held is read again; beyond this one scrolls anew.
_HELD: Final = 1000


def _role(row: SaleRow) -> Role:
    return Role.TEXT_MUTED if row.state is SaleState.CANCELLED else Role.TEXT


def _sign(row: SaleRow) -> str:
    """Where it came from, or that it is none any more: a narrow window has no other column for it."""
    told = SOURCES[row.source] if row.state is SaleState.COMPLETED else STATES[row.state]
    return told.icon


def _origin(row: SaleRow) -> str:
    return f"Pedido {row.order_remote_id}" if row.order_remote_id else SOURCES[row.source].word


def _story(row: SaleRow) -> str:
    """The whole line, for the tooltip: a narrow window leaves columns out."""
    facts = (
        f"Venda {row.number} · {STATES[row.state].word}",
        f"{formats.full_moment(row.at)}, por {row.operator}",
        f"{buyer_words(row)} · {formats.money(row.total)} · {method_words(row.methods)}",
        _note_story(row),
        f"{_origin(row)} da loja virtual" if row.order_remote_id else _origin(row),
    )
    return "\n".join(facts)


def _note_story(row: SaleRow) -> str:
    words = sale_state_words(row.fiscal_state)
    return f"Nota: {words.word.lower()}. {words.sentence}" if row.fiscal_state != NONE else words.sentence


def sale_columns(clock: Callable[[], datetime]) -> tuple[Column[SaleRow], ...]:
    """The columns of the list; this year's dates go without the year."""

    def written(row: SaleRow) -> str:
        same_year = row.at.astimezone(formats.SHOP_ZONE).year == clock().astimezone(formats.SHOP_ZONE).year
        return formats.moment(row.at) if same_year else formats.day(row.at)

    return (
        Column(
            title="Venda",
            text=lambda row: row.number,
            icon=_sign,
            role=_role,
            tooltip=_story,
            sample="CAIXA-01-204",
        ),
        Column(
            title="Quando",
            text=written,
            role=_role,
            tooltip=lambda row: formats.full_moment(row.at),
            sample="00/00 00:00",
            yields=2,
        ),
        *_from_whom(),
        *_money(),
        Column(title="Operador", text=lambda row: row.operator, role=_role, sample="Bruno Reis", yields=6),
        _note(),
        Column(
            title="Situação",
            text=lambda row: STATES[row.state].word,
            icon=lambda row: STATES[row.state].icon,
            role=lambda row: STATES[row.state].tone.role,
            tooltip=_story,
            sample="Cancelada",
            yields=3,
        ),
    )


def _note() -> Column[SaleRow]:
    return Column(
        title="Nota",
        text=lambda row: sale_state_words(row.fiscal_state).word,
        icon=lambda row: sale_state_words(row.fiscal_state).icon,
        role=lambda row: sale_state_words(row.fiscal_state).tone.role,
        tooltip=_story,
        sample="Em contingência",
        yields=1,
    )


def _from_whom() -> tuple[Column[SaleRow], ...]:
    return (
        Column(
            title="Comprador",
            text=buyer_words,
            role=_role,
            tooltip=_story,
            sample="Marina Duarte",
            stretch=True,
        ),
        Column(
            title="Origem",
            text=_origin,
            role=_role,
            tooltip=_story,
            sample="Pedido 10423",
            yields=5,
        ),
    )


def _money() -> tuple[Column[SaleRow], ...]:
    return (
        Column(
            title="Total",
            text=lambda row: formats.amount(row.total),
            align=Align.RIGHT,
            role=_role,
            tooltip=_story,
            sample="99.999,99",
        ),
        Column(
            title="Pagamento",
            text=lambda row: method_words(row.methods),
            role=_role,
            tooltip=_story,
            sample="Dinheiro + Pix",
            yields=4,
        ),
    )


class SaleBook(PagedRows[SaleRow]):
    """Holds the pages that were read, for one search at a time."""

    def __init__(
        self, backend: Backend, clock: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(backend, sale_columns(clock), size=PAGE, parent=parent)
        self.text = ""

    def search(self, text: str) -> None:
        """Show the sales with this number, buyer, document or order; "" shows all."""
        self.text = text
        self._begin_again()

    def refresh(self) -> None:
        """Read again what is held, and what was added since."""
        self._start(self._read_top(max(PAGE, min(len(self.model.rows), _HELD)), joining=False))

    async def _page(self, before_id: int | None, limit: int) -> list[SaleRow]:
        text = self.text
        return await self._backend.read(
            lambda reader: reader.sales.rows(before_id=before_id, limit=limit, text=text)
        )
