"""A slip in the bytes that receipt printers understand (ESC/POS): accents, heavy letters, QR codes, cuts, the drawer."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from varejoforte_desktop.application.printing_ports import PrinterBook, QrMode
from varejoforte_desktop.printing.codes import qr_size
from varejoforte_desktop.printing.rolls import Line, Piece, Qr

# Code page 850 has every Portuguese letter and is page 2 of Epson, Elgin, Bematech and their kin.
_CODE_PAGE: Final = "CP850"
_FEED: Final = 4  # lines: the last one must pass the knife
_MEDIUM: Final = 1  # error correction of the NFC-e's code: 15 %
_DRAWER_PIN: Final = 2
# What typography writes and the page does not have.
_PLAIN: Final = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "—": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "…": ".",
        "•": "*",
        "\N{NO-BREAK SPACE}": " ",
    }
)
_ORDINALS: Final = str.maketrans({"º": "o", "ª": "a", "°": "o"})


def thermal(pieces: Sequence[Piece], book: PrinterBook, *, drawer: bool = False) -> bytes:
    """The whole job for one slip. What a person typed can never become an order to the printer."""
    from escpos.printer import Dummy  # a tenth of a second

    printer = Dummy()
    printer.hw("INIT")
    printer.charcode(_CODE_PAGE)
    if drawer:
        printer.cashdraw(_DRAWER_PIN)
    for piece in pieces:
        if isinstance(piece, Line):
            _line(printer, piece, accents=book.accents)
        elif isinstance(piece, Qr):
            _qr(printer, piece.text, book)
        else:
            _end(printer, book)
    _end(printer, book)
    return bytes(printer.output)


def printable(text: str, *, accents: bool) -> str:
    """The text in letters that the printer has; "?" for signs it does not know."""
    whole = unicodedata.normalize("NFC", text).translate(_PLAIN)
    if not accents:
        whole = whole.translate(_ORDINALS)
    return "".join(_letter(letter, "ascii" if not accents else _CODE_PAGE) for letter in whole)


def _letter(letter: str, page: str) -> str:
    if unicodedata.category(letter).startswith("C"):
        return " "  # a control character would be an order to the printer
    try:
        letter.encode(page)
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFKD", letter)
        bare = "".join(part for part in parts if not unicodedata.combining(part))[:1]
        return bare.encode(page, errors="replace").decode(page) or "?"
    return letter


def _line(printer: Any, line: Line, *, accents: bool) -> None:
    if line.strong or line.tall:
        printer.set(bold=line.strong, double_height=line.tall, normal_textsize=not line.tall)
    printer.text(printable(line.text, accents=accents) + "\n")
    if line.strong or line.tall:
        printer.set(bold=False, normal_textsize=True)


def _qr(printer: Any, text: str, book: PrinterBook) -> None:
    size = qr_size(text, book.columns)
    printer.set(align="center")
    if book.qr is QrMode.NATIVE:
        printer.qr(text, ec=_MEDIUM, size=size, native=True)
        printer.text("\n")
    else:
        printer.qr(text, ec=_MEDIUM, size=size, native=False)
    printer.set(align="left")


def _end(printer: Any, book: PrinterBook) -> None:
    printer.print_and_feed(_FEED)
    if book.cut:
        printer.cut(mode="PART", feed=False)
