"""The safe that came with the computer, if it is one that hides what it keeps."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from varejoforte_desktop.domain.access_errors import SafeClosed

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

_SERVICE: Final = "Varejo Forte Desktop"
#: Those of the systems themselves: Windows, macOS, GNOME and whoever speaks its Secret Service, KDE.
_TRUSTED: Final = frozenset(
    {
        "keyring.backends.Windows",
        "keyring.backends.macOS",
        "keyring.backends.SecretService",
        "keyring.backends.libsecret",
        "keyring.backends.kwallet",
    }
)


def trusted_keyring() -> KeyringBackend | None:
    """The system's safe; None where there is none, or only one that keeps things in clear or not at all.

    Others may be installed and configured (a file in clear, one that forgets everything): they are passed over.
    """
    import keyring  # looks for every kind of safe, which the door does not wait for

    return _trusted(keyring.get_keyring())


def _trusted(ring: KeyringBackend) -> KeyringBackend | None:
    if type(ring).__module__ in _TRUSTED:
        return ring
    if type(ring).__module__ == "keyring.backends.chainer":
        # It would write to the first of its own that takes it, of whatever kind.
        for each in ring.backends:  # type: ignore[attr-defined]  # only this kind has them
            if (found := _trusted(each)) is not None:
                return found
    return None


class SystemSafe:
    """Speaks to the system's safe; whatever ails it, it is closed."""

    def __init__(self, ring: KeyringBackend) -> None:
        self._ring = ring

    def get(self, name: str) -> str | None:
        """A secret, None when there is no such. Raises SafeClosed."""
        try:
            return self._ring.get_password(_SERVICE, name)
        except Exception as error:
            raise _closed(error) from error

    def put(self, name: str, secret: str) -> None:
        """Keep a secret. Raises SafeClosed."""
        try:
            self._ring.set_password(_SERVICE, name, secret)
        except Exception as error:
            raise _closed(error) from error

    def forget(self, name: str) -> None:
        """Keep it no longer. Raises SafeClosed."""
        from keyring.errors import PasswordDeleteError

        try:
            self._ring.delete_password(_SERVICE, name)
        except PasswordDeleteError:
            return  # it was not there
        except Exception as error:
            raise _closed(error) from error


def _closed(error: Exception) -> SafeClosed:
    """The systems' safes have errors of their own kinds (of the bus, of Windows): all mean that it does not open."""
    log.warning("the system's safe does not open: %s", type(error).__name__)
    return SafeClosed("locked")
