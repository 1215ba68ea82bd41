"""Short lists change row by row, never at once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from varejoforte_desktop.ui.models.columns import Align, Column, ItemRole
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Theme


@dataclass(frozen=True)
class ItemRow:
    """A line of the queue."""

    id: int
    name: str = "Café"
    tries: int = 0


COLUMNS: tuple[Column[ItemRow], ...] = (
    Column(
        title="Item",
        text=lambda r: r.name,
        stretch=True,
        tooltip=lambda r: f"Item {r.id}",
        role=lambda r: Role.BAD if r.tries else Role.TEXT,
        icon=lambda r: "error" if r.tries else "",
        sort_key="name",
    ),
    Column(title="Tentativas", text=lambda r: str(r.tries), align=Align.RIGHT, sample="999"),
)


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    """Qt's own judge of models; breaches are Qt warnings, which fail the test."""
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)


def ids(model: RowsModel[ItemRow]) -> list[int | None]:
    return [model.id_at(row) for row in range(model.rowCount())]


@given(
    st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True), st.integers(0, 3)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_list_becomes_any_other(
    qapp: QApplication, before: list[int], after: list[int], tries: int
) -> None:
    model = RowsModel(COLUMNS, [ItemRow(n) for n in before])
    judge = watched(model)
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    kept = {n: QPersistentModelIndex(model.index(row, 0)) for row, n in enumerate(before)}
    wanted = [ItemRow(n, tries=tries) for n in after]
    model.set_rows(wanted)
    assert list(model.rows) == wanted
    assert all(index.data(ItemRole.ID) == n for n, index in kept.items() if n in after)
    assert all(not index.isValid() for n, index in kept.items() if n not in after)
    assert resets == []
    del judge


def test_one_row_going_to_the_foot_is_one_move(qapp: QApplication) -> None:
    model = RowsModel(COLUMNS, [ItemRow(n) for n in range(50)])
    moves: list[int] = []
    changes: list[tuple[int, int]] = []
    model.rowsMoved.connect(lambda *_: moves.append(1))
    model.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row())))
    model.set_rows([*(ItemRow(n) for n in range(1, 50)), ItemRow(0)])
    assert sum(moves) == 1
    assert changes == []
    model.set_rows([ItemRow(r.id, tries=1) if r.id in {5, 6, 9} else r for r in model.rows])
    assert changes == [(4, 5), (8, 8)]
    model.update_row(ItemRow(49, "Chá"))
    model.update_row(ItemRow(77, "Chá"))
    assert len(changes) == 3


def test_two_rows_with_one_id_are_a_mistake(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="one id"):
        RowsModel(COLUMNS).set_rows([ItemRow(1), ItemRow(1)])


def test_columns_say_words_colour_icon_and_more(qapp: QApplication) -> None:
    model = RowsModel(COLUMNS, [ItemRow(1, tries=2)])
    cell = model.index(0, 0)
    assert cell.data() == "Café"
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "Item 1"
    assert cell.data(Qt.ItemDataRole.ForegroundRole) == Theme.current().palette.colour(Role.BAD)
    assert not cell.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert cell.data(ItemRole.ROW) == ItemRow(1, tries=2)
    assert Align.RIGHT.flags == model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Tentativas"
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.row_at(9) is None
    assert model.place_of(9) is None


def test_selection_stays_with_its_rows(qtbot: QtBot) -> None:
    view = TableView("queue_table", "Fila")
    qtbot.addWidget(view)
    model = RowsModel(COLUMNS, [ItemRow(n) for n in range(10)], parent=view)
    view.setModel(model)
    view.go_to_row(7)
    model.set_rows([ItemRow(n) for n in (7, 3, 20, 1)])
    assert view.selected_ids() == (7,)
    assert view.current_id() == 7


def test_the_keyboard_is_enough(qtbot: QtBot) -> None:
    view = TableView("queue_table", "Fila", sortable=True)
    qtbot.addWidget(view)
    model = RowsModel(COLUMNS, [ItemRow(n) for n in range(10)], parent=view)
    view.setModel(model)
    chosen: list[int] = []
    current: list[int | None] = []
    view.chosen.connect(chosen.append)
    view.current_changed.connect(current.append)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Enter)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClicks(view, "c")
    assert chosen == [9, 0]
    assert current == [9, 0, 1]


def test_a_click_on_a_header_asks_for_an_order(qtbot: QtBot) -> None:
    view = TableView("queue_table", "Fila", sortable=True)
    qtbot.addWidget(view)
    model = RowsModel(COLUMNS, [ItemRow(1)], parent=view)
    asked: list[tuple[str, bool]] = []
    model.sort_requested.connect(lambda key, down: asked.append((key, down)))
    view.setModel(model)
    view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert view.horizontalHeader().sortIndicatorSection() == 0
    assert asked == [("name", True)]


def test_columns_fit_their_samples_at_any_size(qtbot: QtBot, qapp: QApplication) -> None:
    view = TableView("queue_table", "Fila")
    qtbot.addWidget(view)
    view.setModel(RowsModel(COLUMNS, [ItemRow(1)], parent=view))
    try:
        Theme.apply(qapp)
        small, low = view.columnWidth(1), view.rowHeight(0)
        Theme.apply(qapp, font_scale=1.5)
        assert view.columnWidth(1) > small
        assert view.rowHeight(0) == round(low * 1.5)
    finally:
        Theme.apply(qapp)
