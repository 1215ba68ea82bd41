"""Where the official layouts and the addresses of SEFAZ are found, installed or not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

# The wheel carries `resources/` inside the package; in the source tree it stands beside `src/`.
_INSTALLED: Final = Path(__file__).resolve().parents[1] / "resources" / "fiscal"
_SOURCE_TREE: Final = Path(__file__).resolve().parents[3] / "resources" / "fiscal"


def resource(name: str) -> Path:
    """The path of a file of this room, such as "endpoints.json". Raises FileNotFoundError for an unknown one."""
    for folder in (_INSTALLED, _SOURCE_TREE):
        path = folder / name
        if path.exists():
            return path
    raise FileNotFoundError(name)
