"""The list of notes that entered, newest first, a page at a time as one scrolls down."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.purchase_questions import PurchaseRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.paged import PagedRows

PAGE: Final = 100


def _lines(row: PurchaseRow) -> str:
    entered = row.lines - row.left_out
    return str(row.lines) if not row.left_out else f"{entered} de {row.lines}"


def _story(row: PurchaseRow) -> str:
    out = formats.counted(row.left_out, "linha ficou de fora", "linhas ficaram de fora")
    facts = (
        f"NF-e {row.number}, série {row.series}, de {row.supplier}",
        f"Emitida {formats.full_moment(row.issued_at)}",
        f"Entrou {formats.full_moment(row.entered_at)}, por {row.operator} ({row.station})",
        f"{formats.money(row.total)} · {formats.counted(row.lines, 'linha', 'linhas')}",
        *((out,) if row.left_out else ()),
    )
    return "\n".join(facts)


def purchase_columns() -> tuple[Column[PurchaseRow], ...]:
    """The columns of the list."""
    return (
        Column(
            title="Nota",
            text=lambda row: str(row.number),
            align=Align.RIGHT,
            tooltip=_story,
            sample="9999999",
        ),
        Column(
            title="Fornecedor",
            text=lambda row: row.supplier,
            tooltip=_story,
            sample="Metalúrgica Fervalto",
            stretch=True,
        ),
        Column(
            title="Entrou",
            text=lambda row: formats.moment(row.entered_at),
            tooltip=_story,
            sample="00/00 00:00",
        ),
        Column(
            title="Emitida",
            text=lambda row: formats.day(row.issued_at),
            tooltip=_story,
            sample="00/00/0000",
            yields=2,
        ),
        Column(title="Linhas", text=_lines, align=Align.RIGHT, tooltip=_story, sample="890 de 990", yields=1),
        Column(
            title="Total",
            text=lambda row: formats.amount(row.total),
            align=Align.RIGHT,
            tooltip=_story,
            sample="999.999,99",
        ),
        Column(
            title="Operador", text=lambda row: row.operator, tooltip=_story, sample="Bruno Reis", yields=3
        ),
    )


class PurchaseBook(PagedRows[PurchaseRow]):
    """Holds the pages that were read, for one search at a time."""

    def __init__(self, backend: Backend, parent: QObject | None = None) -> None:
        super().__init__(backend, purchase_columns(), size=PAGE, parent=parent)
        self.text = ""

    def search(self, text: str) -> None:
        """Show the notes with this number, key or supplier; "" shows all."""
        self.text = text
        self._begin_again()

    async def _page(self, before_id: int | None, limit: int) -> list[PurchaseRow]:
        text = self.text
        return await self._backend.read(
            lambda reader: reader.purchases.rows(before_id=before_id, limit=limit, text=text)
        )
