"""What the simulator's tests share: a clock one can turn, and an app that talks to a store."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from varejoforte_desktop.simulator.answers import Answer
from varejoforte_desktop.simulator.calls import Question
from varejoforte_desktop.simulator.delivery import Delivery, deliver
from varejoforte_desktop.simulator.store import TrayStore

# 10:05:40 in São Paulo, on a Friday.
MORNING = datetime(2026, 11, 20, 13, 5, 40, tzinfo=UTC)


class TurnableClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.instant = MORNING

    def __call__(self) -> datetime:
        return self.instant

    def turn(self, **amount: float) -> None:
        self.instant += timedelta(**amount)


class App:
    """An app with a live token; each verb returns the store's answer."""

    def __init__(self, store: TrayStore) -> None:
        self.store = store
        self.token = store.issue_tokens().access

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Answer:
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return self.store.respond(
            method, f"/web_api{path}", {"access_token": self.token, **query}, headers, content
        )

    def get(self, path: str, **query: str) -> Any:
        answer = self.ask("GET", path, **query)
        assert answer.status == 200, answer.body
        return answer.json()

    def post(self, path: str, body: object) -> Answer:
        return self.ask("POST", path, body)

    def put(self, path: str, body: object) -> Answer:
        return self.ask("PUT", path, body)

    def deliver(self, method: str, path: str, body: object = None) -> Delivery:
        content = b"" if body is None else json.dumps(body).encode()
        query = {"access_token": self.token}
        return deliver(self.store, Question(method, f"/web_api{path}", query, {}, content))


def causes(answer: Answer) -> Any:
    payload: Any = answer.json()
    return payload["causes"]


def made(answer: Answer) -> str:
    payload: Any = answer.json()
    assert answer.status == 201, answer.body
    return str(payload["id"])
