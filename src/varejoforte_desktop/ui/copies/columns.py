"""The columns of the list of past copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from varejoforte_desktop.application.people_ports import BackupRun
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.copies.words import (
    file_name,
    outcome_of,
    size,
    technical,
    trouble_of,
    when,
    why_made,
)
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role


@dataclass(frozen=True, slots=True)
class RunRow:
    """A past copy and its place in the list, which is all it is known by."""

    id: int
    run: BackupRun


def run_columns(clock: Callable[[], datetime]) -> tuple[Column[RunRow], ...]:
    """When, what came of it, what for, how large, which file and at which station."""
    return (
        Column(
            title="Quando",
            text=lambda row: when(row.run.at, clock()),
            tooltip=_story,
            sample="00/00 00:00",
        ),
        Column(
            title="Resultado",
            text=lambda row: outcome_of(row.run).word,
            icon=lambda row: outcome_of(row.run).tone.icon,
            role=lambda row: outcome_of(row.run).tone.role,
            tooltip=_story,
            sample="Só na 1ª pasta",
        ),
        Column(title="Motivo", text=_why, role=_muted, tooltip=_story, sample="Fechamento", yields=2),
        Column(
            title="Tamanho",
            text=lambda row: size(row.run.bytes) if row.run.bytes else "—",
            align=Align.RIGHT,
            tooltip=_story,
            sample="000 MB",
            yields=1,
        ),
        *_where(),
    )


def _where() -> tuple[Column[RunRow], ...]:
    return (
        Column(
            title="Arquivo",
            text=lambda row: file_name(row.run.file) or trouble_of(row.run).text,
            tooltip=_story,
            sample="loja-000000",
            stretch=True,
        ),
        Column(
            title="Estação",
            text=lambda row: row.run.station,
            role=_muted,
            tooltip=_story,
            sample="Computador do escritório",
            yields=3,
        ),
    )


def _why(row: RunRow) -> str:
    return why_made(row.run)


def _muted(_row: RunRow) -> Role:
    return Role.TEXT_MUTED


def _story(row: RunRow) -> str:
    """The whole run, for the tooltip: a narrow window leaves columns out."""
    run = row.run
    told = technical(run)
    lines = (
        f"{formats.full_moment(run.at)} · {run.station}",
        " · ".join(
            part
            for part in (
                outcome_of(run).word,
                why_made(run),
                size(run.bytes) if run.bytes else "",
                "trancada com a frase secreta" if run.encrypted and run.bytes else "",
            )
            if part
        ),
        run.file,
        trouble_of(run).whole,
        f"Para o suporte: {told}" if told else "",
    )
    return "\n".join(line for line in lines if line)
