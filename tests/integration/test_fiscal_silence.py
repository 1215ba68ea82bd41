"""SEFAZ asks for silence, or the shop cannot issue: nobody asks it anything, and the station does not spin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fiscal_shop import FiscalShop
from tests.integration.test_fiscal_desk import document, states
from tests.waiting import until
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.fiscal_numbers import give_up
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.fiscal import DocumentState, EventState
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, FiscalPaused, FiscalUnanswered
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.desk import StationFiscalDesk

REASON = "Cliente desistiu da compra"


def paused(shop: FiscalShop) -> bool:
    """Whether everybody keeps silent."""
    until_when = shop.database.read_now(lambda reader: reader.fiscal.paused_until())
    return until_when is not None and until_when > shop.clock() + timedelta(minutes=59)


def pause(shop: FiscalShop) -> None:
    """SEFAZ said 656 to somebody of this shop."""
    shop.database.run_now(lambda uow: uow.documents.pause(uow.now + timedelta(hours=1), "656"))


async def test_a_block_on_an_event_silences_the_shop_for_an_hour(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    shop.sefaz.terms.cancel_counter = timedelta(days=1)
    sale = shop.sell(shop.product())
    await desk.issue(sale.sale_id)
    shop.sefaz.faults.queue("evento", "reject:656")
    with pytest.raises(FiscalUnanswered):
        await desk.cancel_sale(sale.sale_id, reason=REASON, by=shop.administrador)
    assert paused(shop)
    asked = len(shop.sefaz.received)
    for _ in range(119):
        shop.clock.forward(seconds=30)
        await desk.once()
    assert len(shop.sefaz.received) == asked
    shop.clock.forward(minutes=2)
    await desk.once()
    assert states(shop, sale.sale_id) == ["cancelled"]


async def test_a_block_on_voiding_or_on_the_status_silences_the_shop_too(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    shop.sefaz.faults.queue("status", "reject:656")
    assert (await desk.service_status(FiscalModel.NFCE)).stat == "656"
    assert paused(shop)
    shop.clock.forward(minutes=61)
    issued = await _given_up(shop, desk)
    shop.sefaz.faults.queue("inutilizacao", "reject:656")
    with pytest.raises(FiscalUnanswered):
        await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    assert paused(shop)
    with pytest.raises(FiscalPaused):
        await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)


async def _given_up(shop: FiscalShop, desk: StationFiscalDesk) -> DocumentRecord:
    shop.sefaz.faults.queue("autorizacao", "reject:778")
    issued = await desk.issue(shop.sell(shop.product()).sale_id)
    assert issued is not None
    shop.database.run_now(give_up, issued.id, by=shop.gerente)
    return issued


async def test_a_block_while_looking_up_what_sefaz_has_on_record_counts_too(fiscal_shop: FiscalShop) -> None:
    """SEFAZ had the cancellation already (573); asked for it, it answers that we ask too often."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    sale = shop.sell(shop.product())
    await desk.issue(sale.sale_id)
    shop.sefaz.faults.queue("evento", "drop_after")
    with pytest.raises(FiscalUnanswered):
        await desk.cancel_sale(sale.sale_id, reason=REASON, by=shop.administrador)
    shop.sefaz.faults.queue("consulta", "reject:656")
    shop.clock.forward(seconds=10)
    await desk.once()
    assert states(shop, sale.sale_id) == ["cancelled"]
    assert paused(shop)


@pytest.mark.parametrize("stat", ["656", "108", "999"])
async def test_voiding_that_was_not_looked_at_is_not_refused(fiscal_shop: FiscalShop, stat: str) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    issued = await _given_up(shop, desk)
    shop.sefaz.faults.queue("inutilizacao", f"reject:{stat}")
    with pytest.raises(FiscalUnanswered):
        await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    voids = shop.database.read_now(lambda reader: reader.fiscal.voids())
    assert [each.state for each in voids] == [EventState.UNKNOWN]
    assert document(shop, issued.id).state is DocumentState.TO_VOID
    shop.clock.forward(minutes=61)
    done = await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    assert done.state is EventState.REGISTERED


