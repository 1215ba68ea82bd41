"""A desktop's own safe without a desktop: a bus and a Secret Service of the tests' own, gone when they end."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

STOP_SECONDS = 10.0
START_SECONDS = 20.0


class NoSecretService(Exception):
    """The programs that make one are not installed."""


class SecretService:
    """A private D-Bus session with an unlocked GNOME keyring in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[subprocess.Popen[str]] = []
        self.address = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find it."""
        home = {
            name: str(self._folder / name.lower())
            for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME")
        }
        return {**home, "HOME": str(self._folder), "DBUS_SESSION_BUS_ADDRESS": self.address}

    def start(self) -> None:
        """Start both; the keyring is unlocked as it is when somebody signs in at the computer."""
        for needed in ("dbus-daemon", "gnome-keyring-daemon"):
            if shutil.which(needed) is None:
                raise NoSecretService(f"{needed} is missing: install Debian's `dbus` and `gnome-keyring`")
        for folder in self.environment.values():
            if folder.startswith("/"):
                Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        bus = self._run("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1")
        self.address = self._line(bus)
        keyring = self._run(
            "gnome-keyring-daemon",
            "--foreground",
            "--unlock",
            "--components=secrets",
            stdin="frase do computador",
        )
        self._line(keyring)
        self._wait_for_the_service()

    def _wait_for_the_service(self) -> None:
        """Nobody asks before it is on the bus: the bus would start another one, which belongs to nobody."""
        deadline = time.monotonic() + START_SECONDS
        with closing(open_dbus_connection(self.address)) as connection:
            bus = Proxy(message_bus, connection)
            while not bus.NameHasOwner("org.freedesktop.secrets")[0]:
                assert time.monotonic() < deadline, "no Secret Service came onto the bus"
                time.sleep(0.01)  # noqa: TID251 — only this test waits

    def _run(self, *command: str, stdin: str = "") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._running.append(process)
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        return process

    @staticmethod
    def _line(process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        assert ready, f"{process.args} says nothing"
        return process.stdout.readline().strip()

    def stop(self) -> None:
        """End what was started, by its own number, the last first."""
        while self._running:
            process = self._running.pop()
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(STOP_SECONDS)
            if process.stdout is not None:
                process.stdout.close()
