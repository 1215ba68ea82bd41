"""A thing of the store belongs to one thing of the shop, and what it said yes to is remembered."""

import pytest

from tests.books import HandClock, in_books
from tests.builders import keep, product_subject
from varejoforte_desktop.application.delivery_ports import Acknowledged, Named
from varejoforte_desktop.application.questions import LinkState
from varejoforte_desktop.domain.errors import LinkTaken
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.persistence.database import Database

PAN, POT, BRAND = (
    Subject(SubjectKind.PRODUCT, 1),
    Subject(SubjectKind.PRODUCT, 2),
    Subject(SubjectKind.BRAND, 1),
)


def state(database: Database, subject: Subject) -> tuple[LinkState, str | None] | None:
    link = in_books(database, lambda uow: uow.links.many([subject])).get(subject)
    return None if link is None else (link.state, link.remote_id)


def link(database: Database, subject: Subject, remote_id: str) -> None:
    in_books(database, lambda uow: uow.links.link(subject, remote_id, uow.now))


def acknowledged(subject: Subject, aspect: Aspect, clock: HandClock, **changes: object) -> Acknowledged:
    facts = {"digest": "d1", "fields": {"stock": 4, "name": "Pão"}, "at": clock.now} | changes
    return Acknowledged(subject=subject, aspect=aspect, **facts)  # type: ignore[arg-type]


def test_what_was_never_sent_has_no_link(database: Database) -> None:
    assert state(database, PAN) is None
    assert in_books(database, lambda uow: uow.links.many([])) == {}


def test_a_link_is_kept_and_may_be_kept_again(database: Database) -> None:
    for _ in range(2):
        link(database, PAN, "900")
    assert state(database, PAN) == (LinkState.LINKED, "900")
    link(database, PAN, "901")
    assert state(database, PAN) == (LinkState.LINKED, "901")
    link(database, POT, "900")


def test_the_same_number_of_another_kind_is_another_thing(database: Database) -> None:
    link(database, PAN, "900")
    link(database, BRAND, "900")
    assert state(database, BRAND) == (LinkState.LINKED, "900")


def test_one_thing_of_the_store_is_not_two_of_ours(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, reference="PAN-1")
    link(database, product_subject(kept), "900")
    with pytest.raises(LinkTaken) as refused:
        link(database, Subject(SubjectKind.PRODUCT, kept.id + 1), "900")
    assert (refused.value.remote_id, refused.value.reference) == ("900", "PAN-1")
    link(database, BRAND, "900")
    with pytest.raises(LinkTaken) as refused:
        link(database, Subject(SubjectKind.BRAND, 2), "900")
    assert refused.value.reference == "1"


def test_an_unanswered_creation_is_known_after_a_crash(database: Database, clock: HandClock) -> None:
    in_books(database, lambda uow: uow.links.begin_creation(PAN, uow.now))
    found = in_books(database, lambda uow: uow.links.many([PAN]))[PAN]
    assert (found.state, found.unknown_since) == (LinkState.CREATING, clock.now)
    link(database, PAN, "900")
    found = in_books(database, lambda uow: uow.links.many([PAN]))[PAN]
    assert (found.state, found.unknown_since) == (LinkState.LINKED, None)


def test_what_the_store_lost_counts_no_more(database: Database, clock: HandClock) -> None:
    link(database, PAN, "900")
    in_books(database, lambda uow: uow.links.remember([acknowledged(PAN, Aspect.STOCK, clock)]))
    in_books(database, lambda uow: uow.links.unlink(PAN))
    assert state(database, PAN) == (LinkState.UNLINKED, None)
    assert in_books(database, lambda uow: uow.links.acknowledged([PAN])) == {}
    link(database, POT, "900")  # free for somebody else
    in_books(database, lambda uow: uow.links.end_creation(PAN))
    assert state(database, PAN) is None


def test_what_the_store_said_yes_to_is_remembered_by_side(database: Database, clock: HandClock) -> None:
    rows = [
        acknowledged(PAN, Aspect.STOCK, clock),
        acknowledged(PAN, Aspect.PRICE, clock),
        acknowledged(BRAND, Aspect.CONTENT, clock),
    ]
    in_books(database, lambda uow: uow.links.remember(rows))
    clock.forward(seconds=1)
    newer = acknowledged(PAN, Aspect.STOCK, clock, digest="d2", fields={"stock": 3})
    in_books(database, lambda uow: uow.links.remember([newer]))
    in_books(database, lambda uow: uow.links.remember([]))
    known = in_books(database, lambda uow: uow.links.acknowledged([PAN, BRAND, POT]))
    assert known == {PAN: {Aspect.STOCK: newer, Aspect.PRICE: rows[1]}, BRAND: {Aspect.CONTENT: rows[2]}}


def test_sheets_tell_what_is_in_the_books_and_leave_out_what_is_gone(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente, brand="Boa", category="Cozinha > Panelas", on_hand=3)
    sheets = in_books(database, lambda uow: uow.sheets.products([kept.id, 404]))
    assert set(sheets) == {kept.id}
    sheet = sheets[kept.id]
    assert (sheet.product, sheet.on_hand, sheet.brand) == (kept, 3, Named(kept.brand_id, "Boa"))
    assert sheet.category.name == "Panelas"
    brands = in_books(database, lambda uow: uow.sheets.names(SubjectKind.BRAND, [kept.brand_id, 404]))
    assert brands == {kept.brand_id: Named(kept.brand_id, "Boa")}
    bare = keep(database, by=gerente)
    sheet = in_books(database, lambda uow: uow.sheets.products([bare.id]))[bare.id]
    assert (sheet.brand, sheet.category) == (None, None)
