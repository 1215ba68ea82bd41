"""Work a screen starts and does not wait for: kept alive, ended with the screen, its failures told to a person."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Generic, ParamSpec, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog

T = TypeVar("T")
P = ParamSpec("P")

_log = logging.getLogger(__name__)


class TaskScope:
    """The tasks of one owner. They are cancelled when it is destroyed or `close()` is called."""

    def __init__(self, owner: QObject, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False
        owner.destroyed.connect(self.close)

    def start(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
        """Run a coroutine to its end; an error goes to `on_error`. None when the scope or the program has ended."""
        # Qt may still deliver a timer after the loop has stopped.
        if self._closed or not _loop_runs():
            coroutine.close()
            return None
        task = asyncio.get_running_loop().create_task(coroutine)
        # The loop only holds tasks weakly.
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    @property
    def busy(self) -> bool:
        """Whether something still runs.

        A task that has ended stays in the set until the loop comes round to say so; whoever asks in between must hear
        that nothing runs, or a wish handed to it would lie there with nobody to take it up.
        """
        return any(not task.done() for task in self._tasks)

    def close(self) -> None:
        """Cancel what runs and start nothing more."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()

    async def settled(self) -> None:
        """Wait until all that runs has ended, however it ends; for closing a window in order."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        if self._closed:
            # The screen is gone; nobody is left to read it.
            _log.warning("a task failed after its screen had closed", exc_info=error)
        else:
            self._on_error(error)


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def ask(dialog: QDialog) -> int:
    """Open a dialog over its window and wait for the answer without a second event loop.

    Returns QDialog.DialogCode as an int; a cancelled wait closes the dialog, a destroyed dialog answers Rejected.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def answered(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    def destroyed() -> None:
        answered(QDialog.DialogCode.Rejected.value)

    dialog.finished.connect(answered)
    dialog.destroyed.connect(destroyed)
    dialog.open()
    try:
        return await answer
    finally:
        if shiboken6.isValid(dialog):
            dialog.finished.disconnect(answered)
            dialog.destroyed.disconnect(destroyed)
            if dialog.isVisible():
                dialog.reject()


class Debounced(Generic[P]):
    """Runs a question once the asking pauses; a newer one cancels the older, so answers never arrive out of order."""

    def __init__(
        self,
        owner: QObject,
        scope: TaskScope,
        question: Callable[P, Coroutine[Any, Any, None]],
        delay_ms: int = 80,
    ) -> None:
        self._scope = scope
        self._question = question
        self._start: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self.flush)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Ask, after the pause, with these arguments."""
        self.cancel()
        self._start = lambda: self._question(*args, **kwargs)
        self._timer.start()

    def flush(self) -> None:
        """Ask at once what is waiting for the pause."""
        self._timer.stop()
        if self._start is not None:
            start, self._start = self._start, None
            self._task = self._scope.start(start())

    def cancel(self) -> None:
        """Forget what waits and stop what runs."""
        self._timer.stop()
        self._start = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
