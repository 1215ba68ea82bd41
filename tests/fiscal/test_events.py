"""Cancelling, replacing, correcting and voiding: written as the layout asks, signed, and taken by SEFAZ."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from lxml import etree

from tests.fiscal.conftest import NOW, material_of
from tests.fiscal.drafts import ALPHANUMERIC_CNPJ, BRASILIA, CNPJ, CPF
from tests.fiscal.proofs import proved, sealed_part
from varejoforte_desktop.application.fiscal_ports import EventDraft, VoidDraft
from varejoforte_desktop.domain.fiscal import FiscalEnvironment, FiscalEventKind, KeyParts, access_key
from varejoforte_desktop.domain.fiscal_errors import DocumentInvalid
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.archive_form import join
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.events import signed_event
from varejoforte_desktop.fiscal.markup import NFE, read
from varejoforte_desktop.fiscal.messages import ask_document, ask_status, key_in, send_document, send_event
from varejoforte_desktop.fiscal.schemas import EVENT_KINDS, Kind, check
from varejoforte_desktop.fiscal.signing import signature_holds
from varejoforte_desktop.fiscal.voiding import signed_void

ISSUERS = pytest.mark.parametrize("cnpj", [CNPJ, ALPHANUMERIC_CNPJ])
KINDS = pytest.mark.parametrize("kind", list(FiscalEventKind))
PROTOCOL = "135260000000017"


def key_of(cnpj: str, number: int = 1042, model: str = "65", emission: str = "1") -> str:
    """The key of a document of São Paulo."""
    return access_key(
        KeyParts(
            uf_code="35", month="2611", issuer=cnpj, model=model, series=1, number=number,
            emission_type=emission, random_code="58214603",
        )
    )  # fmt: skip


def an_event(kind: FiscalEventKind, cnpj: str = CNPJ, **changes: Any) -> EventDraft:
    """An event of a shop on Brasília's clock."""
    draft = EventDraft(
        kind=kind,
        key=key_of(cnpj),
        sequence=1,
        at=NOW.astimezone(BRASILIA),
        environment=FiscalEnvironment.HOMOLOGACAO,
        issuer=cnpj,
        protocol=PROTOCOL,
        text="Cliente desistiu: não quis mais & foi embora",
        replaced_by=key_of(cnpj, 1043, emission="9") if kind is FiscalEventKind.CANCEL_REPLACED else "",
    )
    return replace(draft, **changes)


def a_void(cnpj: str = CNPJ, **changes: Any) -> VoidDraft:
    """Two numbers that were skipped."""
    draft = VoidDraft(
        environment=FiscalEnvironment.HOMOLOGACAO,
        uf="SP",
        issuer=cnpj,
        model=FiscalModel.NFCE,
        series=7,
        first=12,
        last=13,
        year=26,
        reason="Falha no sistema: números pulados",
    )
    return replace(draft, **changes)


def told(xml: bytes, name: str) -> str | None:
    """A field, wherever it stands."""
    return read(xml).findtext(f".//{{{NFE}}}{name}")


@ISSUERS
@KINDS
def test_every_event_fits_the_layout_and_is_signed(kind: FiscalEventKind, cnpj: str) -> None:
    """Also for a company whose CNPJ has letters; as it is sent as well."""
    own = material_of(cnpj)

    event = signed_event(an_event(kind, cnpj), own)

    assert check(event, EVENT_KINDS[kind]) == ()
    assert check(send_event(event), Kind.SEND_EVENT) == ()
    assert signature_holds(event, "infEvento")
    assert proved(event, own)
    assert read(event)[0].get("Id") == f"ID{kind.value}{key_of(cnpj)}01"
    assert told(event, "dhEvento") == "2026-11-23T10:15:40-03:00"
    assert told(event, "cOrgao") == "35"
    assert told(event, "CNPJ") == cnpj
    assert event in send_event(event)
    assert key_in(event) == key_of(cnpj)


@KINDS
def test_whatever_is_changed_in_an_event_no_longer_holds(kind: FiscalEventKind, material: Material) -> None:
    """Reason, protocol, instant, key, document replaced by: field by field."""
    event = signed_event(an_event(kind), material)
    fields = [node for node in read(event)[0].iter("{*}*") if node.text and len(node) == 0]
    assert len(fields) >= 9
    for node in fields:
        name = etree.QName(node).localname.encode()
        touched = event.replace(b"<" + name + b">", b"<" + name + b">0", 1)
        assert touched != event
        assert not signature_holds(touched, "infEvento")
        assert not proved(touched, material)


