"""What a command says when it is done: lines for a person, or one JSON document for another program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Final, TextIO

from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui.messages import Sentence

DONE: Final = 0
WORLD: Final = 1  # something outside the program has to change first; the sentence says what
USAGE: Final = 2
OUR_BUG: Final = 3
INTERRUPTED: Final = 130


class CommandRefused(Exception):
    """A command cannot do its work as things are; the sentence says what to do about it."""

    def __init__(self, text: str, remedy: str = "", *, kind: str = "refused") -> None:
        super().__init__(text)
        self.sentence = Sentence(text, remedy)
        self.kind = kind


class WrongUsage(Exception):
    """A command was called in a way that cannot be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a command. `complaint` goes to the error output, for people only."""

    document: Mapping[str, object]
    lines: Sequence[str] = field(default=())
    code: int = DONE
    complaint: str = ""


class Console:
    """Prints. With `as_json` the output holds one JSON document and nothing else."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._told = False

    def say(self, line: str) -> None:
        """Tell a person how it is going; never part of the document."""
        _print(line, sys.stderr if self.as_json else sys.stdout)

    def finish(self, report: Report) -> int:
        """Print the outcome; gives the exit code."""
        self.tell(report.document, report.lines)
        if report.complaint:
            _print(report.complaint, sys.stderr)
        return report.code

    def tell(self, document: Mapping[str, object], lines: Iterable[str]) -> None:
        """Print the document, or the lines."""
        if self.as_json:
            if not self._told:
                _print(as_json(document), sys.stdout, tidy=False)
        else:
            for line in lines:
                _print(line, sys.stdout)
        self._told = True

    def fail(self, sentence: Sentence, *, kind: str, code: int) -> int:
        """Say why nothing came of it; gives the exit code."""
        if self.as_json:
            self.tell({"error": {"kind": kind, "text": sentence.text, "remedy": sentence.remedy}}, ())
        _print(sentence.whole, sys.stderr)
        return code


def as_json(document: Mapping[str, object]) -> str:
    """One JSON document: money and quantities as strings with a point, instants in ISO 8601."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=_plain)


def record(value: object) -> dict[str, object]:
    """The fields of a record, to be part of a document."""
    if not is_dataclass(value):
        raise TypeError(type(value).__name__)
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return str(value.reais)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, PurePath)):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return record(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> list[str]:
    """Lines in columns. `right` has an "r" for each column whose numbers end under one another."""
    tidied = [[tidy(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *tidied, strict=True)]
    sides = right.ljust(len(widths))

    def line(cells: Sequence[str]) -> str:
        placed = zip(cells, widths, sides, strict=True)
        return "  ".join(c.rjust(w) if s == "r" else c.ljust(w) for c, w, s in placed).rstrip()

    return [line(headings), "  ".join("-" * width for width in widths), *map(line, tidied)]


def tidy(text: str) -> str:
    """Text from outside on one line, without signs that would steer the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _print(text: str, stream: TextIO | None, *, tidy: bool = True) -> None:
    if stream is not None:  # a program without a console has none
        print(_one_line(text) if tidy else text, file=stream, flush=True)


def _one_line(text: str) -> str:
    return "\n".join(map(tidy, text.split("\n")))
