"""An invoice is cancelled, replaced or corrected, each within its rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import Clock, Sale
from tests.simulator.sefaz.test_seals import others_accept
from tests.simulator.sefaz.till import Till, Told
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority

LOST = Sale(number=1)
REPLACEMENT = Sale(number=2, emission="9", code="15938274")
STORE = Sale(number=7, model="55")


def protocol(till: Till, sale: Sale) -> str:
    return till.simulator.documents[sale.key].protocol


def substitute(till: Till, sale: Sale = LOST, by: Sale = REPLACEMENT) -> Told:
    return till.tell("110112", sale.key, papers.substitute(protocol(till, sale), by.key))


def test_a_sale_is_cancelled(till: Till, simulator: SefazSimulator) -> None:
    till.sell(LOST)
    told = till.cancel(LOST.key)
    (event,) = simulator.events
    assert (told.text("cStat"), told.stat) == ("128", "135")
    assert told.text("infEvento/nProt") == event.protocol
    assert (event.kind, event.sequence, event.text) == ("110111", 1, "ERRO NA DIGITACAO DA VENDA")
    assert simulator.live_documents() == []
    assert simulator.documents[LOST.key].state == "cancelled"


def test_the_proof_of_an_event_holds_the_event_as_it_was_sent(till: Till, simulator: SefazSimulator) -> None:
    till.sell(LOST)
    till.cancel(LOST.key)
    proof = etree.fromstring(simulator.events[0].xml)
    assert others_accept(etree.tostring(proof[0]).decode(), till.identity)


def test_the_same_event_twice_is_a_duplicate_and_another_comes_too_late(till: Till) -> None:
    till.sell(LOST)
    assert till.cancel(LOST.key).stat == "135"
    assert till.cancel(LOST.key).stat == "573"
    again = till.tell("110111", LOST.key, papers.cancel(protocol(till, LOST)), sequence=2)
    assert again.stat == "420"


@pytest.mark.parametrize(
    ("sale", "minutes", "stat"),
    [(LOST, 30, "135"), (LOST, 31, "501"), (STORE, 1440, "135"), (STORE, 1441, "501")],
)
def test_a_sale_is_cancelled_in_time(till: Till, clock: Clock, sale: Sale, minutes: int, stat: str) -> None:
    till.sell(sale)
    clock.turn(minutes=minutes)
    assert till.cancel(sale.key).stat == stat


def test_a_state_may_cancel_late_or_never_mind_the_time(till: Till, clock: Clock) -> None:
    till.sell(STORE)
    till.sell(LOST)
    till.simulator.terms.cancel_late = timedelta(hours=168)
    clock.turn(hours=30)
    assert till.cancel(STORE.key).stat == "155"
    assert till.ask(STORE.key).stat == "101"
    assert till.simulator.documents[STORE.key].stat == "155"
    till.simulator.terms.cancel_counter = None
    assert till.cancel(LOST.key).stat == "135"


def test_an_event_belongs_to_an_authorised_invoice(till: Till) -> None:
    assert till.tell("110111", LOST.key, papers.cancel("135260000000001")).stat == "494"
    till.sell(LOST)
    assert till.tell("110111", LOST.key, papers.cancel("135260000009999")).stat == "222"


def test_an_event_happens_neither_tomorrow_nor_before_the_invoice(till: Till, clock: Clock) -> None:
    till.sell(LOST)
    details = papers.cancel(protocol(till, LOST))
    for minutes, stat in ((6, "578"), (-6, "577")):
        at = clock() + timedelta(minutes=minutes)
        assert till.post("evento", papers.event("110111", LOST.key, details, till.identity, at)).stat == stat
    late = Sale(number=3, issued=clock() - timedelta(minutes=4))
    clock.turn(minutes=1)
    till.sell(late)
    at = clock() - timedelta(minutes=6, seconds=-30)
    details = papers.cancel(protocol(till, late))
    assert till.post("evento", papers.event("110111", late.key, details, till.identity, at)).stat == "579"


@pytest.mark.parametrize(
    ("old", "new", "stat"),
    [
        ("<cOrgao>35", "<cOrgao>33", "250"),
        ("<tpAmb>2", "<tpAmb>1", "252"),
        ('01"><cOrgao>', '02"><cOrgao>', "572"),
        ("<xJust>ERRO NA DIGITACAO DA VENDA", "<xJust>ERRO", "493"),
        ("<descEvento>Cancelamento", "<descEvento>Cancelar", "493"),
        ("<verEvento>1.00", "<verEvento>2.00", "493"),
        ("<nSeqEvento>1", "<nSeqEvento>0", "215"),
    ],
)
def test_an_event_says_what_its_layout_asks(till: Till, clock: Clock, old: str, new: str, stat: str) -> None:
    till.sell(LOST)

    def patch(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    message = papers.event(
        "110111", LOST.key, papers.cancel(protocol(till, LOST)), till.identity, clock(), patch=patch
    )
    assert till.post("evento", message).stat == stat
    assert till.simulator.events == []


def test_a_tampered_event_and_a_strangers_event_are_refused(
    till: Till, clock: Clock, practice: PracticeAuthority
) -> None:
    till.sell(LOST)
    details = papers.cancel(protocol(till, LOST))
    message = papers.event("110111", LOST.key, details, till.identity, clock())
    assert till.post("evento", message.replace("ERRO NA", "FALHA NA")).stat == "297"
    stranger = practice.company_identity("11222333000181", "OUTRA")
    assert till.post("evento", papers.event("110111", LOST.key, details, stranger, clock())).stat == "213"
    posing = papers.event(
        "110111", LOST.key, details, stranger, clock(),
        patch=lambda text: text.replace(f"<CNPJ>{papers.CNPJ}", "<CNPJ>11222333000181"),
    )  # fmt: skip
    assert Till(till.simulator, stranger, clock, "11222333000181").post("evento", posing).stat == "574"
    unknown = papers.event("110140", LOST.key, details, till.identity, clock())
    assert till.post("evento", unknown).stat == "491"


def test_a_sale_that_came_through_after_all_is_replaced(
    till: Till, simulator: SefazSimulator, clock: Clock
) -> None:
    till.sell(LOST)
    clock.turn(hours=20)
    till.sell(REPLACEMENT)
    assert substitute(till).stat == "135"
    assert till.ask(LOST.key).stat == "101"
    assert [document.key for document in simulator.live_documents()] == [REPLACEMENT.key]
    assert simulator.events[0].reference == REPLACEMENT.key
    assert till.cancel(LOST.key).stat == "420"
    assert substitute(till).stat == "573"


@pytest.mark.parametrize(
    ("by", "stat"),
    [
        (replace(REPLACEMENT, emission="1"), "993"),
        (replace(REPLACEMENT, prices=("10.00", "2.40")), "994"),
        (replace(REPLACEMENT, cpf="52998224725"), "994"),
        (replace(REPLACEMENT, prices=("2.50", "10.00")), "135"),
        (replace(REPLACEMENT, issued=LOST.issued - timedelta(hours=3)), "995"),
    ],
)
def test_a_replacement_tells_the_same_sale_off_line(till: Till, by: Sale, stat: str) -> None:
    till.sell(LOST)
    till.sell(by)
    assert substitute(till, by=by).stat == stat


def test_a_replacement_has_to_be_authorised_and_alive(till: Till) -> None:
    till.sell(LOST)
    assert substitute(till).stat == "992"
    till.sell(REPLACEMENT)
    till.cancel(REPLACEMENT.key)
    assert substitute(till).stat == "992"


def test_only_a_sale_that_was_sent_on_line_is_replaced(till: Till) -> None:
    other = replace(REPLACEMENT, number=3)
    till.sell(REPLACEMENT)
    till.sell(other)
    assert substitute(till, REPLACEMENT, other).stat == "991"


def test_a_replacement_has_a_week(till: Till, clock: Clock) -> None:
    till.sell(LOST)
    till.sell(REPLACEMENT)
    clock.turn(hours=168)
    assert substitute(till).stat == "135"
    till.sell(replace(LOST, number=4, issued=clock()))
    till.sell(replace(REPLACEMENT, number=5, issued=clock()))
    clock.turn(hours=169)
    late = substitute(till, replace(LOST, number=4, issued=clock() - timedelta(hours=169)),
                      replace(REPLACEMENT, number=5, issued=clock() - timedelta(hours=169)))  # fmt: skip
    assert late.stat == "501"


def test_the_fields_of_a_replacement_stand_in_their_order(till: Till) -> None:
    till.sell(LOST)
    till.sell(REPLACEMENT)
    good = papers.substitute(protocol(till, LOST), REPLACEMENT.key)
    for old, new in (
        ("<tpAutor>1</tpAutor>", ""),
        ("<tpAutor>1", "<tpAutor>2"),
        ("EMITIDA EM CONTINGENCIA", "X"),
    ):
        assert till.tell("110112", LOST.key, good.replace(old, new)).stat == "493"


def test_an_invoice_is_corrected_up_to_twenty_times(till: Till, simulator: SefazSimulator) -> None:
    till.sell(STORE)
    for place in range(1, 21):
        assert till.tell("110110", STORE.key, papers.correct(), sequence=place).stat == "135"
    assert till.tell("110110", STORE.key, papers.correct(), sequence=21).stat == "594"
    assert till.tell("110110", STORE.key, papers.correct(), sequence=3).stat == "573"
    assert len(simulator.events) == 20
    assert till.ask(STORE.key).stat == "100"
    assert simulator.events[0].text == "O BAIRRO CORRETO E JARDIM"


def test_what_cannot_be_corrected(till: Till, clock: Clock) -> None:
    till.sell(LOST)
    till.sell(STORE)
    assert till.tell("110110", LOST.key, papers.correct()).stat == "784"
    assert till.tell("110110", STORE.key, papers.correct("CURTO")).stat == "493"
    clock.turn(hours=31 * 24)
    assert till.tell("110110", STORE.key, papers.correct()).stat == "501"


def test_a_cancelled_invoice_is_not_corrected(till: Till) -> None:
    till.sell(STORE)
    till.cancel(STORE.key)
    assert till.tell("110110", STORE.key, papers.correct()).stat == "580"