def test_an_event_says_what_happened(material: Material) -> None:
    """Each kind in its own fields."""
    cancel, replaced, correction = (
        signed_event(an_event(kind), material)
        for kind in (FiscalEventKind.CANCEL, FiscalEventKind.CANCEL_REPLACED, FiscalEventKind.CORRECTION)
    )
    reason = "Cliente desistiu: não quis mais & foi embora"

    assert (told(cancel, "descEvento"), told(cancel, "nProt"), told(cancel, "xJust")) == (
        "Cancelamento",
        PROTOCOL,
        reason,
    )
    assert told(replaced, "descEvento") == "Cancelamento por substituicao"
    assert (told(replaced, "nProt"), told(replaced, "xJust")) == (PROTOCOL, reason)
    assert (told(replaced, "cOrgaoAutor"), told(replaced, "tpAutor")) == ("35", "1")
    assert told(replaced, "chNFeRef") == key_of(CNPJ, 1043, emission="9")
    assert (told(replaced, "verAplic") or "").startswith("VarejoForte ")
    assert (told(correction, "descEvento"), told(correction, "xCorrecao")) == ("Carta de Correcao", reason)
    assert (told(correction, "xCondUso") or "").startswith(
        "A Carta de Correcao e disciplinada pelo paragrafo 1o-A"
    )
    assert told(correction, "nProt") is None


def test_the_twentieth_correction_is_numbered_in_two_digits(material: Material) -> None:
    """One to twenty, the last one counts."""
    event = signed_event(an_event(FiscalEventKind.CORRECTION, sequence=20), material)

    assert (read(event)[0].get("Id") or "").endswith("20")
    assert told(event, "nSeqEvento") == "20"
    with pytest.raises(DocumentInvalid):
        signed_event(an_event(FiscalEventKind.CORRECTION, sequence=21), material)


def test_a_person_who_issues_signs_with_a_cpf(material: Material) -> None:
    """A producer without a CNPJ."""
    event = signed_event(an_event(FiscalEventKind.CANCEL, issuer=CPF), material)

    assert (told(event, "CPF"), told(event, "CNPJ")) == (CPF, None)


def test_the_instant_is_told_in_the_shops_own_zone(material: Material) -> None:
    """Manaus is an hour behind."""
    at = datetime(2026, 11, 23, 9, 15, 40, 999, tzinfo=timezone(timedelta(hours=-4)))

    event = signed_event(an_event(FiscalEventKind.CANCEL, at=at), material)

    assert told(event, "dhEvento") == "2026-11-23T09:15:40-04:00"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("  Erro   na\tdigitação\n do preço  ", "Erro na digitação do preço"),
        ("Preço “errado” – cliente d’água…", 'Preço "errado" - cliente d\'água...'),
        ("<b>Cliente</b> & 'amigos' desistiram", "<b>Cliente</b> & 'amigos' desistiram"),
        ("Cliente desistiu 😀 da compra \x00\x07 toda", "Cliente desistiu da compra toda"),
        ("Cafe\u0301 devolvido pelo cliente", "Café devolvido pelo cliente"),
        ("Čapek devolveu a mercadoria", "Capek devolveu a mercadoria"),
    ],
)
def test_what_people_type_is_written_as_the_layout_can_take_it(
    typed: str, said: str, material: Material
) -> None:
    """Blanks, quotes, marks of XML, emoji."""
    for kind, name in ((FiscalEventKind.CANCEL, "xJust"), (FiscalEventKind.CORRECTION, "xCorrecao")):
        assert told(signed_event(an_event(kind, text=typed), material), name) == said


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"text": "curto"}, "infEvento/detEvento/xJust (minLength)"),
        ({"text": "x" * 256}, "infEvento/detEvento/xJust (maxLength)"),
        ({"protocol": "12"}, "infEvento/detEvento/nProt (pattern)"),
        ({"key": "1" * 43}, "infEvento/chNFe (pattern)"),
        ({"issuer": "abc"}, "infEvento/CPF (pattern)"),
    ],
)
def test_an_event_that_does_not_fit_is_not_made(
    change: dict[str, str], place: str, material: Material
) -> None:
    """The place is told, the value is not."""
    with pytest.raises(DocumentInvalid) as caught:
        signed_event(an_event(FiscalEventKind.CANCEL, **change), material)
    assert place in caught.value.places


def test_a_replacement_without_its_substitute_is_not_made(material: Material) -> None:
    """SEFAZ would ask which one."""
    with pytest.raises(DocumentInvalid) as caught:
        signed_event(an_event(FiscalEventKind.CANCEL_REPLACED, replaced_by=""), material)
    assert any("chNFeRef" in place for place in caught.value.places)


# --- voiding -------------------------------------------------------------------------------------------------------


