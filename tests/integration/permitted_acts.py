"""Everything a person can do at the shop, each act with the permission behind it and all that it takes to work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from tests.books import NOON
from tests.builders import a_movement, a_product, a_token, an_access, keep, product_subject, queue, store_info
from tests.integration.fiscal_acts import fiscal_acts
from tests.integration.test_counter import a_basket, pay, sell
from tests.order_builders import a_line, a_registration, an_order, imported, learn_statuses, seen, till_at
from varejoforte_desktop.application import backups, counter, order_import, stock_count
from varejoforte_desktop.application import queue as queue_desk
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.delivery import take_lead
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_sale import cancel_order, recall_cancellation, register_order
from varejoforte_desktop.application.people import (
    add_operator,
    change_operator,
    give_password,
    release_login,
)
from varejoforte_desktop.application.people_ports import BackupPlan, StationRecord
from varejoforte_desktop.application.product_import import apply_import
from varejoforte_desktop.application.product_sheet import SheetRow
from varejoforte_desktop.application.recheck import recheck
from varejoforte_desktop.application.sale_ports import CounterRules, CountLine, TillCount
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.shop_settings import choose_lock_minutes, choose_sync_option, rename_shop
from varejoforte_desktop.application.stations import remove_station
from varejoforte_desktop.application.status_map import choose_order_rules, explain_statuses
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.store_connection import connect_store
from varejoforte_desktop.application.till import check_till, close_till, move_cash, open_till
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind
from varejoforte_desktop.persistence.database import Database

P = Permission
_LEASE: Final = timedelta(seconds=20)


@dataclass(frozen=True)
class Given:
    """What an act is about; only somebody to do it is missing."""

    args: tuple[Any, ...]
    options: dict[str, Any]


def given(*args: Any, **options: Any) -> Given:
    """What an act is about."""
    return Given(args, options)


@dataclass
class Scene:
    """A founded shop in which an administrator (who may everything) prepares what an act needs."""

    database: Database
    owner: Actor

    def run(self, use_case: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Done by the administrator."""
        return self.database.run_now(use_case, *args, by=self.owner, **options)

    @cached_property
    def pan(self) -> Product:
        """A hundred pans."""
        return keep(self.database, by=self.owner, on_hand=100, price=Money(5000))

    @cached_property
    def till(self) -> int:
        """The open till of the counter."""
        return till_at(self.database, self.owner)

    @cached_property
    def order(self) -> int:
        """An order of the store that may become a sale."""
        learn_statuses(self.database, self.owner)
        return imported(self.database, an_order(a_line(self.pan)), self.owner)

    @cached_property
    def seen(self) -> int:
        """An order that nobody imported, of a thing nobody knows."""
        learn_statuses(self.database, self.owner)
        return seen(self.database, an_order(a_line(line_id="1", product_id="777")))

    @cached_property
    def count(self) -> CountLine:
        """A count of the shelves that has found a pan."""
        self.run(stock_count.open_count, "Março")
        line: CountLine = self.run(stock_count.scan, self.pan.id, Decimal(1))
        return line

    @cached_property
    def debts(self) -> list[int]:
        """What the store has still to hear."""
        assert self.pan.id  # a new product is owed to the store
        return [each.id for each in queue(self.database)]

    def with_till(self, *args: Any, **options: Any) -> Given:
        """An act at an open till."""
        assert self.till
        return given(*args, **options)

    def with_count(self, *args: Any, **options: Any) -> Given:
        """An act of a count that has begun."""
        assert self.count.product_id
        return given(*args, **options)

    def counted(self) -> TillCount:
        """A hundred reais in the drawer."""
        return TillCount(cash=Money(10_000), pieces={}, methods={})

    def id_of(self, login: str) -> int:
        """Somebody by the name at the door."""
        return next(
            each.id
            for each in self.database.read_now(lambda reader: reader.people.people())
            if each.login == login
        )


