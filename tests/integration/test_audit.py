"""Who did what, when and where, from what to what: each act leaves its exact line once, and no line can be altered unseen."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.books import HandClock
from tests.builders import (
    a_movement,
    a_token,
    an_access,
    empty_queue,
    keep,
    move,
    product_subject,
    store_info,
)
from tests.integration.test_counter import a_basket, pay
from tests.order_builders import (
    AWAITING,
    TO_SHIP,
    a_line,
    an_order,
    imported,
    learn_statuses,
    register,
    seen,
    take_in,
    till_at,
)
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.counter import (
    drop_basket,
    finish_basket,
    hold_basket,
    keep_basket,
    save_counter_rules,
)
from varejoforte_desktop.application.order_import import accept_divergence, dismiss_order, restore_order
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_sale import cancel_order, recall_cancellation
from varejoforte_desktop.application.people_questions import AuditRow, AuditSearch
from varejoforte_desktop.application.product_import import ImportRefused, apply_import
from varejoforte_desktop.application.product_sheet import SheetRow
from varejoforte_desktop.application.queue import ignore
from varejoforte_desktop.application.sale_ports import CounterRules, TillCount
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.shop_settings import (
    choose_lock_minutes,
    choose_sync_option,
    rename_shop,
)
from varejoforte_desktop.application.status_map import choose_order_rules, explain_statuses
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.stock_count import abandon_count, close_count, open_count, scan
from varejoforte_desktop.application.store import StoreAccess
from varejoforte_desktop.application.store_connection import connect_store
from varejoforte_desktop.application.till import close_till, move_cash, open_till
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import (
    ChangedMeanwhile,
    DifferenceUnexplained,
    DiscountNeedsApproval,
    DomainError,
    InsufficientStock,
    Missing,
    NotAllowed,
    SaleAlreadyCancelled,
    TillAlreadyOpen,
    TillShort,
    WrongScalePrefix,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import StatusMeaning
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import DiscountLimits, PaymentMethod
from varejoforte_desktop.domain.scale_code import ScalePrefix, ScaleValue
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind
from varejoforte_desktop.persistence.database import Database

Facts = dict[str, Any] | None
Line = tuple[AuditAction, str, str, Facts, Facts]


@dataclass
class Log:
    """The audit log as the owner reads it, from where it was read last."""

    database: Database
    owner: Actor
    read: int = 0

    def rows(self, **search: Any) -> list[AuditRow]:
        """Oldest first."""
        found = self.database.read_now(
            lambda r: r.audit.rows(AuditSearch(**search), by=self.owner, limit=100_000)
        )
        return found[::-1]

    def new(self) -> list[Line]:
        """(act, about what, who, before, after) of the lines since the last time."""
        fresh = [row for row in self.rows() if row.id > self.read]
        self.read = max((row.id for row in fresh), default=self.read)
        return [
            (AuditAction(row.action), row.subject, row.operator, facts(row.before), facts(row.after))
            for row in fresh
        ]

    def problems(self) -> tuple[str, ...]:
        """What `db check` says of the log."""
        return tuple(
            each for each in self.database.read_now(lambda r: r.check()).problems if each.startswith("audit_")
        )


def facts(text: str) -> Facts:
    return json.loads(text) if text else None


@pytest.fixture
def log(database: Database, administrador: Actor) -> Log:
    """From now on."""
    made = Log(database, administrador)
    made.new()
    return made


@pytest.fixture
def pan(database: Database, gerente: Actor, log: Log) -> Product:
    """Ten pans at R$ 50,00 that cost R$ 20,00."""
    kept = keep(database, by=gerente, on_hand=10, reference="PAN-1", price=Money(5000), cost=Money(2000))
    empty_queue(database)
    assert log.new() == []  # a first price and goods that arrive are no changes
    return kept


# -- prices -------------------------------------------------------------------------------------------------------


def test_a_price_says_what_it_was_and_what_it_is(
    database: Database, pan: Product, gerente: Actor, operador: Actor, log: Log
) -> None:
    promotion = replace(
        pan,
        name="Panela nova",
        price=Money(123456),
        promotional_price=Money(4990),
        promotion_start=date(2026, 11, 20),
        promotion_end=date(2026, 11, 30),
    )
    kept = database.run_now(save_product, promotion, brand="", category="", by=gerente)
    assert log.new() == [
        (
            AuditAction.PRICE_CHANGED,
            "PAN-1",
            "Bruno Reis",
            {"price": "50.00", "promotional_price": "0.00", "promotion_start": "", "promotion_end": ""},
            {
                "price": "1234.56",
                "promotional_price": "49.90",
                "promotion_start": "2026-11-20",
                "promotion_end": "2026-11-30",
            },
        )
    ]
    database.run_now(save_product, replace(kept, name="Outro nome"), brand="X", category="", by=gerente)
    with pytest.raises(NotAllowed):
        database.run_now(save_product, replace(kept, cost=ZERO), brand="", category="", by=operador)
    with pytest.raises(DomainError):
        database.run_now(save_product, replace(kept, cost=Money(-1)), brand="", category="", by=gerente)
    assert log.new() == []


def test_a_spreadsheet_says_each_price_and_shelf_it_changes_once(
    database: Database, pan: Product, gerente: Actor, log: Log
) -> None:
    token = a_token()
    rows = sheet(("PAN-1", "49,90", "7"), ("PAN-2", "10,00", "3"))

    def take() -> None:
        database.run_now(apply_import, rows, source="lista.csv", token_prefix=token, by=gerente)

    take()
    assert log.new() == [
        (AuditAction.PRICE_CHANGED, "PAN-1", "Bruno Reis", {"price": "50.00"}, {"price": "49.90"}),
        (
            AuditAction.STOCK_ADJUSTED,
            "PAN-1",
            "Bruno Reis",
            {"on_hand": "10.000"},
            {"on_hand": "7.000", "kind": "adjustment", "reason": "Importação de planilha lista.csv"},
        ),
    ]
    take()
    refused = sheet(("PAN-1", "1,00", "1"), ("PAN-3", "1,2,3", "1"))
    with pytest.raises(ImportRefused):
        database.run_now(apply_import, refused, source="x.csv", token_prefix=a_token(), by=gerente)
    assert log.new() == []


def sheet(*lines: tuple[str, str, str]) -> list[SheetRow]:
    names = ("referencia", "nome", "preco", "estoque")
    return [
        SheetRow(number=place, cells=dict(zip(names, (ref, f"Produto {ref}", price, stock), strict=True)))
        for place, (ref, price, stock) in enumerate(lines, 2)
    ]


def test_ten_thousand_prices_of_a_spreadsheet_are_noted_in_bulk(
    database: Database, gerente: Actor, administrador: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    def take(price: str) -> float:
        rows = [
            SheetRow(number=n, cells={"referencia": f"P-{n}", "nome": f"Produto {n}", "preco": price})
            for n in range(2, 10_002)
        ]
        began = time.perf_counter()
        database.run_now(apply_import, rows, source="x", token_prefix=a_token(), by=gerente)
        return time.perf_counter() - began

    new, changed = take("10,00"), take("11,00")
    log = Log(database, administrador)
    assert len(log.rows(actions=(AuditAction.PRICE_CHANGED,))) == 10_000
    assert log.problems() == ()
    with capsys.disabled():
        print(
            f"\n{database.url[:8]}: 10 000 new {new:.1f} s, 10 000 prices changed and noted {changed:.1f} s"
        )


# -- stock --------------------------------------------------------------------------------------------------------


def test_an_adjustment_by_hand_is_noted_once_and_goods_with_papers_are_not(
    database: Database, pan: Product, gerente: Actor, log: Log
) -> None:
    token = a_token()
    lost = a_movement(pan.id, MovementKind.LOSS, 3, reason="Quebrou", document="NF 7")
    for _ in range(2):
        database.run_now(move_stock, lost, token=token, by=gerente)
    assert log.new() == [
        (
            AuditAction.STOCK_ADJUSTED,
            "PAN-1",
            "Bruno Reis",
            {"on_hand": "10.000"},
            {"on_hand": "7.000", "kind": "loss", "reason": "Quebrou", "document": "NF 7"},
        )
    ]
    move(database, pan, MovementKind.ENTRY, 5, by=gerente)
    move(database, pan, MovementKind.EXIT, 1, by=gerente)
    move(database, pan, MovementKind.ADJUSTMENT, 11, by=gerente)  # as many as the books say
    with pytest.raises(InsufficientStock):
        move(database, pan, MovementKind.OWN_USE, 99, by=gerente)
    assert log.new() == []


def test_a_closed_count_says_what_it_came_to(
    database: Database, pan: Product, gerente: Actor, log: Log
) -> None:
    count_id = database.run_now(open_count, "Março", by=gerente)
    database.run_now(scan, pan.id, Decimal(8), by=gerente)
    token = a_token()
    for _ in range(2):
        database.run_now(close_count, by=gerente, token=token, count_id=count_id)
    assert log.new() == [
        (
            AuditAction.COUNT_CLOSED,
            "Março",
            "Bruno Reis",
            None,
            {"products": 1, "corrected": 1, "zeroed": 0, "cost": "-40.00"},
        )
    ]
    database.run_now(open_count, "Abril", by=gerente)
    database.run_now(abandon_count, by=gerente)
    assert log.new() == []


# -- the till -----------------------------------------------------------------------------------------------------


def test_a_till_from_opening_to_closing(
    database: Database, operador: Actor, gerente: Actor, log: Log
) -> None:
    till = database.run_now(open_till, opening_float=Money(10_000), by=operador)
    with pytest.raises(TillAlreadyOpen):
        database.run_now(open_till, opening_float=ZERO, by=operador)
    cash_move(database, CashMovementKind.SUPPLY, 5_000, operador)
    token = a_token()
    for _ in range(2):
        cash_move(database, CashMovementKind.WITHDRAWAL, 3_050, operador, token=token, approved_by=gerente)
    with pytest.raises(TillShort):
        cash_move(database, CashMovementKind.WITHDRAWAL, 99_999, operador)
    assert log.new() == [
        (AuditAction.TILL_OPENED, "Balcão", "Ana Lima", None, {"till": till, "opening_float": "100.00"}),
        (
            AuditAction.TILL_SUPPLIED,
            "Balcão",
            "Ana Lima",
            {"cash": "100.00"},
            {"cash": "150.00", "amount": "50.00", "reason": "Troco", "till": till},
        ),
        (
            AuditAction.TILL_WITHDRAWN,
            "Balcão",
            "Ana Lima",
            {"cash": "150.00"},
            {
                "cash": "119.50",
                "amount": "30.50",
                "reason": "Troco",
                "till": till,
                "approved_by": "Bruno Reis",
            },
        ),
    ]
    count = TillCount(cash=Money(11_000), pieces={}, methods={PaymentMethod.PIX: Money(500)})
    with pytest.raises(DifferenceUnexplained):
        database.run_now(close_till, count, by=operador)
    database.run_now(close_till, replace(count, note="Troco errado"), by=operador)
    again = database.run_now(open_till, opening_float=ZERO, by=operador, approved_by=gerente)
    assert log.new() == [
        (
            AuditAction.TILL_CLOSED,
            "Balcão",
            "Ana Lima",
            {"cash": "119.50", "pix": "0.00"},
            {"cash": "110.00", "pix": "5.00", "difference": "-9.50", "till": till, "note": "Troco errado"},
        ),
        (
            AuditAction.TILL_OPENED,
            "Balcão",
            "Ana Lima",
            None,
            {"till": again, "opening_float": "0.00", "approved_by": "Bruno Reis"},
        ),
    ]


def cash_move(
    database: Database,
    kind: CashMovementKind,
    cents: int,
    by: Actor,
    *,
    token: str = "",
    approved_by: Actor | None = None,
) -> None:
    draft = CashDraft(kind=kind, amount=Money(cents), reason="Troco")
    database.run_now(move_cash, draft, token=token or a_token(), by=by, approved_by=approved_by)


# -- sales --------------------------------------------------------------------------------------------------------


def test_a_discount_says_how_much_and_who_allowed_it(
    database: Database, pan: Product, operador: Actor, gerente: Actor, log: Log
) -> None:
    till_at(database, operador)
    log.new()
    small = pay(replace(a_basket(pan), discount=Money(250)))
    for _ in range(2):
        database.run_now(finish_basket, small, by=operador)
    large = pay(replace(a_basket(pan), discount=Money(333)))
    with pytest.raises(DiscountNeedsApproval):
        database.run_now(finish_basket, large, by=operador)
    database.run_now(finish_basket, replace(large, approved_by=gerente.operator_id), by=operador)
    database.run_now(finish_basket, pay(a_basket(pan)), by=operador)
    assert log.new() == [
        (
            AuditAction.SALE_DISCOUNTED,
            "Balcão-1",
            "Ana Lima",
            {"total": "50.00"},
            {"total": "47.50", "discount": "2.50", "percent": "5.00"},
        ),
        (
            AuditAction.SALE_DISCOUNTED,
            "Balcão-2",
            "Ana Lima",
            {"total": "50.00"},
            {"total": "46.67", "discount": "3.33", "percent": "6.66", "approved_by": "Bruno Reis"},
        ),
    ]


def test_an_item_that_took_a_supervisor_to_cancel_is_noted_once(
    database: Database, pan: Product, operador: Actor, gerente: Actor, log: Log
) -> None:
    till_at(database, operador)
    basket = a_basket(pan, pan)
    struck = replace(basket, lines=(replace(basket.lines[0], cancelled=True), basket.lines[1]))
    database.run_now(keep_basket, basket, by=operador)
    log.new()
    database.run_now(keep_basket, struck, by=operador)  # nobody has to be asked in this shop yet
    assert log.new() == []
    rules = CounterRules(cancel_item_supervised=True)
    database.run_now(save_counter_rules, rules, [], by=log.owner)
    log.new()
    basket = a_basket(pan, pan)
    struck = replace(basket, lines=(replace(basket.lines[0], cancelled=True), basket.lines[1]))
    database.run_now(keep_basket, basket, by=operador)
    for _ in range(2):
        database.run_now(keep_basket, struck, by=operador, approved_by=gerente)
    database.run_now(keep_basket, replace(struck, buyer_name="Marina"), by=operador)
    gone = {"quantity": "0.000", "total": "0.00"}
    was = {"quantity": "1.000", "price": "50.00", "total": "50.00"}
    assert log.new() == [
        (
            AuditAction.SALE_ITEM_CANCELLED,
            "PAN-1",
            "Ana Lima",
            was,
            {**gone, "approved_by": "Bruno Reis"},
        )
    ]
    both = replace(struck, lines=tuple(replace(line, cancelled=True) for line in struck.lines))
    database.run_now(hold_basket, both, label="Marina", by=operador)
    assert log.new() == [(AuditAction.SALE_ITEM_CANCELLED, "PAN-1", "Ana Lima", was, gone)]
    open_sale = a_basket(pan, pan)
    database.run_now(keep_basket, open_sale, by=operador)
    for _ in range(2):
        database.run_now(drop_basket, open_sale.token, by=operador, approved_by=gerente)
    assert log.new() == [
        (
            AuditAction.SALE_ITEM_CANCELLED,
            "Balcão",
            "Ana Lima",
            {"items": 2, "total": "100.00"},
            {"items": 0, "total": "0.00", "approved_by": "Bruno Reis"},
        )
    ]


def test_an_item_struck_out_at_the_last_moment_is_noted_with_the_sale(
    database: Database, pan: Product, operador: Actor, administrador: Actor, log: Log
) -> None:
    """The newest state of a sale may reach the books only when it is paid."""
    till_at(database, operador)
    database.run_now(save_counter_rules, CounterRules(cancel_item_supervised=True), [], by=administrador)
    basket = a_basket(pan, pan)
    database.run_now(keep_basket, basket, by=operador)
    log.new()
    struck = replace(basket, lines=(replace(basket.lines[0], cancelled=True), basket.lines[1]))
    for _ in range(2):
        database.run_now(finish_basket, pay(struck), by=operador)
    assert [line[:3] for line in log.new()] == [(AuditAction.SALE_ITEM_CANCELLED, "PAN-1", "Ana Lima")]


def test_a_cancelled_sale_says_who_allowed_it(
    database: Database, pan: Product, operador: Actor, gerente: Actor, log: Log
) -> None:
    till_at(database, operador)
    sold = database.run_now(finish_basket, pay(a_basket(pan)), by=operador)
    log.new()
    with pytest.raises(NotAllowed):
        database.run_now(cancel_sale, sold.sale_id, reason="Troca", by=operador)
    database.run_now(cancel_sale, sold.sale_id, reason=" Troca ", by=operador, approved_by=gerente)
    with pytest.raises(SaleAlreadyCancelled):
        database.run_now(cancel_sale, sold.sale_id, reason="Troca", by=gerente)
    assert log.new() == [
        (
            AuditAction.SALE_CANCELLED,
            "Balcão-1",
            "Ana Lima",
            {"state": "completed", "total": "50.00"},
            {"state": "cancelled", "total": "0.00", "reason": "Troca", "approved_by": "Bruno Reis"},
        )
    ]


# -- orders -------------------------------------------------------------------------------------------------------


@pytest.fixture
def statuses(database: Database, administrador: Actor, log: Log) -> None:
    """The store's statuses, explained."""
    learn_statuses(database, administrador)
    log.new()


