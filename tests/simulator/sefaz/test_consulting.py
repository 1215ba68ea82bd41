"""What the authority knows of a key, and whether it is at work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import Clock, Sale
from tests.simulator.sefaz.till import Till, Told
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator


def test_an_unknown_key_is_not_there(till: Till) -> None:
    told = till.ask(Sale().key)
    assert (told.stat, told.text("chNFe")) == ("217", Sale().key)
    assert told.xml.find(f"{{{papers.NFE}}}protNFe") is None


def test_a_known_key_tells_its_proof(till: Till) -> None:
    sold, told = till.sell(Sale()), till.ask(Sale().key)
    assert told.stat == "100"
    for field in ("nProt", "digVal", "dhRecbto", "cStat"):
        assert told.text(f"infProt/{field}") == sold.text(f"infProt/{field}")


def test_a_cancelled_key_tells_its_events(till: Till) -> None:
    till.sell(Sale())
    cancelled = till.cancel(Sale().key)
    told = till.ask(Sale().key)
    assert told.stat == "101"
    assert told.text("infProt/cStat") == "100"
    assert told.text("procEventoNFe/retEvento/infEvento/nProt") == cancelled.text("infEvento/nProt")
    assert told.text("procEventoNFe/evento/infEvento/tpEvento") == "110111"


@pytest.mark.parametrize(
    ("asked", "stat"),
    [
        (Sale(code="77310482"), "562"),
        (Sale(issued=Sale().issued - timedelta(days=60)), "561"),
        (Sale(emission="9"), "613"),
    ],
)
def test_a_number_known_by_another_key_tells_it(till: Till, asked: Sale, stat: str) -> None:
    till.sell(Sale())
    told = till.ask(asked.key)
    assert told.stat == stat
    assert f"[chNFe:{Sale().key}]" in told.words
    assert till.ask(replace(asked, number=2).key).stat == "217"


def test_a_key_is_asked_for_at_its_own_door(till: Till) -> None:
    assert till.post("consulta", papers.consult(Sale().key), "55").stat == "450"
    assert till.ask(Sale().key[:43] + str((int(Sale().key[43]) + 1) % 10)).stat == "236"
    assert till.post("consulta", papers.consult(Sale().key).replace("<tpAmb>2", "<tpAmb>1")).stat == "252"
    assert till.post("consulta", papers.consult("123")).stat == "215"


def test_the_authority_is_at_work(till: Till) -> None:
    told = till.post("status", papers.status())
    assert (told.stat, told.text("cUF"), told.text("tMed")) == ("107", "35", "1")
    assert till.post("status", papers.status().replace("<cUF>35", "<cUF>33")).stat == "250"
    assert till.post("status", papers.status().replace("STATUS", "ESTADO")).stat == "215"


def test_by_default_nobody_is_shut_out(till: Till) -> None:
    assert {till.ask(Sale().key).stat for _ in range(30)} == {"217"}
    assert {till.post("status", papers.status()).stat for _ in range(5)} == {"107"}
    assert {till.sell(Sale(paid="1.00")).stat for _ in range(40)} == {"865"}


def strict(till: Till) -> Till:
    till.simulator.terms.throttle_strictly()
    return till


def test_too_many_consults_of_a_key_shut_the_door_for_an_hour(till: Till, clock: Clock) -> None:
    strict(till)
    assert [till.ask(Sale().key).stat for _ in range(11)] == ["217"] * 10 + ["656"]
    told = till.sell(Sale())
    assert (told.stat, told.text("infProt/cStat")) == ("656", "")
    assert till.void(1).stat == "656"
    assert till.tell("110111", Sale().key, papers.cancel("135260000000001")).stat == "656"
    assert till.post("status", papers.status()).stat == "656"
    clock.turn(minutes=61)
    assert till.ask(Sale().key).stat == "217"


def test_consults_spread_over_the_hours_are_welcome(till: Till, clock: Clock) -> None:
    strict(till)
    for _ in range(25):
        assert till.ask(Sale().key).stat == "217"
        clock.turn(minutes=7)


def test_a_refused_invoice_sent_again_and_again_shuts_the_door(till: Till) -> None:
    strict(till)
    assert [till.sell(Sale(paid="1.00")).stat for _ in range(31)] == ["865"] * 30 + ["656"]


def test_a_refused_event_sent_again_and_again_shuts_the_door(till: Till) -> None:
    strict(till)

    def tell() -> Told:
        return till.tell("110111", Sale().key, papers.cancel("135260000000001"))

    assert [tell().stat for _ in range(21)] == ["494"] * 20 + ["656"]


def test_asking_for_the_status_too_often_shuts_the_door(clock: Clock, till: Till) -> None:
    strict(till)
    assert till.post("status", papers.status()).stat == "107"
    clock.turn(minutes=3)
    assert till.post("status", papers.status()).stat == "107"
    clock.turn(minutes=2)
    assert till.post("status", papers.status()).stat == "656"


def test_the_door_shuts_for_one_company_only(clock: Clock, till: Till, simulator: SefazSimulator) -> None:
    strict(till)
    for _ in range(11):
        till.ask(Sale().key)
    other = Till(simulator, till.identity, clock, "11222333000181")
    assert other.ask(Sale(number=2).key).stat == "217"


def test_strictness_can_be_asked_for_from_the_start(clock: Clock) -> None:
    assert SefazSimulator(clock, strict_throttle=True).terms.consults_per_hour == 10
    with pytest.raises(KeyError):
        SefazSimulator(clock, uf="XX")
