"""Whoever looks at a part of the books is told when it changed."""

from collections.abc import Callable

from varejoforte_desktop.application.changes import ChangeFeed, Topic

STOCK = frozenset({Topic.STOCK})


def test_every_listener_is_told() -> None:
    feed, one, other = ChangeFeed(), [], []  # type: ignore[var-annotated]
    feed.subscribe(one.append)
    feed.subscribe(other.append)
    feed.publish(STOCK)
    assert one == other == [STOCK]


def test_who_left_is_not_told_and_may_leave_twice() -> None:
    feed, told = ChangeFeed(), []  # type: ignore[var-annotated]
    leave = feed.subscribe(told.append)
    leave()
    leave()
    feed.publish(STOCK)
    assert told == []


def test_who_is_sent_away_while_others_are_told_hears_nothing() -> None:
    feed, told = ChangeFeed(), []  # type: ignore[var-annotated]
    leaving: list[Callable[[], None]] = []
    feed.subscribe(lambda _topics: leaving[0]())
    leaving.append(feed.subscribe(told.append))
    feed.publish(STOCK)
    assert told == []


def test_who_comes_while_others_are_told_waits_for_the_next_change() -> None:
    feed, told = ChangeFeed(), []  # type: ignore[var-annotated]
    feed.subscribe(lambda _topics: feed.subscribe(told.append) and None)
    feed.publish(STOCK)
    assert told == []