@pytest.mark.usefixtures("statuses")
def test_an_accepted_divergence_and_change_are_noted_for_that_very_content(
    database: Database, pan: Product, gerente: Actor, operador: Actor, log: Log
) -> None:
    order = an_order(a_line(pan), sums={"total": Money(7000)})
    order_id = imported(database, order, operador)
    assert log.new() == []
    with pytest.raises(Missing):
        database.run_now(accept_divergence, order_id, reason=" ", by=gerente)
    for _ in range(2):
        database.run_now(accept_divergence, order_id, reason="Cupom por fora", by=gerente)
    assert log.new() == [
        (
            AuditAction.ORDER_ACCEPTED,
            order.remote_id,
            "Bruno Reis",
            {"total": "74.10"},
            {"total": "70.00", "accepted": "divergence", "reason": "Cupom por fora"},
        )
    ]
    seen(database, replace(order, amounts=replace(order.amounts, total=Money(7410))), "mudou")
    for _ in range(2):
        take_in(database, [order_id], operador)
    assert log.new() == [
        (
            AuditAction.ORDER_ACCEPTED,
            order.remote_id,
            "Ana Lima",
            {"total": "70.00"},
            {"total": "74.10", "accepted": "change"},
        )
    ]


@pytest.mark.usefixtures("statuses")
def test_an_order_left_aside_brought_back_and_cancelled(
    database: Database, pan: Product, gerente: Actor, operador: Actor, log: Log
) -> None:
    order = an_order(a_line(pan))
    order_id = imported(database, order, operador)
    with pytest.raises(NotAllowed):
        database.run_now(dismiss_order, order_id, reason="Repetido", by=operador)
    database.run_now(dismiss_order, order_id, reason="Repetido", by=gerente)
    database.run_now(restore_order, order_id, by=operador)
    for _ in range(2):
        database.run_now(cancel_order, order_id, reason="Sem peça", by=gerente)
    for _ in range(2):
        database.run_now(recall_cancellation, order_id, by=gerente)
    number = order.remote_id
    assert log.new() == [
        (
            AuditAction.ORDER_DISMISSED,
            number,
            "Bruno Reis",
            {"stage": "imported"},
            {"stage": "dismissed", "reason": "Repetido"},
        ),
        (AuditAction.ORDER_RESTORED, number, "Ana Lima", {"stage": "dismissed"}, {"stage": "seen"}),
        (
            AuditAction.ORDER_CANCELLED,
            number,
            "Bruno Reis",
            {"cancel_wanted": False},
            {"cancel_wanted": True, "reason": "Sem peça"},
        ),
        (
            AuditAction.ORDER_RECALLED,
            number,
            "Bruno Reis",
            {"cancel_wanted": True},
            {"cancel_wanted": False},
        ),
    ]


