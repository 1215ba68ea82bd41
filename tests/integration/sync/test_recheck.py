"""An older copy was put back: nothing is sent before it was compared, and then the store equals the books, once."""

from __future__ import annotations

from pathlib import Path

from tests.books import ask_sql
from tests.stations import PracticeShop
from varejoforte_desktop.app.backups import CopyDesk, Place, place_waiting
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import Aspect


def desk_of(shop: PracticeShop, folder: Path) -> CopyDesk:
    """The desk for copies at the first station."""
    return CopyDesk(shop.main.database, shop.main.changes, place_of(shop, folder), clock=shop.clock)


def place_of(shop: PracticeShop, folder: Path) -> Place:
    return Place(url=shop.url, data_dir=folder, station="CAIXA-1")


async def put_back(shop: PracticeShop, copy: Path, folder: Path) -> None:
    """The copy is chosen, the program ends and starts."""
    await desk_of(shop, folder).restore(copy, by=shop.actor)
    await shop.close()
    place_waiting(place_of(shop, folder))
    shop.main = shop.open("CAIXA-1")


async def copied(shop: PracticeShop, folder: Path) -> Path:
    return Path((await desk_of(shop, folder).make(by=shop.actor)).file)


async def test_what_was_made_after_the_copy_gets_no_twin_and_the_store_equals_the_books(
    shop: PracticeShop, tmp_path: Path
) -> None:
    sent = await shop.add("ENVIADO", stock=9)
    await shop.start_and_send()
    await shop.main.sync.stop()
    waiting = await shop.add("NA-FILA", stock=4)  # not in the store yet when the copy is made
    copy = await copied(shop, tmp_path)
    await shop.change(sent.id, price=Money(4990), name="Nome de depois da cópia")
    await shop.count(sent.id, 2)
    await shop.add("DEPOIS", stock=7)
    await shop.start_and_send()
    assert {len(shop.in_store(each)) for each in ("ENVIADO", "NA-FILA", "DEPOIS")} == {1}
    await shop.main.sync.stop()

    await put_back(shop, copy, tmp_path)
    again = await shop.add("DEPOIS", stock=5)  # typed in once more: the copy does not know it
    shop.store.log.clear()
    shop.start()
    await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.RECHECK)
    await shop.sleep(300)
    assert shop.asked("PUT") == shop.asked("POST") == []  # nothing is told before somebody compared
    facts = await desk_of(shop, tmp_path).recheck_facts()
    assert facts is not None
    assert (facts.linked_products, facts.connected) == (1, True)

    await desk_of(shop, tmp_path).recheck(by=shop.actor)
    await shop.until_empty()

    for product in (sent, waiting, again):
        assert shop.differences(product.id) == {}
    assert shop.one("ENVIADO")["price"] == "19.90"
    assert shop.one("DEPOIS")["stock"] == "5"


async def test_every_side_of_a_product_is_told_again_even_what_the_copy_calls_acknowledged(
    shop: PracticeShop, tmp_path: Path
) -> None:
    pan = await shop.add("PAN-1", stock=9)
    await shop.start_and_send()
    copy = await copied(shop, tmp_path)
    await shop.change(pan.id, price=Money(100), warranty="outra")
    await shop.receive(pan.id, 5)
    await shop.until_empty()
    await shop.main.sync.stop()
    await put_back(shop, copy, tmp_path)
    assert set(shop.differences(pan.id)) >= {"price", "stock"}

    await desk_of(shop, tmp_path).recheck(by=shop.actor)
    shop.start()
    await shop.until_empty()

    assert shop.differences(pan.id, tuple(Aspect)) == {}
    assert len(shop.in_store("PAN-1")) == 1


async def test_a_product_taken_off_the_store_after_the_copy_is_offered_or_hidden_as_the_books_say(
    shop: PracticeShop, tmp_path: Path
) -> None:
    pan = await shop.add("PAN-1", stock=9)
    await shop.start_and_send()
    await shop.change(pan.id, sell_online=False)
    await shop.until_empty()
    copy = await copied(shop, tmp_path)
    await shop.change(pan.id, sell_online=True)
    await shop.until_empty()
    await shop.main.sync.stop()
    assert shop.one("PAN-1")["available"] == "1"
    await put_back(shop, copy, tmp_path)
    await desk_of(shop, tmp_path).recheck(by=shop.actor)
    shop.start()
    await shop.until_empty()
    assert shop.one("PAN-1")["available"] == "0"


async def test_orders_of_the_last_weeks_are_looked_at_again_and_tokens_renewed(
    shop: PracticeShop, tmp_path: Path
) -> None:
    pan = await shop.add("PAN-1", stock=9)
    await shop.start_and_send()
    copy = await copied(shop, tmp_path)
    shop.store.place_order({shop.one("PAN-1")["id"]: 2}, paid=True)
    await shop.sleep(120)
    await shop.until_empty()
    await shop.main.sync.stop()
    await put_back(shop, copy, tmp_path)
    assert ask_sql(shop.url, "SELECT count(*) FROM tray_order") == [(0,)]

    await desk_of(shop, tmp_path).recheck(by=shop.actor)

    day = ask_sql(shop.url, "SELECT looked_until FROM order_watch")[0][0]
    assert str(day) == "2026-10-06"  # forty-five days before the twentieth of November
    renewals = shop.main.database.run_now(lambda uow: uow.connections.get())
    assert renewals is not None
    assert renewals.access_expires_at <= shop.clock()
    shop.start()
    await shop.sleep(120)
    await shop.until_empty()
    fresh = shop.main.database.run_now(lambda uow: uow.connections.get())
    assert fresh is not None
    assert (fresh.generation, fresh.state) == (renewals.generation + 1, "connected")
    assert ask_sql(shop.url, "SELECT count(*) FROM tray_order") == [(1,)]
    assert shop.differences(pan.id) == {}
