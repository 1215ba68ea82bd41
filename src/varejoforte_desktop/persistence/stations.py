"""The computers of the shop and the books' own identity, as they are kept."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from varejoforte_desktop.application.people_ports import InstallationRecord, StationRecord
from varejoforte_desktop.persistence.dialects import upsert
from varejoforte_desktop.persistence.tables.stations import installation, station

_ABOUT_BOOKS = tuple(installation.c[each.name] for each in fields(InstallationRecord))


class SqlStations:
    """The computers of the shop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> StationRecord | None:
        """One of them."""
        row = self._connection.execute(select(station).where(station.c.name == name)).one_or_none()
        return None if row is None else station_of(row)

    def all(self) -> list[StationRecord]:
        """Every one that ever was, by name."""
        return [station_of(row) for row in self._connection.execute(select(station).order_by(station.c.name))]

    def save(self, record: StationRecord) -> None:
        """Keep it."""
        upsert(self._connection, station, [asdict(record)], key=("name",))

    def seen(self, name: str, *, at: datetime, version: str) -> None:
        """Somebody works at it."""
        self._connection.execute(
            update(station).where(station.c.name == name).values(seen_at=at, version=version)
        )


def station_of(row: Any) -> StationRecord:
    """A StationRecord from a row of the table."""
    return StationRecord(**{each.name: getattr(row, each.name) for each in fields(StationRecord)})


class SqlInstallation:
    """The one line about the books themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> InstallationRecord:
        """It is made with the books."""
        return InstallationRecord(**self._connection.execute(select(*_ABOUT_BOOKS)).one()._asdict())

    def hold(self) -> InstallationRecord:
        """The same, ours until the transaction ends."""
        row = self._connection.execute(select(*_ABOUT_BOOKS).with_for_update()).one()
        return InstallationRecord(**row._asdict())

    def save(self, record: InstallationRecord) -> None:
        """Keep it."""
        self._connection.execute(update(installation).values(asdict(record)))

    def seen(self, at: datetime) -> None:
        """Raise `seen_at`; never lowers it."""
        self._connection.execute(update(installation).where(installation.c.seen_at < at).values(seen_at=at))
