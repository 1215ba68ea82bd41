"""On the line to SEFAZ: what went wrong, and whether anything may have arrived, told apart beyond doubt."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fiscal.conftest import (
    NOW,
    Sefaz,
    material_of,
    practice,
)
from tests.fiscal.drafts import (
    ALPHANUMERIC_CNPJ,
    CNPJ,
    a_shop,
    counter_draft,
    offline_draft,
    settings_of,
    shipped_draft,
)
from tests.fiscal.proofs import proved, sealed_part
from tests.fiscal.test_events import a_void, an_event
from varejoforte_desktop.application.fiscal_ports import Composed, DocumentDraft
from varejoforte_desktop.application.outside import OutcomeUnknown, OutsideError, Unreachable
from varejoforte_desktop.domain.fiscal import EmissionType, FiscalEventKind
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.archive_form import join
from varejoforte_desktop.fiscal.authority import SefazAuthority, real_authority
from varejoforte_desktop.fiscal.endpoints import Service
from varejoforte_desktop.fiscal.events import signed_event
from varejoforte_desktop.fiscal.messages import send_document
from varejoforte_desktop.fiscal.notary import FiscalNotary
from varejoforte_desktop.fiscal.schemas import Kind, check
from varejoforte_desktop.fiscal.signing import signature_holds
from varejoforte_desktop.fiscal.soap import envelope
from varejoforte_desktop.fiscal.voiding import signed_void
from varejoforte_desktop.simulator.sefaz.certificates import practice_key
from varejoforte_desktop.simulator.sefaz.line import MemoryLine

NFE, NFCE = FiscalModel.NFE, FiscalModel.NFCE
NORMAL, OFFLINE = EmissionType.NORMAL, EmissionType.OFFLINE


def composed(draft: DocumentDraft, cnpj: str = CNPJ) -> Composed:
    """A document, signed by its shop."""
    return FiscalNotary(material_of(cnpj), settings_of(draft)).compose(draft)


async def send(authority: SefazAuthority, document: Composed) -> OutsideError:
    """What stood in the way of a document."""
    with pytest.raises(OutsideError) as caught:
        await authority.authorise(document.xml, NFCE, emission_type=NORMAL)
    return caught.value


# --- what is sent --------------------------------------------------------------------------------------------------


def test_the_signed_bytes_travel_as_they_are() -> None:
    """Inside the lot and inside the envelope, not one byte else; and one namespace on the envelope."""
    document = composed(counter_draft())

    sent = envelope(Service.AUTORIZACAO, send_document(document.xml))

    assert document.xml in sent
    assert sent.partition(b"<soap12:Body>")[0].count(b"xmlns") == 1
    assert sealed_part(sent, "NFe") == document.xml
    assert check(send_document(document.xml), Kind.SEND_DOCUMENT) == ()
    assert b"<idLote>1042</idLote><indSinc>1</indSinc>" in sent


# --- all goes well -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cnpj", [CNPJ, ALPHANUMERIC_CNPJ])
async def test_a_life_of_a_document_over_the_real_line(sefaz: Sefaz, cnpj: str) -> None:
    """Authorised, consulted, cancelled, consulted again; a number voided. With and without letters in the CNPJ."""
    authority, own = sefaz.authority(cnpj), material_of(cnpj)
    document = composed(counter_draft(emitter=a_shop(cnpj=cnpj)), cnpj)

    assert (await authority.status(NFCE)).stat == "107"
    answer = await authority.authorise(document.xml, NFCE, emission_type=NORMAL)
    assert (answer.stat, answer.key, answer.digest) == ("100", document.key, document.digest)
    assert answer.received_at == NOW
    kept = join(document.xml, answer.receipt)
    assert check(kept, Kind.DOCUMENT_ARCHIVE) == ()
    assert signature_holds(sealed_part(kept, "NFe"), "infNFe")

    found = await authority.consult(document.key)
    assert (found.stat, found.protocol, found.receipt) == ("100", answer.protocol, answer.receipt)

    event = signed_event(
        an_event(FiscalEventKind.CANCEL, cnpj, key=document.key, protocol=answer.protocol), own
    )
    cancelled = await authority.event(event, NFCE, emission_type=NORMAL)
    assert (cancelled.stat, cancelled.key) == ("135", document.key)
    assert check(join(event, cancelled.receipt), Kind.EVENT_ARCHIVE) == ()

    found = await authority.consult(document.key)
    assert found.stat == "101"
    assert [each.kind for each in found.events] == ["110111"]
    assert check(found.events[0].proc, Kind.EVENT_ARCHIVE) == ()
    assert proved(sealed_part(found.events[0].proc, "evento"), own)
    assert sefaz.simulator.live_documents() == []

    void = signed_void(a_void(cnpj), own)
    voided = await authority.void(void, NFCE)
    assert voided.stat == "102"
    assert check(join(void, voided.receipt), Kind.VOID_ARCHIVE) == ()


async def test_an_nfe_is_authorised_and_corrected(sefaz: Sefaz, material: Any) -> None:
    """Model 55, with a correction."""
    authority = sefaz.authority()
    document = composed(shipped_draft())

    assert (await authority.authorise(document.xml, NFE, emission_type=NORMAL)).stat == "100"
    event = signed_event(an_event(FiscalEventKind.CORRECTION, key=document.key), material)
    assert (await authority.event(event, NFE, emission_type=NORMAL)).stat == "135"


async def test_a_document_is_cancelled_because_another_took_its_place(sefaz: Sefaz, material: Any) -> None:
    """The answer never came, the buyer got an offline document, and afterwards both are at SEFAZ."""
    authority = sefaz.authority()
    first, second = composed(counter_draft()), composed(offline_draft(number=1043))
    found = await authority.authorise(first.xml, NFCE, emission_type=NORMAL)
    assert (await authority.authorise(second.xml, NFCE, emission_type=OFFLINE)).stat == "100"

    event = signed_event(
        an_event(
            FiscalEventKind.CANCEL_REPLACED,
            key=first.key,
            protocol=found.protocol,
            replaced_by=second.key,
        ),
        material,
    )

    assert (await authority.event(event, NFCE, emission_type=NORMAL)).stat == "135"
    assert [each.key for each in sefaz.simulator.live_documents()] == [second.key]


async def test_a_tampered_document_is_refused_by_sefaz_itself(sefaz: Sefaz) -> None:
    """SEFAZ has its own eyes: 297."""
    document = composed(counter_draft())
    touched = document.xml.replace(b"Rua das Flores", b"Rua das flores")
    changed = document.xml.replace(b"<nNF>1042</nNF>", b"<nNF>1044</nNF>")

    for xml in (touched, changed):
        assert xml != document.xml
        assert (await sefaz.authority().authorise(xml, NFCE, emission_type=NORMAL)).stat == "297"
    assert sefaz.simulator.documents == {}


async def test_a_number_that_is_taken_names_the_document_that_has_it(sefaz: Sefaz) -> None:
    """539, with the other key."""
    first, second = composed(counter_draft()), composed(counter_draft(random_code="77777771"))
    authority = sefaz.authority()
    await authority.authorise(first.xml, NFCE, emission_type=NORMAL)

    answer = await authority.authorise(second.xml, NFCE, emission_type=NORMAL)

    assert (answer.stat, answer.other_key) == ("539", first.key)


# --- surely nothing arrived ----------------------------------------------------------------------------------------


async def test_nobody_at_the_other_end(sefaz: Sefaz) -> None:
    """Refused, or broken off in the handshake: SEFAZ has seen nothing."""
    document = composed(counter_draft())
    sefaz.simulator.online = False
    error = await send(sefaz.authority(), document)

    assert isinstance(error, Unreachable)
    assert error.code == "no_line"
    assert sefaz.simulator.received == []
    assert sefaz.simulator.documents == {}


async def test_a_shut_door_took_nothing_in(sefaz: Sefaz) -> None:
    """403 comes before anybody reads."""
    sefaz.simulator.faults.queue("autorizacao", "http403")
    error = await send(sefaz.authority(), composed(counter_draft()))

    assert isinstance(error, Unreachable)
    assert error.code == "certificate_refused"
    assert sefaz.simulator.documents == {}


async def test_a_damaged_certificate_stops_before_the_line(sefaz: Sefaz) -> None:
    """Key and certificate do not fit: told as it is, and again at the next request."""
    from varejoforte_desktop.fiscal.certificate import Material

    broken = Material(practice_key("stranger"), material_of(CNPJ).certificate)
    authority = real_authority(broken, sefaz.settings(), extra_ca=practice().ca_pem.decode())
    for _ in range(2):
        error = await send(authority, composed(counter_draft()))
        assert isinstance(error, Unreachable)
        assert error.code == "tls"
    assert sefaz.simulator.received == []


# --- something may have arrived ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code", "arrived"),
    [
        ("drop_before", "reset", False),
        ("drop_after", "reset", True),
        ("http500", "server_error", False),
        ("html", "unreadable", False),
        ("garbage", "unreadable", False),
        ("malformed", "unreadable", True),
        ("in_flight", "reset", False),
    ],
)
async def test_whatever_happens_after_the_first_byte_leaves_the_outcome_unknown(
    sefaz: Sefaz, fault: str, code: str, arrived: bool
) -> None:
    """From outside, an authorised document and a lost one look alike."""
    sefaz.simulator.faults.queue("autorizacao", fault)
    document = composed(counter_draft())

    error = await send(sefaz.authority(), document)

    assert isinstance(error, OutcomeUnknown)
    assert error.code == code
    assert (document.key in sefaz.simulator.documents) == arrived
    assert len(sefaz.simulator.received) == int(arrived)  # asked once, never again by itself


@pytest.mark.parametrize("fault", ["http500", "html", "garbage"])
async def test_bad_answers_after_a_good_deed_are_found_out_by_asking(sefaz: Sefaz, fault: str) -> None:
    """The document was authorised, whatever was said."""
    sefaz.simulator.faults.queue("autorizacao", fault, processed=True)
    document = composed(counter_draft())

    assert isinstance(await send(sefaz.authority(), document), OutcomeUnknown)
    found = await sefaz.authority().consult(document.key)
    assert (found.stat, found.digest) == ("100", document.digest)


@pytest.mark.parametrize(("fault", "arrived"), [("late", True), ("slow", False)])
async def test_an_answer_that_takes_too_long_is_not_waited_for(
    sefaz: Sefaz, fault: str, arrived: bool
) -> None:
    """An NFC-e that may go offline waits as long as the shop said, here a second."""
    sefaz.simulator.faults.queue("autorizacao", fault, seconds=4)
    document = composed(counter_draft())
    began = time.monotonic()

    error = await send(sefaz.authority(offline_after=1), document)

    assert isinstance(error, OutcomeUnknown)
    assert error.code == "no_answer"
    assert 0.9 < time.monotonic() - began < 3
    assert (document.key in sefaz.simulator.documents) == arrived


async def test_the_document_a_lost_answer_spoke_of_can_be_sent_again_byte_by_byte(sefaz: Sefaz) -> None:
    """217, then the same bytes; and a third time 204, with the key known already."""
    authority, document = sefaz.authority(), composed(counter_draft())
    sefaz.simulator.faults.queue("autorizacao", "drop_before")

    assert isinstance(await send(authority, document), OutcomeUnknown)
    assert (await authority.consult(document.key)).stat == "217"
    assert (await authority.authorise(document.xml, NFCE, emission_type=NORMAL)).stat == "100"
    assert (await authority.authorise(document.xml, NFCE, emission_type=NORMAL)).stat == "204"
    assert len(sefaz.simulator.live_documents()) == 1


@pytest.mark.parametrize("stat", ["108", "656", "539", "999"])
async def test_a_refusal_is_an_answer_and_no_error(sefaz: Sefaz, stat: str) -> None:
    """SEFAZ spoke; what follows is decided elsewhere."""
    sefaz.simulator.faults.queue("autorizacao", f"reject:{stat}")

    answer = await sefaz.authority().authorise(composed(counter_draft()).xml, NFCE, emission_type=NORMAL)

    assert answer.stat == stat
    assert answer.retry_after == (3600 if stat == "656" else 0)


# --- the practice line inside this program -------------------------------------------------------------------------


async def test_the_line_in_memory_says_the_same(sefaz: Sefaz) -> None:
    """The practice SEFAZ without a socket: never sent and unknown are told apart there as well."""
    line = MemoryLine(sefaz.simulator, CNPJ)
    authority = SefazAuthority(line, sefaz.settings())
    document = composed(counter_draft())

    line.online = False
    error = await send(authority, document)
    assert (type(error), error.code) == (Unreachable, "no_line")
    line.online = True
    sefaz.simulator.faults.queue("autorizacao", "drop_after")
    error = await send(authority, document)
    assert (type(error), error.code) == (OutcomeUnknown, "no_answer")
    assert (await authority.consult(document.key)).stat == "100"


async def test_no_key_file_is_left_by_a_whole_conversation(
    sefaz: Sefaz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is opened at the first request and lies nowhere afterwards."""
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    authority = real_authority(material_of(CNPJ), sefaz.settings(), extra_ca=practice().ca_pem.decode())

    assert (await authority.status(NFCE)).stat == "107"
    assert (await authority.status(NFE)).stat == "107"
    assert os.listdir(tmp_path) == []
