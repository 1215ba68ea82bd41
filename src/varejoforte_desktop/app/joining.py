"""Setting this computer up: its safe, the way into a shop that exists, and what is remembered for the next start."""

from __future__ import annotations

import asyncio
import platform
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlencode

from varejoforte_desktop.application.station_setup import (
    LONGEST_STATION_NAME,
    JoinRefused,
    Line,
    SafeKind,
    SafeNeed,
    SafeState,
    SettingsNotKept,
    ShopAddress,
    ShopFound,
    StationNow,
)
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.credentials.station_pair import StationPair
from varejoforte_desktop.domain.access_errors import SafeClosed
from varejoforte_desktop.domain.errors import Missing, TooLong
from varejoforte_desktop.persistence.addresses import (
    bare_address,
    guarded,
    is_postgresql,
    on_this_computer,
    password_of,
    with_password,
    without_password,
)
from varejoforte_desktop.settings import (
    Settings,
    completed,
    password_name,
    usual_config_path,
    write_station,
)

_DRIVER: Final = "postgresql+psycopg"


def safe_of(settings: Settings) -> Safe:
    """The place for secrets that this computer was told to use; in practice mode nothing outlasts the program."""
    if settings.demo:
        return Safe(kind=SafeKind.ASK)
    path = settings.config_path or usual_config_path()
    return Safe(settings.data_dir, settings.secrets, remember=lambda kind: write_station(path, secrets=kind))


def address_of(address: ShopAddress) -> str:
    """The address as the database's driver takes it, password included; guarded as `guarded` says."""
    who = f"{quote(address.user, safe='')}:{quote(address.password, safe='')}"
    host = f"[{address.server}]" if ":" in address.server else address.server
    options = {}
    if address.authority is not None:
        options = {"sslmode": "verify-full", "sslrootcert": str(address.authority.absolute())}
    url = f"{_DRIVER}://{who}@{host}:{address.port}/{quote(address.database, safe='')}"
    return guarded(f"{url}?{urlencode(options, quote_via=quote)}" if options else url)


def station_name(name: str) -> str:
    """A station's name, tidied. Raises Missing or TooLong."""
    tidied = " ".join(name.split())
    if not tidied:
        raise Missing("station")
    if len(tidied) > LONGEST_STATION_NAME:
        raise TooLong("station", LONGEST_STATION_NAME)
    return tidied


class StationSetUp:
    """Belongs to one run of the program; `settings` follows what is chosen meanwhile."""

    def __init__(self, settings: Settings, safe: Safe | None = None) -> None:
        self.settings = settings
        self.safe_place = safe or safe_of(settings)
        self._password: str | None = None  # typed for this run alone

    def ready(self) -> Settings:
        """The settings to open the books with; slow. Raises SafeClosed when something has to be typed first."""
        url = self.settings.database_url
        if self._password is not None and is_postgresql(url):
            return replace(self.settings, database_url=with_password(url, self._password), in_clear=False)
        whole = completed(self.settings, self.safe_place)
        self.settings = replace(self.settings, in_clear=whole.in_clear)
        if self._lacks_password(whole):
            raise SafeClosed("locked" if self.safe_place.kind is SafeKind.ASK else "none")
        return whole

    def _lacks_password(self, settings: Settings) -> bool:
        url = settings.database_url
        if not is_postgresql(url) or password_of(url):
            return False
        return not self.safe_place.keeps  # a safe that is open and empty: the server needs none

    @property
    def now(self) -> StationNow:
        """What this computer was told."""
        books = self.settings.database_url
        shown = bare_address(books).removeprefix("postgresql://").rpartition("@")[2]
        return StationNow(
            name=self.settings.station,
            books=shown if is_postgresql(books) else books.removeprefix("sqlite:///"),
            configured=self.settings.configured,
            in_a_file=not is_postgresql(books),
        )

    def suggested_name(self) -> str:
        """A name for this station, after the computer's own."""
        if self.settings.station:
            return self.settings.station
        return (platform.node().partition(".")[0] or "ESTACAO").upper()[:LONGEST_STATION_NAME]

    async def attempt(self, address: ShopAddress, station: str) -> ShopFound:
        """Look whether this computer could enter that shop, under that name; changes nothing.

        Raises JoinRefused, Missing, TooLong.
        """
        return await asyncio.to_thread(self._attempt, address, station_name(station))

    def _attempt(self, address: ShopAddress, station: str) -> ShopFound:
        from varejoforte_desktop.persistence.visit import visited

        url = address_of(address)
        visit = visited(url)
        belonging = [each for each in visit.stations if each.removed_at is None]
        same = next((each for each in belonging if each.name == station), None)
        if same is not None and same.public_key != StationPair(bare_address(url), self.safe_place).known():
            raise JoinRefused("name_taken", name=station, seen=same.seen_at.isoformat())
        if not visit.encrypted and not on_this_computer(address.server):
            raise JoinRefused("no_line")
        return ShopFound(
            shop_name=visit.shop_name,
            line=Line.PROTECTED if visit.encrypted else Line.THIS_COMPUTER,
            stations=len(belonging),
            version=visit.release,
        )

    async def keep(self, address: ShopAddress, station: str) -> None:
        """Put the password into the safe and remember the address for the next start; asked after `attempt`.

        Raises SafeClosed or SettingsNotKept; then nothing was changed.
        """
        await asyncio.to_thread(self._keep, address, station_name(station))

    def _keep(self, address: ShopAddress, station: str) -> None:
        path = self.settings.config_path or usual_config_path()
        url, safe = address_of(address), self.safe_place
        name = password_name(url)
        before = safe.get(name)
        safe.put(name, address.password)
        try:
            write_station(path, database_url=url, station=station)
        except SettingsNotKept:
            if before is None:
                safe.forget(name)
            else:
                safe.put(name, before)
            raise
        self._password = None if safe.keeps else address.password
        self.settings = replace(
            self.settings,
            database_url=without_password(url),
            station=station,
            configured=True,
            in_clear=False,
        )

    async def safe(self) -> SafeState:
        """Where secrets are kept, and whether something has to be typed."""
        return await asyncio.to_thread(self._safe_state)

    def _safe_state(self) -> SafeState:
        state = self.safe_place.state
        url = self.settings.database_url
        asks = state.kind is SafeKind.ASK and is_postgresql(url) and not password_of(url)
        if asks and self._password is None and not self.safe_place.get(password_name(url)):
            return replace(state, need=SafeNeed.PASSWORD)
        return state

    async def choose_safe(self, kind: SafeKind, passphrase: str = "") -> None:
        """Keep secrets there from now on; what is at hand moves along.

        Raises PassphraseWeak, SafeClosed, SettingsNotKept.
        """
        try:
            await asyncio.to_thread(self.safe_place.choose, kind, passphrase)
        except OSError:
            raise SettingsNotKept(str(self.settings.data_dir)) from None
        self.settings = replace(self.settings, secrets=kind)

    async def unlock(self, passphrase: str) -> None:
        """Open the file of secrets. Raises SafeClosed (wrong_passphrase, damaged)."""
        await asyncio.to_thread(self.safe_place.unlock, passphrase)

    async def give_password(self, password: str) -> None:
        """The database's password, for this run alone. Whether it is right shows when the books are opened."""
        self._password = password
