"""A slip in the bytes that receipt printers understand (ESC/POS): accents, heavy letters, and a cut at the end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from varejoforte_desktop.ui.till.slip import SlipLine

# Code page 850 has every Portuguese letter and is page 2 of Epson, Elgin, Bematech and their kin.
CODE_PAGE: Final = "cp850"
_RESET: Final = b"\x1b@"
_PAGE: Final = b"\x1bt\x02"
_FONT_A: Final = b"\x1bM\x00"  # 48 letters on 80 mm, 32 on 58 mm
_STRONG_ON: Final = b"\x1bE\x01"
_STRONG_OFF: Final = b"\x1bE\x00"
_FEED: Final = b"\x1bd\x04"  # the last line must pass the knife
_CUT: Final = b"\x1dVB\x00"
# What typography writes and the page does not have.
_PLAIN: Final = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "“": '"', "”": '"', "’": "'", "…": ".", "•": "*"}
)


def escpos(lines: Iterable[SlipLine]) -> bytes:
    """The whole job for one slip. What was typed by a person can never become a command."""
    job = bytearray(_RESET + _PAGE + _FONT_A)
    for line in lines:
        text = encoded(line.text)
        job += _STRONG_ON + text + _STRONG_OFF if line.strong else text
        job += b"\n"
    return bytes(job + _FEED + _CUT)


def encoded(text: str) -> bytes:
    """The text in the printer's code page; letters it does not have lose their accents, signs become "?"."""
    return b"".join(_letter(letter) for letter in unicodedata.normalize("NFC", text).translate(_PLAIN))


def _letter(letter: str) -> bytes:
    if unicodedata.category(letter).startswith("C"):
        return b" "  # a control character would be an order to the printer
    try:
        return letter.encode(CODE_PAGE)
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFKD", letter)
        bare = "".join(part for part in parts if not unicodedata.combining(part))
        return bare[:1].encode(CODE_PAGE, errors="replace")
