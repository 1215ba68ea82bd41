"""Every order of the store is seen, however many there are, whenever they come, and whatever breaks on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.books import ask_sql, in_books
from tests.stations import PracticeShop
from varejoforte_desktop.application.order_import import dismiss_order, import_orders
from varejoforte_desktop.application.order_questions import OrderSearch
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.domain.outbox import Aspect

ANY = frozenset(OrderStage)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def seen(shop: PracticeShop, **search: Any) -> set[str]:
    """The numbers of the orders in the books."""
    wanted = OrderSearch(**{"stages": ANY} | search)
    rows = shop.main.database.read_now(lambda r: r.orders.rows(r.orders.ids(wanted)))
    return {row.remote_id for row in rows}


def order_id(shop: PracticeShop, remote_id: str) -> int:
    found = shop.main.database.read_now(lambda reader: reader.orders.id_of(remote_id))
    assert found is not None, remote_id
    return found


def looked(shop: PracticeShop) -> date | None:
    return shop.main.database.read_now(lambda reader: reader.orders.looked())[0]


def lists(shop: PracticeShop) -> int:
    """How many pages of orders were asked for."""
    return len([each for each in shop.asked("GET", "/orders") if each.path == "/orders"])


def details(shop: PracticeShop) -> list[str]:
    """Which orders were read whole."""
    return [each.path.split("/")[2] for each in shop.asked("GET", "/complete")]


def shown(shop: PracticeShop, reference: str) -> str:
    return shop.one(reference)["stock"]


async def stocked(shop: PracticeShop, *, stock: int = 1000) -> str:
    """A pan in the store with the flag on; gives its id there."""
    await shop.add("PAN-1", stock=stock)
    await shop.start_and_send()
    return shop.one("PAN-1")["id"]


def before_each(shop: PracticeShop, path: str, act: Callable[[int], object], *, times: int = 1) -> None:
    """Do this just before the store answers requests for such a path, so many times."""
    done = 0

    def watch(request: httpx.Request) -> str | None:
        nonlocal done
        if done < times and request.url.path.endswith(path):
            done += 1
            act(done)
        return None

    shop.main.line.watch = watch


# -- how many ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "pages"), [(137, 3), (50, 1), (51, 2), (0, 1)])
async def test_all_orders_are_seen_and_imported(shop: PracticeShop, count: int, pages: int) -> None:
    """F39: 50 at a time is what the store gives; not one is left behind on the last page."""
    pan = await stocked(shop)
    await shop.main.sync.stop()
    placed = {shop.store.place_order({pan: 1}, paid=True) for _ in range(count)}
    shop.store.log.clear()
    await shop.main.orders.look()
    assert lists(shop) == pages
    assert seen(shop) == placed
    rows = shop.main.database.read_now(lambda r: r.orders.statuses())
    meanings = {row.status_id: row.suggested for row in rows}
    shop.main.database.run_now(explain_statuses, meanings, by=shop.actor)
    ids = shop.main.database.read_now(lambda r: list(r.orders.ids(OrderSearch())))
    report = shop.main.database.run_now(import_orders, ids, by=shop.actor)
    assert (set(report.new), report.skipped) == (placed, ())
    shop.store.log.clear()
    await shop.main.orders.look()
    assert (lists(shop), details(shop)) == (pages, [])  # nothing changed: nothing is read again


async def test_orders_that_come_between_two_pages_are_not_missed(shop: PracticeShop) -> None:
    """F40: over two cycles at most, and those that moved a page on are not lost either."""
    pan = await stocked(shop)
    placed = {shop.store.place_order({pan: 1}) for _ in range(101)}
    before_each(shop, "/orders", lambda _n: placed.add(shop.store.place_order({pan: 1})), times=2)
    shop.main.sync.wake()
    await shop.sleep(130)
    assert seen(shop) == placed
    await shop.until_empty()
    assert shown(shop, "PAN-1") == str(1000 - len(placed))


async def test_an_order_that_changes_while_the_list_is_read_is_read_again(shop: PracticeShop) -> None:
    """F40: its light line was read before the change, its detail after: the next look sees the difference."""
    pan = await stocked(shop)
    placed = shop.store.place_order({pan: 3})
    await shop.main.orders.look()
    other = shop.store.place_order({pan: 1})
    before_each(shop, f"/orders/{other}/complete", lambda _n: shop.store.cancel_order(placed))
    await shop.main.orders.look()
    shop.main.line.watch = lambda _request: None
    shop.main.sync.wake()
    await shop.sleep(65)
    await shop.until_empty()
    assert shown(shop, "PAN-1") == "999"


async def test_a_list_that_never_stands_still_is_not_believed(shop: PracticeShop) -> None:
    """F40: an order a page, for ever: nothing is noted as seen, and the number of stock waits."""
    pan = await stocked(shop)
    for _ in range(60):
        shop.store.place_order({pan: 1})
    before = looked(shop)
    in_books(shop.main.database, lambda uow: uow.orders.note_look(date(2026, 11, 18), uow.now))
    before_each(shop, "/orders", lambda _n: shop.store.place_order({pan: 1}), times=50)
    with pytest.raises(OutsideError):
        await shop.main.orders.look()
    assert looked(shop) == date(2026, 11, 18) != before


# -- days ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("midnight", [datetime(2026, 11, 21, 0, 0, tzinfo=SAO_PAULO)])
async def test_orders_around_midnight_are_seen_and_lie_on_their_own_days(
    shop: PracticeShop, midnight: datetime
) -> None:
    """F41: at 23:59 and 00:01 in São Paulo it is the same day in Greenwich."""
    pan = await stocked(shop)
    shop.clock.jump(seconds=(midnight.astimezone(UTC) - shop.clock()).total_seconds() - 60)
    late = shop.store.place_order({pan: 1})
    shop.clock.jump(seconds=120)
    early = shop.store.place_order({pan: 1})
    await shop.main.orders.look()
    assert seen(shop) == {late, early}
    first, second = date(2026, 11, 20), date(2026, 11, 21)
    assert seen(shop, placed_from=first, placed_to=first) == {late}
    assert seen(shop, placed_from=second, placed_to=second) == {early}


async def test_an_order_of_yesterday_that_is_written_late_is_seen(shop: PracticeShop) -> None:
    """F42: the store's list is dated by the day, and yesterday is looked at again."""
    pan = await stocked(shop)
    shop.clock.jump(days=1)
    await shop.main.orders.look()
    late = shop.store.place_order({pan: 1}, at=datetime(2026, 11, 20, 23, 58, tzinfo=SAO_PAULO))
    assert shop.store.orders[late]["modified"].startswith("2026-11-20")
    await shop.main.orders.look()
    assert late in seen(shop)


