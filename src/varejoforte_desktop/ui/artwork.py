"""Our drawings, dyed in the colour a place of the screen asks for."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QDir

from varejoforte_desktop.ui.resources import resource

_PREFIX = "dyed"


@cache
def _folder() -> Path:
    # Style sheets and icons can only read files; these live as long as the program.
    folder = Path(tempfile.mkdtemp(prefix="varejoforte-icons-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # A search path keeps brackets, quotes and accents of a user's folder out of the style sheet.
    QDir.setSearchPaths(_PREFIX, [str(folder)])
    return folder


@cache
def dyed(name: str, colour: str) -> str:
    """The Qt file name of the drawing `name` in `colour` ("#rrggbb"); a vector, so crisp at any size.

    The colour is part of the file name because Qt caches pictures by name.
    """
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    file_name = f"{name}-{colour.lstrip('#').lower()}.svg"
    (_folder() / file_name).write_text(drawing.replace("currentColor", colour), encoding="utf-8")
    return f"{_PREFIX}:{file_name}"
