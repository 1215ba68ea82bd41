"""What this computer was told: where its books are, what it is called, how it likes to look."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Protocol

from platformdirs import user_config_path, user_data_path

from varejoforte_desktop.application.station_setup import SafeKind, SettingsNotKept
from varejoforte_desktop.domain.access_errors import PasswordInClear, SafeClosed
from varejoforte_desktop.persistence.addresses import (
    bare_address,
    guarded,
    is_postgresql,
    password_of,
    with_password,
    without_password,
)

APP: Final = "Varejo Forte"
_THEMES: Final = ("light", "dark", "system")
_FILE_NAME: Final = "estacao.toml"


class WrongSettings(Exception):
    """The settings file cannot be used; `path` and `why` (unreadable, or the key that is wrong) are the facts."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """This station's settings, fixed for a run. `database_url` may hold a password and is kept out of texts."""

    data_dir: Path
    database_url: str = field(repr=False)
    station: str
    theme: str = "system"
    font_scale: float = 1.0
    demo: bool = False
    secrets: SafeKind | None = None  # where this computer keeps them; None: nobody chose
    config_path: Path | None = None  # the file these came from, or would come from
    configured: bool = False  # somebody said where the books are
    in_clear: bool = False  # the password of `database_url` stands in that file

    @property
    def log_dir(self) -> Path:
        """Where the log is kept."""
        return self.data_dir / "logs"

    @property
    def sefaz_ca_path(self) -> Path | None:
        """Further certificates by which SEFAZ's servers are trusted; None when nobody put the file there."""
        return self._beside("sefaz-certificados.pem")

    @property
    def sefaz_endpoints_path(self) -> Path | None:
        """Other addresses of SEFAZ than those the program knows; None when nobody put the file there."""
        return self._beside("sefaz-enderecos.json")

    def _beside(self, name: str) -> Path | None:
        path = self.data_dir / name
        return path if path.is_file() else None

    @property
    def preferences_path(self) -> Path:
        """Where this station remembers small choices, such as the flag of each user."""
        return self.data_dir / "preferencias.json"


def load(
    *,
    data_dir: Path | None = None,
    database_url: str | None = None,
    environment: Mapping[str, str] = os.environ,
    config_path: Path | None = None,
) -> Settings:
    """Settings of this run: what was said on the command line, else the environment, else the file, else usual.

    The file is `estacao.toml` in the platform's configuration folder: database_url, station, secrets, theme,
    font_scale. Raises WrongSettings, and AddressInClear for a way to another computer that may not be encrypted.
    """
    path = config_path or usual_config_path()
    told = _read(path)
    folder = (
        data_dir or _path(environment.get("VAREJOFORTE_DATA_DIR")) or user_data_path(APP, appauthor=False)
    )
    given = database_url or environment.get("VAREJOFORTE_DATABASE_URL")
    url = given or told.get("database_url")
    if url is not None and not isinstance(url, str):
        raise WrongSettings(path, "database_url")
    theme = environment.get("VAREJOFORTE_THEME") or told.get("theme", "system")
    if theme not in _THEMES:
        raise WrongSettings(path, "theme")
    scale = told.get("font_scale", 1.0)
    if not isinstance(scale, (int, float)) or not 0.8 <= scale <= 2.0:
        raise WrongSettings(path, "font_scale")
    kind = told.get("secrets")
    if kind is not None and kind not in [each.value for each in SafeKind]:
        raise WrongSettings(path, "secrets")
    return Settings(
        data_dir=folder,
        database_url=_guarded(url, environment, path) if url else f"sqlite:///{folder / 'loja.db'}",
        station=str(told.get("station") or environment.get("VAREJOFORTE_STATION") or _computer()),
        theme=theme,
        font_scale=float(scale),
        secrets=None if kind is None else SafeKind(kind),
        config_path=path,
        configured=bool(url),
        in_clear=bool(not given and url and password_of(url)),
    )


def _guarded(url: str, environment: Mapping[str, str], path: Path) -> str:
    try:
        return guarded(url, environment)
    except ValueError:  # a host in brackets that do not close, a port that is no number
        raise WrongSettings(path, "database_url") from None