async def test_ten_days_with_the_computer_off_lose_no_order(shop: PracticeShop) -> None:
    """F42."""
    pan = await stocked(shop)
    await shop.main.orders.look()
    await shop.main.sync.stop()
    placed = set()
    for _ in range(10):
        shop.clock.jump(days=1)
        placed.add(shop.store.place_order({pan: 1}))
    shop.start()
    await shop.until(lambda: seen(shop) == placed)
    await shop.until_empty()
    assert shown(shop, "PAN-1") == "990"


async def test_at_the_first_look_what_is_over_costs_no_request(shop: PracticeShop) -> None:
    await shop.add("PAN-1", stock=100)
    pan = shop.store.add_product(reference="PAN-1", name="Panela", price="10.00", stock="100")
    over = [shop.store.place_order({pan: 1}) for _ in range(5)]
    for each in over[:3]:
        shop.store.cancel_order(each)
    for each in over[3:]:
        shop.store.set_order_status(each, "FINALIZADO")
    current = shop.store.place_order({pan: 2})
    await shop.main.orders.look()
    assert details(shop) == [current]
    assert seen(shop, stages=frozenset({OrderStage.BEFORE})) == set(over)
    assert seen(shop, stages=frozenset({OrderStage.SEEN})) == {current}


# -- what it costs -------------------------------------------------------------------------------------


async def test_an_idle_cycle_costs_one_look_and_a_changed_order_one_request_more(shop: PracticeShop) -> None:
    """F35's other half: the day has only so many requests."""
    pan = await stocked(shop)
    for _ in range(20):
        shop.store.place_order({pan: 1}, paid=True)
    shop.main.sync.wake()
    await shop.sleep(65)
    await shop.until_empty()
    shop.store.log.clear()
    await shop.sleep(600)
    assert len(shop.asked()) <= 2 * 10
    assert details(shop) == []
    one = sorted(seen(shop))[0]
    shop.store.set_order_status(one, "ENVIADO")
    shop.store.log.clear()
    await shop.sleep(120)
    assert details(shop) == [one]
    assert len(shop.asked()) <= 5


