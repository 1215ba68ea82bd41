"""The columns of the list of people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from varejoforte_desktop.application.people_questions import PersonRow
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Column
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.people.words import ROLE_NAMES, last_seen, standing_of


def people_columns(clock: Callable[[], datetime]) -> tuple[Column[PersonRow], ...]:
    """Name, name at the door, role, how they stand and when they last came in; `clock` tells what time it is now."""

    def story(person: PersonRow) -> str:
        return _story(person, clock())

    return (
        *_who(story),
        Column(
            title="Situação",
            text=lambda person: standing_of(person, clock()).word,
            icon=lambda person: standing_of(person, clock()).icon,
            role=lambda person: standing_of(person, clock()).tone.role,
            tooltip=story,
            sample="Precisa trocar a senha",
        ),
        Column(
            title="Último acesso",
            text=lambda person: last_seen(person, clock()),
            role=lambda _person: Role.TEXT_MUTED,
            tooltip=story,
            sample="há 12 h 30 min",
            yields=2,
        ),
    )


def _who(story: Callable[[PersonRow], str]) -> tuple[Column[PersonRow], ...]:
    return (
        Column(
            title="Nome",
            text=lambda person: person.name,
            role=_role,
            tooltip=story,
            sample="Maria Alves",
            stretch=True,
        ),
        Column(
            title="Nome de acesso",
            text=lambda person: person.login,
            role=_role,
            tooltip=story,
            sample="mariana.alves",
            yields=3,
        ),
        Column(
            title="Perfil",
            text=lambda person: ROLE_NAMES[person.role],
            role=_role,
            tooltip=story,
            sample="Administrador",
            yields=1,
        ),
    )


def _role(person: PersonRow) -> Role:
    return Role.TEXT if person.active else Role.TEXT_MUTED


def _story(person: PersonRow, now: datetime) -> str:
    """The whole line, for the tooltip: a narrow window leaves columns out."""
    standing = standing_of(person, now)
    seen = person.last_seen_at
    lines = (
        f"{person.name} ({person.login})",
        f"{ROLE_NAMES[person.role]} · {standing.word}",
        standing.sentence,
        "Ainda não entrou" if seen is None else f"Entrou {formats.full_moment(seen)}",
    )
    return "\n".join(line for line in lines if line)
