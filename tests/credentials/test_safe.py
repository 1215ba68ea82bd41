"""Secrets of a computer: in the system's own safe, in a locked file, or nowhere; never in clear."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import keyring
import keyring.backend
import pytest
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as ForgetfulKeyring
from keyring.backends.SecretService import Keyring as SecretServiceKeyring

from tests.conftest import MemoryKeyring
from tests.credentials.system_safe import SecretService
from varejoforte_desktop.application.station_setup import SafeKind, SafeNeed
from varejoforte_desktop.credentials.safe import FILE_NAME, Safe
from varejoforte_desktop.credentials.system_safe import trusted_keyring
from varejoforte_desktop.domain.access_errors import PassphraseWeak, SafeClosed
from varejoforte_desktop.settings import write_station

PHRASE = "cavalo bateria grampo certo"
CANARY = "canario-da-senha-4417"
NAME = "database-password:1"


class NotesInClear(keyring.backend.KeyringBackend):
    """A safe that somebody installed and that is none: it keeps what it gets in a readable file."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        """Read it."""
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Write it down for everybody."""
        raise AssertionError("a secret was written in clear")


def a_file_safe(folder: Path, phrase: str = PHRASE) -> Safe:
    safe = Safe(folder)
    safe.choose(SafeKind.FILE, phrase)
    return safe


def closed_because(safe: Safe, phrase: str = PHRASE) -> str:
    with pytest.raises(SafeClosed) as refused:
        safe.unlock(phrase)
    return refused.value.why


def opened_or_why(safe: Safe) -> str | None:
    try:
        safe.unlock(PHRASE)
    except SafeClosed as refused:
        return refused.why
    return safe.get(NAME)


# --- the system's own ------------------------------------------------------------------------------------------------


def test_the_systems_safe_keeps_a_secret_for_the_next_program(secret_service: SecretService) -> None:
    keyring.set_keyring(SecretServiceKeyring())  # type: ignore[no-untyped-call]
    safe = Safe()
    assert safe.get(NAME) is None
    safe.put(NAME, CANARY)
    question = (
        "import keyring; from varejoforte_desktop.credentials.safe import Safe;"
        f"print(type(keyring.get_keyring()).__module__, Safe().get({NAME!r}))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHON_KEYRING_BACKEND"}
    other = subprocess.run(
        [sys.executable, "-c", question],
        env={**environment, **secret_service.environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert other.stdout.split() == ["keyring.backends.SecretService", CANARY]
    safe.forget(NAME)
    safe.forget(NAME)
    assert safe.get(NAME) is None


def test_on_the_disk_the_systems_safe_hides_what_it_keeps(secret_service: SecretService) -> None:
    keyring.set_keyring(SecretServiceKeyring())  # type: ignore[no-untyped-call]
    safe = Safe()
    safe.put(NAME, CANARY)
    written = [path.read_bytes() for path in Path(secret_service.environment["HOME"]).rglob("*.keyring")]
    assert written
    assert not [content for content in written if CANARY.encode() in content]
    safe.forget(NAME)


def test_when_the_systems_safe_is_gone_it_is_closed_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret_service: SecretService
) -> None:
    own = SecretService(tmp_path)
    own.start()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own.address)
    keyring.set_keyring(SecretServiceKeyring())  # type: ignore[no-untyped-call]
    safe = Safe()
    safe.put(NAME, CANARY)
    own.stop()
    for ask in (lambda: safe.get(NAME), lambda: safe.put(NAME, "x"), lambda: safe.forget(NAME)):
        with pytest.raises(SafeClosed) as refused:
            ask()
        assert refused.value.why == "locked"


@pytest.mark.parametrize("kind", [NoKeyring, ForgetfulKeyring, NotesInClear])
def test_what_is_no_safe_is_not_used_as_one(kind: type[keyring.backend.KeyringBackend]) -> None:
    keyring.set_keyring(kind())
    assert trusted_keyring() is None
    safe = Safe()
    assert (safe.state.keyring, safe.state.need, safe.keeps) == (False, SafeNeed.CHOICE, False)
    for ask in (lambda: safe.put(NAME, CANARY), lambda: safe.get(NAME)):
        with pytest.raises(SafeClosed) as refused:
            ask()
        assert refused.value.why == "none"
    with pytest.raises(SafeClosed):
        safe.choose(SafeKind.KEYRING)


def test_of_a_chain_of_safes_only_a_true_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = ChainerBackend()
    true_one = SecretServiceKeyring()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(ChainerBackend, "backends", [NotesInClear(), true_one])
    keyring.set_keyring(chain)
    assert trusted_keyring() is true_one
    monkeypatch.setattr(ChainerBackend, "backends", [NotesInClear()])
    assert trusted_keyring() is None


# --- a file with a passphrase ----------------------------------------------------------------------------------------


def test_a_file_of_secrets_is_opened_by_its_passphrase_alone(tmp_path: Path) -> None:
    a_file_safe(tmp_path).put(NAME, CANARY)
    later = Safe(tmp_path, SafeKind.FILE)
    assert (later.locked, later.state.need) == (True, SafeNeed.PASSPHRASE)
    with pytest.raises(SafeClosed) as refused:
        later.get(NAME)
    assert refused.value.why == "locked"
    assert closed_because(later, "outra frase qualquer") == "wrong_passphrase"
    later.unlock(PHRASE)
    assert (later.get(NAME), later.locked, later.state.need) == (CANARY, False, SafeNeed.NOTHING)