@pytest.mark.usefixtures("statuses")
def test_an_order_sold_unpaid_and_unread_says_who_let_it_pass(
    database: Database, pan: Product, gerente: Actor, operador: Actor, log: Log
) -> None:
    unpaid = an_order(a_line(pan), status=AWAITING, paid=False)
    order_id = imported(database, unpaid, operador)
    with pytest.raises(NotAllowed):
        register(database, order_id, operador, unpaid=True, checked=False)
    assert log.new() == []
    sold = database.run_now(register_unpaid(order_id), by=operador, approved_by=gerente)
    assert log.new() == [
        (
            AuditAction.ORDER_ACCEPTED,
            unpaid.remote_id,
            "Ana Lima",
            None,
            {"accepted": "unchecked unpaid", "sale": sold.number, "approved_by": "Bruno Reis"},
        )
    ]
    plain = imported(database, an_order(a_line(pan)), operador)
    register(database, plain, operador)
    assert log.new() == []


def register_unpaid(order_id: int) -> Callable[..., Any]:
    from tests.order_builders import a_registration
    from varejoforte_desktop.application.order_sale import register_order

    return lambda uow, **people: register_order(
        uow, a_registration(order_id, unpaid=True, checked=False), **people
    )


# -- the queue, settings, the store ------------------------------------------------------------------------------


