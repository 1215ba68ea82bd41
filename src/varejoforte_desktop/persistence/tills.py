"""Tills as they are kept: one open at a station at most, its money summed anew from what went through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from varejoforte_desktop.application.sale_ports import OpenTill, TillCount
from varejoforte_desktop.domain.errors import TillAlreadyOpen, TillClosed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.domain.till import CashDraft
from varejoforte_desktop.persistence.dialects import insert_into, insert_new
from varejoforte_desktop.persistence.tables.till import cash_movement, till, till_check
from varejoforte_desktop.persistence.till_reading import totals_of, written_methods, written_pieces


class SqlTills:
    """Nothing is ever added up in the till itself, so a total cannot drift from its parts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_at(self, station: str) -> OpenTill | None:
        """The till that is open at a station with what went through it, held until the transaction ends.

        Whoever sells holds it too: a closing waits for the sale that is being written, or the sale finds it closed.
        """
        row = self._connection.execute(
            select(till).where(till.c.station == station, till.c.closed_at.is_(None)).with_for_update()
        ).one_or_none()
        if row is None:
            return None
        # Asked only now: on PostgreSQL a question asked before the wait would not see what was waited for.
        totals, methods = totals_of(self._connection, row.id, row.opening_float)
        return OpenTill(
            id=row.id,
            station=row.station,
            operator_id=row.operator_id,
            opened_at=row.opened_at,
            totals=totals,
            methods=methods,
        )

    def opened_since(self, station: str, since: datetime) -> bool:
        """Whether a till, open or closed by now, was opened at a station at or after an instant."""
        statement = select(till.c.id).where(till.c.station == station, till.c.opened_at >= since).limit(1)
        return self._connection.execute(statement).first() is not None

    def open(self, *, station: str, operator_id: int, opening_float: Money, at: datetime) -> int:
        """Open a till; gives its id. Raises TillAlreadyOpen."""
        line = {
            "station": station,
            "operator_id": operator_id,
            "opened_at": at,
            "opening_float": opening_float,
            "pieces": "{}",
            "methods": "{}",
            "note": "",
        }
        # Whatever is in the way can only be the open till of this station; the transaction goes on.
        statement = insert_into(self._connection, till).values(line).on_conflict_do_nothing()
        opened = self._connection.execute(statement.returning(till.c.id)).scalar_one_or_none()
        if opened is None:
            raise TillAlreadyOpen(station)
        return int(opened)

    def move(
        self,
        till_id: int,
        draft: CashDraft,
        *,
        token: str,
        operator_id: int,
        approved_by: int | None,
        at: datetime,
    ) -> bool:
        """Write a supply or a withdrawal; False when the token is there already."""
        line = {
            "token": token,
            "till_id": till_id,
            "kind": draft.kind,
            "amount": draft.amount,
            "reason": draft.reason,
            "operator_id": operator_id,
            "approved_by": approved_by,
            "at": at,
        }
        return insert_new(self._connection, cash_movement, line, unique=("token",))

    def note_check(
        self, till_id: int, *, expected: Money, count: TillCount, operator_id: int, at: datetime
    ) -> None:
        """Write down a count that does not close the till."""
        self._connection.execute(
            insert(till_check).values(
                till_id=till_id,
                operator_id=operator_id,
                at=at,
                expected_cash=expected,
                counted_cash=count.cash,
                pieces=written_pieces(count.pieces),
                note=count.note,
            )
        )

    def close(
        self,
        till_id: int,
        *,
        expected: Money,
        expected_methods: Mapping[PaymentMethod, Money],
        count: TillCount,
        closed_by: int,
        at: datetime,
    ) -> None:
        """Close it for good. Raises TillClosed when it was closed before."""
        closed = self._connection.execute(
            update(till)
            .where(till.c.id == till_id, till.c.closed_at.is_(None))
            .values(
                closed_at=at,
                closed_by=closed_by,
                expected_cash=expected,
                counted_cash=count.cash,
                pieces=written_pieces(count.pieces),
                methods=written_methods(expected_methods, count.methods),
                note=count.note,
            )
            .returning(till.c.id)
        ).first()
        if closed is None:
            station = select(till.c.station).where(till.c.id == till_id)
            raise TillClosed(self._connection.execute(station).scalar_one())
