"""What the shop wants to tell the store of an order is told, repeated when unsure, and halted when it is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.stations import PracticeShop
from varejoforte_desktop.application.order_import import import_orders
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.order_sale import Registration, cancel_order, recall_cancellation
from varejoforte_desktop.application.status_map import choose_order_rules, explain_statuses
from varejoforte_desktop.domain.order import OrderStage, StatusMeaning
from varejoforte_desktop.domain.outbox import Aspect, QueueState, SubjectKind
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.simulator.faults import FaultKind


class Desk:
    """A shop with an order of three pans, imported; the flag is on."""

    def __init__(self, shop: PracticeShop) -> None:
        self.shop = shop
        self.remote_id = ""
        self.order_id = 0

    async def begin(self) -> None:
        shop = self.shop
        self.product = await shop.add("PAN-1", stock=10)
        await shop.start_and_send()
        self.pan = shop.one("PAN-1")["id"]
        self.remote_id = shop.store.place_order({self.pan: 3}, paid=True)
        await self.look()
        assert await shop.main.orders.learn_statuses() == 10
        rows = shop.main.database.read_now(lambda reader: reader.orders.statuses())
        meanings = {row.status_id: row.suggested for row in rows}
        shop.main.database.run_now(explain_statuses, meanings, by=shop.actor)
        found = shop.main.database.read_now(lambda reader: reader.orders.id_of(self.remote_id))
        assert found is not None
        self.order_id = found
        assert shop.main.database.run_now(import_orders, [found], by=shop.actor).new == (self.remote_id,)
        shop.store.log.clear()

    async def look(self) -> None:
        await self.shop.main.orders.look()
        self.shop.main.sync.wake()
        await self.shop.sleep(1)
        await self.shop.until_empty()

    def choose(self, status: str) -> None:
        """What the store is told of a registered order."""
        chosen = self.shop.store.shop.status_named(status)["id"]
        rules = OrderRules(registered_status_id=chosen)
        self.shop.main.database.run_now(choose_order_rules, rules, by=self.shop.actor)

    async def register(self) -> None:
        registration = Registration(order_id=self.order_id, token=str(uuid4()), fiscal=FiscalModel.NFE)
        await self.shop.main.orders.register(registration, by=self.shop.actor)

    def cancel(self) -> None:
        self.shop.main.database.run_now(cancel_order, self.order_id, reason="Sem estoque", by=self.shop.actor)

    def status(self) -> str:
        """The order's status in the store."""
        return self.shop.store.order_shapes.status_name(self.shop.store.orders[self.remote_id])

    def puts(self) -> list[str]:
        """What the store was told about orders."""
        return [each.path for each in self.shop.asked("PUT", "/orders")]

    @property
    def detail(self) -> OrderDetail:
        return self.shop.main.database.read_now(lambda reader: reader.orders.detail(self.order_id))

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.detail.timeline]


@pytest.fixture
async def desk(shop: PracticeShop) -> Desk:
    """The order, imported."""
    made = Desk(shop)
    await made.begin()
    return made


# -- a status ------------------------------------------------------------------------------------------


async def test_a_registered_order_moves_on_in_the_store(desk: Desk) -> None:
    """F52: to the status that the shop chose, once, and the timeline says so."""
    desk.choose("ENVIADO")
    await desk.register()
    await desk.shop.until_empty()
    assert desk.status() == "ENVIADO"
    assert desk.puts() == [f"/orders/{desk.remote_id}"]
    assert "status_told" in desk.kinds
    assert desk.detail.wanted_status_id == ""
    (label, push) = next(each for each in desk.shop.history() if each[1].aspects == (Aspect.STATUS,))
    assert (label, push.outcome) == (f"#{desk.remote_id}", "sent")
    await desk.look()
    assert desk.detail.row.status == "ENVIADO"
    assert desk.detail.row.stage is OrderStage.REGISTERED
    assert desk.puts() == [f"/orders/{desk.remote_id}"]


