"""The QR code of a slip: how large it may be on a roll, and as a picture."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from varejoforte_desktop.application.printing_ports import NARROW

#: Dots that a roll prints across, eight to a millimetre.
_DOTS: Final = {NARROW: 384}
_WIDE_DOTS: Final = 576
_LARGEST: Final = 360  # 45 mm: the law asks for 25, and long codes need more


def squares(text: str) -> int:
    """How many squares a side the code has."""
    return int(_code(text).best_fit()) * 4 + 17


def qr_size(text: str, columns: int) -> int:
    """How many dots a side each square may have for the code to fit the roll, 2 to 8."""
    room = min(_LARGEST, _DOTS.get(columns, _WIDE_DOTS) - 24)
    return max(2, min(8, room // squares(text)))


def qr_picture(text: str) -> bytes:
    """The code as a PNG, four dots a square and no edge."""
    code = _code(text, box_size=4, border=0)
    code.make(fit=True)
    out = BytesIO()
    code.make_image().save(out, format="PNG")
    return out.getvalue()


def _code(text: str, **looks: int) -> Any:
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code: Any = QRCode(error_correction=ERROR_CORRECT_M, **looks)
    code.add_data(text)
    return code
