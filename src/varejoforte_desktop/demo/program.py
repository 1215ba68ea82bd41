"""The practice shop on a screen: the whole program, and beside it a store that lives in memory."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.demo.fiscal import set_up_papers, trust
from varejoforte_desktop.demo.shop import (
    LOGIN,
    PASSWORD,
    PracticeClock,
    practice_settings,
    practice_store,
    stock_shop,
)
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.simulator.sefaz.server import SefazServerThread
from varejoforte_desktop.simulator.server import StoreServerThread
from varejoforte_desktop.simulator.store import TrayStore


@dataclass(frozen=True, slots=True)
class Practice:
    """A stocked practice shop with the world around it: its store and its SEFAZ, each behind a socket."""

    settings: Settings
    store: TrayStore
    server: StoreServerThread
    sefaz: SefazSimulator


@contextmanager
def practice(folder: Path | None = None) -> Iterator[Practice]:
    """A practice shop that sells, sends and issues documents; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="varejoforte-treino-") as temporary:
        settings = practice_settings(folder or Path(temporary))
        clock = PracticeClock()
        store = practice_store(clock)
        authority = PracticeAuthority(utc_now)
        sefaz = SefazSimulator(utc_now)
        tax_server = SefazServerThread(sefaz, authority.server_identity())
        with StoreServerThread(store) as server, tax_server:
            trust(settings.data_dir, authority)
            papers = partial(set_up_papers, authority=authority, endpoint=tax_server.url)
            address = f"{server.url}/web_api"
            asyncio.run(stock_shop(settings, store, address, clock, orders=True, papers=papers))
            yield Practice(settings, store, server, sefaz)


def run_demo(settings: Settings) -> int:
    """Open the program on the practice shop, logged out; gives the exit code."""
    from varejoforte_desktop.app.program import run

    del settings  # a practice shop is always a fresh one, so that trying things out costs nothing
    with practice() as shop:
        say(f"Loja de treino: operador {LOGIN}, senha {PASSWORD}")
        say(f"Vitrine da loja virtual: {shop.server.url}")
        return run(shop.settings)


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
