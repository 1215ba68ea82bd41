"""Access keys, what SEFAZ's codes mean, and how long to wait."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.fiscal import (
    DocumentState,
    KeyParts,
    access_key,
    bare_key,
    key_digit,
    key_parts,
    may_be_random,
)
from varejoforte_desktop.domain.fiscal_answers import (
    Verdict,
    after_consulting,
    after_sending,
    offline_deadline,
    verdict_of,
    verdict_of_new,
    wait_after,
)
from varejoforte_desktop.domain.fiscal_errors import WrongAccessKey

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
#: Of a note that anybody can look up on the tax authority's site; its digit was not reckoned by us.
PUBLIC_KEY = "35080599999090910270550010000000015180051273"

parts = st.builds(
    KeyParts,
    uf_code=st.sampled_from(["35", "11", "53"]),
    month=st.sampled_from(["2611", "2601", "3012"]),
    issuer=st.from_regex(r"[0-9A-Z]{12}[0-9]{2}", fullmatch=True),
    model=st.sampled_from(["55", "65"]),
    series=st.integers(0, 999),
    number=st.integers(1, 999_999_999),
    emission_type=st.sampled_from(["1", "9", "6", "7"]),
    random_code=st.from_regex(r"[0-9]{8}", fullmatch=True),
)


def test_the_digit_of_a_published_key() -> None:
    assert key_digit(PUBLIC_KEY[:43]) == PUBLIC_KEY[43]


@given(parts)
def test_a_key_says_what_it_was_made_of(told: KeyParts) -> None:
    key = access_key(told)
    assert len(key) == 44
    assert key_parts(key) == told


@given(parts, st.integers(0, 42))
def test_a_key_with_one_wrong_digit_is_noticed(told: KeyParts, place: int) -> None:
    key = access_key(told)
    if not key[place].isdigit():
        return
    wrong = key[:place] + str((int(key[place]) + 1) % 10) + key[place + 1 :]
    # Modulo 11 sees every single change but those whose rests are both written as 0.
    if key_digit(wrong[:43]) != wrong[43]:
        with pytest.raises(WrongAccessKey):
            bare_key(wrong)


def test_a_key_is_read_as_people_paste_it() -> None:
    spaced = " ".join(PUBLIC_KEY[at : at + 4] for at in range(0, 44, 4))
    assert bare_key(spaced) == bare_key(f"NFe{PUBLIC_KEY}") == PUBLIC_KEY


@pytest.mark.parametrize(
    "text", ["", "abc", PUBLIC_KEY[:43], PUBLIC_KEY + "0", PUBLIC_KEY[:43] + "0", "٣" * 44]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(WrongAccessKey):
        bare_key(text)


def test_trivial_random_codes_are_not_used() -> None:
    assert not may_be_random("12345678", 7)
    assert not may_be_random("00000000", 7)
    assert not may_be_random("00000007", 7)
    assert may_be_random("73920184", 7)


def test_codes_that_nobody_listed_are_rejections() -> None:
    assert verdict_of("1115") is Verdict.REJECTED
    assert verdict_of("301") is Verdict.DENIED
    assert verdict_of_new("301") is Verdict.REJECTED  # denials ended; only old documents have them


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("offline", [False, True])
def test_only_sefaz_makes_a_document_valid(verdict: Verdict, *, offline: bool) -> None:
    valid = after_sending(verdict, offline=offline) is DocumentState.AUTHORISED
    assert valid == (verdict is Verdict.AUTHORISED)
    for state in (DocumentState.UNKNOWN, DocumentState.REPLACED):
        after = after_consulting(state, verdict, offline=offline)
        assert (after is DocumentState.AUTHORISED) == (
            verdict is Verdict.AUTHORISED and state is DocumentState.UNKNOWN
        )


def test_a_replaced_document_is_never_sent_again() -> None:
    for verdict in Verdict:
        after = after_consulting(DocumentState.REPLACED, verdict, offline=False)
        assert after not in {DocumentState.GENERATED, DocumentState.OFFLINE}


def test_waits_grow_and_stay_below_eight_an_hour() -> None:
    waits = [wait_after(tries) for tries in range(1, 20)]
    assert waits == sorted(waits)
    total, count = timedelta(), 0
    while (total := total + wait_after(count + 1)) <= timedelta(hours=1):
        count += 1
    assert count <= 8


@pytest.mark.parametrize(
    ("issued", "ends"),
    [
        (datetime(2026, 3, 2, 15, tzinfo=UTC), date(2026, 3, 3)),  # Monday: Tuesday night
        (datetime(2026, 3, 6, 15, tzinfo=UTC), date(2026, 3, 9)),  # Friday: Monday night
        (datetime(2026, 3, 7, 15, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 3, 1, tzinfo=UTC), date(2026, 3, 3)),  # still Monday at the shop
    ],
)
def test_an_offline_document_has_until_the_next_business_day(issued: datetime, ends: date) -> None:
    assert offline_deadline(issued, SAO_PAULO) == datetime.combine(ends, time(23, 59, 59), SAO_PAULO)
