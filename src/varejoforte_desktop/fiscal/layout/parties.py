"""Who issues a document and who buys."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftBuyer
from varejoforte_desktop.domain.cities import city_code
from varejoforte_desktop.domain.fiscal import UF_CODES, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import BuyerIncomplete
from varejoforte_desktop.domain.fiscal_settings import Emitter, Responsible
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.tax_ids import bare_tax_id, is_cnpj
from varejoforte_desktop.fiscal.layout import bindings
from varejoforte_desktop.fiscal.layout.bindings import Group, InfNfe
from varejoforte_desktop.fiscal.layout.wording import cleaned, digits, phone

#: What SEFAZ wants the buyer to be called in a rehearsal (rejection 598).
REHEARSAL_NAME: Final = "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
#: What stands for a house without a number.
NO_NUMBER: Final = "S/N"
EXEMPT: Final = "ISENTO"
CONTRIBUTOR, EXEMPT_CONTRIBUTOR, NO_CONTRIBUTOR = "1", "2", "9"
#: States that know no contributor exempt from registration (rejection 805).
_NO_EXEMPT_STATES: Final = frozenset({"AM", "BA", "CE", "GO", "MG", "MS", "MT", "PA", "PE", "RN", "SE", "SP"})
_BRAZIL: Final = {"cPais": "1058", "xPais": "BRASIL"}


def emitter(shop: Emitter) -> Group:
    """The shop."""
    where = shop.address
    return InfNfe.Emit(
        CNPJ=bare_tax_id(shop.cnpj),
        xNome=cleaned(shop.legal_name, 60),
        xFant=cleaned(shop.trade_name, 60),
        enderEmit=bindings.EmitterAddress(
            xLgr=cleaned(where.street, 60),
            nro=cleaned(where.number, 60) or NO_NUMBER,
            xCpl=cleaned(where.complement, 60),
            xBairro=cleaned(where.district, 60),
            cMun=shop.city_code,
            xMun=cleaned(where.city, 60),
            UF=where.state,
            CEP=digits(where.postcode),
            fone=phone(shop.phone),
            **_BRAZIL,
        ),
        IE=registration(shop.ie) or None,
        CRT=shop.regime.value,
    )


def buyer(draft: DocumentDraft) -> Group | None:
    """Who buys; None over the counter when nobody is named. An NF-e names them with their address.

    Raises BuyerIncomplete.
    """
    who = draft.buyer
    if draft.model is FiscalModel.NFE:
        missing = buyer_gaps(who)
        if missing or who is None:
            raise BuyerIncomplete(missing)
    elif who is None or not bare_tax_id(who.document):
        return None
    document = bare_tax_id(who.document)
    nfe = draft.model is FiscalModel.NFE
    standing = contributor(who) if nfe else NO_CONTRIBUTOR
    rehearsal = draft.environment is FiscalEnvironment.HOMOLOGACAO
    return InfNfe.Dest(
        CNPJ=document if is_cnpj(document) else None,
        CPF=None if is_cnpj(document) else document,
        xNome=REHEARSAL_NAME if rehearsal else _long_enough(cleaned(who.name, 60)),
        enderDest=_address(who) if nfe else None,
        indIEDest=standing,
        IE=registration(who.ie) if standing == CONTRIBUTOR else None,
        email=cleaned(who.email, 60) if len(who.email) <= 60 else None,
    )


def buyer_gaps(who: DraftBuyer | None) -> tuple[str, ...]:
    """What an NF-e still has to know of its buyer, as BuyerIncomplete names it; empty when it knows enough."""
    if who is None:
        return ("document", "name", "street", "district", "city", "state", "postcode")
    where = who.address
    there = {
        "document": bool(bare_tax_id(who.document)),
        "name": _long_enough(cleaned(who.name, 60)) is not None,
        "street": _long_enough(cleaned(where.street, 60)) is not None,
        "district": _long_enough(cleaned(where.district, 60)) is not None,
        "city": _city_fits(who) and _long_enough(cleaned(where.city, 60)) is not None,
        "state": where.state in UF_CODES,
        "postcode": len(digits(where.postcode)) == 8,
    }
    return tuple(what for what, known in there.items() if not known)


def contributor(who: DraftBuyer) -> str:
    """`indIEDest`: 1 pays ICMS and is registered, 2 exempt from registration, 9 does not pay ICMS."""
    number = registration(who.ie)
    if number == EXEMPT:
        return NO_CONTRIBUTOR if who.address.state in _NO_EXEMPT_STATES else EXEMPT_CONTRIBUTOR
    return CONTRIBUTOR if number else NO_CONTRIBUTOR


def registration(ie: str) -> str:
    """A state registration as the layout takes it: digits, ISENTO, or "" for none."""
    return EXEMPT if ie.strip().upper().startswith("ISENT") else digits(ie)


def responsible(who: Responsible) -> Group | None:
    """The software house, when it is filled in."""
    if not who.cnpj:
        return None
    return bindings.Responsible(
        CNPJ=bare_tax_id(who.cnpj),
        xContato=cleaned(who.contact, 60),
        email=cleaned(who.email, 60),
        fone=phone(who.phone),
    )


def _address(who: DraftBuyer) -> Group:
    where = who.address
    return bindings.BuyerAddress(
        xLgr=cleaned(where.street, 60),
        nro=cleaned(where.number, 60) or NO_NUMBER,
        xCpl=cleaned(where.complement, 60),
        xBairro=cleaned(where.district, 60),
        cMun=_city_code(who),
        xMun=cleaned(where.city, 60),
        UF=where.state,
        CEP=digits(where.postcode),
        fone=phone(who.phone),
        **_BRAZIL,
    )


def _city_code(who: DraftBuyer) -> str:
    return who.city_code or city_code(who.address.city, who.address.state)


def _city_fits(who: DraftBuyer) -> bool:
    """Whether the city is known, and one of the buyer's state."""
    uf = UF_CODES.get(who.address.state)
    return uf is not None and _city_code(who).startswith(uf)


def _long_enough(text: str | None) -> str | None:
    """Names and streets have two characters at least."""
    return text if text is not None and len(text) >= 2 else None