async def test_nothing_is_said_when_the_shop_chose_to_say_nothing(desk: Desk) -> None:
    """F52: "não alterar"."""
    await desk.register()
    await desk.shop.until_empty()
    await desk.shop.sleep(65)
    assert desk.status() == "A ENVIAR"
    assert desk.puts() == []


async def test_an_order_is_told_about_before_a_thousand_texts(desk: Desk) -> None:
    """A status goes with the numbers of stock, ahead of contents."""
    desk.choose("ENVIADO")
    others = await desk.shop.add_many(f"P{number:03}" for number in range(30))
    await desk.shop.until_empty()
    await desk.shop.main.sync.stop()
    await desk.shop.change_many(others, name="Outro nome")
    await desk.register()
    desk.shop.store.log.clear()
    desk.shop.start()
    await desk.shop.until_empty()
    paths = [each.path for each in desk.shop.asked("PUT")]
    assert paths[0] == f"/orders/{desk.remote_id}"
    assert len(paths) == 31


@pytest.mark.parametrize(
    ("kind", "applied"),
    [("timeout", True), ("timeout", False), ("reset", True), ("status", True), ("html", False)],
)
async def test_a_status_that_nobody_confirmed_is_told_again(
    desk: Desk, kind: FaultKind, applied: bool
) -> None:
    """Repeatable: whether it arrived or not, the order ends up in the status and the debt is gone."""
    desk.choose("ENVIADO")
    desk.shop.store.faults.next(
        kind,
        method="PUT",
        path_contains="/orders/",
        after_applying=applied,
        status=500 if kind == "status" else None,
    )
    await desk.register()
    await desk.shop.until_empty()
    assert desk.status() == "ENVIADO"
    assert desk.puts() == [f"/orders/{desk.remote_id}"] * 2
    assert desk.kinds.count("status_told") == 1


async def test_a_status_that_is_refused_waits_for_a_person(desk: Desk) -> None:
    """The old orders that answer "Pedido bloqueado": the cause stays, and trying again works once it is gone."""
    desk.choose("ENVIADO")
    desk.shop.store.change_order(desk.remote_id, locked="1")
    await desk.register()
    await desk.shop.until(lambda: any(row.state is QueueState.HALTED for row in desk.shop.queue))
    (row,) = desk.shop.queue
    assert (row.subject.kind, row.aspect, row.cause) == (SubjectKind.ORDER, Aspect.STATUS, "order_locked")
    desk.shop.store.change_order(desk.remote_id, locked="0")
    await desk.shop.retry([row])
    await desk.shop.until_empty()
    assert desk.status() == "ENVIADO"


async def test_an_order_that_is_gone_from_the_store_is_said_to_be(desk: Desk) -> None:
    desk.choose("ENVIADO")
    await desk.register()
    desk.shop.store.shop.orders.remove(desk.remote_id)
    await desk.shop.until(lambda: any(row.state is QueueState.HALTED for row in desk.shop.queue))
    assert [row.cause for row in desk.shop.queue] == ["order_not_there"]


async def test_a_debt_to_the_store_survives_a_crash(desk: Desk) -> None:
    desk.choose("ENVIADO")
    await desk.register()
    fresh = await desk.shop.crash(desk.shop.main)
    assert desk.status() == "A ENVIAR"
    fresh.sync.start(desk.shop.actor)
    await desk.shop.until_empty()
    assert desk.status() == "ENVIADO"


@pytest.mark.parametrize("now", ["FINALIZADO", "CANCELADO"])
async def test_an_order_that_was_over_before_anybody_sent_is_left_alone(desk: Desk, now: str) -> None:
    """The status waited while nobody sent; meanwhile the store finished or cancelled the order."""
    desk.choose("ENVIADO")
    await desk.shop.main.sync.stop()
    await desk.register()
    if now == "CANCELADO":
        desk.shop.store.cancel_order(desk.remote_id)
    else:
        desk.shop.store.set_order_status(desk.remote_id, now)
    assert desk.detail.wanted_status_id
    await desk.shop.main.orders.look()
    assert desk.detail.wanted_status_id == ""
    desk.shop.start()
    await desk.shop.until_empty()
    assert (desk.status(), desk.puts()) == (now, [])
    assert desk.kinds[-1] == "status_dropped"


