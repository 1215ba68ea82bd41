"""Every state has somewhere to go, for every kind of document; a shop can say otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from varejoforte_desktop.application.outside import Unreachable
from varejoforte_desktop.domain.fiscal import UF_CODES, EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.endpoints import Endpoints, Service

HOMOLOGACAO, PRODUCAO = FiscalEnvironment
NFE, NFCE = FiscalModel.NFE, FiscalModel.NFCE


@pytest.mark.parametrize("uf", UF_CODES)
def test_every_state_has_all_services_and_pages(uf: str) -> None:
    """Both models, both environments; practice and the real thing never share an address."""
    known = Endpoints()
    for environment in FiscalEnvironment:
        for model in (NFE, NFCE):
            urls = {known.url(each, model=model, uf=uf, environment=environment) for each in Service}
            assert len(urls) == len(Service)
            assert all(url.startswith("https://") for url in urls)
        page, typed = known.qr_page(uf, environment), known.consult_page(uf, environment)
        assert page.startswith(("http://", "https://"))
        assert "?" not in page
        assert 21 <= len(typed) <= 85  # what the layout takes
    for model in (NFE, NFCE):
        for service in Service:
            real, practice = (
                known.url(service, model=model, uf=uf, environment=each) for each in (PRODUCAO, HOMOLOGACAO)
            )
            assert real != practice


@pytest.mark.parametrize("uf", UF_CODES)
def test_an_nfce_never_goes_where_nfe_go(uf: str) -> None:
    """Mistaking them is refused (450). One state alone takes both at one door."""
    known = Endpoints()
    for environment in FiscalEnvironment:
        for service in Service:
            nfce, nfe = (
                known.url(service, model=each, uf=uf, environment=environment) for each in (NFCE, NFE)
            )
            assert (nfce == nfe) == (uf == "GO")


@pytest.mark.parametrize(
    ("uf", "model", "environment", "service", "url"),
    [
        ("SP", NFCE, PRODUCAO, Service.AUTORIZACAO, "https://nfce.fazenda.sp.gov.br/ws/NFeAutorizacao4.asmx"),
        ("RJ", NFCE, PRODUCAO, Service.AUTORIZACAO,
         "https://nfce.svrs.rs.gov.br/ws/NfeAutorizacao/NFeAutorizacao4.asmx"),
        ("RS", NFCE, PRODUCAO, Service.AUTORIZACAO,
         "https://nfce.sefazrs.rs.gov.br/ws/NfeAutorizacao/NFeAutorizacao4.asmx"),
        ("PR", NFCE, PRODUCAO, Service.AUTORIZACAO, "https://nfce.sefa.pr.gov.br/nfce/NFeAutorizacao4"),
        ("BA", NFE, HOMOLOGACAO, Service.STATUS,
         "https://hnfe.sefaz.ba.gov.br/webservices/NFeStatusServico4/NFeStatusServico4.asmx"),
    ],
)  # fmt: skip
def test_known_addresses(
    uf: str, model: FiscalModel, environment: FiscalEnvironment, service: Service, url: str
) -> None:
    """Some that were published."""
    assert Endpoints().url(service, model=model, uf=uf, environment=environment) == url


def test_known_pages() -> None:
    """Exactly as the states publish them: another spelling is refused (395, 878)."""
    known = Endpoints()

    assert known.qr_page("SP", PRODUCAO) == "https://www.nfce.fazenda.sp.gov.br/qrcode"
    assert known.consult_page("SP", PRODUCAO) == "https://www.nfce.fazenda.sp.gov.br/NFCeConsultaPublica"
    assert known.consult_page("RJ", PRODUCAO) == "www.fazenda.rj.gov.br/nfce/consulta"


def test_each_state_has_somebody_who_stands_in_for_it() -> None:
    """Eight states use the south's, the others the national one; never for voiding numbers, never for NFC-e."""
    known = Endpoints()
    south = {uf for uf in UF_CODES if known.contingency(uf) is EmissionType.SVC_RS}
    assert south == {"AM", "BA", "GO", "MA", "MS", "MT", "PE", "PR"}

    def url(service: Service, model: FiscalModel, kind: EmissionType) -> str:
        return known.url(service, model=model, uf="SP", environment=PRODUCAO, emission_type=kind)

    normal, stand_in = EmissionType.NORMAL, EmissionType.SVC_AN
    for service in (Service.AUTORIZACAO, Service.CONSULTA, Service.EVENTO, Service.STATUS):
        assert url(service, NFE, stand_in) != url(service, NFE, normal)
        assert url(service, NFE, stand_in) != url(service, NFE, EmissionType.SVC_RS)
        assert url(service, NFCE, stand_in) == url(service, NFCE, normal)
        assert url(service, NFCE, EmissionType.OFFLINE) == url(service, NFCE, normal)
    assert url(Service.INUTILIZACAO, NFE, stand_in) == url(Service.INUTILIZACAO, NFE, normal)


def test_an_address_that_nobody_listed_is_told_before_anything_is_sent() -> None:
    """A state that does not exist."""
    with pytest.raises(Unreachable) as caught:
        Endpoints().url(Service.STATUS, model=NFE, uf="XX", environment=PRODUCAO)
    assert (caught.value.code, caught.value.detail) == ("no_endpoint", "authoriser/55/XX")


def test_a_shops_own_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    """A state moved, and the next release is weeks away."""
    moved = "https://nova.fazenda.sp.gov.br/ws/NFeAutorizacao4.asmx"
    file = tmp_path / "enderecos.json"
    file.write_text(
        json.dumps(
            {"services": {"65": {"SP": {"1": {"autorizacao": moved}}}}, "contingency": {"SP": "SVCRS"}}
        )
    )
    ours, theirs = Endpoints(), Endpoints(override=file)

    assert theirs.url(Service.AUTORIZACAO, model=NFCE, uf="SP", environment=PRODUCAO) == moved
    assert theirs.contingency("SP") is EmissionType.SVC_RS
    for service in (Service.CONSULTA, Service.STATUS):
        arguments = {"model": NFCE, "uf": "SP", "environment": PRODUCAO}
        assert theirs.url(service, **arguments) == ours.url(service, **arguments)  # type: ignore[arg-type]
    assert Endpoints().contingency("SP") is EmissionType.SVC_AN


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"services": 3}', b'{"services": {"65": []}}', b"\xff\xfe{}"]
)
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, content: bytes) -> None:
    """Before any document is numbered."""
    file = tmp_path / "enderecos.json"
    file.write_bytes(content)
    for path in (file, tmp_path / "missing.json"):
        with pytest.raises(FiscalNotReady) as caught:
            Endpoints(override=path)
        assert caught.value.missing == "endpoints"


def test_one_authority_of_ones_own_answers_for_everything() -> None:
    """The practice SEFAZ, whatever the state; the pages of the QR code stay those of the state."""
    own = Endpoints(own="https://127.0.0.1:8443/")

    assert (
        own.url(Service.AUTORIZACAO, model=NFCE, uf="SP", environment=HOMOLOGACAO)
        == "https://127.0.0.1:8443/nfce/autorizacao"
    )
    assert (
        own.url(Service.EVENTO, model=NFE, uf="RJ", environment=PRODUCAO, emission_type=EmissionType.SVC_AN)
        == "https://127.0.0.1:8443/nfe/evento"
    )
    assert own.qr_page("SP", HOMOLOGACAO) == "https://www.homologacao.nfce.fazenda.sp.gov.br/qrcode"
