"""The audit log: lines are gathered while a use case works and sealed into the chain as the last thing it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, select, update

from varejoforte_desktop.application.people_ports import Fact
from varejoforte_desktop.domain.audit import AuditAction, AuditEntry, sealed_line
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.persistence.tables.audit import audit_entry, audit_head

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


class _Noted(NamedTuple):
    action: AuditAction
    subject: str
    operator: str
    station: str
    before: str
    after: str


class SqlAuditBook:
    """Lines of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._noted: list[_Noted] = []

    def note(
        self,
        action: AuditAction,
        subject: str,
        *,
        by: Actor | None,
        station: str = "",
        before: Mapping[str, Fact] | None = None,
        after: Mapping[str, Fact] | None = None,
    ) -> None:
        """Write down what was done."""
        self._noted.append(
            _Noted(
                action,
                keepable(subject)[:200],
                "" if by is None else by.name,
                (station or ("" if by is None else by.station))[:80],
                _written(before),
                _written(after),
            )
        )

    def finish(self, at: datetime) -> bool:
        """Seal what was noted; whether there was anything.

        The head is held from here to the commit and nothing else is locked after it, so writers queue up for a
        moment and never wait for each other in a circle.
        """
        if not self._noted:
            return False
        head = self._connection.execute(select(audit_head).with_for_update()).one()
        last, previous = head.entry_id, head.hash
        lines = []
        for noted in self._noted:
            last += 1
            entry = AuditEntry(
                id=last,
                at=at,
                operator=noted.operator,
                station=noted.station,
                action=noted.action.value,
                subject=noted.subject,
                before=noted.before,
                after=noted.after,
            )
            seal = sealed_line(entry, previous)
            lines.append({**_columns(entry), "previous": previous, "hash": seal})
            previous = seal
        self._connection.execute(insert(audit_entry), lines)
        self._connection.execute(update(audit_head).values(entry_id=last, hash=previous))
        self._noted.clear()
        return True


def _columns(entry: AuditEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in AuditEntry.__slots__}


def _written(facts: Mapping[str, Fact] | None) -> str:
    if facts is None:
        return ""
    return keepable(_ENCODER.encode(dict(facts)))
