"""Pages of a PDF as pictures, to be looked at before they are printed."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Final

from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble

#: More pages than this nobody looks at one by one.
MOST_PAGES: Final = 60
_POINTS: Final = 72
# The library keeps its state for the whole program: one thread at a time.
_alone = threading.Lock()


def pictures(document: bytes, *, dots_per_inch: int = 110) -> list[bytes]:
    """The pages as PNG, white where nothing is printed. Raises PrinterTrouble "format"."""
    import pypdfium2

    pages = []
    with _alone:
        try:
            opened = pypdfium2.PdfDocument(document)
        except pypdfium2.PdfiumError as error:
            raise PrinterTrouble("format", str(error)[:80]) from None
        try:
            for number in range(min(len(opened), MOST_PAGES)):
                page = opened[number]
                drawn = page.render(scale=dots_per_inch / _POINTS)
                out = BytesIO()
                drawn.to_pil().convert("RGB").save(out, format="PNG", compress_level=1)
                pages.append(out.getvalue())
                drawn.close()
                page.close()
        finally:
            opened.close()
    return pages
