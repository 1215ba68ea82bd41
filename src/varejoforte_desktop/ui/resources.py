"""Where the program's own files (icons and the like) are found, installed or not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

# The wheel carries `resources/` inside the package; in the source tree it stands beside `src/`.
_INSTALLED: Final = Path(__file__).resolve().parents[1] / "resources"
_SOURCE_TREE: Final = Path(__file__).resolve().parents[3] / "resources"


def resource(name: str) -> Path:
    """The path of a file of ours, such as "icons/sale.svg". Raises FileNotFoundError for an unknown one."""
    for folder in (_INSTALLED, _SOURCE_TREE):
        path = folder / name
        if path.exists():
            return path
    raise FileNotFoundError(name)