@ISSUERS
@pytest.mark.parametrize("model", [FiscalModel.NFE, FiscalModel.NFCE])
def test_voided_numbers_are_told_and_signed(cnpj: str, model: FiscalModel) -> None:
    """Both models, with and without letters."""
    own = material_of(cnpj)

    void = signed_void(a_void(cnpj, model=model), own)

    code = {FiscalModel.NFE: "55", FiscalModel.NFCE: "65"}[model]
    assert check(void, Kind.VOID) == ()
    assert signature_holds(void, "infInut")
    assert proved(void, own)
    assert read(void)[0].get("Id") == f"ID3526{cnpj}{code}007000000012000000013"
    assert not proved(void.replace(b"<nNFFin>13<", b"<nNFFin>14<"), own)
    assert not signature_holds(void.replace(b"<nNFFin>13<", b"<nNFFin>14<"), "infInut")


@pytest.mark.parametrize(
    ("change", "place"),
    [({"reason": "curto"}, "infInut/xJust (minLength)"), ({"last": 0}, "infInut/nNFFin (pattern)"),
     ({"series": 1000}, "infInut/serie (pattern)")],
)  # fmt: skip
def test_a_range_that_does_not_fit_is_not_made(
    change: dict[str, Any], place: str, material: Material
) -> None:
    """The place is told."""
    with pytest.raises(DocumentInvalid) as caught:
        signed_void(a_void(**change), material)
    assert place in caught.value.places


# --- the archive ---------------------------------------------------------------------------------------------------


@ISSUERS
@KINDS
def test_an_event_and_its_answer_are_kept_byte_by_byte(kind: FiscalEventKind, cnpj: str) -> None:
    """The archive fits the layout, and the event in it is still signed."""
    own = material_of(cnpj)
    event = signed_event(an_event(kind, cnpj), own)
    answer = (
        f'<retEvento xmlns="{NFE}" versao="1.00"><infEvento><tpAmb>2</tpAmb><verAplic>SP1</verAplic><cOrgao>35</cOrgao>'
        "<cStat>135</cStat><xMotivo>Evento registrado e vinculado a NF-e</xMotivo>"
        f"<chNFe>{key_of(cnpj)}</chNFe><tpEvento>{kind.value}</tpEvento><nSeqEvento>1</nSeqEvento>"
        f"<dhRegEvento>2026-11-23T10:15:41-03:00</dhRegEvento><nProt>{PROTOCOL}</nProt></infEvento></retEvento>"
    ).encode()

    kept = join(event, answer)

    assert check(kept, Kind.EVENT_ARCHIVE) == ()
    assert sealed_part(kept, "evento") == event
    assert proved(sealed_part(kept, "evento"), own)


def test_voided_numbers_and_the_answer_are_kept_byte_by_byte(material: Material) -> None:
    """ProcInutNFe, with the capital that the layout gives it."""
    void = signed_void(a_void(), material)
    answer = (
        f'<retInutNFe xmlns="{NFE}" versao="4.00"><infInut><tpAmb>2</tpAmb><verAplic>SP1</verAplic><cStat>102</cStat>'
        "<xMotivo>Inutilizacao de numero homologado</xMotivo><cUF>35</cUF>"
        "<dhRecbto>2026-11-23T10:15:41-03:00</dhRecbto></infInut></retInutNFe>"
    ).encode()

    kept = join(void, answer)

    assert check(kept, Kind.VOID_ARCHIVE) == ()
    assert sealed_part(kept, "inutNFe") == void


# --- requests ------------------------------------------------------------------------------------------------------


def test_requests_fit_the_layout() -> None:
    """How a document stands, and whether the service is open."""
    for environment in FiscalEnvironment:
        for cnpj in (CNPJ, ALPHANUMERIC_CNPJ):
            assert check(ask_document(key_of(cnpj), environment), Kind.ASK_DOCUMENT) == ()
        assert check(ask_status("SP", environment), Kind.ASK_STATUS) == ()


def test_what_is_neither_document_nor_event_is_not_sent() -> None:
    """A mistake of ours, not of SEFAZ's."""
    with pytest.raises(ValueError, match="neither"):
        send_document(b"<NFe/>")


def test_a_place_among_several_is_counted() -> None:
    """Otherwise nobody finds it among 990 lines."""
    wrong = f'<envEvento xmlns="{NFE}" versao="1.00"><idLote>1</idLote><evento versao="1.00"/><evento versao="9"/></envEvento>'

    assert check(wrong.encode(), Kind.SEND_EVENT) == (
        "evento[1] (expected infEvento)",
        "evento[2] (pattern)",
        "evento[2] (expected infEvento)",
    )
    assert check(b"nonsense", Kind.DOCUMENT)[0].startswith("XML: ")
