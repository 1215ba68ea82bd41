"""The safe of this computer: the system's own, a file with a passphrase, or memory alone; never a clear text."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from varejoforte_desktop.application.station_setup import MINIMUM_PASSPHRASE, SafeKind, SafeNeed, SafeState
from varejoforte_desktop.credentials.system_safe import SystemSafe, trusted_keyring
from varejoforte_desktop.domain.access_errors import PassphraseWeak, SafeClosed

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

#: The file of secrets, in the folder of this station's data.
FILE_NAME: Final = "segredos.vf"
#: Windows keeps no more characters than this in one entry, with some room left.
LONGEST_SECRET: Final = 1200


class _Place(Protocol):
    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def forget(self, name: str) -> None: ...


class _Memory:
    """Keeps nothing beyond this run."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        self._secrets[name] = secret

    def forget(self, name: str) -> None:
        self._secrets.pop(name, None)


class Safe:
    """Secrets of this computer by name. Everything but `kind` may take its time: call it off the UI thread.

    Without a choice the system's own safe is used where there is one; where there is none somebody has to choose.
    """

    def __init__(
        self,
        folder: Path | None = None,
        kind: SafeKind | None = None,
        *,
        find_keyring: Callable[[], KeyringBackend | None] = trusted_keyring,
        remember: Callable[[SafeKind], None] | None = None,
    ) -> None:
        """`folder` holds the file of secrets; `remember` is told of another choice, for the next start."""
        self._folder = folder
        self._kind = kind
        self._find_keyring = find_keyring
        self._remember = remember
        self._guard = threading.RLock()
        self._place: _Place | None = _Memory() if kind is SafeKind.ASK else None
        #: Names asked for in this run: what moves along when another place is chosen.
        self._names: set[str] = set()

    @property
    def kind(self) -> SafeKind | None:
        """What was chosen, None when nobody chose."""
        return self._kind

    @property
    def state(self) -> SafeState:
        """Where secrets are kept, and what has to be typed before they can be read."""
        with self._guard:
            works = self._find_keyring() is not None
            return SafeState(kind=self._kind, keyring=works, need=self._need(works=works))

    def _need(self, *, works: bool) -> SafeNeed:
        if self._kind is SafeKind.FILE and self._place is None:
            return SafeNeed.PASSPHRASE
        if self._kind in {None, SafeKind.KEYRING} and not works:
            return SafeNeed.CHOICE
        return SafeNeed.NOTHING

    @property
    def keeps(self) -> bool:
        """Whether what is put here now is still here at the next start."""
        return self._kind is not SafeKind.ASK and self.state.need is SafeNeed.NOTHING

    @property
    def locked(self) -> bool:
        """Whether there are secrets behind a passphrase that nobody typed yet."""
        return self._kind is SafeKind.FILE and self._place is None

    def get(self, name: str) -> str | None:
        """A secret, None when there is no such. Raises SafeClosed."""
        with self._guard:
            self._names.add(name)
            return self._open_place().get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep a secret in place of what was kept by that name. Raises SafeClosed."""
        if len(secret) > LONGEST_SECRET:
            raise ValueError(name)
        with self._guard:
            self._names.add(name)
            self._open_place().put(name, secret)

    def forget(self, name: str) -> None:
        """Keep it no longer; harmless when there is none. Raises SafeClosed."""
        with self._guard:
            self._names.discard(name)
            self._open_place().forget(name)

    def unlock(self, passphrase: str) -> None:
        """Open the file of secrets. Raises SafeClosed (none, wrong_passphrase, damaged)."""
        from varejoforte_desktop.credentials.safe_file import SafeFile

        with self._guard:
            if self._kind is SafeKind.FILE:
                self._place = SafeFile.opened(self._file, passphrase)

    def choose(self, kind: SafeKind, passphrase: str = "", *, anew: bool = False) -> None:
        """Keep secrets there from now on; what was used in this run moves along, and the old place forgets it.

        With a file that is there already, `passphrase` has to open it, unless it is begun `anew`: then the old one is
        put aside, for whoever remembers its passphrase after all. Raises PassphraseWeak, SafeClosed, OSError.
        """
        with self._guard:
            carried = self._carried()
            new = self._prepared(kind, passphrase, anew=anew)
            for name, secret in carried.items():
                new.put(name, secret)
            before, self._place = self._place, new
            if before is not None and self._kind is not kind:
                for name in carried:
                    before.forget(name)
            self._kind = kind
            if self._remember is not None:
                self._remember(kind)

    def _prepared(self, kind: SafeKind, passphrase: str, *, anew: bool) -> _Place:
        if kind is SafeKind.ASK:
            return _Memory()
        if kind is SafeKind.KEYRING:
            ring = self._find_keyring()
            if ring is None:
                raise SafeClosed("none")
            return SystemSafe(ring)
        from varejoforte_desktop.credentials.safe_file import SafeFile

        if self._file.exists() and not anew:
            return SafeFile.opened(self._file, passphrase)
        if len(passphrase) < MINIMUM_PASSPHRASE:
            raise PassphraseWeak(MINIMUM_PASSPHRASE)
        return SafeFile.begun(self._file, passphrase)

    def _carried(self) -> dict[str, str]:
        try:
            place = self._open_place()
            found = {name: place.get(name) for name in sorted(self._names)}
        except SafeClosed:
            return {}
        return {name: secret for name, secret in found.items() if secret is not None}

    def _open_place(self) -> _Place:
        if self._place is None:
            if self._kind is SafeKind.FILE:
                raise SafeClosed("locked")
            ring = self._find_keyring()
            if ring is None:
                raise SafeClosed("none")
            self._place = SystemSafe(ring)
        return self._place

    @property
    def _file(self) -> Path:
        if self._folder is None:
            raise SafeClosed("none")
        return self._folder / FILE_NAME
