"""The practice shop on a screen: the whole program, and beside it a store that lives in memory."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from varejoforte_desktop.demo.shop import (
    LOGIN,
    PASSWORD,
    PracticeClock,
    practice_settings,
    practice_store,
    stock_shop,
)
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.server import StoreServerThread
from varejoforte_desktop.simulator.store import TrayStore


@contextmanager
def practice(folder: Path | None = None) -> Iterator[tuple[Settings, TrayStore, StoreServerThread]]:
    """A stocked practice shop and its store behind a socket; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="varejoforte-treino-") as temporary:
        settings = practice_settings(folder or Path(temporary))
        clock = PracticeClock()
        store = practice_store(clock)
        with StoreServerThread(store) as server:
            asyncio.run(stock_shop(settings, store, f"{server.url}/web_api", clock, orders=True))
            yield settings, store, server


def run_demo(settings: Settings) -> int:
    """Open the program on the practice shop, logged out; gives the exit code."""
    from varejoforte_desktop.app.program import run

    del settings  # a practice shop is always a fresh one, so that trying things out costs nothing
    with practice() as (practice_shop, _, server):
        say(f"Loja de treino: operador {LOGIN}, senha {PASSWORD}")
        say(f"Vitrine da loja virtual: {server.url}")
        return run(practice_shop)


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
