"""One customer for one CPF or CNPJ, however often, wherever and under whatever e-mail they buy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.books import ask_sql
from tests.builders import keep
from tests.order_builders import (
    a_buyer,
    a_line,
    an_order,
    at_once,
    detail,
    home,
    imported,
    known,
    learn_statuses,
)
from varejoforte_desktop.application.customers import buyer_document, save_customer
from varejoforte_desktop.application.store_orders import StoreBuyer
from varejoforte_desktop.domain.customer import Address, Customer
from varejoforte_desktop.domain.errors import Missing, NoSuchRecord, TooLong, WrongTaxId
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database

ANA, BIA = "52998224725", "39053344705"


@pytest.fixture(autouse=True)
def statuses(database: Database, administrador: Actor) -> None:
    """Somebody said what the store's usual statuses mean."""
    learn_statuses(database, administrador)


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """A pan to order."""
    return keep(database, by=gerente, on_hand=100)


class Orders:
    """Orders that are imported as they come; gives whose each is."""

    def __init__(self, database: Database, pan: Product, by: Actor) -> None:
        self._database, self._pan, self._by = database, pan, by

    def of(self, buyer: StoreBuyer, address: Address | None = None) -> int | None:
        order = an_order(a_line(self._pan), buyer=buyer, address=address or home())
        return known(self._database, imported(self._database, order, self._by)).customer_id


@pytest.fixture
def orders(database: Database, pan: Product, operador: Actor) -> Orders:
    """Imports orders."""
    return Orders(database, pan, operador)


def kept(database: Database, customer_id: int | None) -> Customer:
    assert customer_id is not None
    return database.run_now(lambda uow: uow.customers.get(customer_id))


def everybody(database: Database) -> int:
    return int(ask_sql(database.url, "SELECT count(*) FROM customer")[0][0])


def test_five_orders_of_one_cpf_are_one_customer(database: Database, orders: Orders) -> None:
    """F16: whatever e-mail and name are written on them."""
    buyers = [a_buyer(cpf=ANA, email=f"ana{n}@exemplo.com", name=f"Ana {n}") for n in range(5)]
    assert len({orders.of(each) for each in buyers}) == 1
    assert everybody(database) == 1


def test_a_company_is_known_by_its_cnpj_even_when_somebody_signs_with_a_cpf(
    database: Database, orders: Orders
) -> None:
    """F16."""
    company = a_buyer(cnpj="11222333000181", company="Padaria Três Irmãos", cpf=ANA)
    first, second = orders.of(company), orders.of(replace(company, cpf=BIA, email="outra@exemplo.com"))
    person = orders.of(a_buyer(cpf=ANA, email="ana@casa.example"))
    assert first == second != person
    assert kept(database, first).document == "11222333000181"


def test_an_email_finds_who_was_known_without_a_document(database: Database, orders: Orders) -> None:
    """F16: and the document is learnt."""
    first = orders.of(a_buyer(cpf="", email="Ana@Exemplo.com"))
    second = orders.of(a_buyer(cpf=ANA, email=" ana@exemplo.COM "))
    third = orders.of(a_buyer(cpf="", email="ana@exemplo.com"))
    assert first == second == third
    assert kept(database, first).document == ANA


def test_an_email_shared_by_two_cpfs_joins_nobody(database: Database, orders: Orders) -> None:
    """F16: a couple with one e-mail is two customers, and who comes without a document is a third."""
    shared = "casal@exemplo.com"
    ana, bia = orders.of(a_buyer(cpf=ANA, email=shared)), orders.of(a_buyer(cpf=BIA, email=shared))
    nobody = orders.of(a_buyer(cpf="", email=shared))
    assert len({ana, bia, nobody}) == 3
    assert orders.of(a_buyer(cpf=ANA, email=shared)) == ana
    assert kept(database, nobody).document == ""


def test_a_wrong_document_is_no_document(database: Database, orders: Orders) -> None:
    """F16: a mistyped CPF must not make two people one, nor one person two for ever."""
    first = orders.of(a_buyer(cpf="11111111111", email="um@exemplo.com"))
    second = orders.of(a_buyer(cpf="11111111111", email="dois@exemplo.com"))
    assert first != second
    assert {kept(database, each).document for each in (first, second)} == {""}


def test_a_buyer_without_a_name_is_nobody_and_their_order_is_imported(
    database: Database, orders: Orders
) -> None:
    assert orders.of(a_buyer(name=" ")) is None
    assert everybody(database) == 0


def test_what_is_new_is_learnt_and_what_was_known_is_not_lost(database: Database, orders: Orders) -> None:
    first = orders.of(a_buyer(cpf=ANA, phone="(11) 98888-0000", company="Loja A"))
    orders.of(a_buyer(cpf=ANA, phone="", company="", name="Ana Maria"), Address())
    ana = kept(database, first)
    assert (ana.name, ana.phone, ana.company) == ("Ana Maria", "11988880000", "Loja A")
    assert ana.address == home()
    orders.of(a_buyer(cpf=ANA), replace(home(), street="Rua Nova", number="1"))
    assert (kept(database, first).address.street, kept(database, first).phone) == ("Rua Nova", "14999990000")


