"""A slip as a PDF as wide as the roll and as long as the slip, and as bare text: for screens, folders and viewers."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from varejoforte_desktop.printing.codes import qr_picture, qr_size, squares
from varejoforte_desktop.printing.rolls import MILLIMETRES, Cut, Line, Piece, Qr
from varejoforte_desktop.printing.thermal import printable

_EDGE: Final = 4.0  # millimetres that no roll printer reaches
_LETTER_SHAPE: Final = 0.6  # Courier: a letter is six tenths of its height wide
_POINT: Final = 25.4 / 72
_DOT: Final = 25.4 / 203  # millimetres


def roll_text(pieces: Sequence[Piece]) -> str:
    """The slip without anything but its letters."""
    lines = []
    for piece in pieces:
        if isinstance(piece, Line):
            lines.append(piece.text)
        elif isinstance(piece, Qr):
            lines.append(f"[QR] {piece.text}")
        else:
            lines.append("- - - 8< - - -")
    return "\n".join(lines) + "\n"


def roll_pdf(pieces: Sequence[Piece], columns: int) -> bytes:
    """The document, a page for each paper that the knife would make."""
    from fpdf import FPDF  # heavy

    document = FPDF(unit="mm")
    document.set_title("Comprovante")
    document.set_creator("Varejo Forte")
    document.set_margin(0)
    document.set_auto_page_break(auto=False)
    for page in _pages(pieces):
        _Page(document, page, columns).draw()
    return bytes(document.output())


def _pages(pieces: Sequence[Piece]) -> list[list[Line | Qr]]:
    pages: list[list[Line | Qr]] = [[]]
    for piece in pieces:
        if isinstance(piece, Cut):
            pages.append([])
        else:
            pages[-1].append(piece)
    return pages


class _Page:
    """One paper of the slip."""

    def __init__(self, document: Any, pieces: Sequence[Line | Qr], columns: int) -> None:
        self._document = document
        self._pieces = pieces
        self._columns = columns
        self._width = float(MILLIMETRES[columns])
        self._points = (self._width - 2 * _EDGE) / columns / _LETTER_SHAPE / _POINT
        self._step = self._points * _POINT * 1.15

    def _height(self, piece: Line | Qr) -> float:
        if isinstance(piece, Line):
            return self._step * (2 if piece.tall else 1)
        return self._side(piece) + 2 * self._step

    def _side(self, code: Qr) -> float:
        return squares(code.text) * qr_size(code.text, self._columns) * _DOT

    def draw(self) -> None:
        """Put it on a page of its own length."""
        height = sum(self._height(piece) for piece in self._pieces) + 4 * _EDGE
        self._document.add_page(format=(self._width, max(height, self._width)))
        top = _EDGE
        for piece in self._pieces:
            if isinstance(piece, Line):
                self._draw_line(piece, top)
            else:
                side = self._side(piece)
                picture = BytesIO(qr_picture(piece.text))
                self._document.image(picture, (self._width - side) / 2, top + self._step, side, side)
            top += self._height(piece)

    def _draw_line(self, line: Line, top: float) -> None:
        text = printable(line.text, accents=True).encode("latin-1", "replace").decode("latin-1")
        self._document.set_font("Courier", "B" if line.strong else "", self._points)
        base = top + self._points * _POINT * (2 if line.tall else 1)
        if not line.tall:
            self._document.text(_EDGE, base, text)
            return
        # Twice as high and no wider, as the printer does it.
        from fpdf.drawing_primitives import Transform

        with self._document.transform(Transform(1, 0, 0, 2, 0, -base)):
            self._document.text(_EDGE, base, text)
