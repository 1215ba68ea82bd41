"""Takes product lists in from spreadsheets, and writes the catalogue out to one."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from varejoforte_desktop.application.product_import import (
    ImportReceipt,
    ImportRefused,
    apply_import,
    plan_import,
)
from varejoforte_desktop.application.product_plan import Action, ImportPlan, LineError, PlannedLine
from varejoforte_desktop.application.product_sheet import COLUMN_OF_FIELD, COLUMNS, REQUIRED, Column, Kind
from varejoforte_desktop.cli.answers import WORLD, Console, Report, WrongUsage, record, table
from varejoforte_desktop.cli.asking import PASSWORD, confirm, secret
from varejoforte_desktop.cli.sentences import kind_of, sentence_for
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import amount, counted, quantity

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.application.product_sheet import Sheet
    from varejoforte_desktop.domain.operator import Actor

_SHOWN: Final = 50
_LONGEST_VALUE: Final = 30
_ACTIONS: Final = {
    Action.NEW: "novo",
    Action.CHANGED: "muda",
    Action.UNCHANGED: "igual",
    Action.ERROR: "erro",
}
_KINDS: Final = {
    Kind.WORD: "texto",
    Kind.TEXT: "texto, mantido letra por letra",
    Kind.BARS: "código de barras de 8, 12, 13 ou 14 dígitos (coluna de texto no Excel)",
    Kind.PATH: "caminho, como Cozinha > Panelas",
    Kind.MONEY: "valor em reais, como 1.234,56",
    Kind.QUANTITY: "quantidade, com até 3 casas",
    Kind.WHOLE: "número inteiro",
    Kind.DAY: "data, como 31/12/2026 ou 2026-12-31",
    Kind.FLAG: "sim ou não",
}


def take_in(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Show what a product list would change, then take in all of it or nothing."""
    from varejoforte_desktop.spreadsheets.reading import read_sheet

    password = secret(asked, PASSWORD, "a senha do operador")
    sheet = read_sheet(asked.file)

    async def work() -> Report:
        async with signed_in(settings, asked.user, password) as (station, actor):
            plan = await station.database.read(lambda reader: plan_import(reader, sheet.rows, by=actor))
            if plan.errors:
                return _refused(plan)
            if asked.dry_run:
                return Report(
                    document=_document(plan), lines=[*_preview(plan), "Nada foi gravado (--dry-run)."]
                )
            changes = plan.counts[Action.NEW] + plan.counts[Action.CHANGED]
            if changes and not asked.yes:
                for line in _preview(plan):
                    console.say(line)
                confirm(f"{counted(changes, 'produto muda', 'produtos mudam')} no cadastro.")
            return await _apply(station, sheet, plan, actor, shown=bool(changes) and not asked.yes)

    return asyncio.run(work())


async def _apply(station: Station, sheet: Sheet, plan: ImportPlan, actor: Actor, *, shown: bool) -> Report:
    try:
        receipt = await station.database.run(
            apply_import, sheet.rows, source=sheet.source, token_prefix=str(uuid4()), by=actor
        )
    except ImportRefused as refused:  # the books changed since the plan was made
        return _wrong({"applied": False, "errors": [_error(each) for each in refused.errors]}, refused.errors)
    before = [] if shown else _preview(plan)
    return Report(
        document=_document(plan) | {"applied": True, "receipt": record(receipt)},
        lines=[*before, *_done(receipt)],
    )


def _done(receipt: ImportReceipt) -> list[str]:
    return [
        f"Importado: {counted(receipt.new, 'produto novo', 'produtos novos')}, "
        f"{counted(receipt.changed, 'alterado', 'alterados')}, "
        f"{counted(receipt.unchanged, 'igual', 'iguais')}; "
        f"estoque mexido em {counted(receipt.moved, 'produto', 'produtos')}."
    ]


def _refused(plan: ImportPlan) -> Report:
    return _wrong(_document(plan), plan.errors)


