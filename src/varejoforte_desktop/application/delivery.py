"""Sending to the store, the part that touches the books: take what is owed, and write down what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery_ports import Acknowledged, Grant, Owed, Push
from varejoforte_desktop.application.invoice_debts import invoice_debts, told_of_invoice
from varejoforte_desktop.application.order_status_flow import order_debts
from varejoforte_desktop.application.order_told import told_of_order
from varejoforte_desktop.application.parcels import Parcel, digest, label_of, plain, product_fields
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import Leader
from varejoforte_desktop.application.store import Purpose, StoreFields
from varejoforte_desktop.domain.access_errors import RecheckPending, StationRemoved
from varejoforte_desktop.domain.errors import LeaseLost
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import ORDER_SIDES, Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.shop import SyncOption

#: How long a taken line belongs to the station that took it, should that station fall silent.
CLAIM_TIME: Final = timedelta(minutes=3)
#: Causes of waiting that go away together when the store answers again.
OUTAGE_CAUSES: Final = frozenset(
    {"no_line", "tls", "timeout_connecting", "server_error", "no_answer", "unreadable", "slow_down", "reset"}
)
_PURPOSES: Final = {
    Aspect.STOCK: Purpose.STOCK,
    Aspect.STATUS: Purpose.STOCK,
    Aspect.INVOICE: Purpose.STOCK,
    Aspect.PRICE: Purpose.PRICE,
    Aspect.CONTENT: Purpose.CONTENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Parcels taken for sending with the turns to send them; none when nothing is due or no turn is left."""

    parcels: tuple[Parcel, ...]
    taken_at: datetime
    option: SyncOption
    grant: Grant | None = None
    next_due: datetime | None = None
    held_by_quota: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """How many turns of a grant were used, and how long ago each of their answers came."""

    grant_id: int
    used: int
    ages: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The store said yes (or needed not be asked: `sent` False) to these lines; `remote_id`: a note's id there."""

    parcel: Parcel
    lines: tuple[Owed, ...]
    fields: Mapping[Aspect, StoreFields]
    sent: bool = True
    verify_in: timedelta | None = None
    remote_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """It did not work now. `counted`: it was a try of this line; `unknown`: it may have been applied."""

    parcel: Parcel
    lines: tuple[Owed, ...]
    wait: timedelta
    cause: str
    detail: str = ""
    counted: bool = True
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A person has to look; `unlinked`: the store no longer has the subject."""

    parcel: Parcel
    lines: tuple[Owed, ...]
    cause: str
    detail: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    unlinked: bool = False


Settlement = Said | Later | Stop


def take_batch(
    uow: UnitOfWork, *, lead: Leader, limit: int, without: frozenset[Aspect] = frozenset()
) -> Batch:
    """Take up to `limit` due subjects and the turns to send them, stock first; bodies are built from today's books.

    `without`: sides that must wait, because nobody knows what they should say. Raises LeaseLost when another
    station sends by now.
    """
    now = uow.now
    _check_lead(uow, lead, now)
    settings = uow.shop.get()
    nothing = Batch(parcels=(), taken_at=now, option=settings.sync_option)
    aspects = settings.sync_option.aspects - without
    next_due = uow.outbox.next_due(aspects=aspects)
    if next_due is None or next_due > now:
        return replace(nothing, next_due=next_due)
    spent: Grant | None = None
    for allowed in _affordable(aspects):
        grant = uow.quota.reserve(wanted=limit, purpose=_scarcest(allowed), at=now, settings=settings)
        if grant.turns == 0:
            if grant.day_spent and len(allowed) > 1:
                spent = spent or grant
                continue  # what is left of the day belongs to the more urgent sides
            return replace(nothing, grant=grant, held_by_quota=True)
        until = now + CLAIM_TIME
        owed = uow.outbox.claim(at=now, until=until, epoch=lead.epoch, aspects=allowed, limit=grant.turns)
        if owed:
            uow.touch(Topic.QUEUE)
            return replace(nothing, parcels=tuple(build_parcels(uow, owed)), grant=grant)
        uow.quota.close(grant.id, used=0, at=now)
    return replace(nothing, grant=spent, held_by_quota=True)


def _affordable(aspects: frozenset[Aspect]) -> list[frozenset[Aspect]]:
    """All sides at first; when the day's requests run short, without content, then stock alone."""
    steps = [aspects, aspects - {Aspect.CONTENT}, aspects & {Aspect.STOCK, *ORDER_SIDES}]
    return [step for place, step in enumerate(steps) if step and step not in steps[:place]]


def _scarcest(aspects: frozenset[Aspect]) -> Purpose:
    return _PURPOSES[max(aspects, key=lambda aspect: aspect.rank)]


