"""An order as the shop judges it: what it promises, what its status means, and what stands in its way."""

from __future__ import annotations

import itertools

import pytest

from varejoforte_desktop.domain.order import (
    BLOCKS_IMPORT,
    CANCELED,
    CLOSED,
    OPEN,
    Obstacle,
    OrderStage,
    StatusMeaning,
    first_stage,
    obstacles,
    promises,
    suggested_meaning,
)

TYPES = (OPEN, CLOSED, CANCELED, "")


@pytest.mark.parametrize(
    ("stage", "kinds"),
    [
        (OrderStage.SEEN, {OPEN, CLOSED, ""}),
        (OrderStage.IMPORTED, {OPEN, CLOSED, ""}),
        (OrderStage.REGISTERED, set()),
        (OrderStage.DISMISSED, set()),
        (OrderStage.BEFORE, set()),
    ],
)
def test_goods_are_promised_until_they_are_sold_cancelled_or_none_of_ours(
    stage: OrderStage, kinds: set[str]
) -> None:
    assert {kind for kind in TYPES if promises(stage, kind)} == kinds


@pytest.mark.parametrize("kind", TYPES)
def test_only_what_was_over_at_the_very_first_look_was_never_ours(kind: str) -> None:
    over = kind in {CLOSED, CANCELED}
    assert first_stage(kind, first_look=True) is (OrderStage.BEFORE if over else OrderStage.SEEN)
    assert first_stage(kind, first_look=False) is OrderStage.SEEN


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("AGUARDANDO ENVIO", StatusMeaning.TO_SHIP),
        ("Aguardando  envio", StatusMeaning.TO_SHIP),
        ("AGUARDANDO ENVIO VINDI", StatusMeaning.TO_SHIP),
        ("AGUARDANDO PAGAMENTO", StatusMeaning.AWAITING_PAYMENT),
        ("AGUARDANDO VINDI", StatusMeaning.AWAITING_PAYMENT),
        ("AGUARDANDO", StatusMeaning.AWAITING_PAYMENT),
        ("Aguardando Yapay", StatusMeaning.AWAITING_PAYMENT),
        ("PENDENTE", StatusMeaning.AWAITING_PAYMENT),
        ("EM MONITORAMENTO", StatusMeaning.AWAITING_PAYMENT),
        ("Compra em análise", StatusMeaning.AWAITING_PAYMENT),
        ("A ENVIAR", StatusMeaning.TO_SHIP),
        ("A ENVIAR VINDI", StatusMeaning.TO_SHIP),
        ("Pagamento confirmado", StatusMeaning.TO_SHIP),
        ("ENVIADO", StatusMeaning.SHIPPED),
        ("ENTREGUE", StatusMeaning.COMPLETED),
        ("Finalizado", StatusMeaning.COMPLETED),
        ("CANCELADO", StatusMeaning.CANCELLED),
        ("CANCELADO AUT", StatusMeaning.CANCELLED),
        ("EM SEPARAÇÃO", None),
        ("PAGO NO PIX DA LOJA", None),
        ("NÃO ENVIADO", None),  # begins otherwise: not guessed
        ("", None),
    ],
)
def test_what_a_name_suggests(name: str, meaning: StatusMeaning | None) -> None:
    """F52: offered, never used before somebody said yes; "aguardando envio" is not "aguardando"."""
    assert suggested_meaning(name, OPEN) is meaning


def test_a_status_of_cancelled_type_means_cancelled_whatever_it_is_called() -> None:
    assert suggested_meaning("Devolvido ao remetente", CANCELED) is StatusMeaning.CANCELLED


@pytest.mark.parametrize("meaning", StatusMeaning)
def test_which_statuses_say_that_an_order_was_paid(meaning: StatusMeaning) -> None:
    paid = {StatusMeaning.TO_SHIP, StatusMeaning.SHIPPED, StatusMeaning.COMPLETED}
    assert meaning.paid is (meaning in paid)


