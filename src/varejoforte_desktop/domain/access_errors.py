"""What can stand between a person and the shop: people, passwords, stations, clocks and restored books, as facts."""

from __future__ import annotations

from datetime import datetime

from varejoforte_desktop.domain.errors import DomainError


class SessionEnded(DomainError):
    """Whoever acts is no operator any more, or was put on leave, while the window was still open."""


class OnlyAdministrators(DomainError):
    """Administrators are made, changed and let in by administrators, and the permissions are theirs."""


class LastAdministrator(DomainError):
    """The shop would be left without an administrator who may sign in."""


class WrongPassword(DomainError):
    """The present password, typed again to be sure who it is, is another one."""

    field = "current_password"


class SamePassword(DomainError):
    """The new password is the old one."""

    field = "password"


class StationRemoved(DomainError):
    """An administrator took this computer out of the shop."""

    def __init__(self, station: str) -> None:
        super().__init__(station)
        self.station = station


class StationUnknown(DomainError):
    """This computer is new to the shop: an administrator signs in at it first."""

    def __init__(self, station: str) -> None:
        super().__init__(station)
        self.station = station


class StationInUse(DomainError):
    """The station cannot be taken out: it is the one somebody is doing it from."""

    def __init__(self, station: str) -> None:
        super().__init__(station)
        self.station = station


class RecheckPending(DomainError):
    """The books are a restored copy, and nobody has yet compared them with the numbers used and with the store."""


class ClockBehind(DomainError):
    """The computer's clock shows a time before something that was already done: `shown` is before `seen`."""

    def __init__(self, shown: datetime, seen: datetime) -> None:
        super().__init__(shown.isoformat(), seen.isoformat())
        self.shown = shown
        self.seen = seen


class RoomShort(DomainError):
    """The disk is so full that a sale might not be kept; `free` and `needed` are bytes."""

    def __init__(self, free: int, needed: int) -> None:
        super().__init__(free, needed)
        self.free = free
        self.needed = needed


class AlreadyOpen(DomainError):
    """Another program of this computer works in the same books."""


class SafeClosed(DomainError):
    """The place for secrets of this computer does not open.

    `why` is none (there is none), locked, wrong_passphrase or damaged.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class PassphraseWrong(DomainError):
    """The passphrase does not open this copy."""

    field = "passphrase"


class PassphraseWeak(DomainError):
    """A passphrase is shorter than `minimum` signs."""

    field = "passphrase"

    def __init__(self, minimum: int) -> None:
        super().__init__(minimum)
        self.minimum = minimum


class AddressInClear(DomainError):
    """The way to the database on another computer (`server`) would not be encrypted."""

    def __init__(self, server: str) -> None:
        super().__init__(server)
        self.server = server


class PasswordInClear(DomainError):
    """The settings file at `path` shows the database's password, and there is no safe to move it to."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path
