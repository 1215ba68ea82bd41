"""What goes wrong between a till and the authority, on a wire in memory."""

from __future__ import annotations

import threading

import pytest

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import CNPJ, Clock, Sale
from tests.simulator.sefaz.till import Till
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.line import MemoryLine


def raw(till: Till, service: str, message: str) -> tuple[int, str, bytes]:
    return till.line.post(
        f"https://sefaz.example/nfce/{service}",
        action=papers.action(service),
        body=papers.envelope(service, message),
        timeout=15,
    )


def lot(till: Till) -> str:
    return papers.lot(papers.invoice(Sale(), till.identity))


def test_nothing_is_sent_while_nobody_is_there(till: Till, simulator: SefazSimulator) -> None:
    simulator.online = False
    with pytest.raises(ConnectionRefusedError):
        till.sell(Sale())
    simulator.online = True
    till.line.online = False
    with pytest.raises(ConnectionRefusedError):
        till.sell(Sale())
    assert simulator.received == []
    till.line.online = True
    assert till.sell(Sale()).stat == "100"


def test_a_call_that_never_arrives(till: Till, simulator: SefazSimulator) -> None:
    fault = simulator.faults.queue("autorizacao", "drop_before")
    with pytest.raises(ConnectionRefusedError):
        till.sell(Sale())
    assert (simulator.documents, fault.struck) == ({}, 1)
    assert till.sell(Sale()).stat == "100"


