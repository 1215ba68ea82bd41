"""Shows what has still to reach the store and why, and lets a person try again, leave it or hold it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import QueueCounters, QueueRow, Reader
from varejoforte_desktop.application.queue import hold
from varejoforte_desktop.application.queue import ignore as ignore_lines
from varejoforte_desktop.application.queue import retry as retry_lines
from varejoforte_desktop.cli.answers import CommandRefused, Console, Report, record, table
from varejoforte_desktop.cli.asking import PASSWORD, confirm, secret
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.field_names import aspect_name
from varejoforte_desktop.ui.formats import counted, moment
from varejoforte_desktop.ui.store_causes import outside_sentence

_STATES: Final = {
    QueueState.WAITING: "aguardando",
    QueueState.SENDING: "enviando",
    QueueState.OUTCOME_UNKNOWN: "conferindo",
    QueueState.HALTED: "parado",
}
_ALL: Final = 10_000_000

#: What is done with the lines that were chosen; gives how many there were.
Act = Callable[[UnitOfWork, Sequence[int], Actor], int]


def show(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """What is owed, halted first."""

    def question(reader: Reader) -> tuple[list[QueueRow], QueueCounters]:
        return reader.queue_rows(limit=asked.limit, text=asked.text), reader.queue_counters()

    rows, counters = look(settings, question)
    total = counters.pending + counters.paused
    if rows:
        shown = [_line(row) for row in rows]
        lines = table(("nº", "item", "o quê", "situação", "desde", "tent.", "motivo"), shown, right="r    r ")
        lines += ["", f"{counted(len(rows), 'item mostrado', 'itens mostrados')} de {total}."]
    else:
        lines = ["A fila está vazia." if not total else "Nenhum item da fila tem estas palavras."]
    document = {"total": total, "items": [_item(row) for row in rows]}
    return Report(document=document, lines=lines)


def _line(row: QueueRow) -> tuple[str, ...]:
    state = "pausado" if row.paused else _STATES[row.state]
    why = "" if not row.cause else " ".join(outside_sentence(row.cause, row.detail, row.facts)).strip()
    return (str(row.id), row.label, aspect_name(row.aspect), state, moment(row.since), str(row.attempts), why)


def _item(row: QueueRow) -> dict[str, object]:
    text, remedy = outside_sentence(row.cause, row.detail, row.facts) if row.cause else ("", "")
    return record(row) | {"subject": str(row.subject), "text": text, "remedy": remedy}


def retry(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Send lines again now."""
    return _treat(asked, settings, lambda uow, ids, by: retry_lines(uow, ids, by=by), "para tentar de novo")


def ignore(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Take lines out of the queue, after asking."""
    if not asked.yes:
        which = "Todos os itens" if asked.all else counted(len(asked.ids), "item", "itens")
        confirm(f"{which}: sai da fila sem ser enviado à loja.")
    return _treat(asked, settings, lambda uow, ids, by: ignore_lines(uow, ids, by=by), "fora da fila")


def pause(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Hold lines back."""
    return _treat(asked, settings, lambda uow, ids, by: hold(uow, ids, held=True, by=by), "em pausa")


def resume(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Let held lines go."""
    return _treat(asked, settings, lambda uow, ids, by: hold(uow, ids, held=False, by=by), "de volta à fila")


def _treat(asked: argparse.Namespace, settings: Settings, act: Act, words: str) -> Report:
    password = secret(asked, PASSWORD, "a senha do operador")

    async def work() -> int:
        async with signed_in(settings, asked.user, password) as (station, actor):
            ids = asked.ids or [
                row.id for row in await station.database.read(lambda reader: reader.queue_rows(limit=_ALL))
            ]
            return await station.database.run(act, ids, actor)

    treated = asyncio.run(work())
    if not treated and asked.ids:
        raise CommandRefused(
            "Estes itens não estão mais na fila.",
            "Veja a fila com: varejoforte-desktop queue list.",
            kind="no_such_lines",
        )
    return Report(document={"lines": treated}, lines=[f"{counted(treated, 'item', 'itens')} {words}."])
