"""People on the books of both engines: what is given or taken away counts in the very next act, wherever it is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.architecture.test_permissions import NEED_NO_PERMISSION, TOLD_WHO
from tests.books import HandClock, OpenStation, Told, ask_sql
from tests.builders import a_product
from tests.integration.permitted_acts import ACTS, Given, Scene
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.clock_watch import accept_clock
from varejoforte_desktop.application.people import (
    add_operator,
    change_operator,
    change_own_password,
    give_password,
    release_login,
    set_permission,
)
from varejoforte_desktop.application.people_questions import AuditSearch, PersonRow
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sign_in import admit, challenge, come_in, note_wrong_password
from varejoforte_desktop.application.stations import (
    NewKey,
    give_copy,
    join_station,
    remove_station,
    replace_key,
)
from varejoforte_desktop.domain.access_errors import (
    LastAdministrator,
    OnlyAdministrators,
    SessionEnded,
    StationRemoved,
)
from varejoforte_desktop.domain.errors import (
    DomainError,
    LoginTaken,
    Missing,
    NoSuchRecord,
    NotAllowed,
    SignInLocked,
    SignInRefused,
    TooLong,
)
from varejoforte_desktop.domain.operator import USUAL_GRANTS, Actor, Permission, Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.ui.people.words import CHOOSABLE

#: Acts of administrators alone, whatever was given to the others.
BY_RANK = {
    "clock_watch.accept_clock",
    "people.set_permission",
    "stations.give_copy",
    "stations.join_station",
    "stations.replace_key",
}
Permit = Callable[[Role, Permission, bool], None]
Tried = tuple[Permission, Callable[..., Any], Callable[[Scene], Given]]


@pytest.fixture
def permit(second_station: Database, administrador: Actor) -> Permit:
    """Carla gives or takes away at another station."""

    def work(role: Role, permission: Permission, allowed: bool) -> None:
        second_station.run_now(set_permission, role, permission, allowed=allowed, by=administrador)

    return work


@pytest.fixture
def scene(database: Database, administrador: Actor) -> Scene:
    """Where acts are prepared."""
    return Scene(database, administrador)


def person(database: Database, login: str) -> PersonRow:
    return {each.login: each for each in database.read_now(lambda reader: reader.people.people())}[login]


def audited(database: Database, action: str) -> list[tuple[Any, ...]]:
    statement = "SELECT subject, operator, before, after FROM audit_entry WHERE action = :action ORDER BY id"
    return ask_sql(database.url, statement, action=action)


def name_of(use_case: Callable[..., Any]) -> str:
    return f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__}"


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do these at the same time; what each gave, or the refusal it met."""
    together = threading.Barrier(len(works), timeout=10)

    def begin(work: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return work()
        except DomainError as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as lanes:
        return list(lanes.map(begin, works))


# -- permissions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tried", ACTS, ids=[f"{each[0].value}-{each[1].__name__}" for each in ACTS])
def test_what_is_taken_away_or_given_counts_in_the_very_next_act(
    tried: Tried, scene: Scene, gerente: Actor, operador: Actor, permit: Permit
) -> None:
    """F17: both signed in before, and neither window heard of the change made at another station."""
    permission, use_case, prepare = tried
    about = prepare(scene)

    def act(by: Actor) -> Any:
        return scene.database.run_now(use_case, *about.args, by=by, **about.options)

    for role, somebody in ((Role.GERENTE, gerente), (Role.OPERADOR, operador)):
        permit(role, permission, False)
        with pytest.raises(NotAllowed) as refused:
            act(somebody)
        assert refused.value.permission == permission.value
    permit(Role.OPERADOR, permission, True)
    act(operador)


def test_every_use_case_and_every_permission_is_in_the_table() -> None:
    """A new use case is tried too, or says here why not."""
    tried = {name_of(use_case) for _, use_case, _ in ACTS}
    assert tried | BY_RANK | set(NEED_NO_PERMISSION) == set(TOLD_WHO)
    elsewhere = {Permission.SEE_AUDIT}  # below
    assert {permission for permission, _, _ in ACTS} == set(CHOOSABLE) - elsewhere


def test_the_log_is_opened_and_closed_with_a_permission(
    database: Database, gerente: Actor, permit: Permit
) -> None:
    def look() -> list[Any]:
        return list(database.read_now(lambda reader: reader.audit.rows(AuditSearch(), by=gerente)))

    with pytest.raises(NotAllowed):
        look()
    permit(Role.GERENTE, Permission.SEE_AUDIT, True)
    assert look()
    permit(Role.GERENTE, Permission.SEE_AUDIT, False)
    with pytest.raises(NotAllowed):
        look()


def test_what_only_administrators_do_is_not_given_away(
    database: Database, administrador: Actor, gerente: Actor, permit: Permit
) -> None:
    for permission in Permission:
        permit(Role.GERENTE, permission, True)
    key: dict[str, Any] = {"public_key": "p", "sealed_key": "", "key_version": 0}
    database.run_now(join_station, version="1.0.0", by=administrador, **key)
    new = NewKey(before=1, publics={}, copies={}, connection=None, connection_before=None, wrapped="w")
    acts: dict[str, Callable[[], Any]] = {
        "people.set_permission": lambda: database.run_now(
            set_permission, Role.OPERADOR, Permission.SEE_AUDIT, allowed=True, by=gerente
        ),
        "clock_watch.accept_clock": lambda: database.run_now(accept_clock, by=gerente),
        "stations.join_station": lambda: database.run_now(join_station, version="1", by=gerente, **key),
        "stations.give_copy": lambda: database.run_now(give_copy, by=gerente, **key),
        "stations.replace_key": lambda: database.run_now(replace_key, new, by=gerente),
    }
    assert set(acts) == BY_RANK
    for act in acts.values():
        with pytest.raises(OnlyAdministrators):
            act()


def test_an_administrator_may_everything_whatever_the_books_say(
    database: Database, administrador: Actor, permit: Permit
) -> None:
    with pytest.raises(OnlyAdministrators):
        permit(Role.ADMINISTRADOR, Permission.EDIT_CATALOGUE, False)
    ask_sql(
        database.url,
        "INSERT INTO role_permission (role, permission, allowed) VALUES ('administrador', 'catalogue.edit', :no)",
        no=False,
    )
    database.run_now(save_product, a_product(), brand="", category="", by=administrador)


def test_only_what_differs_from_the_usual_is_kept_and_written_down(
    database: Database, administrador: Actor, told: Told
) -> None:
    def put(allowed: bool) -> None:
        database.run_now(
            set_permission, Role.GERENTE, Permission.CANCEL_SALES, allowed=allowed, by=administrador
        )

    def kept() -> list[tuple[Any, ...]]:
        return ask_sql(database.url, "SELECT role, permission, allowed FROM role_permission")

    put(True)
    assert (kept(), told.take()) == ([], frozenset())
    put(False)
    assert [(role, permission, bool(allowed)) for role, permission, allowed in kept()] == [
        ("gerente", "sale.cancel", False)
    ]
    assert Topic.OPERATORS in told.take()
    put(False)
    put(True)
    assert kept() == []
    lines = audited(database, "permission.changed")
    assert [(line[0], line[1]) for line in lines] == [("gerente: sale.cancel", "Carla Souza")] * 2


# -- who somebody is now ----------------------------------------------------------------------------------------------


def test_whoever_is_put_on_leave_is_refused_at_the_next_act_elsewhere(
    database: Database, second_station: Database, administrador: Actor, operador: Actor
) -> None:
    """F17: her window at another station stays open, and does nothing any more."""
    ana = replace(operador, station="Depósito")
    second_station.run_now(change_own_password, password_hash="novo", wrapped_key="", by=ana)
    database.run_now(change_operator, ana.operator_id, active=False, by=administrador)
    with pytest.raises(SessionEnded):
        second_station.run_now(change_own_password, password_hash="mais", wrapped_key="", by=ana)
    with pytest.raises(SessionEnded):
        second_station.read_now(lambda reader: reader.people.current(ana))
    with pytest.raises(SignInRefused):
        second_station.run_now(admit, "ana", station="Depósito")
    database.run_now(change_operator, ana.operator_id, active=True, by=administrador)
    second_station.run_now(change_own_password, password_hash="mais", wrapped_key="", by=ana)


def test_a_lower_role_counts_at_once(
    database: Database, second_station: Database, administrador: Actor, gerente: Actor
) -> None:
    second_station.run_now(save_product, a_product(), brand="", category="", by=gerente)
    database.run_now(change_operator, gerente.operator_id, role=Role.OPERADOR, by=administrador)
    with pytest.raises(NotAllowed):
        second_station.run_now(save_product, a_product(), brand="", category="", by=gerente)
    now = second_station.read_now(lambda reader: reader.people.current(gerente))
    assert now.role is Role.OPERADOR
    assert now.granted == USUAL_GRANTS[Role.OPERADOR]


def test_at_a_computer_that_was_taken_out_nothing_is_done_any_more(
    database: Database, second_station: Database, administrador: Actor, gerente: Actor
) -> None:
    bruno = replace(gerente, station="Depósito")
    carla = replace(administrador, station="Depósito")
    key: dict[str, Any] = {"public_key": "p", "sealed_key": "", "key_version": 0}
    second_station.run_now(join_station, version="1.0.0", by=carla, **key)
    second_station.run_now(save_product, a_product(), brand="", category="", by=bruno)
    database.run_now(remove_station, "Depósito", by=administrador)
    with pytest.raises(StationRemoved) as refused:
        second_station.run_now(save_product, a_product(), brand="", category="", by=bruno)
    assert refused.value.station == "Depósito"
    database.run_now(
        save_product, a_product(), brand="", category="", by=gerente
    )  # at the counter he goes on


def test_somebody_who_keeps_the_people_makes_no_administrator_of_himself(
    database: Database, administrador: Actor, gerente: Actor, permit: Permit
) -> None:
    permit(Role.GERENTE, Permission.MANAGE_PEOPLE, True)
    bruno, carla = gerente.operator_id, administrador.operator_id
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: database.run_now(change_operator, bruno, role=Role.ADMINISTRADOR, by=gerente),
        lambda: database.run_now(change_operator, carla, active=False, by=gerente),
        lambda: database.run_now(change_operator, carla, name="Carla", by=gerente),
        lambda: database.run_now(give_password, carla, password_hash="novo", by=gerente),
        lambda: database.run_now(release_login, carla, by=gerente),
        lambda: database.run_now(
            add_operator, login="eva", name="Eva", role=Role.ADMINISTRADOR, password_hash="h", by=gerente
        ),
        lambda: database.run_now(
            set_permission, Role.GERENTE, Permission.CONNECT_STORE, allowed=True, by=gerente
        ),
    )
    for attempt in attempts:
        with pytest.raises(OnlyAdministrators):
            attempt()
    assert [(each.login, each.role) for each in database.read_now(lambda reader: reader.people.people())] == [
        ("ana", Role.OPERADOR),
        ("bruno", Role.GERENTE),
        ("carla", Role.ADMINISTRADOR),
    ]


