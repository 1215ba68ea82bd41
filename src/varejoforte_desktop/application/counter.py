"""Selling at the counter: the open sale is kept after every key, held, recovered, and finished once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import Fact
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sale_ports import CounterRules, KeptBasket
from varejoforte_desktop.application.sales import (
    SaleReceipt,
    check_nfce,
    owe_sold,
    receipt_of,
    till_for,
    write_sale,
)
from varejoforte_desktop.domain.audit import AuditAction, differing, percent_of, reais, units
from varejoforte_desktop.domain.errors import (
    DiscountNeedsApproval,
    DocumentMissing,
    NoSuchRecord,
    ProductNotForSale,
    WrongScalePrefix,
)
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.product import NONE
from varejoforte_desktop.domain.sale import (
    Basket,
    DiscountLimits,
    FiscalModel,
    PaymentMethod,
    Sale,
    SaleAmounts,
    SaleLine,
    SaleSource,
    document_wanted,
)
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.domain.tax_ids import is_cnpj, tax_id
from varejoforte_desktop.domain.texts import keepable


def keep_basket(uow: UnitOfWork, basket: Basket, *, by: Actor, approved_by: Actor | None = None) -> None:
    """Write the station's open sale as it is now; one that was sold meanwhile is not written again.

    `approved_by` is the supervisor who let an item be cancelled. Raises NotAllowed, or TillClosed when nothing can
    be sold here yet.
    """
    by.needs(Permission.SELL)
    if uow.sales.by_token(basket.token) is not None:
        return
    till_for(uow, by, needed=True)
    open_here = uow.baskets.open_at(by.station)
    if open_here is not None and open_here.basket.token != basket.token:
        _put_aside(uow, open_here)  # two windows of one station: nobody's goods are forgotten
    _note_cancelled(uow, basket, by=by, approved_by=approved_by)
    uow.baskets.keep(basket, station=by.station, held=False, operator_id=by.operator_id, at=uow.now)
    uow.touch(Topic.SALES)


def _note_cancelled(uow: UnitOfWork, basket: Basket, *, by: Actor, approved_by: Actor | None) -> None:
    """Write down the items that were cancelled since the sale was kept last, where that takes a supervisor."""
    if not any(line.cancelled for line in basket.lines):
        return
    kept = uow.baskets.get(basket.token)
    before = () if kept is None else kept.basket.lines
    fresh = [
        line
        for place, line in enumerate(basket.lines)
        if line.cancelled and not (place < len(before) and before[place].cancelled)
    ]
    if fresh and (approved_by is not None or uow.counter.rules().cancel_item_supervised):
        for line in fresh:
            uow.audit.note(
                AuditAction.SALE_ITEM_CANCELLED,
                line.reference,
                by=by,
                before={
                    "quantity": units(line.quantity),
                    "price": reais(line.price),
                    "total": reais(line.price.times(line.quantity)),
                },
                after={"quantity": units(NONE), "total": reais(ZERO), **_approval(approved_by)},
            )


def _approval(approved_by: Actor | None) -> dict[str, Fact]:
    return {} if approved_by is None else {"approved_by": approved_by.name}


def hold_basket(uow: UnitOfWork, basket: Basket, *, label: str, by: Actor) -> None:
    """Put a sale aside under a name, for any station to take up again. Raises NotAllowed."""
    by.needs(Permission.SELL)
    if uow.sales.by_token(basket.token) is not None:
        return
    _note_cancelled(uow, basket, by=by, approved_by=None)
    named = replace(basket, label=" ".join(label.split())[:80])
    uow.baskets.keep(named, station=by.station, held=True, operator_id=by.operator_id, at=uow.now)
    uow.touch(Topic.SALES)


def recover_basket(uow: UnitOfWork, token: str, *, by: Actor) -> Basket:
    """Take up a sale that was on hold; whoever comes second finds it gone. A sale open here is put on hold.

    Raises NotAllowed or NoSuchRecord.
    """
    by.needs(Permission.SELL)
    kept = uow.baskets.get(token)
    if kept is None or not kept.held:
        raise NoSuchRecord("basket", token)
    open_here = uow.baskets.open_at(by.station)
    if open_here is not None:
        _put_aside(uow, open_here)
    basket = kept.basket
    uow.baskets.keep(basket, station=by.station, held=False, operator_id=by.operator_id, at=uow.now)
    uow.touch(Topic.SALES)
    return basket


def _put_aside(uow: UnitOfWork, kept: KeptBasket) -> None:
    if kept.basket.lines:
        uow.baskets.keep(
            kept.basket, station=kept.station, held=True, operator_id=kept.operator_id, at=uow.now
        )
    else:
        uow.baskets.drop(kept.basket.token)


def drop_basket(uow: UnitOfWork, token: str, *, by: Actor, approved_by: Actor | None = None) -> None:
    """Give up an open or held sale: nothing was sold. Raises NotAllowed."""
    (approved_by or by).needs(Permission.CANCEL_ITEMS)
    kept = uow.baskets.get(token)
    uow.baskets.drop(token)
    supervised = approved_by is not None or uow.counter.rules().cancel_item_supervised
    if supervised and kept is not None and kept.basket.live:
        uow.audit.note(
            AuditAction.SALE_ITEM_CANCELLED,
            kept.basket.label or kept.station,
            by=by,
            before={"items": len(kept.basket.live), "total": reais(kept.basket.total)},
            after={"items": 0, "total": reais(ZERO), **_approval(approved_by)},
        )
    uow.touch(Topic.SALES)


def allow_discount(limits: DiscountLimits, basket: Basket, *, role: Role) -> None:
    """Whether somebody of this role may give the basket's discount. Raises DiscountNeedsApproval with the limit."""
    if not limits.allows(role.value, basket.discount, basket.goods):
        most = {Role.OPERADOR: limits.operador, Role.GERENTE: limits.gerente}.get(role, limits.administrador)
        raise DiscountNeedsApproval(f"{most / 100:g}")


