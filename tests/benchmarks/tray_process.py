"""The practice store in a process of its own: prints where it answers, ends when its input does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator

from varejoforte_desktop.simulator.clock import system_clock
from varejoforte_desktop.simulator.server import StoreServer
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.switches import Limits


@contextlib.contextmanager
def tray_store(products: int) -> Iterator[dict[str, str]]:
    """A store with this many products under ids from 1 and no limit of requests; its address and keys."""
    command = [sys.executable, "-m", "tests.benchmarks.tray_process", str(products)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)


def stocked(store: TrayStore, products: int) -> TrayStore:
    """The same store with products under ids from 1."""
    for number in range(1, products + 1):
        store.add_product(name=f"Produto {number}", reference=f"R-{number:07d}", price="1.00", stock=0)
    return store


def limitless() -> Limits:
    """As many requests as anybody likes."""
    return Limits(per_minute=10**9, per_day=10**9)


async def _serve(products: int) -> None:
    # Its visitors' book would grow with every request; what is counted is counted without it.
    store = stocked(TrayStore(now=system_clock, limits=limitless()), products)
    server = StoreServer(store)
    await server.start()
    keys = {
        "api_address": store.api_address,
        "consumer_key": store.consumer_key,
        "consumer_secret": store.consumer_secret,
        "code": store.code,
        "token": store.issue_tokens().access,
        "url": server.url,
    }
    print(json.dumps(keys), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
