"""The safe of this computer, for commands: its passphrase comes from the environment or is asked for."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.persistence.addresses import is_postgresql, password_of, with_password
from varejoforte_desktop.settings import Settings, completed

if TYPE_CHECKING:
    from varejoforte_desktop.credentials.safe import Safe

OPENS_SAFE: Final = "VAREJOFORTE_PASSPHRASE"
OPENS_DATABASE: Final = "VAREJOFORTE_DATABASE_PASSWORD"


def safe_for(settings: Settings) -> Safe:
    """This computer's safe, unlocked if somebody tells how; whoever needs it finds out that it is locked else.

    Raises SafeClosed when the passphrase is another one, or the file damaged.
    """
    from varejoforte_desktop.app.joining import safe_of

    safe = safe_of(settings)
    if safe.locked and (passphrase := told_passphrase()):
        safe.unlock(passphrase)
    return safe


def told_passphrase() -> str:
    """What opens the file of secrets, "" when there is nobody to ask."""
    return os.environ.get(OPENS_SAFE) or _typed()


@cache
def _typed() -> str:
    """Asked once, however often a command opens the safe."""
    if sys.stdin is None or not sys.stdin.isatty():
        return ""
    return getpass.getpass("Frase secreta do cofre de senhas: ", stream=sys.stderr)


def with_secrets(settings: Settings) -> Settings:
    """The settings with the database's password; for a SQLite shop nothing is opened for it.

    Raises SafeClosed, PasswordInClear, SettingsNotKept.
    """
    url = settings.database_url
    if not is_postgresql(url) or (password_of(url) and not settings.in_clear):
        return settings
    told = os.environ.get(OPENS_DATABASE)
    if told and not password_of(url):
        return replace(settings, database_url=with_password(url, told))
    return completed(settings, safe_for(settings))


def chosen_safe(settings: Settings, kind: str | None) -> Safe:
    """The safe, after choosing another place for secrets if one was named. Raises PassphraseWeak, SafeClosed."""
    safe = safe_for(settings)
    if kind is not None and SafeKind(kind) is not safe.kind:
        safe.choose(SafeKind(kind), told_passphrase() if kind == SafeKind.FILE else "")
    return safe
