"""Answers about the audit log, for those who may see it, and the proof that no line of it was touched."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Row, Select, or_, select, type_coerce

from varejoforte_desktop.application.people_questions import AuditProof, AuditRow, AuditSearch
from varejoforte_desktop.domain.audit import seal_of
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.persistence.standing import standing
from varejoforte_desktop.persistence.tables.audit import audit_entry, audit_head

_LINE: Final = tuple(audit_entry.c[name] for name in AuditRow.__slots__)
# As they are kept: the instant in milliseconds, whatever somebody may have put in its place.
_SEALED: Final = tuple(type_coerce(each, BigInteger) if each.name == "at" else each for each in _LINE)
#: Lines that are followed in one look, and how many that are wrong are named.
STRETCH: Final = 5000
SHOWN: Final = 20


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

    def prove(self, after: AuditProof | None = None, *, limit: int = STRETCH) -> AuditProof:
        """Follow the chain for a stretch, from where `after` stopped. It tells nobody what the lines say."""
        return followed(self._connection, after or AuditProof(), limit=limit)

    def _allow(self, by: Actor) -> None:
        standing(self._connection, by).needs(Permission.SEE_AUDIT)


def _searched(search: AuditSearch) -> Select[tuple[object, ...]]:
    statement = select(*_LINE)
    if search.actions:
        statement = statement.where(audit_entry.c.action.in_([each.value for each in search.actions]))
    if search.operator:
        statement = statement.where(audit_entry.c.operator == keepable(search.operator))
    if search.station:
        statement = statement.where(audit_entry.c.station == keepable(search.station))
    if search.since is not None:
        statement = statement.where(audit_entry.c.at >= search.since)
    if search.until is not None:
        statement = statement.where(audit_entry.c.at < search.until)
    if search.text:
        looked_in = (audit_entry.c.subject, audit_entry.c.before, audit_entry.c.after)
        statement = statement.where(
            or_(*(each.icontains(keepable(search.text), autoescape=True) for each in looked_in))
        )
    return statement


# -- the proof -----------------------------------------------------------------------------------------


def audit_problems(connection: Connection, *, shown: int = SHOWN) -> list[str]:
    """Lines that were changed, put in, taken out or cut off, as "audit_line: 12", "audit_gap: 13" or "audit_end: 14"."""
    proof = AuditProof()
    while not proof.finished and len(proof.problems) < shown:
        proof = followed(connection, proof)
    return list(proof.problems[:shown])


def followed(connection: Connection, proof: AuditProof, *, limit: int = STRETCH) -> AuditProof:
    """The proof, a stretch of the chain further on."""
    statement = select(audit_entry.c.previous, audit_entry.c.hash, *_SEALED).order_by(audit_entry.c.id)
    if proof.reached is not None:
        statement = statement.where(audit_entry.c.id > proof.reached)
    rows = connection.execute(statement.limit(limit)).all()
    head = connection.execute(select(audit_head.c.entry_id, audit_head.c.hash)).one_or_none()
    problems = list(proof.problems)
    reached, seal = proof.reached, proof.seal
    for row in rows:
        problems += _wrong_with(row, max(reached or 0, 0), seal)
        reached = row.id
        seal = row.hash if row.id > 0 else seal
    finished = len(rows) < limit
    if finished:
        problems += _wrong_at_the_end(max(reached or 0, 0), seal, head)
    return AuditProof(
        reached=reached,
        seal=seal,
        lines=proof.lines + len(rows),
        total=max(0 if head is None else head.entry_id, reached or 0),
        problems=tuple(dict.fromkeys(problems)),
        finished=finished,
    )


def _wrong_with(row: Row[Any], before: int, seal: str) -> list[str]:
    """What is wrong with a line that follows the line `before`, which was sealed with `seal`."""
    missing = row.id > before + 1
    problems = (
        [f"audit_gap: {before + 1}" + (f"-{row.id - 1}" if row.id > before + 2 else "")] if missing else []
    )
    if row.id <= before or row.hash != seal_of(row.previous, row[2:]):
        problems.append(f"audit_line: {row.id}")
    elif row.previous != seal and not missing:
        # It is as it was sealed, but after another one: somebody made a new seal for the one before.
        problems.append(f"audit_line: {before or row.id}")
    return problems


def _wrong_at_the_end(last: int, seal: str, head: Row[int, str] | None) -> list[str]:
    if head is None:
        return [f"audit_end: {last + 1}"]
    if head.entry_id > last:
        return [f"audit_end: {head.entry_id}"]
    if head.entry_id < last:
        put_in = range(head.entry_id + 1, last + 1)
        return [f"audit_line: {number}" for number in put_in[:SHOWN]]
    return [] if head.hash == seal else [f"audit_line: {last}"]
