"""What can be said to the commands that take in suppliers' notes."""

from __future__ import annotations

import argparse
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from varejoforte_desktop.cli.parsing import command, group, several, signed, yes
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import decimal_from_typed
from varejoforte_desktop.domain.purchase import checked_factor

_MATCH = re.compile(r"(\d{1,3})=(.+?)(?::([\d.,]+))?")


def add(commands: Any) -> None:
    """List the notes that entered, look at one, take one in."""
    area = group(commands, "purchases", "mostra e dá entrada em notas de compra (XML)")
    listing = command(
        area, "list", "purchases:show", "lista as notas que entraram, da mais nova à mais antiga"
    )
    listing.add_argument(
        "--text", metavar="TEXTO", default="", help="só este número, fornecedor, CNPJ ou chave"
    )
    listing.add_argument(
        "--limit", metavar="N", type=several, default=100, help="no máximo N notas (padrão: 100)"
    )
    preview = signed(
        command(area, "preview", "purchases:preview", "mostra o que a nota mudaria, sem gravar nada")
    )
    _decisions(preview)
    entering = signed(
        command(
            area,
            "enter",
            "purchases:enter",
            "dá entrada em uma nota de compra",
            more="Mostra antes o que vai mudar. Cada linha entra como um produto da loja ou fica de fora; "
            "a mesma nota nunca entra duas vezes.",
        )
    )
    _decisions(entering)
    entering.add_argument(
        "--unproven", action="store_true", help="aceita a nota sem autorização ou sem assinatura que confira"
    )
    yes(entering)
    _undoing(area)


def _undoing(area: Any) -> None:
    undoing = signed(
        command(
            area,
            "undo",
            "purchases:undo",
            "desfaz a entrada de uma nota",
            more="A mercadoria sai do estoque, custos e preços voltam ao que eram onde ninguém os mudou depois, "
            "e a mesma nota pode dar entrada de novo.",
        )
    )
    undoing.add_argument("key", metavar="CHAVE", help="a chave de acesso da nota, com 44 dígitos")
    undoing.add_argument("--reason", metavar="MOTIVO", required=True, help="por que a entrada é desfeita")
    yes(undoing)


def _decisions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="ARQUIVO", type=Path, help="o XML da nota")
    parser.add_argument(
        "--match",
        metavar="LINHA=PRODUTO[:FATOR]",
        type=_match,
        action="append",
        default=[],
        help="esta linha é o produto com esta referência ou código de barras; "
        "FATOR diz quantas unidades nossas vêm em uma da nota",
    )
    parser.add_argument(
        "--leave-out", metavar="LINHA", type=several, nargs="+", default=[], help="linhas que ficam de fora"
    )
    parser.add_argument(
        "--accept-factors", action="store_true", help="aceita as conversões de unidade que a nota sugere"
    )
    parser.add_argument(
        "--prices", action="store_true", help="muda os preços para os sugeridos; sem isto nenhum preço muda"
    )
    parser.add_argument(
        "--margin", metavar="P", type=_percent, help="margem sobre o custo, em %% (padrão: a de cada produto)"
    )
    parser.add_argument("--less-icms", action="store_true", help="desconta dos custos o ICMS creditável")


def _match(text: str) -> tuple[int, str, Decimal | None]:
    """A line, a product's code and perhaps a factor. Raises ArgumentTypeError."""
    found = _MATCH.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} não é como 3=PAN-1001 ou 3=PAN-1001:12")
    try:
        factor = checked_factor(decimal_from_typed(found[3], places=6)) if found[3] else None
    except DomainError:
        raise argparse.ArgumentTypeError(f"{found[3]!r} não é um fator como 12 ou 0,5") from None
    return int(found[1]), found[2], factor


def _percent(text: str) -> Decimal:
    """A margin in percent. Raises ArgumentTypeError."""
    try:
        value = decimal_from_typed(text.rstrip("% "), places=2)
    except DomainError:
        value = Decimal(-1)
    if not 0 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} não é uma margem como 40 ou 37,5")
    return value
