"""Codes in the order they came: each waits for the one before it, and all of them while a question is open."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import NamedTuple

from PySide6.QtCore import QObject

from varejoforte_desktop.ui.tasks import TaskScope


class Code(NamedTuple):
    """What was scanned or typed, and how many of it (None: nobody said)."""

    text: str
    times: Decimal | None
    typed: bool


class Intake(QObject):
    """Hands codes over one at a time. A code that fails does not stop those behind it."""

    def __init__(
        self,
        take: Callable[[Code], Awaitable[None]],
        on_error: Callable[[BaseException], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._take = take
        self._tasks = TaskScope(self, on_error)
        self._codes: deque[Code] = deque()
        self._closed_doors = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self._running = False

    @property
    def idle(self) -> bool:
        """Whether no code waits or is being looked up."""
        return not self._codes and not self._running

    @property
    def waiting(self) -> int:
        """How many codes wait."""
        return len(self._codes)

    def put(self, code: Code) -> None:
        """Take a code behind those that wait."""
        self._codes.append(code)
        self._go_on()

    def hold(self) -> None:
        """Let codes wait until `release`, called as often."""
        self._closed_doors += 1

    def release(self) -> None:
        """Go on."""
        self._closed_doors -= 1
        self._go_on()

    def clear(self) -> None:
        """Forget the codes that wait."""
        self._codes.clear()

    async def drained(self) -> None:
        """Wait until every code that may go on has been handed over."""
        while self._running:
            await self._empty.wait()

    async def aclose(self) -> None:
        """End what runs."""
        self._codes.clear()
        self._tasks.close()
        await self._tasks.settled()

    def _go_on(self) -> None:
        if self._codes and not self._closed_doors and not self._running:
            self._running = True
            self._empty.clear()
            self._tasks.start(self._hand_over())

    async def _hand_over(self) -> None:
        try:
            while self._codes and not self._closed_doors:
                await self._take(self._codes.popleft())
        finally:
            self._running = False
            self._empty.set()
            self._go_on()  # the codes behind one that failed must not suffer for it
