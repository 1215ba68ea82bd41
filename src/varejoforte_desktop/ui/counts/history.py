"""The counts that there were, while none goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from varejoforte_desktop.application.sale_questions import CountRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role


def _tr(text: str) -> str:
    return QCoreApplication.translate("CountHistory", text)


def _ended(row: CountRow) -> str:
    return _tr("Abandonado") if row.state == "abandoned" else _tr("Encerrado")


def _story(row: CountRow) -> str:
    facts = [
        row.name,
        _tr("aberto por {who}, {at}").format(who=row.opened_by, at=formats.full_moment(row.opened_at)),
    ]
    if row.closed_at is not None:
        facts.append(f"{_ended(row).lower()} {formats.full_moment(row.closed_at)}")
    return "\n".join(facts)


def history_columns(clock: Callable[[], datetime]) -> tuple[Column[CountRow], ...]:
    """The columns of the list of past counts; this year's dates go without the year."""

    def written(row: CountRow) -> str:
        at = row.closed_at or row.opened_at
        same_year = at.astimezone(formats.SHOP_ZONE).year == clock().astimezone(formats.SHOP_ZONE).year
        return formats.moment(at) if same_year else formats.day(at)

    when: Column[CountRow] = Column(title=_tr("Quando"), text=written, tooltip=_story, sample="00/00 00:00")
    return (when, *_what(), *_how_many())


def _what() -> tuple[Column[CountRow], ...]:
    return (
        Column(
            title=_tr("Inventário"),
            text=lambda row: row.name,
            tooltip=_story,
            stretch=True,
            sample="Inventário 00/00",
        ),
        Column(
            title=_tr("Situação"),
            text=_ended,
            icon=lambda row: "close" if row.state == "abandoned" else "check",
            role=lambda row: Role.TEXT_MUTED if row.state == "abandoned" else Role.GOOD,
            tooltip=_story,
            sample="Abandonado",
        ),
    )


def _how_many() -> tuple[Column[CountRow], ...]:
    return (
        Column(
            title=_tr("Contados"),
            text=lambda row: formats.count(row.products),
            align=Align.RIGHT,
            sample="10.000",
            tooltip=_story,
        ),
        Column(
            title=_tr("Diferenças"),
            text=lambda row: formats.count(row.differences),
            align=Align.RIGHT,
            sample="10.000",
            tooltip=_story,
            yields=2,
        ),
        Column(
            title=_tr("Aberto por"),
            text=lambda row: row.opened_by,
            tooltip=_story,
            sample="Bruno Reis",
            yields=1,
        ),
    )