# -- the last administrator -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.GERENTE}])
def test_the_shop_keeps_an_administrator(
    database: Database, administrador: Actor, change: dict[str, Any]
) -> None:
    with pytest.raises(LastAdministrator):
        database.run_now(change_operator, administrador.operator_id, by=administrador, **change)
    database.run_now(
        add_operator, login="eva", name="Eva", role=Role.ADMINISTRADOR, password_hash="h", by=administrador
    )
    eva = database.run_now(admit, "eva", station="Balcão")
    database.run_now(change_operator, administrador.operator_id, by=administrador, **change)
    with pytest.raises(LastAdministrator):
        database.run_now(change_operator, eva.operator_id, by=eva, **change)


def test_two_administrators_who_step_down_at_once_leave_one(
    database: Database, second_station: Database, administrador: Actor
) -> None:
    """F17: each by himself, or each the other."""
    eva_id = database.run_now(
        add_operator, login="eva", name="Eva", role=Role.ADMINISTRADOR, password_hash="h", by=administrador
    )
    eva = second_station.run_now(admit, "eva", station="Depósito")
    carla = administrador.operator_id

    def down(station: Database, who: int, by: Actor) -> Callable[[], Any]:
        return lambda: station.run_now(change_operator, who, role=Role.GERENTE, by=by)

    outcomes = at_once(down(database, carla, administrador), down(second_station, eva_id, eva))
    assert sorted(type(each).__name__ for each in outcomes) == ["LastAdministrator", "NoneType"]
    left = [
        each
        for each in (person(database, "carla"), person(database, "eva"))
        if each.role is Role.ADMINISTRADOR
    ]
    assert len(left) == 1
    by = database.run_now(admit, left[0].login, station="Balcão")
    other = eva_id if left[0].login == "carla" else carla
    database.run_now(change_operator, other, role=Role.ADMINISTRADOR, by=by)
    outcomes = at_once(down(database, eva_id, administrador), down(second_station, carla, eva))
    assert len([each for each in outcomes if each is None]) == 1
    roles = [person(database, login).role for login in ("carla", "eva")]
    assert sorted(roles) == [Role.ADMINISTRADOR, Role.GERENTE]


