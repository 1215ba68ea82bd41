"""After how long the screens lock: an administrator chooses it, for all stations, and it is written down."""

from __future__ import annotations

import json

import pytest

from tests.books import Told
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.application.shop_settings import LOCK_MINUTES, choose_lock_minutes
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.database import Database


def minutes(database: Database) -> int:
    return database.read_now(lambda reader: reader.shop()).lock_minutes


def noted(database: Database, by: Actor) -> list[tuple[dict[str, int], dict[str, int]]]:
    """What the log says was changed in the settings, newest first."""
    search = AuditSearch(actions=(AuditAction.SETTINGS_CHANGED,))
    rows = database.read_now(lambda reader: reader.audit.rows(search, by=by))
    return [(json.loads(row.before), json.loads(row.after)) for row in rows]


def test_a_new_shop_locks_after_ten_minutes(database: Database) -> None:
    assert minutes(database) == 10


@pytest.mark.parametrize("chosen", [each for each in LOCK_MINUTES if each != 10])
def test_an_administrator_chooses_the_minutes_and_every_screen_hears_it(
    database: Database, administrador: Actor, chosen: int
) -> None:
    told = Told(database._changes)
    database.run_now(choose_lock_minutes, chosen, by=administrador)
    assert minutes(database) == chosen
    assert Topic.SETTINGS in told.take()
    assert noted(database, administrador) == [({"lock_minutes": 10}, {"lock_minutes": chosen})]


def test_choosing_what_it_is_already_writes_nothing_down(database: Database, administrador: Actor) -> None:
    database.run_now(choose_lock_minutes, 10, by=administrador)
    assert noted(database, administrador) == []


def test_nobody_else_chooses_it(database: Database, operador: Actor, gerente: Actor) -> None:
    for somebody in (operador, gerente):
        with pytest.raises(NotAllowed):
            database.run_now(choose_lock_minutes, 0, by=somebody)
    assert minutes(database) == 10


def test_minutes_that_no_list_offers_are_our_own_mistake(database: Database, administrador: Actor) -> None:
    for wrong in (-1, 2, 1_000_000):
        with pytest.raises(ValueError, match=str(wrong)):
            database.run_now(choose_lock_minutes, wrong, by=administrador)
    assert minutes(database) == 10
