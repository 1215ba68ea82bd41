"""Lists are read whole or not at all."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from tests.tray.fakes import FakeMeter, FakeVault, PagedStore, Shop, noon, refuses_token, says
from varejoforte_desktop.application.outside import TryLater
from varejoforte_desktop.tray.client import TrayClient

DAYS = {"modified_from": date(2026, 11, 19), "modified_to": date(2026, 11, 20)}


async def ids_of(store: httpx.AsyncBaseTransport) -> list[int]:
    client = TrayClient(store, vault=FakeVault(), meter=FakeMeter(), clock=noon)
    return [int(head.remote_id) for head in await client.orders(**DAYS)]


@pytest.mark.parametrize(("amount", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (137, 3)])
async def test_every_row_comes_once_whatever_the_number_of_pages(amount: int, pages: int) -> None:
    store = PagedStore(list(range(1, amount + 1)))
    assert await ids_of(store) == list(range(1, amount + 1))
    assert store.pages == list(range(1, pages + 1))


async def test_every_page_asks_for_fifty_by_id() -> None:
    store = PagedStore(list(range(1, 138)))
    await ids_of(store)
    for request in store.requests:
        assert request.url.params["limit"] == "50"
        assert request.url.params["sort"] == "id_asc"


async def test_a_store_that_gives_fewer_at_once_is_followed_to_the_end() -> None:
    store = PagedStore(list(range(1, 138)), most=30)
    assert await ids_of(store) == list(range(1, 138))
    assert store.pages == [1, 2, 3, 4, 5]


async def test_a_list_that_grows_while_it_is_read_is_read_again() -> None:
    def grow(ids: list[int], page: int) -> None:
        if page == 1:
            ids.append(999)

    store = PagedStore(list(range(1, 138)), before_page=grow)
    assert await ids_of(store) == [*range(1, 138), 999]
    assert store.pages == [1, 2, 1, 2, 3]


async def test_a_list_that_shrinks_while_it_is_read_is_read_again() -> None:
    def shrink(ids: list[int], page: int) -> None:
        if page == 1:
            ids.pop(0)

    assert await ids_of(PagedStore(list(range(1, 138)), before_page=shrink)) == list(range(2, 138))


async def test_a_row_seen_twice_under_the_same_total_means_that_another_was_missed() -> None:
    def slide(ids: list[int], page: int) -> None:
        if page == 1:  # one comes in at the front, one leaves at the back: the total stays
            ids.insert(0, 0)
            ids.pop()

    assert await ids_of(PagedStore(list(range(1, 101)), before_page=slide)) == list(range(100))


async def test_a_list_that_never_stands_still_is_an_error_and_not_a_part() -> None:
    def grow(ids: list[int], page: int) -> None:
        ids.append(1000 + page)

    with pytest.raises(TryLater) as caught:
        await ids_of(PagedStore(list(range(1, 138)), before_page=grow))
    assert caught.value.code == "list_moved"


async def test_a_store_that_ignores_the_page_does_not_keep_us_for_ever() -> None:
    rows = [{"Order": {"id": str(number), "total": "1.00"}} for number in range(50)]
    shop = Shop(says({"paging": {"total": 10**9}, "Orders": rows}))
    with pytest.raises(TryLater) as caught:
        await shop.client.orders(**DAYS)
    assert caught.value.code == "list_moved"
    assert len(shop.store.requests) == 6


@pytest.mark.parametrize(
    "body",
    [
        {"Orders": []},
        {"paging": {"total": 0}},
        {"paging": {"total": "muitos"}, "Orders": []},
        {"paging": [], "Orders": []},
        {"paging": {"total": 1}, "Orders": [{"Order": []}]},
        {"paging": {"total": 1}, "Orders": ["x"]},
        {"paging": {"total": 1}, "Orders": [{"Order": {"total": "1.00"}}]},
        [],
        None,
    ],
)
async def test_a_list_that_is_no_list_is_an_error(body: object) -> None:
    with pytest.raises(TryLater) as caught:
        await Shop(says(body)).client.orders(**DAYS)
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize("nothing", [[], {}, None, ""])
async def test_an_empty_list_has_many_faces(nothing: object) -> None:
    assert await Shop(says({"paging": {"total": "0"}, "Orders": nothing})).client.orders(**DAYS) == ()


async def test_a_list_written_as_a_map_by_position_is_a_list() -> None:
    rows = {"0": {"Order": {"id": "1", "total": "1"}}, "1": {"Order": {"order_id": 2, "total": None}}}
    heads = await Shop(says({"paging": {"total": 2}, "Orders": rows})).client.orders(**DAYS)
    assert [head.remote_id for head in heads] == ["1", "2"]


async def test_a_failing_page_fails_the_list() -> None:
    full = says(
        {"paging": {"total": 80}, "Orders": [{"Order": {"id": str(n), "total": "1"}} for n in range(50)]}
    )
    with pytest.raises(TryLater) as caught:
        await Shop(full, httpx.Response(500)).client.orders(**DAYS)
    assert caught.value.code == "server_error"


async def test_a_token_refused_in_the_middle_of_a_list_costs_one_page() -> None:
    def page(first: int, last: int) -> httpx.Response:
        return says(
            {
                "paging": {"total": 80},
                "Orders": [{"Order": {"id": str(n), "total": "1"}} for n in range(first, last)],
            }
        )

    shop = Shop(page(0, 50), refuses_token(), page(50, 80))
    assert len(await shop.client.orders(**DAYS)) == 80
    assert [request.url.params["page"] for request in shop.store.requests] == ["1", "2", "2"]
