"""The queue monitor's figures, its lines opened, its history, and the check of the books."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.books import HandClock, ask_sql, in_books
from tests.builders import claim, empty_queue, keep, move, owe, product_subject, queue
from varejoforte_desktop.application.delivery_ports import Acknowledged, Push
from varejoforte_desktop.application.questions import QueueCounters
from varejoforte_desktop.application.queue import hold
from varejoforte_desktop.application.shop_settings import choose_sync_option
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

PAN = Subject(SubjectKind.PRODUCT, 1)


def figures(database: Database) -> QueueCounters:
    return database.read_now(lambda reader: reader.queue_counters())


def a_push(outcome: str = "sent", **changes: object) -> Push:
    facts = {
        "subject": PAN,
        "label": "PAN-1",
        "aspects": (Aspect.STOCK,),
        "outcome": outcome,
        "station": "Caixa",
    }
    return Push(**facts | changes)  # type: ignore[arg-type]


def write(database: Database, *pushes: Push) -> None:
    in_books(database, lambda uow: uow.history.add(pushes, uow.now))


def problems(database: Database) -> tuple[str, ...]:
    return database.read_now(lambda reader: reader.check()).problems


def test_an_empty_queue_is_all_zeros(database: Database) -> None:
    shown = figures(database)
    assert (shown.pending, shown.waiting, shown.halted, shown.paused, shown.held_back) == (0, 0, 0, 0, 0)
    assert (shown.oldest_since, shown.last_sent_at, shown.by_aspect) == (None, None, {})
    assert shown.sent_per_minute == (0,) * 60


def test_every_line_is_counted_once(
    database: Database, gerente: Actor, administrador: Actor, clock: HandClock
) -> None:
    oldest = clock.now
    subjects = [Subject(SubjectKind.PRODUCT, n) for n in range(1, 8)]
    owe(database, *subjects, aspects=frozenset({Aspect.STOCK}))
    taken = claim(database, limit=3)
    in_books(database, lambda uow: uow.outbox.halt(taken[:1], epoch=1, cause="refused", detail="", facts={}))
    in_books(
        database,
        lambda uow: uow.outbox.postpone(
            taken[1:2], epoch=1, due_at=uow.now, cause="no_answer", counted=True, unknown_since=uow.now
        ),
    )
    held = [row.id for row in queue(database) if row.subject in subjects[5:]]
    database.run_now(hold, held, held=True, by=gerente)
    clock.forward(minutes=1)
    owe(database, *subjects[:2], aspects=frozenset({Aspect.CONTENT}))
    database.run_now(choose_sync_option, SyncOption.COMMERCIAL, by=administrador)
    shown = figures(database)
    assert (shown.waiting, shown.sending, shown.halted, shown.paused, shown.held_back) == (3, 1, 1, 2, 2)
    assert (shown.pending, shown.by_aspect, shown.oldest_since) == (5, {Aspect.STOCK: 7}, oldest)


def test_the_worst_lines_are_shown_first(database: Database) -> None:
    owe(database, *(Subject(SubjectKind.PRODUCT, n) for n in (1, 2, 3)), aspects=frozenset({Aspect.PRICE}))
    taken = claim(database, limit=2)
    in_books(database, lambda uow: uow.outbox.halt(taken[1:], epoch=1, cause="refused", detail="", facts={}))
    owe(database, Subject(SubjectKind.PRODUCT, 3), aspects=frozenset({Aspect.STOCK}))
    shown = [(row.subject.id, row.aspect, row.state) for row in queue(database)]
    assert shown == [
        (2, Aspect.PRICE, QueueState.HALTED),
        (1, Aspect.PRICE, QueueState.SENDING),
        (3, Aspect.STOCK, QueueState.WAITING),
        (3, Aspect.PRICE, QueueState.WAITING),
    ]


def test_lines_are_called_by_what_they_are_and_found_by_it(database: Database, gerente: Actor) -> None:
    keep(
        database,
        by=gerente,
        reference="PAN-1",
        name="Panela",
        brand="Boa Marca",
        category="Cozinha > Panelas",
    )
    labels = {row.label for row in queue(database)}
    assert labels == {"PAN-1 · Panela", "Boa Marca", "Cozinha", "Cozinha > Panelas"}
    for text, found in (("pan1", {"PAN-1 · Panela"}), ("marca", {"Boa Marca"}), ("xyz", set())):
        rows = database.read_now(lambda reader, text=text: reader.queue_rows(text=text))
        assert {row.label for row in rows} == found
    assert len(database.read_now(lambda reader: reader.queue_rows(limit=2))) == 2


def test_an_opened_line_shows_before_and_after(database: Database, gerente: Actor, clock: HandClock) -> None:
    kept = keep(
        database, by=gerente, on_hand=5, price=Money(1000), cost=Money(500), brand="Boa", category="Cozinha"
    )
    subject = product_subject(kept)
    known = Acknowledged(
        subject=subject, aspect=Aspect.PRICE, digest="d", fields={"price": 900, "cost": 500}, at=clock.now
    )
    in_books(database, lambda uow: uow.links.remember([known]))
    in_books(database, lambda uow: uow.links.link(subject, "900", uow.now))
    write(database, a_push("later", subject=subject, cause="no_answer", detail="504"))
    lines = {(row.subject, row.aspect): row.id for row in queue(database)}
    opened = database.read_now(lambda reader: reader.queue_detail(lines[subject, Aspect.PRICE]))
    assert [(c.field, c.before, c.after) for c in opened.changes] == [("price", 900, 1000)]
    assert opened.remote_id == "900"
    assert [(past.outcome, past.cause, past.detail) for past in opened.past] == [
        ("later", "no_answer", "504")
    ]
    opened = database.read_now(lambda reader: reader.queue_detail(lines[subject, Aspect.CONTENT]))
    after = {change.field: change.after for change in opened.changes}
    assert (after["name"], after["brand"], after["category"]) == (kept.name, "Boa", "Cozinha")
    brand = next(line for (of, _aspect), line in lines.items() if of.kind is SubjectKind.BRAND)
    opened = database.read_now(lambda reader: reader.queue_detail(brand))
    assert [(c.field, c.before, c.after) for c in opened.changes] == [("name", None, "Boa")]


def test_a_line_of_a_product_that_is_gone_can_still_be_opened(database: Database) -> None:
    owe(
        database,
        Subject(SubjectKind.PRODUCT, 404),
        Subject(SubjectKind.BRAND, 404),
        aspects=frozenset({Aspect.CONTENT}),
    )
    for row in queue(database):
        opened = database.read_now(lambda reader, row=row: reader.queue_detail(row.id))
        assert (opened.row.label, opened.changes) == ("", ())


def test_todays_sent_lines_are_counted_by_the_shops_day(database: Database, clock: HandClock) -> None:
    clock.now = datetime(2026, 3, 2, 2, 59, tzinfo=UTC)  # still the first of March in São Paulo
    write(database, a_push())
    clock.now = datetime(2026, 3, 2, 3, 1, tzinfo=UTC)
    write(database, a_push(), a_push(), a_push("later"), a_push("halted"))
    shown = figures(database)
    assert (shown.sent_today, shown.last_sent_at) == (2, clock.now)
    assert (shown.sent_per_minute[-1], shown.sent_per_minute[-3], sum(shown.sent_per_minute)) == (2, 1, 3)


def test_the_history_is_newest_first_and_cut_to_what_fits(database: Database, clock: HandClock) -> None:
    write(database, a_push(label="x" * 500, cause="c" * 90))
    clock.forward(seconds=1)
    write(database, a_push("halted", label="novo", aspects=(Aspect.STOCK, Aspect.PRICE, Aspect.CONTENT)))
    write(database)
    (newest, push), (oldest, _) = database.read_now(lambda reader: reader.recent_pushes())
    assert (newest, push.aspects) == ("novo", ("stock", "price", "content"))
    assert len(oldest) == 280
    assert len(database.read_now(lambda reader: reader.recent_pushes(limit=1))) == 1


def test_old_history_is_forgotten(database: Database, clock: HandClock) -> None:
    write(database, a_push(), a_push())
    clock.forward(days=14, seconds=1)
    write(database, a_push())
    assert in_books(database, lambda uow: uow.history.prune(uow.now - timedelta(days=14))) == 2
    assert len(database.read_now(lambda reader: reader.recent_pushes())) == 1


def test_books_in_order_have_no_problem(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, unit="KG", on_hand="2.500")
    move(database, kept, MovementKind.EXIT, "0.125", by=gerente)
    found = database.read_now(lambda reader: reader.check())
    assert (found.products, found.movements, found.owed, found.problems) == (1, 2, 3, ())


def test_a_shelf_that_does_not_match_its_ledger_is_found(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, reference="PAN-1", on_hand=5)
    ask_sql(database.url, "UPDATE stock SET on_hand = 4000 WHERE product_id = :id", id=kept.id)
    assert problems(database) == ("ledger: PAN-1 on_hand=4.000 ledger=5.000",)


def test_a_shelf_with_goods_and_no_ledger_is_found(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, reference="PAN-1")
    ask_sql(database.url, "UPDATE stock SET on_hand = 1 WHERE product_id = :id", id=kept.id)
    assert problems(database) == ("ledger: PAN-1 on_hand=0.001 ledger=0.000",)


def test_a_product_without_a_shelf_is_found(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente, reference="PAN-1")
    ask_sql(database.url, "DELETE FROM stock")
    assert problems(database) == ("no_shelf: PAN-1",)


def test_lines_that_nobody_would_ever_send_are_found(database: Database) -> None:
    owe(database, PAN, Subject(SubjectKind.PRODUCT, 2), aspects=frozenset({Aspect.STOCK}))
    first, second = (row.id for row in queue(database))
    ask_sql(database.url, "UPDATE outbox SET state = 'sending' WHERE id = :id", id=first)
    ask_sql(database.url, "UPDATE outbox SET state = 'halted' WHERE id = :id", id=second)
    assert set(problems(database)) == {f"lost_line: {first}", f"halted_without_cause: {second}"}
    empty_queue(database)


def test_figures_are_exact_to_the_gram(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, unit="KG")
    for _ in range(100):
        move(database, kept, MovementKind.ENTRY, "0.1", by=gerente)
    assert in_books(database, lambda uow: uow.shelf.on_hand(kept.id)) == Decimal("10.000")
    assert problems(database) == ()