async def test_when_the_days_requests_run_short_looks_are_spread_out_and_it_is_said(
    shop: PracticeShop,
) -> None:
    """Three tenths of a day's requests are for looking: of a thousand, one every 288 seconds."""
    await stocked(shop)
    assert shop.main.sync.status.orders_seconds is None
    shop.set_limits(requests_per_day=1000)
    shop.main.sync.wake()
    await shop.sleep(1)
    shop.store.log.clear()
    await shop.sleep(2880)
    assert shop.main.sync.status.orders_seconds == 288
    assert 8 <= lists(shop) <= 11
    shop.set_limits(requests_per_day=10_000)
    shop.main.sync.wake()
    await shop.sleep(65)
    assert shop.main.sync.status.orders_seconds is None


async def test_many_pages_spread_the_looks_too(shop: PracticeShop) -> None:
    """Four pages of orders in two days: a look costs four requests, so it comes a quarter as often."""
    pan = await stocked(shop)
    for _ in range(160):
        shop.store.place_order({pan: 1})
    await shop.sleep(200)
    assert shop.main.sync.status.orders_seconds == pytest.approx(4 * 86_400 / 3000)
    shop.store.log.clear()
    await shop.sleep(1152)
    assert 9 * 4 <= lists(shop) <= 12 * 4


# -- what breaks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("rate_limited", {"retry_after": 20}),
        ("status", {"status": 500}),
        ("html", {"status": 502}),
        ("timeout", {"seconds": 15}),
        ("reset", {}),
    ],
)
async def test_a_list_that_breaks_in_the_middle_changes_nothing_and_no_number_is_sent_on_it(
    shop: PracticeShop, kind: Any, how: dict[str, Any]
) -> None:
    """F35: part of the orders is not all of them."""
    pan = await stocked(shop, stock=500)
    product = shop.main.database.read_now(lambda r: r.sales.offer("PAN-1"))
    assert product is not None
    placed = {shop.store.place_order({pan: 1}) for _ in range(120)}
    before = looked(shop)
    in_books(shop.main.database, lambda uow: uow.orders.note_look(date(2026, 11, 19), uow.now))

    def second_page(request: httpx.Request) -> str | None:
        if request.url.path.endswith("/orders") and request.url.params.get("page") == "2":
            shop.store.faults.next(kind, path_contains="/orders", **how)
        return None

    shop.main.line.watch = second_page
    await shop.sleep(31)
    shop.store.log.clear()
    await shop.receive(product.product_id, 100)
    await shop.sleep(90)
    assert seen(shop) == set()
    assert looked(shop) == date(2026, 11, 19) != before
    assert [body for body in shop.bodies() if "stock" in body] == []
    assert [row.aspect for row in shop.queue] == [Aspect.STOCK]
    shop.main.line.watch = lambda _request: None
    shop.store.faults.clear()
    await shop.until_empty()
    assert seen(shop) == placed
    assert {int(body["stock"]) for body in shop.bodies() if "stock" in body} == {600 - 120}


async def test_while_orders_cannot_be_seen_prices_still_go(shop: PracticeShop) -> None:
    """F35: only what could be promised twice waits, and the state says why."""
    await stocked(shop)
    product = shop.main.database.read_now(lambda r: r.sales.offer("PAN-1"))
    assert product is not None
    await shop.sleep(95)  # the look that was owed is over, and the last one is no longer fresh
    shop.store.faults.next("status", status=500, times=None, path_contains="/orders")
    await shop.receive(product.product_id, 5)
    await shop.change(product.product_id, price=Money(12_345))
    await shop.sleep(200)
    assert shop.one("PAN-1")["price"] == "123.45"
    assert shown(shop, "PAN-1") == "1000"
    assert [row.aspect for row in shop.queue] == [Aspect.STOCK]
    assert shop.main.sync.status.phase is SyncPhase.STORE_DOWN
    shop.store.faults.clear()
    await shop.until_empty()
    assert shown(shop, "PAN-1") == "1005"