def _basket(scene: Scene, *, held: bool = False) -> Any:
    assert scene.till  # nothing is rung up without one
    basket = a_basket(scene.pan)
    scene.run(counter.keep_basket, basket)
    if held:
        scene.run(counter.hold_basket, basket, label="João")
    return basket


def _sale(scene: Scene) -> int:
    assert scene.till
    return sell(scene.database, scene.pan, by=scene.owner).sale_id


def _second_till(scene: Scene) -> Given:
    assert scene.till
    scene.run(close_till, scene.counted())
    return given(opening_float=Money(10_000))


def _with_depot(scene: Scene) -> str:
    def join(uow: Any) -> None:
        for name in ("Balcão", "Depósito"):
            at: dict[str, Any] = {"joined_at": uow.now, "seen_at": uow.now}
            key: dict[str, Any] = {"public_key": "p", "sealed_key": "s", "key_version": 1}
            uow.stations.save(StationRecord(name=name, version="1.0.0", **at, **key))

    scene.database.run_now(join)
    return "Depósito"


def _dismissed(scene: Scene) -> int:
    scene.run(order_import.dismiss_order, scene.seen, reason="Teste")
    return scene.seen


def _unwanted(scene: Scene) -> int:
    scene.run(cancel_order, scene.order, reason="Sem peça")
    return scene.order


def _divergent(scene: Scene) -> int:
    learn_statuses(scene.database, scene.owner)
    return imported(scene.database, an_order(a_line(scene.pan), sums={"total": Money(1)}), scene.owner)


def _moved(scene: Scene, kind: MovementKind) -> Given:
    return given(a_movement(scene.pan.id, kind, 5), token=a_token())


_SHEET: Final = (SheetRow(number=2, cells={"referencia": "TAC-1", "nome": "Taça", "preco": "12,00"}),)
_CASH: Final = CashDraft(kind=CashMovementKind.SUPPLY, amount=Money(1000), reason="Troco")
_ANA: Final = "ana"

