"""Counting the shelves while the shop goes on selling: only what the count itself found is corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery_ports import ProductSheet
from varejoforte_desktop.application.ports import Movement, UnitOfWork
from varejoforte_desktop.application.sale_ports import CountLine, OpenCount
from varejoforte_desktop.domain.audit import AuditAction, reais
from varejoforte_desktop.domain.errors import CountClosed, Missing, Negative, TooLong
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import NONE
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.texts import keepable

#: The ledger's room for a document: the count is called there by its name.
LONGEST_NAME: Final = 60
# What the ledger gives as the motive; it is the shop's own paper and speaks as the shop does.
_COUNTED: Final = "Contagem"
_NOT_FOUND: Final = "Não contado"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLine:
    """A product of which fewer were left than the count found missing: they were sold meanwhile."""

    product_id: int
    reference: str
    name: str
    wanted: Decimal
    taken: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReceipt:
    """What a closed count changed. `cost` is what the goods cost that came up less those that were missing.

    `products` were counted, `corrected` of all got another number, `zeroed` of these because nobody counted
    them. `repeated`: this token had closed the count already, and nothing was done again.
    """

    count_id: int
    products: int
    corrected: int
    zeroed: int
    cost: Money
    short: tuple[ShortLine, ...]
    repeated: bool = False


def open_count(uow: UnitOfWork, name: str, *, by: Actor) -> int:
    """Begin a count and give its id. Raises NotAllowed, Missing, TooLong or CountAlreadyOpen."""
    by.needs(Permission.ADJUST_STOCK)
    tidy = " ".join(keepable(name).split())
    if not tidy:
        raise Missing("name")
    if len(tidy) > LONGEST_NAME:
        raise TooLong("name", LONGEST_NAME)
    count_id = uow.counts.open(tidy, station=by.station, operator_id=by.operator_id, at=uow.now)
    uow.touch(Topic.COUNTS)
    return count_id


def scan(uow: UnitOfWork, product_id: int, amount: Decimal, *, by: Actor) -> CountLine:
    """So many more of a product were found; a negative amount takes back what was scanned by mistake.

    A product of which everything was taken back was not counted at all, rather than counted as none.
    Raises NotAllowed, CountClosed, NoSuchRecord, Missing, NotInteger, or Negative when less was found.
    """
    by.needs(Permission.MOVE_STOCK)
    count = _going_on(uow)
    product = uow.products.get(product_id)
    measured = product.measured(amount)
    if not measured:
        raise Missing("quantity")
    on_hand = uow.shelf.on_hand(product.id)
    line = uow.counts.add(count.id, product.id, measured, on_hand=on_hand, at=uow.now)
    if measured < 0 and not line.counted:
        uow.counts.remove(count.id, product.id)
    uow.touch(Topic.COUNTS)
    return line


def set_counted(uow: UnitOfWork, product_id: int, counted: Decimal, *, by: Actor) -> CountLine:
    """The product was counted anew, so many against what the books say now.

    Raises NotAllowed, CountClosed, NoSuchRecord, Negative or NotInteger.
    """
    by.needs(Permission.ADJUST_STOCK)
    count = _going_on(uow)
    product = uow.products.get(product_id)
    measured = product.measured(counted)
    if measured < 0:
        raise Negative("quantity")
    on_hand = uow.shelf.on_hand(product.id)
    line = uow.counts.set(count.id, product.id, measured, on_hand=on_hand, at=uow.now)
    uow.touch(Topic.COUNTS)
    return line


def remove_line(uow: UnitOfWork, product_id: int, *, by: Actor) -> None:
    """The product was not counted after all. Raises NotAllowed or CountClosed."""
    by.needs(Permission.ADJUST_STOCK)
    uow.counts.remove(_going_on(uow).id, product_id)
    uow.touch(Topic.COUNTS)


def put_back(uow: UnitOfWork, line: CountLine, *, by: Actor) -> CountLine:
    """A line that was removed by mistake stands again as it was: the same number against the same expectation.

    Raises NotAllowed, CountClosed or NoSuchRecord.
    """
    by.needs(Permission.ADJUST_STOCK)
    count = _going_on(uow)
    uow.shelf.on_hand(line.product_id)  # the ledger stands still while its last line is noted
    again = uow.counts.set(count.id, line.product_id, line.counted, on_hand=line.expected, at=uow.now)
    uow.touch(Topic.COUNTS)
    return again


def abandon_count(uow: UnitOfWork, *, by: Actor) -> None:
    """Give the count up: nothing in the books changes. Raises NotAllowed or CountClosed."""
    by.needs(Permission.ADJUST_STOCK)
    count = _going_on(uow)
    uow.counts.close(count.id, state="abandoned", operator_id=by.operator_id, at=uow.now)
    uow.touch(Topic.COUNTS)


def close_count(
    uow: UnitOfWork,
    *,
    by: Actor,
    token: str,
    count_id: int | None = None,
    zero_uncounted: bool = False,
) -> CountReceipt:
    """Correct each product by what the count found (counted less expected), so that sales made meanwhile stay.

    `token` is a uuid made when the person is asked: closing again with it changes nothing. `count_id` is the
    count the person sees, so that one begun since by somebody else is left alone. Products nobody counted are
    left alone too, unless `zero_uncounted`: then what was there when the count began is taken as missing.
    Raises NotAllowed, or CountClosed when it was closed or given up by somebody else.
    """
    by.needs(Permission.ADJUST_STOCK)
    count = uow.counts.current()
    if count is None or count_id not in {None, count.id}:
        return _closed_before(uow, count_id, token, zero_uncounted=zero_uncounted)
    found = _findings(uow, count.id, zero_uncounted=zero_uncounted)
    done = {
        line.product_id: _correct(uow, line, count, found.reason(line), token=token, by=by)
        for line in found.differing
    }
    changed = [Subject(SubjectKind.PRODUCT, each) for each, amount in done.items() if amount]
    sold = [each for each in changed if found.sheets[each.id].product.sell_online]
    if sold:
        owe(uow, sold, (Aspect.STOCK,))
    uow.counts.close(count.id, state="closed", operator_id=by.operator_id, at=uow.now)
    uow.touch(Topic.COUNTS, *((Topic.STOCK, Topic.PRODUCTS) if changed else ()))
    receipt = _receipt(count.id, found, done)
    _note(uow, count, receipt, by)
    return receipt


@dataclass(frozen=True, slots=True)
class _Findings:
    """The lines of a count that is being closed; `differing` are those to be corrected, in one order for all."""

    counted: Sequence[CountLine]
    differing: Sequence[CountLine]
    uncounted: frozenset[int]
    sheets: Mapping[int, ProductSheet] = field(repr=False)

    def reason(self, line: CountLine) -> str:
        return _NOT_FOUND if line.product_id in self.uncounted else _COUNTED


def _note(uow: UnitOfWork, count: OpenCount, receipt: CountReceipt, by: Actor) -> None:
    """The ledger has each product under the count's name; the log has what it came to."""
    uow.audit.note(
        AuditAction.COUNT_CLOSED,
        count.name,
        by=by,
        after={
            "products": receipt.products,
            "corrected": receipt.corrected,
            "zeroed": receipt.zeroed,
            "cost": reais(receipt.cost),
        },
    )


