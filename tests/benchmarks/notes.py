"""A shop with years of fiscal documents: what the strip, the loop and the accountant ask of them, however many there are."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert

from tests.benchmarks.figures import Finding, middle, spread
from tests.benchmarks.shops import LOGIN, Workshop, address
from tests.stations import WallClock
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.fiscal_questions import DocumentSearch
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel, SaleSource, SaleState
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document, fiscal_series
from varejoforte_desktop.persistence.tables.sales import sale

_CNPJ: Final = "11222333000181"
_STATION: Final = "MEDIDA"
_FIRST: Final = datetime(2024, 1, 2, 12, tzinfo=UTC)
#: As large as the signed XML of three lines, and the same with its protocol.
_XML, _PROC = 8_000, 9_000
_EVERY_OPEN: Final = 2_000  # one document in so many is rejected
_EVERY_GAP: Final = 5_000  # and so many numbers were lost to a copy that was put back


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """100 000 NFC-e, 50 of them rejected, 20 numbers unknown; each question asked of books that were asked before."""
    count = 20_000 if quick else 100_000
    database = Database(address(workshop.copy(1_000, "notes")), ChangeFeed(), clock=WallClock(time.monotonic))
    try:
        by = database.run_now(admit, LOGIN, station=_STATION)
        database.run_now(_settle)
        for start in range(0, count, 5_000):
            database.run_now(_fill, start, 5_000, by.operator_id)
        return [_asked(database, name, question, most, count) for name, question, most in _questions(count)]
    finally:
        database.close()


def _questions(count: int) -> list[tuple[str, Callable[[Reader], Any], float | None]]:
    """What is asked, and within how many milliseconds it should be answered."""
    middle_of = _FIRST + timedelta(minutes=10 * count / 2)
    day = middle_of.replace(hour=0)
    everything = DocumentSearch(environment=FiscalEnvironment.HOMOLOGACAO)
    return [
        ("how notes stand (strip, badge)", lambda reader: reader.fiscal.overview(), 20.0),
        ("what is due next", lambda reader: reader.fiscal.next_due(_STATION), 5.0),
        ("first page of the list", lambda reader: reader.fiscal.documents(everything), 50.0),
        ("numbers nobody knows of", lambda reader: reader.fiscal.gaps(), None),
        (
            "a day of the accountant's archive",
            lambda reader: reader.fiscal.archive(
                day,
                day + timedelta(days=1),
                environment=FiscalEnvironment.HOMOLOGACAO,
                begins=day.replace(day=1),
            ),
            None,
        ),
    ]


def _asked(
    database: Database, name: str, question: Callable[[Reader], Any], most: float | None, count: int
) -> Finding:
    taken = []
    for _ in range(21):
        begun = time.perf_counter()
        database.read_now(question)
        taken.append(1000 * (time.perf_counter() - begun))
    return Finding(
        work=f"{count} notes: {name}",
        value=middle(taken[1:]),
        unit="ms",
        spread=spread(taken[1:]),
        most=most,
        raw=[f"the first time {taken[0]:.1f} ms"],
    )


# -- the shop -----------------------------------------------------------------------------------------


def _settle(uow: Any) -> None:
    """The shop issues for the company whose documents these are."""
    settings = uow.fiscal_setup.settings()
    uow.fiscal_setup.save_settings(replace(settings, emitter=replace(settings.emitter, cnpj=_CNPJ)))


def _fill(uow: Any, start: int, many: int, operator_id: int) -> None:
    connection: Connection = uow._connection
    places = range(start, start + many)
    connection.execute(insert(sale), [_sale(place, operator_id) for place in places])
    connection.execute(insert(fiscal_document), list(_documents(places)))
    if start == 0:
        connection.execute(
            insert(fiscal_series),
            {
                "cnpj": _CNPJ,
                "environment": FiscalEnvironment.HOMOLOGACAO,
                "model": FiscalModel.NFCE,
                "series": 1,
                "station": _STATION,
                "last": 10**8,
            },
        )


def _sale(place: int, operator_id: int) -> dict[str, Any]:
    return {
        "id": place + 1,
        "token": f"medida-{place}",
        "station": _STATION,
        "number": place + 1,
        "source": SaleSource.COUNTER,
        "state": SaleState.COMPLETED,
        "buyer_document": "",
        "buyer_name": "",
        "goods": Money(2500),
        "discount": Money(0),
        "shipping": Money(0),
        "surcharge": Money(0),
        "adjustment": Money(0),
        "total": Money(2500),
        "fiscal": FiscalModel.NFCE,
        "fiscal_state": _state(place).value,
        "operator_id": operator_id,
        "at": _at(place),
        "cancel_reason": "",
    }


def _documents(places: range) -> Iterator[dict[str, Any]]:
    noise = random.Random(places.start)
    for place in places:
        state = _state(place)
        taken = state is DocumentState.AUTHORISED
        yield {
            "sale_id": place + 1,
            "cnpj": _CNPJ,
            "environment": FiscalEnvironment.HOMOLOGACAO,
            "model": FiscalModel.NFCE,
            "series": 1,
            "number": 1 + place + place // _EVERY_GAP,
            "random_code": "12345678",
            "access_key": f"{place:044}",
            "emission_type": EmissionType.NORMAL,
            "state": state,
            "station": _STATION,
            "issued_at": _at(place),
            "total": Money(2500),
            "buyer_document": "",
            "buyer_name": "",
            "buyer_key": "",
            "xml": noise.randbytes(_XML),
            "digest": "",
            "proc": noise.randbytes(_PROC) if taken else b"",
            "protocol": f"{place:015}" if taken else "",
            "authorised_at": _at(place) + timedelta(seconds=2) if taken else None,
            "stat": "100" if taken else "778",
            "reason": "",
            "sent": True,
            "attempts": 1,
            "claimed_by": "",
        }


def _state(place: int) -> DocumentState:
    return DocumentState.REJECTED if place % _EVERY_OPEN == 0 else DocumentState.AUTHORISED


def _at(place: int) -> datetime:
    return _FIRST + timedelta(minutes=10 * place)