async def test_while_sefaz_wants_silence_no_sale_leaves_a_number_behind(fiscal_shop: FiscalShop) -> None:
    """At the counter the next sales go straight into contingency: one number each."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    product = shop.product()
    pause(shop)
    for number in range(1, 6):
        issued = await desk.issue(shop.sell(product).sale_id)
        assert issued is not None
        assert (issued.state, issued.number) == (DocumentState.OFFLINE, number)
    assert shop.database.read_now(lambda reader: reader.fiscal.gaps()) == []
    assert shop.sefaz.received == []


class Counted:
    """How often a station looked, and how often it wrote."""

    def __init__(self, shop: FiscalShop, desk: StationFiscalDesk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rounds = 0
        self.writes = 0
        once = desk._round.once
        run: Callable[..., Awaitable[object]] = shop.database.run

        async def looked() -> bool:
            self.rounds += 1
            return await once()

        async def wrote(*args: object, **kwargs: object) -> object:
            self.writes += 1
            return await run(*args, **kwargs)

        monkeypatch.setattr(desk._round, "once", looked)
        monkeypatch.setattr(shop.database, "run", wrote)


async def left_waiting(shop: FiscalShop, desk: StationFiscalDesk, many: int) -> None:
    """Slips that SEFAZ has still to be told of, all due."""
    product = shop.product()
    shop.sefaz.online = False
    for _ in range(many):
        await desk.issue(shop.sell(product).sale_id)
    shop.sefaz.online = True
    shop.clock.forward(minutes=20)


async def looks(desk: StationFiscalDesk, counted: Counted) -> float:
    """The station runs until it has looked; gives for how many seconds it rests then."""
    desk.start()
    await until(lambda: counted.rounds >= 1 and desk._round.resting > 0)
    rests = desk._round.resting
    assert counted.rounds == 1
    await desk.aclose()
    return rests


async def test_a_station_told_to_be_silent_does_not_spin(
    fiscal_shop: FiscalShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    await left_waiting(shop, desk, 22)
    pause(shop)
    assert [await desk.once() for _ in range(2)] == [False, False]
    counted = Counted(shop, desk, monkeypatch)
    assert await looks(desk, counted) == 20
    assert counted.writes == 0
    assert overview_offline(shop) == 22


def overview_offline(shop: FiscalShop) -> int:
    """How many slips SEFAZ has still to be told of."""
    return shop.database.read_now(lambda reader: reader.fiscal.overview()).offline


async def test_a_station_that_cannot_issue_does_not_spin(
    fiscal_shop: FiscalShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate ended and a slip is due: told once, looked at again in a while."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    await left_waiting(shop, desk, 1)
    shop.clock.forward(days=500)
    with pytest.raises(FiscalNotReady):
        await desk.once()
    counted = Counted(shop, desk, monkeypatch)
    assert await looks(desk, counted) == 20
    assert counted.writes == 0


async def test_when_the_silence_is_over_the_slips_go(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    await left_waiting(shop, desk, 3)
    pause(shop)
    await desk.once()
    shop.clock.forward(minutes=61)
    await desk.once()
    assert overview_offline(shop) == 0


async def test_only_what_was_lost_is_written_about(
    fiscal_shop: FiscalShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round with nothing to do writes nothing; what a computer left on its way is noted by the next one."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    issued = await desk.issue(shop.sell(shop.product()).sale_id)
    assert issued is not None
    counted = Counted(shop, desk, monkeypatch)
    await desk.once()
    assert counted.writes == 0

    def stopped(uow: UnitOfWork) -> None:
        kept = uow.documents.get(issued.id)
        uow.documents.save(replace(kept, state=DocumentState.SENDING, claimed_by="Balcão/outro"))

    shop.database.run_now(stopped)
    await desk.once()
    assert counted.writes > 0
    assert document(shop, issued.id).state is DocumentState.AUTHORISED
