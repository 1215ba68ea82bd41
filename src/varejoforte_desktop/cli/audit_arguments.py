"""What can be said to the commands that read the audit log."""

from __future__ import annotations

import argparse
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from varejoforte_desktop.cli.parsing import command, group, several, signed
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.ui.audit.words import GROUPS
from varejoforte_desktop.ui.formats import SHOP_ZONE


def add(commands: Any) -> None:
    """Read the audit log, take it to a file, prove that nobody touched it."""
    area = group(commands, "audit", "mostra, exporta e confere a trilha de auditoria")
    listing = signed(command(area, "list", "audit:show", "lista quem fez o quê, do mais novo ao mais antigo"))
    _filters(listing)
    listing.add_argument(
        "--limit", metavar="N", type=several, default=100, help="no máximo N registros (padrão: 100)"
    )
    exporting = signed(
        command(area, "export", "audit:write_out", "exporta a trilha para uma planilha .csv ou .xlsx")
    )
    exporting.add_argument("file", metavar="ARQUIVO", type=Path, help="a planilha a escrever")
    _filters(exporting)
    command(
        area,
        "check",
        "audit:check",
        "confere se algum registro da trilha foi alterado, apagado ou colocado depois",
        more="Guarde fora do computador o número e o selo do último registro: eles provam tudo o que veio antes.",
    )


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="DIA", type=_day, help="só desde este dia")
    parser.add_argument("--until", metavar="DIA", type=_day, help="só até este dia, inclusive")
    parser.add_argument("--user-name", metavar="NOME", default="", help="só o que esta pessoa fez")
    parser.add_argument("--station", metavar="ESTACAO", default="", help="só o que foi feito nesta estação")
    names = ", ".join(each.name for each in GROUPS)
    parser.add_argument(
        "--action",
        metavar="O_QUE",
        type=_actions,
        default=(),
        help=f"só um grupo ({names}) ou um ato, como {AuditAction.PRICE_CHANGED.value}",
    )
    parser.add_argument(
        "--text", metavar="TEXTO", default="", help="só o que tem esta palavra ou este valor, como 149,90"
    )


def _actions(text: str) -> tuple[AuditAction, ...]:
    """The acts of a group, or the one act. Raises ArgumentTypeError."""
    for each in GROUPS:
        if each.name == text:
            return each.actions
    with suppress(ValueError):
        return (AuditAction(text),)
    raise argparse.ArgumentTypeError(f"{text!r} não existe; use um grupo ou um ato da trilha")


def _day(text: str) -> datetime:
    """The midnight with which a day of the shop begins. Raises ArgumentTypeError."""
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text, shape).replace(tzinfo=SHOP_ZONE)
    raise argparse.ArgumentTypeError(f"{text!r} não é um dia como 31/12/2026 ou 2026-12-31")
