"""The program in a process of its own with its windows open: how long its screen stood still while it worked."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from tests.benchmarks.drain import connect, owing
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.shops import LOGIN, PASSWORD, link, owe, settings_of
from tests.waiting import until
from varejoforte_desktop.app.program import run
from varejoforte_desktop.application import catalogue
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.ui.front import Front

_PATIENCE = 20.0


class Watcher:
    """The companion: signs in, and takes the pulse during each kind of work."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self._path = Path(told["path"])
        self.found: dict[str, Any] = {"window": ""}

    async def __call__(self, front: Front) -> None:
        """Runs beside the program on its own loop."""
        await until(lambda: front._services is not None, _PATIENCE)
        services = front._services
        assert services is not None
        actor = await services.desk.enter(login=LOGIN, password=PASSWORD)
        await connect(services, actor, self._told["keys"])  # type: ignore[arg-type]  # has the connector too
        link(self._path)
        if not self._told["calm"]:
            gc.unfreeze()
            gc.enable()
        await self._open_window(front, actor)
        heart = Heartbeat(QApplication.instance())  # type: ignore[arg-type]  # it exists
        heart.start()
        await asyncio.sleep(1.0)
        self.found["nothing"] = heart.stop()
        heart.start()
        await _save(services, actor, self._told["saves"])
        self.found["saving"] = heart.stop()
        link(self._path)
        owe(self._path, self._told["count"])
        heart.start()
        services.sync.start(actor)
        await self._until_sent()
        self.found["draining"] = heart.stop()
        await services.sync.stop()

    async def _open_window(self, front: Front, actor: Actor) -> None:
        """The main window on the list of products, when it can be made; without it the loop alone is watched."""
        front._signed_in(actor)
        for _ in range(int(_PATIENCE / 0.05)):
            await asyncio.sleep(0.05)
            if not front._scope.busy:
                break
        ready = front.main is not None and front.main.isVisible()
        self.found["window"] = "main window, products" if ready else "login window only"
        await asyncio.sleep(1.0)

    async def _until_sent(self) -> None:
        for _ in range(1200):
            await asyncio.sleep(0.1)
            if not await asyncio.to_thread(owing, self._path):
                return


async def _save(services: Any, actor: Actor, count: int) -> None:
    for number in range(count):
        product = Product(reference=f"N-{number}", name=f"Novidade {number}", price=Money(1990))
        await services.backend.run(catalogue.save_product, product, brand="Lume", category="Casa", by=actor)


def main() -> None:
    """Read what to do, do it, tell what was found."""
    told = json.loads(sys.stdin.readline())
    watcher = Watcher(told)
    run(settings_of(Path(told["path"])), companion=watcher)
    print(json.dumps(watcher.found), flush=True)


if __name__ == "__main__":
    main()