def test_what_the_store_wrote_too_long_is_cut_and_never_stops_an_import(
    database: Database, orders: Orders
) -> None:
    place = Address(
        street="R" * 500,
        number="1" * 99,
        city="C" * 300,
        state="SP",
        postcode="17500000",
        recipient="X" * 999,
    )
    buyer = a_buyer(name="N" * 900, company="C" * 900, email=f"{'e' * 300}@x.example", phone="9" * 90)
    found = kept(database, orders.of(replace(buyer, state_registration="I" * 99), place))
    assert (len(found.name), len(found.email), len(found.address.street)) == (200, 120, 200)


def test_an_order_shows_whose_it_is(database: Database, pan: Product, operador: Actor) -> None:
    order_id = imported(database, an_order(a_line(pan)), operador)
    shown = detail(database, order_id).customer
    assert shown is not None
    assert (shown.name, shown.document, shown.address.city) == (
        "Marina Duarte Pires",
        "11122233396",
        "Marília",
    )


@pytest.mark.parametrize(
    ("buyer", "document"),
    [
        (a_buyer(cpf="111.222.333-96"), "11122233396"),
        (a_buyer(cnpj="12.abc.345/01de-35"), "12ABC34501DE35"),
        (a_buyer(cnpj="11222333000182"), "11122233396"),  # a wrong CNPJ: the person's own is left
        (a_buyer(cpf="", cnpj=""), ""),
    ],
)
def test_which_document_a_buyer_has(buyer: StoreBuyer, document: str) -> None:
    assert buyer_document(buyer) == document


# -- kept by hand --------------------------------------------------------------------------------------


def test_a_customer_kept_by_hand_is_the_one_with_that_document(
    database: Database, orders: Orders, operador: Actor
) -> None:
    """F16: at the counter too."""
    online = orders.of(a_buyer(cpf=ANA))
    at_counter = Customer(name=" Ana  de Souza ", document="529.982.247-25", phone="(14) 3333-0000")
    assert database.run_now(save_customer, at_counter, by=operador) == online
    ana = kept(database, online)
    assert (ana.name, ana.phone, ana.email) == ("Ana de Souza", "1433330000", "marina@exemplo.com")
    assert everybody(database) == 1


def test_a_customer_is_changed_by_hand(database: Database, operador: Actor) -> None:
    made = database.run_now(save_customer, Customer(name="Bia"), by=operador)
    changed = Customer(id=made, name="Beatriz", document=BIA, email="Bia@Exemplo.com")
    assert database.run_now(save_customer, changed, by=operador) == made
    assert kept(database, made) == replace(changed, email="bia@exemplo.com")


@pytest.mark.parametrize(
    ("customer", "error"),
    [
        (Customer(name="  "), Missing),
        (Customer(name="A" * 201), TooLong),
        (Customer(name="Ana", email="e" * 121), TooLong),
        (Customer(name="Ana", document="11122233397"), WrongTaxId),
    ],
)
def test_a_customer_that_cannot_be_kept(
    database: Database, operador: Actor, customer: Customer, error: type[Exception]
) -> None:
    with pytest.raises(error):
        database.run_now(save_customer, customer, by=operador)
    assert everybody(database) == 0


def test_two_counters_keep_the_same_new_customer_at_once(
    database: Database, second_station: Database, operador: Actor
) -> None:
    """F16."""
    for document in (ANA, BIA):
        ids = at_once(
            *(
                lambda s=station, d=document: s.run_now(
                    save_customer, Customer(name="Ana", document=d), by=operador
                )
                for station in (database, second_station)
            )
        )
        assert ids[0] == ids[1]
    assert everybody(database) == 2


# -- found ---------------------------------------------------------------------------------------------


def test_customers_are_found_by_name_document_and_email(database: Database, operador: Actor) -> None:
    for customer in (
        Customer(name="José da Conceição", document=ANA, email="ze@exemplo.com"),
        Customer(name="Joana 100%_", document=BIA),
    ):
        database.run_now(save_customer, customer, by=operador)

    def found(text: str) -> list[str]:
        return [each.name for each in database.read_now(lambda r: r.orders.customers(text))]

    assert found("jo") == ["Joana 100%_", "José da Conceição"]
    assert found("conc jose") == ["José da Conceição"]
    assert found("ze@ex") == ["José da Conceição"]
    assert found("529.982.247-25") == found("529982") == ["José da Conceição"]
    assert found("100%_") == ["Joana 100%_"]
    assert found("%") == found("ninguem") == []
    assert len(database.read_now(lambda r: r.orders.customers("", limit=1))) == 1


def test_a_customer_who_is_not_there(database: Database) -> None:
    with pytest.raises(NoSuchRecord):
        kept(database, 999)
    with pytest.raises(NoSuchRecord):
        database.read_now(lambda r: r.orders.customer(999))
