"""The arithmetic of a till: notes and coins, what should be in the drawer, and what a person may enter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.errors import DomainError, Missing, Negative, NotANumber, TooLong
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.till import (
    DENOMINATIONS,
    CashDraft,
    CashMovementKind,
    TillTotals,
    counted,
    within_tolerance,
)


def a_draft(**changes: Any) -> CashDraft:
    facts: dict[str, Any] = {
        "kind": CashMovementKind.WITHDRAWAL,
        "amount": Money(20_000),
        "reason": "Cofre",
    }
    return CashDraft(**facts | changes)


def test_every_note_and_coin_of_the_second_family_is_known_largest_first() -> None:
    assert DENOMINATIONS == (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1)


def test_a_drawer_is_counted_piece_by_piece() -> None:
    assert counted({10000: 2, 5000: 1, 200: 3, 100: 0, 25: 4, 1: 7}) == Money(25_707)
    assert counted({}) == ZERO


@given(st.dictionaries(st.sampled_from(DENOMINATIONS), st.integers(0, 500)))
def test_a_count_is_the_sum_of_its_pieces(pieces: dict[int, int]) -> None:
    assert counted(pieces).cents == sum(value * count for value, count in pieces.items())


@pytest.mark.parametrize("value", [0, 3, 15, 300, 50_000, -100])
def test_a_piece_that_does_not_exist_is_refused(value: int) -> None:
    with pytest.raises(NotANumber):
        counted({value: 1})


def test_fewer_than_no_pieces_are_refused() -> None:
    with pytest.raises(Negative):
        counted({5000: -1})


@given(*[st.integers(0, 10**7)] * 5)
def test_what_should_be_in_the_drawer(
    opening: int, sales: int, refunds: int, supplies: int, taken: int
) -> None:
    totals = TillTotals(
        opening_float=Money(opening),
        cash_sales=Money(sales),
        cash_refunds=Money(refunds),
        supplies=Money(supplies),
        withdrawals=Money(taken),
    )
    assert totals.expected_cash.cents == opening + sales - refunds + supplies - taken


def test_a_till_that_was_only_opened_holds_its_float() -> None:
    assert TillTotals(opening_float=Money(15_000)).expected_cash == Money(15_000)


def test_a_withdrawal_is_tidied() -> None:
    assert a_draft(reason="  Cofre \x00 da   loja ").checked() == a_draft(reason="Cofre da loja")


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"amount": Money(-1)}, Negative, "amount"),
        ({"amount": ZERO}, Missing, "amount"),
        ({"reason": " \x00 "}, Missing, "reason"),
        ({"reason": "a" * 201}, TooLong, "reason"),
    ],
)
def test_what_cannot_be_entered(changes: dict[str, Any], error: type[DomainError], field: str) -> None:
    with pytest.raises(error) as refused:
        a_draft(**changes).checked()
    assert refused.value.field == field


def test_the_longest_reason_fits() -> None:
    assert a_draft(reason="a" * 200).checked().reason == "a" * 200


@pytest.mark.parametrize(
    ("difference", "tolerance", "fits"),
    [(0, 0, True), (1, 0, False), (-1, 0, False), (500, 500, True), (-500, 500, True), (-501, 500, False)],
)
def test_a_shortage_and_a_surplus_are_weighed_alike(difference: int, tolerance: int, fits: bool) -> None:
    assert within_tolerance(Money(difference), Money(tolerance)) is fits
