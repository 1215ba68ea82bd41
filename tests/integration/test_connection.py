"""The shop has one connection to its store, renewed by one station at a time, and its secrets stay inside."""

import threading
from datetime import timedelta

import pytest

from tests.books import HandClock, OpenStation, Told, in_books
from tests.builders import an_access, claim, empty_queue, keep, product_subject, queue, store_info
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery_ports import Acknowledged
from varejoforte_desktop.application.shop_settings import choose_sync_option, rename_shop
from varejoforte_desktop.application.store_connection import (
    RENEWAL_TIME,
    begin_renewal,
    close_route,
    connect_store,
    connection_record,
    keep_renewed,
    route_open,
)
from varejoforte_desktop.domain.errors import Missing, NotAllowed
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.persistence.database import Database


def connect(database: Database, by: Actor, clock: HandClock, **changes: str) -> None:
    database.run_now(
        connect_store, an_access(clock.now, **changes), store_info(), "canario-selado", key_version=1, by=by
    )


def test_before_the_first_connection_there_is_none(database: Database, clock: HandClock) -> None:
    assert database.run_now(connection_record) is None
    assert database.read_now(lambda reader: reader.connection()) is None
    assert database.run_now(begin_renewal, 1) is False
    database.run_now(close_route, "reconnect", "x")
    database.run_now(route_open)
    database.run_now(keep_renewed, an_access(clock.now), "novo", key_version=1)
    assert database.run_now(connection_record) is None


def test_a_first_connection_owes_the_whole_catalogue(
    database: Database, gerente: Actor, administrador: Actor, clock: HandClock, told: Told
) -> None:
    kept = keep(database, by=gerente)
    empty_queue(database)
    told.take()
    connect(database, administrador, clock)
    assert told.take() == {Topic.CONNECTION, Topic.QUEUE, Topic.PRODUCTS, Topic.ORDERS, Topic.AUDIT}
    assert {row.subject for row in queue(database)} == {product_subject(kept)}
    row = database.read_now(lambda reader: reader.connection())
    assert row is not None
    assert (row.store_name, row.state, row.connected_at) == (
        "Casa das Panelas Online",
        "connected",
        clock.now,
    )
    record = database.run_now(connection_record)
    assert record is not None
    assert (record.generation, record.sealed) == (1, "canario-selado")


def test_the_same_store_again_forgets_nothing(
    database: Database, gerente: Actor, administrador: Actor, clock: HandClock
) -> None:
    connect(database, administrador, clock)
    subject = product_subject(keep(database, by=gerente))
    in_books(database, lambda uow: uow.links.link(subject, "900", uow.now))
    empty_queue(database)
    connect(database, administrador, clock)
    assert queue(database) == []
    assert in_books(database, lambda uow: uow.links.many([subject]))[subject].remote_id == "900"
    record = database.run_now(connection_record)
    assert record is not None
    assert record.generation == 2


def test_another_store_starts_from_nothing(
    database: Database, gerente: Actor, administrador: Actor, clock: HandClock
) -> None:
    connect(database, administrador, clock)
    subject = product_subject(keep(database, by=gerente))
    in_books(database, lambda uow: uow.links.link(subject, "900", uow.now))
    said = Acknowledged(subject=subject, aspect=Aspect.STOCK, digest="d", fields={}, at=clock.now)
    in_books(database, lambda uow: uow.links.remember([said]))
    taken = claim(database)
    in_books(
        database,
        lambda uow: uow.outbox.postpone(
            taken,
            epoch=1,
            due_at=uow.now + timedelta(hours=1),
            cause="no_line",
            counted=True,
            unknown_since=uow.now,
        ),
    )
    connect(database, administrador, clock, store_id="777")
    assert in_books(database, lambda uow: uow.links.many([subject])) == {}
    assert in_books(database, lambda uow: uow.links.acknowledged([subject])) == {}
    taken = claim(database)
    assert {line.aspect for line in taken} == EVERYTHING
    assert {line.unknown_since for line in taken} == {None}


def test_only_an_administrator_connects(database: Database, gerente: Actor, clock: HandClock) -> None:
    with pytest.raises(NotAllowed):
        connect(database, gerente, clock)


def test_one_station_renews_and_the_others_wait(
    database: Database, second_station: Database, administrador: Actor, clock: HandClock
) -> None:
    connect(database, administrador, clock)
    assert database.run_now(begin_renewal, 1) is True
    assert second_station.run_now(begin_renewal, 1) is False
    assert database.run_now(begin_renewal, 1) is False
    clock.forward(seconds=RENEWAL_TIME.total_seconds())
    assert second_station.run_now(begin_renewal, 1) is True
    fresh = an_access(clock.now, access_token="canario-novo")
    second_station.run_now(keep_renewed, fresh, "canario-selado-2", key_version=1)
    assert database.run_now(begin_renewal, 1) is False  # that generation is over
    record = database.run_now(connection_record)
    assert record is not None
    assert (record.generation, record.sealed, record.renewing_until) == (2, "canario-selado-2", None)
    assert database.run_now(begin_renewal, 2) is True