def finish_basket(
    uow: UnitOfWork,
    basket: Basket,
    *,
    fiscal: FiscalModel | None = None,
    by: Actor,
    approved_by: Actor | None = None,
) -> SaleReceipt:
    """Sell what is in the basket, once per its token; `basket.payments` pay it exactly.

    `fiscal` None: the document the law asks for. `approved_by` is the supervisor who allowed the discount.
    Raises NotAllowed, TillClosed, NothingSold, DiscountTooLarge, DiscountNeedsApproval, PaymentDoesNotFit,
    DocumentMissing, NfceNotForCompanies, WrongTaxId, ProductNotForSale or InsufficientStock: then nothing is written.
    """
    by.needs(Permission.SELL)
    done = uow.sales.by_token(basket.token)
    if done is not None:
        return receipt_of(done, repeated=True)
    till_id = till_for(uow, by, needed=True)
    approver = approved_by.operator_id if approved_by else basket.approved_by
    if basket.discount:
        role = by.role if approver is None else uow.operators.get(approver).role
        allow_discount(uow.counter.rules().discounts, basket, role=role)
    document = tax_id(basket.buyer_document)
    sale = Sale(
        token=basket.token,
        number=uow.sales.next_number(by.station),
        station=by.station,
        source=SaleSource.COUNTER,
        customer_id=basket.customer_id,
        buyer_document=document,
        buyer_name=" ".join(keepable(basket.buyer_name).split()),
        amounts=SaleAmounts(goods=basket.goods, discount=basket.discount),
        lines=_lines(uow, basket),
        payments=basket.payments,
        fiscal=_fiscal_of(uow, basket, document, fiscal),
        till_id=till_id,
        operator_id=by.operator_id,
        at=uow.now,
        approved_by=approver,
    )
    written = write_sale(uow, sale, document="Venda", by=by)
    owe_sold(uow, (line.product_id for line in written.lines))
    _note_finished(uow, basket, written, by)
    uow.baskets.drop(basket.token)
    return receipt_of(written)


