"""Ends a long command in order when somebody presses Ctrl+C or the system asks for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl+C and a polite `kill` end a long command in order, also one that a shell started in the background."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def politely(_number: int, _frame: object) -> None:
        signal.raise_signal(signal.SIGINT)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, politely)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
