"""Whether somebody who acts still may: looked up in the books at that very moment, never remembered."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from varejoforte_desktop.domain.access_errors import SessionEnded, StationRemoved
from varejoforte_desktop.domain.operator import Actor, Role, grants_of
from varejoforte_desktop.persistence.people import changed_permissions
from varejoforte_desktop.persistence.tables.people import operator
from varejoforte_desktop.persistence.tables.stations import station


def standing(connection: Connection, actor: Actor) -> Actor:
    """The same person with the name, role and permissions of now. Raises SessionEnded or StationRemoved."""
    row = connection.execute(
        select(operator.c.login, operator.c.name, operator.c.role, operator.c.active, station.c.removed_at)
        .outerjoin(station, station.c.name == actor.station)
        .where(operator.c.id == actor.operator_id)
    ).one_or_none()
    if row is None or not row.active or row.login != actor.login:
        raise SessionEnded
    if row.removed_at is not None and row.role is not Role.ADMINISTRADOR:
        raise StationRemoved(actor.station)
    changed = {} if row.role is Role.ADMINISTRADOR else changed_permissions(connection, row.role)
    return replace(actor, name=row.name, role=row.role, granted=grants_of(row.role, changed))
