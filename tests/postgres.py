"""A PostgreSQL server of the tests' own: born in a temporary folder, on a free port, gone when they end."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

EXISTING_SERVER = "VAREJOFORTE_TEST_POSTGRES"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoPostgres(Exception):
    """Neither a server to use nor the binaries to start one."""


def server_binaries() -> Path | None:
    """Where initdb and postgres are: first the PATH, then the newest of Debian's versions."""
    found = shutil.which("initdb")
    if found and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    debian = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(debian, key=lambda folder: float(folder.parent.name), default=None)


class PostgresServer:
    """One server. With `durable` it syncs to disk as in production: for tests of crashes."""

    def __init__(self, *, durable: bool = False) -> None:
        existing = os.environ.get(EXISTING_SERVER)
        self.url: URL | None = make_url(existing).set(drivername="postgresql+psycopg") if existing else None
        self.private = not existing
        self._durable = durable
        self._binaries = Path()
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)

    def start(self) -> None:
        """Start it, or only check that the given one answers."""
        if self.private and self._folder is None:
            self._create()
        elif self.private:
            self._run()
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        if not self.private:
            return
        atexit.unregister(self.stop)
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def kill(self) -> None:
        """End it as a power cut would: no goodbye, the connections just die."""
        process = self._private_process()
        family = _children_of(process.pid)
        process.kill()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)
        deadline = time.monotonic() + STOP_SECONDS
        while any(_is_alive(pid) for pid in family) and time.monotonic() < deadline:
            time.sleep(0.01)  # noqa: TID251 — a test may wait for processes to go

    def restart(self) -> None:
        """Bring it back on the same port with the same data, after `kill` or out of the blue."""
        process = self._private_process()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
        self._run()
        self._wait_until_it_answers()

    def create_database(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of the template (a name or a URL); give back its URL."""
        name = f"vf_{os.getpid()}_{next(self._names)}_{secrets.token_hex(3)}"
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(_name_of(template)))
        self._execute(statement)
        return self._url_of(name)

    def drop_database(self, database: str) -> None:
        """Remove a database (a name or a URL), whoever is still connected."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name_of(database)))
        )

    def log(self) -> str:
        """What the server wrote, for a failing test to show."""
        return (self._folder / "log").read_text("utf-8", "replace") if self._folder else ""

    def _create(self) -> None:
        binaries = server_binaries()
        if binaries is None:
            raise NoPostgres(
                f"no PostgreSQL for the tests: install Debian's `postgresql` or set {EXISTING_SERVER}"
            )
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="varejoforte-pg-"))
        atexit.register(self.stop)
        password = secrets.token_hex(16)
        (self._folder / "password").write_text(password)
        if self._identity:
            shutil.chown(self._folder, self._identity["user"], self._identity["group"])
            shutil.chown(self._folder / "password", self._identity["user"])
        locale = ["--locale=C.UTF-8"] if sys.platform == "linux" else []
        subprocess.run(
            [binaries / "initdb", "-D", self._folder / "data", "-U", "tests", "-A", "scram-sha-256", "-E", "UTF8",
             "--pwfile", self._folder / "password", "--no-sync", "--no-instructions", *locale],
            check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/", **self._identity,
        )  # fmt: skip
        self.url = URL.create("postgresql+psycopg", "tests", password, "127.0.0.1", database="postgres")
        for attempt in range(5):  # somebody may take the free port before the server does
            self.url = self.url.set(port=_free_port())
            self._run()
            with contextlib.suppress(NoPostgres):
                self._wait_until_it_answers()
                return
            if attempt == 4:
                raise NoPostgres(f"the server does not start:\n{self.log()}")

    def _run(self) -> None:
        assert self._folder is not None
        assert self.url is not None
        # Should the tests be killed, the kernel tells the server to stop; it watches the thread that started it.
        lasting = threading.current_thread() is threading.main_thread()
        leash = ["setpriv", "--pdeathsig=INT", "--"] if lasting and shutil.which("setpriv") else []
        options = [
            f"port={self.url.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=60",
        ]
        options += () if self._durable else _FAST
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*leash, self._binaries / "postgres", "-D", self._folder / "data",
                 *(part for option in options for part in ("-c", option))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True, **self._identity,
            )  # fmt: skip

    @property
    def _identity(self) -> dict[str, Any]:
        """PostgreSQL refuses root: then it runs as the user that Debian's package brings."""
        if not hasattr(os, "geteuid") or os.geteuid() != 0:
            return {}
        import pwd

        names = {entry.pw_name for entry in pwd.getpwall()}
        account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while (refusal := self._refusal()) is not None:
            if self._process is not None and self._process.poll() is not None:
                raise NoPostgres(f"the server ended at once:\n{self.log()}") from refusal
            if time.monotonic() > deadline or not self.private:
                raise NoPostgres(f"the server does not answer:\n{self.log()}") from refusal
            time.sleep(0.01)  # noqa: TID251 — nobody waits on this thread but the tests

    def _refusal(self) -> psycopg.OperationalError | None:
        try:
            self._execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError as error:
            return error
        return None

    def _private_process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise NoPostgres("only a private server that was started can be killed or restarted")
        return self._process

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        address = self._url_of("postgres").replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)

    def _url_of(self, database: str) -> str:
        assert self.url is not None, "start the server first"
        if not self.private and database == "postgres":
            database = self.url.database or database
        return self.url.set(database=database).render_as_string(hide_password=False)


def _name_of(database: str) -> str:
    return (make_url(database).database or "") if "://" in database else database


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children_of(parent: int) -> list[int]:
    if not Path("/proc/self/stat").exists():
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True
        ).stdout
        return [
            int(pid) for pid, ppid in (line.split() for line in listing.splitlines()) if int(ppid) == parent
        ]
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after_the_name = status.read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(after_the_name[1]) == parent:
                children.append(int(status.parent.name))
    return children


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()
