"""What can go wrong on the line to the store, and whether the request may have got there all the same.

httpx says                                           we say
ConnectTimeout, PoolTimeout                          Unreachable timeout_connecting
ConnectError, ProxyError                             Unreachable no_line (tls when a certificate is behind it)
UnsupportedProtocol, InvalidURL                      Unreachable bad_address
TooManyRedirects                                     Unreachable redirected
DecodingError, StreamError, CookieConflict           unreadable   \\ OutcomeUnknown for a write,
HTTPStatusError                                      server_error  > TryLater for a question
every other (timeouts, resets, broken protocol)      no_answer    /
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from varejoforte_desktop.application.outside import OutcomeUnknown, TryLater, Unreachable


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no answer. It holds no text of the lower library: that text may hold the address."""

    code: str
    arrived: bool  # the request may have arrived and been applied


_NO_LINE: Final = Fault("no_line", arrived=False)
_TLS: Final = Fault("tls", arrived=False)
_CONNECTING: Final = Fault("timeout_connecting", arrived=False)
_BAD_ADDRESS: Final = Fault("bad_address", arrived=False)
_REDIRECTED: Final = Fault("redirected", arrived=False)
_SERVER_ERROR: Final = Fault("server_error", arrived=True)

#: The request left and silence followed.
NO_ANSWER: Final = Fault("no_answer", arrived=True)
#: An answer came and makes no sense.
UNREADABLE: Final = Fault("unreadable", arrived=True)

#: Every exception of httpx, by class. A test fails when httpx has one that is not here.
FAULTS: Final[Mapping[type[BaseException], Fault]] = {
    httpx.HTTPError: NO_ANSWER,
    httpx.HTTPStatusError: _SERVER_ERROR,
    httpx.RequestError: NO_ANSWER,
    httpx.DecodingError: UNREADABLE,
    httpx.TooManyRedirects: _REDIRECTED,
    httpx.TransportError: NO_ANSWER,
    httpx.UnsupportedProtocol: _BAD_ADDRESS,
    httpx.ProxyError: _NO_LINE,  # raised while the tunnel is dug, before the request
    httpx.ProtocolError: NO_ANSWER,
    httpx.LocalProtocolError: NO_ANSWER,
    httpx.RemoteProtocolError: NO_ANSWER,
    httpx.NetworkError: NO_ANSWER,
    httpx.ConnectError: _NO_LINE,
    httpx.ReadError: NO_ANSWER,
    httpx.WriteError: NO_ANSWER,
    httpx.CloseError: NO_ANSWER,
    httpx.TimeoutException: NO_ANSWER,
    httpx.ConnectTimeout: _CONNECTING,
    httpx.PoolTimeout: _CONNECTING,
    httpx.ReadTimeout: NO_ANSWER,
    httpx.WriteTimeout: NO_ANSWER,
    httpx.InvalidURL: _BAD_ADDRESS,
    httpx.CookieConflict: UNREADABLE,
    httpx.StreamError: UNREADABLE,
    httpx.StreamConsumed: UNREADABLE,
    httpx.StreamClosed: UNREADABLE,
    httpx.ResponseNotRead: UNREADABLE,
    httpx.RequestNotRead: UNREADABLE,
}

#: What one exchange may raise; OSError covers what a transport of another make lets through, and our deadline.
CAUGHT: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError, OSError)

_LONGEST_CHAIN: Final = 12


def fault_of(error: BaseException) -> Fault:
    """The fault that this exception stands for; one never seen before counts as "may have arrived"."""
    for kind in type(error).__mro__:
        fault = FAULTS.get(kind)
        if fault is not None:
            return _TLS if fault is _NO_LINE and _about_certificates(error) else fault
    return NO_ANSWER


def outside_error(fault: Fault, *, writing: bool) -> TryLater:
    """The error to raise: Unreachable, OutcomeUnknown for a write, plain TryLater for a question."""
    if not fault.arrived:
        return Unreachable(code=fault.code)
    return OutcomeUnknown(code=fault.code) if writing else TryLater(code=fault.code)


def _about_certificates(error: BaseException) -> bool:
    cause: BaseException | None = error
    for _ in range(_LONGEST_CHAIN):
        if cause is None:
            return False
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
