"""Who may come in: the app's keys, the shop's authorisation code, and the tokens that live three hours."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from varejoforte_desktop.simulator.answers import Answer, Refused, in_json
from varejoforte_desktop.simulator.calls import Call, as_record, as_text
from varejoforte_desktop.simulator.clock import stamp
from varejoforte_desktop.simulator.shop import Shop

ACCESS_LIFE = timedelta(hours=3)
REFRESH_LIFE = timedelta(days=30)

State = Literal["ativa", "bloqueada", "inativa", "cancelada"]
CLOSED = {"bloqueada": 1001, "inativa": 1002, "cancelada": 1003}
EXPIRED = "Token inválido ou expirado"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One pair of tokens and when it was made."""

    access: str
    refresh: str
    made: datetime


class Gate:
    """The door of one store for one app."""

    def __init__(self, shop: Shop, rng: random.Random) -> None:
        self._shop = shop
        self._rng = rng
        self.consumer_key = self._hex()
        self.consumer_secret = self._hex()
        self.code = self._hex()
        self.state: State = "ativa"
        self.consented = False
        self.disabled = False
        self._code_used = False
        self._tokens: Tokens | None = None
        self._alive: dict[str, datetime] = {}  # access token → when it ends
        self._dead: set[str] = set()

    def check(self, query: Mapping[str, str]) -> bool:
        """Let a request in. True when it holds a token, False when it comes without one; raises Refused(401)."""
        self.check_store()
        token = query.get("access_token")
        if not token:
            return False
        ends = self._alive.get(token)
        if ends is not None and self._shop.now() < ends:
            return True
        known = ends is not None or token in self._dead
        raise Refused(401, [EXPIRED], error_code=1000 if known else 1099)

    def check_store(self) -> None:
        """Raises Refused(401) when the store is closed to every app, or to this one."""
        if self.state != "ativa":
            raise Refused(401, [f"Loja {self.state}"], error_code=CLOSED[self.state])
        if self.disabled:
            raise Refused(401, ["Aplicativo desativado"], error_code=1099)

    def create(self, call: Call) -> Answer:
        """POST /auth: tokens for the shop's code. The same pair again while it lives."""
        self.check_store()
        given = as_record(call.payload)
        ours = {
            "consumer_key": self.consumer_key,
            "consumer_secret": self.consumer_secret,
            "code": self.code,
        }
        if any(as_text(given.get(name)) != value for name, value in ours.items()):
            raise Refused(401, ["Dados de autenticação inválidos"], error_code=1099)
        if self._code_used and self._shop.switches.code_single_use:
            raise Refused(401, ["Código de autorização já utilizado"], error_code=1099)
        self._code_used = True
        if self._tokens and self._alive.get(self._tokens.access, self._tokens.made) > self._shop.now():
            return in_json(self._told(self._tokens, "Token already exists.", 200))
        return in_json(self._told(self._new_pair(), "Created tokens", "200"), 201)

    def refresh(self, call: Call) -> Answer:
        """GET /auth: a new pair for the refresh token, which works once."""
        self.check_store()
        query, tokens = call.query, self._tokens
        if self._shop.switches.refresh_requires_keys and (
            query.get("consumer_key") != self.consumer_key
            or query.get("consumer_secret") != self.consumer_secret
        ):
            raise Refused(401, ["Dados de autenticação inválidos"], error_code=1099)
        given = query.get("refresh_token", "")
        if tokens is None or given != tokens.refresh or self._shop.now() >= tokens.made + REFRESH_LIFE:
            raise Refused(401, [EXPIRED], error_code=1000 if given in self._dead else 1099)
        self._dead.add(given)
        if self._shop.switches.old_access_dies_on_refresh:
            self._alive.pop(tokens.access, None)
            self._dead.add(tokens.access)
        return in_json(self._told(self._new_pair(), "Refreshed tokens", "200"))

    def revoke(self, *, uninstall: bool = False) -> None:
        """Kill every token; with `uninstall` the code too, and the shop has to consent again."""
        if self._tokens:
            self._dead.add(self._tokens.refresh)
        self._dead.update(self._alive)
        self._alive.clear()
        self._tokens = None
        if uninstall:
            self.code = self._hex()
            self.consented = self._code_used = False

    def kill(self, token: str) -> None:
        """One access token dies; the refresh token lives."""
        if self._alive.pop(token, None) is not None:
            self._dead.add(token)

    def set_state(self, state: State) -> None:
        """Open, block, deactivate or cancel the store. Raises ValueError for another word."""
        if state not in get_args(State):
            raise ValueError(state)
        self.state = state

    def issue(self) -> Tokens:
        """A pair of tokens without asking over HTTP: what a test starts from."""
        return self._new_pair()

    def _new_pair(self) -> Tokens:
        # The store counts in whole seconds, and the dates it tells are what it holds itself to.
        made = self._shop.now().replace(microsecond=0)
        if self._tokens:
            self._dead.add(self._tokens.refresh)
        access = f"APP_ID-{self._shop.app_id}-STORE_ID-{self._shop.store_id}-{self._hex()}"
        self._tokens = Tokens(access, self._hex(), made)
        self._alive[access] = made + ACCESS_LIFE
        return self._tokens

    def _told(self, tokens: Tokens, message: str, code: object) -> dict[str, object]:
        return {
            "message": message,
            "code": code,
            "access_token": tokens.access,
            "refresh_token": tokens.refresh,
            "date_expiration_access_token": stamp(tokens.made + ACCESS_LIFE),
            "date_expiration_refresh_token": stamp(tokens.made + REFRESH_LIFE),
            "date_activated": stamp(tokens.made),
            "api_host": self._shop.api_address,
            "store_id": self._shop.store_id,
        }

    def _hex(self) -> str:
        return f"{self._rng.getrandbits(256):064x}"
