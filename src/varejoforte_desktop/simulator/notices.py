"""The notes the store would send to the app's address when something changes; here they wait to be read."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification: `scope` (order, product_stock …) number `scope_id` was inserted, updated or deleted."""

    seller_id: str
    scope: str
    scope_id: str
    act: str
    app_code: str

    def form(self, url: str) -> bytes:
        """The body of the POST that would carry it to `url`."""
        return urlencode(
            {
                "seller_id": self.seller_id,
                "scope_id": self.scope_id,
                "scope_name": self.scope,
                "act": self.act,
                "app_code": self.app_code,
                "url_notification": url,
            }
        ).encode()


class Notices:
    """The newest notifications. Only orders are told about unless more scopes are enabled."""

    def __init__(self, seller_id: str, app_code: str) -> None:
        self.enabled = {"order"}
        self.waiting: deque[Notice] = deque(maxlen=10_000)
        self.muted = False
        self._seller_id = seller_id
        self._app_code = app_code

    def tell(self, scope: str, scope_id: str, act: str = "update") -> None:
        """Note that a record changed."""
        if scope in self.enabled and not self.muted:
            self.waiting.append(Notice(self._seller_id, scope, scope_id, act, self._app_code))
