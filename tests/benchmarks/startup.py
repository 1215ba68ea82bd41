"""From nothing to the login window, and the memory it takes, beside a bare window of PySide6."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.figures import Finding, in_ms, middle, spread
from tests.benchmarks.shops import Workshop

_BARE: Final = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    painted = 0.0
    def paintEvent(self, event):
        self.painted = self.painted or time.monotonic()
        super().paintEvent(event)
        QTimer.singleShot(200, application.quit)

application = QApplication(sys.argv[:1])
window = Window()
window.resize(760, 640)
window.show()
application.exec()
words = open("/proc/self/status").read().split() if sys.platform == "linux" else []
memory = int(words[words.index("VmRSS:") + 1]) / 1024 if words else None
import json
print(json.dumps({"painted": window.painted, "at_login": memory}))
"""


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """Interleaved starts, then one start that goes on to the list of 100 000 products."""
    path = workshop.copy(1_000, "startup")
    large = workshop.filled(100_000)[0]
    bare: list[dict[str, Any]] = []
    ours: list[dict[str, Any]] = []
    for number in range(8 if quick else 13):
        pair = _start([sys.executable, "-c", _BARE]), _start(_program(path))
        if number:  # the first warms the disk
            bare.append(pair[0])
            ours.append(pair[1])
    inside = [_start([*_program(large), "--inside"]) for _ in range(1 if quick else 3)]
    return [_time(bare, ours), _login_memory(bare, ours), _inside_memory(bare, inside)]


def _program(path: Path) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.startup_process", str(path)]


def _start(command: list[str]) -> dict[str, Any]:
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(done.stderr.strip()[-600:] or f"ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {
        name: value - begun if name in {"painted", "books_open"} else value for name, value in found.items()
    }


def _time(bare: list[dict[str, Any]], ours: list[dict[str, Any]]) -> Finding:
    plain, painted = [each["painted"] for each in bare], [each["painted"] for each in ours]
    return Finding(
        work="start to login painted",
        value=middle(painted) / middle(plain),
        spread=spread([a / b for a, b in zip(painted, plain, strict=True)]),
        against="a bare QMainWindow painted, PySide6 only",
        most=2.0,
        raw=[
            f"bare {in_ms(plain)}",
            f"login painted {in_ms(painted)}",
            f"books open behind it {in_ms([each['books_open'] for each in ours])}",
        ],
    )


def _login_memory(bare: list[dict[str, Any]], ours: list[dict[str, Any]]) -> Finding:
    return _memory("memory at the login, books open", bare, [each["at_login"] for each in ours])


def _inside_memory(bare: list[dict[str, Any]], inside: list[dict[str, Any]]) -> Finding:
    return _memory("memory with 100 000 products listed", bare, [each["inside"] for each in inside])


def _memory(work: str, bare: list[dict[str, Any]], held: list[float | None]) -> Finding:
    plain = [each["at_login"] for each in bare]
    if any(each is None for each in [*plain, *held]):
        why = "this system does not tell, or the products screen could not be shown"
        return Finding(work=work, value=None, most=2.5, raw=[why])
    mine = [float(each or 0) for each in held]
    return Finding(
        work=work,
        value=middle(mine) / middle(plain),
        spread=spread([each / middle(plain) for each in mine]),
        against="the bare window",
        most=2.5,
        raw=[f"bare {middle(plain):.0f} MB, ours {middle(mine):.0f} MB"],
    )
