"""The program in a process of its own, from its first line to its windows: when they were painted, what they hold."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject

from tests.benchmarks.machine import resident_mb
from tests.waiting import until
from varejoforte_desktop.app import program
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.front import Front

_FOUND: dict[str, Any] = {}


class FirstPaint(QObject):
    """Notes when the window it watches was painted for the first time."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Only looks."""
        if event.type() == QEvent.Type.Paint and "painted" not in _FOUND:
            _FOUND["painted"] = time.monotonic()
        return super().eventFilter(watched, event)


class WatchedFront(Front):
    """The program's front, its door watched from before it is shown."""

    def show(self) -> None:
        """Show the door."""
        self._watcher = FirstPaint(self)
        self.login.installEventFilter(self._watcher)
        super().show()


async def _look(front: Front) -> None:
    await until(lambda: "painted" in _FOUND and front.login.isVisible(), timeout=20.0, every=0.001)
    await until(lambda: front._services is not None, timeout=20.0, every=0.005)
    _FOUND["books_open"] = time.monotonic()
    await asyncio.sleep(0.2)
    _FOUND["at_login"] = resident_mb()
    if "--inside" in sys.argv:
        await _look_inside(front)


async def _look_inside(front: Front) -> None:
    from tests.benchmarks.shops import LOGIN, PASSWORD

    services = front._services
    assert services is not None
    front._signed_in(await services.desk.enter(login=LOGIN, password=PASSWORD))
    for _ in range(200):
        await asyncio.sleep(0.05)
        if not front._scope.busy:
            break
    await asyncio.sleep(3.0)
    shown = front.main is not None and front.main.isVisible()
    _FOUND["inside"] = resident_mb() if shown else None


def main() -> None:
    """Open the books that are named, tell what was found."""
    path = Path(sys.argv[1])
    settings = Settings(
        data_dir=path.parent / path.stem, database_url=f"sqlite:///{path}", station="MEDIDA", theme="light"
    )
    program.Front = WatchedFront  # type: ignore[misc]  # the same, watched
    program.run(settings, companion=_look)
    print(json.dumps(_FOUND), flush=True)


if __name__ == "__main__":
    main()
