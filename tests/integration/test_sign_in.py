"""The shop is founded once; its door closes for longer after each wrong password, whoever knocks and wherever."""

import threading
from datetime import timedelta

import pytest

from tests.books import HandClock, Told, ask_sql, in_books
from tests.postgres import PostgresServer
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.people import add_operator, release_login
from varejoforte_desktop.application.people_ports import OperatorRecord, Wait
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.application.sign_in import (
    Founding,
    admit,
    challenge,
    come_in,
    found_shop,
    note_wrong_password,
)
from varejoforte_desktop.application.stations import join_station, remove_station
from varejoforte_desktop.domain.access_errors import OnlyAdministrators, StationRemoved, StationUnknown
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import (
    LoginTaken,
    Missing,
    NoSuchRecord,
    NotAllowed,
    ShopAlreadyFounded,
    SignInLocked,
    SignInRefused,
    TooLong,
)
from varejoforte_desktop.domain.operator import Actor, Role, login_door
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare

FOUNDING = Founding(
    shop_name=" Loja Nova ", login=" Dora ", name=" Dora  Dias ", password_hash="h", wrapped_key="k"
)


@pytest.fixture
def new_books(database_url: str, clock: HandClock):  # type: ignore[no-untyped-def]
    """Books without a shop."""
    prepare(database_url, may_upgrade=True, now=clock)
    books = Database(database_url, ChangeFeed(), clock=clock)
    yield books
    books.close()


def wrong_passwords(database: Database, times: int, login: str = "ana", *, station: str = "Balcão") -> None:
    for _ in range(times):
        database.run_now(note_wrong_password, login, station=station)


def seconds_locked(database: Database, login: str = "ana", *, station: str = "Balcão") -> int:
    try:
        database.run_now(challenge, login, "isca", station=station)
    except SignInLocked as locked:
        return locked.seconds
    return 0


def test_the_first_start_founds_the_shop_and_its_administrator(new_books: Database) -> None:
    assert new_books.read_now(lambda reader: reader.founded()) is False
    with pytest.raises(NoSuchRecord):
        new_books.read_now(lambda reader: reader.shop())
    new_books.run_now(found_shop, FOUNDING)
    assert new_books.read_now(lambda reader: reader.founded()) is True
    assert new_books.read_now(lambda reader: reader.shop()).name == "Loja Nova"
    actor = new_books.run_now(admit, "DORA", station="Balcão")
    assert (actor.login, actor.name, actor.role) == ("dora", "Dora Dias", Role.ADMINISTRADOR)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"shop_name": " "}, Missing),
        ({"login": ""}, Missing),
        ({"name": ""}, Missing),
        ({"name": "x" * 81}, TooLong),
    ],
)
def test_a_founding_that_is_refused_leaves_nothing(
    new_books: Database, changes: dict[str, str], error: type[Exception]
) -> None:
    facts = {"shop_name": "L", "login": "d", "name": "D", "password_hash": "h", "wrapped_key": "k"} | changes
    with pytest.raises(error):
        new_books.run_now(found_shop, Founding(**facts))
    assert new_books.read_now(lambda reader: (reader.founded(), reader.people.people())) == (False, [])


def test_a_shop_is_founded_once(database: Database) -> None:
    with pytest.raises(ShopAlreadyFounded):
        database.run_now(found_shop, FOUNDING)
    assert len(database.read_now(lambda reader: reader.people.people())) == 3


def test_two_stations_found_the_shop_at_once_and_one_is_refused(
    postgres_server: PostgresServer, clock: HandClock
) -> None:
    url = postgres_server.create_database()
    prepare(url, may_upgrade=True, now=clock)
    stations = [Database(url, ChangeFeed(), clock=clock) for _ in range(2)]
    both_looked = threading.Barrier(2, timeout=5)
    refused: list[Exception] = []

    def found(station: Database, login: str) -> None:
        def slowly(uow):  # type: ignore[no-untyped-def]
            assert not uow.shop.founded()
            both_looked.wait()
            found_shop(
                uow, Founding(shop_name=login, login=login, name=login, password_hash="h", wrapped_key="k")
            )

        try:
            station.run_now(slowly)
        except ShopAlreadyFounded as error:
            refused.append(error)

    together = [
        threading.Thread(target=found, args=pair) for pair in zip(stations, ("dora", "eva"), strict=True)
    ]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert len(refused) == 1
    assert len(stations[0].read_now(lambda reader: reader.people.people())) == 1
    for station in stations:
        station.close()
    postgres_server.drop_database(url)