def test_what_is_thrown_out_of_the_queue_is_named(
    database: Database, pan: Product, gerente: Actor, operador: Actor, log: Log
) -> None:
    other = database.run_now(
        save_product, replace(pan, id=0, version=0, reference="PAN-2"), brand="Fervalto", category="Cozinha", by=gerente
    )  # fmt: skip
    rows = database.read_now(lambda r: r.queue_rows())
    assert {row.subject.id for row in rows if row.subject == product_subject(other)} == {other.id}
    ids = [row.id for row in rows]
    with pytest.raises(NotAllowed):
        database.run_now(ignore, ids, by=operador)
    for _ in range(2):
        database.run_now(ignore, ids, by=gerente)
    assert sorted(log.new(), key=lambda line: line[1]) == [
        (AuditAction.QUEUE_IGNORED, "Cozinha", "Bruno Reis", {"what": "category"}, None),
        (AuditAction.QUEUE_IGNORED, "Fervalto", "Bruno Reis", {"what": "brand"}, None),
        (AuditAction.QUEUE_IGNORED, "PAN-2", "Bruno Reis", {"what": "product"}, None),
    ]


def test_settings_say_only_what_is_different(
    database: Database, administrador: Actor, gerente: Actor, log: Log
) -> None:
    by = administrador
    changed = AuditAction.SETTINGS_CHANGED
    with pytest.raises(NotAllowed):
        database.run_now(rename_shop, "Outra", by=gerente)
    for _ in range(2):
        database.run_now(rename_shop, " Casa Nova ", by=by)
        database.run_now(choose_sync_option, SyncOption.COMMERCIAL, by=by)
        database.run_now(choose_lock_minutes, 5, by=by)
    assert log.new() == [
        (changed, "shop", by.name, {"shop_name": "Casa das Panelas"}, {"shop_name": "Casa Nova"}),
        (changed, "shop", by.name, {"sync_option": "full"}, {"sync_option": "commercial"}),
        (changed, "shop", by.name, {"lock_minutes": 10}, {"lock_minutes": 5}),
    ]
    rules = CounterRules(discounts=DiscountLimits(operador=525), blind_closing=True, tolerance=Money(200))
    label = ScalePrefix(prefix="21", value=ScaleValue.WEIGHT, code_digits=5, value_digits=5)
    for _ in range(2):
        database.run_now(save_counter_rules, rules, [label], by=by)
    with pytest.raises(WrongScalePrefix):
        database.run_now(save_counter_rules, CounterRules(), [replace(label, prefix="9")], by=by)
    database.run_now(save_counter_rules, rules, [], by=by)
    assert log.new() == [
        (
            changed,
            "counter",
            by.name,
            {"discount_operador": "5.00", "blind_closing": False, "tolerance": "0.00"},
            {"discount_operador": "5.25", "blind_closing": True, "tolerance": "2.00"},
        ),
        (changed, "scale_labels", by.name, {}, {"prefix 21": "weight 5+5"}),
        (changed, "scale_labels", by.name, {"prefix 21": "weight 5+5"}, {}),
    ]


