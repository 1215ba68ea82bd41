"""Telling the program what the store's statuses mean, and what the shop tells the store when it registers an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import StatusMeaning


def explain_statuses(uow: UnitOfWork, meanings: Mapping[str, StatusMeaning | None], *, by: Actor) -> None:
    """Say what these statuses mean (None takes it back). Raises NotAllowed or NoSuchRecord."""
    by.needs(Permission.CHANGE_SETTINGS)
    for status_id, meaning in meanings.items():
        uow.statuses.explain(status_id, meaning)
    uow.touch(Topic.ORDERS, Topic.SETTINGS)


def choose_order_rules(uow: UnitOfWork, rules: OrderRules, *, by: Actor) -> None:
    """Choose what the store is told of a registered order, and when a waiting one is too old. Raises NotAllowed."""
    by.needs(Permission.CHANGE_SETTINGS)
    uow.statuses.save_rules(replace(rules, alarm_minutes=max(0, rules.alarm_minutes)))
    uow.touch(Topic.ORDERS, Topic.SETTINGS)
