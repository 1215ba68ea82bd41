"""Reads a list of the store page by page, whole or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias, TypeVar, cast
from urllib.parse import quote, urlencode

from varejoforte_desktop.tray.payloads import PagingPayload
from varejoforte_desktop.tray.reading import Unreadable, entries, rows, whole

Row = TypeVar("Row")
#: Asks for one page: takes the query without token, gives the JSON.
AskPage: TypeAlias = Callable[[str], Awaitable[Any]]
#: Makes a row of an element; gives its id beside it.
ReadRow: TypeAlias = Callable[[object], tuple[str, Row]]

#: Most the store gives at once.
PAGE_SIZE: Final = 50
_FIXED: Final = f"limit={PAGE_SIZE}&sort=id_asc"


def query_of(**filters: str) -> str:
    """The query of a list, without its page: filters, fifty at a time, by id, which never changes."""
    wanted = urlencode(filters, quote_via=quote, safe=",")
    return f"{_FIXED}&{wanted}" if wanted else _FIXED


async def one_pass(ask: AskPage, query: str, plural: str, read: ReadRow[Row]) -> tuple[Row, ...] | None:
    """Every row of the list, each id once; None when the list moved while it was read.

    The list has moved when its total changed between two pages, a page brought nothing new before the end, or
    fewer different rows came than the total promised. Raises Unreadable, and whatever `ask` raises.
    """
    found: dict[str, Row] = {}
    received = 0
    promised: int | None = None
    page = 0
    while promised is None or received < promised:
        page += 1
        total, elements = _page(await ask(f"{query}&page={page}"), plural)
        if promised is not None and total != promised:
            return None
        promised = total
        before = len(found)
        for element in elements:
            key, row = read(element)
            found[key] = row
        received += len(elements)
        if len(found) == before:
            break  # an empty page, or the same one again: asking further would never end
    return tuple(found.values()) if len(found) == promised else None


def _page(data: object, plural: str) -> tuple[int, tuple[object, ...]]:
    body = entries(data)
    paging = cast("PagingPayload", entries(body.get("paging")))
    if plural not in body or "total" not in paging:
        raise Unreadable(plural)
    return whole(paging["total"], "paging.total"), rows(body[plural])
