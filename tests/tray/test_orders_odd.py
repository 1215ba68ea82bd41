"""Whatever comes where an order should be is read or called unreadable, and never anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tray.order_papers import LINE, ORDER, PLACE, an_order
from varejoforte_desktop.application.store_orders import order_from_text, order_to_text
from varejoforte_desktop.tray.orders import order_from
from varejoforte_desktop.tray.reading import Unreadable

SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.text(st.characters(), max_size=12),
    st.sampled_from(["", "0", "-1", "1e999", "abc", "0000-00-00", "\ud800", "\x00", "9" * 40, "24:00:00"]),
)
ANYTHING = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def some_of(paper: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A paper in which some of the values are anything at all."""
    return st.dictionaries(st.sampled_from(sorted(paper)), ANYTHING, max_size=6).map(
        lambda odd: {**paper, **odd}
    )


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(inner)


def assert_read_or_unreadable(paper: Any) -> None:
    try:
        order = order_from(paper)
    except Unreadable as error:
        assert str(error)  # noqa: PT017
        return
    kept = order_to_text(order)
    assert order_to_text(order_from_text(kept)) == kept
    kept.encode()
    assert not any("\x00" in each for each in texts_in(json.loads(kept)))
    assert isinstance(order.adds_up, bool)
    assert len({line.line_id for line in order.lines}) == len(order.lines)
    assert all(line.quantity >= 0 for line in order.lines)


@given(ANYTHING)
def test_anything_at_all_is_read_or_called_unreadable(value: Any) -> None:
    for paper in (value, {"Order": value}, {"Order": dict.fromkeys(ORDER, value)}):
        assert_read_or_unreadable(paper)
    for name in ORDER:
        assert_read_or_unreadable(an_order(**{name: value}))


@given(
    some_of(ORDER), st.lists(some_of(LINE), max_size=4), some_of(ORDER["Customer"]), st.lists(some_of(PLACE))
)
def test_an_order_with_odd_values_anywhere_is_read_or_called_unreadable(
    paper: dict[str, Any],
    lines: list[dict[str, Any]],
    customer: dict[str, Any],
    places: list[dict[str, Any]],
) -> None:
    customer["CustomerAddresses"] = [{"CustomerAddress": each} for each in places]
    sold = [{"ProductsSold": each} for each in lines]
    assert_read_or_unreadable({"Order": {**paper, "ProductsSold": sold, "Customer": customer}})
