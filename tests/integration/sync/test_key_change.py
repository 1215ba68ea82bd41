"""The shop changes its key while its stations send: nobody stops, no token is lost, and a removed station is out."""

from __future__ import annotations

import asyncio

import pytest

from tests.stations import PASSWORD, Post, PracticeShop
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.application.stations import give_copy, remove_station
from varejoforte_desktop.application.store_connection import connection_record
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.errors import KeyMissing
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.sync.vault import opened


def token(shop: PracticeShop) -> str:
    """The one the store takes now."""
    assert shop.store.gate._tokens is not None
    return shop.store.gate._tokens.access


def token_at(post: Post) -> str:
    """The one a station finds in the books."""
    record = post.database.run_now(connection_record)
    assert record is not None
    return opened(record, post.key).access_token


async def change_key(shop: PracticeShop) -> None:
    await shop.main.keys.change_key(PASSWORD, by=shop.actor)


async def test_a_station_that_did_not_hear_of_the_new_key_finds_out_by_itself(
    shop_on_both: PracticeShop,
) -> None:
    shop = shop_on_both
    second = shop.open("CAIXA-2")
    await change_key(shop)
    assert (shop.main.key.version, second.key.version) == (2, 1)
    assert (await second.vault.access()).access_token == token(shop)
    assert second.key.version == 2
    third = shop.open("CAIXA-3")
    assert (await third.vault.access()).access_token == token(shop)


async def test_the_loop_goes_on_sending_through_a_change_of_key(shop: PracticeShop) -> None:
    product = await shop.add("PAN-1", stock=3)
    await shop.start_and_send()
    await change_key(shop)
    shop.main.vault.forget()
    await shop.change(product.id, price=Money(777))
    await shop.until_empty()
    assert shop.one("PAN-1")["price"] == "7.77"


@pytest.mark.parametrize("seconds_in", [0.0, 0.02, 0.05, 0.2])
async def test_three_stations_and_a_key_that_is_changed_while_one_of_them_renews(
    shop_on_both: PracticeShop, seconds_in: float
) -> None:
    """The only copy of the fresh tokens is in the hands of the one that renews: it must be kept, under a key of now."""
    shop = shop_on_both
    second, third = shop.open("CAIXA-2"), shop.open("CAIXA-3")
    stale = await second.vault.access()
    shop.store.revoke_access(stale.access_token)

    async def a_moment_later() -> None:
        await asyncio.sleep(seconds_in)
        await change_key(shop)

    fresh, _ = await asyncio.gather(second.vault.renewed(stale), a_moment_later())

    assert fresh.access_token == token(shop)
    assert shop.store.log.counts["GET /auth"] == 1
    for post in (shop.main, second, third):
        assert await post.keys.refresh()
        assert token_at(post) == token(shop)
        post.vault.forget()
        assert (await post.vault.access()).access_token == token(shop)


async def test_a_renewal_that_takes_longer_than_the_key_waits_is_sealed_again(
    shop_on_both: PracticeShop,
) -> None:
    """The station was slow, the key was changed in spite of it, and still no token sealed with the old key is kept."""
    shop = shop_on_both
    second = shop.open("CAIXA-2")
    stale = await second.vault.access()
    shop.store.revoke_access(stale.access_token)
    renew = second.vault._renew

    async def slowly(access: object) -> object:
        fresh = await renew(access)  # type: ignore[arg-type]
        await shop.sleep(50)
        return fresh

    second.vault._renew = slowly  # type: ignore[assignment]
    fresh, _ = await asyncio.gather(second.vault.renewed(stale), change_key(shop))
    assert shop.main.key.version == second.key.version == 2
    assert token_at(shop.main) == fresh.access_token == token(shop)


async def test_a_removed_station_stops_with_the_change_of_key(shop_on_both: PracticeShop) -> None:
    shop = shop_on_both
    second = shop.open("CAIXA-2")
    stale = await second.vault.access()
    await shop.main.database.run(remove_station, "CAIXA-2", by=shop.actor)
    await change_key(shop)
    shop.store.revoke_access(stale.access_token)

    with pytest.raises(KeyMissing):
        await second.vault.renewed(stale)
    assert shop.store.log.counts["GET /auth"] == 0  # it never got as far as the store
    second.vault.forget()
    with pytest.raises(KeyMissing):
        await second.vault.access()
    assert (await shop.main.vault.renewed(stale)).access_token == token(shop)


async def test_the_loop_of_a_station_without_the_key_says_so_and_goes_on_when_it_gets_it(
    shop: PracticeShop,
) -> None:
    """Its computer was set up anew, so the new key was locked for a half that this program does not have."""
    second = shop.open("CAIXA-2")
    there = second.database.run_now(admit, "ana", station="CAIXA-2")

    def give(public: str, copy: str) -> None:
        version = shop.main.key.version
        second.database.run_now(give_copy, public_key=public, sealed_key=copy, key_version=version, by=there)

    give(ShopKey("outra").pair.public(), "")
    await change_key(shop)
    second.sync.start(there)
    await shop.until(lambda: any(status.phase is SyncPhase.KEY_MISSING for status in second.heard))
    await shop.add("PAN-9", stock=1)
    await shop.sleep(180)
    assert shop.in_store("PAN-9") == []

    public = second.key.pair.public()
    give(public, shop.main.key.copy_for(public))
    await shop.until_empty()
    assert shop.one("PAN-9")["reference"] == "PAN-9"
