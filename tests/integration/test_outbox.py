"""What the store has still to hear: a line a thing and side, never one an edit, and none is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.books import HandClock, ask_sql, in_books
from tests.builders import claim, empty_queue, keep, move, owe, product_subject, queue
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.delivery_ports import Owed
from varejoforte_desktop.application.questions import LinkState, QueueRow
from varejoforte_desktop.application.queue import hold, ignore, link_to, retry
from varejoforte_desktop.domain.errors import LinkTaken, NoSuchRecord, NotAllowed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import COMMERCIAL, EVERYTHING, Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

PAN, POT = Subject(SubjectKind.PRODUCT, 1), Subject(SubjectKind.PRODUCT, 2)
STOCK, PRICE, CONTENT = frozenset({Aspect.STOCK}), frozenset({Aspect.PRICE}), frozenset({Aspect.CONTENT})


def line(database: Database, subject: Subject = PAN, aspect: Aspect = Aspect.STOCK) -> QueueRow:
    return next(row for row in queue(database) if (row.subject, row.aspect) == (subject, aspect))


def revision(database: Database, line_id: int) -> int:
    return int(ask_sql(database.url, "SELECT revision FROM outbox WHERE id = :id", id=line_id)[0][0])


def acknowledge(database: Database, lines: list[Owed], *, epoch: int = 1, **how: object) -> None:
    in_books(database, lambda uow: uow.outbox.acknowledge(lines, epoch=epoch, at=uow.now, **how))


def postpone(
    database: Database, lines: list[Owed], clock: HandClock, *, cause: str = "server_error", **how: object
) -> None:
    due_at = clock.now + timedelta(minutes=10)
    facts = {"epoch": 1, "due_at": due_at, "cause": cause, "detail": "503", "counted": True} | how
    in_books(database, lambda uow: uow.outbox.postpone(lines, **facts))


def halt(database: Database, lines: list[Owed], *, epoch: int = 1) -> None:
    facts = {"field": "name"}
    in_books(
        database, lambda uow: uow.outbox.halt(lines, epoch=epoch, cause="refused", detail="Não", facts=facts)
    )


def test_a_hundred_edits_are_one_line_a_side(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    for cents in range(99):
        changed = replace(kept, price=Money(cents), name=f"Panela {cents}")
        kept = database.run_now(save_product, changed, brand="", category="", by=gerente)
    for _ in range(99):
        move(database, kept, MovementKind.ENTRY, 1, by=gerente)
    rows = queue(database)
    assert [row.aspect for row in rows] == [Aspect.STOCK, Aspect.PRICE, Aspect.CONTENT]
    assert [revision(database, row.id) for row in rows] == [100, 100, 100]


def test_an_edit_keeps_the_place_in_the_queue(database: Database, clock: HandClock) -> None:
    owe(database, PAN)
    first = line(database)
    clock.forward(minutes=5)
    owe(database, POT)
    owe(database, PAN)
    assert (line(database).since, line(database).due_at) == (first.since, first.due_at)
    assert [each.subject for each in claim(database, aspects=STOCK)] == [PAN, POT]


def test_an_edit_keeps_a_back_off_in_force(database: Database, clock: HandClock) -> None:
    owe(database, PAN, aspects=STOCK)
    postpone(database, claim(database), clock)
    owe(database, PAN, aspects=STOCK)
    assert claim(database) == []
    assert (line(database).attempts, line(database).cause) == (1, "server_error")


def test_stock_goes_before_price_before_content_and_old_before_new(
    database: Database, clock: HandClock
) -> None:
    third, fourth = Subject(SubjectKind.PRODUCT, 3), Subject(SubjectKind.BRAND, 4)
    owe(database, fourth, aspects=CONTENT)
    owe(database, third, aspects=PRICE)
    clock.forward(seconds=1)
    owe(database, POT, aspects=STOCK)
    owe(database, PAN, aspects=EVERYTHING)
    taken = claim(database)
    assert [each.subject for each in taken] == [POT, PAN, PAN, PAN, third, fourth]
    assert [each.aspect for each in taken if each.subject == PAN] == [
        Aspect.STOCK,
        Aspect.PRICE,
        Aspect.CONTENT,
    ]


def test_all_sides_of_a_subject_travel_together(database: Database) -> None:
    subjects = [Subject(SubjectKind.PRODUCT, n) for n in range(1, 8)]
    owe(database, *subjects)
    taken = claim(database, limit=2)
    assert {each.subject for each in taken} == set(subjects[:2])
    assert len(taken) == 6
    assert {row.state for row in queue(database) if row.subject in subjects[:2]} == {QueueState.SENDING}
    assert {row.state for row in queue(database) if row.subject in subjects[2:]} == {QueueState.WAITING}


def test_option_two_never_takes_texts(database: Database) -> None:
    owe(database, PAN, POT)
    taken = claim(database, aspects=COMMERCIAL)
    assert {each.aspect for each in taken} == COMMERCIAL
    assert claim(database, aspects=COMMERCIAL) == []


def test_what_is_taken_is_not_taken_twice(database: Database) -> None:
    owe(database, PAN)
    assert len(claim(database)) == 3
    assert claim(database) == []
    assert in_books(database, lambda uow: uow.outbox.next_due(aspects=EVERYTHING)) is None


def test_a_line_that_is_not_due_is_not_taken(database: Database, clock: HandClock) -> None:
    owe(database, PAN)
    clock.forward(seconds=-1)
    assert claim(database) == []
    clock.forward(seconds=1)
    assert len(claim(database)) == 3


def test_the_next_due_line_is_told_for_the_sides_asked(database: Database, clock: HandClock) -> None:
    due = lambda sides: in_books(database, lambda uow: uow.outbox.next_due(aspects=sides))  # noqa: E731
    assert due(EVERYTHING) is None
    owe(database, PAN, aspects=CONTENT)
    at = clock.now
    clock.forward(minutes=1)
    owe(database, POT, aspects=STOCK)
    assert (due(EVERYTHING), due(COMMERCIAL), due(PRICE)) == (at, clock.now, None)


def test_what_the_store_took_leaves_the_queue(database: Database) -> None:
    owe(database, PAN)
    acknowledge(database, claim(database))
    assert queue(database) == []


def test_an_edit_made_while_sending_stays_owed(database: Database, clock: HandClock) -> None:
    owe(database, PAN, aspects=STOCK)
    taken = claim(database)
    owe(database, PAN, aspects=STOCK)
    clock.forward(seconds=5)
    acknowledge(database, taken)
    row = line(database)
    assert (row.state, row.attempts, row.due_at) == (QueueState.WAITING, 0, clock.now)
    (again,) = claim(database)
    assert again.revision == taken[0].revision + 1
    acknowledge(database, [again])
    assert queue(database) == []


def test_an_acknowledged_line_may_be_visited_again(database: Database, clock: HandClock) -> None:
    owe(database, PAN, POT, aspects=STOCK)
    taken = claim(database)
    owe(database, POT, aspects=STOCK)
    acknowledge(database, taken, verify_at=clock.now + timedelta(minutes=2))
    assert (line(database).cause, line(database).due_at) == ("verifying", clock.now + timedelta(minutes=2))
    assert line(database, POT).due_at == clock.now  # edited meanwhile: no need to wait


def test_a_failed_line_waits_and_counts_its_tries(database: Database, clock: HandClock) -> None:
    owe(database, PAN, aspects=STOCK)
    postpone(database, claim(database), clock)
    row = line(database)
    assert (row.state, row.attempts, row.cause, row.detail) == (QueueState.WAITING, 1, "server_error", "503")
    assert claim(database) == []
    clock.forward(minutes=10)
    postpone(database, claim(database), clock, counted=False, cause="no_line")
    assert (line(database).attempts, line(database).cause) == (1, "no_line")


def test_an_unknown_outcome_remembers_its_first_instant(database: Database, clock: HandClock) -> None:
    owe(database, PAN, aspects=STOCK)
    first = clock.now
    postpone(database, claim(database), clock, unknown_since=first)
    assert line(database).state is QueueState.OUTCOME_UNKNOWN
    clock.forward(minutes=10)
    postpone(database, claim(database), clock, unknown_since=clock.now)
    clock.forward(minutes=10)
    assert claim(database)[0].unknown_since == first


def test_a_halted_line_waits_for_a_person(database: Database, clock: HandClock) -> None:
    owe(database, PAN)
    halt(database, claim(database))
    clock.forward(days=3)
    assert claim(database) == []
    row = line(database)
    assert (row.state, row.cause, row.detail, row.facts) == (
        QueueState.HALTED,
        "refused",
        "Não",
        {"field": "name"},
    )
    assert queue(database)[0].state is QueueState.HALTED


def test_an_edit_revives_a_halted_line(database: Database, clock: HandClock) -> None:
    owe(database, PAN, aspects=STOCK)
    halt(database, claim(database))
    clock.forward(hours=1)
    owe(database, PAN, aspects=STOCK)
    row = line(database)
    assert (row.state, row.attempts, row.cause, row.detail, row.facts) == (QueueState.WAITING, 0, "", "", {})
    assert len(claim(database)) == 1


def test_what_was_edited_while_it_was_refused_gets_its_own_try(database: Database) -> None:
    owe(database, PAN, POT, aspects=STOCK)
    taken = claim(database)
    owe(database, POT, aspects=STOCK)
    halt(database, taken)
    assert line(database, PAN).state is QueueState.HALTED
    assert line(database, POT).state is QueueState.WAITING
    assert [each.subject for each in claim(database)] == [POT]


def test_another_epoch_settles_nothing(database: Database, clock: HandClock) -> None:
    owe(database, PAN, aspects=STOCK)
    taken = claim(database, epoch=5)
    for old in (4, 6):
        acknowledge(database, taken, epoch=old)
        acknowledge(database, taken, epoch=old, verify_at=clock.now)
        postpone(database, taken, clock, epoch=old)
        halt(database, taken, epoch=old)
        assert line(database).state is QueueState.SENDING
    acknowledge(database, taken, epoch=5)
    assert queue(database) == []


def test_a_settled_line_is_not_settled_again(database: Database, clock: HandClock) -> None:
    owe(database, PAN, aspects=STOCK)
    taken = claim(database)
    postpone(database, taken, clock)
    acknowledge(database, taken)
    halt(database, taken)
    assert (line(database).state, line(database).attempts) == (QueueState.WAITING, 1)


def test_lines_of_a_run_that_is_gone_are_found_again(database: Database, clock: HandClock) -> None:
    owe(database, PAN, POT, aspects=STOCK)
    claim(database, epoch=1, limit=1)
    claim(database, epoch=3, limit=1)
    at = clock.forward(minutes=1)
    assert in_books(database, lambda uow: uow.outbox.recover(epoch=2, at=uow.now)) == 1
    row = line(database, PAN)
    assert (row.state, row.attempts, row.cause, row.due_at) == (
        QueueState.OUTCOME_UNKNOWN,
        1,
        "interrupted",
        at,
    )
    assert line(database, POT).state is QueueState.SENDING
    assert claim(database)[0].unknown_since == at


def test_lines_that_waited_for_the_outage_hurry(database: Database, clock: HandClock) -> None:
    owe(database, PAN, POT, aspects=STOCK)
    taken = claim(database)
    postpone(database, taken[:1], clock, cause="no_line")
    postpone(database, taken[1:], clock, cause="refused")
    hurried = in_books(database, lambda uow: uow.outbox.hurry(at=uow.now, causes=frozenset({"no_line"})))
    assert hurried == 1
    assert [each.subject for each in claim(database)] == [PAN]


def test_the_whole_catalogue_is_owed_at_once(database: Database, gerente: Actor, clock: HandClock) -> None:
    first = keep(database, by=gerente, brand="Boa", category="Cozinha")
    keep(database, by=gerente, sell_online=False)
    second = keep(database, by=gerente)
    empty_queue(database)
    owe(database, product_subject(first))
    halt(database, claim(database))
    owe(database, product_subject(second), aspects=STOCK)
    postpone(database, claim(database), clock, unknown_since=clock.now)
    clock.forward(seconds=5)
    in_books(database, lambda uow: uow.outbox.owe_catalogue(uow.now))
    rows = queue(database)
    assert len(rows) == 8
    assert {(row.state, row.attempts, row.cause, row.detail) for row in rows} == {
        (QueueState.WAITING, 0, "", "")
    }
    taken = claim(database)
    assert len(taken) == 8
    assert {each.unknown_since for each in taken} == {None}


def test_what_is_being_sent_stays_in_hand_when_the_catalogue_is_owed(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente)
    taken = claim(database)
    in_books(database, lambda uow: uow.outbox.owe_catalogue(uow.now))
    assert {row.state for row in queue(database)} == {QueueState.SENDING}
    acknowledge(database, taken)
    assert {row.state for row in queue(database)} == {QueueState.WAITING}
    assert {row.subject for row in queue(database)} == {product_subject(kept)}


def test_a_held_line_is_not_sent_until_it_is_let_go(database: Database, gerente: Actor) -> None:
    owe(database, PAN, POT, aspects=STOCK)
    ids = [line(database).id]
    assert database.run_now(hold, ids, held=True, by=gerente) == 1
    owe(database, PAN, aspects=STOCK)
    assert [each.subject for each in claim(database)] == [POT]
    assert in_books(database, lambda uow: uow.outbox.next_due(aspects=EVERYTHING)) is None
    assert line(database).paused is True
    database.run_now(hold, ids, held=False, by=gerente)
    assert [each.subject for each in claim(database)] == [PAN]


def test_again_now_forgets_the_tries(database: Database, clock: HandClock, gerente: Actor) -> None:
    owe(database, PAN, POT, aspects=STOCK)
    taken = claim(database)
    halt(database, taken[:1])
    postpone(database, taken[1:], clock, unknown_since=clock.now)
    ids = [row.id for row in queue(database)]
    database.run_now(hold, ids[:1], held=True, by=gerente)
    assert database.run_now(retry, [*ids, 10**9], by=gerente) == 2
    assert {(row.attempts, row.cause, row.paused) for row in queue(database)} == {(0, "", False)}
    assert line(database, POT).state is QueueState.OUTCOME_UNKNOWN  # it may still have been applied
    assert len(claim(database)) == 2


def test_a_line_in_flight_is_neither_repeated_nor_thrown_away(database: Database, gerente: Actor) -> None:
    owe(database, PAN, aspects=STOCK)
    claim(database)
    ids = [line(database).id]
    assert database.run_now(retry, ids, by=gerente) == 0
    assert database.run_now(ignore, ids, by=gerente) == 0
    assert line(database).state is QueueState.SENDING


def test_an_ignored_line_comes_back_with_the_next_change(database: Database, gerente: Actor) -> None:
    owe(database, PAN, aspects=STOCK)
    old = line(database).id
    assert database.run_now(ignore, [old], by=gerente) == 1
    assert queue(database) == []
    owe(database, PAN, aspects=STOCK)
    assert line(database).id != old


def test_a_lines_number_is_never_given_to_another_line(database: Database, gerente: Actor) -> None:
    owe(database, PAN, aspects=STOCK)
    seen_on_a_screen = line(database).id
    acknowledge(database, claim(database))
    owe(database, POT, aspects=STOCK)
    assert database.run_now(ignore, [seen_on_a_screen], by=gerente) == 0
    assert [row.subject for row in queue(database)] == [POT]


def test_an_unlinked_product_is_looked_for_again_on_retry(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    subject = product_subject(kept)
    empty_queue(database)
    owe(database, subject, aspects=STOCK)
    in_books(database, lambda uow: uow.links.link(subject, "900", uow.now))
    in_books(database, lambda uow: uow.links.unlink(subject))
    halt(database, claim(database))
    assert database.run_now(retry, [queue(database)[0].id], by=gerente) >= 1
    assert in_books(database, lambda uow: uow.links.many([subject])) == {}
    assert {row.aspect for row in queue(database)} == EVERYTHING
    assert len(claim(database)) == 3


def test_a_person_says_which_thing_of_the_store_it_is(database: Database, gerente: Actor) -> None:
    first, second = (
        product_subject(keep(database, by=gerente, reference=name)) for name in ("PAN-1", "PAN-2")
    )
    empty_queue(database)
    database.run_now(link_to, first, "900", by=gerente)
    assert in_books(database, lambda uow: uow.links.many([first]))[first].state is LinkState.LINKED
    assert {row.aspect for row in queue(database)} == EVERYTHING
    with pytest.raises(LinkTaken) as refused:
        database.run_now(link_to, second, "900", by=gerente)
    assert (refused.value.remote_id, refused.value.reference) == ("900", "PAN-1")
    assert {row.subject for row in queue(database)} == {first}


def test_who_only_sells_does_not_touch_the_queue(database: Database, operador: Actor) -> None:
    for use_case, how in ((retry, {}), (ignore, {}), (hold, {"held": True})):
        with pytest.raises(NotAllowed):
            database.run_now(use_case, [1], by=operador, **how)
    with pytest.raises(NotAllowed):
        database.run_now(link_to, PAN, "1", by=operador)


def test_nothing_to_do_does_nothing(database: Database, gerente: Actor, clock: HandClock) -> None:
    owe(database)
    owe(database, PAN, aspects=frozenset())
    acknowledge(database, [])
    postpone(database, [], clock)
    assert database.run_now(retry, [], by=gerente) == database.run_now(ignore, [], by=gerente) == 0
    assert queue(database) == []


def test_a_line_that_left_is_not_found(database: Database) -> None:
    with pytest.raises(NoSuchRecord):
        database.read_now(lambda reader: reader.queue_detail(404))


def test_more_lines_than_an_in_list_holds_are_handled(database: Database, gerente: Actor) -> None:
    owe(database, *(Subject(SubjectKind.PRODUCT, n) for n in range(1, 1001)), aspects=STOCK)
    ids = [row.id for row in queue(database)]
    assert len(in_books(database, lambda uow: uow.outbox.owed_subjects(ids))) == 1000
    assert database.run_now(hold, ids, held=True, by=gerente) == 1000
    assert database.run_now(retry, ids, by=gerente) == 1000
    assert len(claim(database, limit=1000)) == 1000
