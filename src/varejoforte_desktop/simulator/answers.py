"""What the store says back: the answer to a request that went well, and the refusal of one that did not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
HTML_HEADERS = {"content-type": "text/html; charset=utf-8"}

#: Business rules are a list of sentences; validation is model → field → sentences.
Causes = list[str] | dict[str, dict[str, list[str]]]

NAMES = {
    400: "Bad Request",
    401: "Unauthorized access",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Payload Too Large",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}

BLANK = "Este campo não pode ser deixado em branco"
NOT_MONEY = "Por favor, forneça um valor monetário válido."


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, whole."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> object:
        """The body read as JSON; raises ValueError when it is not."""
        return json.loads(self.body)


class Refused(Exception):
    """The store says no; the attributes fill the error envelope."""

    def __init__(
        self,
        status: int,
        causes: Causes | None = None,
        *,
        error_code: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, causes, error_code)
        self.status = status
        self.causes: Causes = [] if causes is None else causes
        self.error_code = error_code
        self.headers = dict(headers or {})


def in_json(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer whose body is `payload` in UTF-8 JSON."""
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(status, {**JSON_HEADERS, **headers} if headers else JSON_HEADERS, body)


def in_html(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer that is a web page."""
    return Answer(status, {**HTML_HEADERS, **(headers or {})}, text.encode("utf-8", "replace"))


def created(row_id: str, key: str = "id") -> Answer:
    """The answer to a POST that made record `row_id`."""
    return in_json({"message": "Created", key: row_id, "code": 201}, 201)


def saved(row_id: str) -> Answer:
    """The answer to a PUT; the record itself is never echoed."""
    return in_json({"message": "Saved", "code": 200, "id": row_id})


def deleted(row_id: str) -> Answer:
    """The answer to a DELETE."""
    return in_json({"message": "Deleted", "id": row_id, "code": 200})


def refusal(refused: Refused, url: str) -> Answer:
    """The error envelope of the store; `url` is the path asked for, without its query."""
    status = refused.status
    envelope: dict[str, object] = {"code": status, "url": url, "name": NAMES.get(status, "Error")}
    if refused.error_code is not None:
        envelope["error_code"] = refused.error_code
    envelope["causes"] = refused.causes
    return in_json(envelope, status, refused.headers)


def field_refused(model: str, name: str, message: str) -> Refused:
    """A 400 about one field of one model."""
    return Refused(400, {model: {name: [message]}})
