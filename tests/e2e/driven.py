"""The installed program with somebody's hands on it: orders come in as JSON lines, answers go out the same way.

Run as ``python -m tests.e2e.driven --data-dir DIR``; everything else is the program as a shop starts it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from varejoforte_desktop.app.program import run
from varejoforte_desktop.demo.hand import Hand, NotFound
from varejoforte_desktop.settings import load


async def obey(hand: Hand, front: Any, order: dict[str, Any]) -> Any:
    """Carry out one order; gives what there is to tell."""
    name = order.get("name", "")
    match order["do"]:
        case "text":
            return hand.text(name)
        case "sees":
            return hand.sees(name)
        case "picture":
            return str(hand.picture(name, Path(order["path"])))
        case "rows":
            return table_rows(hand, name)
        case "close":
            front.main.close()
        case other if other.startswith("wait"):
            await wait(hand, name, order)
        case _:
            await act(hand, name, order)
    return None


async def act(hand: Hand, name: str, order: dict[str, Any]) -> None:
    """Do with the widget of that name what fingers do."""
    from PySide6.QtCore import Qt

    match order["do"]:
        case "type":
            await hand.type_into(name, order["text"])
        case "click":
            await hand.click(name)
        case "press":
            await hand.press(getattr(Qt.Key, order["key"]), name or None)
        case "choose":
            await hand.choose_row(name, order["text"])
        case "tab":
            await hand.choose_tab(name, order["place"])
        case other:
            raise NotFound(other)


async def wait(hand: Hand, name: str, order: dict[str, Any]) -> None:
    """Let the program live until the widget of that name is there, gone, or says something."""
    from PySide6.QtWidgets import QWidget

    match order["do"]:
        case "wait":
            await hand.wait_for(name, QWidget, order.get("patience", 20))
        case "wait_gone":
            await hand.until(lambda: not hand.sees(name), f"for {name} to go")
        case "wait_text":
            await hand.until(
                lambda: hand.sees(name) and order["text"] in hand.text(name),
                f"for {name} to say {order['text']!r}",
                order.get("patience", 20),
            )
        case other:
            raise NotFound(other)


def table_rows(hand: Hand, name: str) -> list[list[str]]:
    """What a table shows, cell by cell."""
    from PySide6.QtWidgets import QTableView

    model = hand.find(name, QTableView).model()
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


async def take_orders(front: Any) -> None:
    """Read orders until the program closes or nobody gives any more."""
    hand = Hand()
    loop = asyncio.get_running_loop()
    reader = asyncio.Queue[str]()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(reader.put_nowait, line)

    import threading

    threading.Thread(target=listen, daemon=True).start()
    while True:
        order = json.loads(await reader.get())
        try:
            answer = {"ok": True, "value": await obey(hand, front, order)}
        except NotFound as missing:
            answer = {"ok": False, "why": str(missing), "state": what_is_seen()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def what_is_seen() -> list[str]:
    """The names and words on the open windows, for a failure's report."""
    from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

    seen = []
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            seen.append(f"[{window.objectName()}]")
            seen += [w.text() for w in window.findChildren(QLabel) if w.isVisible() and w.text()]
            seen += [
                f"({w.objectName()}) {w.text()}"
                for w in window.findChildren(QAbstractButton)
                if w.isVisible()
            ]
    return seen


def main() -> int:
    """Start the program and do as told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--database-url")
    asked = parser.parse_args()
    return run(load(data_dir=asked.data_dir, database_url=asked.database_url), companion=take_orders)


if __name__ == "__main__":
    sys.exit(main())