async def test_an_order_that_cannot_be_read_holds_the_stock_until_it_can(shop: PracticeShop) -> None:
    """F35: nobody knows what it promises; it hides none of the others, and prices go."""
    pan = await stocked(shop)
    product = shop.main.database.read_now(lambda r: r.sales.offer("PAN-1"))
    assert product is not None
    broken = shop.store.place_order({pan: 3})
    shop.store.change_order(broken, total="abc")
    other = shop.store.place_order({pan: 2})
    shop.main.sync.wake()
    await shop.sleep(65)
    assert seen(shop) == {broken, other}
    await shop.receive(product.product_id, 5)
    await shop.change(product.product_id, price=Money(777))
    shop.store.log.clear()
    await shop.sleep(300)
    assert [body for body in shop.bodies() if "stock" in body] == []
    assert shop.one("PAN-1")["price"] == "7.77"
    assert shop.main.sync.status.phase is SyncPhase.UP_TO_DATE
    shop.store.change_order(broken, total="99.00")
    await shop.until_empty()
    assert shown(shop, "PAN-1") == str(1005 - 3 - 2)


async def test_an_order_that_cannot_be_read_and_is_left_aside_holds_nothing(shop: PracticeShop) -> None:
    """F19 and F35."""
    pan = await stocked(shop)
    broken = shop.store.place_order({pan: 3})
    shop.store.change_order(broken, total="abc")
    shop.main.sync.wake()
    await shop.sleep(65)
    product = shop.main.database.read_now(lambda r: r.sales.offer("PAN-1"))
    assert product is not None
    await shop.receive(product.product_id, 5)
    await shop.sleep(65)
    assert shop.owed() == 1
    shop.main.database.run_now(dismiss_order, order_id(shop, broken), reason="Pedido de teste", by=shop.actor)
    await shop.until_empty(within=130)
    assert shown(shop, "PAN-1") == "1005"


# -- more than one station -----------------------------------------------------------------------------


async def test_the_station_that_takes_over_looks_before_it_sends_a_number(shop: PracticeShop) -> None:
    """It has never looked itself; what the other saw may be a minute old."""
    pan = await stocked(shop)
    product = shop.main.database.read_now(lambda r: r.sales.offer("PAN-1"))
    assert product is not None
    second = shop.open("CAIXA-2")
    second.sync.start(shop.actor)
    await shop.sleep(15)
    assert second.sync.status.phase is SyncPhase.STANDBY
    shop.main.line.offline = True
    placed = shop.store.place_order({pan: 7})
    await shop.receive(product.product_id, 100)
    shop.store.log.clear()
    await shop.main.sync.stop()
    await shop.until_empty()
    paths = [(each.method, each.path) for each in shop.asked()]
    assert paths.index(("GET", f"/orders/{placed}/complete")) < paths.index(("PUT", f"/products/{pan}"))
    assert next(body["stock"] for body in shop.bodies()) == 1100 - 7
    assert shown(shop, "PAN-1") == "1093"


async def test_two_stations_and_a_person_look_at_once_and_every_order_is_there_once(
    shop_on_both: PracticeShop,
) -> None:
    """F11: whoever looks."""
    shop = shop_on_both
    pan = await stocked(shop)
    second = shop.open("CAIXA-2")
    placed = {shop.store.place_order({pan: 1}) for _ in range(30)}
    await asyncio.gather(shop.main.orders.look(), second.orders.look())
    assert seen(shop) == placed
    assert ask_sql(shop.url, "SELECT count(*), count(DISTINCT order_id) FROM tray_order_line") == [(30, 30)]
    await shop.until_empty()
    assert shown(shop, "PAN-1") == "970"


async def test_an_order_that_came_between_the_look_and_the_push_is_put_right_soon(
    shop: PracticeShop,
) -> None:
    """F01: within half a minute, not at the next cycle."""
    pan = await stocked(shop, stock=10)
    product = shop.main.database.read_now(lambda r: r.sales.offer("PAN-1"))
    assert product is not None
    before_each(shop, f"/products/{pan}", lambda _n: shop.store.place_order({pan: 4}))
    await shop.receive(product.product_id, 5)
    took = await shop.until(lambda: shown(shop, "PAN-1") == "11" and shop.owed() == 0)
    assert took < 33