class Secrets(Protocol):
    """The safe, as far as the database's password goes."""

    @property
    def keeps(self) -> bool:
        """Whether what is put here is still here at the next start."""
        ...

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...


def password_name(url: str) -> str:
    """Under which name the safe keeps the password of the books at this address."""
    return f"database-password:{sha256(bare_address(url).encode()).hexdigest()[:32]}"


def completed(settings: Settings, safe: Secrets) -> Settings:
    """The settings with the database's password put in; for a SQLite shop the safe is not even looked at.

    One that stands in the settings file moves to the safe. Slow, so call it off the UI thread. Raises SafeClosed,
    PasswordInClear when there is no safe to move it to, SettingsNotKept.
    """
    url = settings.database_url
    if not is_postgresql(url):
        return settings
    if password_of(url):
        if settings.in_clear:
            _move_password(settings, safe)
        return replace(settings, in_clear=False)
    try:
        kept = safe.get(password_name(url))
    except SafeClosed as closed:
        if closed.why != "none":
            raise
        return settings  # the server may let this computer in without one
    return replace(settings, database_url=with_password(url, kept)) if kept else settings


def _move_password(settings: Settings, safe: Secrets) -> None:
    path, url = settings.config_path or usual_config_path(), settings.database_url
    if not safe.keeps:
        raise PasswordInClear(str(path))
    safe.put(password_name(url), password_of(url))
    write_station(path, database_url=url)


def usual_config_path() -> Path:
    """Where the settings file of this computer is."""
    return user_config_path(APP, appauthor=False) / _FILE_NAME


def write_station(
    path: Path, *, database_url: str = "", station: str = "", secrets: SafeKind | None = None
) -> None:
    """Write what is given into the settings file, whole or not at all; everything else in it stays as it is.

    A password in the address is left out. Raises WrongSettings (the file cannot be read), SettingsNotKept.
    """
    told = {
        "database_url": without_password(database_url) if database_url else "",
        "station": station,
        "secrets": secrets.value if secrets else "",
    }
    changes = {key: value for key, value in told.items() if value}
    before = _read(path)
    try:
        text = _changed(path.read_text(encoding="utf-8") if path.exists() else "", changes)
        if _parsed(text) != {**before, **changes}:
            raise WrongSettings(path, "unreadable")
        _put(path, text)
    except ValueError:  # half a letter, which no file can hold
        raise WrongSettings(path, "unreadable") from None
    except OSError:
        raise SettingsNotKept(str(path)) from None


def _changed(text: str, changes: Mapping[str, str]) -> str:
    """The lines of the file with some keys told anew; they stand before its first table."""
    lines = text.removesuffix("\n").split("\n") if text else []  # no other sign ends a line of this file
    table = next((at for at, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    keys = re.compile(rf"\s*[\"']?({'|'.join(changes)})[\"']?\s*=") if changes else re.compile(r"(?!)")
    kept = [line for line in lines[:table] if not keys.match(line)]
    told = [f"{key} = {_quoted(value)}" for key, value in changes.items()]
    return "\n".join([*kept, *told, *lines[table:], ""])


def _quoted(value: str) -> str:
    """As TOML writes a text; JSON's way is nearly the same."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.parcial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _computer() -> str:
    return (platform.node().partition(".")[0] or "ESTACAO").upper()[:40]


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # ValueError: not UTF-8, or not TOML
        raise WrongSettings(path, "unreadable") from None


def _parsed(text: str) -> dict[str, Any]:
    import tomllib  # most stations have no such file, and the door should open at once

    return tomllib.loads(text)


class Preferences:
    """Small choices that may be lost without harm; never a secret."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        try:
            loaded = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            loaded = {}
        if isinstance(loaded, dict):
            self._values = loaded

    def get(self, key: str, default: Any = None) -> Any:
        """The remembered choice."""
        return self._values.get(key, default)

    def put(self, key: str, value: Any) -> None:
        """Remember a choice; a full disk only forgets it."""
        self._values[key] = value
        partial = self._path.with_suffix(".parcial")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(self._values, ensure_ascii=False), encoding="utf-8")
            partial.replace(self._path)
        except OSError:
            return
