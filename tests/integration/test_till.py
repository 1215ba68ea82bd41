"""The till explains every cent: opened, fed, drained, counted and closed on both engines, whatever goes wrong."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import HandClock, OpenStation, Told, ask_sql, in_books
from tests.builders import a_token, empty_queue, keep
from tests.order_builders import AWAITING, CANCELLED, TO_SHIP, a_line, an_order, seen
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sale_ports import CounterRules, OpenTill, TillCount
from varejoforte_desktop.application.sale_questions import Pending, TillRow, TillSheet
from varejoforte_desktop.application.till import (
    ClosingReceipt,
    check_till,
    close_till,
    hides_expected,
    move_cash,
    open_till,
    open_till_of,
)
from varejoforte_desktop.domain.errors import (
    DifferenceUnexplained,
    DomainError,
    Missing,
    Negative,
    NoSuchRecord,
    NotAllowed,
    NotANumber,
    TillAlreadyOpen,
    TillClosed,
    TillShort,
    TooLong,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import (
    Basket,
    BasketLine,
    FiscalModel,
    Payment,
    PaymentMethod,
    Sale,
    SaleAmounts,
    SaleLine,
    SaleSource,
)
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind, TillTotals
from varejoforte_desktop.persistence.database import Database

CASH, PIX, CREDIT = PaymentMethod.CASH, PaymentMethod.PIX, PaymentMethod.CREDIT


def reais(text: str) -> Money:
    return Money.typed(text)


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """A pan to sell."""
    kept = keep(database, by=gerente, on_hand=1000, sell_online=False)
    empty_queue(database)
    return kept


@dataclass
class Counter:
    """A station of the shop with somebody at it."""

    database: Database
    by: Actor
    product_id: int = 0
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def open(self, opening_float: str = "150,00", approved_by: Actor | None = None) -> int:
        return self.database.run_now(
            open_till, opening_float=reais(opening_float), by=self.by, approved_by=approved_by
        )

    def move(
        self, kind: CashMovementKind, amount: str, *, token: str = "", approved_by: Actor | None = None
    ) -> OpenTill:
        draft = CashDraft(kind=kind, amount=reais(amount), reason="Troco")
        return self.database.run_now(
            move_cash, draft, token=token or a_token(), by=self.by, approved_by=approved_by
        )

    def supply(self, amount: str, **options: Any) -> OpenTill:
        return self.move(CashMovementKind.SUPPLY, amount, **options)

    def withdraw(self, amount: str, **options: Any) -> OpenTill:
        return self.move(CashMovementKind.WITHDRAWAL, amount, **options)

    def sell(self, *payments: Payment, fiscal: FiscalModel = FiscalModel.NONE) -> int:
        return self.database.run_now(self.selling(*payments, fiscal=fiscal))

    def selling(self, *payments: Payment, fiscal: FiscalModel = FiscalModel.NONE) -> Callable[[Any], int]:
        """A sale in one transaction, with the till held as the counter holds it."""

        def work(uow: UnitOfWork) -> int:
            till = open_till_of(uow, self.by.station)
            total = sum((payment.amount for payment in payments), ZERO)
            sale = Sale(
                token=a_token(),
                number=uow.sales.next_number(self.by.station),
                station=self.by.station,
                source=SaleSource.COUNTER,
                amounts=SaleAmounts(goods=total),
                lines=(
                    SaleLine(
                        product_id=self.product_id,
                        reference="PAN",
                        name="Panela",
                        unit="UN",
                        quantity=Decimal(1),
                        price=total,
                    ),
                ),
                payments=payments,
                fiscal=fiscal,
                till_id=till.id,
                operator_id=self.by.operator_id,
                at=uow.now,
            )
            sale_id = uow.sales.add(sale.checked(), [ZERO])
            assert sale_id is not None
            return sale_id

        return work

    def cancel(self, sale_id: int) -> None:
        """Give back what was paid, out of the till that is open here now."""

        def work(uow: UnitOfWork) -> None:
            till = open_till_of(uow, self.by.station)
            assert uow.sales.cancel(
                sale_id, by=self.by.operator_id, till_id=till.id, reason="Desistiu", at=uow.now
            )

        self.database.run_now(work)

    def check(self, cash: str, **facts: Any) -> Money:
        return self.database.run_now(check_till, a_count(cash, **facts), by=self.by)

    def close(self, cash: str, **facts: Any) -> ClosingReceipt:
        return self.database.run_now(close_till, a_count(cash, **facts), by=self.by)

    def now(self) -> TillSheet:
        sheet = self.database.read_now(lambda reader: reader.tills.open_till(self.by.station))
        assert sheet is not None, "the till is closed"
        return sheet

    def closed(self) -> bool:
        return self.database.read_now(lambda reader: reader.tills.open_till(self.by.station)) is None

    def pending(self) -> Pending:
        return self.database.read_now(lambda reader: reader.tills.pending(self.by.station))


def a_count(cash: str, **facts: Any) -> TillCount:
    return TillCount(**{"cash": reais(cash), "pieces": {}, "methods": {}} | facts)


def cash(amount: str, tendered: str = "0") -> Payment:
    return Payment(method=CASH, amount=reais(amount), tendered=reais(tendered))


def paid(method: PaymentMethod, amount: str) -> Payment:
    return Payment(method=method, amount=reais(amount))


def sheet_of(database: Database, till_id: int) -> TillSheet:
    return database.read_now(lambda reader: reader.tills.sheet(till_id))


def tills_of(database: Database) -> list[TillRow]:
    return database.read_now(lambda reader: reader.tills.tills())


def choose_rules(database: Database, **rules: Any) -> None:
    in_books(database, lambda uow: uow.counter.save_rules(CounterRules(**rules)))


@pytest.fixture
def counter(database: Database, operador: Actor, pan: Product) -> Counter:
    """Ana at her counter."""
    return Counter(database, operador, pan.id)


# --- opening ---------------------------------------------------------------------------------------------------------


def test_a_till_opens_with_its_change_money(counter: Counter, told: Told) -> None:
    told.take()
    till_id = counter.open("150,00")
    sheet = counter.now()
    assert (sheet.row.id, sheet.row.station, sheet.row.operator) == (till_id, "Balcão", "Ana Lima")
    assert (sheet.row.opening_float, sheet.row.closed_at, sheet.row.expected_cash) == (
        reais("150"),
        None,
        None,
    )
    assert sheet.totals == TillTotals(opening_float=reais("150"))
    assert (sheet.sales, sheet.cancelled, sheet.first_sale, sheet.last_sale) == (0, 0, "", "")
    assert told.take() == {Topic.TILL, Topic.AUDIT}


def test_a_till_may_open_empty_and_never_below_nothing(counter: Counter) -> None:
    with pytest.raises(Negative):
        counter.open("-0,01")
    assert counter.closed()
    counter.open("0")
    assert counter.now().totals.expected_cash == ZERO


def test_a_station_has_one_till_and_each_station_its_own(
    counter: Counter, database: Database, gerente: Actor
) -> None:
    counter.open()
    with pytest.raises(TillAlreadyOpen) as refused:
        counter.open()
    assert refused.value.station == "Balcão"
    other = Counter(database, replace(gerente, station="Caixa 2"))
    other.open("80,00")
    assert [row.station for row in tills_of(database)] == ["Caixa 2", "Balcão"]


def test_two_windows_that_open_at_once_open_one(counter: Counter, second_station: Database) -> None:
    windows = (counter, replace(counter, database=second_station))
    with ThreadPoolExecutor(2) as threads:
        tries = [threads.submit(window.open) for window in windows]
    errors = [each.exception() for each in tries]
    assert sorted(type(error).__name__ for error in errors) == ["NoneType", "TillAlreadyOpen"]
    assert len(tills_of(counter.database)) == 1


def test_nothing_moves_in_a_closed_till(counter: Counter) -> None:
    acts: tuple[Callable[[], object], ...] = (
        lambda: counter.supply("10"),
        lambda: counter.withdraw("10"),
        lambda: counter.check("10"),
        lambda: counter.close("10"),
        lambda: counter.sell(cash("10")),
    )
    for act in acts:
        with pytest.raises(TillClosed) as refused:
            act()
        assert refused.value.station == "Balcão"
    assert tills_of(counter.database) == []


def test_the_second_till_of_a_day_needs_a_supervisor(
    counter: Counter, gerente: Actor, operador: Actor, clock: HandClock
) -> None:
    counter.open()
    clock.forward(hours=2)
    counter.close("150")
    clock.forward(minutes=5)
    with pytest.raises(NotAllowed) as refused:
        counter.open()
    assert refused.value.permission == "till.supervise"
    with pytest.raises(NotAllowed):
        counter.open(approved_by=operador)
    assert counter.closed()
    counter.open("20", approved_by=gerente)
    counter.close("20")
    replace(counter, by=gerente).open("30")
    assert counter.now().row.operator == "Bruno Reis"


def test_the_next_day_begins_at_the_shops_midnight(counter: Counter, clock: HandClock) -> None:
    counter.open()
    counter.close("150")
    clock.forward(hours=11, minutes=59)  # 23:59 in São Paulo, 02:59 of the next day in Greenwich
    with pytest.raises(NotAllowed):
        counter.open()
    clock.forward(minutes=1)
    counter.open()


def test_a_till_of_another_station_does_not_count(
    counter: Counter, database: Database, operador: Actor
) -> None:
    counter.open()
    counter.close("150")
    Counter(database, replace(operador, station="Caixa 2")).open("10")


# --- money in and out ------------------------------------------------------------------------------------------------


def test_what_should_be_there_is_summed_from_all_that_happened(counter: Counter) -> None:
    counter.open("150,00")
    counter.sell(cash("80,00", tendered="100,00"))
    counter.sell(cash("20,00"), paid(PIX, "30,00"))
    counter.sell(paid(CREDIT, "200,00"))
    returned = counter.sell(cash("15,50"), paid(PIX, "4,50"))
    counter.cancel(returned)
    counter.supply("50,00")
    after = counter.withdraw("60,00")
    assert after.totals == TillTotals(
        opening_float=reais("150"),
        cash_sales=reais("115,50"),
        cash_refunds=reais("15,50"),
        supplies=reais("50"),
        withdrawals=reais("60"),
    )
    assert after.totals.expected_cash == reais("240")
    assert after.methods == {CASH: reais("100"), PIX: reais("30"), CREDIT: reais("200")}
    sheet = counter.now()
    assert (sheet.totals, sheet.methods) == (after.totals, after.methods)
    assert (sheet.sales, sheet.cancelled) == (4, 1)
    assert (sheet.first_sale, sheet.last_sale) == ("Balcão-1", "Balcão-4")
    assert [(row.kind.value, row.amount, row.reason, row.operator) for row in sheet.movements] == [
        ("supply", reais("50"), "Troco", "Ana Lima"),
        ("withdrawal", reais("60"), "Troco", "Ana Lima"),
    ]


def test_what_was_paid_in_the_store_never_was_in_the_till(counter: Counter) -> None:
    counter.open("10")
    counter.sell(paid(PaymentMethod.ONLINE, "99,00"))
    assert counter.now().methods == {}
    assert counter.now().totals.expected_cash == reais("10")


def test_a_refund_leaves_the_till_that_gives_it_back(
    counter: Counter, database: Database, gerente: Actor
) -> None:
    other = Counter(database, replace(gerente, station="Caixa 2"), counter.product_id)
    first = counter.open("100")
    sale = counter.sell(cash("40"))
    counter.close("140")
    second = other.open("100")
    other.cancel(sale)
    assert other.now().totals.expected_cash == reais("60")
    assert other.now().methods == {CASH: reais("-40")}
    assert (other.now().sales, other.now().cancelled) == (0, 1)
    before = sheet_of(database, first)
    assert (before.totals.expected_cash, before.row.expected_cash) == (reais("140"), reais("140"))
    assert sheet_of(database, second).row.closed_at is None


def test_no_more_is_taken_out_than_is_there(counter: Counter, told: Told) -> None:
    counter.open("100")
    counter.sell(cash("50"))
    told.take()
    with pytest.raises(TillShort) as refused:
        counter.withdraw("150,01")
    assert (refused.value.wanted, refused.value.there) == ("150.01", "150.00")
    assert counter.now().movements == ()
    assert told.take() == frozenset()
    assert counter.withdraw("150").totals.expected_cash == ZERO


def test_a_drawer_below_nothing_takes_a_supply(counter: Counter, database: Database, gerente: Actor) -> None:
    other = Counter(database, replace(gerente, station="Caixa 2"), counter.product_id)
    other.open("0")
    sale = other.sell(cash("40"))
    counter.open("0")
    counter.cancel(sale)
    assert counter.supply("30").totals.expected_cash == reais("-10")
    with pytest.raises(TillShort):
        counter.withdraw("0,01")


@pytest.mark.parametrize("kind", list(CashMovementKind))
def test_pressing_the_key_five_times_moves_once(counter: Counter, kind: CashMovementKind) -> None:
    counter.open("100")
    token = a_token()
    first = counter.move(kind, "100", token=token)
    for _ in range(4):
        assert counter.move(kind, "100", token=token).totals == first.totals
    assert len(counter.now().movements) == 1


def test_who_allowed_a_withdrawal_is_written_down(
    counter: Counter, gerente: Actor, operador: Actor, database: Database
) -> None:
    counter.open("100")
    with pytest.raises(NotAllowed):
        counter.withdraw("10", approved_by=operador)
    counter.withdraw("10", approved_by=gerente)
    assert ask_sql(database.url, "SELECT operator_id, approved_by FROM cash_movement") == [
        (operador.operator_id, gerente.operator_id)
    ]


@pytest.mark.parametrize(
    ("amount", "reason", "error", "wrong"),
    [
        ("0", "Troco", Missing, "amount"),
        ("-1", "Troco", Negative, "amount"),
        ("10", "   ", Missing, "reason"),
        ("10", "x" * 201, TooLong, "reason"),
    ],
)
def test_a_movement_that_cannot_be_written_is_refused(
    counter: Counter, amount: str, reason: str, error: type[DomainError], wrong: str
) -> None:
    counter.open("100")
    draft = CashDraft(kind=CashMovementKind.SUPPLY, amount=reais(amount), reason=reason)
    with pytest.raises(error) as refused:
        counter.database.run_now(move_cash, draft, token=a_token(), by=counter.by)
    assert refused.value.field == wrong
    assert counter.now().movements == ()


# --- counting and closing --------------------------------------------------------------------------------------------


def test_a_count_between_two_operators_is_written_and_closes_nothing(
    counter: Counter, database: Database, told: Told
) -> None:
    counter.open("100")
    counter.sell(cash("30"))
    told.take()
    assert counter.check("125", pieces={5000: 2, 2000: 1, 500: 1}, note=" troca de  turno ") == reais("-5")
    assert told.take() == {Topic.TILL}
    assert not counter.closed()
    assert ask_sql(database.url, "SELECT expected_cash, counted_cash, pieces, note FROM till_check") == [
        (13000, 12500, '{"2000": 1, "500": 1, "5000": 2}', "troca de turno")
    ]


def test_a_till_that_agrees_closes(counter: Counter, told: Told, clock: HandClock) -> None:
    till_id = counter.open("100")
    counter.sell(cash("30"), paid(PIX, "20"))
    told.take()
    clock.forward(hours=6)
    receipt = counter.close("0", pieces={10000: 1, 1000: 3}, methods={PIX: reais("20")})
    assert (receipt.till_id, receipt.expected, receipt.counted, receipt.difference) == (
        till_id,
        reais("130"),
        reais("130"),
        ZERO,
    )
    assert told.take() == {Topic.TILL, Topic.AUDIT}
    assert counter.closed()
    sheet = sheet_of(counter.database, till_id)
    assert (sheet.row.closed_at, sheet.row.closed_by) == (clock.now, "Ana Lima")
    assert (sheet.row.expected_cash, sheet.row.counted_cash) == (reais("130"), reais("130"))
    assert sheet.pieces == {10000: 1, 1000: 3}
    assert (sheet.methods, sheet.counted_methods) == (
        {CASH: reais("30"), PIX: reais("20")},
        {PIX: reais("20")},
    )


def test_closing_twice_is_refused_and_the_first_stays(counter: Counter) -> None:
    till_id = counter.open("100")
    counter.close("100")
    with pytest.raises(TillClosed):
        counter.close("90", note="de novo")
    assert sheet_of(counter.database, till_id).row.counted_cash == reais("100")
    with pytest.raises(TillClosed) as refused:
        in_books(
            counter.database,
            lambda uow: uow.tills.close(
                till_id, expected=ZERO, expected_methods={}, count=a_count("1"), closed_by=2, at=uow.now
            ),
        )
    assert refused.value.station == "Balcão"


@pytest.mark.parametrize(
    ("tolerance", "counted", "asked"),
    [
        ("0", "100,00", ""),
        ("0", "99,99", "-0.01"),
        ("0", "100,01", "0.01"),
        ("2", "98,00", ""),
        ("2", "102,00", ""),
        ("2", "97,99", "-2.01"),
        ("2", "102,01", "2.01"),
    ],
)
def test_a_difference_beyond_the_tolerance_needs_a_note(
    counter: Counter, *, tolerance: str, counted: str, asked: str
) -> None:
    choose_rules(counter.database, tolerance=reais(tolerance))
    till_id = counter.open("100")
    if asked:
        for note in ("", "   "):
            with pytest.raises(DifferenceUnexplained) as refused:
                counter.close(counted, note=note)
            assert refused.value.difference == asked
            assert not counter.closed()
        counter.close(counted, note="faltou troco")
        assert sheet_of(counter.database, till_id).row.note == "faltou troco"
    else:
        counter.close(counted)
    assert counter.closed()


def test_a_blind_closing_never_tells_whether_it_agrees(
    counter: Counter, gerente: Actor, operador: Actor
) -> None:
    """Asking for a note would tell: who may not see what should be there would count until nobody asks."""
    choose_rules(counter.database, blind_closing=True)
    rules = in_books(counter.database, lambda uow: uow.counter.rules())
    assert (hides_expected(rules, operador), hides_expected(rules, gerente)) == (True, False)
    till_id = counter.open("100")
    counter.close("60")
    assert sheet_of(counter.database, till_id).row.counted_cash == reais("60")
    supervised = replace(counter, by=gerente)
    supervised.open("100")
    with pytest.raises(DifferenceUnexplained):
        supervised.close("60")


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"pieces": {10000: -1}}, Negative),
        ({"pieces": {300: 1}}, NotANumber),
        ({"methods": {PIX: Money(-1)}}, Negative),
        ({"note": "x" * 201}, TooLong),
        ({"cash": "-0,01"}, Negative),
    ],
)
def test_a_count_that_makes_no_sense_is_refused(
    counter: Counter, facts: dict[str, Any], error: type[DomainError]
) -> None:
    counter.open("100")
    for act in (counter.check, counter.close):
        with pytest.raises(error):
            act(**{"cash": "100"} | facts)
    assert not counter.closed()
    assert ask_sql(counter.database.url, "SELECT count(*) FROM till_check") == [(0,)]


def test_a_till_nobody_knows(database: Database) -> None:
    with pytest.raises(NoSuchRecord):
        sheet_of(database, 404)


# --- what is pending -------------------------------------------------------------------------------------------------


def keep_basket(counter: Counter, *, held: bool, station: str = "Balcão", lines: int = 1) -> str:
    token = a_token()
    line = BasketLine(
        product_id=counter.product_id,
        reference="PAN",
        name="Panela",
        unit="UN",
        quantity=Decimal(2),
        price=reais("10"),
    )
    in_books(
        counter.database,
        lambda uow: uow.baskets.keep(
            Basket(token=token, lines=(line,) * lines),
            station=station,
            held=held,
            operator_id=2,
            at=uow.now,
        ),
    )
    return token


def leave_everything_pending(counter: Counter, clock: HandClock) -> None:
    """Two sales on hold, one open, an order nobody registered, a halted and a waiting line, a document owed."""
    keep_basket(counter, held=True)
    keep_basket(counter, held=True, station="Caixa 2")
    keep_basket(counter, held=False)
    database = counter.database
    for status, days in ((TO_SHIP, 3), (AWAITING, 1), (CANCELLED, 9)):
        seen(database, an_order(a_line(), status=status, placed_at=clock.now - timedelta(days=days)))
    subjects = [Subject(SubjectKind.PRODUCT, counter.product_id), Subject(SubjectKind.BRAND, 1)]
    in_books(database, lambda uow: uow.outbox.owe(subjects, {Aspect.STOCK}, uow.now))
    ask_sql(
        database.url, "UPDATE outbox SET state = 'halted', cause = 'refused' WHERE subject_kind = 'brand'"
    )
    counter.sell(cash("10"), fiscal=FiscalModel.NFCE)
    counter.cancel(counter.sell(cash("10"), fiscal=FiscalModel.NFCE))
    counter.sell(cash("10"))


def test_a_shop_with_nothing_pending(counter: Counter) -> None:
    counter.open()
    keep_basket(counter, held=False, lines=0)
    assert counter.pending() == Pending(
        held_baskets=0,
        open_basket=False,
        unregistered_orders=0,
        oldest_order_at=None,
        halted_queue=0,
        waiting_queue=0,
        documents_owed=0,
    )


def test_all_that_is_pending_is_shown_and_refuses_nothing(counter: Counter, clock: HandClock) -> None:
    counter.open("100")
    leave_everything_pending(counter, clock)
    assert counter.pending() == Pending(
        held_baskets=2,
        open_basket=True,
        unregistered_orders=2,
        oldest_order_at=clock.now - timedelta(days=3),
        halted_queue=1,
        waiting_queue=1,
        documents_owed=1,
    )
    counter.close("120")
    assert counter.closed()


def test_a_paused_line_is_neither_halted_nor_waiting(counter: Counter, clock: HandClock) -> None:
    counter.open("100")
    leave_everything_pending(counter, clock)
    ask_sql(counter.database.url, "UPDATE outbox SET paused = :yes", yes=True)
    assert (counter.pending().halted_queue, counter.pending().waiting_queue) == (0, 0)


def test_held_sales_survive_the_closing_and_wait_in_the_next_till(
    counter: Counter, gerente: Actor, clock: HandClock
) -> None:
    """F71: what was put aside is there the next morning, line by line."""
    counter.open("100")
    held, opened = keep_basket(counter, held=True), keep_basket(counter, held=False)
    before = in_books(counter.database, lambda uow: (uow.baskets.get(held), uow.baskets.get(opened)))
    counter.close("100")
    clock.forward(days=1)
    counter.open("100")
    after = in_books(counter.database, lambda uow: (uow.baskets.get(held), uow.baskets.get(opened)))
    assert after == before
    assert None not in after
    assert (counter.pending().held_baskets, counter.pending().open_basket) == (1, True)


# --- what goes wrong -------------------------------------------------------------------------------------------------


def everything_in(url: str) -> list[list[tuple[Any, ...]]]:
    """Every line that a closing could have touched."""
    questions = (
        "SELECT * FROM till",
        "SELECT * FROM cash_movement",
        "SELECT * FROM till_check",
        "SELECT * FROM sale",
        "SELECT * FROM sale_payment",
        "SELECT * FROM basket",
        "SELECT * FROM outbox",
        "SELECT * FROM tray_order",
    )
    return [sorted(ask_sql(url, question), key=repr) for question in questions]


class PowerCut(Exception):
    """Something that nobody foresaw, after the last line of the closing."""


def test_a_closing_that_fails_leaves_the_till_open_and_nothing_else_changed(
    counter: Counter, clock: HandClock, told: Told
) -> None:
    """F68: refused, damaged or cut short, and afterwards as if nobody had tried."""
    counter.open("100")
    leave_everything_pending(counter, clock)
    before = everything_in(counter.database.url)
    told.take()

    def cut_short(uow: UnitOfWork) -> None:
        close_till(uow, a_count("120"), by=counter.by)
        raise PowerCut

    for error, act in (
        (DifferenceUnexplained, lambda: counter.close("1")),
        (NotANumber, lambda: counter.close("1", pieces={7: 1}, note="x")),
        (PowerCut, lambda: in_books(counter.database, cut_short)),
    ):
        for _ in range(2):
            with pytest.raises(error):
                act()
            assert everything_in(counter.database.url) == before
    assert told.take() == frozenset()
    sale = counter.sell(cash("5"))
    counter.cancel(sale)
    counter.withdraw("20")
    assert counter.close("100").difference == ZERO


def _waits(database: Database, done: Future[Any]) -> bool:
    """Whether somebody stands before the till that another transaction holds."""
    if database.url.startswith("sqlite"):
        return not done.done()
    (count,) = ask_sql(database.url, "SELECT count(*) FROM pg_locks WHERE NOT granted")[0]
    return bool(count)


def test_a_sale_being_written_is_in_the_closing(counter: Counter, second_station: Database) -> None:
    """F69: the closing waits for the sale that holds the till, and sums it."""
    till_id = counter.open("100")
    selling = counter.selling(cash("37,50"))
    written, may_end = threading.Event(), threading.Event()

    def slow_sale(uow: UnitOfWork) -> None:
        selling(uow)
        written.set()
        assert may_end.wait(5)

    with ThreadPoolExecutor(2) as threads:
        sale = threads.submit(in_books, second_station, slow_sale)
        assert written.wait(5)
        close = threads.submit(counter.close, "137,50")
        while not _waits(counter.database, close):
            assert not close.done(), "it closed without the sale"
        may_end.set()
        sale.result(5)
        receipt = close.result(5)
    assert (receipt.expected, receipt.difference) == (reais("137,50"), ZERO)
    assert sheet_of(counter.database, till_id).totals.cash_sales == reais("37,50")


def test_a_sale_during_the_closing_goes_to_the_next_till(
    counter: Counter, second_station: Database, gerente: Actor
) -> None:
    """F69: it never slips into a till whose sheet is printed already."""
    first = counter.open("100")
    closed, may_end = threading.Event(), threading.Event()

    def slow_closing(uow: UnitOfWork) -> None:
        close_till(uow, a_count("100"), by=counter.by)
        closed.set()
        assert may_end.wait(5)

    with ThreadPoolExecutor(2) as threads:
        closing = threads.submit(in_books, second_station, slow_closing)
        assert closed.wait(5)
        sale = threads.submit(counter.sell, cash("10"))
        while not _waits(counter.database, sale):
            assert not sale.done(), "it was sold into a till that was closing"
        may_end.set()
        closing.result(5)
        with pytest.raises(TillClosed):
            sale.result(5)
    counter.open("100", approved_by=gerente)
    counter.sell(cash("10"))
    assert sheet_of(counter.database, first).totals.cash_sales == ZERO
    assert counter.now().totals.cash_sales == reais("10")


# --- random days -----------------------------------------------------------------------------------------------------


@dataclass
class Drawer:
    """A drawer with real money in it, added up by hand as each note comes and goes."""

    till_id: int
    cash: int
    methods: dict[PaymentMethod, int] = field(default_factory=dict)
    counted: int | None = None

    def pay(self, payment: Payment, sign: int) -> None:
        self.methods[payment.method] = self.methods.get(payment.method, 0) + sign * payment.amount.cents
        if payment.method is CASH:
            handed = payment.tendered.cents or payment.amount.cents
            self.cash += sign * (handed - payment.change.cents)


AMOUNTS = st.integers(1, 50_000)
PAYMENTS = st.lists(
    st.tuples(st.sampled_from([CASH, PIX, CREDIT]), AMOUNTS, st.integers(0, 5_000)), min_size=1, max_size=3
)
EVENTS = st.one_of(
    st.tuples(st.just("sell"), PAYMENTS),
    st.tuples(st.just("cancel"), st.integers(0, 1_000)),
    st.tuples(st.just("supply"), AMOUNTS),
    st.tuples(st.just("withdraw"), AMOUNTS),
    st.tuples(st.just("check"), AMOUNTS),
    st.tuples(st.just("close"), st.integers(-300, 300)),
)
_days = itertools.count(1)


@dataclass
class Day:
    """Two stations through a day, in the books and by hand at the same time."""

    counters: tuple[Counter, Counter]
    drawers: list[Drawer] = field(default_factory=list)
    now: dict[int, Drawer] = field(default_factory=dict)
    sold: list[tuple[int, list[Payment]]] = field(default_factory=list)

    def happens(self, place: int, what: str, facts: Any) -> None:
        counter = self.counters[place]
        if place not in self.now:
            opened = counter.database.run_now(open_till, opening_float=Money(10_000), by=counter.by)
            self.now[place] = Drawer(opened, 10_000)
            self.drawers.append(self.now[place])
        getattr(self, what)(counter, self.now[place], facts)
        if self.now[place].counted is not None:
            del self.now[place]

    def sell(self, counter: Counter, drawer: Drawer, facts: list[tuple[PaymentMethod, int, int]]) -> None:
        payments = [
            Payment(
                method=method,
                amount=Money(amount),
                tendered=Money(amount + more) if method is CASH else ZERO,
            )
            for method, amount, more in facts
        ]
        self.sold.append((counter.sell(*payments), payments))
        for payment in payments:
            drawer.pay(payment, 1)

    def cancel(self, counter: Counter, drawer: Drawer, which: int) -> None:
        if self.sold:
            sale_id, payments = self.sold.pop(which % len(self.sold))
            counter.cancel(sale_id)
            for payment in payments:
                drawer.pay(replace(payment, tendered=ZERO), -1)

    def supply(self, counter: Counter, drawer: Drawer, cents: int) -> None:
        counter.move(CashMovementKind.SUPPLY, str(Money(cents).reais))
        drawer.cash += cents

    def withdraw(self, counter: Counter, drawer: Drawer, cents: int) -> None:
        if cents > drawer.cash:
            with pytest.raises(TillShort):
                counter.move(CashMovementKind.WITHDRAWAL, str(Money(cents).reais))
        else:
            counter.move(CashMovementKind.WITHDRAWAL, str(Money(cents).reais))
            drawer.cash -= cents

    def check(self, counter: Counter, drawer: Drawer, cents: int) -> None:
        assert counter.check(str(Money(cents).reais)) == Money(cents - drawer.cash)

    def close(self, counter: Counter, drawer: Drawer, off: int) -> None:
        drawer.counted = max(drawer.cash + off, 0)
        receipt = counter.close(str(Money(drawer.counted).reais), note="fim do turno")
        assert receipt.difference == Money(drawer.counted - drawer.cash)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(events=st.lists(st.tuples(st.integers(0, 1), EVENTS), max_size=25))
def test_the_books_and_the_drawers_agree_on_random_days(
    database: Database, gerente: Actor, pan: Product, events: list[tuple[int, tuple[str, Any]]]
) -> None:
    """F70: expected = float + cash − change − refunds + supplies − withdrawals, for each till of each station."""
    number = next(_days)
    one, two = (
        Counter(database, replace(gerente, station=f"Caixa {number}-{place}"), pan.id) for place in "AB"
    )
    day = Day((one, two))
    for place, (what, facts) in events:
        day.happens(place, what, facts)
    for drawer in day.drawers:
        sheet = sheet_of(database, drawer.till_id)
        assert sheet.totals.expected_cash == Money(drawer.cash)
        assert {method: money.cents for method, money in sheet.methods.items()} == drawer.methods
        if drawer.counted is not None:
            assert (sheet.row.expected_cash, sheet.row.counted_cash) == (
                Money(drawer.cash),
                Money(drawer.counted),
            )


def test_the_history_is_read_newest_first(counter: Counter, clock: HandClock, stations: OpenStation) -> None:
    for _ in range(3):
        counter.open("10")
        counter.close("10")
        clock.forward(days=1)
    elsewhere = stations(counter.database.url)
    rows = elsewhere.read_now(lambda reader: reader.tills.tills(limit=2))
    assert [row.opened_at for row in rows] == [clock.now - timedelta(days=1), clock.now - timedelta(days=2)]
