"""When a station copies the shop, with which passphrase copies are locked, and comparing a shop that was restored."""

from __future__ import annotations

import argparse
import asyncio
import os
from dataclasses import fields
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.backup_desk import RecheckFacts
from varejoforte_desktop.application.backups import save_plan
from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun
from varejoforte_desktop.cli.answers import CommandRefused, Console, Report, WrongUsage, record
from varejoforte_desktop.cli.asking import PASSWORD, confirm, secret
from varejoforte_desktop.cli.database_words import CAUSES, spoken
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import counted, moment

OPENS_COPY: Final = "VAREJOFORTE_COPY_PASSPHRASE"
_OPTIONS: Final = tuple(each.name for each in fields(BackupPlan))


def plan(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Show this station's plan, or change what was given."""
    changing = any(getattr(asked, name) is not None for name in _OPTIONS)
    if changing and not asked.user:
        raise WrongUsage("Para mudar o plano informe --user.")
    if changing:
        asyncio.run(_save(asked, settings))
    now, runs, since = look(
        settings,
        lambda reader: (
            reader.backups.plan(settings.station),
            reader.backups.runs(station=settings.station, limit=5),
            reader.backups.locked_since(),
        ),
    )
    document = {
        "station": settings.station,
        "plan": None if now is None else record(now),
        "passphrase_since": since,
        "last": [record(each) for each in runs],
    }
    return Report(document=document, lines=[*_plan_lines(now, settings), *map(_run_line, runs)])


def _changed(before: BackupPlan, asked: argparse.Namespace) -> BackupPlan:
    """The plan with what was said; what was not said stays."""

    def number(name: str, now: int) -> int:
        given: int | None = getattr(asked, name)
        return now if given is None else given

    def choice(given: str | None, *, now: bool) -> bool:
        return now if given is None else given == "yes"

    def folder(given: str | None, now: str) -> str:
        if given is None:
            return now
        return str(Path(given).expanduser().absolute()) if given.strip() else ""

    return BackupPlan(
        folder=folder(asked.folder, before.folder),
        second_folder=folder(asked.second_folder, before.second_folder),
        every_hours=number("every_hours", before.every_hours),
        at_closing=choice(asked.at_closing, now=before.at_closing),
        encrypted=choice(asked.encrypted, now=before.encrypted),
        keep_daily=number("keep_daily", before.keep_daily),
        keep_weekly=number("keep_weekly", before.keep_weekly),
        keep_monthly=number("keep_monthly", before.keep_monthly),
    )


async def _save(asked: argparse.Namespace, settings: Settings) -> None:
    async with signed_in(settings, asked.user, secret(asked, PASSWORD, "a senha")) as (station, by):
        before = await station.database.read(lambda reader: reader.backups.plan(settings.station))
        await station.database.run(save_plan, _changed(before or BackupPlan(), asked), by=by)


def _plan_lines(now: BackupPlan | None, settings: Settings) -> list[str]:
    if now is None:
        return [f"A estação {settings.station} não tem um plano de cópias."]
    often = f"a cada {counted(now.every_hours, 'hora', 'horas')}" if now.every_hours else "só quando pedidas"
    return [
        f"Cópias da estação {settings.station}: {often}{', e ao fechar o caixa' if now.at_closing else ''}.",
        f"Pasta: {now.folder or settings.data_dir / 'copias'}",
        *([f"Segunda pasta: {now.second_folder}"] if now.second_folder else []),
        f"Trancadas com a frase secreta: {'sim' if now.encrypted else 'não'}",
        f"Guardadas: {now.keep_daily} diárias, {now.keep_weekly} semanais, {now.keep_monthly} mensais",
    ]


def _run_line(run: BackupRun) -> str:
    return f"{moment(run.at)}: {CAUSES.get(run.cause, run.cause)} {run.file}".rstrip()


def passphrase(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Choose what opens locked copies from now on."""
    password = secret(asked, PASSWORD, "a senha")
    chosen = secret(asked, OPENS_COPY, "a frase secreta das cópias")
    typed = not asked.from_stdin and not os.environ.get(OPENS_COPY)
    if typed and secret(asked, OPENS_COPY, "a mesma frase de novo") != chosen:
        raise CommandRefused("As duas frases não são iguais.", "Tente de novo.", kind="not_the_same")

    async def choose() -> None:
        async with signed_in(settings, asked.user, password) as (station, by):
            await station.backups.choose_passphrase(chosen, by=by)

    with spoken():
        asyncio.run(choose())
    since = look(settings, lambda reader: reader.backups.locked_since())
    return Report(
        document={"passphrase_since": since},
        lines=[
            "Frase secreta escolhida. Guarde-a fora deste computador: sem ela ninguém abre uma cópia trancada.",
            "Para trancar as cópias feitas por si: db plan --encrypted yes.",
        ],
    )


def recheck(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Compare a restored shop, so that it sells and sends again."""

    async def compare() -> RecheckFacts | None:
        async with signed_in(settings, asked.user, secret(asked, PASSWORD, "a senha")) as (station, by):
            facts = await station.backups.recheck_facts()
            if facts is None:
                return None
            for line in _facts_lines(facts):
                console.say(line)
            if not asked.yes:
                await asyncio.to_thread(confirm, "A loja voltará a vender e a enviar.")
            await station.backups.recheck(by=by)
            return facts

    facts = asyncio.run(compare())
    if facts is None:
        return Report(document={"done": "nothing"}, lines=["Não há nada a conferir."])
    return Report(
        document={"done": "rechecked", **record(facts)},
        lines=["Loja conferida: pode vender e enviar de novo."],
    )


def _facts_lines(facts: RecheckFacts) -> list[str]:
    return [
        f"Restaurada em {moment(facts.restored_at)}.",
        *(
            f"{station}: última venda na cópia {there}, última usada {used}"
            for station, there, used in facts.numbers
        ),
        f"{counted(facts.linked_products, 'produto será comparado', 'produtos serão comparados')} com a loja virtual.",
        f"{counted(facts.open_orders, 'pedido aberto será lido', 'pedidos abertos serão lidos')} de novo.",
    ]
