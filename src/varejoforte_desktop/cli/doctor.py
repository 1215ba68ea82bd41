"""Examines this computer and the shop's database, and says in plain words what to put right."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from varejoforte_desktop.cli import doctor_books, doctor_computer
from varejoforte_desktop.cli.answers import WORLD, Console, Report, record
from varejoforte_desktop.cli.findings import Finding, Grade
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import counted

_ROUNDS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    doctor_computer.python,
    doctor_computer.screen,
    doctor_computer.safe,
    doctor_computer.folders,
    doctor_books.books,
)


def examine(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Look at everything the program stands on."""
    found = [finding for look_at in _ROUNDS for finding in look_at(settings)]
    errors = sum(finding.grade is Grade.ERROR for finding in found)
    warnings = sum(finding.grade is Grade.WARNING for finding in found)
    lines = [str(finding) for finding in found]
    lines.append(f"{counted(errors, 'erro', 'erros')}, {counted(warnings, 'aviso', 'avisos')}.")
    return Report(
        document={"findings": [record(finding) for finding in found], "errors": errors, "warnings": warnings},
        lines=lines,
        code=WORLD if errors else 0,
        complaint="Corrija os erros acima e execute de novo." if errors else "",
    )