def build_parcels(uow: UnitOfWork, owed: Sequence[Owed]) -> list[Parcel]:
    """One parcel a subject from the lines that were taken, in their order."""
    by_subject: dict[Subject, list[Owed]] = {}
    for line in owed:
        by_subject.setdefault(line.subject, []).append(line)
    links = uow.links.many(by_subject)
    said = uow.links.acknowledged(by_subject)
    sheets = uow.sheets.products([s.id for s in by_subject if s.kind is SubjectKind.PRODUCT])
    names = {
        kind: uow.sheets.names(kind, [s.id for s in by_subject if s.kind is kind])
        for kind in (SubjectKind.BRAND, SubjectKind.CATEGORY)
        if any(s.kind is kind for s in by_subject)
    }
    debts = order_debts(uow, [s.id for s in by_subject if s.kind is SubjectKind.ORDER])
    notes = invoice_debts(uow, [s.id for s in by_subject if s.kind is SubjectKind.INVOICE])
    parcels = []
    for subject, lines in by_subject.items():
        invoice = notes.get(subject.id) if subject.kind is SubjectKind.INVOICE else None
        order = debts.get(subject.id) if subject.kind is SubjectKind.ORDER else None
        sheet = sheets.get(subject.id) if subject.kind is SubjectKind.PRODUCT else None
        name = names.get(subject.kind, {}).get(subject.id)
        parcels.append(
            Parcel(
                subject=subject,
                label=label_of(subject.kind, sheet, name, order, invoice),
                owed=tuple(lines),
                link=links.get(subject),
                acknowledged=said.get(subject, {}),
                fields=product_fields(sheet) if sheet else {},
                reference=sheet.product.reference if sheet else "",
                barcode=sheet.product.barcode if sheet else "",
                on_sale=sheet.product.sell_online if sheet else True,
                category=sheet.category if sheet else None,
                brand=sheet.brand if sheet else None,
                name=name,
                order=order,
                invoice=invoice,
                gone=not any((sheet, name, order, invoice)),
            )
        )
    return parcels


def settle(
    uow: UnitOfWork,
    settlements: Sequence[Settlement],
    *,
    lead: Leader,
    station: str,
    spent: Spent | None = None,
) -> None:
    """Write down what came of a batch, and `spent` of its turns.

    Raises LeaseLost: then it is the new sender's to find out.
    """
    now = uow.now
    if spent is not None:
        uow.quota.close(spent.grant_id, used=spent.used, at=now, ages=spent.ages)
    _check_lead(uow, lead, now)
    pushes: list[Push] = []
    for group in _by_kind(settlements):
        if isinstance(group[0], Said):
            _settle_said(uow, [s for s in group if isinstance(s, Said)], lead, now)
        for settlement in group:
            _settle_one(uow, settlement, lead, now)
            push = _push(settlement, station)
            if push is not None:
                pushes.append(push)
    if pushes:
        uow.history.add(pushes, now)
    uow.touch(Topic.QUEUE, Topic.QUOTA)


def _by_kind(settlements: Sequence[Settlement]) -> list[list[Settlement]]:
    groups: dict[type, list[Settlement]] = {}
    for settlement in settlements:
        groups.setdefault(type(settlement), []).append(settlement)
    return list(groups.values())


def _settle_said(uow: UnitOfWork, said: list[Said], lead: Leader, now: datetime) -> None:
    by_visit: dict[timedelta | None, list[Owed]] = {}
    outdated = uow.outbox.outdated([line for each in said for line in each.lines])
    remembered: list[Acknowledged] = []
    for each in said:
        by_visit.setdefault(each.verify_in, []).extend(each.lines)
        remembered += [
            Acknowledged(
                subject=each.parcel.subject,
                aspect=aspect,
                digest=digest(fields),
                fields=plain(fields),
                at=now,
            )
            for aspect, fields in each.fields.items()
            if not (aspect is Aspect.STOCK and each.parcel.subject in outdated)
        ]
    # An order that came while the number was on its way may have moved the store's own: what it said counts no more.
    uow.links.forget(outdated, Aspect.STOCK)
    for verify_in, lines in by_visit.items():
        verify_at = None if verify_in is None else now + verify_in
        uow.outbox.acknowledge(lines, epoch=lead.epoch, at=now, verify_at=verify_at)
    uow.links.remember(remembered)
    for each in said:
        if each.parcel.order is not None and each.verify_in is None:
            told_of_order(uow, each.parcel.subject.id, each.parcel.order)
        if each.parcel.invoice is not None:
            told_of_invoice(uow, each.parcel.invoice, each.remote_id)


def _settle_one(uow: UnitOfWork, settlement: Settlement, lead: Leader, now: datetime) -> None:
    if isinstance(settlement, Later):
        uow.outbox.postpone(
            settlement.lines,
            epoch=lead.epoch,
            due_at=now + settlement.wait,
            cause=settlement.cause,
            detail=settlement.detail,
            counted=settlement.counted,
            unknown_since=now if settlement.unknown else None,
        )
    elif isinstance(settlement, Stop):
        if settlement.unlinked:
            uow.links.unlink(settlement.parcel.subject)
            uow.touch(Topic.PRODUCTS)
        uow.outbox.halt(
            settlement.lines,
            epoch=lead.epoch,
            cause=settlement.cause,
            detail=settlement.detail,
            facts=settlement.facts,
        )