def _wrong(document: dict[str, object], errors: Iterable[LineError]) -> Report:
    listed = list(errors)
    rows = [(str(e.number), e.column or "(linha)", sentence_for(e.error).whole) for e in listed]
    return Report(
        document=document,
        lines=table(("linha", "coluna", "o que corrigir"), rows, right="r"),
        code=WORLD,
        complaint=f"Nada foi gravado: {counted(len(listed), 'erro', 'erros')} na planilha.",
    )


def _preview(plan: ImportPlan) -> list[str]:
    counts = plan.counts
    touched = [line for line in plan.lines if line.action is not Action.UNCHANGED]
    rows = [_row(line) for line in touched[:_SHOWN]]
    lines = table(("linha", "referência", "ação", "mudanças"), rows, right="r") if rows else []
    if len(touched) > _SHOWN:
        lines.append(f"… e mais {counted(len(touched) - _SHOWN, 'linha', 'linhas')}.")
    summary = (
        f"{counted(counts[Action.NEW], 'novo', 'novos')}, {counted(counts[Action.CHANGED], 'muda', 'mudam')}, "
        f"{counted(counts[Action.UNCHANGED], 'igual', 'iguais')}."
    )
    return [*lines, summary]


def _row(line: PlannedLine) -> tuple[str, str, str, str]:
    if line.action is Action.NEW:
        return str(line.number), line.reference, _ACTIONS[line.action], line.name
    changes = "; ".join(
        f"{COLUMN_OF_FIELD.get(each.field, each.field)}: {_shown(each.before)} → {_shown(each.after)}"
        for each in line.changes
    )
    return str(line.number), line.reference, _ACTIONS[line.action], changes


def _shown(value: object) -> str:
    if value is None or value == "":
        return "vazio"
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, Money):
        return amount(value)
    if isinstance(value, Decimal):
        return quantity(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _document(plan: ImportPlan) -> dict[str, object]:
    lines = [
        record(line)
        | {
            "changes": [
                record(each) | {"column": COLUMN_OF_FIELD.get(each.field, "")} for each in line.changes
            ],
            "errors": [_error(each) for each in line.errors],
        }
        for line in plan.lines
    ]
    counts = {action.value: number for action, number in plan.counts.items()}
    errors = [_error(each) for each in plan.errors]
    return {"applied": False, "counts": counts, "errors": errors, "lines": lines}


def _error(each: LineError) -> dict[str, object]:
    said = sentence_for(each.error)
    return {
        "line": each.number,
        "column": each.column,
        "kind": kind_of(each.error),
        "text": said.text,
        "remedy": said.remedy,
    }


def write_out(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Write the whole catalogue to a spreadsheet."""
    path: Path = asked.file
    kind = path.suffix.lower()
    if kind not in {".csv", ".xlsx"}:
        raise WrongUsage("O arquivo precisa terminar em .csv ou .xlsx.")
    from varejoforte_desktop.spreadsheets.writing import write_csv, write_xlsx

    rows = look(settings, lambda reader: reader.export_rows())
    (write_csv if kind == ".csv" else write_xlsx)(path, rows)
    return Report(
        document={"file": path, "products": len(rows)},
        lines=[f"{counted(len(rows), 'produto exportado', 'produtos exportados')} para {path}."],
    )


def columns(_asked: argparse.Namespace, _settings: Settings, _console: Console) -> Report:
    """Explain what a product list may hold."""
    rows = [(column.name, _KINDS[column.kind], _empty(column)) for column in COLUMNS]
    return Report(
        document={
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind.name.lower(),
                    "required": column.name in REQUIRED,
                    "empty_erases": column.erases,
                }
                for column in COLUMNS
            ]
        },
        lines=[
            *table(("coluna", "conteúdo", "célula vazia"), rows),
            "",
            "Acentos, maiúsculas e espaços do título não importam. Só mudam as colunas que a planilha tem.",
        ],
    )


def _empty(column: Column) -> str:
    if column.name in REQUIRED:
        return "não pode (obrigatória)"
    return "apaga" if column.erases else "deixa como está"
