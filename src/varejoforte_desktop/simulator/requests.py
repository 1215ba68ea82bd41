"""The store's visitors' book: every request that came, without its secrets, for whoever wants to count them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from varejoforte_desktop.simulator.calls import Place

SECRETS = frozenset({"access_token", "refresh_token", "consumer_key", "consumer_secret", "code"})


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request. `status` is what the store decided (0: nothing was said); `fault` names what spoiled it."""

    at: datetime
    method: str
    path: str  # without /web_api, the query and any token
    query: Mapping[str, str]
    body: object
    status: int
    fault: str = ""


class RequestLog:
    """The newest requests and how many of each kind there were."""

    def __init__(self, keep: int = 50_000) -> None:
        self.records: deque[RequestRecord] = deque(maxlen=keep)
        self.counts: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.total = 0

    def note(self, record: RequestRecord, place: Place) -> None:
        """Write down one request; it is counted under its method and place, such as `PUT /products/#`."""
        self.records.append(record)
        self.counts[f"{record.method} /{'/'.join(place)}"] += 1
        self.statuses[record.status] += 1
        self.total += 1

    def clear(self) -> None:
        """Begin a new book."""
        self.records.clear()
        self.counts.clear()
        self.statuses.clear()
        self.total = 0


def without_secrets(query: Mapping[str, str]) -> dict[str, str]:
    """The query without the values nobody may read later."""
    return {name: value for name, value in query.items() if name not in SECRETS}