def test_a_known_login_is_asked_with_its_own_hash(database: Database) -> None:
    asked = database.run_now(challenge, " Carla ", "isca", station="Balcão")
    assert (asked.password_hash, asked.wrapped_key, asked.known) == ("hash-da-carla", "chave-da-carla", True)
    assert asked.key_version == 1


def test_an_unknown_login_is_asked_with_a_decoy(database: Database) -> None:
    asked = database.run_now(challenge, "ninguem", "isca", station="Balcão")
    assert (asked.password_hash, asked.wrapped_key, asked.known) == ("isca", "", False)


def test_who_left_the_shop_does_not_come_in(database: Database) -> None:
    def leave(uow):  # type: ignore[no-untyped-def]
        ana = uow.operators.by_login("ana")
        uow.operators.save(OperatorRecord(**{**_facts(ana), "active": False}))

    in_books(database, leave)
    assert database.run_now(challenge, "ana", "isca", station="Balcão").known is False
    with pytest.raises(SignInRefused):
        database.run_now(admit, "ana", station="Balcão")
    with pytest.raises(SignInRefused):
        database.run_now(admit, "ninguem", station="Balcão")


def _facts(record: OperatorRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in OperatorRecord.__slots__}


def test_four_wrong_passwords_cost_nothing(database: Database) -> None:
    wrong_passwords(database, 4)
    assert seconds_locked(database) == 0


def test_each_wrong_password_after_the_fourth_costs_a_longer_wait(
    database: Database, clock: HandClock
) -> None:
    wrong_passwords(database, 4)
    waits = []
    for _ in range(8):
        wrong_passwords(database, 1)
        waits.append(seconds_locked(database))
        clock.forward(minutes=20)
        assert seconds_locked(database) == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_the_wait_is_over_when_it_says_so(database: Database, clock: HandClock) -> None:
    wrong_passwords(database, 5)
    clock.forward(milliseconds=1600)
    told = seconds_locked(database)
    clock.forward(seconds=told)
    assert seconds_locked(database) == 0


def test_a_thousand_wrong_passwords_still_wait_a_quarter_of_an_hour(
    database: Database, clock: HandClock
) -> None:
    in_books(
        database, lambda uow: uow.waits.put(Wait(door=login_door("ana"), failures=1000, last_at=clock.now))
    )
    wrong_passwords(database, 1)
    assert seconds_locked(database) == timedelta(minutes=15).total_seconds()


def test_a_login_that_nobody_has_waits_exactly_as_one_that_somebody_has(
    database: Database, clock: HandClock
) -> None:
    """Else the door would tell a stranger who works here."""
    waits: dict[str, list[int]] = {"ana": [], "ninguem": []}
    for login, told in waits.items():
        station = f"Estação de {login}"
        for _ in range(9):
            wrong_passwords(database, 1, login, station=station)
            told.append(seconds_locked(database, login, station=station))
            clock.forward(seconds=told[-1])
    assert waits["ana"] == waits["ninguem"] == [0, 0, 0, 0, 30, 60, 120, 240, 480]


def test_somebody_who_left_waits_as_everybody_does(database: Database) -> None:
    def leave(uow):  # type: ignore[no-untyped-def]
        ana = uow.operators.by_login("ana")
        uow.operators.save(OperatorRecord(**{**_facts(ana), "active": False}))

    in_books(database, leave)
    wrong_passwords(database, 5)
    assert seconds_locked(database) == 30


def test_whoever_tries_many_logins_at_one_station_closes_that_station(
    database: Database, clock: HandClock
) -> None:
    for number in range(14):
        wrong_passwords(database, 1, f"palpite{number}")
    assert seconds_locked(database, "bruno") == 0
    wrong_passwords(database, 1, "palpite14")
    assert seconds_locked(database, "bruno") == 30
    assert seconds_locked(database, "bruno", station="Caixa 2") == 0
    clock.forward(seconds=30)
    assert seconds_locked(database, "bruno") == 0


