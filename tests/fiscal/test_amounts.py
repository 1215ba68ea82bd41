"""A sale's discount, freight and charges on its lines: ten thousand made-up sales add up to the cent."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest

from tests.fiscal.drafts import NORMAL, SIMPLES, a_rule
from varejoforte_desktop.domain.document_amounts import LineAmounts, document_bases, spread
from varejoforte_desktop.domain.errors import DiscountTooLarge, NothingSold
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import Payment, PaymentMethod, SaleAmounts, check_payments
from varejoforte_desktop.domain.tax_reckoning import reckon
from varejoforte_desktop.domain.taxes import ItemTaxes, TaxBase

SALES = 10_000


@dataclass(frozen=True)
class MadeUp:
    """A made-up sale and how it was paid."""

    lines: tuple[LineAmounts, ...]
    amounts: SaleAmounts
    ships: bool
    payments: tuple[Payment, ...]


def made_up(chance: random.Random) -> MadeUp:
    """One to nine lines with prices, weights, discounts, freight, charges, and an accepted divergence now and then."""
    lines = []
    for _ in range(chance.randint(1, 9)):
        count = Decimal(chance.choice([1000, 1000, 2000, 3000, chance.randint(1, 9999)])).scaleb(-3)
        gross = Money(chance.choice([1, 99, 4990, chance.randint(0, 250_000)])).times(count)
        own = Money(chance.randint(0, gross.cents)) if chance.random() < 0.2 else ZERO
        lines.append(LineAmounts(gross=gross, discount=own))
    goods = sum((line.net for line in lines), ZERO)

    def now_and_then(share: float, most: int) -> Money:
        return Money(chance.randint(0, most)) if chance.random() < share else ZERO

    amounts = SaleAmounts(
        goods=goods,
        discount=now_and_then(0.5, goods.cents),
        shipping=now_and_then(0.5, 9000),
        surcharge=now_and_then(0.3, 5000),
    )
    if chance.random() < 0.2:
        adjustment = chance.randint(-amounts.total.cents, 3000)
        amounts = SaleAmounts(
            goods=goods,
            discount=amounts.discount,
            shipping=amounts.shipping,
            surcharge=amounts.surcharge,
            adjustment=Money(adjustment),
        )
    return MadeUp(tuple(lines), amounts, chance.random() < 0.5, paid(chance, amounts.total))


def paid(chance: random.Random, total: Money) -> tuple[Payment, ...]:
    """The total by PIX, by card, and what is left in cash with too large a note."""
    if not total:
        return ()
    by_pix = Money(chance.randint(0, total.cents - 1))
    cash = total - by_pix
    parts = [
        Payment(method=PaymentMethod.CASH, amount=cash, tendered=cash + Money(chance.randint(0, 10_000)))
    ]
    if by_pix:
        parts.append(Payment(method=PaymentMethod.PIX, amount=by_pix))
    return tuple(parts)


def half_up(exact: Fraction) -> Money:
    """Cents of an amount in cents that is not negative, by another road than the program's."""
    return Money(floor(exact + Fraction(1, 2)))


def rounded_right(base: TaxBase, taxes: ItemTaxes) -> bool:
    rule = taxes.rule
    expected = (
        (taxes.icms, taxes.icms_base, rule.icms_rate),
        (taxes.pis, taxes.pis_base, rule.pis_rate),
        (taxes.cofins, taxes.cofins_base, rule.cofins_rate),
        (taxes.fcp, taxes.difal_base, rule.fcp_rate),
        (taxes.ibs_uf, taxes.ibs_cbs_base, rule.ibs_uf_rate),
        (taxes.ibs_mun, taxes.ibs_cbs_base, rule.ibs_mun_rate),
        (taxes.cbs, taxes.ibs_cbs_base, rule.cbs_rate),
        (taxes.burden, base.net, rule.burden_rate),
    )
    return all(due == half_up(Fraction(of.cents) * Fraction(rate) / 100) for due, of, rate in expected)