def _going_on(uow: UnitOfWork) -> OpenCount:
    count = uow.counts.current()
    if count is None:
        raise CountClosed
    return count


def _findings(uow: UnitOfWork, count_id: int, *, zero_uncounted: bool) -> _Findings:
    counted = uow.counts.lines(count_id)
    missing = uow.counts.uncounted(count_id) if zero_uncounted else []
    differing = sorted(
        (line for line in (*counted, *missing) if line.counted != line.expected),
        key=lambda line: line.product_id,  # as sales do, so that no two wait for each other
    )
    return _Findings(
        counted=counted,
        differing=differing,
        uncounted=frozenset(line.product_id for line in missing),
        sheets=uow.sheets.products([line.product_id for line in differing]),
    )


def _correct(
    uow: UnitOfWork, line: CountLine, count: OpenCount, reason: str, *, token: str, by: Actor
) -> Decimal:
    """Write one product's difference; gives the signed amount by which its number really changed."""
    change = line.counted - line.expected
    if change > 0:
        balance: Decimal | None = uow.shelf.put(line.product_id, change)
    else:
        balance = uow.shelf.take(line.product_id, -change)
    if balance is None:  # sold since: what is missing cannot be taken twice
        change = -uow.shelf.on_hand(line.product_id)
        balance = uow.shelf.take(line.product_id, -change) if change else None
    if balance is None:
        return NONE
    movement = Movement(
        product_id=line.product_id,
        kind=MovementKind.COUNT,
        amount=change,
        balance=balance,
        reason=reason,
        document=count.name,
        operator_id=by.operator_id,
        station=by.station,
        token=_line_token(token, count.id, line.product_id),
    )
    if not uow.shelf.record(movement, uow.now):
        uow.shelf.put(line.product_id, -change)
        return NONE
    return change


def _line_token(token: str, count_id: int, product_id: int) -> str:
    """The ledger's token of one product in one closing of one count."""
    return str(uuid5(NAMESPACE_OID, f"{token}/{count_id}/{product_id}"))


def _closed_before(
    uow: UnitOfWork, count_id: int | None, token: str, *, zero_uncounted: bool
) -> CountReceipt:
    """The same receipt again when this very token closed the count: its answer was lost. Raises CountClosed."""
    if count_id is None:
        raise CountClosed
    found = _findings(uow, count_id, zero_uncounted=zero_uncounted)
    recorded = {
        line.product_id: uow.shelf.recorded(_line_token(token, count_id, line.product_id))
        for line in found.differing
    }
    if all(amount is None for amount in recorded.values()):
        raise CountClosed
    done = {each: amount or NONE for each, amount in recorded.items()}
    return replace(_receipt(count_id, found, done), repeated=True)


def _receipt(count_id: int, found: _Findings, done: Mapping[int, Decimal]) -> CountReceipt:
    cost, short = ZERO, []
    for line in found.differing:
        product, taken = found.sheets[line.product_id].product, done[line.product_id]
        cost += product.cost.times(taken)
        if taken != line.counted - line.expected:
            short.append(
                ShortLine(
                    product_id=product.id,
                    reference=product.reference,
                    name=product.name,
                    wanted=line.expected - line.counted,
                    taken=-taken,
                )
            )
    corrected = [product_id for product_id, amount in done.items() if amount]
    return CountReceipt(
        count_id=count_id,
        products=len(found.counted),
        corrected=len(corrected),
        zeroed=len(found.uncounted.intersection(corrected)),
        cost=cost,
        short=tuple(short),
    )