def judged(**changes: object) -> tuple[Obstacle, ...]:
    """The obstacles of an order without any, but for the changes."""
    facts: dict[str, object] = {
        "readable": True,
        "meaning": StatusMeaning.TO_SHIP,
        "goods": True,
        "unknown": False,
        "adds_up": True,
        "changed": False,
        "paid": True,
    }
    facts |= changes
    meaning = facts["meaning"]
    assert meaning is None or isinstance(meaning, StatusMeaning)
    flags = {name: bool(value) for name, value in facts.items() if name != "meaning"}
    return obstacles(meaning=meaning, **flags)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ()),
        ({"readable": False}, (Obstacle.UNREADABLE,)),
        ({"readable": False, "meaning": StatusMeaning.CANCELLED, "unknown": True}, (Obstacle.UNREADABLE,)),
        ({"meaning": StatusMeaning.CANCELLED}, (Obstacle.CANCELLED,)),
        ({"meaning": StatusMeaning.CANCELLED, "unknown": True, "changed": True}, (Obstacle.CANCELLED,)),
        ({"goods": False}, (Obstacle.NO_GOODS,)),
        ({"changed": True}, (Obstacle.CHANGED,)),
        ({"unknown": True}, (Obstacle.UNKNOWN_PRODUCT,)),
        ({"meaning": None}, (Obstacle.STATUS_UNMAPPED,)),
        ({"meaning": None, "paid": False}, (Obstacle.STATUS_UNMAPPED, Obstacle.NOT_PAID)),
        ({"adds_up": False}, (Obstacle.DIVERGENT,)),
        ({"meaning": StatusMeaning.AWAITING_PAYMENT, "paid": False}, (Obstacle.NOT_PAID,)),
        ({"meaning": StatusMeaning.AWAITING_PAYMENT, "paid": True}, ()),  # the money came, the status lags
        ({"meaning": StatusMeaning.TO_SHIP, "paid": False}, ()),
        ({"meaning": StatusMeaning.SHIPPED, "paid": False}, ()),
        (
            {
                "goods": False,
                "changed": True,
                "unknown": True,
                "meaning": None,
                "adds_up": False,
                "paid": False,
            },
            (
                Obstacle.NO_GOODS,
                Obstacle.CHANGED,
                Obstacle.UNKNOWN_PRODUCT,
                Obstacle.STATUS_UNMAPPED,
                Obstacle.DIVERGENT,
                Obstacle.NOT_PAID,
            ),
        ),
    ],
)
def test_what_stands_between_an_order_and_its_sale(
    changes: dict[str, object], found: tuple[Obstacle, ...]
) -> None:
    """The gravest first."""
    assert judged(**changes) == found


def test_an_order_without_obstacles_is_readable_understood_known_exact_agreed_and_paid() -> None:
    """The whole table: nothing slips through in any of its 320 combinations."""
    flags = ("readable", "goods", "unknown", "adds_up", "changed", "paid")
    free = 0
    for values in itertools.product([False, True], repeat=len(flags)):
        facts: dict[str, object] = dict(zip(flags, values, strict=True))
        for meaning in (None, *StatusMeaning):
            if judged(meaning=meaning, **facts):
                continue
            free += 1
            assert facts["readable"]
            assert facts["goods"]
            assert facts["adds_up"]
            assert not facts["unknown"]
            assert not facts["changed"]
            assert meaning not in {None, StatusMeaning.CANCELLED}
            assert facts["paid"] or (meaning is not None and meaning.paid)
    assert free == 7  # four meanings paid for, and three that say so themselves


def test_what_keeps_an_order_out_and_what_only_keeps_it_from_being_sold() -> None:
    later = {Obstacle.DIVERGENT, Obstacle.CHANGED, Obstacle.NOT_PAID}
    assert set(Obstacle) - later == BLOCKS_IMPORT
