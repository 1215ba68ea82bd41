"""A station without windows in a process of its own: it sends, says what it does, and may be killed at any moment.

Run as ``python -m tests.e2e.station_process --database-url URL --station CAIXA-1 --data-dir DIR``; what it does goes
out as JSON lines, orders (start, stop, close) come in one a line. `--lease` and its like scale the product's times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.application.sync_status import SyncStatus
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.sync import introductions, sender
from varejoforte_desktop.sync.pace import LeadTimes

LOGIN, PASSWORD = "ana", "senha-bem-secreta-da-ana"


def say(what: str, **facts: Any) -> None:
    """One line, on its way before anything else happens."""
    sys.stdout.write(json.dumps({"what": what, "at": time.time(), **facts}) + "\n")
    sys.stdout.flush()


class Announced(httpx.AsyncHTTPTransport):
    """The line to the store: what changes something there is announced before it leaves."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        path = request.url.path.removeprefix("/web_api")
        if request.method != "GET" and not path.startswith("/auth"):
            say("sends", method=request.method, path=path.rstrip("/"), body=request.content.decode())
        return await super().handle_async_request(request)


def tell_status(status: SyncStatus) -> None:
    """What the loop is doing."""
    say("status", phase=status.phase, leader=status.leader_station)


async def obey(station: Station, actor: Actor) -> None:
    """Carry out orders until there are no more."""
    loop, orders = asyncio.get_running_loop(), asyncio.Queue[str]()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(orders.put_nowait, line.strip())
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(orders.put_nowait, "close")

    threading.Thread(target=listen, daemon=True).start()
    while (order := await orders.get()) != "close":
        if order == "start":
            station.sync.start(actor)
        elif order == "stop":
            await station.sync.stop()
            say("stopped")


async def work(asked: argparse.Namespace) -> None:
    """Open the shop, come in, send until told otherwise."""
    settings = Settings(data_dir=asked.data_dir, database_url=asked.database_url, station=asked.station)
    opened = partial(open_station, settings, transport=Announced(), safe=Safe(kind=SafeKind.ASK))
    station = await asyncio.to_thread(opened)
    try:
        station.sync._parts.times = LeadTimes(
            lease=asked.lease, renew=asked.renew, standby=asked.standby, margin=asked.margin
        )
        station.listen()
        actor = await station.desk.enter(login=LOGIN, password=PASSWORD)
        station.sync.subscribe(tell_status)
        station.sync.start(actor)
        await obey(station, actor)
    finally:
        await station.close()


def main() -> None:
    """Read what was asked and work."""
    usual = LeadTimes()
    parser = argparse.ArgumentParser()
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--station", required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    for name in ("lease", "renew", "standby", "margin"):
        parser.add_argument(f"--{name}", type=float, default=getattr(usual, name))
    parser.add_argument("--quarantine", type=float, default=introductions.QUARANTINE.total_seconds())
    asked = parser.parse_args()
    # How long an unheard request may still be applied by the store; the simulator applies at once or never.
    introductions.QUARANTINE = sender.QUARANTINE = timedelta(seconds=asked.quarantine)  # type: ignore[misc,attr-defined]
    asyncio.run(work(asked))


if __name__ == "__main__":
    main()
