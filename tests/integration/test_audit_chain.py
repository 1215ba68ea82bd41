"""The audit log is only added to: the database refuses anything else, and what is forged past it is named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.books import HandClock, OpenStation, ask_sql
from tests.builders import move
from tests.integration.test_audit import Log, log, pan
from tests.order_builders import at_once
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.people_questions import AuditProof
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.audit import AuditAction, AuditEntry, percent_of, sealed_line
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

__all__ = ["log", "pan"]

# -- only added to ------------------------------------------------------------------------------------------------


STATEMENTS = (
    "UPDATE audit_entry SET operator = 'Ninguém'",
    "UPDATE audit_entry SET after = '' WHERE id = 1",
    "DELETE FROM audit_entry WHERE id = 1",
    "DELETE FROM audit_entry",
)


def test_the_database_itself_refuses_to_change_or_take_away_a_line(
    database: Database, log: Log, administrador: Actor
) -> None:
    before = log.rows()
    forbidden = [*STATEMENTS, *(["TRUNCATE audit_entry"] if "postgres" in database.url else [])]
    for statement in forbidden:
        with pytest.raises(Exception, match="the audit log is only added to"):
            ask_sql(database.url, statement)
        with pytest.raises(DBAPIError, match="the audit log is only added to"), writing(database) as run:
            run(statement)
    assert log.rows() == before
    assert log.problems() == ()


class writing:  # noqa: N801 - reads as a word
    """The program's own connection, as a mistake of ours would use it."""

    def __init__(self, database: Database) -> None:
        self._engine = database._writing

    def __enter__(self) -> Callable[[str], Any]:
        self._connection = self._engine.connect()
        self._connection.begin()
        return self._connection.exec_driver_sql

    def __exit__(self, *_error: object) -> None:
        self._connection.rollback()
        self._connection.close()


# -- the chain ----------------------------------------------------------------------------------------------------


