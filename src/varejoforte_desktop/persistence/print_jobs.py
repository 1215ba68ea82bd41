"""Papers as they are kept: asked for once, each change only from the state it was expected in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from varejoforte_desktop.application.printing_ports import NewPrintJob, PrintJob, PrintJobRow
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.print_job import UNSURE, Paper, PaperKind, PrintState
from varejoforte_desktop.domain.sale import SaleState
from varejoforte_desktop.persistence.dialects import (
    DOCUMENT_PAPERS_DOOR,
    SALE_PAPERS_DOOR,
    insert_into,
    one_at_a_time,
)
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document
from varejoforte_desktop.persistence.tables.people import operator
from varejoforte_desktop.persistence.tables.printing import print_job
from varejoforte_desktop.persistence.tables.sales import sale

#: Came out, or still will.
_COUNTED: Final = (PrintState.WAITING, PrintState.PRINTING, PrintState.PRINTED)
_OPEN: Final = (PrintState.WAITING, PrintState.PRINTING, PrintState.FAILED)
_ROW: Final = select(
    *(column for column in print_job.c if column.name not in {"content", "token", "operator_id"}),
    func.coalesce(operator.c.name, "").label("operator"),
).outerjoin(operator, operator.c.id == print_job.c.operator_id)


class SqlPrintJobs:
    """The list of papers of all stations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_token(self, token: str) -> PrintJob | None:
        """The paper that was asked for under this token."""
        row = self._connection.execute(select(print_job).where(print_job.c.token == token)).one_or_none()
        return None if row is None else _job(row)

    def get(self, job_id: int) -> PrintJob:
        """Held until the transaction ends. Raises NoSuchRecord."""
        statement = select(print_job).where(print_job.c.id == job_id).with_for_update()
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise NoSuchRecord("print_job", str(job_id))
        return _job(row)

    def add(self, job: NewPrintJob, at: datetime) -> int | None:
        """Put it on the list as waiting; None when its token is there already."""
        line = {
            "token": job.token,
            "kind": job.paper.kind,
            "document_id": job.document_id,
            "sale_id": job.sale_id,
            "station": job.station,
            "printer": "",
            "state": PrintState.WAITING,
            "copy": job.paper.copy,
            "cancelled": job.paper.cancelled,
            "cause": "",
            "attempts": 0,
            "content": job.paper.content,
            "operator_id": job.operator_id,
            "created_at": at,
        }
        statement = insert_into(self._connection, print_job).values(line)
        added = self._connection.execute(
            statement.on_conflict_do_nothing(index_elements=["token"]).returning(print_job.c.id)
        ).scalar_one_or_none()
        return None if added is None else int(added)

    def others(
        self,
        kinds: frozenset[PaperKind],
        *,
        document_id: int | None,
        sale_id: int | None,
        content: str | None = None,
        but: int = 0,
    ) -> int:
        """How many papers of one document, or of one sale, have come out or still will, `but` one of them.

        With `content`, only those that are printed from just that.
        Another station counts after this transaction has ended: of two that ask at once, one prints the copy.
        """
        if document_id is not None:
            door, whose, owner = DOCUMENT_PAPERS_DOOR, document_id, print_job.c.document_id == document_id
        elif sale_id is not None:
            door, whose, owner = SALE_PAPERS_DOOR, sale_id, print_job.c.sale_id == sale_id
        else:
            return 0
        one_at_a_time(self._connection, door, of=whose)
        statement = select(func.count()).where(
            owner, print_job.c.kind.in_(kinds), print_job.c.state.in_(_COUNTED), print_job.c.id != but
        )
        if content is not None:
            statement = statement.where(print_job.c.content == content)
        return int(self._connection.execute(statement).scalar_one())

    def cancelled_by_now(self, *, document_id: int | None, sale_id: int | None) -> bool:
        """Whether a document, or the sale it is for, is cancelled; one that is not there is not."""
        documents = select(fiscal_document.c.id).where(
            fiscal_document.c.id == document_id, fiscal_document.c.state == DocumentState.CANCELLED
        )
        sales = select(sale.c.id).where(sale.c.id == sale_id, sale.c.state == SaleState.CANCELLED)
        asked = ((document_id, documents), (sale_id, sales))
        return any(
            owner is not None and self._connection.execute(question).first() is not None
            for owner, question in asked
        )

    def next_waiting(self, station: str, kinds: frozenset[PaperKind]) -> PrintJob | None:
        """The oldest one of these kinds that waits at a station."""
        row = self._connection.execute(
            select(print_job)
            .where(
                print_job.c.station == station,
                print_job.c.state == PrintState.WAITING,
                print_job.c.kind.in_(kinds),
            )
            .order_by(print_job.c.id)
            .limit(1)
        ).one_or_none()
        return None if row is None else _job(row)

    def move(
        self,
        job_id: int,
        *,
        before: frozenset[PrintState],
        state: PrintState,
        cause: str = "",
        printer: str | None = None,
        copy: int | None = None,
        cancelled: bool | None = None,
        attempted: bool = False,
        afresh: bool = False,
        printed_at: datetime | None = None,
    ) -> bool:
        """Change how it stands, when it stands as expected; False when it does not. `afresh` forgets attempts."""
        values: dict[str, Any] = {"state": state, "cause": cause, "printed_at": printed_at}
        if printer is not None:
            values["printer"] = printer[:200]
        if copy is not None:
            values["copy"] = copy
        if cancelled is not None:
            values["cancelled"] = cancelled
        if afresh:
            values["attempts"] = 0
        elif attempted:
            values["attempts"] = print_job.c.attempts + 1
        statement = update(print_job).where(print_job.c.id == job_id, print_job.c.state.in_(before))
        return (
            self._connection.execute(statement.values(values).returning(print_job.c.id)).first() is not None
        )

    def left_printing(self, station: str, kinds: frozenset[PaperKind]) -> Sequence[int]:
        """Papers of these kinds and a station that were being printed when nobody prints: the program or the power ended."""
        statement = select(print_job.c.id).where(
            print_job.c.station == station,
            print_job.c.state == PrintState.PRINTING,
            print_job.c.cause != UNSURE,
            print_job.c.kind.in_(kinds),
        )
        return [int(each) for each in self._connection.execute(statement).scalars()]


