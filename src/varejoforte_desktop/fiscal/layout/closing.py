"""How the goods travel, how they were paid for, and what else the buyer is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftPayment
from varejoforte_desktop.domain.fiscal_errors import DocumentInvalid
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod
from varejoforte_desktop.fiscal.layout.bindings import Group, InfNfe
from varejoforte_desktop.fiscal.layout.sums import burden_of
from varejoforte_desktop.fiscal.layout.wording import amount, cleaned

Pag: Any = InfNfe.Pag

_OTHER: Final = "99"
_NOTHING_TO_PAY: Final = "90"
#: `tPag` (Informe Técnico 2024.002). Crediário is 05; PIX is told as dynamic. A shop's own voucher and a payment in
#: the online store, of which the shop is not told whether it was card or PIX, are 99 and say in words what they are.
_METHODS: Final = {
    PaymentMethod.CASH: "01",
    PaymentMethod.CREDIT: "03",
    PaymentMethod.DEBIT: "04",
    PaymentMethod.STORE_CREDIT: "05",
    PaymentMethod.PIX: "17",
    PaymentMethod.VOUCHER: _OTHER,
    PaymentMethod.ONLINE: _OTHER,
}
_IN_WORDS: Final = {
    PaymentMethod.VOUCHER: "Vale",
    PaymentMethod.ONLINE: "Pagamento na loja virtual",
}
#: Methods of which SEFAZ wants to know whether the till and the terminal are one (rejection 391): here they are not.
_BY_TERMINAL: Final = frozenset({PaymentMethod.CREDIT, PaymentMethod.DEBIT, PaymentMethod.PIX})
_APART: Final = "2"
_LATER: Final = "1"


def transport(draft: DocumentDraft) -> Group:
    """The group `transp`: by carrier at the shop's charge, or nobody carries. Raises DocumentInvalid."""
    if not draft.ships:
        return InfNfe.Transp(modFrete="9")
    if draft.model is not FiscalModel.NFE:  # rejection 753
        raise DocumentInvalid(("modFrete",))
    carrier = cleaned(draft.carrier, 60)
    weight = f"{Decimal(draft.weight).scaleb(-3):.3f}" if draft.weight else None
    told = draft.volumes or draft.weight
    return InfNfe.Transp(
        modFrete="0",
        transporta=InfNfe.Transp.Transporta(xNome=carrier) if carrier and len(carrier) >= 2 else None,
        vol=[InfNfe.Transp.Vol(qVol=str(draft.volumes or 1), esp="VOLUME", pesoL=weight, pesoB=weight)]
        if told
        else [],
    )


def payments(draft: DocumentDraft) -> Group:
    """The group `pag`. Raises DocumentInvalid when what was paid less the change is not the total."""
    paid = sum((each.amount for each in draft.payments), ZERO)
    if paid - draft.change != draft.total or draft.change < ZERO:
        raise DocumentInvalid(("pag",))
    parts = [_part(each) for each in draft.payments] or [_nothing(draft.model)]
    return Pag(detPag=parts, vTroco=amount(draft.change) if draft.change else None)


def _part(payment: DraftPayment) -> Group:
    apart = payment.method in _BY_TERMINAL
    return Pag.DetPag(
        indPag=_LATER if payment.method is PaymentMethod.STORE_CREDIT else None,
        tPag=_METHODS[payment.method],
        xPag=_IN_WORDS.get(payment.method),
        vPag=amount(payment.amount),
        card=Pag.DetPag.Card(tpIntegra=_APART) if apart else None,
    )


def _nothing(model: FiscalModel) -> Group:
    """For goods that cost nothing; an NFC-e does not take "no payment" (rejection 899)."""
    if model is FiscalModel.NFE:
        return Pag.DetPag(tPag=_NOTHING_TO_PAY, vPag="0.00")
    return Pag.DetPag(tPag=_OTHER, xPag="Sem valor a pagar", vPag="0.00")


def remarks(draft: DocumentDraft) -> Group | None:
    """What else is told: the draft's note and, for consumers, the taxes in the price."""
    told = [each for each in (cleaned(draft.note, 4800), _burden(draft)) if each]
    return InfNfe.InfAdic(infCpl=cleaned(" | ".join(told), 5000)) if told else None


def _burden(draft: DocumentDraft) -> str | None:
    """The sentence of Lei 12.741/2012."""
    burden = burden_of(draft)
    if burden is None or not draft.total:
        return None
    share = Decimal(burden.cents * 100) / draft.total.cents
    return f"Valor aproximado dos tributos: R$ {_reais(burden)} ({_comma(share)}%) - Lei 12.741/2012"


def _reais(money: Money) -> str:
    return f"{money.reais:,.2f}".translate(str.maketrans(",.", ".,"))


def _comma(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")
