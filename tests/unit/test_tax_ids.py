"""CPF and CNPJ are read however they are written, and a wrong digit is never taken for a right one."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.errors import WrongTaxId
from varejoforte_desktop.domain.tax_ids import (
    bare_tax_id,
    formatted_tax_id,
    is_cnpj,
    tax_id,
    valid_tax_id,
)

DIGITS = string.digits
MARKS = string.digits + string.ascii_uppercase


def _check(weights: list[int], marks: str) -> str:
    """A check digit, computed by the tables Receita Federal prints rather than by our own loop."""
    rest = sum(weight * (ord(mark) - 48) for weight, mark in zip(weights, marks, strict=True)) % 11
    return str(0 if rest < 2 else 11 - rest)


def cpf_of(body: str) -> str:
    first = _check([10, 9, 8, 7, 6, 5, 4, 3, 2], body)
    return body + first + _check([11, 10, 9, 8, 7, 6, 5, 4, 3, 2], body + first)


def cnpj_of(body: str) -> str:
    first = _check([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], body)
    return body + first + _check([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], body + first)


CPFS = st.text(DIGITS, min_size=9, max_size=9).map(cpf_of).filter(lambda each: len(set(each)) > 1)
CNPJS = st.text(MARKS, min_size=12, max_size=12).map(cnpj_of).filter(lambda each: len(set(each)) > 1)
DOCUMENTS = st.one_of(CPFS, CNPJS)


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("111.222.333-96", "11122233396"),
        ("11122233396", "11122233396"),
        (" 111 222 333 96 ", "11122233396"),
        ("11.222.333/0001-81", "11222333000181"),
        ("11222333000181", "11222333000181"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),  # the example of the alphanumeric CNPJ's own rules
        ("12abc34501de35", "12ABC34501DE35"),
        ("", ""),
        (" . - / ", ""),
    ],
)
def test_a_document_is_read_however_it_is_written(written: str, bare: str) -> None:
    assert tax_id(written) == bare


@pytest.mark.parametrize(
    "wrong",
    [
        "111.222.333-97",
        "111.222.333-69",
        "000.000.000-00",
        "999.999.999-99",
        "1112223339",
        "111222333966",
        "11.222.333/0001-82",
        "11.222.333/0001-18",
        "00.000.000/0000-00",
        "12.ABC.345/01DE-36",
        "12ABC34501DE3A",  # the two check digits are always digits
        "12ABC34501DEAA",
        "1112223339A",  # a CPF has no letters
        "AAAAAAAAAAAAAA",
        "Marina",
    ],
)
def test_a_wrong_document_is_refused_with_what_was_written(wrong: str) -> None:
    with pytest.raises(WrongTaxId) as refused:
        tax_id(wrong, "buyer_document")
    assert (refused.value.text, refused.value.field) == (wrong, "buyer_document")
    assert not valid_tax_id(wrong)


def test_nothing_is_no_document() -> None:
    assert not valid_tax_id("")


@given(DOCUMENTS)
def test_every_document_survives_being_written_out_and_read_again(bare: str) -> None:
    """Bare → as Brazilians write it → bare, letters or not, in small letters too."""
    assert valid_tax_id(bare)
    assert tax_id(formatted_tax_id(bare)) == bare
    assert tax_id(formatted_tax_id(bare).lower()) == bare
    assert is_cnpj(bare) is (len(bare) == 14)


@given(DOCUMENTS, st.data())
def test_one_wrong_digit_is_always_noticed(bare: str, data: st.DataObject) -> None:
    """Any single digit typed wrong breaks a check digit: that is what they are for.

    Letters are left alone: 11 apart they weigh the same, so the rules themselves cannot tell them apart.
    """
    places = [place for place, mark in enumerate(bare) if mark.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from(DIGITS.replace(bare[place], "")))
    wrong = bare[:place] + digit + bare[place + 1 :]
    # A remainder of 10 is written 0, as one of 0 and 1 is: there alone two bodies share a check digit.
    assert not valid_tax_id(wrong) or _shares_its_digits(bare, wrong)


def _shares_its_digits(one: str, other: str) -> bool:
    size = len(one) - 2
    make = cpf_of if len(one) == 11 else cnpj_of
    return make(one[:size])[size:] == make(other[:size])[size:] == one[size:]


@given(st.text())
def test_any_text_is_a_document_or_refused(text: str) -> None:
    try:
        bare = tax_id(text)
    except WrongTaxId:
        assert not valid_tax_id(text)
    else:
        assert bare == bare_tax_id(text)
        assert len(bare) in {0, 11, 14}
        assert valid_tax_id(text) is bool(bare)


@pytest.mark.parametrize("text", ["123", "", "ABC-1"])
def test_what_is_no_document_is_shown_as_it_is(text: str) -> None:
    assert formatted_tax_id(text) == text
