"""Setting up this computer: which shop it belongs to, how its line is protected, and where it keeps its passwords."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from varejoforte_desktop.domain.errors import DomainError

USUAL_PORT: Final = 5432
#: A passphrase that guards what is kept in a file.
MINIMUM_PASSPHRASE: Final = 12
LONGEST_STATION_NAME: Final = 40


class JoinRefused(DomainError):
    """This computer cannot enter that shop. `why` is a stable word, `facts` its facts; never a secret.

    unknown_server     no computer of that name
    unreachable        nothing answers at that port
    wrong_password     the server does not let that user in
    no_database        the server has no database of that name
    no_line            the server offers no protected line and is not this computer
    untrusted          its certificate was signed by somebody this computer does not know
    other_server       its certificate is for another name
    no_authority       the authority's file cannot be read
    not_a_shop         there is a database, but no shop in it
    older, newer       the shop is kept by another release; `facts["version"]` when known
    name_taken         another computer of that shop has this name; `facts["seen"]` is when it was seen, ISO
    not_let_in         the server refuses this user, database or computer for a reason of its own
    """

    def __init__(self, why: str, **facts: str) -> None:
        super().__init__(why)
        self.why = why
        self.facts = facts


class Line(StrEnum):
    """How the line to the database is protected."""

    PROTECTED = "protected"  # encrypted, and the server has proved which one it is
    THIS_COMPUTER = "this_computer"  # it never leaves this computer
    FILE = "file"  # there is no line: the shop is a file of this computer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAddress:
    """Where a shop's database is and how to get in. `authority` is the file of whoever signed the server's
    certificate; None: those that this computer knows already.
    """

    server: str
    port: int = USUAL_PORT
    database: str
    user: str
    password: str = field(repr=False)
    authority: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFound:
    """What was found at an address where this computer may come in."""

    shop_name: str
    line: Line
    stations: int  # computers that belong to the shop now
    version: str  # of the release that keeps the books


@dataclass(frozen=True, slots=True, kw_only=True)
class StationNow:
    """What this computer was told. `books` is as it may be shown: without a password."""

    name: str
    books: str
    configured: bool  # somebody said where the books are; False: a shop of its own, in the usual place
    in_a_file: bool = False  # the books are a file of this computer, which has no password


class SafeKind(StrEnum):
    """Where this computer keeps its passwords and keys; never in clear."""

    KEYRING = "keyring"  # the safe that came with the computer
    FILE = "file"  # a file locked with a passphrase
    ASK = "ask"  # nowhere: a person is asked at each start


class SafeNeed(StrEnum):
    """What has to be typed before the books can be opened."""

    NOTHING = "nothing"
    CHOICE = "choice"  # the computer has no safe and nobody chose another place yet
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a need
    PASSWORD = "password"  # noqa: S105 - the database's, which is asked for at each start


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeState:
    """The place for secrets as it stands. `kind` None: not chosen."""

    kind: SafeKind | None
    keyring: bool  # the computer came with a safe that works
    need: SafeNeed


class StationSetup(Protocol):
    """What the set-up screens ask for; never blocks, works without open books, and may be cancelled while it waits."""

    @property
    def now(self) -> StationNow:
        """What this computer was told."""
        ...

    def suggested_name(self) -> str:
        """A name for this station, after the computer's own."""
        ...

    async def attempt(self, address: ShopAddress, station: str) -> ShopFound:
        """Look whether this computer could enter that shop, under that name; changes nothing. Raises JoinRefused."""
        ...

    async def keep(self, address: ShopAddress, station: str) -> None:
        """Put the password into the safe and remember the address for the next start; asked after `attempt`.

        Raises SafeClosed or SettingsNotKept; then nothing was changed.
        """
        ...

    async def safe(self) -> SafeState:
        """Where secrets are kept, and whether something has to be typed."""
        ...

    async def choose_safe(self, kind: SafeKind, passphrase: str = "", *, anew: bool = False) -> None:
        """Keep secrets there from now on; what is at hand moves along.

        A file that is there already has to open with `passphrase`, unless it is begun `anew`. Raises PassphraseWeak,
        SafeClosed, SettingsNotKept.
        """
        ...

    async def unlock(self, passphrase: str) -> None:
        """Open the file of secrets. Raises SafeClosed (wrong_passphrase)."""
        ...

    async def give_password(self, password: str) -> None:
        """The database's password, for this run alone. Whether it is right shows when the books are opened."""
        ...


class SettingsNotKept(DomainError):
    """The file with this station's settings cannot be written: `path`."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path