def _note_finished(uow: UnitOfWork, basket: Basket, sale: Sale, by: Actor) -> None:
    """The discount, and items that were cancelled after the open sale was kept last."""
    _note_cancelled(uow, basket, by=by, approved_by=None)
    amounts, approver = sale.amounts, sale.approved_by
    if not amounts.discount:
        return
    facts: dict[str, Fact] = {
        "total": reais(amounts.total),
        "discount": reais(amounts.discount),
        "percent": percent_of(amounts.discount, amounts.goods),
    }
    if approver is not None and approver != by.operator_id:
        facts["approved_by"] = uow.operators.get(approver).name
    before = {"total": reais(amounts.goods)}
    uow.audit.note(AuditAction.SALE_DISCOUNTED, receipt_of(sale).number, by=by, before=before, after=facts)


def _fiscal_of(uow: UnitOfWork, basket: Basket, document: str, chosen: FiscalModel | None) -> FiscalModel:
    """The document that was chosen, or the one the law asks for. Raises DocumentMissing or NfceNotForCompanies."""
    on_credit = any(each.method is PaymentMethod.STORE_CREDIT for each in basket.payments)
    company = is_cnpj(document)
    model = chosen
    if model is None:
        by_nfce = company and uow.fiscal_setup.settings().cnpj_on_nfce
        model = document_wanted(
            source=SaleSource.COUNTER, ships=False, company=company, nfce_to_companies=by_nfce
        )
    check_nfce(uow, model, document)
    if not document and (on_credit or model is FiscalModel.NFE):
        raise DocumentMissing
    return model


def _lines(uow: UnitOfWork, basket: Basket) -> tuple[SaleLine, ...]:
    lines = []
    for line in basket.live:
        product = uow.products.get(line.product_id)
        if not product.active or line.price <= ZERO:
            raise ProductNotForSale(product.reference)
        lines.append(
            SaleLine(
                product_id=product.id,
                reference=product.reference,
                name=product.name,
                unit=product.unit,
                barcode=product.barcode,
                quantity=product.measured(line.quantity),
                price=line.price,
                cost=product.cost,
            )
        )
    return tuple(lines)


def save_counter_rules(
    uow: UnitOfWork, rules: CounterRules, prefixes: Sequence[ScalePrefix], *, by: Actor
) -> None:
    """Choose limits, how tills close, and how scale labels are laid out. Raises NotAllowed or WrongScalePrefix."""
    by.needs(Permission.CHANGE_SETTINGS)
    checked = {each.prefix: each.checked() for each in prefixes}
    if len(checked) < len(prefixes):
        raise WrongScalePrefix(next(each.prefix for each in prefixes if checked[each.prefix] is not each))
    before, labels = uow.counter.rules(), uow.counter.scale_prefixes()
    uow.counter.save_rules(rules)
    uow.counter.save_scale_prefixes(list(checked.values()))
    _note_settings(uow, "counter", _rule_facts(before), _rule_facts(rules), by)
    _note_settings(uow, "scale_labels", _label_facts(labels), _label_facts(checked.values()), by)
    uow.touch(Topic.SETTINGS, Topic.SALES)


def _note_settings(
    uow: UnitOfWork, subject: str, before: Mapping[str, Fact], after: Mapping[str, Fact], by: Actor
) -> None:
    old, new = differing(before, after)
    if old or new:
        uow.audit.note(AuditAction.SETTINGS_CHANGED, subject, by=by, before=old, after=new)


def _rule_facts(rules: CounterRules) -> dict[str, Fact]:
    hundredths = {"discount_operador": rules.discounts.operador, "discount_gerente": rules.discounts.gerente}
    return {
        **{name: f"{each // 100}.{each % 100:02}" for name, each in hundredths.items()},
        "cancel_item_supervised": rules.cancel_item_supervised,
        "blind_closing": rules.blind_closing,
        "tolerance": reais(rules.tolerance),
    }


def _label_facts(prefixes: Iterable[ScalePrefix]) -> dict[str, Fact]:
    return {
        f"prefix {each.prefix}": f"{each.value.value} {each.code_digits}+{each.value_digits}"
        for each in prefixes
    }
