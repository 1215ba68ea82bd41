"""The reader of command lines, made to speak Portuguese when it explains or refuses."""

from __future__ import annotations

import argparse
import re
import sys
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