async def test_what_a_status_means_may_be_said_between_the_look_and_the_sending(desk: Desk) -> None:
    """When the store told it, nobody had said that such an order is over."""
    run, by = desk.shop.main.database.run_now, desk.shop.actor
    over = desk.shop.store.shop.status_named("FINALIZADO")["id"]
    run(explain_statuses, {over: None}, by=by)
    desk.choose("ENVIADO")
    await desk.shop.main.sync.stop()
    await desk.register()
    desk.shop.store.set_order_status(desk.remote_id, "FINALIZADO")
    await desk.shop.main.orders.look()
    assert desk.detail.wanted_status_id
    run(explain_statuses, {over: StatusMeaning.COMPLETED}, by=by)
    desk.shop.start()
    await desk.shop.until_empty()
    assert (desk.status(), desk.puts()) == ("FINALIZADO", [])
    assert desk.kinds[-1] == "status_dropped"


# -- a cancellation ------------------------------------------------------------------------------------


async def test_an_order_is_cancelled_in_the_store_and_its_goods_are_free(desk: Desk) -> None:
    desk.cancel()
    await desk.shop.until_empty()
    assert desk.status() == "CANCELADO"
    assert desk.puts() == [f"/orders/cancel/{desk.remote_id}"]
    await desk.look()
    assert desk.shop.one("PAN-1")["stock"] == "10"
    assert desk.kinds[-3:] == ["cancel_wanted", "cancel_told", "cancelled_in_store"]


async def test_an_order_that_the_store_cancelled_already_is_well(desk: Desk) -> None:
    desk.shop.store.cancel_order(desk.remote_id)
    desk.cancel()
    await desk.shop.until_empty()
    assert desk.status() == "CANCELADO"
    assert "cancel_told" in desk.kinds
    assert all(row.cause == "" for row in desk.shop.queue)


async def test_a_cancellation_that_nobody_confirmed_is_told_again(desk: Desk) -> None:
    """The second time the store says "already cancelled", and that is what was wanted."""
    desk.shop.store.faults.next("timeout", method="PUT", path_contains="/cancel/", after_applying=True)
    desk.cancel()
    await desk.shop.until_empty()
    assert desk.status() == "CANCELADO"
    assert len(desk.puts()) == 2
    assert desk.kinds.count("cancel_told") == 1


async def test_a_cancellation_that_is_not_allowed_waits_for_a_person_who_takes_it_back(desk: Desk) -> None:
    """F53: it is on its way to the buyer; its goods stay promised, and it can be registered after all."""
    desk.shop.store.set_order_status(desk.remote_id, "FINALIZADO")
    desk.cancel()
    await desk.shop.until(lambda: any(row.state is QueueState.HALTED for row in desk.shop.queue))
    (row,) = desk.shop.queue
    assert row.cause == "order_not_cancellable"
    assert "Unable to cancel" in row.detail
    assert desk.detail.cancel_wanted
    assert desk.shop.main.database.read_now(lambda r: r.orders.promised(desk.product.id))[0][1] == 3
    desk.shop.main.database.run_now(recall_cancellation, desk.order_id, by=desk.shop.actor)
    assert not desk.detail.cancel_wanted
    desk.shop.store.log.clear()
    await desk.shop.retry(desk.shop.queue)
    await desk.shop.until_empty()
    assert desk.puts() == []  # a wish that was taken back asks nothing of the store
    await desk.register()
    assert desk.detail.row.stage is OrderStage.REGISTERED


async def test_a_wish_that_is_taken_back_in_time_never_reaches_the_store(desk: Desk) -> None:
    desk.shop.main.line.offline = True
    desk.cancel()
    await desk.shop.sleep(5)
    desk.shop.main.database.run_now(recall_cancellation, desk.order_id, by=desk.shop.actor)
    desk.shop.main.line.offline = False
    await desk.shop.until_empty()
    assert desk.puts() == []
    assert desk.status() == "A ENVIAR"