def test_a_login_that_is_locked_is_locked_at_every_station(database: Database) -> None:
    wrong_passwords(database, 3)
    wrong_passwords(database, 2, station="Caixa 2")
    assert seconds_locked(database, station="Caixa 3") == 30


def test_one_s_own_right_password_does_not_open_the_station_for_guessing_on(database: Database) -> None:
    """Only what this person and this station owe is forgiven, not what another login owes."""
    wrong_passwords(database, 6, "bruno")
    database.run_now(admit, "ana", station="Balcão")
    assert seconds_locked(database, "bruno") == 60


@pytest.mark.parametrize("back", [{"minutes": 20}, {"days": 3}, {"days": 4000}])
def test_a_clock_that_is_set_back_locks_nobody_for_longer(
    database: Database, clock: HandClock, back: dict[str, int]
) -> None:
    wrong_passwords(database, 12)
    assert seconds_locked(database) == 900
    clock.forward(**{unit: -amount for unit, amount in back.items()})
    assert seconds_locked(database) == 0
    wrong_passwords(database, 5)
    assert 0 < seconds_locked(database) <= 900


def test_a_clock_that_is_set_back_a_little_never_makes_the_wait_longer(
    database: Database, clock: HandClock
) -> None:
    wrong_passwords(database, 6)
    clock.forward(minutes=-5)
    assert seconds_locked(database) <= 900


def test_wrong_passwords_of_yesterday_are_forgotten(database: Database, clock: HandClock) -> None:
    wrong_passwords(database, 4)
    clock.forward(days=1)
    wrong_passwords(database, 4)
    assert seconds_locked(database) == 0
    assert in_books(database, lambda uow: uow.waits.of([login_door("ana")]))[login_door("ana")].failures == 4


def test_a_lock_out_is_written_down_once_without_the_password(
    database: Database, administrador: Actor
) -> None:
    wrong_passwords(database, 7)
    found = database.read_now(
        lambda reader: reader.audit.rows(AuditSearch(actions=[AuditAction.SIGN_IN_LOCKED]), by=administrador)
    )
    assert [(row.subject, row.operator, row.station) for row in found] == [("login:ana", "", "Balcão")]


def test_an_administrator_ends_somebody_s_wait(database: Database, administrador: Actor) -> None:
    wrong_passwords(database, 8)
    database.run_now(release_login, 2, by=administrador)
    assert seconds_locked(database) == 0


def test_a_locked_colleague_locks_nobody_else(database: Database) -> None:
    wrong_passwords(database, 6)
    assert seconds_locked(database, "bruno") == 0


def test_the_right_password_forgets_the_wrong_ones(database: Database, clock: HandClock) -> None:
    wrong_passwords(database, 5)
    clock.forward(seconds=31)
    actor = database.run_now(admit, "ana", station="Caixa 1")
    assert (actor.operator_id, actor.station, actor.role) == (2, "Caixa 1", Role.OPERADOR)
    wrong_passwords(database, 4)
    assert seconds_locked(database) == 0


def test_an_outdated_hash_is_replaced_on_the_way_in(database: Database) -> None:
    database.run_now(admit, "ana", station="Balcão", fresh_hash="novo")
    assert database.run_now(challenge, "ana", "isca", station="Balcão").password_hash == "novo"


# --- the station somebody comes in at ------------------------------------------------------------------------------


def join(database: Database, station: str) -> None:
    database.run_now(
        join_station,
        public_key=f"metade-de-{station}",
        sealed_key="",
        key_version=1,
        version="0.1.0",
        by=database.run_now(admit, "carla", station=station),
    )


