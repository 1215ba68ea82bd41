"""One thing the doctor found: well, to be watched, or to be put right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How serious it is."""

    WELL = "ok"
    WARNING = "warning"
    ERROR = "error"


_WORDS = {Grade.WELL: "OK   ", Grade.WARNING: "AVISO", Grade.ERROR: "ERRO "}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    subject: str
    grade: Grade
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        said = f"{_WORDS[self.grade]}  {self.subject}: {self.text}"
        return f"{said} → {self.remedy}" if self.remedy else said


def well(subject: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(subject, Grade.WELL, text)


def warning(subject: str, text: str, remedy: str) -> Finding:
    """The program works, with less."""
    return Finding(subject, Grade.WARNING, text, remedy)


def error(subject: str, text: str, remedy: str) -> Finding:
    """The program does not work like this."""
    return Finding(subject, Grade.ERROR, text, remedy)
