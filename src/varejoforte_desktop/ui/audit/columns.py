"""The columns of the audit log: when, who, where, what was done, to what, and from what to what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from varejoforte_desktop.application.people_questions import AuditRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.audit.facts import NOTHING, pairs, summary
from varejoforte_desktop.ui.audit.words import act_words, subject_words
from varejoforte_desktop.ui.models.columns import Column
from varejoforte_desktop.ui.palettes import Role


def _story(row: AuditRow) -> str:
    """The whole line, for the tooltip: a narrow window leaves columns out."""
    told = [
        f"{act_words(row.action).word} · {subject_words(row.action, row.subject)}",
        f"{who(row)} em {row.station or NOTHING}, {formats.full_moment(row.at)}",
    ]
    for pair in pairs(row):
        if pair.changed:
            told.append(f"{pair.name}: {pair.before} → {pair.after}")
        else:
            told.append(f"{pair.name}: {pair.after if pair.after != NOTHING else pair.before}")
    return "\n".join(told)


def who(row: AuditRow) -> str:
    """Whose act it was; nobody's while somebody still stood at the door."""
    return row.operator or NOTHING


def audit_columns(clock: Callable[[], datetime]) -> tuple[Column[AuditRow], ...]:
    """The columns of the list; this year's dates go without the year."""

    def written(row: AuditRow) -> str:
        same_year = row.at.astimezone(formats.SHOP_ZONE).year == clock().astimezone(formats.SHOP_ZONE).year
        return formats.moment(row.at) if same_year else formats.day(row.at)

    when: Column[AuditRow] = Column(
        title="Quando",
        text=written,
        tooltip=lambda row: formats.full_moment(row.at),
        sample="00/00 00:00",
    )
    return (when, *_by_whom(), *_what())


def _by_whom() -> tuple[Column[AuditRow], ...]:
    return (
        Column(title="Quem", text=who, tooltip=_story, sample="Fernanda Souza", yields=1),
        Column(
            title="Estação",
            text=lambda row: row.station or NOTHING,
            role=lambda _row: Role.TEXT_MUTED,
            tooltip=_story,
            sample="Escritório",
            yields=3,
        ),
    )


def _what() -> tuple[Column[AuditRow], ...]:
    return (
        Column(
            title="O quê",
            text=lambda row: act_words(row.action).word,
            icon=lambda row: act_words(row.action).icon,
            tooltip=_story,
            sample="Pedido deixado de l",
        ),
        Column(
            title="Sobre",
            text=lambda row: subject_words(row.action, row.subject),
            tooltip=_story,
            sample="Venda CAIXA-01-2",
            yields=2,
        ),
        Column(
            title="Antes → depois",
            text=lambda row: summary(row) or NOTHING,
            tooltip=_story,
            sample="Preço de venda 189,90 →",
            stretch=True,
        ),
    )
