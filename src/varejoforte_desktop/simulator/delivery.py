"""How an answer travels back to the shop: whole, late, spoiled on the way, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from varejoforte_desktop.simulator.answers import (
    Answer,
    Causes,
    Refused,
    created,
    deleted,
    in_html,
    refusal,
    saved,
)
from varejoforte_desktop.simulator.calls import Question, take_apart
from varejoforte_desktop.simulator.faults import Fault
from varejoforte_desktop.simulator.gate import EXPIRED
from varejoforte_desktop.simulator.quota import TOO_MANY
from varejoforte_desktop.simulator.store import API, TrayStore

DEFAULT_CAUSES: Causes = {"Product": {"reference": ["Valor recusado pela loja."]}}
HTML_PAGE = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0} Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a transport has to do: wait `seconds`, then answer, stay silent or break the connection."""

    answer: Answer | None
    ending: Literal["answer", "silence", "reset"] = "answer"
    seconds: float = 0


def deliver(store: TrayStore, question: Question) -> Delivery:
    """Put a request to the store and let the script of faults spoil it. Only the API is ever spoiled."""
    fault = None
    if store.faults.rules and question.path.startswith(API):
        fault = store.faults.take(
            question.method, question.path, lambda: store.reference_of(question.path, question.body)
        )
    if fault is None:
        return Delivery(store.ask(question))
    if fault.kind == "slow":
        return Delivery(store.ask(question, "slow"), seconds=fault.seconds)
    if fault.kind == "late":
        store.apply_later(timedelta(seconds=fault.seconds), lambda: store.ask(question, "late"))
        return Delivery(None, "silence")
    if fault.after_applying:
        store.ask(question, fault.kind)
    spoiled = _spoiled(store, question, fault)
    if not fault.after_applying:
        store.note(question, status=spoiled.status if spoiled else 0, fault=fault.kind)
    if spoiled is None:
        return Delivery(None, "silence" if fault.kind == "timeout" else "reset", fault.seconds)
    return Delivery(spoiled, seconds=fault.seconds)


def _spoiled(store: TrayStore, question: Question, fault: Fault) -> Answer | None:
    """The answer that replaces the real one; None when there is none at all."""
    url = question.path.removeprefix(API)
    match fault.kind:
        case "html":
            status = fault.status or 502
            return in_html(HTML_PAGE.format(status), status)
        case "ignored":
            return _pretended(question)
        case "rate_limited":
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            refused = Refused(429, [TOO_MANY], headers=headers)
        case "revoked":
            store.revoke_access(question.query.get("access_token", ""))
            refused = Refused(401, [EXPIRED], error_code=1000)
        case "refused":
            causes = DEFAULT_CAUSES if fault.causes is None else fault.causes
            refused = Refused(fault.status or 400, causes)
        case "status":
            refused = Refused(fault.status or 500, fault.causes)
        case _:
            return None
    return refusal(refused, url)


def _pretended(question: Question) -> Answer:
    _, ids = take_apart(question.path.removeprefix(API))
    row_id = ids[-1] if ids else "999999"
    if question.method == "POST":
        return created(row_id)
    return deleted(row_id) if question.method == "DELETE" else saved(row_id)