def test_ten_thousand_sales_add_up_and_every_tax_is_rounded_right() -> None:
    chance = random.Random(20261123)
    rules = {
        SIMPLES: (a_rule(), False),
        NORMAL: (a_rule(regime=NORMAL, interstate=True, ibs_mun_rate=Decimal("0.05")), True),
    }
    reduced = 0
    for number in range(SALES):
        sale = made_up(chance)
        bases = document_bases(sale.lines, sale.amounts, ships=sale.ships)
        total = sum((base.net for base in bases), ZERO)
        assert total == sale.amounts.total
        regime = NORMAL if number % 2 else SIMPLES
        rule, beyond = rules[regime]
        for line, base in zip(sale.lines, bases, strict=True):
            assert base.goods == line.gross
            assert line.discount <= base.discount <= line.gross
            assert base.freight >= ZERO
            assert base.other >= ZERO
            assert sale.ships or not base.freight
            taxes = reckon(rule, base, regime=regime, origin=0, cest="", interstate_final=beyond)
            assert rounded_right(base, taxes)
            told = taxes.pis + taxes.cofins + taxes.icms + taxes.difal + taxes.fcp
            if regime is NORMAL:
                assert taxes.ibs_cbs_base == base.net - told
                reduced += 1
        check_payments(sale.payments, sale.amounts.total)
        handed = sum((part.tendered or part.amount for part in sale.payments), ZERO)
        assert handed - sum((part.change for part in sale.payments), ZERO) == total
    assert reduced > SALES  # the normal regime was really among them


def test_a_discount_falls_on_the_lines_by_what_they_cost() -> None:
    lines = [LineAmounts(gross=Money(3333)), LineAmounts(gross=Money(3333)), LineAmounts(gross=Money(3334))]
    bases = spread(lines, discount=Money(1000), freight=Money(100), other=Money(1))
    assert [base.discount for base in bases] == [Money(333), Money(333), Money(334)]
    assert [base.freight for base in bases] == [Money(33), Money(33), Money(34)]
    assert [base.other for base in bases] == [ZERO, ZERO, Money(1)]


def test_a_line_never_gets_more_discount_than_it_costs() -> None:
    lines = [
        LineAmounts(gross=Money(1)),
        LineAmounts(gross=ZERO),
        LineAmounts(gross=Money(2), discount=Money(1)),
    ]
    bases = spread(lines, discount=Money(2), freight=ZERO, other=ZERO)
    assert [base.net for base in bases] == [ZERO, ZERO, ZERO]


def test_freight_of_gifts_falls_on_the_first() -> None:
    bases = spread([LineAmounts(gross=ZERO)] * 2, discount=ZERO, freight=Money(1500), other=ZERO)
    assert [base.freight for base in bases] == [Money(1500), ZERO]


def test_freight_is_another_charge_when_nothing_travels() -> None:
    lines = [LineAmounts(gross=Money(5000))]
    amounts = SaleAmounts(goods=Money(5000), shipping=Money(700))
    (counter,) = document_bases(lines, amounts, ships=False)
    assert (counter.freight, counter.other) == (ZERO, Money(700))
    (shipped,) = document_bases(lines, amounts, ships=True)
    assert (shipped.freight, shipped.other) == (Money(700), ZERO)


def test_an_accepted_divergence_is_a_charge_or_a_discount() -> None:
    lines = [LineAmounts(gross=Money(5000))]
    (more,) = document_bases(lines, SaleAmounts(goods=Money(5000), adjustment=Money(30)), ships=True)
    assert (more.other, more.discount) == (Money(30), ZERO)
    (less,) = document_bases(lines, SaleAmounts(goods=Money(5000), adjustment=Money(-30)), ships=True)
    assert (less.other, less.discount) == (ZERO, Money(30))


def test_what_is_taken_off_beyond_the_goods_comes_off_charges_and_then_freight() -> None:
    lines = [LineAmounts(gross=Money(1000))]
    amounts = SaleAmounts(
        goods=Money(1000), shipping=Money(800), surcharge=Money(100), adjustment=Money(-1400)
    )
    (base,) = document_bases(lines, amounts, ships=True)
    assert (base.discount, base.other, base.freight) == (Money(1000), ZERO, Money(500))


def test_what_cannot_be_spread_is_refused() -> None:
    line = LineAmounts(gross=Money(1000))
    with pytest.raises(NothingSold):
        spread([], discount=ZERO, freight=ZERO, other=ZERO)
    for amounts in (
        {"discount": Money(1001), "freight": ZERO, "other": ZERO},
        {"discount": Money(-1), "freight": ZERO, "other": ZERO},
        {"discount": ZERO, "freight": Money(-1), "other": ZERO},
        {"discount": ZERO, "freight": ZERO, "other": Money(-1)},
    ):
        with pytest.raises(DiscountTooLarge):
            spread([line], **amounts)
    with pytest.raises(DiscountTooLarge):
        spread([LineAmounts(gross=Money(5), discount=Money(6))], discount=ZERO, freight=ZERO, other=ZERO)
    with pytest.raises(DiscountTooLarge):  # the sale speaks of other goods than the lines
        document_bases([line], SaleAmounts(goods=Money(900)), ships=False)
    with pytest.raises(DiscountTooLarge):  # nothing is left to take it off from
        document_bases([line], SaleAmounts(goods=Money(1000), adjustment=Money(-1500)), ships=False)