# -- changing one person at two stations ------------------------------------------------------------------------------


def test_two_stations_change_different_things_of_one_person(
    database: Database, second_station: Database, administrador: Actor
) -> None:
    bruno = person(database, "bruno").id
    database.run_now(change_operator, bruno, role=Role.OPERADOR, by=administrador)
    second_station.run_now(change_operator, bruno, name="Bruno R. Reis", by=administrador)
    now = person(database, "bruno")
    assert (now.name, now.role, now.active) == ("Bruno R. Reis", Role.OPERADOR, True)
    second_station.run_now(change_operator, bruno, name="Bruno R. Reis", by=administrador)
    assert len(audited(database, "operator.changed")) == 2  # the third changed nothing


def test_leave_and_a_new_password_at_once_end_with_leave(
    postgres_shop: str, stations: OpenStation, administrador: Actor, operador: Actor
) -> None:
    """Whoever chooses a password while she is put on leave does not thereby come back."""
    one, other = stations(postgres_shop), stations(postgres_shop)

    def slowly(uow: UnitOfWork, *, by: Actor) -> None:
        one.run_now(change_operator, by.operator_id, active=False, by=administrador)
        change_own_password(uow, password_hash="novo", wrapped_key="", by=by)

    with pytest.raises(SessionEnded):
        other.run_now(slowly, by=operador)
    assert person(one, "ana").active is False


