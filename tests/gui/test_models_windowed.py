"""A list of a million rows fetches what is seen, and keeps its place when the shop changes."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from tests.waiting import until
from varejoforte_desktop.ui.models.columns import Column
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.models.windowed import PAGE, WindowedModel

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@dataclass(frozen=True)
class ProductRow:
    """A line of the list."""

    id: int
    name: str


COLUMNS: tuple[Column[ProductRow], ...] = (
    Column(title="Produto", text=lambda r: r.name, stretch=True, sort_key="name"),
    Column(title="Ref.", text=lambda r: str(r.id), sample="0000000"),
)


class Shop:
    """What the list is loaded from, with a door that can be held shut."""

    def __init__(self, count: int = 1000) -> None:
        self.ids = array("q", range(1, count + 1))
        self.version = 1
        self.gone: set[int] = set()
        self.asked: list[tuple[int, ...]] = []
        self.door = asyncio.Event()
        self.door.set()
        self.error: Exception | None = None

    async def load_ids(self) -> array[int]:
        ids = self.ids[:]
        await self.door.wait()
        if self.error is not None:
            raise self.error
        return ids

    async def load_rows(self, ids: tuple[int, ...]) -> Sequence[ProductRow]:
        self.asked.append(ids)
        version = self.version
        await self.door.wait()
        if self.error is not None:
            raise self.error
        return [ProductRow(i, f"produto {i} v{version}") for i in ids if i not in self.gone]


@pytest.fixture
async def shop() -> Shop:
    """A thousand products."""
    return Shop()


@pytest.fixture
async def model(shop: Shop) -> Iterator[WindowedModel[ProductRow]]:
    """The list, judged by Qt, not loaded yet."""
    made = WindowedModel(COLUMNS, shop.load_ids, shop.load_rows, cached_rows=800)
    judge = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield made
    del judge
    made.close()


def name(model: WindowedModel[ProductRow], row: int) -> str:
    text = model.index(row, 0).data()
    assert isinstance(text, str)
    return text


async def full(model: WindowedModel[ProductRow], count: int) -> None:
    model.invalidate()
    await until(lambda: model.rowCount() == count)


async def test_rows_arrive_in_pages_and_one_request(shop: Shop, model: WindowedModel[ProductRow]) -> None:
    counts: list[int] = []
    model.loaded.connect(counts.append)
    await full(model, 1000)
    assert counts == [1000]
    await until(lambda: name(model, 0) != "…")
    shop.asked.clear()
    assert name(model, 550) == "…"
    assert name(model, 551) == "…"
    assert name(model, 620) == "…"
    await until(lambda: name(model, 620) == "produto 621 v1")
    assert len(shop.asked) == 1
    assert set(shop.asked[0]) == set(range(501, 701))


async def test_scrolling_past_a_million_rows_asks_only_for_the_last(shop: Shop) -> None:
    shop.ids = array("q", range(1_000_000))
    model = WindowedModel(COLUMNS, shop.load_ids, shop.load_rows)
    await full(model, 1_000_000)
    shop.asked.clear()
    for row in range(0, 1_000_000, 1000):
        model.row_at(row)
    model.row_at(999_999)
    await until(lambda: name(model, 999_999) != "…")
    assert sum(map(len, shop.asked)) <= 4 * PAGE
    model.close()


async def test_a_change_of_one_row_is_shown_without_a_gap(
    shop: Shop, model: WindowedModel[ProductRow]
) -> None:
    await full(model, 1000)
    await until(lambda: name(model, 5) == "produto 6 v1")
    await asyncio.sleep(0.02)
    shop.asked.clear()
    shop.version = 2
    model.invalidate([6])
    assert name(model, 5) == "produto 6 v1"
    await until(lambda: name(model, 5) == "produto 6 v2")
    assert shop.asked == [(6,)]
    assert name(model, 6) == "produto 7 v1"


async def test_an_answer_from_before_the_change_is_asked_again(
    shop: Shop, model: WindowedModel[ProductRow]
) -> None:
    await full(model, 1000)
    await until(lambda: name(model, 0) != "…")
    shop.door.clear()
    model.row_at(300)
    await until(lambda: any(301 in ids for ids in shop.asked))
    shop.version = 2
    model.invalidate([301])
    shop.door.set()
    await until(lambda: name(model, 300) == "produto 301 v2")
    assert name(model, 301) == "produto 302 v1"


async def test_a_stale_generation_is_thrown_away(shop: Shop, model: WindowedModel[ProductRow]) -> None:
    await full(model, 1000)
    await until(lambda: name(model, 0) != "…")
    shop.door.clear()
    model.row_at(300)
    await until(lambda: any(301 in ids for ids in shop.asked))
    shop.version = 2
    model.invalidate()
    shop.ids = array("q", range(1, 11))
    model.invalidate()
    shop.door.set()
    await until(lambda: model.rowCount() == 10)
    await until(lambda: name(model, 0) == "produto 1 v2")


async def test_rows_deleted_meanwhile_are_not_asked_for_ever(
    shop: Shop, model: WindowedModel[ProductRow]
) -> None:
    shop.gone = {3}
    await full(model, 1000)
    await until(lambda: name(model, 0) != "…")
    asked = len(shop.asked)
    for _ in range(5):
        assert name(model, 2) == "…"
        await asyncio.sleep(0.005)
    assert len(shop.asked) == asked


async def test_a_failure_is_told_once_and_mended_by_the_next_try(
    shop: Shop, model: WindowedModel[ProductRow]
) -> None:
    errors: list[Exception] = []
    busy: list[bool] = []
    model.failed.connect(errors.append)
    model.loading.connect(busy.append)
    shop.error = OSError("banco")
    model.invalidate()
    await until(lambda: errors)
    assert busy == [True, False]
    shop.error = None
    await full(model, 1000)
    await until(lambda: name(model, 0) != "…")
    shop.error = OSError("banco")
    model.row_at(500)
    await until(lambda: len(errors) == 2)
    for _ in range(5):
        model.row_at(501)
        await asyncio.sleep(0.002)
    assert len(errors) == 2


async def test_memory_is_bounded(shop: Shop) -> None:
    shop.ids = array("q", range(1, 5001))
    model = WindowedModel(COLUMNS, shop.load_ids, shop.load_rows, cached_rows=1)
    await full(model, 5000)
    for row in range(0, 5000, PAGE):
        await until(lambda row=row: model.row_at(row) is not None)
    assert len(model._rows) <= 800
    assert len(model._fresh) <= 800
    model.close()


async def test_the_list_can_become_empty_and_full_again(shop: Shop, model: WindowedModel[ProductRow]) -> None:
    await full(model, 1000)
    everything, shop.ids = shop.ids, array("q")
    await full(model, 0)
    shop.ids = everything
    await full(model, 1000)
    assert model.id_at(0) == 1
    assert model.id_at(1000) is None
    assert model.place_of(700) == 699
    assert model.place_of(7000) is None


@pytest.fixture
async def view(qtbot: QtBot, model: WindowedModel[ProductRow]) -> TableView:
    """The list on a screen, loaded."""
    made = TableView("product_table", "Produtos")
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.setModel(model)
    made.show()
    await full(model, 1000)
    return made


async def test_selection_and_place_follow_the_ids(
    shop: Shop, model: WindowedModel[ProductRow], view: TableView
) -> None:
    view.go_to_row(500)
    before = view.visualRect(model.index(500, 0)).top()
    shop.ids = array("q", [*range(-49, 1), *(i for i in range(1, 1001) if i % 10)])
    await full(model, 950)
    place = model.place_of(501)
    assert place == 500
    assert view.selected_ids() == (501,)
    assert view.current_id() == 501
    assert view.visualRect(model.index(place, 0)).top() == before


async def test_the_first_row_in_sight_stays_when_none_is_current(
    shop: Shop, model: WindowedModel[ProductRow], view: TableView
) -> None:
    view.verticalScrollBar().setValue(view.rowHeight(0) * 300 + 7)
    assert view.rowAt(0) == 300
    shop.ids = array("q", range(-99, 1001))
    await full(model, 1100)
    assert model.id_at(view.rowAt(0)) == 301


async def test_a_list_at_its_top_stays_at_its_top(
    shop: Shop, model: WindowedModel[ProductRow], view: TableView
) -> None:
    shop.ids = array("q", range(-99, 1001))
    await full(model, 1100)
    assert view.rowAt(0) == 0


async def test_many_selected_rows_are_found_again(
    shop: Shop, model: WindowedModel[ProductRow], view: TableView
) -> None:
    view.setFocus(Qt.FocusReason.OtherFocusReason)
    for row in (3, 5, 7, 9, 11, 13):
        view.selectionModel().select(
            model.index(row, 0),
            view.selectionModel().SelectionFlag.Select | view.selectionModel().SelectionFlag.Rows,
        )
    shop.ids = array("q", reversed(range(1, 13)))
    await full(model, 12)
    assert view.selected_ids() == (12, 10, 8, 6, 4)


async def test_a_large_selection_is_found_again_exactly(
    shop: Shop, model: WindowedModel[ProductRow], view: TableView
) -> None:
    flags = view.selectionModel().SelectionFlag
    view.selectionModel().select(
        QItemSelection(model.index(100, 0), model.index(799, 1)), flags.Select | flags.Rows
    )
    shop.ids = array("q", [*range(-9, 1), *(i for i in range(1, 1001) if i != 500)])
    await full(model, 1009)
    assert view.selected_ids() == tuple(i for i in range(101, 801) if i != 500)


async def test_everything_selected_stays_everything(
    shop: Shop, model: WindowedModel[ProductRow], view: TableView
) -> None:
    view.selectAll()
    shop.ids = array("q", range(5, 1001))
    await full(model, 996)
    assert view.selected_ids() == tuple(range(5, 1001))


async def test_a_selection_too_large_to_follow_is_given_up_rather_than_guessed(
    shop: Shop,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    model: WindowedModel[ProductRow],
    view: TableView,
) -> None:
    monkeypatch.setattr("varejoforte_desktop.ui.models.table_view._WE_TRACK", 600)
    flags = view.selectionModel().SelectionFlag
    view.selectionModel().select(
        QItemSelection(model.index(100, 0), model.index(799, 1)), flags.Select | flags.Rows
    )
    shop.ids = array("q", reversed(shop.ids))
    model.invalidate()
    await until(lambda: model.id_at(0) == 1000)
    assert view.selected_ids() == ()
