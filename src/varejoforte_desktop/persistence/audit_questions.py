"""Answers about the audit log, for those who may see it, and the proof that no line of it was touched."""

from __future__ import annotations

from sqlalchemy import Connection, Select, or_, select

from varejoforte_desktop.application.people_questions import AuditRow, AuditSearch
from varejoforte_desktop.domain.audit import BEGINNING, AuditEntry, sealed_line
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.persistence.standing import standing
from varejoforte_desktop.persistence.tables.audit import audit_entry, audit_head

_LINE = tuple(audit_entry.c[name] for name in AuditRow.__slots__)


class SqlAuditReader:
    """The log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(
        self, search: AuditSearch, *, by: Actor, before_id: int | None = None, limit: int = 200
    ) -> list[AuditRow]:
        """Newest first. Raises NotAllowed, SessionEnded."""
        self._allow(by)
        statement = _searched(search).order_by(audit_entry.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(audit_entry.c.id < before_id)
        return [AuditRow(**row._asdict()) for row in self._connection.execute(statement)]

    def operators(self, *, by: Actor) -> list[str]:
        """Names that stand in the log."""
        self._allow(by)
        names = select(audit_entry.c.operator).distinct().where(audit_entry.c.operator != "")
        return sorted(self._connection.execute(names).scalars())

    def stations(self, *, by: Actor) -> list[str]:
        """Stations that stand in the log."""
        self._allow(by)
        names = select(audit_entry.c.station).distinct().where(audit_entry.c.station != "")
        return sorted(self._connection.execute(names).scalars())

    def _allow(self, by: Actor) -> None:
        standing(self._connection, by).needs(Permission.SEE_AUDIT)


def _searched(search: AuditSearch) -> Select[tuple[object, ...]]:
    statement = select(*_LINE)
    if search.actions:
        statement = statement.where(audit_entry.c.action.in_([each.value for each in search.actions]))
    if search.operator:
        statement = statement.where(audit_entry.c.operator == search.operator)
    if search.station:
        statement = statement.where(audit_entry.c.station == search.station)
    if search.since is not None:
        statement = statement.where(audit_entry.c.at >= search.since)
    if search.until is not None:
        statement = statement.where(audit_entry.c.at < search.until)
    if search.text:
        looked_in = (audit_entry.c.subject, audit_entry.c.before, audit_entry.c.after)
        statement = statement.where(
            or_(*(each.icontains(search.text, autoescape=True) for each in looked_in))
        )
    return statement


def audit_problems(connection: Connection, *, shown: int = 20) -> list[str]:
    """Lines that were changed, taken out or cut off, as "audit_line: 12", "audit_gap: 13" or "audit_end: 14"."""
    problems: list[str] = []
    previous, expected = BEGINNING, 1
    lines = connection.execution_options(stream_results=True).execute(
        select(audit_entry).order_by(audit_entry.c.id)
    )
    for row in lines.yield_per(1000):
        entry = AuditEntry(**{name: getattr(row, name) for name in AuditEntry.__slots__})
        if row.id != expected:
            problems.append(f"audit_gap: {expected}")
        elif row.previous != previous or row.hash != sealed_line(entry, row.previous):
            problems.append(f"audit_line: {row.id}")
        previous, expected = row.hash, row.id + 1
        if len(problems) >= shown:
            return problems
    head = connection.execute(select(audit_head)).one()
    if (head.entry_id, head.hash) != (expected - 1, previous):
        problems.append(f"audit_end: {head.entry_id}")
    return problems