def test_a_new_name_does_not_bring_the_old_password_back(
    postgres_shop: str, stations: OpenStation, administrador: Actor
) -> None:
    one, other = stations(postgres_shop), stations(postgres_shop)
    ana = person(one, "ana").id

    def slowly(uow: UnitOfWork, *, by: Actor) -> None:
        one.run_now(give_password, ana, password_hash="novo", by=administrador)
        change_operator(uow, ana, name="Ana Maria", by=by)

    other.run_now(slowly, by=administrador)
    assert ask_sql(postgres_shop, "SELECT name, password_hash FROM operator WHERE login = 'ana'") == [
        ("Ana Maria", "novo")
    ]


def test_no_password_opens_the_shops_key_for_somebody_who_is_no_administrator_any_more(
    database: Database, second_station: Database, administrador: Actor
) -> None:
    """The window he left open still believes that he is one, and wraps the key with the new password."""
    database.run_now(
        add_operator,
        login="eva",
        name="Eva",
        role=Role.ADMINISTRADOR,
        password_hash="h",
        wrapped_key="chave",
        by=administrador,
    )

    def key() -> tuple[Any, ...]:
        statement = "SELECT wrapped_key, key_version FROM operator WHERE login = 'eva'"
        return ask_sql(database.url, statement)[0]

    eva = second_station.run_now(admit, "eva", station="Depósito")
    assert key() == ("chave", 1)
    database.run_now(change_operator, eva.operator_id, role=Role.GERENTE, by=administrador)
    assert key() == ("", 0)
    second_station.run_now(change_own_password, password_hash="novo", wrapped_key="chave", by=eva)
    assert key() == ("", 0)
    database.run_now(
        give_password, eva.operator_id, password_hash="novo", wrapped_key="chave", by=administrador
    )
    assert key() == ("", 0)


