"""Each computer of the shop opens the shop's key with its own half, and one that was taken out gets no other."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.books import HandClock, ask_sql
from tests.conftest import MemoryKeyring
from tests.stations import FAST_PASSWORDS
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.delivery_ports import ConnectionRecord
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.application.fiscal_setup import keep_certificate
from varejoforte_desktop.application.people_questions import StationRow
from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.application.stations import (
    NewKey,
    give_copy,
    join_station,
    key_state,
    remove_station,
    replace_key,
)
from varejoforte_desktop.application.store_connection import connection_record, keep_renewed
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.key_desk import ShopKeyDesk
from varejoforte_desktop.credentials.people_desk import StaffDesk
from varejoforte_desktop.credentials.safe import FILE_NAME, Safe
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.access_errors import (
    OnlyAdministrators,
    StationInUse,
    StationRemoved,
    StationUnknown,
    WrongPassword,
)
from varejoforte_desktop.domain.errors import (
    ChangedMeanwhile,
    KeyMissing,
    NotAllowed,
    ShopAlreadyFounded,
    SignInLocked,
)
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.persistence.tables import metadata

OWNER, OWNERS = "carla", "senha-da-carla-77"
CLERK, CLERKS = "ana", "senha-da-ana-4411"
PHRASE = "cavalo bateria grampo certo"


class Computer:
    """A program running at one of the shop's computers, which keeps its half between runs."""

    def __init__(self, url: str, name: str, clock: HandClock, safe: Safe) -> None:
        self.name = name
        self.safe = safe
        self.changes = ChangeFeed()
        self.database = Database(url, self.changes, clock=clock)
        self.key = ShopKey(url, safe=safe)
        self.desk = Desk(self.database, FAST_PASSWORDS, self.key, station=name)
        self.people = StaffDesk(self.database, FAST_PASSWORDS, self.key)
        self.keys = ShopKeyDesk(self.database, self.key, self.desk, station=name)

    async def owner(self) -> Actor:
        """The administrator signs in."""
        return await self.desk.enter(login=OWNER, password=OWNERS)

    async def clerk(self) -> Actor:
        """Somebody at the counter signs in."""
        return await self.desk.enter(login=CLERK, password=CLERKS)

    def rows(self) -> dict[str, StationRow]:
        """The computers as the list shows them."""
        return {row.name: row for row in self.database.read_now(lambda reader: reader.people.stations())}


Starts = Callable[..., Computer]


@pytest.fixture
def start(database_url: str, clock: HandClock) -> Iterator[Starts]:
    """Starts the program at a computer; what a computer keeps is in its own safe."""
    prepare(database_url, may_upgrade=True, now=clock)
    systems: dict[str, MemoryKeyring] = {}
    running: list[Computer] = []

    def start_at(name: str, *, wiped: bool = False, safe: Safe | None = None) -> Computer:
        if wiped:
            systems.pop(name, None)
        system = systems.setdefault(name, MemoryKeyring())
        running.append(Computer(database_url, name, clock, safe or Safe(find_keyring=lambda: system)))
        return running[-1]

    yield start_at
    for computer in running:
        computer.database.close()


async def founded(start: Starts) -> Computer:
    """A shop with an administrator, a clerk and a connection, at its first computer."""
    first = start("CAIXA-1")
    by = await first.desk.found(shop_name="Casa Lume", login=OWNER, name="Carla", password=OWNERS)
    await first.people.add(login=CLERK, name="Ana", role=Role.OPERADOR, password=CLERKS, by=by)
    return first


def connect(computer: Computer, clock: HandClock, text: str = "canario-do-token") -> str:
    """Keep a sealed connection; gives what it looks like in the books."""
    sealed = computer.key.close(text)
    record = ConnectionRecord(
        api_address="https://loja.example/web_api",
        store_id="1",
        store_name="Casa Lume",
        store_cnpj="",
        sealed=sealed,
        state="connected",
        cause="",
        generation=1,
        access_expires_at=clock.now,
        refresh_expires_at=clock.now,
        connected_at=clock.now,
    )
    computer.database.run_now(lambda uow: uow.connections.save(record))
    return sealed


def kept(computer: Computer) -> str:
    """The store's secrets as this computer reads them now."""
    record = computer.database.run_now(connection_record)
    assert record is not None
    return computer.key.open(record.sealed)


# --- coming in -----------------------------------------------------------------------------------------------------


