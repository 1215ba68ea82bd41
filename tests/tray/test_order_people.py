"""Who bought, where it goes, when that was, whether it is paid and how it stands, however Tray wrote it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.tray.order_papers import PLACE, an_order, read, read_buyer, read_line
from varejoforte_desktop.application.outside import Refused
from varejoforte_desktop.application.store_orders import StoreStatus
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.tray.orders import (
    already_cancelled,
    order_from,
    order_head_from,
    order_refusal,
    status_from,
)
from varejoforte_desktop.tray.reading import Unreadable


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("11.222.333/0001-81", "11222333000181"),
        ("11222333000181", "11222333000181"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        (11222333000181, "11222333000181"),
        ("", ""),
    ],
)
def test_a_cnpj_comes_with_and_without_punctuation_and_with_letters(written: Any, expected: str) -> None:
    assert read_buyer(cnpj=written).buyer.cnpj == expected


def test_a_company_says_who_it_is() -> None:
    buyer = read_buyer(company_name="Comercial Lume Ltda", state_inscription="Isento", cpf="").buyer
    assert (buyer.company, buyer.state_registration, buyer.cpf) == ("Comercial Lume Ltda", "Isento", "")


def test_a_buyer_may_be_reached_at_home() -> None:
    assert read_buyer(cellphone="").buyer.phone == "1433330000"


@pytest.mark.parametrize("nobody", [[], {}, None, "", ...])
def test_an_order_may_have_no_buyer_at_all(nobody: Any) -> None:
    order = read(Customer=nobody)
    assert order.buyer.name == ""
    assert order.buyer.remote_id == "2210"
    assert order.address is None


def street_of(*addresses: Any, **customer: Any) -> str:
    address = read_buyer(CustomerAddresses=list(addresses), **customer).address
    return address.street if address else "-"


def test_the_parcel_goes_to_the_delivery_address() -> None:
    bills = {"CustomerAddress": {**PLACE, "type": "0", "address": "Rua do Boleto"}}
    parcels = {"CustomerAddress": PLACE}
    assert street_of(bills, parcels) == "Rua das Acácias"
    assert street_of(bills) == "Rua do Boleto"
    assert street_of({**PLACE, "type": 1}, bills) == "Rua das Acácias"
    assert street_of() == "Rua da Casa"
    assert street_of({"CustomerAddress": {**PLACE, "address": ""}}, "", None) == "Rua da Casa"
    assert street_of(address="", type="1") == "-"


def test_an_address_is_read_part_by_part() -> None:
    assert read().address == Address(
        recipient="Marina Duarte Pires",
        street="Rua das Acácias",
        number="88",
        district="Centro",
        city="Marília",
        state="SP",
        postcode="17500000",
    )
    own = read_buyer(CustomerAddresses=[]).address
    assert own == Address(
        recipient="Marina Duarte Pires",
        street="Rua da Casa",
        number="1",
        city="Bauru",
        state="SP",
        postcode="17000000",
    )


def test_half_a_state_and_half_a_postcode_are_left_out() -> None:
    place = {"CustomerAddress": {**PLACE, "state": "São Paulo", "zip_code": "1750", "recipient": ""}}
    address = read_buyer(CustomerAddresses=[place]).address
    assert address is not None
    assert (address.state, address.postcode, address.recipient) == ("", "", "Marina Duarte Pires")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ([], False),
        (None, False),
        ("", False),
        ({}, False),
        ({"shipping_id": "", "code": "", "value": "0", "name": None}, False),
        ({"shipping_id": "9", "name": "Balcão"}, True),
        ([{"shipping_id": "9", "name": "Balcão"}], True),
        ([{"PickupLocation": {"name": "Balcão"}}], True),
    ],
)
def test_what_is_fetched_at_the_shop_says_where(place: Any, expected: bool) -> None:
    assert read(PickupLocation=place).pickup is expected


@pytest.mark.parametrize(
    ("flag", "date", "expected"),
    [
        ("1", "", True),
        (1, "0000-00-00", True),
        ("0", "2026-11-20", True),
        ("0", "0000-00-00", False),
        ("", "", False),
        (None, None, False),
        (False, [], False),
    ],
)
def test_paid_is_what_is_marked_so_or_has_a_real_day(flag: Any, date: Any, expected: bool) -> None:
    assert read(has_payment=flag, payment_date=date).paid is expected


@pytest.mark.parametrize(
    ("date", "hour", "expected"),
    [
        ("2026-11-20", "23:30:00", datetime(2026, 11, 21, 2, 30, tzinfo=UTC)),
        ("2018-11-20", "12:00:00", datetime(2018, 11, 20, 14, 0, tzinfo=UTC)),  # summer time
        ("2026-11-20", "", datetime(2026, 11, 20, 3, 0, tzinfo=UTC)),
        ("2026-11-20", "9h42", datetime(2026, 11, 20, 3, 0, tzinfo=UTC)),
        ("2026-11-20 09:42:07", None, datetime(2026, 11, 20, 12, 42, 7, tzinfo=UTC)),
        ("2026-11-20 09:42:07", "10:00:00", datetime(2026, 11, 20, 13, 0, tzinfo=UTC)),
        ("0000-00-00", "09:42:07", None),
        ("", "09:42:07", None),
        (None, None, None),
    ],
)
def test_the_hour_is_the_one_on_the_wall_in_sao_paulo(
    date: Any, hour: Any, expected: datetime | None
) -> None:
    assert read(date=date, hour=hour).placed_at == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"id": 23, "type": "cancelled", "status": "CANCELADO"}, ("CANCELADO", "23", "canceled")),
        ({"id": "23", "type": "Canceled", "status": ""}, ("A ENVIAR", "23", "canceled")),
        ({"OrderStatus": {"id": "9", "type": "closed", "status": "ENTREGUE"}}, ("ENTREGUE", "9", "closed")),
        ([], ("A ENVIAR", "", "")),
        (None, ("A ENVIAR", "", "")),
        ({"id": "5", "type": None, "status": " NF EMITIDA "}, ("NF EMITIDA", "5", "")),
    ],
)
def test_a_status_is_read_from_its_map_or_by_its_name(state: Any, expected: tuple[str, str, str]) -> None:
    order = read(OrderStatus=state)
    assert (order.status, order.status_id, order.status_type) == expected
    head = order_head_from(an_order(OrderStatus=state))
    assert (head.status, head.status_id, head.status_type) == expected


@pytest.mark.parametrize("wrapped", [True, False])
def test_an_order_may_come_bare_and_call_its_id_otherwise(wrapped: bool) -> None:
    paper = an_order(id=..., order_id=7416)
    assert order_from(paper if wrapped else paper["Order"]).remote_id == "7416"


@pytest.mark.parametrize("none", [..., "", " ", None, "0", 0, [], {"a": "1"}, "\x00", "7" * 37])
def test_an_order_without_an_id_is_unreadable(none: Any) -> None:
    with pytest.raises(Unreadable, match=r"Order\.id"):
        read(id=none)


def test_one_total_that_is_none_does_not_hide_the_whole_list() -> None:
    head = order_head_from(an_order(total="abc"))
    assert (head.remote_id, head.total) == ("7415", ZERO)


def test_signs_that_no_book_can_keep_are_left_out() -> None:
    order = read_line(name="Pane\x00la \ud83d", reference="\x00PAN-24")
    assert (order.lines[0].name, order.lines[0].reference) == ("Panela", "PAN-24")


def test_a_payment_form_of_a_list_will_do() -> None:
    assert read(payment_method="", payment_form="Pix - Vindi").payment_method == "Pix - Vindi"


def test_a_status_of_the_store_has_a_name_and_a_kind() -> None:
    wrapped = {"OrderStatus": {"id": 25, "status": "ENVIADO ", "type": "cancelled"}}
    assert status_from(wrapped) == StoreStatus(status_id="25", name="ENVIADO", status_type="canceled")
    assert status_from({"id": "1", "status": "PRÓPRIO"}).status_type == ""
    papers: tuple[Any, ...] = ({"OrderStatus": {"status": "X"}}, {"OrderStatus": []}, [], None, "x")
    for none in papers:
        with pytest.raises(Unreadable):
            status_from(none)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (
            "Unable to cancel the order because its status does not allow changes.",
            "order_not_cancellable",
        ),
        ("Pedido bloqueado", "order_locked"),
        ("PEDIDO BLOQUEADO.", "order_locked"),
        ("Status não encontrado.", "refused"),
        ("", "refused"),
    ],
)
def test_the_stores_no_is_told_apart_by_its_words(words: str, code: str) -> None:
    told = order_refusal(Refused(code="refused", detail=words, facts={"Order.status_id": words}))
    assert (told.code, told.detail, told.facts) == (code, words, {"Order.status_id": words})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Order already canceled", True),
        ("order already cancelled.", True),
        ("Pedido bloqueado", False),
        ("", False),
    ],
)
def test_what_is_cancelled_already_needs_no_cancelling(words: str, expected: bool) -> None:
    assert already_cancelled(Refused(code="refused", detail=words)) is expected
