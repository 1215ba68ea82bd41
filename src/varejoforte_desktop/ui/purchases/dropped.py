"""A file that somebody drags over the list with the mouse."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDropEvent


def dropped_xml(event: QDropEvent) -> Path | None:
    """The one XML file that is being dropped, None for anything else."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.suffix.lower() == ".xml" else None