async def test_the_computer_at_which_the_shop_is_founded_is_its_first(start: Starts) -> None:
    first = await founded(start)
    row = first.rows()["CAIXA-1"]
    assert (row.has_key, row.removed_at, first.key.version) == (True, None, 1)
    with pytest.raises(ShopAlreadyFounded):
        await first.desk.found(shop_name="Outra", login="eva", name="Eva", password="senha-da-eva-1")
    assert first.key.present


async def test_a_second_computer_comes_in_with_an_administrator_and_then_stands_alone(
    start: Starts, clock: HandClock
) -> None:
    first = await founded(start)
    connect(first, clock)
    second = start("CAIXA-2")
    with pytest.raises(StationUnknown):
        await second.clerk()
    assert second.rows().keys() == {"CAIXA-1"}
    await second.owner()
    assert second.rows()["CAIXA-2"].has_key
    assert kept(second) == "canario-do-token"

    later = start("CAIXA-2")
    await later.clerk()
    assert kept(later) == "canario-do-token"


async def test_a_computer_that_lost_its_half_works_without_the_key_until_an_administrator_comes(
    start: Starts, clock: HandClock
) -> None:
    first = await founded(start)
    connect(first, clock)
    await start("CAIXA-2").owner()
    anew = start("CAIXA-2", wiped=True)
    await anew.clerk()
    assert anew.key.present is False
    with pytest.raises(KeyMissing):
        kept(anew)
    await anew.owner()
    assert kept(anew) == "canario-do-token"
    later = start("CAIXA-2")
    await later.clerk()
    assert kept(later) == "canario-do-token"


async def test_a_computer_without_a_safe_has_the_key_while_an_administrator_opened_it(
    start: Starts, clock: HandClock
) -> None:
    await founded(start)
    nothing = Safe(find_keyring=lambda: None)
    third = start("CAIXA-3", safe=nothing)
    await third.owner()
    assert third.key.present
    assert third.rows()["CAIXA-3"].has_key
    again = start("CAIXA-3", safe=Safe(find_keyring=lambda: None))
    await again.clerk()
    assert again.key.present is False
    await again.owner()
    assert again.key.present


async def test_behind_a_locked_safe_nobody_overwrites_the_computers_own_half(
    start: Starts, tmp_path: Path
) -> None:
    await founded(start)
    chosen = Safe(tmp_path)
    chosen.choose(SafeKind.FILE, PHRASE)
    await start("CAIXA-4", safe=chosen).owner()
    before = ask_sql(start("x").database.url, "SELECT public_key FROM station WHERE name = 'CAIXA-4'")
    shut = start("CAIXA-4", safe=Safe(tmp_path, SafeKind.FILE))
    await shut.owner()
    assert shut.key.present  # by the administrator's password
    assert ask_sql(shut.database.url, "SELECT public_key FROM station WHERE name = 'CAIXA-4'") == before
    opened = Safe(tmp_path, SafeKind.FILE)
    opened.unlock(PHRASE)
    later = start("CAIXA-4", safe=opened)
    await later.clerk()
    assert later.key.present


async def test_a_computer_that_was_taken_out_is_brought_back_by_an_administrator(start: Starts) -> None:
    first = await founded(start)
    second = start("CAIXA-2")
    await second.owner()
    by = await first.owner()
    with pytest.raises(StationInUse):
        await first.database.run(remove_station, "CAIXA-1", by=by)
    await first.database.run(remove_station, "CAIXA-2", by=by)
    assert first.rows()["CAIXA-2"].has_key is False
    with pytest.raises(StationRemoved):
        await second.clerk()
    await second.owner()
    row = first.rows()["CAIXA-2"]
    assert (row.removed_at, row.has_key) == (None, True)
    await second.clerk()


async def test_an_administrator_without_the_key_lets_a_computer_in_that_gets_it_later(start: Starts) -> None:
    """Her password was given where the key was not at hand; another computer changes the key for all."""
    first = await founded(start)
    by = await first.owner()
    await StaffDesk(first.database, FAST_PASSWORDS, ShopKey("x")).add(
        login="eva", name="Eva", role=Role.ADMINISTRADOR, password="senha-da-eva-1", by=by
    )
    second = start("CAIXA-2")
    await second.desk.enter(login="eva", password="senha-da-eva-1")
    assert second.key.present is False
    assert second.rows()["CAIXA-2"].has_key is False
    await first.keys.change_key(OWNERS, by=by)
    assert await second.keys.refresh() is True
    assert second.rows()["CAIXA-2"].has_key
    await second.desk.enter(login="eva", password="senha-da-eva-1")
    third = start("CAIXA-3")
    await third.desk.enter(login="eva", password="senha-da-eva-1")
    assert third.key.version == 2  # her password opens it by now


