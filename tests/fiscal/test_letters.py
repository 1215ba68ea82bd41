"""A letter to a buyer is read by nobody else on the computer, and does not stay there longer than a day."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.fiscal.drafts import BRASILIA, shipped_draft
from tests.fiscal.test_buyer_mail import PDF, record_of
from varejoforte_desktop.app.letters import LETTERS, StationLetters, clear_letters
from varejoforte_desktop.app.program import _open
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.settings import Settings

HOUR = 3600


@pytest.fixture
def note(material: Material) -> DocumentRecord:
    """An NF-e of the practice shop."""
    return record_of(shipped_draft(), material)


@pytest.fixture
def letters(tmp_path: Path) -> StationLetters:
    """Those of a station whose folder is new."""
    return StationLetters(tmp_path / "loja" / LETTERS, BRASILIA)


def write(letters: StationLetters, note: DocumentRecord) -> Path:
    return letters.write(note, "Casa das Panelas", PDF).path


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * HOUR
    os.utime(path, (then, then))


def test_letters_wait_in_the_stations_own_folder(
    tmp_path: Path, letters: StationLetters, note: DocumentRecord
) -> None:
    path = write(letters, note)
    assert path.parent == tmp_path / "loja" / LETTERS
    assert path.name == f"nota-2-1042-{note.key[-8:]}.eml"
    assert b"X-Unsent" in path.read_bytes()


def test_nobody_else_on_the_computer_reads_them(letters: StationLetters, note: DocumentRecord) -> None:
    path = write(letters, note)
    path.parent.chmod(0o755)  # as a restored folder may be
    path = write(letters, note)
    if os.name == "posix":
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_letter_about_the_same_note_leaves_the_first_to_its_program(
    letters: StationLetters, note: DocumentRecord
) -> None:
    first, second = write(letters, note), write(letters, note)
    assert first != second
    assert first.exists()
    assert second.name == f"nota-2-1042-{note.key[-8:]}-2.eml"


def test_letters_older_than_a_day_go_when_another_is_written(
    letters: StationLetters, note: DocumentRecord
) -> None:
    old, young = write(letters, note), write(letters, note)
    half = young.with_name(".0a1b.parcial")  # the power went while it was written
    half.write_bytes(b"x")
    age(old, 25)
    age(half, 25)
    age(young, 23)
    newest = write(letters, note)
    assert not half.exists()
    assert {each.name for each in newest.parent.iterdir()} == {young.name, newest.name}


def test_a_letter_of_tomorrow_was_written_before_the_clock_was_set_back(
    letters: StationLetters, note: DocumentRecord
) -> None:
    path = write(letters, note)
    age(path, -48)
    clear_letters(path.parent)
    assert not path.exists()


def test_what_somebody_else_put_there_stays(letters: StationLetters, note: DocumentRecord) -> None:
    path = write(letters, note)
    stranger = path.with_name("leia-me.txt")
    stranger.write_text("não apague", encoding="utf-8")
    age(stranger, 1000)
    clear_letters(path.parent)
    assert stranger.exists()


async def test_letters_older_than_a_day_go_when_the_program_starts(tmp_path: Path) -> None:
    folder = tmp_path / LETTERS
    folder.mkdir()
    old = folder / "nota-1-1-00000000.eml"
    old.write_bytes(b"x")
    age(old, 25)
    station = _open(
        Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'loja.db'}", station="Balcão")
    )
    await station.close()
    assert not old.exists()


def test_one_that_was_saved_elsewhere_is_forgotten_once(
    letters: StationLetters, note: DocumentRecord
) -> None:
    path = write(letters, note)
    letters.forget(path)
    letters.forget(path)
    assert not path.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, note: DocumentRecord) -> None:
    (tmp_path / "loja").write_text("um arquivo", encoding="utf-8")
    with pytest.raises(SheetNotWritten):
        StationLetters(tmp_path / "loja" / LETTERS, BRASILIA).write(note, "Casa", b"")
