"""What this computer was told: where its books are, what it is called, how it likes to look."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from platformdirs import user_config_path, user_data_path

APP: Final = "Varejo Forte"
_THEMES: Final = ("light", "dark", "system")


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

    @property
    def log_dir(self) -> Path:
        """Where the log is kept."""
        return self.data_dir / "logs"

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

    The file is `estacao.toml` in the platform's configuration folder: database_url, station, theme, font_scale.
    Raises WrongSettings.
    """
    path = config_path or user_config_path(APP, appauthor=False) / "estacao.toml"
    told = _read(path)
    folder = (
        data_dir or _path(environment.get("VAREJOFORTE_DATA_DIR")) or user_data_path(APP, appauthor=False)
    )
    url = database_url or environment.get("VAREJOFORTE_DATABASE_URL") or told.get("database_url")
    theme = environment.get("VAREJOFORTE_THEME") or told.get("theme", "system")
    if theme not in _THEMES:
        raise WrongSettings(path, "theme")
    scale = told.get("font_scale", 1.0)
    if not isinstance(scale, (int, float)) or not 0.8 <= scale <= 2.0:
        raise WrongSettings(path, "font_scale")
    return Settings(
        data_dir=folder,
        database_url=url or f"sqlite:///{folder / 'loja.db'}",
        station=str(told.get("station") or environment.get("VAREJOFORTE_STATION") or _computer()),
        theme=theme,
        font_scale=float(scale),
    )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _computer() -> str:
    return (platform.node().partition(".")[0] or "ESTACAO").upper()[:40]


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    import tomllib  # most stations have no such file, and the door should open at once

    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise WrongSettings(path, "unreadable") from None


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