async def test_a_new_password_of_one_s_own_still_opens_the_key(start: Starts) -> None:
    first = await founded(start)
    by = await first.owner()
    await first.desk.change_password(by, current=OWNERS, new="outra-senha-da-carla")
    second = start("CAIXA-2")
    await second.desk.enter(login=OWNER, password="outra-senha-da-carla")
    assert second.key.present


# --- changing the key ----------------------------------------------------------------------------------------------


async def test_with_another_key_the_stations_that_belong_go_on_and_the_removed_one_opens_nothing(
    start: Starts, clock: HandClock
) -> None:
    first = await founded(start)
    before = connect(first, clock)
    second, stolen = start("CAIXA-2"), start("CAIXA-3")
    await second.owner()
    await stolen.owner()
    by = await first.owner()
    await first.database.run(remove_station, "CAIXA-3", by=by)
    await first.keys.change_key(OWNERS, by=by)

    assert first.key.version == 2
    assert kept(first) == "canario-do-token"
    assert await second.keys.refresh() is True
    assert kept(second) == "canario-do-token"
    with pytest.raises(KeyMissing):
        second.key.open(before)
    with pytest.raises(KeyMissing):  # with the old key it still has in memory
        kept(stolen)
    assert await stolen.keys.refresh() is False
    assert stolen.key.present is False
    assert [row.has_key for row in first.rows().values()] == [True, True, False]

    later = start("CAIXA-2")
    await later.clerk()
    assert kept(later) == "canario-do-token"


async def test_the_certificate_is_sealed_anew_with_the_new_key(start: Starts, clock: HandClock) -> None:
    first = await founded(start)
    by = await first.owner()
    facts = CertificateFacts(
        holder="CASA", cnpj="11222333000181", issuer="AC", serial="1", not_before=clock(),
        not_after=clock.now + timedelta(days=90),
    )  # fmt: skip
    sealed = first.key.close("chave-do-a1")
    await first.database.run(keep_certificate, facts, sealed, key_version=1, by=by)
    await first.keys.change_key(OWNERS, by=by)
    kept_now = first.database.read_now(lambda reader: reader.fiscal.secrets())["certificate"]
    assert kept_now.sealed != sealed
    assert first.key.open(kept_now.sealed) == "chave-do-a1"
    assert kept_now.facts == facts


async def test_the_other_administrators_get_the_new_key_when_they_come_in(start: Starts) -> None:
    first = await founded(start)
    by = await first.owner()
    await first.people.add(login="eva", name="Eva", role=Role.ADMINISTRADOR, password="senha-da-eva-1", by=by)
    await first.keys.change_key(OWNERS, by=by)
    second = start("CAIXA-2")
    await second.desk.enter(login="eva", password="senha-da-eva-1")
    assert second.key.present is False  # her copy is of the old key
    await first.desk.enter(login="eva", password="senha-da-eva-1")
    await second.desk.enter(login="eva", password="senha-da-eva-1")
    assert second.key.version == 2


async def test_a_station_hears_of_the_new_key_and_fetches_it(start: Starts, clock: HandClock) -> None:
    first = await founded(start)
    connect(first, clock)
    by = await first.owner()
    beside = ShopKey(first.database.url, safe=first.safe)
    desk = ShopKeyDesk(first.database, beside, first.desk, station="CAIXA-1")
    assert await desk.refresh()
    stop = desk.listen(first.changes)
    await first.keys.change_key(OWNERS, by=by)
    await desk.aclose()
    assert beside.version == 2
    stop()


async def test_only_an_administrator_who_types_his_password_changes_the_key(start: Starts) -> None:
    first = await founded(start)
    clerk = await first.clerk()
    with pytest.raises(NotAllowed):
        await first.keys.change_key(CLERKS, by=clerk)
    by = await first.owner()
    with pytest.raises(WrongPassword):
        await first.keys.change_key("errada-errada", by=by)
    for _ in range(4):
        with pytest.raises(WrongPassword):
            await first.keys.change_key("errada-errada", by=by)
    with pytest.raises(SignInLocked):
        await first.keys.change_key(OWNERS, by=by)
    assert first.key.version == 1


