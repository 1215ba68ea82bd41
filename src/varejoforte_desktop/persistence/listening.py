"""Hears what other stations and other programs change in the books, so that an open screen shows it at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from sqlalchemy import text

from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import Topic

log = logging.getLogger(__name__)

#: Told inside the transaction that changed something; whoever listens hears it when the transaction holds.
TELL: Final = text("SELECT pg_notify('varejoforte', :words)")
_TELL: Final = "SELECT pg_notify('varejoforte', %(words)s)"
_LISTEN: Final = "LISTEN varejoforte"
#: Something may have changed, nobody knows what.
_ANYTHING: Final = frozenset(Topic)
#: Closing waits so long for the thread; one that is just knocking at a dead server ends by itself later.
_FAREWELL: Final = 1.0

Publish = Callable[[frozenset[Topic]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingTimes:
    """How often it is proved that we hear, and how long we wait for what; all in seconds."""

    proof: float = 60.0
    patience: float = 10.0  # until our own word has to come back
    poll: float = 5.0  # looks that are asked of every screen while we hear nothing
    knock_first: float = 1.0
    knock_longest: float = 30.0
    file: float = 2.0  # looks whether another program wrote to a SQLite file


def words(instance: str, topics: Iterable[Topic]) -> str:
    """What is told: who changed something, and what; no topics at all is a word to oneself."""
    return f"{instance}:{','.join(sorted(topics))}"


def told(said: str) -> tuple[str, frozenset[Topic]]:
    """Who changed something, and what; topics that only a newer release knows are left out."""
    who, _, named = said.partition(":")
    known = set(Topic)
    return who, frozenset(Topic(name) for name in named.split(",") if name in known)


class Outlet:
    """Brings topics to the loop's thread, all that came meanwhile in one go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, publish: Publish) -> None:
        self._loop = loop
        self._publish = publish
        self._guard = threading.Lock()
        self._pending: set[Topic] = set()
        self._closed = False

    def tell(self, topics: Iterable[Topic]) -> None:
        """From any thread."""
        with self._guard:
            waiting = bool(self._pending)
            self._pending |= frozenset(topics)
            if waiting or self._closed or not self._pending:
                return
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody looks any more
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        with self._guard:
            topics, self._pending = frozenset(self._pending), set()
            if self._closed:
                return
        self._publish(topics)

    def close(self) -> None:
        """Tell nothing more, also of what is already on its way."""
        with self._guard:
            self._closed = True


