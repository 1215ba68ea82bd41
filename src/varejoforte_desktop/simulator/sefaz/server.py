"""The authority behind a real socket on this computer, which lets in nobody without a certificate."""

from __future__ import annotations

import contextlib
import http.client
import socket
import socketserver
import ssl
import struct
import sys
import tempfile
import threading
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

from cryptography import x509

from varejoforte_desktop.simulator.sefaz.authority import Reply, SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import Identity
from varejoforte_desktop.simulator.sefaz.holders import cnpj_of, holds_at

LOOPBACK = "127.0.0.1"
LONGEST_BODY = 8_000_000
PATIENCE = 10.0  # seconds for a caller to shake hands and say what it wants
#: Closing sends a reset instead of a polite goodbye.
AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
#: X509_V_FLAG_NO_CHECK_TIME: a certificate's dates are held against the simulator's own clock instead.
ANY_DATE = 0x200000


class SefazServerThread:
    """Serves a SefazSimulator over HTTPS on 127.0.0.1 in threads: `with SefazServerThread(...) as server`.

    `identity` is what it shows (`PracticeAuthority.server_identity`); callers must come with a certificate of the
    same authority. TLS 1.2 or newer, one request a connection. While the simulator is not online every connection
    breaks before the handshake. Raises OSError when the port is taken.
    """

    def __init__(self, simulator: SefazSimulator, identity: Identity, *, port: int = 0) -> None:
        self._server = _Server(simulator, _context(identity), port)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sefaz-server", daemon=True
        )

    @property
    def url(self) -> str:
        """Where the authority answers."""
        return f"https://{LOOPBACK}:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to answer; `close` ends it."""
        self._thread.start()

    def __enter__(self) -> SefazServerThread:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Shut the door, end every conversation and wait for the threads."""
        self._server.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = sys.platform != "win32"
    request_queue_size = 64
    daemon_threads = False
    block_on_close = True

    def __init__(self, simulator: SefazSimulator, context: ssl.SSLContext, port: int) -> None:
        self.simulator = simulator
        self.closing = threading.Event()
        self._context = context
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((LOOPBACK, port), _Talk)

    def get_request(self) -> tuple[socket.socket, object]:
        """Take a caller in; the handshake happens in the caller's own thread."""
        plain, caller = self.socket.accept()
        plain.settimeout(PATIENCE)
        if not self.simulator.online:
            _reset(plain)
            raise ConnectionResetError(caller)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(wire)
        return wire, caller

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """End one conversation."""
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.discard(request)
            request.close()

    def hang_up(self) -> None:
        """Break every conversation that is still going on."""
        with self._lock:
            for wire in self._open:
                with contextlib.suppress(OSError):
                    # Past the TLS layer: only the plain socket wakes whoever is reading from it.
                    socket.socket.shutdown(wire, socket.SHUT_RDWR)

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: tuple[str, int]
    ) -> None:
        """A caller that broke off, or came without a certificate, is nobody's error."""
        problem = sys.exc_info()[1]
        if not isinstance(problem, OSError):
            super().handle_error(request, client_address)


class _Talk(socketserver.BaseRequestHandler):
    """One connection: a handshake, a request, an answer."""

    server: _Server
    request: ssl.SSLSocket

    def handle(self) -> None:
        self.request.do_handshake()
        with self.request.makefile("rb") as reader:
            line = reader.readline(65_536).decode("latin-1").split()
            if len(line) != 3:
                return
            headers = http.client.parse_headers(reader)
            length = int(headers.get("content-length") or 0)
            if line[0] != "POST" or length > LONGEST_BODY:
                self._say(Reply(405, "text/plain", b""))
                return
            body = reader.read(length)
        if len(body) == length:
            self._answer(line[1], headers.get("content-type") or "", body)

    def _answer(self, path: str, content_type: str, body: bytes) -> None:
        simulator = self.server.simulator
        try:
            reply = simulator.answer(
                path, content_type, body, client_cnpj=self._company(), wait=self.server.closing.wait
            )
        except (ConnectionRefusedError, TimeoutError):
            _reset(self.request)
            return
        self._say(reply)

    def _company(self) -> str | None:
        shown = self.request.getpeercert(binary_form=True)
        if shown is None:
            return None
        certificate = x509.load_der_x509_certificate(shown)
        return cnpj_of(certificate) if holds_at(certificate, self.server.simulator.now()) else None

    def _say(self, reply: Reply) -> None:
        head = (
            f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n"
            f"Content-Type: {reply.content_type}\r\nContent-Length: {len(reply.body)}\r\nConnection: close\r\n\r\n"
        )
        self.request.sendall(head.encode("latin-1") + reply.body)
        # A goodbye of its own, so that an answer cut off on the way is not taken for a whole one.
        with contextlib.suppress(OSError):
            self.request.unwrap()


def _reset(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    wire.close()


def _context(identity: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ANY_DATE
    authority = identity.chain[-1]
    with tempfile.TemporaryDirectory() as folder:
        # ssl reads keys from files only; these are gone before anybody connects.
        shown, secret = Path(folder) / "shown.pem", Path(folder) / "secret.pem"
        shown.write_bytes(identity.certificate_pem)
        secret.write_bytes(identity.key_pem)
        context.load_cert_chain(shown, secret)
    context.load_verify_locations(cadata=Identity(authority, identity.key, ()).certificate_pem.decode())
    return context