async def test_where_the_old_key_is_not_there_is_no_new_one(start: Starts, clock: HandClock) -> None:
    first = await founded(start)
    connect(first, clock)
    by = await first.owner()
    await StaffDesk(first.database, FAST_PASSWORDS, ShopKey("x")).add(
        login="eva", name="Eva", role=Role.ADMINISTRADOR, password="senha-da-eva-1", by=by
    )
    second = start("CAIXA-2")
    eva = await second.desk.enter(login="eva", password="senha-da-eva-1")
    with pytest.raises(KeyMissing):
        await second.keys.change_key("senha-da-eva-1", by=eva)
    assert kept(first) == "canario-do-token"


async def test_a_key_that_nobody_has_any_more_is_replaced_and_the_store_is_connected_again(
    start: Starts, clock: HandClock
) -> None:
    first = await founded(start)
    connect(first, clock)
    by = await first.owner()
    await first.keys.change_key(OWNERS, by=by, lost=True)
    assert kept(first) == "canario-do-token"  # it was here after all

    await StaffDesk(first.database, FAST_PASSWORDS, ShopKey("x")).give_password(
        by.operator_id, "senha-nova-da-carla", by=by
    )
    bare = start("CAIXA-1", wiped=True)
    owner = await bare.desk.enter(login=OWNER, password="senha-nova-da-carla")
    assert bare.key.present is False
    await bare.keys.change_key("senha-nova-da-carla", by=owner, lost=True)
    assert (bare.key.version, bare.rows()["CAIXA-1"].has_key) == (3, True)
    record = bare.database.run_now(connection_record)
    assert record is not None
    assert (record.sealed, record.state) == ("", "reconnect")
    later = start("CAIXA-1")
    await later.clerk()
    assert later.key.present


async def test_what_changed_while_the_copies_were_made_is_noticed(start: Starts, clock: HandClock) -> None:
    first = await founded(start)
    connect(first, clock)
    second = start("CAIXA-2")
    owner_there = await second.owner()
    by = await first.owner()

    def planned() -> NewKey:
        state = first.database.run_now(key_state, "CAIXA-1")
        return first.keys._made(state, OWNERS)[1]

    plan = planned()
    await first.database.run(remove_station, "CAIXA-2", by=by)
    with pytest.raises(ChangedMeanwhile):
        first.database.run_now(replace_key, plan, by=by)
    await second.owner()

    plan = planned()
    second.database.run_now(
        give_copy, public_key=ShopKey("y").pair.public(), sealed_key="", key_version=0, by=owner_there
    )
    with pytest.raises(ChangedMeanwhile):
        first.database.run_now(replace_key, plan, by=by)

    plan = planned()
    connect(first, clock, "outro-token")
    with pytest.raises(ChangedMeanwhile):
        first.database.run_now(replace_key, plan, by=by)

    plan = planned()
    first.database.run_now(replace_key, planned(), by=by)
    with pytest.raises(ChangedMeanwhile):
        first.database.run_now(replace_key, plan, by=by)


async def test_a_copy_of_the_key_before_is_given_to_nobody(start: Starts) -> None:
    first = await founded(start)
    by = await first.owner()
    public, copy = first.key.pair.public(), first.key.copy_for(first.key.pair.public())
    await first.keys.change_key(OWNERS, by=by)
    for use_case in (give_copy, join_station):
        extra = {"version": "0.1.0"} if use_case is join_station else {}
        with pytest.raises(ChangedMeanwhile):
            await first.database.run(
                use_case, public_key=public, sealed_key=copy, key_version=1, by=by, **extra
            )
    assert await first.keys.refresh() is True


async def test_the_key_waits_until_fresh_tokens_are_kept_and_is_changed_in_spite_of_a_station_that_died(
    start: Starts, clock: HandClock
) -> None:
    from varejoforte_desktop.application.store_connection import begin_renewal

    first = await founded(start)
    connect(first, clock)
    by = await first.owner()
    assert first.database.run_now(begin_renewal, 1) is True
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        clock.forward(seconds=seconds)

    patient = ShopKeyDesk(first.database, first.key, first.desk, station="CAIXA-1", sleep=wait)
    await patient.change_key(OWNERS, by=by)
    assert sum(waited) == 30
    assert kept(first) == "canario-do-token"
    assert first.database.run_now(begin_renewal, 1) is False  # whoever read them under the old key


