"""Where a command begins and ends: the settings, the diary, and every trouble turned into a sentence."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.cli import arguments
from varejoforte_desktop.cli.answers import (
    INTERRUPTED,
    OUR_BUG,
    USAGE,
    WORLD,
    CommandRefused,
    Console,
    Report,
    WrongUsage,
)
from varejoforte_desktop.cli.safes import with_secrets
from varejoforte_desktop.cli.sentences import kind_of, sentence_for
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.logs import start_log
from varejoforte_desktop.settings import Settings, WrongSettings, load
from varejoforte_desktop.ui.messages import Sentence

log = logging.getLogger(__name__)

Command = Callable[[argparse.Namespace, Settings, Console], Report]
_EXPECTED = (DomainError, OutsideError, BooksError, CommandRefused, WrongSettings)


def run(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks; gives the exit code."""
    _speak_utf8()
    try:
        asked = arguments.parse(sys.argv[1:] if argv is None else argv)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    console = Console(as_json=asked.json)
    try:
        return _obey(asked, console)
    except BrokenPipeError:
        return _nobody_listens()
    except KeyboardInterrupt:
        return console.fail(Sentence("Interrompido."), kind="interrupted", code=INTERRUPTED)
    except WrongUsage as error:
        return console.fail(Sentence(str(error)), kind="usage", code=USAGE)
    except _EXPECTED as error:
        return console.fail(sentence_for(error), kind=kind_of(error), code=WORLD)


def _obey(asked: argparse.Namespace, console: Console) -> int:
    settings = _settings(asked)
    if not asked.run:
        return _open_program(settings, demo=asked.demo)
    with _diary(settings) as diary:
        try:
            return console.finish(_command(asked.run)(asked, with_secrets(settings), console))
        except (WrongUsage, BrokenPipeError):
            raise
        except _EXPECTED as error:
            log.info("%s refused: %s: %s", asked.run, type(error).__name__, error)
            raise
        except Exception:  # the program's own boundary: what is left is our bug
            log.exception("%s failed", asked.run)
            remedy = f"O relatório está em {diary}." if diary else "Não foi possível gravar o relatório."
            text = "Algo deu errado no programa; nada do que já estava gravado se perdeu."
            return console.fail(Sentence(text, remedy), kind="bug", code=OUR_BUG)


def _settings(asked: argparse.Namespace) -> Settings:
    folder: Path | None = asked.data_dir
    settings = load(
        data_dir=None if folder is None else folder.expanduser().absolute(), database_url=asked.database_url
    )
    return replace(settings, database_url=_address(settings.database_url), demo=asked.demo)


def _address(url: str) -> str:
    """The address with the driver we ship. Raises CommandRefused."""
    scheme, found, rest = url.partition("://")
    if found and scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if found and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return url
    raise CommandRefused(
        "O endereço do banco de dados não pode ser usado.",
        "Use sqlite:////pasta/loja.db ou postgresql://usuario@servidor/loja.",
        kind="bad_database_url",
    )


def _command(name: str) -> Command:
    """Only the room that is needed is opened, so that every command starts fast."""
    module, _, function = name.partition(":")
    return cast("Command", getattr(importlib.import_module(f"varejoforte_desktop.cli.{module}"), function))


def _open_program(settings: Settings, *, demo: bool) -> int:
    if demo:
        from varejoforte_desktop.demo.program import run_demo

        return run_demo(settings)
    from varejoforte_desktop.app.program import run as run_program

    return run_program(settings)


@contextmanager
def _diary(settings: Settings) -> Iterator[Path | None]:
    """Write the log while a command runs, and leave the process as it was found."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook
    path = start_log(settings.log_dir)
    try:
        yield path
    finally:
        sys.excepthook, threading.excepthook = hooks
        root.setLevel(level)
        for handler in [each for each in root.handlers if each not in before]:
            root.removeHandler(handler)
            handler.close()


def _speak_utf8() -> None:
    """Whatever the console is set to: an accent never ends a command."""
    for stream in (sys.stdout, sys.stderr):
        change = getattr(stream, "reconfigure", None)
        if change is not None:
            with suppress(ValueError, OSError):
                change(encoding="utf-8", errors="replace")


def _nobody_listens() -> int:
    """The other end of a pipe is gone (`… | head`): say nothing more, also not while ending."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return WORLD
