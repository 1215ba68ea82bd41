"""Telling the program what the store's statuses mean, and what the shop tells the store when it registers an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.people_ports import Fact
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction, differing
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import StatusMeaning


def explain_statuses(uow: UnitOfWork, meanings: Mapping[str, StatusMeaning | None], *, by: Actor) -> None:
    """Say what these statuses mean (None takes it back). Raises NotAllowed or NoSuchRecord."""
    by.needs(Permission.CHANGE_SETTINGS)
    before: dict[str, str] = {}
    for status_id, meaning in meanings.items():
        before[f"status {status_id}"] = uow.statuses.meaning(status_id, "") or ""
        uow.statuses.explain(status_id, meaning)
    after = {f"status {status_id}": meaning or "" for status_id, meaning in meanings.items()}
    _note(uow, "statuses", before, after, by)
    uow.touch(Topic.ORDERS, Topic.SETTINGS)


def choose_order_rules(uow: UnitOfWork, rules: OrderRules, *, by: Actor) -> None:
    """Choose what the store is told of a registered order, and when a waiting one is too old. Raises NotAllowed."""
    by.needs(Permission.CHANGE_SETTINGS)
    before = uow.statuses.rules()
    after = replace(rules, alarm_minutes=max(0, rules.alarm_minutes))
    uow.statuses.save_rules(after)
    _note(uow, "orders", _facts(before), _facts(after), by)
    uow.touch(Topic.ORDERS, Topic.SETTINGS)


def _facts(rules: OrderRules) -> dict[str, Fact]:
    return {
        "registered_status_id": rules.registered_status_id,
        "alarm_minutes": rules.alarm_minutes,
        "invoiced_status_id": rules.invoiced_status_id,
        "shipped_status_id": rules.shipped_status_id,
    }


def _note(
    uow: UnitOfWork, subject: str, before: Mapping[str, Fact], after: Mapping[str, Fact], by: Actor
) -> None:
    old, new = differing(before, after)
    if new:
        uow.audit.note(AuditAction.SETTINGS_CHANGED, subject, by=by, before=old, after=new)