def test_in_a_shop_that_knows_its_computers_a_new_one_waits_for_an_administrator(database: Database) -> None:
    assert database.run_now(come_in, "ana", station="Caixa 1", version="0.1.0").station is None
    join(database, "Balcão")
    with pytest.raises(StationUnknown) as refused:
        database.run_now(come_in, "ana", station="Caixa 1", version="0.1.0")
    assert refused.value.station == "Caixa 1"
    assert database.run_now(come_in, "carla", station="Caixa 1", version="0.1.0").station is None
    join(database, "Caixa 1")
    admission = database.run_now(come_in, "ana", station="Caixa 1", version="0.2.0")
    assert admission.actor.station == "Caixa 1"
    assert admission.station is not None
    assert in_books(database, lambda uow: uow.stations.get("Caixa 1")).version == "0.2.0"


def test_at_a_computer_that_was_taken_out_only_an_administrator_comes_in(
    database: Database, administrador: Actor
) -> None:
    join(database, "Balcão")
    join(database, "Caixa 1")
    database.run_now(remove_station, "Caixa 1", by=administrador)
    for way in (lambda: database.run_now(admit, "ana", station="Caixa 1"),
                lambda: database.run_now(come_in, "ana", station="Caixa 1", version="0.1.0")):  # fmt: skip
        with pytest.raises(StationRemoved):
            way()
    admission = database.run_now(come_in, "carla", station="Caixa 1", version="0.1.0")
    assert admission.station is not None
    assert admission.station.removed_at is not None


def test_a_station_is_let_in_by_administrators_unless_it_is_the_first(
    database: Database, operador: Actor
) -> None:
    def joins(station: str):  # type: ignore[no-untyped-def]
        return lambda: database.run_now(
            join_station,
            public_key="metade",
            sealed_key="",
            key_version=1,
            version="0.1.0",
            by=database.run_now(admit, "ana", station=station),
        )

    joins("Balcão")()
    with pytest.raises(OnlyAdministrators):
        joins("Caixa 1")()


def test_an_administrator_brings_in_a_colleague(database: Database, administrador: Actor, told: Told) -> None:
    new = database.run_now(
        add_operator,
        login=" Eva ",
        name=" Eva  Melo",
        role=Role.GERENTE,
        password_hash="h",
        wrapped_key="",
        by=administrador,
    )
    assert Topic.OPERATORS in told.take()
    assert in_books(database, lambda uow: uow.operators.get(new)).name == "Eva Melo"
    assert database.run_now(admit, "eva", station="Balcão").operator_id == new


def test_two_colleagues_do_not_share_a_login(database: Database, administrador: Actor) -> None:
    with pytest.raises(LoginTaken) as refused:
        database.run_now(
            add_operator,
            login="ANA",
            name="Ana Dois",
            role=Role.OPERADOR,
            password_hash="h",
            wrapped_key="",
            by=administrador,
        )
    assert refused.value.login == "ana"


def test_only_an_administrator_brings_in_colleagues(database: Database, gerente: Actor) -> None:
    with pytest.raises(NotAllowed):
        database.run_now(
            add_operator,
            login="eva",
            name="Eva",
            role=Role.GERENTE,
            password_hash="h",
            wrapped_key="",
            by=gerente,
        )


def test_who_never_worked_here_is_not_found(database: Database) -> None:
    with pytest.raises(NoSuchRecord):
        in_books(database, lambda uow: uow.operators.get(77))


def test_no_record_that_leaves_the_books_shows_a_secret(database: Database) -> None:
    record = in_books(database, lambda uow: uow.operators.by_login("carla"))
    asked = database.run_now(challenge, "carla", "isca", station="Balcão")
    for shown in (
        repr(record),
        repr(asked),
        repr(FOUNDING),
        repr(database.read_now(lambda r: r.people.people())),
    ):
        assert "hash" not in shown.replace("password_hash", "")
        assert "chave-da" not in shown


def test_a_password_typed_where_the_login_goes_is_kept_nowhere(
    database: Database, administrador: Actor
) -> None:
    wrong_passwords(database, 7, "minha-senha-2026")
    assert seconds_locked(database, "minha-senha-2026") > 0
    found = database.read_now(lambda reader: reader.audit.rows(AuditSearch(), by=administrador))
    assert "login:" in {row.subject for row in found}
    doors = ask_sql(database.url, "SELECT door FROM sign_in_wait")
    assert "minha-senha" not in repr((found, doors))