#: The permission, and what it lets be done.
ACTS: Final[tuple[tuple[Permission, Callable[..., Any], Callable[[Scene], Given]], ...]] = (
    (P.SYNC, take_lead, lambda _: given(holder=a_token(), station="Balcão", operator="", lasting=_LEASE)),
    (P.EDIT_CATALOGUE, save_product, lambda _: given(a_product(), brand="", category="")),
    (P.EDIT_CATALOGUE, order_import.product_from_line, lambda s: given(s.seen, "1")),
    (P.IMPORT_CATALOGUE, apply_import, lambda _: given(_SHEET, source="lista.csv", token_prefix=a_token())),
    (P.MOVE_STOCK, move_stock, lambda s: _moved(s, MovementKind.ENTRY)),
    (P.MOVE_STOCK, stock_count.scan, lambda s: given(s.count.product_id, Decimal(2))),
    (P.ADJUST_STOCK, move_stock, lambda s: _moved(s, MovementKind.ADJUSTMENT)),
    (P.ADJUST_STOCK, stock_count.open_count, lambda _: given("Março")),
    (P.ADJUST_STOCK, stock_count.set_counted, lambda s: given(s.count.product_id, Decimal(7))),
    (P.ADJUST_STOCK, stock_count.put_back, lambda s: given(s.count)),
    (P.ADJUST_STOCK, stock_count.remove_line, lambda s: given(s.count.product_id)),
    (P.ADJUST_STOCK, stock_count.close_count, lambda s: s.with_count(token=a_token())),
    (P.ADJUST_STOCK, stock_count.abandon_count, lambda s: s.with_count()),
    (P.SELL, counter.keep_basket, lambda s: given(_basket(s))),
    (P.SELL, counter.hold_basket, lambda s: given(_basket(s), label="João")),
    (P.SELL, counter.recover_basket, lambda s: given(_basket(s, held=True).token)),
    (P.SELL, counter.finish_basket, lambda s: given(pay(_basket(s)))),
    (P.SELL, save_customer, lambda _: given(Customer(name="Marina Duarte"))),
    (P.CANCEL_ITEMS, counter.drop_basket, lambda s: given(_basket(s).token)),
    (P.CANCEL_SALES, cancel_sale, lambda s: given(_sale(s), reason="Desistiu")),
    (P.OPERATE_TILL, open_till, lambda _: given(opening_float=Money(10_000))),
    (P.OPERATE_TILL, move_cash, lambda s: s.with_till(_CASH, token=a_token())),
    (P.OPERATE_TILL, check_till, lambda s: s.with_till(s.counted())),
    (P.OPERATE_TILL, close_till, lambda s: s.with_till(s.counted())),
    (P.SUPERVISE_TILL, open_till, _second_till),
    (P.IMPORT_ORDERS, order_import.import_orders, lambda s: given([s.seen])),
    (P.IMPORT_ORDERS, order_import.link_line, lambda s: given(s.seen, "1", s.pan.id)),
    (P.IMPORT_ORDERS, order_import.restore_order, lambda s: given(_dismissed(s))),
    (P.REGISTER_ORDERS, register_order, lambda s: given(a_registration(s.order))),
    (P.RESOLVE_ORDERS, order_import.accept_divergence, lambda s: given(_divergent(s), reason="Combinado")),
    (P.RESOLVE_ORDERS, order_import.dismiss_order, lambda s: given(s.seen, reason="Teste")),
    (P.CANCEL_ORDERS, cancel_order, lambda s: given(s.order, reason="Sem peça")),
    (P.CANCEL_ORDERS, recall_cancellation, lambda s: given(_unwanted(s))),
    (P.MANAGE_QUEUE, queue_desk.retry, lambda s: given(s.debts)),
    (P.MANAGE_QUEUE, queue_desk.ignore, lambda s: given(s.debts)),
    (P.MANAGE_QUEUE, queue_desk.hold, lambda s: given(s.debts, held=True)),
    (P.MANAGE_QUEUE, queue_desk.link_to, lambda s: given(product_subject(s.pan), "88001")),
    (P.CONNECT_STORE, connect_store, lambda s: given(an_access(NOON), store_info(), "x", key_version=1)),
    (P.CHANGE_SETTINGS, choose_sync_option, lambda _: given(SyncOption.COMMERCIAL)),
    (P.CHANGE_SETTINGS, choose_lock_minutes, lambda _: given(15)),
    (P.CHANGE_SETTINGS, rename_shop, lambda _: given("Casa Nova")),
    (P.CHANGE_SETTINGS, counter.save_counter_rules, lambda _: given(CounterRules(), [])),
    (P.CHANGE_SETTINGS, explain_statuses, lambda _: given({})),
    (P.CHANGE_SETTINGS, choose_order_rules, lambda _: given(OrderRules(alarm_minutes=5))),
    (P.CHANGE_SETTINGS, backups.save_plan, lambda _: given(BackupPlan(every_hours=4))),
    (P.CHANGE_SETTINGS, backups.choose_key, lambda _: given(recipient="age1", identity="AGE-SECRET")),
    (P.CHANGE_SETTINGS, backups.may_plan, lambda _: given()),
    (
        P.CHANGE_SETTINGS,
        recheck,
        lambda _: given(None, {}),
    ),  # nothing was put back: there is nothing to compare
    (P.MAKE_BACKUPS, backups.copy_order, lambda _: given("Balcão")),
    (
        P.MANAGE_PEOPLE,
        add_operator,
        lambda _: given(login="d", name="D", role=Role.GERENTE, password_hash="h"),
    ),
    (P.MANAGE_PEOPLE, change_operator, lambda s: given(s.id_of(_ANA), name="Ana Maria")),
    (P.MANAGE_PEOPLE, give_password, lambda s: given(s.id_of(_ANA), password_hash="novo")),
    (P.MANAGE_PEOPLE, release_login, lambda s: given(s.id_of(_ANA))),
    (P.MANAGE_STATIONS, remove_station, lambda s: given(_with_depot(s))),
    *fiscal_acts(given),
)