def _push(settlement: Settlement, station: str) -> Push | None:
    """The line of the history. What was not asked, or merely waits for the line to come back, leaves none."""
    parcel = settlement.parcel
    aspects = tuple(line.aspect for line in settlement.lines)
    if isinstance(settlement, Said):
        if not settlement.sent:
            return None
        before: dict[str, object] = {}
        after: dict[str, object] = {}
        for aspect, fields in settlement.fields.items():
            known = parcel.acknowledged.get(aspect)
            new = plain(fields)
            old = dict(known.fields) if known else {}
            changed = {key for key, value in new.items() if old.get(key) != value}
            before |= {key: old.get(key) for key in changed}
            after |= {key: new[key] for key in changed}
        return Push(
            subject=parcel.subject,
            label=parcel.label,
            aspects=aspects or tuple(settlement.fields),
            outcome="sent",
            before=before,
            after=after,
            station=station,
        )
    if isinstance(settlement, Later) and not settlement.counted:
        return None
    return Push(
        subject=parcel.subject,
        label=parcel.label,
        aspects=aspects,
        outcome="halted" if isinstance(settlement, Stop) else "unknown" if settlement.unknown else "later",
        cause=settlement.cause,
        detail=settlement.detail,
        station=station,
    )


def take_lead(
    uow: UnitOfWork, *, holder: str, station: str, operator: str, lasting: timedelta, by: Actor | None = None
) -> Leader | None:
    """Become or stay the station that sends; None when another is and its time is not up.

    `by` is whoever is signed in there, asked for the permission again at each renewal. Raises RecheckPending while
    the books are a restored copy that nobody has compared with the store, StationRemoved when this computer was taken
    out of the shop, NotAllowed or SessionEnded when `by` may not send any more.
    """
    before = uow.now
    if by is not None:
        by.needs(Permission.SYNC)
    if uow.installation.get().recheck_pending:
        raise RecheckPending
    record = uow.stations.get(station)
    if record is not None and record.removed_at is not None:
        raise StationRemoved(station)
    lead = uow.leadership.take(
        holder=holder, station=station, operator=operator, at=before, until=before + lasting
    )
    if lead is not None and lead.since >= before:
        uow.touch(Topic.LEADER)
    return lead


def give_up_lead(uow: UnitOfWork, lead: Leader) -> None:
    """Hand the sending over at once: logout, flag off, program closed."""
    uow.leadership.release(holder=lead.holder, epoch=lead.epoch, at=uow.now)
    uow.touch(Topic.LEADER)


def recover(uow: UnitOfWork, *, lead: Leader) -> int:
    """Lines that somebody took and never settled wait again, their outcome unknown. Raises LeaseLost."""
    _check_lead(uow, lead, uow.now)
    count = uow.outbox.recover(epoch=lead.epoch, at=uow.now)
    if count:
        uow.touch(Topic.QUEUE)
    return count


def outage_over(uow: UnitOfWork) -> int:
    """The store answers again: what waited only for that is due now."""
    count = uow.outbox.hurry(at=uow.now, causes=OUTAGE_CAUSES)
    if count:
        uow.touch(Topic.QUEUE)
    return count


def begin_creation(uow: UnitOfWork, subject: Subject, *, lead: Leader) -> None:
    """Write the intent to create before anything leaves. Raises LeaseLost."""
    _check_lead(uow, lead, uow.now)
    uow.links.begin_creation(subject, uow.now)


def end_creation(uow: UnitOfWork, subject: Subject) -> None:
    """The creation surely did not happen; nothing is to be looked up."""
    uow.links.end_creation(subject)


def keep_link(uow: UnitOfWork, subject: Subject, remote_id: str) -> None:
    """The subject is this thing of the store: kept at once, so that it is never made twice. Raises LinkTaken."""
    uow.links.link(subject, remote_id, uow.now)
    uow.touch(Topic.PRODUCTS)


def link_and_name(uow: UnitOfWork, subject: Subject) -> tuple[str | None, tuple[str, ...]]:
    """A brand's or category's id in the store (None: not there yet) and the names from the top shelf down to it."""
    links = uow.links.many([subject])
    link = links.get(subject)
    names: list[str] = []
    key: int | None = subject.id
    while key is not None:
        named = uow.sheets.names(subject.kind, [key])[key]
        names.insert(0, named.name)
        key = named.parent_id
    return (link.remote_id if link else None), tuple(names)


def _check_lead(uow: UnitOfWork, lead: Leader, now: datetime) -> None:
    if not uow.leadership.holds(holder=lead.holder, epoch=lead.epoch, at=now):
        raise LeaseLost
