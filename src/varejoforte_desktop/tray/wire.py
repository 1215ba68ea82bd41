"""One question to the store and its answer, with a limit on how long and how much."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final, cast

import httpx

from varejoforte_desktop.tray.faults import CAUGHT, UNREADABLE, Fault, fault_of

logger = logging.getLogger(__name__)

_ASKING: Final = httpx.Headers(
    {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": "VarejoForteDesktop"}
)
_SENDING_JSON: Final = httpx.Headers([*_ASKING.items(), ("Content-Type", "application/json")])
_SENDING_FORM: Final = httpx.Headers(
    [*_ASKING.items(), ("Content-Type", "application/x-www-form-urlencoded")]
)


class _NotJson:
    """Stands for a body that is no JSON; None would be mistaken for the JSON `null`."""


NOT_JSON: Final = _NotJson()


@dataclass(frozen=True, slots=True)
class Question:
    """What to send, without the token: the path below /web_api, the encoded query, and the body."""

    method: str
    path: str
    query: str = ""
    content: bytes | None = field(default=None, repr=False)
    form: bool = False  # the body is a web form, not JSON

    @property
    def writing(self) -> bool:
        """Something may be different in the store afterwards."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, the JSON (or NOT_JSON) and the few headers somebody reads."""

    status: int
    data: Any = field(repr=False)
    retry_after: str = ""
    date: str = ""

    @property
    def well(self) -> bool:
        """The store did it and said so legibly."""
        return 200 <= self.status < 300 and self.data is not NOT_JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long one exchange may take, in seconds, and how large its answer may be, in bytes when unpacked."""

    connect: float = 5.0
    read: float = 15.0  # between two pieces of the answer
    write: float = 15.0
    pool: float = 5.0  # for a free line
    deadline: float = 60.0  # as a whole: a store that answers drop by drop meets every other limit
    largest: int = 20 * 1024 * 1024  # a page of fifty products is some 300 KB

    def seconds(self) -> dict[str, float]:
        """The limits of time as the lower library wants them."""
        return {"connect": self.connect, "read": self.read, "write": self.write, "pool": self.pool}


USUAL: Final = Limits()


def open_line(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A line to any store, to be shared by the client and the renewal of tokens; whoever opens it closes it.

    Certificates are always verified and redirects never followed. `transport` puts
    something else at the other end: a simulator, a test.
    """
    return httpx.AsyncClient(
        transport=transport,
        timeout=httpx.Timeout(**USUAL.seconds()),
        follow_redirects=False,
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=30.0),
    )


async def exchange(
    http: httpx.AsyncClient,
    address: str,
    question: Question,
    *,
    secret: str = "",
    limits: Limits = USUAL,
) -> Answer | Fault:
    """Send one request and read its whole answer; whatever happens is a value, nothing is raised.

    `secret` is the encoded part of the query that holds the token; it is added last, here and nowhere else, so
    no frame above this one, no log line and no exception knows the whole address.
    """
    started = perf_counter()
    result: Answer | Fault
    try:
        async with asyncio.timeout(limits.deadline):
            request = _request(address, question, secret, limits)
            response = await http.send(request, stream=True, follow_redirects=False)
            result = await _read(response, limits.largest)
    except CAUGHT as error:
        result = fault_of(error)
    if logger.isEnabledFor(logging.DEBUG):
        outcome = result.status if isinstance(result, Answer) else result.code
        took = (perf_counter() - started) * 1000
        logger.debug("%s %s -> %s in %d ms", question.method, question.path, outcome, took)
    return result


def _request(address: str, question: Question, secret: str, limits: Limits) -> httpx.Request:
    query = f"{question.query}&{secret}" if question.query and secret else question.query or secret
    url = f"{address}{question.path}?{query}" if query else f"{address}{question.path}"
    headers = _ASKING if question.content is None else _SENDING_FORM if question.form else _SENDING_JSON
    return httpx.Request(
        question.method,
        url,
        headers=headers,
        content=question.content,
        extensions={"timeout": limits.seconds()},
    )


async def _read(response: httpx.Response, largest: int) -> Answer | Fault:
    """The whole answer, or UNREADABLE as soon as it is known to be too large."""
    headers = response.headers
    size = 0
    pieces: list[bytes] = []
    try:
        declared = headers.get("content-length", "")
        if len(declared) > 7 and (not declared.isdecimal() or int(declared[:20]) > largest):
            return UNREADABLE
        async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_bytes())) as body:
            async for piece in body:
                size += len(piece)
                if size > largest:
                    return UNREADABLE
                pieces.append(piece)
    finally:
        await response.aclose()
    return Answer(
        status=response.status_code,
        data=read_json(pieces[0] if len(pieces) == 1 else b"".join(pieces)),
        retry_after=headers.get("retry-after", ""),
        date=headers.get("date", ""),
    )


def _no_such_number(name: str) -> Any:
    raise ValueError(name)


# A number with a point stays text, as Tray itself writes it: no cent goes through binary fractions.
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_constant=_no_such_number)
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def read_json(body: bytes) -> Any:
    """The JSON of a body, or NOT_JSON: HTML, cut off, NaN, not UTF-8, or nested beyond reason."""
    try:
        return _DECODER.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return NOT_JSON


def write_json(value: Mapping[str, object]) -> bytes:
    """The JSON to send, in plain ASCII so that no server can misread an accent."""
    return _ENCODER.encode(value).encode("ascii")
