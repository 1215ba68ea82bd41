"""What the store has still to hear, as it is kept: a line a subject and aspect, never one an edit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, case, delete, func, literal, or_, select, text, update

from varejoforte_desktop.application.delivery_ports import Owed
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.persistence.dialects import in_chunks, insert_into
from varejoforte_desktop.persistence.tables.catalogue import brand, category, product
from varejoforte_desktop.persistence.tables.sync import STILL_OWED, outbox

_DUE: Final = text(STILL_OWED)
_OURS: Final = and_(
    outbox.c.id == bindparam("key"),
    outbox.c.state == QueueState.SENDING,
    outbox.c.claim_epoch == bindparam("epoch"),
)
_LEAVE: Final = delete(outbox).where(_OURS, outbox.c.revision == bindparam("sent"))
_AGAIN: Final = (
    update(outbox)
    .where(
        outbox.c.id.in_(bindparam("ids", expanding=True)),
        outbox.c.state == QueueState.SENDING,
        outbox.c.claim_epoch == bindparam("epoch"),
    )
    .values(
        state=QueueState.WAITING,
        due_at=bindparam("at", type_=outbox.c.due_at.type),
        attempts=0,
        unknown_since=None,
        cause="",
        detail="",
        facts="{}",
    )
)
_VERIFY: Final = (
    update(outbox)
    .where(_OURS)
    .values(
        state=QueueState.WAITING,
        due_at=case(
            (outbox.c.revision > bindparam("sent"), bindparam("at", type_=outbox.c.due_at.type)),
            else_=bindparam("visit", type_=outbox.c.due_at.type),
        ),
        attempts=0,
        cause="verifying",
        detail="",
    )
)
_OWING: Final[dict[str, Any]] = {}
_CLAIMED: Final = (
    outbox.c.id,
    outbox.c.subject_kind,
    outbox.c.subject_id,
    outbox.c.aspect,
    outbox.c.revision,
    outbox.c.attempts,
    outbox.c.since,
    outbox.c.unknown_since,
    outbox.c.cause,
)


class SqlOutbox:
    """The queue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owe(self, subjects: Iterable[Subject], aspects: Iterable[Aspect], at: datetime) -> None:
        """Write down what is owed; a line that is there keeps its place and gets a later revision."""
        sides = sorted(
            set(aspects), key=lambda aspect: aspect.rank
        )  # one order, so that stations never cross
        lines = [_new_line(subject, aspect, at) for subject in subjects for aspect in sides]
        if lines:
            self._connection.execute(self._owing(), lines)

    def _owing(self) -> Any:
        """Put together once a dialect: building it costs as much as all the rest of saving a product."""
        name = self._connection.dialect.name
        if name not in _OWING:
            _OWING[name] = self._new_owing()
        return _OWING[name]

    def _new_owing(self) -> Any:
        """An edit raises the revision; others keep their wait, but not a line that a person had to look at, nor one
        that only waits to be looked at again: the new value goes at once.
        """
        statement = insert_into(self._connection, outbox)
        new = statement.excluded
        afresh = or_(outbox.c.state == QueueState.HALTED, outbox.c.cause == "verifying")
        return statement.on_conflict_do_update(
            index_elements=["subject_kind", "subject_id", "aspect"],
            set_={
                "revision": outbox.c.revision + 1,
                "state": case((outbox.c.state == QueueState.HALTED, new.state), else_=outbox.c.state),
                "due_at": case((afresh, new.due_at), else_=outbox.c.due_at),
                "attempts": case((afresh, 0), else_=outbox.c.attempts),
                "cause": case((afresh, ""), else_=outbox.c.cause),
                "detail": case((afresh, ""), else_=outbox.c.detail),
                "facts": case((afresh, "{}"), else_=outbox.c.facts),
            },
        )

    def drop(self, subjects: Iterable[Subject], aspects: Iterable[Aspect]) -> None:
        """These aspects are owed no more; a line that is being sent at this moment leaves by its own answer."""
        sides = list(aspects)
        for subject in subjects:
            mine = (outbox.c.subject_kind == subject.kind, outbox.c.subject_id == subject.id)
            free = (outbox.c.aspect.in_(sides), outbox.c.state != QueueState.SENDING)
            self._connection.execute(delete(outbox).where(*mine, *free))

    def owe_catalogue(self, at: datetime) -> None:
        """Owe everything about every brand, category and product that is sold online, tries and waits forgotten."""
        sources = [
            (SubjectKind.BRAND, select(brand.c.id), (Aspect.CONTENT,)),
            (SubjectKind.CATEGORY, select(category.c.id), (Aspect.CONTENT,)),
            (SubjectKind.PRODUCT, select(product.c.id).where(product.c.sell_online), tuple(EVERYTHING)),
        ]
        for kind, ids, aspects in sources:
            for aspect in aspects:
                self._owe_all(kind, ids, aspect, at)

    def _owe_all(self, kind: SubjectKind, ids: Any, aspect: Aspect, at: datetime) -> None:
        line = _new_line(Subject(kind, 0), aspect, at)
        names = [name for name in line if name != "subject_id"]
        values = [literal(line[name], type_=outbox.c[name].type) for name in names]
        # WHERE true: without it SQLite reads the ON of ON CONFLICT as a join's.
        source = ids.add_columns(*values).where(literal(value=True))
        statement = insert_into(self._connection, outbox).from_select(["subject_id", *names], source)
        new = statement.excluded
        sending = outbox.c.state == QueueState.SENDING
        afresh = {
            "due_at": new.due_at,
            "attempts": 0,
            "unknown_since": None,
            "cause": "",
            "detail": "",
            "facts": "{}",
        }
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["subject_kind", "subject_id", "aspect"],
                set_={
                    "revision": outbox.c.revision + 1,
                    "state": case((sending, outbox.c.state), else_=new.state),
                    **{name: case((sending, outbox.c[name]), else_=value) for name, value in afresh.items()},
                },
            )
        )

    def claim(
        self, *, at: datetime, until: datetime, epoch: int, aspects: frozenset[Aspect], limit: int
    ) -> list[Owed]:
        """Take the due lines of up to `limit` subjects: stock first, then price, then content, oldest first."""
        due = and_(_DUE, outbox.c.paused.is_(False), outbox.c.due_at <= at, outbox.c.aspect.in_(aspects))
        subjects = self._first_subjects(due, limit)
        if not subjects:
            return []
        taken: list[Owed] = []
        for kind in {subject.kind for subject in subjects}:
            ids = [subject.id for subject in subjects if subject.kind is kind]
            for some in in_chunks(ids):
                taken += self._take(
                    and_(due, outbox.c.subject_kind == kind, outbox.c.subject_id.in_(some)), epoch, until, at
                )
        place = {subject: number for number, subject in enumerate(subjects)}
        return sorted(taken, key=lambda line: (place[line.subject], line.aspect.rank))

    def _first_subjects(self, due: Any, limit: int) -> list[Subject]:
        """The next subjects in order. Three lines a subject at most, so 3 × limit lines always hold enough."""
        statement = (
            select(outbox.c.subject_kind, outbox.c.subject_id)
            .where(due)
            .order_by(outbox.c.rank, outbox.c.due_at, outbox.c.id)
            .limit(3 * limit)
            .with_for_update(skip_locked=True)  # never wait for a cashier's transaction
        )
        rows = self._connection.execute(statement)
        return list(dict.fromkeys(Subject(row.subject_kind, row.subject_id) for row in rows))[:limit]

    def _take(self, which: Any, epoch: int, until: datetime, at: datetime) -> list[Owed]:
        free = select(outbox.c.id).where(which).with_for_update(skip_locked=True)
        ids = list(self._connection.execute(free).scalars())
        taken: list[Owed] = []
        for some in in_chunks(ids):
            taken += self._mark(some, epoch, until, at)
        return taken

    def _mark(self, ids: Sequence[int], epoch: int, until: datetime, at: datetime) -> list[Owed]:
        statement = (
            update(outbox)
            .where(outbox.c.id.in_(ids))
            .values(state=QueueState.SENDING, claim_epoch=epoch, claimed_until=until, last_attempt_at=at)
            .returning(*_CLAIMED)
        )
        return [
            Owed(
                id=row.id,
                subject=Subject(row.subject_kind, row.subject_id),
                aspect=row.aspect,
                revision=row.revision,
                attempts=row.attempts,
                since=row.since,
                unknown_since=row.unknown_since,
                cause=row.cause,
            )
            for row in self._connection.execute(statement)
        ]

    def acknowledge(
        self, lines: Sequence[Owed], *, epoch: int, at: datetime, verify_at: datetime | None = None
    ) -> None:
        """The store said yes: a line of the revision sent leaves (or is visited again), a newer one waits."""
        if not lines:
            return
        keys = [{"key": line.id, "epoch": epoch, "sent": line.revision} for line in lines]
        if verify_at is None:
            self._connection.execute(_LEAVE, keys)
            for some in in_chunks([line.id for line in lines]):
                self._connection.execute(_AGAIN, {"ids": list(some), "epoch": epoch, "at": at})
        else:
            visits = [each | {"at": at, "visit": verify_at} for each in keys]
            self._connection.execute(_VERIFY, visits)

    def outdated(self, lines: Sequence[Owed]) -> set[Subject]:
        """The subjects of stock lines that were owed again since they were taken."""
        sent = {line.id: line for line in lines if line.aspect is Aspect.STOCK}
        found: set[Subject] = set()
        for some in in_chunks(list(sent)):
            statement = select(outbox.c.id, outbox.c.revision).where(outbox.c.id.in_(some))
            for row in self._connection.execute(statement):
                if row.revision > sent[row.id].revision:
                    found.add(sent[row.id].subject)
        return found

    def postpone(
        self,
        lines: Sequence[Owed],
        *,
        epoch: int,
        due_at: datetime,
        cause: str,
        detail: str = "",
        counted: bool,
        unknown_since: datetime | None = None,
    ) -> None:
        """Not now: the lines wait until `due_at`."""
        ids = [line.id for line in lines]
        values: dict[str, Any] = {
            "state": QueueState.OUTCOME_UNKNOWN if unknown_since else QueueState.WAITING,
            "due_at": due_at,
            "cause": cause[:40],
            "detail": detail,
            "attempts": outbox.c.attempts + int(counted),
        }
        if unknown_since is not None:
            values["unknown_since"] = func.coalesce(
                outbox.c.unknown_since, literal(unknown_since, type_=outbox.c.unknown_since.type)
            )
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids), outbox.c.state == QueueState.SENDING, outbox.c.claim_epoch == epoch)
            .values(values)
        )

    def halt(
        self, lines: Sequence[Owed], *, epoch: int, cause: str, detail: str, facts: Mapping[str, str]
    ) -> None:
        """A person has to look; unless it was edited meanwhile: then the new content gets its own try."""
        for line in lines:
            edited = outbox.c.revision > line.revision
            self._connection.execute(
                update(outbox)
                .where(
                    outbox.c.id == line.id,
                    outbox.c.state == QueueState.SENDING,
                    outbox.c.claim_epoch == epoch,
                )
                .values(
                    state=case((edited, QueueState.WAITING.value), else_=QueueState.HALTED.value),
                    attempts=outbox.c.attempts + 1,
                    cause=cause[:40],
                    detail=detail,
                    facts=json.dumps(dict(facts), ensure_ascii=False),
                )
            )

    def recover(self, *, epoch: int, at: datetime) -> int:
        """Lines that a run which is gone took and never settled wait again, their outcome unknown."""
        return self._connection.execute(
            update(outbox)
            .where(outbox.c.state == QueueState.SENDING, outbox.c.claim_epoch <= epoch)
            .values(
                state=QueueState.OUTCOME_UNKNOWN,
                due_at=at,
                attempts=outbox.c.attempts + 1,
                unknown_since=func.coalesce(
                    outbox.c.unknown_since, literal(at, type_=outbox.c.unknown_since.type)
                ),
                cause="interrupted",
            )
        ).rowcount

    def hurry(self, *, at: datetime, causes: frozenset[str]) -> int:
        """Lines that wait because of these causes become due now."""
        return self._connection.execute(
            update(outbox).where(_DUE, outbox.c.due_at > at, outbox.c.cause.in_(causes)).values(due_at=at)
        ).rowcount

    def revive(self, *, at: datetime, cause: str) -> int:
        """Lines that were halted for this cause wait again."""
        return self._connection.execute(
            update(outbox)
            .where(outbox.c.state == QueueState.HALTED, outbox.c.cause == cause)
            .values(state=QueueState.WAITING, due_at=at, attempts=0, cause="", detail="", facts="{}")
        ).rowcount

    def next_due(self, *, aspects: frozenset[Aspect]) -> datetime | None:
        """When the next waiting line becomes due."""
        firsts: list[datetime] = []
        for aspect in aspects:  # one look at the index each, however long the queue is
            statement = select(outbox.c.due_at).where(
                _DUE, outbox.c.rank == aspect.rank, outbox.c.aspect == aspect, outbox.c.paused.is_(False)
            )
            firsts += self._connection.execute(statement.order_by(outbox.c.due_at).limit(1)).scalars()
        return min(firsts, default=None)

    def retry(self, ids: Sequence[int], at: datetime) -> int:
        """Again, now, with the tries forgotten."""
        return self._change(
            ids,
            or_(_DUE, outbox.c.state == QueueState.HALTED),
            {
                "state": case(
                    (outbox.c.unknown_since.is_not(None), QueueState.OUTCOME_UNKNOWN.value),
                    else_=QueueState.WAITING.value,
                ),
                "due_at": at,
                "attempts": 0,
                "cause": "",
                "detail": "",
                "paused": False,
            },
        )

    def pause(self, ids: Sequence[int], *, paused: bool) -> int:
        """Not these for now, or these again."""
        return self._change(ids, literal(value=True), {"paused": paused})

    def discard(self, ids: Sequence[int]) -> int:
        """Leave it: a line that is not being sent goes."""
        count = 0
        for some in in_chunks(ids):
            count += self._connection.execute(
                delete(outbox).where(outbox.c.id.in_(some), outbox.c.state != QueueState.SENDING)
            ).rowcount
        return count

    def _change(self, ids: Sequence[int], which: Any, values: dict[str, Any]) -> int:
        count = 0
        for some in in_chunks(ids):
            count += self._connection.execute(
                update(outbox).where(outbox.c.id.in_(some), which).values(values)
            ).rowcount
        return count

    def owed_subjects(self, ids: Sequence[int]) -> list[Subject]:
        """The subjects of these lines."""
        found: dict[Subject, None] = {}
        for some in in_chunks(ids):
            statement = select(outbox.c.subject_kind, outbox.c.subject_id).where(outbox.c.id.in_(some))
            for row in self._connection.execute(statement):
                found[Subject(row.subject_kind, row.subject_id)] = None
        return list(found)


def _new_line(subject: Subject, aspect: Aspect, at: datetime) -> dict[str, Any]:
    return {
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "aspect": aspect,
        "rank": aspect.rank,
        "revision": 1,
        "state": QueueState.WAITING,
        "paused": False,
        "since": at,
        "due_at": at,
        "attempts": 0,
    }
