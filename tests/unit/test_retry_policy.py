"""A line that failed waits longer each time, never too long, and not for ever."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, RetryPolicy, Subject, SubjectKind

POLICIES = st.builds(
    RetryPolicy,
    first=st.timedeltas(timedelta(seconds=1), timedelta(minutes=1)),
    longest=st.timedeltas(timedelta(minutes=2), timedelta(hours=2)),
    tries=st.integers(2, 40),
)
CHANCES = st.floats(0, 1, exclude_max=True)


@given(POLICIES, CHANCES)
def test_the_wait_never_shrinks_while_the_tries_add_up(policy: RetryPolicy, chance: float) -> None:
    waits = [policy.wait_after(attempts, chance=chance) for attempts in range(1, policy.tries)]
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(known)
    assert len(known) == policy.tries - 1


@given(POLICIES, st.integers(1, 60), CHANCES)
def test_the_wait_is_between_half_and_all_of_its_limit(
    policy: RetryPolicy, attempts: int, chance: float
) -> None:
    wait = policy.wait_after(attempts, chance=chance)
    if attempts >= policy.tries:
        assert wait is None
    else:
        assert wait is not None
        assert policy.first / 2 <= wait <= policy.longest


@given(CHANCES, CHANCES)
def test_chance_spreads_the_stations_apart(one: float, other: float) -> None:
    policy = RetryPolicy()
    short, long = sorted([one, other])
    first, second = policy.wait_after(3, chance=short), policy.wait_after(3, chance=long)
    assert first is not None
    assert second is not None
    assert first <= second


def test_the_shops_policy_gives_up_after_eight_tries() -> None:
    policy = RetryPolicy()
    assert policy.wait_after(1, chance=0.0) == timedelta(seconds=7.5)
    assert policy.wait_after(7, chance=0.0) == timedelta(minutes=8)
    assert policy.wait_after(8, chance=0.0) is None


def test_stock_goes_before_price_before_content() -> None:
    assert sorted(EVERYTHING, key=lambda aspect: aspect.rank) == [Aspect.STOCK, Aspect.PRICE, Aspect.CONTENT]
    assert Aspect.STATUS.rank == Aspect.STOCK.rank


def test_a_subject_is_called_by_its_kind_and_number() -> None:
    assert str(Subject(SubjectKind.PRODUCT, 12)) == "product:12"
