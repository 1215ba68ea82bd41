"""Plans for copies of the shop, the key that opens them, and the copies that were made."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from varejoforte_desktop.application.people_ports import BackupKeyRecord, BackupPlan, BackupRun
from varejoforte_desktop.persistence.dialects import upsert
from varejoforte_desktop.persistence.tables.backups import backup_key, backup_plan, backup_run


class SqlBackups:
    """Plans and made copies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, station: str) -> BackupPlan | None:
        """What this station was told, None when nothing."""
        return read_plan(self._connection, station)

    def save_plan(self, station: str, plan: BackupPlan) -> None:
        """Keep it."""
        upsert(self._connection, backup_plan, [{"station": station, **asdict(plan)}], key=("station",))

    def key(self) -> BackupKeyRecord | None:
        """What locks encrypted copies."""
        row = self._connection.execute(
            select(backup_key.c.recipient, backup_key.c.identity, backup_key.c.since)
        ).one_or_none()
        return None if row is None else BackupKeyRecord(**row._asdict())

    def save_key(self, key: BackupKeyRecord) -> None:
        """Copies made from now on are locked with it; older ones carry the one they were locked with."""
        upsert(self._connection, backup_key, [{"id": 1, **asdict(key)}], key=("id",))

    def note(self, run: BackupRun) -> None:
        """Write down a copy that was made, or why it was not."""
        self._connection.execute(insert(backup_run).values(asdict(run)))


def read_plan(connection: Connection, station: str) -> BackupPlan | None:
    """A station's plan, None when nobody made one."""
    row = connection.execute(select(backup_plan).where(backup_plan.c.station == station)).one_or_none()
    if row is None:
        return None
    return BackupPlan(**{name: value for name, value in row._asdict().items() if name != "station"})
