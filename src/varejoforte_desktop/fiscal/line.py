"""The line to SEFAZ: one connection a request, and an honest word on whether anything may have arrived."""

from __future__ import annotations

import math
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import SplitResult, urlsplit

from varejoforte_desktop.application.outside import OutcomeUnknown, OutsideError, Unreachable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: No answer of SEFAZ comes near this; whatever does is not one.
LARGEST_ANSWER: Final = 5 * 1024 * 1024
_PIECE: Final = 64 * 1024
_MOMENT: Final = 0.5  # seconds
_ADDRESS: Final = re.compile(r"[!-~]+")


class Line(Protocol):
    """Carries one request. The practice SEFAZ inside this program offers the same."""

    def post(self, url: str, *, action: str, body: bytes, timeout: float) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer. `timeout` in seconds, from connected to answered.

        Raises Unreachable when surely nothing arrived (no_line, timeout_connecting, tls, certificate_refused), and
        OutcomeUnknown when something may have (no_answer, reset, unreadable). A line inside this program may also
        raise the bare ConnectionRefusedError (nothing arrived) or TimeoutError (something may have).
        """
        ...


class _TimedSocket(ssl.SSLSocket):
    """A socket whose answer has to be complete by a moment: a server that sends a byte now and then would otherwise
    be waited for without end."""

    ends: float = math.inf

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """As ever, but not longer than until `ends`."""
        if self.ends < math.inf:
            self.settimeout(max(self.ends - time.monotonic(), 0.001))
        return super().recv_into(buffer, nbytes, flags)


class TlsLine:
    """The real line, by HTTP/1.1 over TLS. Never tries twice: the second might be the one that counts."""

    def __init__(
        self, context: ssl.SSLContext | Callable[[], ssl.SSLContext], connect_timeout: float = 8.0
    ) -> None:
        """`context`, or what makes it at the first request (reading all trusted certificates takes a while)."""
        self._given = context
        self._made: ssl.SSLContext | None = None
        self._making = threading.Lock()
        self._connect_timeout = connect_timeout
        self._welcome = False  # whether a server has answered to our certificate before

    def post(self, url: str, *, action: str, body: bytes, timeout: float) -> tuple[int, str, bytes]:
        """See Line."""
        address = urlsplit(url)
        if address.scheme != "https" or not address.hostname or not _ADDRESS.fullmatch(url):
            raise Unreachable(code="no_endpoint", detail=url)
        request = _request(address, action, body)
        connected = self._connected(address)
        try:
            if not self._welcome:
                _listen(connected)
            connected.ends = time.monotonic() + timeout
            connected.settimeout(timeout)
            answer = _exchange(connected, request)
        finally:
            connected.close()
        self._welcome = True
        return answer

    def _connected(self, address: SplitResult) -> _TimedSocket:
        context = self._context()
        host = address.hostname or ""
        try:
            plain = socket.create_connection((host, address.port or 443), self._connect_timeout)
        except TimeoutError as error:
            raise Unreachable(code="timeout_connecting", detail=host) from error
        except (OSError, ValueError) as error:  # no such name, refused, no way there; a port that is none
            raise Unreachable(code="no_line", detail=_said(error)) from error
        try:
            secured = context.wrap_socket(plain, server_hostname=host)
        except TimeoutError as error:
            plain.close()
            raise Unreachable(code="timeout_connecting", detail=host) from error
        except OSError as error:
            plain.close()
            raise Unreachable(code=_handshake_code(error), detail=_said(error)) from error
        if not isinstance(secured, _TimedSocket):  # the context is ours alone, see _context
            raise TypeError(type(secured))
        return secured

    def _context(self) -> ssl.SSLContext:
        with self._making:
            if self._made is None:
                try:
                    made = self._given() if callable(self._given) else self._given
                except (ValueError, OSError) as error:
                    raise Unreachable(code="tls", detail=_said(error)) from error
                made.sslsocket_class = _TimedSocket
                self._made = made
            return self._made


def _listen(connected: _TimedSocket) -> None:
    """With TLS 1.3 a server says only after the handshake whether it takes our certificate: wait a moment for that
    word, so that a refusal comes while surely nothing of ours is under way."""
    if connected.version() != "TLSv1.3":
        return
    try:
        connected.settimeout(_MOMENT)
        select.select([connected], [], [], _MOMENT)
        connected.setblocking(False)
        if connected.recv(1) == b"":
            raise Unreachable(code="no_line", detail="closed after the handshake")
    except (ssl.SSLWantReadError, TimeoutError):
        return  # nothing but a ticket for the next time, or nothing at all
    except OSError as error:
        raise Unreachable(code=_handshake_code(error), detail=_said(error)) from error


def _request(address: SplitResult, action: str, body: bytes) -> bytes:
    """The whole request, to be written at once."""
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {address.netloc.rpartition('@')[2]}\r\n"
        f'Content-Type: application/soap+xml; charset=utf-8; action="{action}"\r\n'
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


def _exchange(connected: _TimedSocket, request: bytes) -> tuple[int, str, bytes]:
    try:
        connected.sendall(request)
        with HTTPResponse(connected, method="POST") as response:
            response.begin()
            return response.status, response.headers.get("Content-Type", ""), _whole(response)
    except (OSError, HTTPException) as error:
        raise _broken(error) from error


def _whole(response: HTTPResponse) -> bytes:
    answer = bytearray()
    while piece := response.read(_PIECE):
        answer += piece
        if len(answer) > LARGEST_ANSWER:
            raise OutcomeUnknown(code="unreadable", detail="too large")
    if response.length:  # it announced more than came
        raise OutcomeUnknown(code="reset", detail=f"{response.length} bytes missing")
    return bytes(answer)


def _broken(error: OSError | HTTPException) -> OutsideError:
    """What a failure means once we had begun to write."""
    if isinstance(error, TimeoutError):
        return OutcomeUnknown(code="no_answer", detail=_said(error))
    if isinstance(error, OSError):
        # With TLS 1.3 a server says only now that it does not take our certificate. It has read nothing then.
        if _refuses_ours(error):
            return Unreachable(code="certificate_refused", detail=_said(error))
        return OutcomeUnknown(code="reset", detail=_said(error))
    return OutcomeUnknown(code="unreadable", detail=_said(error))


def _handshake_code(error: OSError) -> str:
    if _refuses_ours(error):
        return "certificate_refused"
    # A line that breaks in the middle says nothing of certificates.
    broken = not isinstance(error, ssl.SSLError) or isinstance(
        error, ssl.SSLEOFError | ssl.SSLZeroReturnError
    )
    return "no_line" if broken else "tls"


def _refuses_ours(error: OSError) -> bool:
    """Whether the server's last word (an alert of TLS) was about the certificate that we showed, or did not."""
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLCertVerificationError):
        return False
    reason = error.reason or ""
    return "ALERT" in reason and any(
        word in reason for word in ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")
    )


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
