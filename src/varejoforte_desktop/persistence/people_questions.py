"""Answers about people, permissions, stations and copies of the shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, func, select

from varejoforte_desktop.application.backup_desk import BooksMarks, RecheckCounts
from varejoforte_desktop.application.people_ports import (
    BackupKeyRecord,
    BackupPlan,
    BackupRun,
    InstallationRecord,
    OperatorRecord,
)
from varejoforte_desktop.application.people_questions import PersonRow, StationRow
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.operator import Actor, Permission, Role, grants_of, login_door
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.persistence.backups import SqlBackups, read_plan
from varejoforte_desktop.persistence.copy_marks import counts_of, marks_of, seal_at
from varejoforte_desktop.persistence.people import SqlOperators, changed_permissions
from varejoforte_desktop.persistence.queue_questions import leader
from varejoforte_desktop.persistence.standing import standing
from varejoforte_desktop.persistence.stations import SqlInstallation, SqlStations
from varejoforte_desktop.persistence.tables.audit import audit_entry
from varejoforte_desktop.persistence.tables.backups import backup_key, backup_run
from varejoforte_desktop.persistence.tables.people import operator, sign_in_wait
from varejoforte_desktop.persistence.unit_of_work import Clock, database_now

_RUN = tuple(backup_run.c[each.name] for each in fields(BackupRun))


class SqlPeopleReader:
    """People and stations."""

    def __init__(self, connection: Connection, clock: Clock | None) -> None:
        self._connection = connection
        self._clock = clock

    def people(self) -> list[PersonRow]:
        """Everybody, those on leave last, by name."""
        now = database_now(self._connection, self._clock)
        seen = self._last_seen()
        shut = select(sign_in_wait.c.door, sign_in_wait.c.locked_until).where(
            sign_in_wait.c.locked_until > now
        )
        until = {row.door: row.locked_until for row in self._connection.execute(shut)}
        statement = select(operator).order_by(
            operator.c.active.desc(), func.lower(operator.c.name), operator.c.id
        )
        return [
            PersonRow(
                id=row.id,
                login=row.login,
                name=row.name,
                role=row.role,
                active=row.active,
                must_change=row.must_change,
                waits_until=until.get(login_door(row.login)),
                last_seen_at=seen.get(row.login),
            )
            for row in self._connection.execute(statement)
        ]

    def _last_seen(self) -> dict[str, datetime]:
        signed_in = AuditAction.SIGNED_IN.value
        statement = (
            select(audit_entry.c.subject, func.max(audit_entry.c.at).label("at"))
            .where(audit_entry.c.action == signed_in)
            .group_by(audit_entry.c.subject)
        )
        return {row.subject: row.at for row in self._connection.execute(statement)}

    def grants(self) -> Mapping[Role, frozenset[Permission]]:
        """What each role may in this shop."""
        return {role: grants_of(role, changed_permissions(self._connection, role)) for role in Role}

    def current(self, actor: Actor) -> Actor:
        """The same person as the books have it now."""
        return standing(self._connection, actor)

    def stations(self) -> list[StationRow]:
        """The computers of the shop, those taken out last."""
        version = SqlInstallation(self._connection).get().key_version
        leads = leader(self._connection, database_now(self._connection, self._clock))
        sending = leads.station if leads is not None else None
        rows = [
            StationRow(
                name=each.name,
                joined_at=each.joined_at,
                seen_at=each.seen_at,
                version=each.version,
                removed_at=each.removed_at,
                has_key=bool(each.sealed_key) and each.key_version == version,
                sends=each.name == sending,
            )
            for each in SqlStations(self._connection).all()
        ]
        return sorted(rows, key=lambda row: row.removed_at is not None)

    def record(self, operator_id: int) -> OperatorRecord:
        """For the door alone. Raises NoSuchRecord."""
        return SqlOperators(self._connection).get(operator_id)


class SqlBackupReader:
    """Copies of the shop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, station: str) -> BackupPlan | None:
        """What this station was told, None when nothing."""
        return read_plan(self._connection, station)

    def runs(self, *, station: str = "", limit: int = 50) -> list[BackupRun]:
        """Newest first."""
        statement = select(*_RUN).order_by(backup_run.c.at.desc(), backup_run.c.id.desc()).limit(limit)
        if station:
            statement = statement.where(backup_run.c.station == keepable(station))
        return [BackupRun(**row._asdict()) for row in self._connection.execute(statement)]

    def last_good(self) -> BackupRun | None:
        """The newest copy that was made."""
        statement = (
            select(*_RUN)
            .where(backup_run.c.cause == "")
            .order_by(backup_run.c.at.desc(), backup_run.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else BackupRun(**row._asdict())

    def locked_since(self) -> datetime | None:
        """Since when encrypted copies can be made."""
        return self._connection.execute(select(backup_key.c.since)).scalar_one_or_none()

    def installation(self) -> InstallationRecord:
        """The books' own identity."""
        return SqlInstallation(self._connection).get()

    def locking_key(self) -> BackupKeyRecord | None:
        """What locks copies."""
        return SqlBackups(self._connection).key()

    def marks(self) -> BooksMarks:
        """How far the books have come."""
        return marks_of(self._connection)

    def seal_at(self, entry_id: int) -> str | None:
        """The seal of a line of the audit log."""
        return seal_at(self._connection, entry_id)

    def recheck_counts(self) -> RecheckCounts:
        """What would have to be compared with the store."""
        return counts_of(self._connection)
