"""A thing is made in the store exactly once, whatever becomes of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stations import PracticeShop
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.simulator.faults import FaultKind

SILENCE: tuple[tuple[FaultKind, dict[str, Any]], ...] = (
    ("reset", {}),
    ("timeout", {"seconds": 15}),
    ("status", {"status": 503}),
    ("html", {"status": 502}),
)
WHAT = {
    "product": {"reference": "PAN-1"},
    "category": {"path_contains": "/categories"},
    "brand": {"path_contains": "/brands"},
}


def _counted(shop: PracticeShop) -> tuple[int, int, int]:
    return len(shop.store.products), len(shop.store.shop.categories.rows), len(shop.store.shop.brands.rows)


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize(("kind", "how"), SILENCE, ids=[kind for kind, _ in SILENCE])
async def test_an_answer_lost_after_creating_makes_no_twin(
    shop: PracticeShop, what: str, kind: FaultKind, how: dict[str, Any]
) -> None:
    """F12: looked for, found, linked."""
    shop.store.faults.next(kind, method="POST", after_applying=True, **WHAT[what], **how)
    product = await shop.add("PAN-1", brand="Lume", category="Cozinha", stock=2)
    shop.start()
    await shop.until(lambda: any(row.state is QueueState.OUTCOME_UNKNOWN for row in shop.queue))
    took = await shop.until_empty()

    assert _counted(shop) == (1, 1, 1)
    assert shop.differences(product.id) == {}
    assert took < 300


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize(("kind", "how"), SILENCE, ids=[kind for kind, _ in SILENCE])
async def test_a_creation_that_never_arrived_is_made_after_the_quarantine(
    shop: PracticeShop, what: str, kind: FaultKind, how: dict[str, Any]
) -> None:
    """F12: and not earlier, because it may still be applied."""
    fault = shop.store.faults.next(kind, method="POST", **WHAT[what], **how)
    product = await shop.add("PAN-1", brand="Lume", category="Cozinha", stock=2)
    shop.start()
    await shop.until(lambda: fault.struck)
    begun = shop.seconds()
    await shop.until_empty()

    assert _counted(shop) == (1, 1, 1)
    assert shop.differences(product.id) == {}
    assert 90 <= shop.seconds() - begun < 400


@pytest.mark.parametrize("seconds", [1, 19, 45, 80])
@pytest.mark.parametrize("what", WHAT)
async def test_a_creation_applied_late_makes_no_twin(shop: PracticeShop, what: str, seconds: int) -> None:
    """F12: the store applies it after we gave up waiting, within the quarantine."""
    shop.store.faults.next("late", method="POST", seconds=seconds, **WHAT[what])
    product = await shop.add("PAN-1", brand="Lume", category="Cozinha", stock=2)
    shop.start()
    await shop.until_empty()
    await shop.sleep(300)

    assert _counted(shop) == (1, 1, 1)
    assert shop.differences(product.id) == {}


async def test_an_unanswered_creation_survives_a_crash(shop_on_both: PracticeShop) -> None:
    """F12, F21: the next station finds the intent in the books and looks first."""
    shop = shop_on_both
    shop.store.faults.next("timeout", method="POST", reference="PAN-1", after_applying=True, seconds=30)
    product = await shop.add("PAN-1", stock=2)
    shop.start()
    await shop.until(lambda: shop.in_store("PAN-1"))
    await shop.crash(shop.main)
    second = shop.open("CAIXA-2")
    second.sync.start(shop.actor)
    await shop.until_empty()

    assert len(shop.asked("POST")) == 1
    assert shop.differences(product.id) == {}


async def test_a_creation_that_was_refused_leaves_no_intent(shop: PracticeShop) -> None:
    """What the store refused was surely not applied: no quarantine when a person tries again."""
    shop.store.faults.next("refused", reference="PAN-1")
    await shop.add("PAN-1")
    shop.start()
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})

    await shop.retry(shop.queue)
    took = await shop.until_empty()

    assert took < 5
    assert len(shop.in_store("PAN-1")) == 1


async def test_while_one_creation_is_in_doubt_the_others_go_on(shop: PracticeShop) -> None:
    """F27: the quarantine belongs to one product."""
    shop.store.faults.next("reset", method="POST", reference="P3")
    for number in range(7):
        await shop.add(f"P{number}")
    shop.start()
    await shop.until(lambda: len(shop.store.products) == 6, within=20)
    await shop.until_empty()

    assert len(shop.store.products) == 7