def test_the_meaning_of_statuses_and_the_rules_of_orders(
    database: Database, administrador: Actor, log: Log
) -> None:
    database.run_now(lambda uow: uow.statuses.keep([TO_SHIP, AWAITING]))
    meanings = {TO_SHIP.status_id: StatusMeaning.TO_SHIP, AWAITING.status_id: None}
    for _ in range(2):
        database.run_now(explain_statuses, meanings, by=administrador)
        database.run_now(choose_order_rules, OrderRules(alarm_minutes=-5), by=administrador)
    with pytest.raises(DomainError):
        database.run_now(explain_statuses, {"777": StatusMeaning.SHIPPED}, by=administrador)
    changed, name = AuditAction.SETTINGS_CHANGED, administrador.name
    assert log.new() == [
        (changed, "statuses", name, {"status 14": ""}, {"status 14": "to_ship"}),
        (changed, "orders", name, {"alarm_minutes": 60}, {"alarm_minutes": 0}),
    ]


def test_a_connection_is_noted_without_its_secrets(
    database: Database, administrador: Actor, gerente: Actor, clock: HandClock, log: Log
) -> None:
    access = an_access(clock.now)

    def connect(what: StoreAccess, by: Actor, **info: str) -> None:
        database.run_now(connect_store, what, store_info(**info), "canario-selado", key_version=1, by=by)

    with pytest.raises(NotAllowed):
        connect(access, gerente)
    with pytest.raises(ChangedMeanwhile):
        database.run_now(connect_store, access, store_info(), "x", key_version=2, by=administrador)
    connect(access, administrador)
    other = an_access(clock.now, store_id="2", api_address="https://outra.example/web_api")
    connect(other, administrador, name="Outra")
    first = {
        "store_id": "391250",
        "store_name": "Casa das Panelas Online",
        "cnpj": "…0181",
        "api_address": "https://casadaspanelas.example/web_api",
        "state": "connected",
    }
    second = first | {"store_id": "2", "store_name": "Outra", "api_address": "https://outra.example/web_api"}
    assert log.new() == [
        (AuditAction.STORE_CONNECTED, "Casa das Panelas Online", "Carla Souza", None, first),
        (AuditAction.STORE_CONNECTED, "Outra", "Carla Souza", first, second),
    ]
    whole = "".join(str(row) for row in log.rows())
    assert "canario" not in whole
    assert "11222333000181" not in whole


