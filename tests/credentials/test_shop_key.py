"""The shop's key opens for the stations and administrators it was locked for, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import MemoryKeyring
from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.credentials.sealing import (
    NotOpened,
    close_for_station,
    close_text,
    locked,
    new_pair,
    open_for_station,
    open_text,
    packed,
    stretched,
    version_for_password,
)
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.credentials.station_pair import StationPair
from varejoforte_desktop.domain.errors import KeyMissing

BOOKS = "postgresql://loja@servidor/loja"
KEY = bytes(range(32))


def a_key(version: int = 1) -> ShopKey:
    key = ShopKey(BOOKS)
    key.make(version)
    return key


@given(st.text())
def test_every_text_comes_out_as_it_went_in_and_no_two_look_alike(text: str) -> None:
    sealed = close_text(KEY, text)
    assert open_text(KEY, sealed) == text
    assert sealed != close_text(KEY, text)
    with pytest.raises(NotOpened):
        open_text(bytes(32), sealed)


@given(st.text())
def test_what_was_never_sealed_is_refused_and_breaks_nothing(text: str) -> None:
    private, _ = new_pair()
    for attempt in (
        lambda: open_text(KEY, text),
        lambda: open_text(KEY, f"s1:{text}"),
        lambda: open_for_station(text, 1, private),
        lambda: open_for_station(f"k1:1:{text}", 1, private),
        lambda: close_for_station(KEY, 1, text),
    ):
        with pytest.raises(NotOpened):
            attempt()
    key = ShopKey(BOOKS)
    assert key.unwrap(text, "senha", 1) is False
    assert key.take(text, 1) is False


@given(st.data())
def test_a_copy_with_one_bit_changed_opens_nothing(data: st.DataObject) -> None:
    private, public = new_pair()
    sealed = close_for_station(KEY, 3, public)
    assert open_for_station(sealed, 3, private) == KEY
    # The last letters of a part may hold bits that mean nothing.
    places = [
        place
        for place, sign in enumerate(sealed)
        if sign not in ".=" and sealed[place + 1 : place + 2] not in "=."
    ]
    place = data.draw(st.sampled_from(places))
    changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
    with pytest.raises(NotOpened):
        open_for_station(changed, 3, private)


def test_a_copy_opens_at_its_own_station_only() -> None:
    key, own, other = a_key(), StationPair(BOOKS), StationPair(BOOKS)
    copy = key.copy_for(own.public())
    assert own.opened(copy, 1) is not None
    assert other.opened(copy, 1) is None


def test_a_copy_of_the_old_key_is_not_passed_off_as_one_of_the_new() -> None:
    station = ShopKey(BOOKS)
    copy = a_key(1).copy_for(station.pair.public())
    assert station.take(copy, 2) is False
    assert station.take(copy.replace("k1:1:", "k1:2:", 1), 2) is False
    assert station.present is False
    assert station.take(copy, 1) is True


def test_an_administrators_password_opens_the_key_of_its_version() -> None:
    key = a_key(4)
    wrapped = key.wrapped("senha da dona")
    assert version_for_password(wrapped) == 4
    other = ShopKey(BOOKS)
    assert other.unwrap(wrapped, "senha errada", 4) is False
    assert other.unwrap(wrapped, "senha da dona", 5) is False
    assert other.unwrap(wrapped.replace("w2:4:", "w2:5:", 1), "senha da dona", 5) is False
    assert other.present is False
    assert other.unwrap(wrapped, "senha da dona", 4) is True
    assert (other.version, other.open(key.close("segredo"))) == (4, "segredo")


def test_a_copy_from_before_keys_were_numbered_still_opens() -> None:
    salt = bytes(16)
    wrapped = f"w1:{packed(salt, *locked(stretched('senha da dona', salt), KEY))}"
    key = ShopKey(BOOKS)
    assert key.unwrap(wrapped, "senha da dona", 1) is True
    assert key.open(close_text(KEY, "segredo")) == "segredo"


def test_without_the_key_nothing_is_sealed_or_opened() -> None:
    key, sealed = ShopKey(BOOKS), a_key().close("segredo")
    for attempt in (
        lambda: key.close("x"),
        lambda: key.open(sealed),
        lambda: key.wrapped("s"),
        lambda: key.copy_for(""),
    ):
        with pytest.raises(KeyMissing):
            attempt()
    with pytest.raises(KeyMissing):
        a_key().open(sealed)
    assert key.version == 0


def test_neither_the_key_nor_the_private_half_is_shown() -> None:
    key = a_key()
    key.pair.public()
    shown = f"{key!r} {key._held!r} {key.pair!r} {vars(key.pair)['_safe']!r}"
    assert packed(key._at_hand().key) not in shown
    assert repr(key._at_hand().key) not in shown


# --- the station's own pair ----------------------------------------------------------------------------------------


def test_a_station_is_the_same_after_a_restart() -> None:
    system = MemoryKeyring()
    first = StationPair(BOOKS, Safe(find_keyring=lambda: system))
    assert first.known() == ""
    public = first.public()
    later = StationPair(BOOKS, Safe(find_keyring=lambda: system))
    assert later.known() == later.public() == public
    assert StationPair("sqlite:///outra.db", Safe(find_keyring=lambda: system)).public() != public


def test_where_the_safe_is_closed_the_station_lasts_as_long_as_the_program(
    caplog: pytest.LogCaptureFixture,
) -> None:
    safe = Safe(find_keyring=lambda: None)
    pair = StationPair(BOOKS, safe)
    assert pair.public() == pair.public()
    assert "this station's key is not kept" in caplog.text
    system = MemoryKeyring()
    safe._find_keyring = lambda: system  # somebody chose one meanwhile
    assert StationPair(BOOKS, Safe(find_keyring=lambda: system)).known() == ""
    public = pair.public()
    assert StationPair(BOOKS, Safe(find_keyring=lambda: system)).known() == public


def test_behind_a_locked_safe_is_the_true_pair_and_the_stand_in_says_so(tmp_path: Path) -> None:
    safe = Safe(tmp_path)
    safe.choose(SafeKind.FILE, "cavalo bateria grampo certo")
    public = StationPair(BOOKS, safe).public()
    later = Safe(tmp_path, SafeKind.FILE)
    pair = StationPair(BOOKS, later)
    assert pair.public() != public
    assert pair.hidden
    later.unlock("cavalo bateria grampo certo")
    assert pair.public() == public
    assert not pair.hidden