class SqlPrintingReader:
    """Questions about papers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(
        self,
        *,
        station: str = "",
        document_id: int | None = None,
        sale_id: int | None = None,
        limit: int = 100,
    ) -> list[PrintJobRow]:
        """Papers, newest first: of a station, a document or a sale when named."""
        statement = _ROW.order_by(print_job.c.id.desc()).limit(limit)
        if station:
            statement = statement.where(print_job.c.station == station)
        if document_id is not None:
            statement = statement.where(print_job.c.document_id == document_id)
        if sale_id is not None:
            statement = statement.where(print_job.c.sale_id == sale_id)
        return [PrintJobRow(**row._asdict()) for row in self._connection.execute(statement)]

    def open_rows(self, station: str, *, limit: int = 50) -> list[PrintJobRow]:
        """What waits, is being printed, failed or is unsure at a station, oldest first."""
        statement = (
            _ROW.where(print_job.c.station == station, print_job.c.state.in_(_OPEN))
            .order_by(print_job.c.id)
            .limit(limit)
        )
        return [PrintJobRow(**row._asdict()) for row in self._connection.execute(statement)]

    def newest_waiting(self, station: str, kinds: frozenset[PaperKind]) -> int:
        """The id of the newest paper of these kinds that waits at a station, 0 for none."""
        statement = select(func.max(print_job.c.id)).where(
            print_job.c.station == station,
            print_job.c.state == PrintState.WAITING,
            print_job.c.kind.in_(kinds),
        )
        return int(self._connection.execute(statement).scalar_one() or 0)

    def paper(self, job_id: int) -> Paper:
        """What a paper is printed from. Raises NoSuchRecord."""
        row = self._connection.execute(select(print_job).where(print_job.c.id == job_id)).one_or_none()
        if row is None:
            raise NoSuchRecord("print_job", str(job_id))
        return _paper(row)


def _paper(row: Any) -> Paper:
    return Paper(kind=row.kind, content=row.content, copy=row.copy, cancelled=row.cancelled)


def _job(row: Any) -> PrintJob:
    return PrintJob(
        id=row.id,
        paper=_paper(row),
        document_id=row.document_id,
        sale_id=row.sale_id,
        station=row.station,
        state=row.state,
        cause=row.cause,
        attempts=row.attempts,
    )
