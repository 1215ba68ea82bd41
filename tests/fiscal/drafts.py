"""Documents of a made-up shop, ready to be written and signed: at the counter, or for goods that travel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftBuyer, DraftItem, DraftPayment
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod
from varejoforte_desktop.domain.tax_reckoning import reckon
from varejoforte_desktop.domain.taxes import Destination, TaxBase, TaxRegime, TaxRule

SIMPLES, NORMAL = TaxRegime.SIMPLES, TaxRegime.NORMAL
CNPJ: Final = "11222333000181"
ALPHANUMERIC_CNPJ: Final = "12ABC34501DE35"
CPF: Final = "52998224725"
BRASILIA: Final = timezone(timedelta(hours=-3))
ISSUED: Final = datetime(2026, 11, 23, 10, 15, 30, 123456, tzinfo=BRASILIA)
GTIN: Final = "7891000100103"


def a_shop(*, regime: TaxRegime = SIMPLES, **changes: Any) -> Emitter:
    """A shop in São Paulo."""
    shop = Emitter(
        cnpj=CNPJ,
        legal_name="Comércio de Panelas Boa Vista Ltda",
        trade_name="Casa das Panelas",
        ie="110042490114",
        regime=regime,
        address=Address(
            street="Rua das Flores",
            number="120",
            district="Centro",
            city="São Paulo",
            state="SP",
            postcode="01001000",
        ),
        city_code="3550308",
        phone="(11) 3333-4444",
    )
    return replace(shop, **changes)


def settings_of(draft: DocumentDraft) -> FiscalSettings:
    """The shop's settings that a draft was made under."""
    return FiscalSettings(
        emitter=draft.emitter,
        environment=draft.environment,
        qr_version=draft.qr_version,
        csc_id=draft.csc_id,
        intermediary_cnpj=draft.intermediary_cnpj,
        intermediary_id=draft.intermediary_id,
    )


def a_buyer(*, state: str = "RJ", **changes: Any) -> DraftBuyer:
    """Somebody in Niterói (or, with another `state`, in São Paulo) with a whole address."""
    home = {"RJ": ("Niterói", "24020005"), "SP": ("São Paulo", "01310100")}[state]
    buyer = DraftBuyer(
        document=CPF,
        name="Maria José d'Ávila & Filhos",
        email="maria@example.com",
        phone="21988887777",
        address=Address(
            street="Avenida Rio Branco",
            number="10",
            complement="Apto 3",
            district="Centro",
            city=home[0],
            state=state,
            postcode=home[1],
        ),
    )
    return replace(buyer, **changes)


def a_rule(*, regime: TaxRegime = SIMPLES, interstate: bool = False, **changes: Any) -> TaxRule:
    """A row for ordinary goods, in the shop's state or beyond it."""
    cfop = "6108" if interstate else "5102"
    simples: dict[str, Any] = {"csosn": "102"}
    normal: dict[str, Any] = {
        "icms_cst": "00",
        "icms_rate": Decimal(12 if interstate else 18),
        "pis_cst": "01",
        "pis_rate": Decimal("1.65"),
        "cofins_cst": "01",
        "cofins_rate": Decimal("7.60"),
        "ibs_cbs_cst": "000",
        "class_code": "000001",
        "ibs_uf_rate": Decimal("0.10"),
        "cbs_rate": Decimal("0.90"),
        "difal_rate": Decimal(20 if interstate else 0),
        "interstate_rate": Decimal(12 if interstate else 0),
        "fcp_rate": Decimal(2 if interstate else 0),
    }
    facts = {
        "valid_from": date(2026, 1, 1),
        "destination": Destination.INTERSTATE if interstate else Destination.INTERNAL,
        "cfop": cfop,
        "burden_rate": Decimal("31.45"),
        **(simples if regime.simples else normal),
        **changes,
    }
    return TaxRule(**facts)


def an_item(
    price: int = 4990,
    quantity: str = "1",
    *,
    regime: TaxRegime = SIMPLES,
    rule: TaxRule | None = None,
    interstate: bool = False,
    amounts: TaxBase | None = None,
    cest: str = "",
    origin: int = 0,
    **changes: Any,
) -> DraftItem:
    """A line with its taxes reckoned; `amounts` when it has a discount, freight or other charges."""
    count, each = Decimal(quantity), Money(price)
    base = amounts or TaxBase(goods=each.times(count))
    used = rule or a_rule(regime=regime, interstate=interstate)
    item = DraftItem(
        reference="PAN-20",
        barcode=GTIN,
        name="Panela de pressão 4,5 L",
        ncm="76151000",
        unit="UN",
        quantity=count,
        price=each,
        gross=base.goods,
        discount=base.discount,
        freight=base.freight,
        other=base.other,
        taxes=reckon(
            used,
            base,
            regime=regime,
            origin=origin,
            cest=cest,
            interstate_final=interstate and not regime.simples,
        ),
    )
    return replace(item, **changes)


def total_of(items: tuple[DraftItem, ...]) -> Money:
    """What the lines cost together."""
    return sum((item.gross - item.discount + item.freight + item.other for item in items), ZERO)


def counter_draft(*items: DraftItem, regime: TaxRegime = SIMPLES, **changes: Any) -> DocumentDraft:
    """An NFC-e of the practice environment, paid in cash to the cent unless `payments` says otherwise."""
    lines = items or (an_item(regime=regime),)
    total = total_of(lines)
    facts: dict[str, Any] = {
        "model": FiscalModel.NFCE,
        "environment": FiscalEnvironment.HOMOLOGACAO,
        "emission_type": EmissionType.NORMAL,
        "emitter": a_shop(regime=regime),
        "series": 1,
        "number": 1042,
        "random_code": "58214603",
        "issued_at": ISSUED,
        "operation": "Venda de mercadoria",
        "buyer": None,
        "items": lines,
        "payments": (DraftPayment(method=PaymentMethod.CASH, amount=total),) if total else (),
        "total": total,
    }
    return DocumentDraft(**{**facts, **changes})


def offline_draft(*items: DraftItem, **changes: Any) -> DocumentDraft:
    """An NFC-e that was handed over before SEFAZ knew of it."""
    facts: dict[str, Any] = {
        "emission_type": EmissionType.OFFLINE,
        "offline_at": ISSUED,
        "offline_reason": "Sem resposta da SEFAZ no momento da venda",
    }
    return counter_draft(*items, **{**facts, **changes})


def shipped_draft(*items: DraftItem, regime: TaxRegime = SIMPLES, **changes: Any) -> DocumentDraft:
    """An NF-e for an order of the online store that travels from São Paulo to Niterói."""
    freight = TaxBase(goods=Money(4990), freight=Money(1590))
    lines = items or (an_item(regime=regime, interstate=True, amounts=freight),)
    facts: dict[str, Any] = {
        "model": FiscalModel.NFE,
        "series": 2,
        "buyer": a_buyer(),
        "interstate": True,
        "online": True,
        "ships": True,
        "payments": (DraftPayment(method=PaymentMethod.ONLINE, amount=total_of(lines)),),
        "carrier": "Correios",
        "volumes": 1,
        "weight": 2350,
        "note": "Pedido 4711 da loja virtual",
    }
    return counter_draft(*lines, regime=regime, **{**facts, **changes})
