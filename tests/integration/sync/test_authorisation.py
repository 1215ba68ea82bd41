"""The store's keys: renewed early, once, by one station, and never asked for again when they are dead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from tests.stations import SELDOM, PracticeShop
from varejoforte_desktop.application.outside import ReconnectNeeded
from varejoforte_desktop.application.store_connection import connection_record
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.sync.vault import opened


def _renewals(shop: PracticeShop) -> int:
    return shop.store.log.counts["GET /auth"]


def _token(store: TrayStore) -> str:
    assert store.gate._tokens is not None
    return store.gate._tokens.access


def _kept_token(shop: PracticeShop) -> str:
    record = shop.main.database.run_now(connection_record)
    assert record is not None
    return opened(record, shop.main.key).access_token


def _only_kept_tokens(shop: PracticeShop, seen: list[str]) -> Callable[[httpx.Request], str | None]:
    """Watches a line: no token may be used that is not in the books yet."""

    def watch(request: httpx.Request) -> str | None:
        token = parse_qs(request.url.query.decode()).get("access_token", [""])[0]
        if token and token not in seen:
            assert token == _kept_token(shop)
            seen.append(token)
        return None

    return watch


async def test_a_dead_token_is_renewed_once_and_the_request_repeated(shop_on_both: PracticeShop) -> None:
    """F36: the new pair is in the books before anybody uses it."""
    shop = shop_on_both
    products = [await shop.add(f"P{number}") for number in range(5)]
    await shop.start_and_send()
    seen: list[str] = []
    shop.main.line.watch = _only_kept_tokens(shop, seen)
    shop.store.revoke_access(_token(shop.store))

    for product in products:
        await shop.change(product.id, price=Money(777))
    await shop.until_empty()

    assert _renewals(shop) == 1
    assert len(seen) == 2
    assert shop.store.log.statuses[401] == 1
    assert len(shop.asked("PUT")) == 6  # five, and the one that was repeated


async def test_the_loop_renews_in_time_though_nothing_is_due(
    shop: PracticeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F37: at eighty per cent of three hours, for a day, without a screen open."""
    monkeypatch.setattr("varejoforte_desktop.sync.pace._SLICE", 60.0)  # as often would only take longer
    shop.main.pace._cycle = 600
    shop.main.sync._parts.times = SELDOM
    shop.start()
    await shop.sleep(24 * 3600)

    assert 8 <= _renewals(shop) <= 11
    assert shop.store.log.statuses[401] == 0
    record = shop.main.database.run_now(connection_record)
    assert record is not None
    assert record.access_expires_at > shop.clock()


async def test_five_users_of_a_dead_token_ask_for_one_renewal(shop_on_both: PracticeShop) -> None:
    """F36: two stations, five requests at once."""
    shop = shop_on_both
    second = shop.open("CAIXA-2")
    stale = await shop.main.vault.access()
    assert (await second.vault.access()).access_token == stale.access_token
    shop.store.revoke_access(stale.access_token)

    fresh = await asyncio.gather(
        *(shop.main.vault.renewed(stale) for _ in range(3)), *(second.vault.renewed(stale) for _ in range(2))
    )

    assert _renewals(shop) == 1
    assert {access.access_token for access in fresh} == {_token(shop.store)}
    assert _kept_token(shop) == _token(shop.store)


async def test_five_users_of_an_old_token_ask_for_one_renewal(shop: PracticeShop) -> None:
    """F36: the same when it is time, rather than refused."""
    second = shop.open("CAIXA-2")
    await asyncio.gather(shop.main.vault.access(), second.vault.access())
    await shop.sleep(2.5 * 3600)

    fresh = await asyncio.gather(*(post.vault.access() for post in (shop.main, second) for _ in range(3)))

    assert _renewals(shop) == 1
    assert {access.access_token for access in fresh} == {_token(shop.store)}