# -- taken on, let in again -------------------------------------------------------------------------------------------


def test_somebody_new_comes_in_and_has_to_choose_a_password(
    database: Database, clock: HandClock, administrador: Actor, told: Told
) -> None:
    database.run_now(
        add_operator,
        login=" Davi ",
        name="Davi  Prado",
        role=Role.GERENTE,
        password_hash="h",
        must_change=True,
        by=administrador,
    )
    assert Topic.OPERATORS in told.take()
    davi = person(database, "davi")
    assert (davi.name, davi.role, davi.must_change, davi.last_seen_at) == (
        "Davi Prado",
        Role.GERENTE,
        True,
        None,
    )
    admission = database.run_now(come_in, "davi", station="Balcão", version="1.0.0")
    assert admission.must_change
    clock.forward(minutes=5)
    database.run_now(change_own_password, password_hash="novo", wrapped_key="", by=admission.actor)
    davi = person(database, "davi")
    assert (davi.must_change, davi.last_seen_at) == (False, clock.now - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"login": "ANA "}, LoginTaken),
        ({"login": " "}, Missing),
        ({"login": "x" * 41}, TooLong),
        ({"name": "  "}, Missing),
        ({"name": "x" * 81}, TooLong),
    ],
)
def test_somebody_who_cannot_be_taken_on_is_not(
    database: Database, administrador: Actor, changes: dict[str, str], error: type[Exception]
) -> None:
    facts: dict[str, Any] = {"login": "davi", "name": "Davi", "password_hash": "h"} | changes
    with pytest.raises(error):
        database.run_now(add_operator, role=Role.OPERADOR, by=administrador, **facts)
    assert len(database.read_now(lambda reader: reader.people.people())) == 3
    assert audited(database, "operator.added")[2:] == []


def test_a_wait_is_seen_and_ended_by_an_administrator(
    database: Database, clock: HandClock, administrador: Actor
) -> None:
    for _ in range(6):
        database.run_now(note_wrong_password, "ana", station="Depósito")
    ana = person(database, "ana")
    assert ana.waits_until == clock.now + timedelta(seconds=60)
    with pytest.raises(SignInLocked):
        database.run_now(challenge, "ana", "isca", station="Balcão")
    database.run_now(release_login, ana.id, by=administrador)
    assert person(database, "ana").waits_until is None
    assert database.run_now(challenge, "ana", "isca", station="Balcão").known
    assert audited(database, "operator.released")[0][:2] == ("ana", "Carla Souza")


def test_a_given_password_ends_the_wait_and_has_to_be_changed(
    database: Database, administrador: Actor
) -> None:
    for _ in range(6):
        database.run_now(note_wrong_password, "ana", station="Depósito")
    ana = person(database, "ana").id
    database.run_now(give_password, ana, password_hash="novo", by=administrador)
    now = person(database, "ana")
    assert (now.waits_until, now.must_change) == (None, True)
    assert database.run_now(challenge, "ana", "isca", station="Balcão").password_hash == "novo"
    assert "novo" not in str(ask_sql(database.url, "SELECT before, after FROM audit_entry"))


def test_nobody_by_that_number_is_said(database: Database, administrador: Actor) -> None:
    for use_case, facts in (
        (change_operator, {"name": "X"}),
        (give_password, {"password_hash": "h"}),
        (release_login, {}),
    ):
        with pytest.raises(NoSuchRecord):
            database.run_now(use_case, 999, by=administrador, **facts)  # type: ignore[arg-type]
