"""Telling SEFAZ that numbers were not used, so that no gap is left to be explained."""

from __future__ import annotations

from varejoforte_desktop.application.fiscal_ports import VoidDraft
from varejoforte_desktop.domain.fiscal import MODEL_CODES, UF_CODES
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.markup import NFE, field, plain
from varejoforte_desktop.fiscal.schemas import Kind, require
from varejoforte_desktop.fiscal.signing import signed


def signed_void(draft: VoidDraft, material: Material) -> bytes:
    """The signed `inutNFe`, final bytes. Raises DocumentInvalid when it does not fit the layout."""
    uf, model = UF_CODES[draft.uf], MODEL_CODES[draft.model]
    identity = f"ID{uf}{draft.year:02}{draft.issuer}{model}{draft.series:03}{draft.first:09}{draft.last:09}"
    content = (
        field("tpAmb", draft.environment.code)
        + field("xServ", "INUTILIZAR")
        + field("cUF", uf)
        + field("ano", f"{draft.year:02}")
        + field("CNPJ", draft.issuer)
        + field("mod", model)
        + field("serie", draft.series)
        + field("nNFIni", draft.first)
        + field("nNFFin", draft.last)
        + field("xJust", plain(draft.reason))
    )
    xml = f'<inutNFe xmlns="{NFE}" versao="4.00"><infInut Id="{identity}">{content}</infInut></inutNFe>'
    void, _ = signed(xml.encode(), tag="infInut", material=material)
    return require(void, Kind.VOID)
