"""After the clock was set back: nothing in the books goes on waiting for an instant of the clock as it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, func, or_, select, text, update

from varejoforte_desktop.domain.outbox import Aspect, RetryPolicy
from varejoforte_desktop.persistence.tables.stations import installation
from varejoforte_desktop.persistence.tables.sync import STILL_OWED, outbox, store_link

#: Transactions of several stations that wait for each other may be this much out of order by themselves.
AHEAD: Final = timedelta(seconds=10)
#: No line waits longer for its next try: a later instant is of another clock.
_LONGEST_WAIT: Final = RetryPolicy().longest + timedelta(minutes=5)
#: A term may have been renewed a moment before.
_LEASE: Final = timedelta(minutes=2)
_DUE: Final = text(STILL_OWED)


def set_back(connection: Connection, at: datetime, *, latest: datetime | None) -> bool:
    """Whether somebody was here at a later instant than now; `latest` is when the term before this one was to end."""
    if latest is not None and latest > at + _LEASE:
        return True
    seen = connection.execute(select(installation.c.seen_at)).scalar_one_or_none()
    if seen is not None and seen > at + AHEAD:
        return True
    # One look at the end of the index for each rank, however long the queue is.
    last = [
        select(func.max(outbox.c.due_at)).where(_DUE, outbox.c.rank == rank)
        for rank in sorted({aspect.rank for aspect in Aspect})
    ]
    found = [connection.execute(each).scalar_one_or_none() for each in last]
    return any(each is not None and each > at + _LONGEST_WAIT for each in found)


def put_right(connection: Connection, at: datetime) -> None:
    """Lines that wait for an instant of the old clock are due now; what is unknown is unknown since now.

    A line that rightly waits after a failure goes on waiting. Unknown outcomes are waited for anew: the store may
    still apply what it was told a moment before the clock was set.
    """
    later = at + AHEAD
    foreign = or_(
        outbox.c.since > later, outbox.c.last_attempt_at > later, outbox.c.due_at > at + _LONGEST_WAIT
    )
    connection.execute(update(outbox).where(_DUE, outbox.c.due_at > at, foreign).values(due_at=at))
    connection.execute(update(outbox).where(outbox.c.last_attempt_at > later).values(last_attempt_at=at))
    connection.execute(update(outbox).where(outbox.c.since > later).values(since=at))
    for table in (outbox, store_link):
        column = table.c.unknown_since
        connection.execute(
            update(table).where(and_(column.is_not(None), column > later)).values(unknown_since=at)
        )