async def test_tokens_sealed_with_the_old_key_are_not_kept(start: Starts, clock: HandClock) -> None:
    from tests.integration.test_connection import an_access

    first = await founded(start)
    connect(first, clock)
    by = await first.owner()
    old = first.key.close("novos-tokens")
    await first.keys.change_key(OWNERS, by=by)
    with pytest.raises(ChangedMeanwhile):
        first.database.run_now(keep_renewed, an_access(clock.now), old, key_version=1)
    assert kept(first) == "canario-do-token"


async def test_two_administrators_change_the_key_at_once_and_both_are_done(
    start: Starts, clock: HandClock
) -> None:
    first = await founded(start)
    connect(first, clock)
    second = start("CAIXA-2")
    there = await second.owner()
    here = await first.owner()
    await asyncio.gather(first.keys.change_key(OWNERS, by=here), second.keys.change_key(OWNERS, by=there))
    assert await first.keys.refresh()
    assert await second.keys.refresh()
    assert first.key.version == second.key.version == 3
    assert kept(first) == kept(second) == "canario-do-token"


async def test_a_manager_who_may_keep_stations_still_does_not_change_the_key(start: Starts) -> None:
    from varejoforte_desktop.application.people import set_permission
    from varejoforte_desktop.domain.operator import Permission

    first = await founded(start)
    by = await first.owner()
    await first.database.run(set_permission, Role.OPERADOR, Permission.MANAGE_STATIONS, allowed=True, by=by)
    clerk = await first.clerk()
    with pytest.raises(OnlyAdministrators):
        await first.keys.change_key(CLERKS, by=clerk)


# --- whoever steals the books --------------------------------------------------------------------------------------


async def test_stolen_books_open_nothing(start: Starts, clock: HandClock) -> None:
    first = await founded(start)
    connect(first, clock)
    thief = ShopKey(first.database.url)
    state = first.database.run_now(key_state, "CAIXA-1")
    assert thief.take(state.copy, state.version) is False
    ((wrapped,),) = ask_sql(
        first.database.url, "SELECT wrapped_key FROM operator WHERE login = :login", login=OWNER
    )
    for guess in ("", CLERKS, OWNERS.upper()):
        assert thief.unwrap(wrapped, guess, 1) is False
    with pytest.raises(KeyMissing):
        thief.open(state.connection or "")
    # The record of another station in the place of one's own is no way in either.
    assert thief.take(state.copy.replace("k1:1:", "k1:2:", 1), 2) is False


async def test_no_secret_is_in_the_books_the_log_or_the_folder_of_data(
    start: Starts, clock: HandClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "dados"
    safe = Safe(folder)
    with caplog.at_level(logging.DEBUG):
        for name in ("sqlalchemy", "alembic", "asyncio"):
            logging.getLogger(name).setLevel(logging.WARNING)
        await asyncio.to_thread(safe.choose, SafeKind.FILE, PHRASE)
        first = start("CAIXA-1", safe=safe)
        by = await first.desk.found(shop_name="Casa Lume", login=OWNER, name="Carla", password=OWNERS)
        connect(first, clock)
        keys = {first.key._at_hand().key}
        second = start("CAIXA-2")
        await second.owner()
        with pytest.raises(WrongPassword):
            await first.keys.change_key("senha-errada-canario", by=by)
        await first.keys.change_key(OWNERS, by=by)
        keys |= {first.key._at_hand().key, first.key.pair._half(), second.key.pair._half()}
    secrets = {"canario-do-token", OWNERS, "senha-errada-canario", PHRASE}
    for key in keys:
        secrets |= {key.hex(), base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()}
    raw = [secret.encode() for secret in secrets] + list(keys)

    url = first.database.url
    rows = str([ask_sql(url, f'SELECT * FROM "{table}"') for table in metadata.tables])  # noqa: S608
    assert "k1:2:" in rows
    assert [secret for secret in secrets if secret in rows or secret in caplog.text] == []
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [FILE_NAME]
    if url.startswith("sqlite"):
        files += Path(make_url(url).database or "").parent.glob("loja.db*")
    for path in files:
        content = path.read_bytes()
        assert [secret for secret in raw if secret in content] == [], path.name
