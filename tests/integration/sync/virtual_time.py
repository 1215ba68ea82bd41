"""An event loop whose time passes only when nobody has anything left to do: hours of a shop in a second."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

R = TypeVar("R")

_TURN = 1e-6  # virtual seconds that a turn of the loop takes: a clock that stood still would hang who waits for it
_PATIENCE = 5.0  # real seconds that something outside the loop may take to wake it


class NothingWillHappen(RuntimeError):
    """Everybody waits and no timer is set: the test would hang for ever."""


class _Leap(selectors.DefaultSelector):
    """Where a loop would wait for its next timer, the time leaps there instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += _TURN
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            ready = super().select(_PATIENCE)
            if not ready:
                raise NothingWillHappen
            return ready
        self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Tells virtual seconds by `time`, and does an executor's work itself, in a later turn.

    No thread takes part, so equal seeds give equal stories. A turn passes between asking and doing, as with a real
    executor: whatever else is ready goes first. Database work takes no virtual time.
    """

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        return self._leap.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., R], *args: Any
    ) -> asyncio.Future[R]:
        future: asyncio.Future[R] = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                result = func(*args)
            except Exception as error:  # noqa: BLE001 — it belongs to whoever awaits the future
                future.set_exception(error)
            else:
                future.set_result(result)

        self.call_soon(work)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """There is none."""