def test_nothing_in_the_file_can_be_read_and_nobody_else_may_try(tmp_path: Path) -> None:
    a_file_safe(tmp_path).put(NAME, CANARY)
    written = (tmp_path / FILE_NAME).read_text()
    for secret in (CANARY, PHRASE, NAME):
        assert secret not in written
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    if os.name == "posix":
        assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("keep", [0, 1, 40, 200, -2, -30])
def test_a_file_that_was_cut_off_is_called_damaged(tmp_path: Path, keep: int) -> None:
    a_file_safe(tmp_path).put(NAME, CANARY)
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes()[:keep])
    assert closed_because(Safe(tmp_path, SafeKind.FILE)) == "damaged"
    path.unlink()
    assert closed_because(Safe(tmp_path, SafeKind.FILE)) == "none"


def test_no_flipped_byte_gives_a_wrong_secret(tmp_path: Path) -> None:
    a_file_safe(tmp_path).put(NAME, CANARY)
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert opened_or_why(Safe(tmp_path, SafeKind.FILE)) in {CANARY, "damaged"}
        # CANARY: it was a space between the parts


def test_a_changed_content_with_a_sum_that_fits_is_still_refused(tmp_path: Path) -> None:
    """The sum tells accidents; people are kept out by the lock itself."""
    import hashlib

    a_file_safe(tmp_path).put(NAME, CANARY)
    path = tmp_path / FILE_NAME
    paper = json.loads(path.read_text())
    body = paper["body"]
    paper["body"] = body[:-6] + ("A" if body[-6] != "A" else "B") + body[-5:]
    head = json.dumps(paper["head"], sort_keys=True).encode()
    paper["sum"] = hashlib.sha256(head + paper["body"].encode()).hexdigest()
    path.write_text(json.dumps(paper))
    assert closed_because(Safe(tmp_path, SafeKind.FILE)) == "wrong_passphrase"


def test_a_file_that_asks_for_endless_work_is_refused_at_once(tmp_path: Path) -> None:
    import hashlib

    a_file_safe(tmp_path)
    path = tmp_path / FILE_NAME
    paper = json.loads(path.read_text())
    paper["head"]["memory"] = 2**31
    head = json.dumps(paper["head"], sort_keys=True).encode()
    paper["sum"] = hashlib.sha256(head + paper["body"].encode()).hexdigest()
    path.write_text(json.dumps(paper))
    assert closed_because(Safe(tmp_path, SafeKind.FILE)) == "damaged"


def test_the_program_and_a_command_keep_secrets_in_one_file_without_losing_any(tmp_path: Path) -> None:
    program = a_file_safe(tmp_path)
    command = Safe(tmp_path, SafeKind.FILE)
    command.unlock(PHRASE)
    program.put("a", "1")
    command.put("b", "2")
    program.put("c", "3")
    assert [command.get(name) for name in ("a", "b", "c")] == ["1", "2", "3"]
    command.forget("a")
    assert program.get("a") is None


def test_a_short_passphrase_guards_nothing(tmp_path: Path) -> None:
    with pytest.raises(PassphraseWeak) as refused:
        Safe(tmp_path).choose(SafeKind.FILE, "curta")
    assert refused.value.minimum == 12
    assert list(tmp_path.iterdir()) == []


def test_a_forgotten_passphrase_is_left_behind_with_its_file(tmp_path: Path) -> None:
    a_file_safe(tmp_path).put(NAME, CANARY)
    later = Safe(tmp_path, SafeKind.FILE)
    with pytest.raises(SafeClosed):
        later.choose(SafeKind.FILE, "outra frase qualquer")
    later.choose(SafeKind.FILE, "outra frase qualquer", anew=True)
    assert later.get(NAME) is None
    assert (tmp_path / f"{FILE_NAME}.anterior").exists()


# --- choosing --------------------------------------------------------------------------------------------------------


def test_whoever_wants_to_be_asked_leaves_nothing_behind(tmp_path: Path) -> None:
    safe = Safe(tmp_path)
    safe.choose(SafeKind.ASK)
    safe.put(NAME, CANARY)
    assert (safe.get(NAME), safe.keeps) == (CANARY, False)
    assert Safe(tmp_path, SafeKind.ASK).get(NAME) is None
    assert list(tmp_path.iterdir()) == []


def test_secrets_move_to_the_place_that_was_chosen_and_leave_the_one_before(tmp_path: Path) -> None:
    system = MemoryKeyring()
    safe = Safe(tmp_path, find_keyring=lambda: system)
    safe.put(NAME, CANARY)
    safe.choose(SafeKind.FILE, PHRASE)
    assert system.secrets == {}
    later = Safe(tmp_path, SafeKind.FILE, find_keyring=lambda: system)
    later.unlock(PHRASE)
    assert later.get(NAME) == CANARY
    later.choose(SafeKind.KEYRING)
    assert list(system.secrets.values()) == [CANARY]
    assert a_file_safe(tmp_path).get(NAME) is None


def test_the_choice_is_remembered_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "estacao.toml"
    path.write_text('theme = "dark"\n')
    safe = Safe(tmp_path, remember=lambda kind: write_station(path, secrets=kind))
    safe.choose(SafeKind.FILE, PHRASE)
    assert tomllib.loads(path.read_text()) == {"theme": "dark", "secrets": "file"}


def test_no_secret_is_longer_than_the_smallest_safe_takes() -> None:
    """Windows keeps 1280 letters in one entry; a station's key and a password are far below."""
    safe = Safe(kind=SafeKind.ASK)
    safe.put(NAME, "x" * 1200)
    with pytest.raises(ValueError, match=NAME):
        safe.put(NAME, "x" * 1201)
