"""A barcode that was misread or mistyped is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.barcode import barcode, check_digit
from varejoforte_desktop.domain.errors import WrongBarcode

BODIES = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda length: st.text(alphabet="0123456789", min_size=length, max_size=length)
)


@given(BODIES)
def test_a_right_check_digit_is_taken(body: str) -> None:
    assert barcode(body + check_digit(body)) == body + check_digit(body)


@given(BODIES, st.data())
def test_any_one_changed_digit_is_noticed(body: str, data: st.DataObject) -> None:
    right = body + check_digit(body)
    place = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != right[place]]))
    with pytest.raises(WrongBarcode):
        barcode(right[:place] + other + right[place + 1 :])


@pytest.mark.parametrize("code", ["7891000315507", "96385074", "036000291452", "10012345678902"])
def test_barcodes_from_real_packages_are_taken(code: str) -> None:
    assert barcode(code) == code


@pytest.mark.parametrize("text", ["", "  ", "SEM GTIN", "sem gtin", "SEMGTIN"])
def test_goods_without_a_barcode_have_none(text: str) -> None:
    assert barcode(text) == ""


def test_spaces_and_dashes_of_a_label_do_not_count() -> None:
    assert barcode(" 789 1000-31550 7 ") == "7891000315507"


def test_the_digit_that_would_be_right_is_told() -> None:
    with pytest.raises(WrongBarcode) as refused:
        barcode("7891000315508")
    assert refused.value.expected == "7"
    assert refused.value.field == "barcode"


@pytest.mark.parametrize(
    "text", ["123", "78910003155", "789100031550a", "٧٨٩١٠٠٠٣١٥٥٠٧", "7891000315507" * 2]
)
def test_what_is_no_barcode_is_refused(text: str) -> None:
    with pytest.raises(WrongBarcode) as refused:
        barcode(text)
    assert refused.value.expected is None
