"""Asks whoever runs a command: for passwords without showing them, for what is missing, and whether to go on."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import Final

from varejoforte_desktop.cli.answers import CommandRefused, WrongUsage

PASSWORD: Final = "VAREJOFORTE_PASSWORD"  # noqa: S105 - the name of a variable
TRAY_SECRET: Final = "VAREJOFORTE_TRAY_SECRET"  # noqa: S105
TRAY_CODE: Final = "VAREJOFORTE_TRAY_CODE"


def secret(asked: argparse.Namespace, variable: str, words: str) -> str:
    """A secret from the standard input, else the environment, else a question that does not show the answer.

    Raises WrongUsage when there is nobody to ask.
    """
    if asked.from_stdin:
        return _line(words)
    told = os.environ.get(variable)
    if told:
        return told
    if not _somebody_is_there():
        raise WrongUsage(f"Falta {words}: use a variável {variable} ou --from-stdin.")
    return _heard(getpass.getpass(f"{words.capitalize()}: ", stream=sys.stderr))


def wanted(given: str | None, option: str, words: str) -> str:
    """What was given on the command line, else the answer to a question. Raises WrongUsage when nobody is there."""
    if given:
        return given
    if not _somebody_is_there():
        raise WrongUsage(f"Falta {words}: use {option}.")
    _ask(f"{words.capitalize()}: ")
    return _line(words)


def confirm(question: str) -> None:
    """Go on only when SIM is typed. Raises CommandRefused."""
    _ask(f"{question} Digite SIM para continuar: ")
    try:
        answer = sys.stdin.readline() if sys.stdin is not None else ""
    except UnicodeDecodeError:
        answer = ""
    if answer.strip().casefold() != "sim":
        raise CommandRefused("Nada foi feito.", "Para não perguntar, use --yes.", kind="not_confirmed")


def _ask(question: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(question)
        sys.stderr.flush()


def _line(words: str) -> str:
    try:
        line = sys.stdin.readline() if sys.stdin is not None else ""
    except UnicodeDecodeError:
        raise WrongUsage(f"{words.capitalize()} na entrada padrão não está em UTF-8.") from None
    return _heard(line.rstrip("\r\n"), words)


def _heard(text: str, words: str = "a senha") -> str:
    if not text:
        raise WrongUsage(f"Falta {words}.")
    return text


def _somebody_is_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
