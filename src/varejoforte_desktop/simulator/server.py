"""The store behind a real socket on this computer, so that a browser and the desk can both walk in."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import threading
from types import TracebackType
from urllib.parse import parse_qsl, unquote

import h11

from varejoforte_desktop.simulator.answers import Answer, Refused, refusal
from varejoforte_desktop.simulator.calls import Question
from varejoforte_desktop.simulator.control import CONTROL, Control
from varejoforte_desktop.simulator.delivery import Delivery, deliver
from varejoforte_desktop.simulator.store import API, TrayStore
from varejoforte_desktop.simulator.storefront import Storefront

LOOPBACK = "127.0.0.1"
LONGEST_BODY = 8_000_000
CHUNK = 65_536
#: Linger on, for no time at all: closing sends a reset instead of a polite goodbye.
AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class TooMuch(Exception):
    """A request brings more than the store is willing to read."""


class StoreServer:
    """Serves a TrayStore on 127.0.0.1: its API, its storefront, and the control channel `/_simulator/…`.

    `offline` breaks every connection that does not speak to the control channel.
    """

    def __init__(self, store: TrayStore, *, refresh: int = 4) -> None:
        self.url = ""
        self._store = store
        self._control = Control(store)
        self._storefront = Storefront(store, refresh=refresh)
        self._server: asyncio.Server | None = None
        self._talks: dict[asyncio.Future[None], asyncio.StreamWriter] = {}

    @property
    def offline(self) -> bool:
        """Whether the store cannot be reached."""
        return self._store.faults.offline

    @offline.setter
    def offline(self, offline: bool) -> None:
        self._store.faults.offline = offline

    async def start(self, port: int = 0) -> str:
        """Open the door (port 0: any free one) and return the address. The store calls itself by it from now on."""
        self._server = await asyncio.start_server(self._accept, LOOPBACK, port, backlog=256)
        self.url = f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"
        self._store.shop.public_url = self.url
        return self.url

    async def stop(self) -> None:
        """Close the door and end every conversation."""
        if self._server is None:
            return
        self._server.close()
        await asyncio.sleep(0)  # whoever was just accepted is known only after its first step
        talks = dict(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        for writer in talks.values():
            writer.transport.abort()  # a talk cancelled before its first step closed nothing itself
        self._talks.clear()
        await self._server.wait_closed()
        self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Known from the first moment, so that closing the door forgets nobody."""
        talk = asyncio.ensure_future(self._welcome(reader, writer))
        self._talks[talk] = writer
        talk.add_done_callback(lambda ended: self._talks.pop(ended, None))

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = writer.get_extra_info("socket")
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await _Talk(self, reader, writer).run()
        except (ConnectionError, h11.ProtocolError, asyncio.CancelledError):
            writer.transport.abort()  # swallowed on purpose: this task ends here either way
        finally:
            writer.close()

    def deliver(self, question: Question) -> Delivery:
        """Find who answers a request: the control channel, the API or the storefront."""
        path = question.path
        if path.startswith(f"{CONTROL}/"):
            return Delivery(
                self._control.respond(question.method, path, question.query, question.headers, question.body)
            )
        if self.offline:
            return Delivery(None, "reset")
        if path == API or path.startswith(f"{API}/") or path == "/auth.php":
            return deliver(self._store, question)
        return Delivery(self._storefront.respond(question.method, path, question.query, question.body))


class _Talk:
    """One connection, request after request until either side has had enough."""

    def __init__(
        self, server: StoreServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._wire = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        """Talk. Raises ConnectionError or h11.ProtocolError when the other side breaks off or babbles."""
        while True:
            try:
                question = await self._listen()
            except TooMuch:
                await self._say("POST", refusal(Refused(413, ["Requisição grande demais."]), ""))
                return
            if question is None:
                return
            delivery = self._server.deliver(question)
            if delivery.seconds:
                await asyncio.sleep(delivery.seconds)
            if delivery.ending == "reset":
                self._reset()
                return
            if delivery.answer is None:
                await self._stay_silent()
                return
            await self._say(question.method, delivery.answer)
            if self._wire.our_state is not h11.DONE or self._wire.their_state is not h11.DONE:
                return
            self._wire.start_next_cycle()

    async def _listen(self) -> Question | None:
        """The next request, whole; None when the other side is gone."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._wire.next_event()
            if event is h11.NEED_DATA:
                if self._wire.they_are_waiting_for_100_continue:
                    self._writer.write(
                        self._wire.send(h11.InformationalResponse(status_code=100, headers=[]))
                    )
                self._wire.receive_data(await self._reader.read(CHUNK))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > LONGEST_BODY:
                    raise TooMuch
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _question(head, bytes(body))
            else:
                return None

    async def _say(self, method: str, answer: Answer) -> None:
        headers = [*answer.headers.items(), ("content-length", str(len(answer.body)))]
        send = self._wire.send
        parts = [send(h11.Response(status_code=answer.status, headers=headers)) or b""]
        if answer.body and method != "HEAD":
            parts.append(send(h11.Data(data=answer.body)) or b"")
        parts.append(send(h11.EndOfMessage()) or b"")
        self._writer.write(b"".join(parts))
        await self._writer.drain()

    async def _stay_silent(self) -> None:
        while await self._reader.read(CHUNK):
            pass

    def _reset(self) -> None:
        wire = self._writer.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._writer.transport.abort()


def _question(head: h11.Request, body: bytes) -> Question:
    path, _, query = head.target.decode("ascii", "replace").partition("?")
    return Question(
        head.method.decode("ascii"),
        unquote(path),
        dict(parse_qsl(query, keep_blank_values=True)),
        {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers},
        body,
    )


async def serve(store: TrayStore, port: int) -> None:
    """Serve the store until cancelled. Raises OSError when the port is taken."""
    server = StoreServer(store)
    await server.start(port)
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


class StoreServerThread:
    """The server in a thread of its own, for programs without an event loop: `with StoreServerThread(store) as s`."""

    def __init__(self, store: TrayStore, *, port: int = 0) -> None:
        self.server = StoreServer(store)
        self._port = port
        self._opened = threading.Event()
        self._problem: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="store-server", daemon=True)

    @property
    def url(self) -> str:
        """Where the store answers."""
        return self.server.url

    def __enter__(self) -> StoreServerThread:
        self._thread.start()
        self._opened.wait()
        if self._problem is not None:
            raise self._problem
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._closing is not None:
            with contextlib.suppress(RuntimeError):  # the loop has already ended
                self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        try:
            await self.server.start(self._port)
        except OSError as problem:
            self._problem = problem
            return
        finally:
            self._opened.set()
        await self._closing.wait()
        await self.server.stop()
