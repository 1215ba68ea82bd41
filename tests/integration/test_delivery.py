"""A batch is taken with turns to send it, built from today's books, and settled by whoever still leads."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.books import HandClock, Told, ask_sql, in_books
from tests.builders import empty_queue, keep, lead_of, move, owe, product_subject, queue
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery import (
    CLAIM_TIME,
    Batch,
    Later,
    Said,
    Spent,
    Stop,
    begin_creation,
    end_creation,
    give_up_lead,
    keep_link,
    link_and_name,
    outage_over,
    recover,
    settle,
    take_batch,
    take_lead,
)
from varejoforte_desktop.application.questions import Leader, LinkState
from varejoforte_desktop.application.shop_settings import choose_sync_option
from varejoforte_desktop.application.store import Purpose, StoreField
from varejoforte_desktop.domain.errors import LeaseLost
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import COMMERCIAL, EVERYTHING, Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database


def take(database: Database, lead: Leader, limit: int = 10) -> Batch:
    return database.run_now(take_batch, lead=lead, limit=limit)


def said(batch: Batch, **how: object) -> list[Said]:
    return [
        Said(parcel=each, lines=each.owed, fields={side: each.fields[side] for side in each.aspects}, **how)  # type: ignore[arg-type]
        for each in batch.parcels
    ]


def answer(database: Database, lead: Leader, settlements: list[Said | Later | Stop], **how: object) -> None:
    database.run_now(settle, settlements, lead=lead, station="Caixa 1", **how)


def spend_today(database: Database, requests: int) -> None:
    ask_sql(database.url, "INSERT INTO quota_day (day, used) VALUES ('2026-03-02', :used)", used=requests)


def test_a_parcel_says_everything_about_its_product(database: Database, gerente: Actor) -> None:
    kept = keep(
        database, by=gerente, reference="PAN-1", name="Panela", brand="Boa", category="Cozinha > Panelas",
        on_hand=5, counter_reserve=Decimal(1),
    )  # fmt: skip
    batch = take(database, lead_of(database))
    parcel = next(each for each in batch.parcels if each.subject == product_subject(kept))
    assert (parcel.label, parcel.reference, parcel.aspects) == ("PAN-1 · Panela", "PAN-1", EVERYTHING)
    assert parcel.fields[Aspect.STOCK] == {StoreField.STOCK: 4}
    assert parcel.fields[Aspect.CONTENT][StoreField.BRAND] == "Boa"
    assert parcel.category is not None
    assert parcel.category.name == "Panelas"
    names = {each.label for each in batch.parcels}
    assert names == {"PAN-1 · Panela", "Boa", "Cozinha", "Panelas"}
    assert batch.grant is not None
    assert batch.option is SyncOption.FULL


def test_the_body_is_built_from_the_books_of_the_moment(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, on_hand=5)
    lead = lead_of(database)
    move(database, kept, MovementKind.EXIT, 2, by=gerente)
    (parcel,) = take(database, lead).parcels
    assert parcel.fields[Aspect.STOCK] == {StoreField.STOCK: 3}


def test_a_product_that_is_gone_is_told_as_gone(database: Database) -> None:
    owe(
        database,
        Subject(SubjectKind.PRODUCT, 404),
        Subject(SubjectKind.BRAND, 404),
        aspects=frozenset({Aspect.CONTENT}),
    )
    assert [each.gone for each in take(database, lead_of(database)).parcels] == [True, True]


def test_nothing_due_costs_no_turn(database: Database) -> None:
    batch = take(database, lead_of(database))
    assert (batch.parcels, batch.grant, batch.next_due, batch.held_by_quota) == ((), None, None, False)
    assert ask_sql(database.url, "SELECT count(*) FROM quota_grant") == [(0,)]


def test_what_is_due_later_is_told(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    lead = lead_of(database)
    batch = take(database, lead)
    answer(
        database,
        lead,
        [
            Later(parcel=each, lines=each.owed, wait=timedelta(minutes=9), cause="no_line")
            for each in batch.parcels
        ],
    )
    later = take(database, lead)
    assert (later.parcels, later.next_due) == ((), batch.taken_at + timedelta(minutes=9))


def test_option_two_sends_no_text_and_loses_none(
    database: Database, gerente: Actor, administrador: Actor
) -> None:
    keep(database, by=gerente)
    database.run_now(choose_sync_option, SyncOption.COMMERCIAL, by=administrador)
    lead = lead_of(database)
    batch = take(database, lead)
    assert [each.aspects for each in batch.parcels] == [COMMERCIAL]
    answer(database, lead, said(batch))
    assert take(database, lead).next_due is None
    assert queue(database) == []
    assert database.read_now(lambda reader: reader.queue_counters()).held_back == 1
    database.run_now(choose_sync_option, SyncOption.FULL, by=administrador)
    assert [each.aspects for each in take(database, lead).parcels] == [{Aspect.CONTENT}]


def test_what_the_store_took_is_remembered_and_written_in_the_history(
    database: Database, gerente: Actor, clock: HandClock, told: Told
) -> None:
    kept = keep(database, by=gerente, on_hand=5, price=Money(1000))
    lead = lead_of(database)
    batch = take(database, lead)
    told.take()
    answer(database, lead, said(batch))
    assert told.take() == {Topic.QUEUE, Topic.QUOTA}
    assert queue(database) == []
    ((label, push),) = database.read_now(lambda reader: reader.recent_pushes())
    assert (label, push.outcome, push.station) == (f"{kept.reference} · {kept.name}", "sent", "Caixa 1")
    assert {"stock", "price"} <= {change.field for change in push.changes}
    move(database, kept, MovementKind.EXIT, 1, by=gerente)
    (parcel,) = take(database, lead).parcels
    assert parcel.acknowledged[Aspect.STOCK].fields == {"stock": 5}
    answer(
        database,
        lead,
        [Said(parcel=parcel, lines=parcel.owed, fields={Aspect.STOCK: parcel.fields[Aspect.STOCK]})],
    )
    (_, last), _first = database.read_now(lambda reader: reader.recent_pushes())
    assert [(c.field, c.before, c.after) for c in last.changes] == [("stock", 5, 4)]
    detail = database.read_now(lambda reader: reader.product_detail(kept.id))
    assert (detail.owed, detail.last_sent_at) == ((), clock.now)


def test_what_needed_not_be_sent_leaves_no_history(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    lead = lead_of(database)
    answer(database, lead, said(take(database, lead), sent=False))
    assert queue(database) == []
    assert database.read_now(lambda reader: reader.recent_pushes()) == []


def test_an_edit_during_the_push_is_sent_next(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, on_hand=5)
    lead = lead_of(database)
    batch = take(database, lead)
    move(database, kept, MovementKind.EXIT, 1, by=gerente)
    answer(database, lead, said(batch))
    (parcel,) = take(database, lead).parcels
    assert (parcel.aspects, parcel.fields[Aspect.STOCK]) == ({Aspect.STOCK}, {StoreField.STOCK: 4})


def test_a_refused_product_stops_alone(database: Database, gerente: Actor) -> None:
    bad, good = keep(database, by=gerente), keep(database, by=gerente)
    lead = lead_of(database)
    batch = take(database, lead)
    answers: list[Said | Later | Stop] = [
        each for each in said(batch) if each.parcel.subject == product_subject(good)
    ]
    answers += [
        Stop(parcel=each, lines=each.owed, cause="refused", detail="ncm", facts={"field": "ncm"})
        for each in batch.parcels
        if each.subject == product_subject(bad)
    ]
    answer(database, lead, answers)
    assert {(row.subject, row.state) for row in queue(database)} == {
        (product_subject(bad), QueueState.HALTED)
    }
    outcomes = {push.outcome for _label, push in database.read_now(lambda reader: reader.recent_pushes())}
    assert outcomes == {"sent", "halted"}


def test_a_product_that_left_the_store_is_unlinked(database: Database, gerente: Actor) -> None:
    subject = product_subject(keep(database, by=gerente))
    lead = lead_of(database)
    database.run_now(keep_link, subject, "900")
    (parcel,) = take(database, lead).parcels
    answer(database, lead, [Stop(parcel=parcel, lines=parcel.owed, cause="gone", unlinked=True)])
    assert in_books(database, lambda uow: uow.links.many([subject]))[subject].state is LinkState.UNLINKED
    assert in_books(database, lambda uow: uow.links.acknowledged([subject])) == {}


def test_a_try_is_written_down_and_a_mere_wait_is_not(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    lead = lead_of(database)
    for counted, unknown, outcomes in (
        (False, False, []),
        (True, False, ["later"]),
        (True, True, ["unknown", "later"]),
    ):
        (parcel,) = take(database, lead).parcels
        wait = Later(
            parcel=parcel,
            lines=parcel.owed,
            wait=timedelta(0),
            cause="no_answer",
            counted=counted,
            unknown=unknown,
        )
        answer(database, lead, [wait])
        told = [push.outcome for _label, push in database.read_now(lambda reader: reader.recent_pushes())]
        assert told == outcomes
    assert {row.attempts for row in queue(database)} == {2}


def test_a_visit_is_made_when_an_answer_was_never_heard(
    database: Database, gerente: Actor, clock: HandClock
) -> None:
    keep(database, by=gerente)
    lead = lead_of(database)
    answer(database, lead, said(take(database, lead), verify_in=timedelta(minutes=3)))
    assert {row.cause for row in queue(database)} == {"verifying"}
    assert take(database, lead).parcels == ()
    clock.forward(minutes=3)
    assert len(take(database, lead_of(database)).parcels) == 1


def test_the_old_sender_settles_nothing(database: Database, gerente: Actor, clock: HandClock) -> None:
    keep(database, by=gerente)
    old = lead_of(database, "caixa-1")
    batch = take(database, old)
    clock.forward(seconds=91)
    new = lead_of(database, "caixa-2")
    for late in (
        lambda: answer(database, old, said(batch)),
        lambda: take(database, old),
        lambda: database.run_now(recover, lead=old),
        lambda: database.run_now(begin_creation, batch.parcels[0].subject, lead=old),
    ):
        with pytest.raises(LeaseLost):
            late()
    assert {row.state for row in queue(database)} == {QueueState.SENDING}
    assert database.read_now(lambda reader: reader.recent_pushes()) == []
    assert database.run_now(recover, lead=new) == 3
    answer(database, new, said(take(database, new)))
    assert queue(database) == []


def test_the_old_sender_cannot_settle_under_a_new_term_of_its_own(
    database: Database, gerente: Actor, clock: HandClock
) -> None:
    keep(database, by=gerente)
    old = lead_of(database, "caixa-1")
    batch = take(database, old)
    clock.forward(seconds=91)
    again = lead_of(database, "caixa-1")
    assert again.epoch == old.epoch + 1
    answer(database, again, said(batch))  # lines of an earlier epoch: dropped, not acknowledged
    assert {row.state for row in queue(database)} == {QueueState.SENDING}


def test_short_of_requests_stock_goes_alone(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    spend_today(database, 9_200)
    lead = lead_of(database)
    batch = take(database, lead)
    assert [(each.subject, each.aspects) for each in batch.parcels] == [
        (product_subject(kept), {Aspect.STOCK})
    ]
    held = take(database, lead)
    assert (held.parcels, held.held_by_quota) == ((), True)


def test_shorter_than_eighty_per_cent_texts_wait_for_tomorrow(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    spend_today(database, 8_000)
    assert [each.aspects for each in take(database, lead_of(database)).parcels] == [COMMERCIAL]


def test_a_spent_minute_holds_everything(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    lead = lead_of(database)
    settings = in_books(database, lambda uow: uow.shop.get())
    in_books(
        database,
        lambda uow: uow.quota.reserve(wanted=180, purpose=Purpose.ORDERS, at=uow.now, settings=settings),
    )
    batch = take(database, lead)
    assert (batch.parcels, batch.held_by_quota) == ((), True)
    assert {row.state for row in queue(database)} == {QueueState.WAITING}


def test_unused_turns_go_back_when_a_batch_is_settled(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    lead = lead_of(database)
    batch = take(database, lead, limit=10)
    assert batch.grant is not None
    answer(database, lead, said(batch), spent=Spent(batch.grant.id, 1))
    counters = database.read_now(lambda reader: reader.queue_counters())
    assert (counters.requests_today, counters.requests_last_minute) == (1, 1)


def test_a_creation_is_written_down_before_anything_leaves(
    database: Database, gerente: Actor, clock: HandClock
) -> None:
    subject = product_subject(keep(database, by=gerente))
    lead = lead_of(database)
    database.run_now(begin_creation, subject, lead=lead)
    link = in_books(database, lambda uow: uow.links.many([subject]))[subject]
    assert (link.state, link.unknown_since, link.remote_id) == (LinkState.CREATING, clock.now, None)
    database.run_now(end_creation, subject)
    assert in_books(database, lambda uow: uow.links.many([subject])) == {}
    database.run_now(keep_link, subject, "900")
    database.run_now(end_creation, subject)  # a link stays
    assert in_books(database, lambda uow: uow.links.many([subject]))[subject].remote_id == "900"


def test_a_category_is_told_with_the_shelves_above_it(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, category="Cozinha > Panelas > Ferro")
    subject = Subject(SubjectKind.CATEGORY, kept.category_id or 0)
    assert database.run_now(link_and_name, subject) == (None, ("Cozinha", "Panelas", "Ferro"))
    database.run_now(keep_link, subject, "77")
    assert database.run_now(link_and_name, subject)[0] == "77"


def test_after_an_outage_nobody_waits_any_longer(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    lead = lead_of(database)
    batch = take(database, lead)
    answer(
        database,
        lead,
        [Later(parcel=p, lines=p.owed, wait=timedelta(hours=1), cause="no_line") for p in batch.parcels],
    )
    assert database.run_now(outage_over) == 3
    assert database.run_now(outage_over) == 0
    assert len(take(database, lead).parcels) == 1


def test_no_line_is_ever_where_nobody_picks_it_up(database: Database, clock: HandClock) -> None:
    """Stations die at random points; every line is due, in living hands, or blocked with a reason (F21, F22)."""
    chance = random.Random(2103)
    lead: Leader | None = None
    in_hand: list[tuple[Leader, Batch]] = []
    for step in range(120):
        owe(
            database,
            Subject(SubjectKind.PRODUCT, chance.randint(1, 6)),
            aspects=frozenset(chance.sample(list(Aspect), 2)),
        )
        clock.forward(seconds=chance.choice([1, 20, 61]))
        holder = chance.choice(["caixa-1", "caixa-2", "caixa-3"])
        lead = (
            database.run_now(
                take_lead, holder=holder, station=holder, operator="Ana", lasting=timedelta(seconds=90)
            )
            or lead
        )
        assert lead is not None
        try:
            database.run_now(recover, lead=lead)
            batch = take(database, lead, limit=2)
            if chance.random() < 0.3:
                continue  # killed with the batch in hand
            in_hand.append((lead, batch))
            owner, held = in_hand.pop(chance.randrange(len(in_hand)))
            answers: list[Said | Later | Stop] = []
            for parcel in held.parcels:
                kinds: list[Said | Later | Stop] = [
                    Said(parcel=parcel, lines=parcel.owed, fields={}),
                    Later(
                        parcel=parcel,
                        lines=parcel.owed,
                        wait=timedelta(seconds=30),
                        cause="no_answer",
                        unknown=True,
                    ),
                    Stop(parcel=parcel, lines=parcel.owed, cause="refused"),
                ]
                answers.append(chance.choice(kinds))
            answer(database, owner, answers)
        except LeaseLost:
            continue
        finally:
            assert database.read_now(lambda reader: reader.check()).problems == (), step
    clock.forward(minutes=20)
    final = lead_of(database, "caixa-9")
    database.run_now(recover, lead=final)
    in_books(database, lambda uow: uow.outbox.retry([row.id for row in queue(database)], uow.now))
    while (batch := take(database, final, limit=50)).parcels:
        clock.forward(seconds=61)
        answer(database, final, [Said(parcel=p, lines=p.owed, fields={}) for p in batch.parcels])
        final = lead_of(database, "caixa-9")
    assert queue(database) == []


def test_a_taken_line_says_until_when(database: Database, gerente: Actor, clock: HandClock) -> None:
    keep(database, by=gerente)
    take(database, lead_of(database))
    ends = (clock.now + CLAIM_TIME).timestamp() * 1000
    assert {row[0] for row in ask_sql(database.url, "SELECT claimed_until FROM outbox")} == {int(ends)}
    empty_queue(database)


def test_who_gives_up_the_lead_lets_the_next_begin_at_once(database: Database, told: Told) -> None:
    first = lead_of(database, "caixa-1")
    assert Topic.LEADER in told.take()
    database.run_now(give_up_lead, first)
    assert database.read_now(lambda reader: reader.leader()) is None
    assert lead_of(database, "caixa-2").epoch == first.epoch + 1
