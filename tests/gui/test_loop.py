"""Tests of screens run on Qt's own loop, as the program does."""

from __future__ import annotations

import asyncio

import qasync
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.waiting import until


async def test_a_click_and_a_coroutine_share_one_loop(qtbot: QtBot) -> None:
    assert isinstance(asyncio.get_running_loop(), qasync.QEventLoop)
    button = QPushButton("Vender")
    qtbot.addWidget(button)
    clicks: list[str] = []
    button.clicked.connect(lambda: clicks.append("clique"))
    QTimer.singleShot(10, lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton))
    assert await until(lambda: clicks) == ["clique"]


async def test_a_second_test_gets_a_loop_that_works_too() -> None:
    assert await asyncio.to_thread(lambda: 42) == 42
    async with asyncio.timeout(2), asyncio.TaskGroup() as group:
        naps = [group.create_task(asyncio.sleep(0.01, n)) for n in range(3)]
    assert [nap.result() for nap in naps] == [0, 1, 2]


async def test_sockets_work_on_the_loop_of_qt() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"bom dia\n")
        assert await reader.read() == b"BOM DIA\n"
        writer.close()
        await writer.wait_closed()