def test_an_answer_that_never_arrives(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("autorizacao", "drop_after")
    with pytest.raises(TimeoutError):
        till.sell(Sale())
    assert list(simulator.documents) == [Sale().key]
    assert till.ask(Sale().key).stat == "100"
    assert till.sell(Sale()).stat == "204"


def test_a_slow_answer_takes_its_time(till: Till, simulator: SefazSimulator, clock: Clock) -> None:
    simulator.faults.queue("autorizacao", "slow", seconds=10)
    before = clock()
    assert till.sell(Sale()).stat == "100"
    assert (clock() - before).seconds == 10


def test_an_answer_that_is_too_slow_is_taken_up_when_its_time_comes(
    till: Till, simulator: SefazSimulator, clock: Clock
) -> None:
    simulator.faults.queue("autorizacao", "slow", seconds=60)
    with pytest.raises(TimeoutError):
        till.sell(Sale())
    assert till.ask(Sale().key).stat == "217"
    assert simulator.documents == {}
    clock.turn(45)
    assert till.ask(Sale().key).stat == "100"


def test_an_answer_may_be_ready_and_come_late(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("autorizacao", "late", seconds=10)
    assert till.sell(Sale()).stat == "100"
    simulator.faults.queue("autorizacao", "late", seconds=60)
    with pytest.raises(TimeoutError):
        till.sell(Sale(number=2))
    assert till.ask(Sale(number=2).key).stat == "100"


def test_a_call_in_flight_lands_after_the_first_consult(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("autorizacao", "in_flight")
    with pytest.raises(TimeoutError):
        till.sell(Sale())
    assert simulator.documents == {}
    assert till.ask(Sale().key).stat == "217"
    assert list(simulator.documents) == [Sale().key]
    assert till.sell(Sale()).stat == "204"
    assert till.ask(Sale().key).stat == "100"


def test_a_call_in_flight_lands_before_it_is_sent_again(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("autorizacao", "in_flight")
    with pytest.raises(TimeoutError):
        till.sell(Sale())
    assert till.sell(Sale()).stat == "204"
    assert len(simulator.documents) == 1


def test_a_number_given_up_while_its_invoice_flies_stays_given_up(
    till: Till, simulator: SefazSimulator
) -> None:
    simulator.faults.queue("autorizacao", "in_flight")
    with pytest.raises(TimeoutError):
        till.sell(Sale())
    assert till.void(1).stat == "102"
    assert till.ask(Sale().key).stat == "217"
    assert till.ask(Sale().key).stat == "217"
    assert simulator.received[-2].stat == "206"


@pytest.mark.parametrize(
    ("kind", "status"), [("http500", 500), ("http403", 403), ("html", 200), ("garbage", 200)]
)
@pytest.mark.parametrize("processed", [False, True])
def test_a_web_page_comes_where_an_answer_was_expected(
    till: Till, simulator: SefazSimulator, kind: str, status: int, processed: bool
) -> None:
    simulator.faults.queue("autorizacao", kind, processed=processed)
    told, content_type, body = raw(till, "autorizacao", lot(till))
    assert told == status
    assert b"Envelope" not in body
    assert content_type.startswith("application/soap+xml" if kind == "garbage" else "text/html")
    assert len(simulator.documents) == processed


def test_an_answer_breaks_off_in_the_middle(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("autorizacao", "malformed")
    _, _, body = raw(till, "autorizacao", lot(till))
    assert body.startswith(b"<?xml")
    assert b"</soap:Envelope>" not in body
    assert len(simulator.documents) == 1


def test_the_authority_is_paralysed_until_the_rule_is_lifted(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("*", "paralysed", times=None)
    told = till.sell(Sale())
    assert (told.text("cStat"), told.text("infProt/cStat")) == ("108", "")
    assert till.post("status", papers.status()).stat == "108"
    assert till.ask(Sale().key).stat == "108"
    assert till.void(1).stat == "108"
    assert till.tell("110111", Sale().key, papers.cancel("135260000000001")).stat == "108"
    assert simulator.documents == {}
    simulator.faults.clear()
    assert till.sell(Sale()).stat == "100"


def test_a_refusal_is_ordered_by_its_number(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("autorizacao", "reject:778", 2)
    assert [till.sell(Sale()).stat for _ in range(3)] == ["778", "778", "100"]
    for service in ("consulta", "inutilizacao", "evento", "status"):
        simulator.faults.queue(service, "reject:999")
    assert till.ask(Sale().key).stat == "999"
    assert till.void(5).stat == "999"
    assert till.cancel(Sale().key).stat == "999"
    assert till.post("status", papers.status()).stat == "999"
    assert till.cancel(Sale().key).stat == "135"


def test_a_rule_is_about_its_service(till: Till, simulator: SefazSimulator) -> None:
    simulator.faults.queue("consulta", "reject:999")
    assert till.sell(Sale()).stat == "100"
    assert till.ask(Sale().key).stat == "999"


@pytest.mark.parametrize(
    ("service", "kind"),
    [("autorizacao", "fire"), ("door", "html"), ("evento", "reject"), ("evento", "html:1")],
)
def test_only_known_faults_can_be_ordered(simulator: SefazSimulator, service: str, kind: str) -> None:
    with pytest.raises(ValueError, match=kind if service != "door" else "door"):
        simulator.faults.queue(service, kind)


def test_a_caller_without_a_certificate_is_turned_away(simulator: SefazSimulator, till: Till) -> None:
    till.line = MemoryLine(simulator, None)
    assert raw(till, "autorizacao", lot(till))[0] == 403
    assert simulator.received == []


@pytest.mark.parametrize(
    ("path", "content_type", "status"),
    [
        ("/nfce/recibo", f'application/soap+xml; action="{papers.action("status")}"', 404),
        ("/cte/status", f'application/soap+xml; action="{papers.action("status")}"', 404),
        ("/nfce/status", "text/xml; charset=utf-8", 415),
        ("/nfce/status", "application/soap+xml; charset=utf-8", 500),
        ("/nfce/status", f'application/soap+xml; action="{papers.action("consulta")}"', 500),
        ("/nfce/status", f'application/soap+xml; charset=utf-8; action="{papers.action("status")}"', 200),
    ],
)
def test_the_envelope_is_asked_for_to_the_letter(
    simulator: SefazSimulator, path: str, content_type: str, status: int
) -> None:
    body = papers.envelope("status", papers.status())
    assert simulator.answer(path, content_type, body, client_cnpj=CNPJ).status == status


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"NFeStatusServico4", b"NFeConsultaProtocolo4"),
        (b"http://www.w3.org/2003/05/soap-envelope", b"http://schemas.xmlsoap.org/soap/envelope/"),
        (b"nfeDadosMsg", b"nfeCabecMsg"),
        (b"</soap12:Envelope>", b""),
    ],
)
def test_an_envelope_of_another_kind_is_not_opened(simulator: SefazSimulator, old: bytes, new: bytes) -> None:
    body = papers.envelope("status", papers.status()).replace(old, new)
    content_type = f'application/soap+xml; action="{papers.action("status")}"'
    reply = simulator.answer("/nfce/status", content_type, body, client_cnpj=CNPJ)
    assert reply.status in (400, 500)
    assert b"Fault" in reply.body
    assert simulator.received == []


def test_what_was_received_is_counted(till: Till, simulator: SefazSimulator) -> None:
    till.ask(Sale().key)
    till.sell(Sale())
    till.ask(Sale().key)
    assert [(one.service, one.model, one.key, one.stat) for one in simulator.received] == [
        ("consulta", "65", Sale().key, "217"),
        ("autorizacao", "65", Sale().key, "100"),
        ("consulta", "65", Sale().key, "100"),
    ]
    assert simulator.counters["consulta", "217"] == 1
    assert simulator.counters["consulta", "101"] == 0


def test_tills_may_all_sell_at_once(simulator: SefazSimulator, till: Till) -> None:
    lots = [papers.lot(papers.invoice(Sale(number=number), till.identity)) for number in range(1, 21)]
    told: list[str] = []

    def work(mine: list[str]) -> None:
        told.extend(till.post("autorizacao", message).stat for message in mine)

    threads = [threading.Thread(target=work, args=(lots[place % 2 :: 2] + lots[:3],)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count("100"), told.count("204")) == (20, 4 * 10 + 4 * 3 - 20)
    assert len({document.protocol for document in simulator.documents.values()}) == 20
