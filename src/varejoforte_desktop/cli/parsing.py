"""The reader of command lines, made to speak Portuguese when it explains or refuses."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

from varejoforte_desktop.cli.answers import USAGE

#: What argparse says → what we say; the first that fits.
_REFUSALS: Final[tuple[tuple[str, str], ...]] = (
    (r"the following arguments are required: (.+)", r"falta informar: \1"),
    (r"unrecognized arguments: (.+)", r"não reconhecido: \1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1: \2 não existe; use \3"),
    (r"argument (.+?): expected (?:one argument|at least one argument)", r"\1: falta o valor"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 não pode ser usado junto com \2"),
    (r"argument (.+?): invalid int value: (.+)", r"\1: \2 não é um número inteiro"),
    (r"argument (.+?): invalid float value: (.+)", r"\1: \2 não é um número"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 não leva valor"),
    (r"one of the arguments (.+) is required", r"informe uma destas opções: \1"),
    (r"argument (.+?): (.+)", r"\1: \2"),
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "uso: " if prefix is None else prefix)


SECRETS: Final = (
    "Senhas nunca são argumentos: são pedidas na tela, lidas de VAREJOFORTE_PASSWORD ou, "
    "com --from-stdin, da entrada padrão, uma por linha."
)
CODES: Final = (
    "Código de saída: 0 feito; 1 algo fora do programa impede (a frase diz o que fazer); "
    "2 uso errado; 3 falha do programa (o log diz onde); 130 interrompido."
)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose own words are Portuguese; options are never abbreviated."""

    def __init__(self, **options: Any) -> None:
        fixed = {"add_help": False, "allow_abbrev": False, "formatter_class": _Formatter}
        super().__init__(**{**options, **fixed})
        self._positionals.title = "argumentos"
        self._optionals.title = "opções"
        self.add_argument("-h", "--help", action="help", help="mostra esta ajuda e termina")

    def error(self, message: str) -> NoReturn:
        """Refuse, with the way it should be written."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {in_portuguese(message)}\n")


def in_portuguese(message: str) -> str:
    """A refusal of argparse in our words; one we do not know as it is."""
    for theirs, ours in _REFUSALS:
        if re.fullmatch(theirs, message, re.DOTALL):
            return re.sub(theirs, ours, message, flags=re.DOTALL)
    return message


def port(text: str) -> int:
    """A port number. Raises ArgumentTypeError."""
    return _between(text, 0, 65_535)


def several(text: str) -> int:
    """How many of something, at least one. Raises ArgumentTypeError."""
    return _between(text, 1, 1_000_000)


def seconds(text: str) -> float:
    """How long to wait. Raises ArgumentTypeError."""
    try:
        length = float(text.replace(",", "."))
    except ValueError:
        length = -1.0
    if not 0 < length <= 604_800:
        raise argparse.ArgumentTypeError(f"{text!r} não é um tempo em segundos")
    return length


def _between(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} não é um número de {least} a {most}")
    return int(text)


def everywhere(parser: argparse.ArgumentParser) -> None:
    """What every command understands, before or after its name."""
    absent: Any = argparse.SUPPRESS
    parser.add_argument(
        "--database-url",
        metavar="URL",
        default=absent,
        help="onde está o banco de dados; com senha, prefira a variável VAREJOFORTE_DATABASE_URL",
    )
    parser.add_argument(
        "--data-dir", metavar="PASTA", type=Path, default=absent, help="pasta dos dados e do log"
    )
    parser.add_argument("--json", action="store_true", default=absent, help="responde com um documento JSON")


def group(commands: Any, name: str, words: str) -> Any:
    group = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    return group.add_subparsers(title="comandos", metavar="COMANDO", required=True)


def command(commands: Any, name: str, run: str, words: str, *, more: str = "") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}. {more}".strip(), epilog=CODES
    )
    parser.set_defaults(run=run)
    everywhere(parser)
    return parser


def signed(parser: argparse.ArgumentParser, *, always: bool = True) -> argparse.ArgumentParser:
    """Commands that somebody is answerable for; not `always`: only with some of their options."""
    parser.description = f"{parser.description} {SECRETS}"
    parser.add_argument("--user", metavar="OPERADOR", required=always, help="operador que faz isto")
    parser.add_argument(
        "--from-stdin", action="store_true", help="lê a senha (e outros segredos) da entrada padrão"
    )
    return parser


def yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="não pergunta antes de fazer")
