"""A station's settings file: read, changed without losing a line, and never with a password in it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.application.station_setup import SafeKind, SettingsNotKept
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.domain.access_errors import AddressInClear, PasswordInClear, SafeClosed
from varejoforte_desktop.persistence.addresses import (
    bare_address,
    guarded,
    on_this_computer,
    password_of,
    with_password,
    without_password,
)
from varejoforte_desktop.settings import (
    Settings,
    WrongSettings,
    completed,
    load,
    password_name,
    write_station,
)

URL = "postgresql+psycopg://loja@localhost:5433/casa"
CANARY = "canário do banco: @/?#"


class NobodyAsks:
    """A safe that must not be touched."""

    keeps = True

    def get(self, name: str) -> str | None:
        """Never."""
        raise AssertionError(name)

    def put(self, name: str, secret: str) -> None:
        """Never."""
        raise AssertionError(name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conf" / "estacao.toml"


def told(path: Path, text: str, **environment: str) -> Settings:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load(data_dir=path.parent, config_path=path, environment=environment)


# --- the file ------------------------------------------------------------------------------------------------------


def test_what_the_file_does_not_say_is_as_usual(path: Path) -> None:
    settings = load(data_dir=path.parent, config_path=path, environment={})
    assert settings.database_url == f"sqlite:///{path.parent / 'loja.db'}"
    assert (settings.secrets, settings.configured, settings.config_path) == (None, False, path)


def test_the_file_says_where_the_books_and_the_secrets_are(path: Path) -> None:
    settings = told(path, f'database_url = "{URL}"\nstation = "CAIXA-2"\nsecrets = "ask"\n')
    assert (settings.database_url, settings.station, settings.secrets, settings.configured) == (
        URL,
        "CAIXA-2",
        SafeKind.ASK,
        True,
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("database_url = 3", "database_url"),
        ('database_url = "postgresql://[::1/x"', "database_url"),
        ('secrets = "papel"', "secrets"),
        ("secrets = ['ask']", "secrets"),
        ('theme = "rosa"', "theme"),
        ("font_scale = 9", "font_scale"),
        ("não é toml", "unreadable"),
    ],
)
def test_a_wrong_line_is_named(path: Path, text: str, why: str) -> None:
    with pytest.raises(WrongSettings) as refused:
        told(path, text)
    assert refused.value.why == why


def test_a_file_of_another_alphabet_is_named_too(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes('theme = "é"'.encode("latin-1"))
    with pytest.raises(WrongSettings):
        load(data_dir=path.parent, config_path=path, environment={})


def test_writing_keeps_every_other_line(path: Path) -> None:
    told(path, '# da Ana\ntheme = "dark"\n"station" = "VELHA"\n\n[outra]\nstation = "de outro"\n')
    write_station(path, database_url=URL, station='CAIXA "2"', secrets=SafeKind.FILE)
    text = path.read_text(encoding="utf-8")
    assert text.startswith('# da Ana\ntheme = "dark"\n')
    assert tomllib.loads(text) == {
        "theme": "dark",
        "database_url": URL,
        "station": 'CAIXA "2"',
        "secrets": "file",
        "outra": {"station": "de outro"},
    }
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@given(st.text(max_size=40).filter(str.strip))
def test_any_name_comes_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / "nomes" / "estacao.toml"
    path.unlink(missing_ok=True)
    if any("\ud800" <= letter <= "\udfff" for letter in name):  # half a letter
        with pytest.raises(WrongSettings):
            write_station(path, station=name)
        assert not path.exists()
        return
    write_station(path, station="antes")
    write_station(path, station=name)
    write_station(path, secrets=SafeKind.ASK)
    assert load(data_dir=path.parent, config_path=path, environment={}).station == name


def test_a_password_is_never_written_into_it(path: Path) -> None:
    write_station(path, database_url=with_password(URL, CANARY))
    assert tomllib.loads(path.read_text()) == {"database_url": URL}


def test_a_folder_that_takes_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "conf").write_text("um arquivo")
    with pytest.raises(SettingsNotKept):
        write_station(tmp_path / "conf" / "estacao.toml", station="X")


def test_a_file_that_cannot_be_read_is_not_written_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("isto não é toml")
    with pytest.raises(WrongSettings):
        write_station(path, station="X")
    assert path.read_text() == "isto não é toml"


# --- the database's password ---------------------------------------------------------------------------------------


def settings_of(path: Path, url: str, *, in_clear: bool = False) -> Settings:
    return Settings(data_dir=path.parent, database_url=url, station="X", config_path=path, in_clear=in_clear)


def test_for_a_sqlite_shop_no_safe_is_opened(path: Path) -> None:
    settings = settings_of(path, "sqlite:////loja.db")
    assert completed(settings, NobodyAsks()) is settings


def test_a_password_that_was_given_is_not_looked_for(path: Path) -> None:
    url = with_password(URL, "dada")
    assert completed(settings_of(path, url), NobodyAsks()).database_url == url


def test_the_password_comes_out_of_the_safe(path: Path) -> None:
    safe = Safe(kind=SafeKind.ASK)
    assert completed(settings_of(path, URL), safe).database_url == URL
    safe.put(password_name(URL), CANARY)
    whole = completed(settings_of(path, URL), safe)
    assert password_of(whole.database_url) == CANARY
    assert CANARY not in repr(whole)


def test_a_server_may_let_a_computer_in_that_has_no_safe(path: Path) -> None:
    assert completed(settings_of(path, URL), Safe(find_keyring=lambda: None)).database_url == URL


def test_a_locked_safe_has_to_be_opened_first(path: Path) -> None:
    with pytest.raises(SafeClosed):
        completed(settings_of(path, URL), Safe(path.parent, SafeKind.FILE))


def test_a_password_that_stands_in_the_file_moves_to_the_safe(path: Path, tmp_path: Path) -> None:
    settings = told(path, f'# nota\ndatabase_url = "{with_password(URL, "segredo")}"\n')
    assert settings.in_clear
    safe = Safe(tmp_path)
    safe.choose(SafeKind.FILE, "cavalo bateria grampo certo")
    whole = completed(settings, safe)
    assert (password_of(whole.database_url), whole.in_clear) == ("segredo", False)
    assert safe.get(password_name(URL)) == "segredo"
    assert path.read_text() == f'# nota\ndatabase_url = "{URL}"\n'
    again = load(data_dir=path.parent, config_path=path, environment={})
    assert (again.in_clear, completed(again, safe).database_url) == (False, whole.database_url)


@pytest.mark.parametrize("safe", [Safe(kind=SafeKind.ASK), Safe(find_keyring=lambda: None)])
def test_without_a_safe_a_password_in_the_file_is_refused_with_its_place(path: Path, safe: Safe) -> None:
    text = f'database_url = "{with_password(URL, "segredo")}"\n'
    with pytest.raises(PasswordInClear) as refused:
        completed(told(path, text), safe)
    assert refused.value.path == str(path)
    assert path.read_text() == text


def test_a_password_of_the_environment_is_no_business_of_the_file(path: Path) -> None:
    url = with_password(URL, "segredo")
    settings = told(path, f'database_url = "{url}"', VAREJOFORTE_DATABASE_URL=url)
    assert settings.in_clear is False


@given(st.text(min_size=1, max_size=60))
def test_any_password_goes_into_an_address_and_comes_out(password: str) -> None:
    try:
        password.encode()
    except UnicodeEncodeError:
        return  # half a letter, which nobody types
    whole = with_password(URL, password)
    assert password_of(whole) == password
    assert without_password(whole) == URL


def test_the_same_books_have_one_name_whatever_else_the_address_says() -> None:
    same = {
        bare_address(each)
        for each in (
            URL,
            with_password(URL, "x"),
            f"{URL}?sslmode=verify-full",
            "postgresql://loja@localhost:5433/casa",
            "postgres://loja:y@localhost:5433/casa?connect_timeout=3",
        )
    }
    assert same == {"postgresql://loja@localhost:5433/casa"}
    assert bare_address("sqlite:////loja.db") == "sqlite:////loja.db"
    assert bare_address("postgresql:///casa") == "postgresql:///casa"


# --- the way to another computer -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////loja.db",
        "postgresql://l@localhost/l",
        "postgresql://l@127.0.0.1:5433/l?sslmode=disable",
        "postgresql://l@[::1]/l",
        "postgresql:///l",
        "postgresql:///l?host=/var/run/postgresql",
        "postgresql://l@outro.example/l?sslmode=require",
        "postgresql://l@outro.example/l?sslmode=verify-ca&sslrootcert=/ca.crt",
        "postgresql+psycopg://l@outro.example/l?sslmode=verify-full&sslrootcert=/ca.crt",
    ],
)
def test_an_address_that_is_safe_stays_as_it_is(url: str) -> None:
    assert guarded(url, {}) == url


@pytest.mark.parametrize("host", ["outro.example", "192.168.0.10", "[fe80::1]", "127.0.0.1.example"])
def test_to_another_computer_the_line_is_encrypted_and_the_server_proves_who_it_is(host: str) -> None:
    whole = guarded(f"postgresql://l:s@{host}/l", {})
    assert whole.startswith(f"postgresql://l:s@{host}/l?sslmode=verify-full")
    assert "sslmode=verify-full" in guarded(f"postgresql:///l?host={host.strip('[]')}", {})
    named = guarded("postgresql:///l", {"PGHOST": host.strip("[]")})
    assert named.startswith("postgresql:///l?sslmode=verify-full")


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "", "VERIFY"])
def test_a_line_that_may_be_in_clear_is_refused(mode: str) -> None:
    with pytest.raises(AddressInClear) as refused:
        guarded(f"postgresql://l:s@outro.example/l?sslmode={mode}", {})
    assert refused.value.server == "outro.example"
    with pytest.raises(AddressInClear):
        guarded(f"postgresql:///l?host=localhost,outro.example&sslmode={mode}", {})


def test_this_computer_is_known_by_its_names() -> None:
    assert [on_this_computer(name) for name in ("", "localhost", "127.3.2.1", "::1", "/run", "@x")] == [
        True
    ] * 6
    assert [on_this_computer(name) for name in ("10.0.0.1", "localhost.example", "caixa")] == [False] * 3
