"""A scanner is told from fingers by how fast its characters come, on a clock that the test moves."""

from __future__ import annotations

import pytest

from varejoforte_desktop.ui.counter.scan_speed import GAP, SHORTEST, Burst

CODE = "7890000000017"


class Hand:
    """Strikes keys one after another and remembers what was handed on as typed."""

    def __init__(self) -> None:
        self.now = 100.0
        self.burst: Burst[str] = Burst()
        self.typed = ""

    def strike(self, text: str, *, every: float) -> None:
        for mark in text:
            self.now += every
            self.typed += "".join(self.burst.add(mark, self.now, mark))

    def enter(self, *, after: float) -> str:
        self.now += after
        ended = self.burst.end(self.now)
        self.typed += "".join(ended.typed)
        self.swallowed = ended.swallow
        return ended.code

    def wait(self, seconds: float) -> None:
        self.now += seconds
        if self.burst.overdue(self.now):
            self.typed += "".join(self.burst.give_up())


@pytest.mark.parametrize("every", [0.0, 0.001, 0.005, 0.020, 0.034])
def test_a_scanner_is_heard_and_nothing_is_typed(every: float) -> None:
    hand = Hand()
    hand.strike(CODE, every=every)
    assert hand.enter(after=every) == CODE
    assert hand.swallowed
    assert hand.typed == ""


@pytest.mark.parametrize("every", [0.036, 0.060, 0.120, 0.5])
def test_the_fastest_hands_are_still_hands(every: float) -> None:
    hand = Hand()
    hand.strike(CODE, every=every)
    assert hand.enter(after=every) == ""
    assert not hand.swallowed, "the Enter is the person's own"
    assert hand.typed == CODE


def test_what_is_typed_arrives_in_order_and_soon() -> None:
    hand = Hand()
    hand.strike("pan", every=0.1)
    assert hand.typed == "pa", "only the last key is held"
    hand.wait(GAP + 0.001)
    assert hand.typed == "pan"
    assert not hand.burst.holds


def test_a_quantity_is_typed_and_the_code_after_it_is_scanned() -> None:
    hand = Hand()
    hand.strike("3*", every=0.1)
    hand.wait(0.3)
    hand.strike(CODE, every=0.005)
    assert hand.enter(after=0.005) == CODE
    assert hand.typed == "3*"


def test_a_scan_right_after_a_key_takes_only_its_own_characters() -> None:
    hand = Hand()
    hand.strike("3*", every=0.1)
    hand.now += 0.05
    hand.strike(CODE, every=0.005)
    assert hand.enter(after=0.005) == CODE
    assert hand.typed == "3*"


def test_one_slow_character_makes_what_came_before_it_typed() -> None:
    hand = Hand()
    hand.strike(CODE[:5], every=0.005)
    hand.now += 0.05
    hand.strike(CODE[5:], every=0.005)
    assert hand.enter(after=0.005) == CODE[5:]
    assert hand.typed == CODE[:5]


def test_a_code_without_its_end_was_typed() -> None:
    hand = Hand()
    hand.strike(CODE, every=0.005)
    hand.wait(GAP + 0.001)
    assert hand.typed == CODE
    assert hand.enter(after=0.1) == ""


@pytest.mark.parametrize("text", ["5", "50"])
def test_fingers_that_slip_over_two_keys_and_enter_are_no_scanner(text: str) -> None:
    hand = Hand()
    hand.strike(text, every=0.01)
    assert len(text) < SHORTEST
    assert hand.enter(after=0.01) == ""
    assert hand.typed == text
    assert not hand.swallowed


def test_the_second_end_of_a_scanner_that_sends_two_is_swallowed() -> None:
    hand = Hand()
    hand.strike(CODE, every=0.005)
    hand.enter(after=0.005)
    assert hand.enter(after=0.005) == ""
    assert hand.swallowed
    hand.enter(after=0.2)
    assert not hand.swallowed, "later it is the person's Enter again"


def test_two_scans_one_right_after_the_other() -> None:
    hand = Hand()
    heard = []
    for code in (CODE, "7890000000024"):
        hand.strike(code, every=0.002)
        heard.append(hand.enter(after=0.002))
    assert heard == [CODE, "7890000000024"]
    assert hand.typed == ""


def test_an_enter_is_expected_only_while_it_would_end_something() -> None:
    hand = Hand()
    assert not hand.burst.would_end(hand.now)
    hand.strike(CODE[:2], every=0.005)
    assert not hand.burst.would_end(hand.now)
    hand.strike(CODE[2:], every=0.005)
    assert hand.burst.would_end(hand.now + 0.01)
    assert not hand.burst.would_end(hand.now + 0.05)