async def test_a_renewal_whose_answer_is_lost_is_made_good_with_the_code(shop: PracticeShop) -> None:
    """The pair changed unheard: the refresh token is dead, the authorisation code still opens."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.store.faults.next("reset", path_contains="/auth", method="GET", after_applying=True)
    shop.store.revoke_access(_token(shop.store))

    await shop.change(product.id, price=Money(777))
    await shop.until_empty()

    assert shop.one("PAN-1")["price"] == "7.77"
    assert _kept_token(shop) == _token(shop.store)


async def test_an_early_renewal_that_fails_does_not_stop_the_sending(shop: PracticeShop) -> None:
    """The keys in force are good for half an hour more."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.store.faults.next("status", status=503, path_contains="/auth", times=None)
    await shop.sleep(2.5 * 3600)

    await shop.change(product.id, price=Money(777))
    await shop.until_empty(within=90)

    assert shop.one("PAN-1")["price"] == "7.77"
    shop.store.faults.clear()
    await shop.sleep(300)
    assert _kept_token(shop) == _token(shop.store)
    assert shop.store.log.statuses[401] == 0


async def test_dead_keys_end_all_requests_until_somebody_connects_anew(shop_on_both: PracticeShop) -> None:
    """F38: "reconectar", and not one call more; nothing is lost meanwhile."""
    shop = shop_on_both
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.store.revoke_tokens(uninstall=True)
    await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.RECONNECT)
    asked = shop.main.line.asked

    for minute in range(30):
        await shop.change(product.id, price=Money(1000 + minute))
        await shop.sleep(60)

    assert shop.main.line.asked == asked <= 12
    assert shop.main.sync.status.phase is SyncPhase.RECONNECT
    assert shop.sheet(product.id).owed
    with pytest.raises(ReconnectNeeded):
        await shop.main.vault.access()

    await shop.connect()
    await shop.until_empty(within=5)
    assert shop.one("PAN-1")["price"] == "10.29"
    assert {row.attempts for row in shop.queue} <= {0}


async def test_a_station_learns_within_a_minute_that_another_one_connected_anew(shop: PracticeShop) -> None:
    """F38: the manager reconnects at his desk; the till that sends goes on by itself."""
    product = await shop.add("PAN-1")
    till = shop.open("CAIXA-2")
    till.sync.start(shop.actor)
    await shop.until_empty()
    shop.store.revoke_tokens(uninstall=True)
    await shop.change(product.id, price=Money(777))
    await shop.until(lambda: till.sync.status.phase is SyncPhase.RECONNECT)

    await shop.connect()
    await shop.until_empty(within=60)

    assert shop.one("PAN-1")["price"] == "7.77"


async def test_a_till_does_not_go_on_writing_to_the_store_of_before(shop: PracticeShop) -> None:
    """The manager connects another store at his desk: the till that sends uses it, and only it, from then on."""
    product = await shop.add("PAN-1")
    till = shop.open("CAIXA-2")
    till.sync.start(shop.actor)
    await shop.until_empty()
    old = shop.store
    old.log.clear()

    shop.store = TrayStore(now=shop.clock, store_id="777", host="outra.exemplo")
    for post in shop.posts:
        post.line._store = shop.store
    await shop.connect()
    await shop.change(product.id, price=Money(777))
    await shop.until_empty(within=180)

    assert shop.differences(product.id) == {}
    assert shop.store.log.statuses[401] == 0
    assert old.log.total == 0


async def test_a_suspended_store_is_asked_now_and_then_and_goes_on_when_it_opens(shop: PracticeShop) -> None:
    """A blocked store says so with one sentence; opened again, everything goes out."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.store.set_state("bloqueada")
    await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.SUSPENDED)
    asked = shop.main.line.asked

    await shop.sleep(1800)
    assert shop.main.line.asked - asked <= 8
    assert shop.main.sync.status.cause == "store_blocked"

    shop.store.set_state("ativa")
    await shop.until_empty(within=330)
    assert shop.one("PAN-1")["price"] == "7.77"


async def test_a_hiccup_with_fresh_keys_does_not_need_a_person(shop: PracticeShop) -> None:
    """The store gives new keys and refuses them once: that passes by itself; refused on and on, it does not."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.store.faults.next("revoked", times=2, path_contains="/products")
    await shop.change(product.id, price=Money(777))
    await shop.until_empty(within=60)

    shop.store.faults.next("revoked", times=None, path_contains="/products")
    await shop.change(product.id, price=Money(888))
    await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.RECONNECT)
    asked = shop.main.line.asked
    await shop.sleep(1800)
    assert shop.main.line.asked == asked
