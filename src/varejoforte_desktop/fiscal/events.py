"""What happens to a document afterwards: cancelled, replaced by another, corrected; written and signed."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop import __version__
from varejoforte_desktop.application.fiscal_ports import EventDraft
from varejoforte_desktop.domain.fiscal import FiscalEventKind
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.markup import NFE, field, plain, read
from varejoforte_desktop.fiscal.schemas import EVENT_KINDS, require
from varejoforte_desktop.fiscal.signing import signed

_NAMES: Final = {
    FiscalEventKind.CANCEL: "Cancelamento",
    FiscalEventKind.CANCEL_REPLACED: "Cancelamento por substituicao",
    FiscalEventKind.CORRECTION: "Carta de Correcao",
}
#: The law's words on what a correction may not touch, in the spelling without accents that the layout gives.
_CONDITIONS: Final = (
    "A Carta de Correcao e disciplinada pelo paragrafo 1o-A do art. 7o do Convenio S/N, de 15 de dezembro de 1970 e "
    "pode ser utilizada para regularizacao de erro ocorrido na emissao de documento fiscal, desde que o erro nao "
    "esteja relacionado com: I - as variaveis que determinam o valor do imposto tais como: base de calculo, aliquota, "
    "diferenca de preco, quantidade, valor da operacao ou da prestacao; II - a correcao de dados cadastrais que "
    "implique mudanca do remetente ou do destinatario; III - a data de emissao ou de saida."
)


def signed_event(draft: EventDraft, material: Material) -> bytes:
    """The signed `evento`, final bytes. Raises DocumentInvalid when it does not fit the layout."""
    identity = f"ID{draft.kind}{draft.key}{draft.sequence:02}"
    content = (
        field("cOrgao", draft.key[:2])
        + field("tpAmb", draft.environment.code)
        + field("CNPJ" if is_cnpj(draft.issuer) else "CPF", draft.issuer)
        + field("chNFe", draft.key)
        + field("dhEvento", draft.at.isoformat(timespec="seconds"))
        + field("tpEvento", draft.kind)
        + field("nSeqEvento", draft.sequence)
        + field("verEvento", "1.00")
        + f'<detEvento versao="1.00">{_details(draft)}</detEvento>'
    )
    xml = f'<evento xmlns="{NFE}" versao="1.00"><infEvento Id="{identity}">{content}</infEvento></evento>'
    event, _ = signed(xml.encode(), tag="infEvento", material=material)
    return require(event, EVENT_KINDS[draft.kind])


def letter_text(event: bytes) -> str:
    """What a carta de correção says, from its signed event or its archive form; "" for another event."""
    found = next(read(event).iter(f"{{{NFE}}}xCorrecao"), None)
    return "" if found is None else " ".join((found.text or "").split())


def _details(draft: EventDraft) -> str:
    name = field("descEvento", _NAMES[draft.kind])
    text = plain(draft.text)
    if draft.kind is FiscalEventKind.CORRECTION:
        return name + field("xCorrecao", text) + field("xCondUso", _CONDITIONS)
    told = field("nProt", draft.protocol) + field("xJust", text)
    if draft.kind is FiscalEventKind.CANCEL:
        return name + told
    author = (
        field("cOrgaoAutor", draft.key[:2])
        + field("tpAutor", "1")  # the company itself
        + field("verAplic", f"VarejoForte {__version__}"[:20])
    )
    return name + author + told + field("chNFeRef", draft.replaced_by)
