"""What is asked of the store: a request with its address taken apart and its body read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from varejoforte_desktop.simulator.answers import Answer, Refused

#: A record as the store keeps it: every value is text, as it goes on the wire.
Row = dict[str, str]

#: A place in an address, ids replaced by "#": ("orders", "#", "complete").
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One request as it arrived. `path` is the whole path, `/web_api/products/5`."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Call:
    """One request to the API. `public` is true when it came without a token and may only see what visitors see."""

    method: str
    ids: tuple[str, ...]
    query: Mapping[str, str]
    payload: object
    public: bool = False

    def wrapped(self, *names: str) -> dict[str, object]:
        """The record inside the wrapper of any of these names, or the bare body. Raises Refused for an array."""
        body = as_record(self.payload)
        for name in names:
            if name in body:
                return as_record(body[name])
        return body


Handler = Callable[[Call], Answer]
Routes = dict[Place, dict[str, Handler]]


def beside_products(name: str, many: dict[str, Handler], one: dict[str, Handler]) -> Routes:
    """The addresses of what lives below /products and answers at the top too."""
    places: tuple[Place, ...] = (("products", name), (name,))
    return dict.fromkeys(places, many) | {(*place, "#"): one for place in places}


def take_apart(path: str) -> tuple[Place, tuple[str, ...]]:
    """The place an API path names, and the ids in it. `/orders/5/complete/` → ("orders", "#", "complete"), ("5",)."""
    parts = [part for part in path.split("/") if part]
    ids = tuple(part for part in parts if part.isdecimal())
    return tuple("#" if part.isdecimal() else part for part in parts), ids


def read_body(content: bytes, content_type: str) -> object:
    """The body as plain values: JSON, or a form whose names nest as `Product[name]`. Raises Refused(400)."""
    if not content.strip():
        return {}
    if "x-www-form-urlencoded" in content_type:
        return _form(content)
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Refused(400, ["Requisição inválida."]) from None


def _form(content: bytes) -> dict[str, object]:
    # JSON edge: the depth of a form is decided by its sender.
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True):
        path = name.replace("]", "").split("[")
        node = tree
        for step in path[:-1]:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise Refused(400, ["Requisição inválida."])
        node[path[-1]] = value
    return tree


def as_record(value: object) -> dict[str, object]:
    """The value when it is a JSON object; raises Refused(400) when it is anything else."""
    if isinstance(value, dict):
        return value
    raise Refused(400, ["Requisição inválida."])


def as_records(value: object) -> list[dict[str, object]]:
    """A list of JSON objects; one alone counts as a list of one, and so does a form's numbered map."""
    if isinstance(value, list):
        return [as_record(item) for item in value]
    if isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        return [as_record(item) for item in value.values()]
    return [as_record(value)] if value else []


def as_text(value: object) -> str:
    """A JSON scalar as the store would keep it; None, lists and objects become empty."""
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