def test_five_stations_with_an_expired_token_renew_once(
    postgres_shop: str, stations: OpenStation, administrador: Actor, clock: HandClock
) -> None:
    opened = [stations(postgres_shop) for _ in range(5)]
    connect(opened[0], administrador, clock)
    chosen: list[bool] = []
    together = [
        threading.Thread(target=lambda each=each: chosen.append(each.run_now(begin_renewal, 1)))
        for each in opened
    ]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert sorted(chosen) == [False] * 4 + [True]


def test_a_late_renewal_does_not_touch_another_store(
    database: Database, administrador: Actor, clock: HandClock
) -> None:
    connect(database, administrador, clock)
    old = an_access(clock.now)
    connect(database, administrador, clock, store_id="777", api_address="https://outra.example/web_api")
    database.run_now(keep_renewed, old, "selado-da-loja-velha", key_version=1)
    record = database.run_now(connection_record)
    assert record is not None
    assert (record.store_id, record.api_address, record.sealed) == (
        "777",
        "https://outra.example/web_api",
        "canario-selado",
    )


def test_a_closed_route_says_why_until_a_person_acts(
    database: Database, administrador: Actor, clock: HandClock, told: Told
) -> None:
    connect(database, administrador, clock)
    database.run_now(begin_renewal, 1)
    told.take()
    database.run_now(close_route, "reconnect", "1099")
    assert told.take() == {Topic.CONNECTION}
    database.run_now(close_route, "reconnect", "1099")
    assert told.take() == frozenset()
    database.run_now(route_open)
    row = database.read_now(lambda reader: reader.connection())
    assert row is not None
    assert (row.state, row.cause) == ("reconnect", "1099")
    connect(database, administrador, clock)
    row = database.read_now(lambda reader: reader.connection())
    assert row is not None
    assert (row.state, row.cause) == ("connected", "")


def test_a_suspended_store_that_answers_again_is_open(
    database: Database, administrador: Actor, clock: HandClock
) -> None:
    connect(database, administrador, clock)
    database.run_now(close_route, "suspended", "1002")
    database.run_now(route_open)
    row = database.read_now(lambda reader: reader.connection())
    assert row is not None
    assert row.state == "connected"


def test_nothing_a_screen_may_ask_for_shows_a_secret(
    database: Database, gerente: Actor, administrador: Actor, clock: HandClock
) -> None:
    connect(database, administrador, clock)
    kept = keep(database, by=gerente, on_hand=1)
    line = queue(database)[0]
    answers = database.read_now(
        lambda reader: [
            reader.connection(), reader.people.people(), reader.shop(), reader.queue_rows(), reader.queue_counters(),
            reader.queue_detail(line.id), reader.product_detail(kept.id), reader.recent_pushes(), reader.leader(),
            reader.movements(), reader.export_rows(), reader.check(), reader.brands(), reader.categories(),
        ]
    )  # fmt: skip
    shown = repr(answers)
    for secret in ("canario", "hash-da", "hash-de", "chave-da"):
        assert secret not in shown
    assert "canario" not in repr(database.run_now(connection_record))
    assert "canario" not in repr(an_access(clock.now))


def test_the_shops_option_is_chosen_by_an_administrator(
    database: Database, administrador: Actor, gerente: Actor, told: Told
) -> None:
    database.run_now(choose_sync_option, SyncOption.COMMERCIAL, by=administrador)
    assert told.take() == {Topic.SETTINGS, Topic.QUEUE, Topic.AUDIT}
    assert database.read_now(lambda reader: reader.shop()).sync_option is SyncOption.COMMERCIAL
    with pytest.raises(NotAllowed):
        database.run_now(choose_sync_option, SyncOption.FULL, by=gerente)


def test_the_shop_is_renamed_by_an_administrator(
    database: Database, administrador: Actor, gerente: Actor
) -> None:
    database.run_now(rename_shop, "  Loja Nova ", by=administrador)
    assert database.read_now(lambda reader: reader.shop()).name == "Loja Nova"
    with pytest.raises(Missing):
        database.run_now(rename_shop, " ", by=administrador)
    with pytest.raises(NotAllowed):
        database.run_now(rename_shop, "X", by=gerente)
