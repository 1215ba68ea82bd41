"""Names are found whatever their accents, capitals and signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.persistence.search import fts_query, search_text, search_words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Panela de PRESSÃO", "panela de pressao"),
        ("AÇÚCAR", "acucar"),
        ("Nº 5", "no 5"),
        ("Straße", "strasse"),
        ("HDMI™", "hdmitm"),
        ("İstanbul", "istanbul"),
    ],
)
def test_accents_and_capitals_do_not_count(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_plain_words_only(text: str) -> None:
    words = search_words(text)
    assert len(words) <= 8
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert '"' not in "".join(words)


def test_a_reference_is_found_with_and_without_its_dash() -> None:
    assert search_text("PAN-1001", "Panela", "").split() == ["pan", "1001", "pan1001", "panela"]


def test_all_words_are_looked_for_by_their_beginnings() -> None:
    assert fts_query(["pan", "pre"]) == '"pan"* AND "pre"*'