@dataclass
class Forger:
    """Somebody with the file or the server in hand, whom no trigger stops."""

    url: str

    def __call__(self, *statements: str, **values: Any) -> None:
        """Change the log past its guard."""
        if self.url.startswith("sqlite"):
            guards = ask_sql(self.url, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for name, _ in guards:
                ask_sql(self.url, f"DROP TRIGGER {name}")
            for each in statements:
                ask_sql(self.url, each, **values)
            for _, made in guards:
                ask_sql(self.url, made)
        else:
            ask_sql(self.url, "ALTER TABLE audit_entry DISABLE TRIGGER USER")
            for each in statements:
                ask_sql(self.url, each, **values)
            ask_sql(self.url, "ALTER TABLE audit_entry ENABLE TRIGGER USER")


@pytest.fixture
def forger(database: Database, pan: Product, gerente: Actor, clock: HandClock) -> Forger:
    """A log of nine lines or more, the last three of them ours."""
    for _ in range(3):
        clock.forward(minutes=5)
        move(database, pan, MovementKind.LOSS, 1, by=gerente)
    return Forger(database.url)


FIELDS = {
    "at": "at + 1",
    "operator": "'Ninguém'",
    "station": "'Porta'",
    "action": "'sale.cancelled'",
    "subject": "'PAN-9'",
    "before": "'{}'",
    "after": "before",
    "previous": "hash",
    "hash": "previous",
}


def setting(field: str, value: str) -> str:
    return " ".join(("UPDATE audit_entry SET", field, "=", value, "WHERE id = :id"))


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_field_is_seen_in_whatever_line(log: Log, forger: Forger, field: str) -> None:
    last = log.rows()[-1].id
    assert log.problems() == ()
    for line in (last, last - 1):
        asked = " ".join(("SELECT", field, "FROM audit_entry WHERE id = :id"))
        ((was,),) = ask_sql(forger.url, asked, id=line)
        forger(setting(field, FIELDS[field]), id=line)
        assert f"audit_line: {line}" in log.problems()
        forger(setting(field, ":was"), id=line, was=was)
    assert log.problems() == ()


def test_a_line_that_was_sealed_anew_is_given_away_by_the_next(log: Log, forger: Forger) -> None:
    """Whoever changes a line and makes its seal fit would have to make every seal after it."""
    row = log.rows()[-2]
    ((previous,),) = ask_sql(forger.url, "SELECT previous FROM audit_entry WHERE id = :id", id=row.id)
    forged = AuditEntry(
        id=row.id,
        at=row.at,
        operator="Ana Lima",
        station=row.station,
        action=row.action,
        subject=row.subject,
        before=row.before,
        after=row.after,
    )
    forger(
        "UPDATE audit_entry SET operator = :name, hash = :seal WHERE id = :id",
        name="Ana Lima",
        seal=sealed_line(forged, previous),
        id=row.id,
    )
    assert log.problems() == (f"audit_line: {row.id}",)


def test_a_last_line_that_was_sealed_anew_does_not_fit_the_end(log: Log, forger: Forger) -> None:
    row = log.rows()[-1]
    ((previous,),) = ask_sql(forger.url, "SELECT previous FROM audit_entry WHERE id = :id", id=row.id)
    entry = AuditEntry(**{name: getattr(row, name) for name in AuditEntry.__slots__})
    seal = sealed_line(replace(entry, subject="PAN-9"), previous)
    forger("UPDATE audit_entry SET subject = 'PAN-9', hash = :seal WHERE id = :id", seal=seal, id=row.id)
    assert log.problems() == (f"audit_line: {row.id}",)


def test_lines_taken_out_cut_off_swapped_and_put_in_are_named(log: Log, forger: Forger) -> None:
    last = log.rows()[-1].id
    held = ask_sql(forger.url, "SELECT * FROM audit_entry")

    def restore() -> None:
        forger("DELETE FROM audit_entry")
        for row in held:
            values = {f"v{place}": value for place, value in enumerate(row)}
            slots = ", ".join(f":{name}" for name in values)
            ask_sql(forger.url, " ".join(("INSERT INTO audit_entry VALUES (", slots, ")")), **values)
        assert log.problems() == ()

    forger("DELETE FROM audit_entry WHERE id = :id", id=last - 1)
    assert log.problems() == (f"audit_gap: {last - 1}",)
    restore()
    forger("DELETE FROM audit_entry WHERE id < 3")
    assert log.problems() == ("audit_gap: 1-2",)
    restore()
    forger("DELETE FROM audit_entry WHERE id > :id", id=last - 2)
    assert log.problems() == (f"audit_end: {last}",)
    restore()
    forger("DELETE FROM audit_entry")
    assert log.problems() == (f"audit_end: {last}",)
    restore()
    forger(
        "UPDATE audit_entry SET id = 0 WHERE id = 2",
        "UPDATE audit_entry SET id = 2 WHERE id = 3",
        "UPDATE audit_entry SET id = 3 WHERE id = 0",
    )
    assert set(log.problems()) >= {"audit_line: 2", "audit_line: 3"}
    restore()
    for place in (0, last + 1):
        forger(
            "INSERT INTO audit_entry SELECT :place, at, operator, station, action, subject, before, after, "
            "previous, hash FROM audit_entry WHERE id = 2",
            place=place,
        )
        assert f"audit_line: {place}" in log.problems()
        restore()
    forger("DELETE FROM audit_head")
    assert log.problems() == (f"audit_end: {last + 1}",)


def test_the_instant_is_sealed_to_the_millisecond() -> None:
    entry = AuditEntry(
        id=1,
        at=datetime(2026, 3, 2, 15, 0, 0, 1_000, tzinfo=UTC),
        operator="Ana",
        station="Balcão",
        action="price.changed",
        subject="PAN-1",
        before="",
        after="",
    )
    seals = {sealed_line(replace(entry, at=entry.at + timedelta(milliseconds=n)), "0") for n in range(2000)}
    assert len(seals) == 2000
    here = entry.at.astimezone()
    assert sealed_line(replace(entry, at=here), "0") == sealed_line(entry, "0")
    assert (percent_of(Money(1), Money(3)), percent_of(ZERO, ZERO)) == ("33.33", "0.00")


def test_four_stations_write_at_once_and_keep_one_chain(
    database: Database, stations: OpenStation, pan: Product, gerente: Actor, log: Log
) -> None:
    """Each keeps a price of its own and one that all four fight for."""
    own = [
        database.run_now(
            save_product, replace(pan, id=0, version=0, reference=f"OWN-{n}"), brand="", category="", by=gerente
        )
        for n in range(4)
    ]  # fmt: skip

    def work(place: int) -> Callable[[], int]:
        station = stations(database.url)
        by = replace(gerente, station=f"CAIXA-{place}")

        def day() -> int:
            done = 0
            for turn in range(25):
                move(station, own[place], MovementKind.ADJUSTMENT, turn + 1, by=by)
                move(station, pan, MovementKind.ADJUSTMENT, 1000 * place + turn + 11, by=by)
                done += 2
            return done

        return day

    began = log.rows()[-1].id
    assert at_once(*(work(place) for place in range(4))) == [50] * 4
    rows = log.rows()
    assert [row.id for row in rows] == list(range(1, began + 201))
    assert {row.station for row in rows[-200:]} == {f"CAIXA-{n}" for n in range(4)}
    assert log.problems() == ()


# -- how long it takes --------------------------------------------------------------------------------------------


def fill(database: Database, lines: int, by: Actor) -> None:
    """As many price changes as a shop makes in years."""

    def work(uow: Any, begin: int) -> None:
        for n in range(begin, begin + 10_000):
            uow.audit.note(
                AuditAction.PRICE_CHANGED,
                f"PAN-{n}",
                by=by,
                before={"price": "50.00", "cost": "20.00"},
                after={"price": "49.90", "cost": "21.00"},
            )

    for begin in range(0, lines, 10_000):
        database.run_now(work, begin)


def test_a_hundred_thousand_lines_are_followed_in_stretches(
    database: Database, gerente: Actor, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(database, 100_000, gerente)
    began = time.perf_counter()
    assert log.problems() == ()
    took = time.perf_counter() - began
    stretches = list(proofs(database))
    assert stretches[-1].problems == ()
    assert stretches[-1].lines == stretches[-1].total > 100_000
    assert len(stretches) > 20
    assert [each.finished for each in stretches[:-1]] == [False] * (len(stretches) - 1)
    began = time.perf_counter()
    assert len(log.rows(text="pan-99999", actions=(AuditAction.PRICE_CHANGED,))) == 1
    looked = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n{database.url[:8]}: 100 000 lines checked in {took:.2f} s, searched in {looked:.2f} s")


def proofs(database: Database) -> Iterator[AuditProof]:
    proof: AuditProof | None = None
    while proof is None or not proof.finished:
        proof = database.read_now(partial(_on, proof))
        yield proof


def _on(proof: AuditProof | None, reader: Reader) -> AuditProof:
    return reader.audit.prove(proof)


def test_what_a_noted_use_case_costs(
    database: Database, pan: Product, gerente: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    move(database, pan, MovementKind.ENTRY, 1000, by=gerente)

    def each(kind: MovementKind) -> float:
        began = time.perf_counter()
        for _ in range(100):
            move(database, pan, kind, 1, by=gerente)
        return (time.perf_counter() - began) * 10

    each(MovementKind.EXIT)
    plain, noted = each(MovementKind.EXIT), each(MovementKind.OWN_USE)
    with capsys.disabled():
        print(
            f"\n{database.url[:8]}: an exit {plain:.2f} ms, own use with its line in the log {noted:.2f} ms"
        )
