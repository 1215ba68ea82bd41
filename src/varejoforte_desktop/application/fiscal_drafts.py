"""A sale as its fiscal document tells it: who buys, what each line costs and bears, how it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.fiscal_book import DocumentRecord, SeriesName, TaxTable
from varejoforte_desktop.application.fiscal_ports import (
    DocumentDraft,
    DraftBuyer,
    DraftItem,
    DraftPayment,
)
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.customer import Address, Customer
from varejoforte_desktop.domain.document_amounts import LineAmounts, document_bases
from varejoforte_desktop.domain.fiscal import EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import BuyerIncomplete, FiscalNotReady
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.sale import FiscalModel, Sale, SaleLine, SaleSource
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.domain.tax_reckoning import reckon
from varejoforte_desktop.domain.taxes import ItemTaxes, ProductTax, TaxBase, rule_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Which document a draft is for. `offline_reason` "" : SEFAZ is told before the buyer gets it."""

    name: SeriesName
    number: int
    random_code: str
    emission_type: EmissionType
    issued_at: datetime
    offline_reason: str = ""


def naming_of(document: DocumentRecord, *, issued_at: datetime, offline_reason: str = "") -> Naming:
    """The same number and code again, for the same document put right."""
    return Naming(
        name=document.name,
        number=document.number,
        random_code=document.random_code,
        emission_type=document.emission_type,
        issued_at=issued_at,
        offline_reason=offline_reason,
    )


def draft_of(
    uow: UnitOfWork, sale: Sale, naming: Naming, settings: FiscalSettings, *, csc: str
) -> DocumentDraft:
    """What the sale's document says.

    Raises FiscalNotReady (tax rows missing or unsigned), NoTaxRule, BuyerIncomplete or NoSuchRecord.
    """
    model = naming.name.model
    buyer, ships = _buyer(uow, sale, settings, model)
    interstate = ships and buyer is not None and buyer.address.state != settings.emitter.state
    issued_at = shop_time(uow, naming.issued_at)
    return DocumentDraft(
        model=model,
        environment=naming.name.environment,
        emission_type=naming.emission_type,
        emitter=settings.emitter,
        series=naming.name.series,
        number=naming.number,
        random_code=naming.random_code,
        issued_at=issued_at,
        operation=settings.operation,
        buyer=buyer,
        interstate=interstate,
        online=sale.source is SaleSource.ORDER and model is FiscalModel.NFE,
        ships=ships,
        items=_items(uow, sale, settings, buyer, ships=ships, interstate=interstate, at=issued_at),
        payments=_payments(sale),
        change=sum((each.change for each in sale.payments), ZERO),
        total=sale.amounts.total,
        carrier=_carrier(uow, sale) if ships else "",
        volumes=1 if ships else 0,
        weight=_weight(uow, sale) if ships else 0,
        note=settings.extra_note,
        intermediary_cnpj=settings.intermediary_cnpj,
        intermediary_id=settings.intermediary_id,
        responsible=settings.responsible,
        offline_at=issued_at if naming.emission_type is EmissionType.OFFLINE else None,
        offline_reason=naming.offline_reason,
        qr_version=settings.qr_version,
        csc_id=settings.csc_id,
        csc=csc,
    )


def shop_time(uow: UnitOfWork, at: datetime) -> datetime:
    """An instant in the shop's zone, to the second: how documents tell it."""
    return at.astimezone(ZoneInfo(uow.shop.get().timezone)).replace(microsecond=0)


def _payments(sale: Sale) -> tuple[DraftPayment, ...]:
    return tuple(DraftPayment(method=each.method, amount=each.amount + each.change) for each in sale.payments)


