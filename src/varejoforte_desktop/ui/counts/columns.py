"""What the list of a count shows of each product: what was found, what the books said, and what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from PySide6.QtCore import QCoreApplication

from varejoforte_desktop.application.sale_questions import CountLineRow
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.movements.ledger import signed
from varejoforte_desktop.ui.palettes import Role

NOTHING: Final = "—"


class Shown(Enum):
    """Which lines of a count are listed."""

    COUNTED = "counted"
    DIFFERENCES = "differences"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A product in the list; `counted` is False while nobody found it."""

    row: CountLineRow
    counted: bool = True

    @property
    def id(self) -> int:
        """The product's number: it stands in a count once."""
        return self.row.product_id

    @property
    def cost(self) -> Money:
        """What the difference costs; below zero when goods are missing."""
        return self.row.cost.times(self.row.difference)


def chosen_lines(
    counted: Sequence[CountLineRow], missing: Sequence[CountLineRow], shown: Shown
) -> list[CountedLine]:
    """The lines to list: what was scanned last stands on top, what nobody found is sorted by name."""
    if shown is Shown.MISSING:
        return [CountedLine(row, counted=False) for row in missing]
    newest = sorted(counted, key=lambda row: row.last_at, reverse=True)
    return [CountedLine(row) for row in newest if shown is Shown.COUNTED or row.difference]


@dataclass(frozen=True, slots=True)
class Tally:
    """A count added up, at cost: what came up, what is missing, and what was sold under the counting hands."""

    products: int
    differences: int
    moved: int
    surplus: Money
    shortage: Money  # below zero or nothing

    @property
    def result(self) -> Money:
        """What came up less what is missing."""
        return self.surplus + self.shortage


def tally(rows: Sequence[CountLineRow]) -> Tally:
    """Add up the lines of a count."""
    costs = [row.cost.times(row.difference) for row in rows]
    return Tally(
        products=len(rows),
        differences=sum(1 for row in rows if row.difference),
        moved=sum(1 for row in rows if row.moved),
        surplus=sum((cost for cost in costs if cost > ZERO), ZERO),
        shortage=sum((cost for cost in costs if cost < ZERO), ZERO),
    )


def signed_money(value: Money) -> str:
    """With its sign always: "+R$ 12,00", "−R$ 3,50", "R$ 0,00"."""
    if not value:
        return formats.money(value)
    return ("−" if value < ZERO else "+") + formats.money(Money(abs(value.cents)))


def count_columns() -> tuple[Column[CountedLine], ...]:
    """The columns of the list."""
    return (*_what(), *_how_many(), *_more())


def _tr(text: str) -> str:
    return QCoreApplication.translate("CountColumns", text)


def _role(value: Decimal) -> Role:
    return Role.GOOD if value > 0 else Role.BAD if value < 0 else Role.TEXT_MUTED


def _line_role(line: CountedLine) -> Role:
    return _role(line.row.difference) if line.counted else Role.TEXT_MUTED


def _story(line: CountedLine) -> str:
    """The whole line, for the tooltip: a narrow window leaves columns out."""
    row = line.row
    expected = _tr("no sistema {expected} {unit}").format(
        expected=formats.quantity(row.expected), unit=row.unit
    )
    if not line.counted:
        return "\n".join((f"{row.reference} · {row.name}", expected, _tr("Ninguém contou ainda.")))
    counted = _tr("contado {counted} {unit}").format(counted=formats.quantity(row.counted), unit=row.unit)
    facts = [
        f"{row.reference} · {row.name}",
        f"{counted}, {expected}",
        _tr("diferença {amount}, {cost} a custo").format(
            amount=signed(row.difference), cost=signed_money(line.cost)
        ),
        _tr("último bip: {at}").format(at=formats.full_moment(row.last_at)),
    ]
    if row.moved:
        facts.append(_tr("Vendido ou movimentado enquanto era contado: conte de novo."))
    return "\n".join(facts)


def _what() -> tuple[Column[CountedLine], ...]:
    return (
        Column(
            title=_tr("Produto"),
            text=lambda line: f"{line.row.reference} · {line.row.name}",
            tooltip=_story,
            sample="PAN-1001 · Panela de pressão 4,5 L",
            stretch=True,
        ),
    )


def _how_many() -> tuple[Column[CountedLine], ...]:
    return (
        Column(
            title=_tr("Contado"),
            text=lambda line: formats.quantity(line.row.counted) if line.counted else NOTHING,
            align=Align.RIGHT,
            tooltip=_story,
            sample="1.238,750",
        ),
        Column(
            title=_tr("No sistema"),
            text=lambda line: formats.quantity(line.row.expected),
            align=Align.RIGHT,
            tooltip=_story,
            sample="1.238,750",
            title_tooltip=_tr("O que o sistema dizia no primeiro bip do produto"),
        ),
        Column(
            title=_tr("Diferença"),
            text=lambda line: signed(line.row.difference) if line.counted else NOTHING,
            align=Align.RIGHT,
            role=_line_role,
            tooltip=_story,
            sample="+138,750",
        ),
    )


def _more() -> tuple[Column[CountedLine], ...]:
    return (
        Column(
            title=_tr("A custo"),
            text=lambda line: signed_money(line.cost) if line.counted and line.cost else "",
            align=Align.RIGHT,
            role=lambda line: Role.TEXT_MUTED,
            tooltip=_story,
            sample="−R$ 10.238,75",
            yields=3,
        ),
        Column(
            title=_tr("Aviso"),
            text=lambda line: _tr("Recontar") if line.row.moved else "",
            icon=lambda line: "warning" if line.row.moved else "",
            role=lambda line: Role.WARN,
            tooltip=_story,
            sample="Recontar",
            yields=1,
        ),
        Column(
            title=_tr("Bipado"),
            text=lambda line: formats.hour(line.row.last_at) if line.counted else NOTHING,
            tooltip=_story,
            sample="00:00",
            yields=2,
        ),
    )
