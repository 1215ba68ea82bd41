"""The till's day: opened with change money, fed, drained, counted and closed, each cent in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import Fact
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sale_ports import CounterRules, OpenTill, TillCount
from varejoforte_desktop.domain.audit import AuditAction, reais
from varejoforte_desktop.domain.errors import (
    DifferenceUnexplained,
    Negative,
    NotAllowed,
    TillAlreadyOpen,
    TillClosed,
    TillShort,
    TooLong,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind, counted, within_tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingReceipt:
    """A till that was closed, as it was at that moment. `difference` is counted less expected."""

    till_id: int
    expected: Money
    counted: Money
    methods: Mapping[PaymentMethod, Money]
    counted_methods: Mapping[PaymentMethod, Money]
    closed_at: datetime

    @property
    def difference(self) -> Money:
        """Below zero: quebra. Above: sobra."""
        return self.counted - self.expected


def hides_expected(rules: CounterRules, by: Actor) -> bool:
    """Whether a blind closing keeps from this person what should be in the till, before and after the count."""
    return rules.blind_closing and not by.may(Permission.SUPERVISE_TILL)


def open_till_of(uow: UnitOfWork, station: str) -> OpenTill:
    """The till that is open at a station, held until the transaction ends. Raises TillClosed."""
    till = uow.tills.open_at(station)
    if till is None:
        raise TillClosed(station)
    return till


def open_till(uow: UnitOfWork, *, opening_float: Money, by: Actor, approved_by: Actor | None = None) -> int:
    """Open the till of this station with so much change money; gives its id.

    The second till of a day at a station needs a supervisor, who opens it or stands by.
    Raises NotAllowed, Negative or TillAlreadyOpen.
    """
    by.needs(Permission.OPERATE_TILL)
    if opening_float < ZERO:
        raise Negative("opening_float")
    if uow.tills.open_at(by.station) is not None:
        raise TillAlreadyOpen(by.station)
    if uow.tills.opened_since(by.station, _midnight(uow)):
        _needs_supervisor(by, approved_by)
    till_id = uow.tills.open(
        station=by.station, operator_id=by.operator_id, opening_float=opening_float, at=uow.now
    )
    facts: dict[str, Fact] = {"till": till_id, "opening_float": reais(opening_float)}
    uow.audit.note(AuditAction.TILL_OPENED, by.station, by=by, after=facts | _approval(approved_by))
    uow.touch(Topic.TILL)
    return till_id


def move_cash(
    uow: UnitOfWork, draft: CashDraft, *, token: str, by: Actor, approved_by: Actor | None = None
) -> OpenTill:
    """Put money in or take money out, once per `token` (a uuid made when the form opens); gives the till after it.

    Raises NotAllowed, TillClosed, TillShort, Missing, Negative or TooLong.
    """
    by.needs(Permission.OPERATE_TILL)
    if approved_by is not None:
        approved_by.needs(Permission.SUPERVISE_TILL)
    draft = draft.checked()
    before = open_till_of(uow, by.station)
    written = uow.tills.move(
        before.id,
        draft,
        token=token,
        operator_id=by.operator_id,
        approved_by=None if approved_by is None else approved_by.operator_id,
        at=uow.now,
    )
    if not written:
        return before
    there = before.totals.expected_cash
    # Looked at after the token: a withdrawal that is repeated must not find the till short of its own money.
    if draft.kind is CashMovementKind.WITHDRAWAL and draft.amount > there:
        raise TillShort(str(draft.amount.reais), str(there.reais))
    after = open_till_of(uow, by.station)
    _note_move(uow, draft, before, after, by=by, approved_by=approved_by)
    uow.touch(Topic.TILL)
    return after


def check_till(uow: UnitOfWork, count: TillCount, *, by: Actor) -> Money:
    """Write down what somebody counted without closing, as when another operator takes over.

    Gives counted less expected. Raises NotAllowed, TillClosed or the DomainError of a wrong field.
    """
    by.needs(Permission.OPERATE_TILL)
    count = _checked(count)
    till = open_till_of(uow, by.station)
    expected = till.totals.expected_cash
    uow.tills.note_check(till.id, expected=expected, count=count, operator_id=by.operator_id, at=uow.now)
    uow.touch(Topic.TILL)
    return count.cash - expected


def close_till(uow: UnitOfWork, count: TillCount, *, by: Actor) -> ClosingReceipt:
    """Close the till of this station against what was counted; all or nothing, whatever else is pending.

    What should be there is summed here, while the till is held: a sale being written is in it, a later one is
    refused. A cash difference beyond the tolerance needs a note, except from whom a blind closing hides it: asking
    would tell. Raises NotAllowed, TillClosed, DifferenceUnexplained or the DomainError of a wrong field.
    """
    by.needs(Permission.OPERATE_TILL)
    count = _checked(count)
    till = open_till_of(uow, by.station)
    rules = uow.counter.rules()
    receipt = ClosingReceipt(
        till_id=till.id,
        expected=till.totals.expected_cash,
        counted=count.cash,
        methods=till.methods,
        counted_methods=count.methods,
        closed_at=uow.now,
    )
    explained = count.note or hides_expected(rules, by)
    if not explained and not within_tolerance(receipt.difference, rules.tolerance):
        raise DifferenceUnexplained(str(receipt.difference.reais))
    uow.tills.close(
        till.id,
        expected=receipt.expected,
        expected_methods=till.methods,
        count=count,
        closed_by=by.operator_id,
        at=uow.now,
    )
    _note_closing(uow, receipt, note=count.note, by=by)
    uow.touch(Topic.TILL)
    return receipt


def _approval(approved_by: Actor | None) -> dict[str, Fact]:
    return {} if approved_by is None else {"approved_by": approved_by.name}


def _note_move(
    uow: UnitOfWork,
    draft: CashDraft,
    before: OpenTill,
    after: OpenTill,
    *,
    by: Actor,
    approved_by: Actor | None,
) -> None:
    supply = draft.kind is CashMovementKind.SUPPLY
    facts: dict[str, Fact] = {
        "cash": reais(after.totals.expected_cash),
        "amount": reais(draft.amount),
        "reason": draft.reason,
        "till": after.id,
    }
    uow.audit.note(
        AuditAction.TILL_SUPPLIED if supply else AuditAction.TILL_WITHDRAWN,
        by.station,
        by=by,
        before={"cash": reais(before.totals.expected_cash)},
        after=facts | _approval(approved_by),
    )


def _note_closing(uow: UnitOfWork, receipt: ClosingReceipt, *, note: str, by: Actor) -> None:
    """What should have been there stands before, what was counted after, form of payment by form of payment."""
    slips = {*receipt.methods, *receipt.counted_methods} - {PaymentMethod.CASH}
    before: dict[str, Fact] = {"cash": reais(receipt.expected)}
    after: dict[str, Fact] = {"cash": reais(receipt.counted)}
    for method in slips:
        before[method.value] = reais(receipt.methods.get(method, ZERO))
        if method in receipt.counted_methods:
            after[method.value] = reais(receipt.counted_methods[method])
    after |= {"difference": reais(receipt.difference), "till": receipt.till_id}
    if note:
        after["note"] = note
    uow.audit.note(AuditAction.TILL_CLOSED, by.station, by=by, before=before, after=after)


def _needs_supervisor(by: Actor, approved_by: Actor | None) -> None:
    if by.may(Permission.SUPERVISE_TILL):
        return
    if approved_by is None:
        raise NotAllowed(Permission.SUPERVISE_TILL.value)
    approved_by.needs(Permission.SUPERVISE_TILL)


def _midnight(uow: UnitOfWork) -> datetime:
    """When the shop's day began."""
    here = uow.now.astimezone(ZoneInfo(uow.shop.get().timezone))
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def _checked(count: TillCount) -> TillCount:
    """Itself, tidied: counted pieces decide how much cash there is. Raises Negative, NotANumber or TooLong."""
    note = " ".join(keepable(count.note).split())
    if len(note) > 200:
        raise TooLong("note", 200)
    cash = counted(count.pieces) if count.pieces else count.cash
    if cash < ZERO:
        raise Negative("cash")
    if any(amount < ZERO for amount in count.methods.values()):
        raise Negative("methods")
    return replace(count, cash=cash, note=note)
