"""A product called "=1+1" must stay a name: Excel is told that it is no formula, and we read it back unharmed."""

from __future__ import annotations

import re
from typing import Final

# What Excel, LibreOffice and Google take for the beginning of a formula in a CSV.
_BEGINS_A_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_SHIELDED: Final = re.compile(r"'+[=+\-@\t\r\n]")

# Characters that XML cannot hold, a lone CR (XML turns it into LF), and texts that look like this very escape.
_NEEDS_ESCAPE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def shielded(text: str) -> str:
    """The text as it goes into a CSV: with an apostrophe before anything that would be a formula.

    A text that already has apostrophes there gets one more, so that `unshielded` gives back exactly what was.
    """
    return f"'{text}" if _BEGINS_A_FORMULA.match(text) else text


def unshielded(text: str) -> str:
    """The text without the apostrophe that `shielded` put there; every other apostrophe stays."""
    return text[1:] if _SHIELDED.match(text) else text


def escaped(text: str) -> str:
    """The text as an XLSX holds it (ECMA-376, ST_Xstring): "_x000D_" for what XML cannot say."""
    return _NEEDS_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text: str) -> str:
    """What an XLSX text says. Half a surrogate pair is no character and stays as it is written."""
    return _ESCAPE.sub(_letter, text) if "_x" in text else text


def _letter(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)
