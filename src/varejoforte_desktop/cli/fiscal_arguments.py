"""What can be said to the commands about fiscal documents: how the shop issues them, and what becomes of each."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Any

from varejoforte_desktop.cli.parsing import command, group, several, signed, yes
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.sale import FiscalModel

_MODELS = (FiscalModel.NFCE.value, FiscalModel.NFE.value)
#: The groups of states by the names of ui.fiscal_words, which would be slow to open for every command.
STATES = ("rejected", "offline", "waiting", "authorised", "cancelled", "void")


def add(commands: Any) -> None:
    """The commands of this area."""
    area = group(commands, "fiscal", "cuida das notas fiscais, do certificado, das séries e dos tributos")
    command(area, "status", "fiscal:status", "mostra como a loja emite e o que espera a SEFAZ")
    signed(
        command(
            area,
            "check",
            "fiscal:check",
            "confere ponto a ponto se a loja pode emitir agora, e pergunta à SEFAZ se está no ar",
            more="Termina com 1 quando falta alguma coisa.",
        )
    )
    _certificate(area)
    _rules(area)
    _series(area)
    _documents(area)
    _void(area)
    exporting = command(
        area,
        "export",
        "fiscal_documents:write_out",
        "grava o arquivo do mês para o contador: cada XML como foi assinado e a lista dos números, em um ZIP",
    )
    exporting.add_argument("month", metavar="MES", type=_month, help="o mês, como 2026-11 ou 11/2026")
    exporting.add_argument("folder", metavar="PASTA", type=Path, help="a pasta onde o ZIP fica")
    exporting.add_argument(
        "--environment",
        choices=tuple(each.value for each in FiscalEnvironment),
        help="ambiente das notas (padrão: o que está em uso)",
    )


def _certificate(area: Any) -> None:
    certificate = group(area, "certificate", "instala o certificado digital da empresa")
    installing = signed(
        command(
            certificate,
            "install",
            "fiscal:install",
            "instala um certificado A1 (.pfx ou .p12)",
            more="Mostra de quem é e até quando vale antes de guardar. A senha do certificado é pedida, lida de "
            "VAREJOFORTE_CERTIFICATE_PASSWORD ou, com --from-stdin, da segunda linha; ela não é guardada.",
        )
    )
    installing.add_argument("file", metavar="ARQUIVO", type=Path, help="o certificado")
    yes(installing)


def _rules(area: Any) -> None:
    rules = group(area, "rules", "cuida da tabela de tributos do contador")
    taking = signed(
        command(
            rules,
            "import",
            "fiscal:take_rules",
            "importa a tabela de uma planilha (.csv ou .xlsx)",
            more="Toma o lugar da tabela anterior; com qualquer erro, nada é gravado.",
        )
    )
    taking.add_argument("file", metavar="ARQUIVO", type=Path, help="a planilha")
    taking.add_argument("--dry-run", action="store_true", help="só confere a planilha")
    writing = command(
        rules, "export", "fiscal:write_rules_out", "exporta a tabela, ou a sugestão quando não há nenhuma"
    )
    writing.add_argument("file", metavar="ARQUIVO", type=Path, help="a planilha a escrever")
    signing = signed(
        command(rules, "sign", "fiscal:sign_rules", "registra que o contador responde pela tabela como está")
    )
    signing.add_argument("name", metavar="NOME", help="nome e CRC do contador, entre aspas")
    yes(signing)


def _series(area: Any) -> None:
    series = group(area, "series", "mostra e define a numeração de cada caixa")
    command(series, "list", "fiscal:show_series", "lista as séries de cada caixa")
    setting = signed(command(series, "set", "fiscal:set_series", "dá uma série a um caixa"))
    setting.add_argument("--station", metavar="ESTACAO", required=True, help="o caixa")
    setting.add_argument("--model", choices=_MODELS, required=True, help="NFC-e ou NF-e")
    setting.add_argument("--series", metavar="N", type=_number(0, 999), required=True, help="a série")
    setting.add_argument(
        "--last",
        metavar="N",
        type=_number(0, 999_999_998),
        default=0,
        help="último número já usado nesta série, por qualquer programa (padrão: 0)",
    )


def _documents(area: Any) -> None:
    listing = command(
        area,
        "list",
        "fiscal_documents:show",
        "lista as notas, da mais nova à mais antiga, e as vendas sem nota",
    )
    listing.add_argument(
        "--text", metavar="TEXTO", default="", help="só este número, chave, comprador ou venda"
    )
    listing.add_argument("--model", choices=_MODELS, help="só NFC-e ou só NF-e")
    listing.add_argument("--state", choices=STATES, help="só as que estão assim")
    listing.add_argument("--from", metavar="DIA", type=_day, dest="since", help="emitidas desde este dia")
    listing.add_argument("--to", metavar="DIA", type=_day, dest="until", help="emitidas até este dia")
    listing.add_argument(
        "--limit", metavar="N", type=several, default=100, help="no máximo N notas (padrão: 100)"
    )
    _sending(area)


def _sending(area: Any) -> None:
    sending = signed(
        command(
            area,
            "send",
            "fiscal_documents:send",
            "emite o que falta e envia o que espera, ou corrige e reenvia uma nota",
            more="Uma nota rejeitada é refeita com os dados de agora e o mesmo número.",
        )
    )
    which = sending.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="tudo o que espera")
    which.add_argument(
        "--note", metavar="NOTA", nargs="+", dest="notes", help="números da lista ou chaves de acesso"
    )
    cancelling = signed(
        command(
            area,
            "cancel",
            "fiscal_documents:cancel",
            "cancela uma nota na SEFAZ e a venda dela: mercadoria e dinheiro voltam",
        )
    )
    cancelling.add_argument("note", metavar="NOTA", help="número da lista ou chave de acesso")
    _reason(cancelling)
    yes(cancelling)


def _void(area: Any) -> None:
    voiding = signed(
        command(area, "void", "fiscal_documents:void", "inutiliza números que nenhuma nota usou")
    )
    voiding.add_argument("--model", choices=_MODELS, required=True, help="NFC-e ou NF-e")
    voiding.add_argument("--series", metavar="N", type=_number(0, 999), required=True, help="a série")
    voiding.add_argument(
        "--first", metavar="N", type=_number(1, 999_999_999), required=True, help="primeiro número"
    )
    voiding.add_argument(
        "--last", metavar="N", type=_number(1, 999_999_999), help="último número (padrão: só o primeiro)"
    )
    _reason(voiding)
    yes(voiding)


def _reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", metavar="MOTIVO", required=True, help="o que houve, de 15 a 255 letras")


def _number(least: int, most: int) -> Any:
    def read(text: str) -> int:
        """A whole number in these bounds. Raises ArgumentTypeError."""
        if not (text.isascii() and text.isdecimal() and len(text) <= 9 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} não é um número de {least} a {most}")
        return int(text)

    return read


def _day(text: str) -> date:
    """A day as a shop writes it, or as a program does. Raises ArgumentTypeError."""
    for shape in (
        r"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
    ):
        found = re.fullmatch(shape, text, re.ASCII)
        if found is not None:
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:  # the 31st of February
                break
    raise argparse.ArgumentTypeError(f"{text!r} não é um dia como 31/12/2026 ou 2026-12-31")


def _month(text: str) -> date:
    """The first day of a month. Raises ArgumentTypeError."""
    for shape in (r"(?P<year>\d{4})-(?P<month>\d\d)", r"(?P<month>\d\d)/(?P<year>\d{4})"):
        found = re.fullmatch(shape, text, re.ASCII)
        if found is not None and 1 <= int(found["month"]) <= 12 and int(found["year"]) >= 1:
            return date(int(found["year"]), int(found["month"]), 1)
    raise argparse.ArgumentTypeError(f"{text!r} não é um mês como 2026-11 ou 11/2026")