def _buyer(
    uow: UnitOfWork, sale: Sale, settings: FiscalSettings, model: FiscalModel
) -> tuple[DraftBuyer | None, bool]:
    """Who buys, and whether the goods travel to them."""
    if model is FiscalModel.NFCE:
        if not sale.buyer_document or (is_cnpj(sale.buyer_document) and not settings.cnpj_on_nfce):
            return None, False
        return DraftBuyer(document=sale.buyer_document, name=sale.buyer_name), False
    customer = uow.customers.get(sale.customer_id) if sale.customer_id is not None else None
    if customer is None and sale.buyer_document:
        customer = uow.customers.by_document(sale.buyer_document)  # completed after the sale
    order = None
    if sale.order_id is not None:
        known = uow.orders.get(sale.order_id)
        order = known.accepted or known.order
    ships = order is not None and not order.pickup
    place = (order.address if order else None) or (customer.address if customer else Address())
    if not place.street and customer is not None:
        place = customer.address
    buyer = DraftBuyer(
        document=sale.buyer_document or (customer.document if customer else ""),
        name=_name(sale, customer),
        ie=customer.state_registration if customer else "",
        email=customer.email if customer else "",
        phone=customer.phone if customer else "",
        address=place,
    )
    _complete(buyer)
    return buyer, ships


def _name(sale: Sale, customer: Customer | None) -> str:
    """A company by its registered name, a person by theirs."""
    if customer is not None and is_cnpj(sale.buyer_document) and customer.company:
        return customer.company
    return sale.buyer_name or (customer.name if customer else "")


def _complete(buyer: DraftBuyer) -> None:
    """What an NF-e must know of its buyer. Raises BuyerIncomplete."""
    place = buyer.address
    wanted = {
        "document": buyer.document,
        "name": buyer.name,
        "street": place.street,
        "district": place.district,
        "city": place.city,
        "state": place.state,
        "postcode": place.postcode,
    }
    missing = tuple(name for name, value in wanted.items() if not value)
    if missing:
        raise BuyerIncomplete(missing)


def _items(
    uow: UnitOfWork,
    sale: Sale,
    settings: FiscalSettings,
    buyer: DraftBuyer | None,
    *,
    ships: bool,
    interstate: bool,
    at: datetime,
) -> tuple[DraftItem, ...]:
    table = uow.fiscal_setup.taxes()
    _signed(table, settings)
    own = uow.fiscal_setup.product_taxes(line.product_id for line in sale.lines)
    state = buyer.address.state if buyer is not None and interstate else settings.emitter.state
    contributor = buyer is not None and bool(_digits(buyer.ie))
    items = []
    amounts = [LineAmounts(gross=line.gross, discount=line.discount) for line in sale.lines]
    for line, base in zip(sale.lines, document_bases(amounts, sale.amounts, ships=ships), strict=True):
        ncm = uow.products.get(line.product_id).ncm
        tax = own.get(line.product_id, ProductTax())
        rule = rule_for(
            table.rules,
            group=tax.group,
            ncm=ncm,
            interstate=interstate,
            state=state,
            day=at.date(),
            reference=line.reference,
        )
        taxes = reckon(
            rule,
            base,
            regime=settings.emitter.regime,
            origin=tax.origin,
            cest=tax.cest or rule.cest,
            interstate_final=interstate and not contributor,
        )
        items.append(_item(line, base, ncm, taxes))
    return tuple(items)


def _item(line: SaleLine, base: TaxBase, ncm: str, taxes: ItemTaxes) -> DraftItem:
    return DraftItem(
        reference=line.reference,
        barcode=line.barcode,
        name=line.name,
        ncm=ncm,
        unit=line.unit,
        quantity=line.quantity,
        price=line.price,
        gross=line.gross,
        discount=base.discount,
        freight=base.freight,
        other=base.other,
        taxes=taxes,
    )


def _signed(table: TaxTable, settings: FiscalSettings) -> None:
    """Rows there are, and for documents of value somebody answers for them. Raises FiscalNotReady."""
    if not table.rules:
        raise FiscalNotReady("tax_rules")
    if settings.environment is FiscalEnvironment.PRODUCAO and not table.signed:
        raise FiscalNotReady("unsigned_rules")


def _carrier(uow: UnitOfWork, sale: Sale) -> str:
    if sale.order_id is None:
        return ""
    known = uow.orders.get(sale.order_id)
    order = known.accepted or known.order
    return order.shipment if order is not None else ""


def _weight(uow: UnitOfWork, sale: Sale) -> int:
    """Grams of all that travels, as far as the catalogue knows."""
    return sum(int(uow.products.get(line.product_id).weight * line.quantity) for line in sale.lines)


def _digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isdigit())
