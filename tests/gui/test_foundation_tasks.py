"""What a screen starts ends with the screen, and its failures are heard."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from tests.waiting import until
from varejoforte_desktop.ui.tasks import Debounced, TaskScope, ask

# Qt's offscreen platform says so of every window with a minimum size.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture(autouse=True)
def _a_closed_window_ends_nothing(qapp: QApplication) -> None:
    # As app.py does: otherwise closing the last window stops the loop.
    qapp.setQuitOnLastWindowClosed(False)


async def test_an_error_reaches_the_person() -> None:
    errors: list[BaseException] = []
    owner = QObject()
    scope = TaskScope(owner, errors.append)

    async def fail() -> None:
        raise ValueError("x")

    scope.start(fail())
    await until(lambda: errors)
    assert isinstance(errors[0], ValueError)
    assert not scope.busy


async def test_tasks_end_with_their_owner() -> None:
    errors: list[BaseException] = []
    owner = QObject()
    scope = TaskScope(owner, errors.append)
    task = scope.start(asyncio.sleep(60))
    assert task is not None
    shiboken6.delete(owner)
    await scope.settled()
    assert task.cancelled()
    assert errors == []
    assert scope.start(asyncio.sleep(60)) is None


async def test_an_answer_after_the_end_is_not_told_to_anybody(caplog: pytest.LogCaptureFixture) -> None:
    errors: list[BaseException] = []
    owner = QObject()
    scope = TaskScope(owner, errors.append)

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError("late")

    scope.start(stubborn())
    await asyncio.sleep(0)
    scope.close()
    await scope.settled()
    assert errors == []
    assert "after its screen had closed" in caplog.text


async def test_a_dialog_is_awaited_while_other_tasks_run(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    turns: list[int] = []

    async def beat() -> None:
        for turn in range(5):
            turns.append(turn)
            await asyncio.sleep(0.001)
        dialog.accept()

    answer, _ = await asyncio.gather(ask(dialog), beat())
    assert answer == QDialog.DialogCode.Accepted.value
    assert len(turns) == 5


async def test_a_cancelled_question_closes_its_dialog(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    task = asyncio.get_running_loop().create_task(ask(dialog))
    await until(dialog.isVisible)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not dialog.isVisible()


async def test_a_destroyed_dialog_answers_no() -> None:
    dialog = QDialog()
    task = asyncio.get_running_loop().create_task(ask(dialog))
    await until(dialog.isVisible)
    shiboken6.delete(dialog)
    assert await task == QDialog.DialogCode.Rejected.value


async def test_only_the_last_question_is_asked() -> None:
    asked: list[str] = []
    owner = QObject()

    async def question(text: str) -> None:
        asked.append(text)

    debounced = Debounced(owner, TaskScope(owner, pytest.fail), question, delay_ms=10)
    for text in ("c", "ca", "caf", "café"):
        debounced(text)
    await until(lambda: asked)
    await asyncio.sleep(0.03)
    assert asked == ["café"]


async def test_a_new_question_cancels_the_one_under_way() -> None:
    begun: list[str] = []
    done: list[str] = []
    owner = QObject()
    gate = asyncio.Event()

    async def question(text: str) -> None:
        begun.append(text)
        await gate.wait()
        done.append(text)

    def make() -> Debounced[[str]]:
        return Debounced(owner, TaskScope(owner, pytest.fail), question, delay_ms=0)

    debounced = make()
    debounced("velha")
    debounced.flush()
    await until(lambda: begun)
    debounced("nova")
    await until(lambda: len(begun) == 2)
    gate.set()
    await until(lambda: done)
    assert done == ["nova"]


async def test_a_coroutine_for_a_closed_scope_is_not_left_unawaited() -> None:
    scope = TaskScope(QObject(), pytest.fail)
    scope.close()
    coroutine: Coroutine[Any, Any, None] = asyncio.sleep(1)
    assert scope.start(coroutine) is None


async def test_who_asks_just_after_the_work_has_ended_hears_that_nothing_runs(qapp: object) -> None:
    """A wish handed over in that moment would otherwise lie there until the next one."""
    owner = QObject()
    scope = TaskScope(owner, lambda _error: None)

    async def work() -> None:
        return None

    task = scope.start(work())
    await asyncio.sleep(0)
    assert task is not None
    assert task.done()
    assert not scope.busy