# -- reading it ---------------------------------------------------------------------------------------------------


def test_only_whoever_may_reads_it_and_finds_lines_by_each_side(
    database: Database, pan: Product, gerente: Actor, clock: HandClock, log: Log
) -> None:
    porta = replace(gerente, station="Porta")
    move(database, pan, MovementKind.LOSS, 1, by=gerente)
    clock.forward(hours=2)
    database.run_now(save_product, replace(pan, price=Money(4711)), brand="", category="", by=porta)
    mine = [AuditAction.STOCK_ADJUSTED, AuditAction.PRICE_CHANGED]

    def found(**search: Any) -> list[str]:
        return [row.action for row in log.rows(**{"actions": mine} | search)]

    assert found() == ["stock.adjusted", "price.changed"]
    assert found(station="Porta") == ["price.changed"]
    assert found(operator="Bruno Reis", text="47.11") == ["price.changed"]
    assert found(text="pan-1", until=clock.now) == ["stock.adjusted"]
    assert found(since=clock.now) == ["price.changed"]
    assert found(operator="Ana Lima") == []
    assert found(text="100%") == []
    names = database.read_now(lambda r: r.audit.operators(by=log.owner))
    assert names == ["Bruno Reis", "Carla Souza"]
    assert database.read_now(lambda r: r.audit.stations(by=log.owner)) == ["Balcão", "Porta"]
    older = database.read_now(
        lambda r: r.audit.rows(AuditSearch(), by=log.owner, before_id=log.rows()[-1].id, limit=1)
    )
    assert [row.action for row in older] == ["stock.adjusted"]
    questions: list[Callable[[Any], Any]] = [
        lambda r: r.audit.rows(AuditSearch(), by=gerente),
        lambda r: r.audit.operators(by=gerente),
        lambda r: r.audit.stations(by=replace(gerente, granted=frozenset(Permission))),
    ]
    for question in questions:
        with pytest.raises(NotAllowed):
            database.read_now(question)