class Ear:
    """A thread that listens until it is told to stop."""

    def __init__(self, outlet: Outlet, times: HearingTimes) -> None:
        self._outlet = outlet
        self._times = times
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="db-listen", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; never waits for a server that does not answer."""
        self._stopped.set()
        self._outlet.close()
        self._rouse()
        if self._thread.is_alive():
            self._thread.join(_FAREWELL)

    def _rouse(self) -> None:
        """Wake the thread."""

    def _listen(self) -> None:
        raise NotImplementedError


class FileEar(Ear):
    """Looks now and then whether another program wrote to the file: `moved` knows it, and costs next to nothing."""

    def __init__(self, outlet: Outlet, times: HearingTimes, moved: Callable[[], bool]) -> None:
        super().__init__(outlet, times)
        self._moved = moved

    def _listen(self) -> None:
        while True:
            try:
                if self._moved():
                    self._outlet.tell(_ANYTHING)
            except RuntimeError:  # the lane was closed meanwhile
                return
            if self._stopped.wait(self._times.file):
                return


class ServerEar(Ear):
    """A line of its own to the server, on which every station's word is heard.

    It does not believe that it hears: it says a word to itself, on another line, and waits for it. Where something
    in between swallows such words, every screen is asked to look again every few seconds instead.
    """

    def __init__(
        self,
        outlet: Outlet,
        times: HearingTimes,
        *,
        instance: str,
        connect: Callable[[], psycopg.Connection[Any]],
    ) -> None:
        super().__init__(outlet, times)
        self._instance = instance
        self._connect = connect
        self._bell, self._bell_button = socket.socketpair()
        self._proof_at = self._poll_at = 0.0
        self._unheard_since: float | None = None
        self._deaf = False

    def _rouse(self) -> None:
        with contextlib.suppress(OSError):  # it is gone already
            self._bell_button.send(b"!")

    def _listen(self) -> None:
        pause = self._times.knock_first
        with self._bell, self._bell_button:
            while not self._stopped.is_set():
                try:
                    with self._connect() as line:
                        line.execute(_LISTEN)
                        pause = self._times.knock_first
                        self._outlet.tell(_ANYTHING)  # something may have happened while nobody listened
                        self._hear(line)
                except psycopg.Error as trouble:
                    log.warning("no line to be told of changes, again in %.0f s: %s", pause, _short(trouble))
                self._stopped.wait(pause)
                pause = min(pause * 2, self._times.knock_longest)

    def _hear(self, line: psycopg.Connection[Any]) -> None:
        """Until the line breaks (psycopg.Error) or we are to stop."""
        self._proof_at, self._unheard_since, self._deaf = time.monotonic(), None, False
        with selectors.DefaultSelector() as either:
            either.register(line.fileno(), selectors.EVENT_READ)
            either.register(self._bell, selectors.EVENT_READ)
            while not self._stopped.is_set():
                self._prove(time.monotonic())
                either.select(self._patience(time.monotonic()))
                for notice in line.notifies(timeout=0):
                    self._take(notice.payload)

    def _patience(self, now: float) -> float:
        """Seconds until there is something to do without having heard anything."""
        moments = [self._proof_at]
        if self._deaf:
            moments.append(self._poll_at)
        elif self._unheard_since is not None:
            moments.append(self._unheard_since + self._times.patience)
        return max(0.0, min(moments) - now)

    def _prove(self, now: float) -> None:
        """Say a word to ourselves when it is time; where it does not come back, let every screen look again."""
        if now >= self._proof_at:
            self._proof_at = now + self._times.proof
            if self._unheard_since is None:
                self._unheard_since = now
            self._say_a_word()
        waited = 0.0 if self._unheard_since is None else now - self._unheard_since
        if not self._deaf and waited >= self._times.patience:
            self._deaf = True
            self._poll_at = now
            log.warning(
                "the server does not pass on what stations tell; looking every %.0f s", self._times.poll
            )
        if self._deaf and now >= self._poll_at:
            self._poll_at = now + self._times.poll
            self._outlet.tell(_ANYTHING)

    def _say_a_word(self) -> None:
        try:
            with self._connect() as line:
                line.execute(_TELL, {"words": words(self._instance, ())})
        except psycopg.Error as trouble:  # then it does not come back either
            log.warning("no line to try whether we hear: %s", _short(trouble))

    def _take(self, said: str) -> None:
        who, topics = told(said)
        if who != self._instance:
            self._outlet.tell(topics)
            return
        self._unheard_since = None  # our own word: we hear
        if self._deaf:
            self._deaf = False
            log.info("the server passes on again what stations tell")
            self._outlet.tell(_ANYTHING)


def answers(line: psycopg.Connection[Any], *, within: float) -> bool:
    """Whether the server still answers on a line that was not used for a while; False when it is broken.

    Raises BooksUnreachable when nothing at all comes within these seconds: knocking again would take as long.
    """
    wire = line.pgconn
    deadline = time.monotonic() + within
    try:
        wire.send_query(b"")
        with selectors.DefaultSelector() as either:
            either.register(wire.socket, selectors.EVENT_READ)
            while True:
                wire.flush()
                while not wire.is_busy():
                    if wire.get_result() is None:
                        return True
                if not either.select(max(0.0, deadline - time.monotonic())):
                    break
                wire.consume_input()
    except psycopg.Error:
        return False
    raise BooksUnreachable("no answer")


def _short(trouble: psycopg.Error) -> str:
    return str(trouble).strip().partition("\n")[0]
