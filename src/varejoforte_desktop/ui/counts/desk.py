"""What is known of the count that goes on, and the scans on their way to it, one after another."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import ProductRow, Reader
from varejoforte_desktop.application.sale_ports import CountLine
from varejoforte_desktop.application.sale_questions import CountLineRow, CountRow
from varejoforte_desktop.application.stock_count import scan
from varejoforte_desktop.domain.errors import CountClosed, DomainError
from varejoforte_desktop.ui.counts.scan_field import Scan, read_scan
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope

_log = logging.getLogger(__name__)
#: How many that nobody counted are listed; one more is asked for, to know whether there are more.
MOST_MISSING: Final = 200
_GATHER_MS: Final = 300
# Other stations count too, and nobody tells this one.
_OTHERS_MS: Final = 5_000


@dataclass(frozen=True, slots=True)
class CountFacts:
    """What the place of the counts shows: the one that goes on with its lines, and those before."""

    going_on: CountRow | None
    counted: tuple[CountLineRow, ...]
    missing: tuple[CountLineRow, ...]
    past: tuple[CountRow, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan that was counted: so many of this product, which makes `line.counted`."""

    product: ProductRow
    amount: Decimal
    line: CountLine


@dataclass(frozen=True, slots=True)
class Refused:
    """A scan that was not counted; `error` is None when nobody knows the code."""

    text: str
    error: DomainError | BooksError | None


def count_facts(reader: Reader) -> CountFacts:
    """Ask the books all of it at once."""
    rows = reader.tills.counts(limit=30)
    going_on = next((row for row in rows if row.state == "open"), None)
    return CountFacts(
        going_on=going_on,
        counted=() if going_on is None else tuple(reader.tills.count_lines(going_on.id)),
        missing=()
        if going_on is None
        else tuple(reader.tills.uncounted(going_on.id, limit=MOST_MISSING + 1)),
        past=tuple(row for row in rows if row.state != "open"),
    )


class CountDesk(QObject):
    """Reads when asked and while it is watched; a scan shows at once and is read again from the books soon after."""

    #: The CountFacts changed.
    changed = Signal(object)
    #: A scan was counted: its Scanned.
    scanned = Signal(object)
    #: A scan was refused: its Refused.
    refused = Signal(object)
    #: The books could not be read: the exception.
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = session.services
        self._actor = session.actor
        self._reading = TaskScope(self, self.failed.emit)
        self._scanning = TaskScope(self, self.failed.emit)
        self._waiting: deque[str | Scanned] = deque()
        self._asked_again = False
        self.facts: CountFacts | None = None
        self._gather = self._timer(_GATHER_MS, single=True)
        self._others = self._timer(_OTHERS_MS, single=False)
        self._forget = self._services.changes.subscribe(self._heard)

    def _timer(self, milliseconds: int, *, single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(single)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.refresh)
        return timer

    # -- reading --------------------------------------------------------------------------------------

    def watch(self, *, watched: bool) -> None:
        """While somebody looks, what other stations count is seen too."""
        if watched:
            self._others.start()
        else:
            self._others.stop()
            self._gather.stop()

    def refresh(self) -> None:
        """Read all of it, once more when it was asked for meanwhile."""
        if self._reading.busy:
            self._asked_again = True
        else:
            self._reading.start(self._read())

    async def _read(self) -> None:
        while True:
            self._asked_again = False
            facts = await self._services.backend.read(count_facts)
            # A scan under way is newer than what was just read.
            if not self._scanning.busy and not self._asked_again:
                self._show(facts)
                return
            if self._scanning.busy:
                self._gather.start()
                return

    def _show(self, facts: CountFacts) -> None:
        self.facts = facts
        self.changed.emit(facts)

    def _heard(self, topics: frozenset[Topic]) -> None:
        if topics & {Topic.COUNTS, Topic.STOCK, Topic.PRODUCTS} and self._others.isActive():
            self._gather.start()

    # -- scanning -------------------------------------------------------------------------------------

    def take(self, text: str) -> None:
        """A code came from the scanner; it is counted after those before it."""
        self._put(text)

    def take_back(self, done: Scanned) -> None:
        """Undo a scan."""
        self._put(done)

    def _put(self, wish: str | Scanned) -> None:
        self._waiting.append(wish)
        if not self._scanning.busy:
            self._scanning.start(self._work_off())

    async def _work_off(self) -> None:
        while self._waiting:
            wish = self._waiting.popleft()
            try:
                if isinstance(wish, Scanned):
                    await self._count(wish.product, -wish.amount)
                else:
                    await self._count_code(wish)
            except (DomainError, BooksError) as error:
                text = wish.product.reference if isinstance(wish, Scanned) else wish
                self.refused.emit(Refused(text, error))
                if isinstance(error, CountClosed):
                    self._waiting.clear()
        self._gather.start()

    async def _count_code(self, text: str) -> None:
        wanted = read_scan(text)
        if wanted is None:
            return
        product = await self._services.backend.read(lambda reader: _by_code(reader, wanted))
        if product is None:
            self.refused.emit(Refused(wanted.code, None))
        else:
            await self._count(product, wanted.amount)

    async def _count(self, product: ProductRow, amount: Decimal) -> None:
        line = await self._services.backend.run(scan, product.id, amount, by=self._actor)
        done = Scanned(product, amount, line)
        self._note(done)
        self.scanned.emit(done)

    def _note(self, done: Scanned) -> None:
        """Show the scan before the books are read again."""
        facts = self.facts
        if facts is None or facts.going_on is None:
            return
        known = {row.product_id: row for row in facts.counted}
        before = known.pop(done.product.id, None)
        if done.line.counted or done.amount > 0:
            known[done.product.id] = CountLineRow(
                product_id=done.product.id,
                reference=done.product.reference,
                name=done.product.name,
                unit=done.product.unit,
                counted=done.line.counted,
                expected=done.line.expected,
                moved=before is not None and before.moved,
                last_at=self._services.clock(),
                cost=done.product.cost,
            )
        missing = tuple(row for row in facts.missing if row.product_id != done.product.id)
        self.facts = replace(facts, counted=tuple(known.values()), missing=missing)
        self.changed.emit(self.facts)

    # -- ending ---------------------------------------------------------------------------------------

    async def settled(self) -> None:
        """Wait until every scan that came is counted."""
        await self._scanning.settled()

    async def aclose(self) -> None:
        """Count what was scanned, then end what runs."""
        self._forget()
        self.watch(watched=False)
        await self._scanning.settled()
        self._gather.stop()
        self._scanning.close()
        self._reading.close()
        await self._reading.settled()


def _by_code(reader: Reader, wanted: Scan) -> ProductRow | None:
    found = reader.product_by_code(wanted.code)
    rows: Sequence[ProductRow] = [] if found is None else reader.product_rows([found])
    return rows[0] if rows else None
