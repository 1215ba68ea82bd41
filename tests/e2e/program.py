"""The program in a process of its own, used through its windows from a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


class Program:
    """Starts the installed program, gives it orders, and reads what its windows say."""

    def __init__(
        self, data_dir: Path, *, database_url: str | None = None, environment: dict[str, str] | None = None
    ) -> None:
        arguments = [sys.executable, "-m", "tests.e2e.driven", "--data-dir", str(data_dir)]
        if database_url:
            arguments += ["--database-url", database_url]
        self.data_dir = data_dir
        self._errors = (data_dir / "stderr.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONDEVMODE": ""} | (environment or {}),
        )
        self._answers: Queue[str] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._answers.put(line)

    def do(self, what: str, name: str = "", **details: Any) -> Any:
        """Give one order and wait until it was carried out."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, "name": name} | details) + "\n")
        self.process.stdin.flush()
        try:
            answer = json.loads(self._answers.get(timeout=details.get("patience", 0) + PATIENCE))
        except Empty:
            raise AssertionError(f"no answer to {what} {name}: {self.errors()}") from None
        assert answer["ok"], f"{what} {name}: {answer['why']}\n" + "\n".join(answer["state"]) + self.errors()
        return answer["value"]

    def type(self, name: str, text: str) -> None:
        """Replace what a field holds."""
        self.do("type", name, text=text)

    def click(self, name: str) -> None:
        """Click a button or a box."""
        self.do("click", name)

    def press(self, key: str, name: str = "") -> None:
        """Press a key, such as Key_Return."""
        self.do("press", name, key=key)

    def text(self, name: str) -> str:
        """What a widget says."""
        return str(self.do("text", name))

    def wait(self, name: str, patience: float = 20) -> None:
        """Wait until a widget can be seen."""
        self.do("wait", name, patience=patience)

    def wait_gone(self, name: str) -> None:
        """Wait until a widget can no longer be seen."""
        self.do("wait_gone", name)

    def wait_text(self, name: str, text: str, patience: float = 20) -> None:
        """Wait until a widget says something."""
        self.do("wait_text", name, text=text, patience=patience)

    def rows(self, name: str) -> list[list[str]]:
        """What a table shows."""
        return list(self.do("rows", name))

    def sign_in(self, login: str, password: str) -> None:
        """Come in by the door."""
        self.wait("login_user")
        self.type("login_user", login)
        self.type("login_password", password)
        self.click("login_button")
        self.wait("main_window")

    def close(self) -> int:
        """Close the window as a person does; gives the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": "close"}) + "\n")
        self.process.stdin.flush()
        try:
            return self.process.wait(timeout=40)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it whatever it does (kill -9)."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        if not self._errors.closed:
            self._errors.close()

    def errors(self) -> str:
        """What the program wrote to stderr, and its log."""
        self._errors.flush()
        said = (self.data_dir / "stderr.txt").read_text(encoding="utf-8")
        log = self.data_dir / "logs" / "varejoforte.log"
        return said[-4000:] + (log.read_text(encoding="utf-8")[-4000:] if log.exists() else "")
