"""Which CFOPs of a supplier bring goods that were bought, and what the others are."""

from __future__ import annotations

import pytest

from varejoforte_desktop.domain.unbought import Unbought, unbought


@pytest.mark.parametrize(
    "ends",
    [
        "101 102 103 104 105 106 107 108 109 110 115 116 117",  # sales, also what was billed with 922 before
        "151 152 155 156 408 409 552 557 658 659",  # from another house of the same company
        "401 402 403 404 405",  # sales with the tax withheld
        "551 651 652 653 654 655 656 667",  # sales of used things and of fuel
        "910 929",  # gifts; what a coupon sold
    ],
)
def test_sales_transfers_and_gifts_are_purchases(ends: str) -> None:
    for end in ends.split():
        assert [unbought(f"{first}{end}") for first in "567"] == [None] * 3, end


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        ("922", Unbought.BILLED),
        ("111 112 113 114", Unbought.DELIVERED),
        ("118 119 120 122 123 923", Unbought.ELSEWHERE),
        ("201 202 205 206 207 208 209 210 211 410 411 412 413 503 553 555 556", Unbought.RETURN),
        ("660 661 662 918 919 921", Unbought.RETURN),
        ("902 903 906 907 909 913 916 925", Unbought.BACK),
        ("917", Unbought.CONSIGNED),
        ("911", Unbought.SAMPLE),
        ("414 415 451 501 502 554 901 904 905 908 912 914 915 920 924 926 927 949", Unbought.SENT),
        ("124 125 251 258 301 353 603 931 932 933", Unbought.SERVICE),
    ],
)
def test_everything_else_says_what_it_is(ends: str, why: Unbought) -> None:
    for end in ends.split():
        assert unbought(f"5{end}") is unbought(f"6{end}") is why, end


def test_of_a_cfop_that_is_none_of_a_supplier_nothing_is_known() -> None:
    for cfop in ("", "1202", "2922", "592", "59220"):
        assert unbought(cfop) is None
