"""Opening the books this computer was told of, and others when it enters another shop while the program runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from varejoforte_desktop.app.joining import StationSetUp
from varejoforte_desktop.app.only_one import OnlyOne
from varejoforte_desktop.application.station_setup import SafeKind, SettingsNotKept
from varejoforte_desktop.settings import Settings

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.credentials.safe import Safe

Open = Callable[[Settings, "Safe | None"], "Station"]


class ThisComputer(StationSetUp):
    """What the set-up screens are handed; also begins a safe anew whose passphrase nobody remembers."""

    async def choose_safe(self, kind: SafeKind, passphrase: str = "", *, anew: bool = False) -> None:
        """Keep secrets there from now on. Raises PassphraseWeak, SafeClosed, SettingsNotKept."""
        if not anew:
            await super().choose_safe(kind, passphrase)
            return
        try:
            await asyncio.to_thread(self.safe_place.choose, kind, passphrase, anew=True)
        except OSError:
            raise SettingsNotKept(str(self.settings.data_dir)) from None
        self.settings = replace(self.settings, secrets=kind)


class StationOpener:
    """Has at most one station open. `setup` is None in practice mode, which belongs to no shop."""

    def __init__(self, settings: Settings, open_station: Open) -> None:
        """`open_station` is slow; it is called on another thread."""
        self._settings = settings
        self._open_station = open_station
        self.setup = None if settings.demo else ThisComputer(settings)
        self.station: Station | None = None
        self._alone: OnlyOne | None = None

    async def open(self) -> Station:
        """Leave the books that are open and open those of now.

        Raises SafeClosed when something has to be typed first, AlreadyOpen, BooksError.
        """
        await self.close()
        ready = self._settings if self.setup is None else await asyncio.to_thread(self.setup.ready)
        self._alone = await asyncio.to_thread(_alone, ready)
        try:
            safe = None if self.setup is None else self.setup.safe_place
            self.station = await asyncio.to_thread(self._open_station, ready, safe)
        except BaseException:
            self._leave()
            raise
        self.station.listen()
        return self.station

    async def close(self) -> None:
        """Stop what runs and leave the books; harmless when none are open."""
        station, self.station = self.station, None
        if station is not None:
            await station.close()
        self._leave()

    def _leave(self) -> None:
        alone, self._alone = self._alone, None
        if alone is not None:
            alone.leave()


def _alone(settings: Settings) -> OnlyOne:
    """No other program of this computer works in these books. Raises AlreadyOpen."""
    from varejoforte_desktop.persistence.database import sqlite_path

    alone = OnlyOne(sqlite_path(settings.database_url) or settings.data_dir)
    alone.enter()
    return alone
