"""Reads the audit log, takes it to a spreadsheet, and proves that nobody touched it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from varejoforte_desktop.application.people_questions import AuditProof, AuditRow, AuditSearch
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.cli.answers import WORLD, Console, Report, WrongUsage, record, table
from varejoforte_desktop.cli.asking import PASSWORD, secret
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.audit.facts import as_kept, facts, summary
from varejoforte_desktop.ui.audit.log_lines import HEADINGS, log_line
from varejoforte_desktop.ui.audit.words import act_words, problem_words, proof_words, subject_words
from varejoforte_desktop.ui.formats import SHOP_ZONE, count, counted

_STRETCH = 2000


def show(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Who did what, newest first."""
    rows = asyncio.run(_found(asked, settings, limit=asked.limit))
    headings = ("registro", "quando", "quem", "estação", "o quê", "sobre", "antes → depois")
    lines = table(headings, map(_line, rows), right="r") if rows else ["Nenhum registro."]
    return Report(document={"lines": [_document(row) for row in rows]}, lines=lines)


def write_out(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Write what is found to a spreadsheet."""
    path: Path = asked.file
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise WrongUsage("O arquivo precisa terminar em .csv ou .xlsx.")
    from varejoforte_desktop.spreadsheets.audit_writing import write_log

    rows = asyncio.run(_found(asked, settings, limit=None, console=console))
    write_log(path, HEADINGS, map(log_line, rows))
    return Report(
        document={"file": path, "lines": len(rows)},
        lines=[f"{counted(len(rows), 'registro exportado', 'registros exportados')} para {path}."],
    )


def check(_asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Follow the chain from the first line to the last."""
    proof = look(settings, partial(_followed, console), founded=False)
    lines = [proof_words(proof)]
    lines += [f"PROBLEMA: {problem_words(each)}" for each in proof.problems]
    lines.append(f"Último registro: {count(proof.reached or 0)}, selo {proof.seal}")
    return Report(
        document={
            "lines": proof.lines,
            "last": proof.reached or 0,
            "seal": proof.seal,
            "problems": proof.problems,
        },
        lines=lines,
        code=WORLD if proof.problems else 0,
        complaint="Faça uma cópia de segurança e chame o suporte." if proof.problems else "",
    )


def _followed(console: Console, reader: Reader) -> AuditProof:
    proof = reader.audit.prove()
    while not proof.finished:
        console.say(f"{count(proof.lines)} de {count(proof.total)} registros…")
        proof = reader.audit.prove(proof)
    return proof


async def _found(
    asked: argparse.Namespace, settings: Settings, *, limit: int | None, console: Console | None = None
) -> list[AuditRow]:
    """The lines that are asked for, newest first; no `limit`: all of them. Raises NotAllowed."""
    password = secret(asked, PASSWORD, "a senha do operador")
    search = _search(asked)
    rows: list[AuditRow] = []
    async with signed_in(settings, asked.user, password) as (station, by):
        while True:
            size = _STRETCH if limit is None else min(_STRETCH, limit - len(rows))
            before = rows[-1].id if rows else None
            page = await station.database.read(partial(_page, search, by, before, size))
            rows += page
            if len(page) < size or len(rows) == limit:
                return rows
            if console is not None:
                console.say(f"{count(len(rows))} registros…")


def _page(search: AuditSearch, by: Actor, before: int | None, size: int, reader: Reader) -> list[AuditRow]:
    return reader.audit.rows(search, by=by, before_id=before, limit=size)


def _search(asked: argparse.Namespace) -> AuditSearch:
    return AuditSearch(
        actions=asked.action,
        operator=asked.user_name,
        station=asked.station,
        text=as_kept(asked.text),
        since=asked.since,
        until=None if asked.until is None else asked.until + timedelta(days=1),
    )


def _line(row: AuditRow) -> Sequence[str]:
    return (
        str(row.id),
        f"{row.at.astimezone(SHOP_ZONE):%d/%m/%Y %H:%M:%S}",
        row.operator or "—",
        row.station or "—",
        act_words(row.action).word,
        subject_words(row.action, row.subject),
        summary(row),
    )


def _document(row: AuditRow) -> dict[str, object]:
    return record(row) | {"before": facts(row.before), "after": facts(row.after)}
