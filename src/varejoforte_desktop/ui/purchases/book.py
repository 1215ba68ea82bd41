"""The list of notes that entered, newest first, a page at a time as one scrolls down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.purchase_questions import PurchaseRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.paged import PagedRows
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.purchases.told import undone_words

PAGE: Final = 100


#: Notes are taken back after they were listed, so what is held is read again; beyond this one scrolls anew.
_HELD: Final = 1000


def _role(row: PurchaseRow) -> Role:
    return Role.TEXT_MUTED if row.undone else Role.TEXT


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
        *((f"{undone_words(row)}: {row.undo_reason}",) if row.undone else ()),
    )
    return "\n".join(facts)


def purchase_columns() -> tuple[Column[PurchaseRow], ...]:
    """The columns of the list."""
    return (
        _column("Nota", lambda row: str(row.number), "9999999", align=Align.RIGHT),
        Column(
            title="Fornecedor",
            text=lambda row: row.supplier,
            role=_role,
            tooltip=_story,
            sample="Metalúrgica Fervalto",
            stretch=True,
        ),
        _column("Entrou", lambda row: formats.moment(row.entered_at), "00/00 00:00"),
        _column("Emitida", lambda row: formats.day(row.issued_at), "00/00/00000", yields=2),
        _column("Linhas", _lines, "890 de 990", align=Align.RIGHT, yields=1),
        _column("Total", lambda row: formats.amount(row.total), "999.999,99", align=Align.RIGHT),
        _column("Operador", lambda row: row.operator, "Bruno Ribeiro", yields=3),
        Column(
            title="Situação",
            text=lambda row: "Desfeita" if row.undone else "Entrou",
            icon=lambda row: "undo" if row.undone else "check",
            role=lambda row: Role.BAD if row.undone else Role.GOOD,
            tooltip=_story,
            sample="Desfeita",
        ),
    )


def _column(
    title: str,
    text: Callable[[PurchaseRow], str],
    sample: str,
    *,
    align: Align = Align.LEFT,
    yields: int = 0,
) -> Column[PurchaseRow]:
    return Column(
        title=title, text=text, align=align, role=_role, tooltip=_story, sample=sample, yields=yields
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

    def refresh(self) -> None:
        """Read again what is held, and what was added since."""
        self._start(self._read_top(max(PAGE, min(len(self.model.rows), _HELD)), joining=False))

    async def _page(self, before_id: int | None, limit: int) -> list[PurchaseRow]:
        text = self.text
        return await self._backend.read(
            lambda reader: reader.purchases.rows(before_id=before_id, limit=limit, text=text)
        )
