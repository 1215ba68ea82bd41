"""Waiting for something to become true without stopping the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


async def until(
    condition: Callable[[], Found],
    timeout: float = 15.0,  # noqa: ASYNC109 — a deadline for the polling, nothing is cancelled
    every: float = 0.005,
) -> Found:
    """Ask again and again until the condition holds; give back what it said.

    In a coroutine never use qtbot.waitUntil or waitSignal: they nest the event loop and kill the other tasks.
    """
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {timeout:g} s: the condition answers {found!r}")
        await asyncio.sleep(every)
    # A task that has just ended tells whoever waits for it one turn of the loop later: let it say what it has to say.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return found
