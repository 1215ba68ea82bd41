"""A slip on a roll, 48 or 32 letters wide: lines, QR codes and cuts, one below the other."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from varejoforte_desktop.application.printing_ports import NARROW

#: Millimetres of a roll by how many letters it holds.
MILLIMETRES: Final = {48: 80, NARROW: 58}
_SWAP: Final = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, never longer than the roll. `strong` is printed heavier, `tall` twice as high."""

    text: str
    strong: bool = False
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code in the middle of the roll."""

    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The paper ends here; what follows is another one."""


Piece = Line | Qr | Cut


class Roll:
    """Pieces being written, each cut to the roll."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._pieces: list[Piece] = []

    def centred(self, text: str, *, strong: bool = False, tall: bool = False) -> None:
        """Words in the middle, over as many lines as they need."""
        for line in _wrapped(text, self.columns):
            self._pieces.append(Line(line.center(self.columns).rstrip(), strong, tall))

    def sides(self, one: str, other: str, *, strong: bool = False) -> None:
        """Two facts in the middle: beside each other where there is room, else one below the other."""
        if other and len(one) + len(other) + 2 <= self.columns:
            self.centred(f"{one}  {other}", strong=strong)
            return
        for fact in (one, other) if other else (one,):
            self.centred(fact, strong=strong)

    def left(self, text: str, *, strong: bool = False, hang: int = 0) -> None:
        """A sentence from the left edge; its further lines begin `hang` letters later."""
        for line in textwrap.wrap(text, self.columns, subsequent_indent=" " * hang) or [""]:
            self._pieces.append(Line(line, strong))

    def pair(self, left: str, right: str, *, strong: bool = False, tall: bool = False) -> None:
        """Words at the left and what they are worth at the right; on two lines when one is too short."""
        if len(left) + len(right) < self.columns:
            self._pieces.append(Line(f"{left}{right:>{self.columns - len(left)}}", strong, tall))
            return
        self.left(left, strong=strong)
        for line in _wrapped(right, self.columns):
            self._pieces.append(Line(f"{line:>{self.columns}}", strong, tall))

    def ready(self, text: str, *, strong: bool = False) -> None:
        """A line that somebody else has laid out; a longer one goes on below."""
        for start in range(0, max(len(text), 1), self.columns):
            self._pieces.append(Line(text[start : start + self.columns], strong))

    def rule(self) -> None:
        """From edge to edge."""
        self._pieces.append(Line("-" * self.columns))

    def gap(self) -> None:
        """An empty line."""
        self._pieces.append(Line(""))

    def qr(self, text: str) -> None:
        """A QR code."""
        self._pieces.append(Qr(text))

    def cut(self) -> None:
        """End this paper."""
        self._pieces.append(Cut())

    def pieces(self) -> tuple[Piece, ...]:
        """All of it."""
        return tuple(self._pieces)


def _wrapped(text: str, width: int) -> Iterator[str]:
    yield from textwrap.wrap(text, width) or [""]


def money(value: Decimal) -> str:
    """ "1.234,56"."""
    return f"{value:,.2f}".translate(_SWAP)


def cents(value: int) -> str:
    """The same from whole cents."""
    return money(Decimal(value).scaleb(-2))


def price(value: Decimal) -> str:
    """A price with two places, or as many as it has."""
    bare = value.normalize()
    places = max(2, -int(bare.as_tuple().exponent))
    return f"{value:,.{places}f}".translate(_SWAP)


def quantity(value: Decimal) -> str:
    """ "12" or "0,25"."""
    bare = value.normalize()
    places = max(0, -int(bare.as_tuple().exponent))
    return f"{value:,.{places}f}".translate(_SWAP)
