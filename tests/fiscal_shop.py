"""A shop that issues fiscal documents, on a pretended SEFAZ in memory: what tests about documents are told with."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.books import HandClock
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.counter import finish_basket, keep_basket
from varejoforte_desktop.application.fiscal_setup import (
    keep_certificate,
    save_fiscal_settings,
    save_tax_rules,
)
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import Basket, BasketLine, FiscalModel, Payment, PaymentMethod
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.domain.taxes import TaxRegime
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.fiscal.line import Line
from varejoforte_desktop.fiscal.office import SefazOffice
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.simulator.sefaz.line import MemoryLine

CNPJ = "11222333000181"
PASSWORD = "senha-do-a1"
OWN = "https://127.0.0.1:1"


def emitter(regime: TaxRegime = TaxRegime.SIMPLES, *, cnpj: str = CNPJ) -> Emitter:
    """The shop as SEFAZ knows it."""
    return Emitter(
        cnpj=cnpj,
        legal_name="CASA DAS PANELAS LTDA",
        trade_name="CASA DAS PANELAS",
        ie="110042490114",
        regime=regime,
        address=Address(
            street="Rua das Flores",
            number="100",
            district="Centro",
            city="São Paulo",
            state="SP",
            postcode="01001000",
        ),
        city_code="3550308",
        phone="1133334444",
    )


@dataclass(slots=True)
class FiscalShop:
    """Books, SEFAZ and the people of a shop; `desk` issues at its counter."""

    database: Database
    clock: HandClock
    sefaz: SefazSimulator
    authority: PracticeAuthority
    seal: ShopKey
    administrador: Actor
    operador: Actor
    gerente: Actor
    lines: list[MemoryLine] = field(default_factory=list)
    desks: list[StationFiscalDesk] = field(default_factory=list)
    feed: ChangeFeed = field(default_factory=ChangeFeed)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def make_line(self, material: Material, settings: FiscalSettings) -> Line:
        """A line to SEFAZ with the shop's certificate; a slow answer turns the clock on."""
        line = MemoryLine(
            self.sefaz, settings.emitter.cnpj, sleeper=lambda seconds: self.clock.forward(seconds=seconds)
        )
        self.lines.append(line)
        return line

    def desk(self, *, station: str = "Balcão", database: Database | None = None) -> StationFiscalDesk:
        """A station's desk; its round is made by hand (`once`)."""
        desk = StationFiscalDesk(
            database or self.database,
            self.seal,
            SefazOffice(make_line=self.make_line),
            self.feed,
            station=station,
            clock=self.clock,
        )
        self.desks.append(desk)
        return desk

    def product(self, reference: str = "PAN-1", price: str = "25,00", *, ncm: str = "73239300") -> int:
        """A product with plenty on the shelf."""
        kept = self.database.run_now(
            save_product,
            Product(reference=reference, name=f"Panela {reference}", ncm=ncm, price=Money.typed(price)),
            brand="",
            category="",
            by=self.administrador,
        )
        self.database.run_now(
            move_stock,
            MovementDraft(
                product_id=kept.id,
                kind=MovementKind.ENTRY,
                amount=Decimal(100_000),
                reason="estoque",
            ),
            token=str(uuid.uuid4()),
            by=self.administrador,
        )
        return kept.id

    def open_till(self, by: Actor | None = None) -> None:
        """The counter's till."""
        self.database.run_now(open_till, opening_float=Money(10_000), by=by or self.operador)

    def sell(
        self,
        product_id: int,
        *,
        price: int = 2500,
        quantity: int = 1,
        discount: int = 0,
        document: str = "",
        fiscal: FiscalModel = FiscalModel.NFCE,
        tendered: int = 0,
        by: Actor | None = None,
        database: Database | None = None,
    ) -> SaleReceipt:
        """A sale at the counter, paid in cash."""
        books = database or self.database
        total = price * quantity - discount
        basket = Basket(
            token=str(uuid.uuid4()),
            lines=(
                BasketLine(
                    product_id=product_id, reference="PAN-1", name="Panela", unit="UN",
                    quantity=Decimal(quantity), price=Money(price),
                ),
            ),
            discount=Money(discount),
            buyer_document=document,
            payments=(
                Payment(method=PaymentMethod.CASH, amount=Money(total), tendered=Money(tendered or total)),
            ),
        )  # fmt: skip
        books.run_now(keep_basket, basket, by=by or self.operador)
        return books.run_now(
            finish_basket, basket, fiscal=fiscal, by=by or self.operador, approved_by=self.administrador
        )


def set_up(
    database: Database,
    seal: ShopKey,
    authority: PracticeAuthority,
    *,
    by: Actor,
    now: datetime,
    regime: TaxRegime = TaxRegime.SIMPLES,
    cnpj: str = CNPJ,
    endpoints: str = OWN,
) -> None:
    """Registration, certificate and the suggested tax rows, by the use cases a shop uses."""
    settings = FiscalSettings(emitter=emitter(regime, cnpj=cnpj), own_endpoints=endpoints)
    database.run_now(save_fiscal_settings, settings, by=by)
    opened = SefazOffice().read_certificate(
        authority.company(cnpj, "CASA DAS PANELAS LTDA", password=PASSWORD), PASSWORD, now
    )
    database.run_now(_first_key)
    database.run_now(
        keep_certificate, opened.facts, seal.close(opened.material), key_version=seal.version, by=by
    )
    rules = suggested_rules(regime, state="SP", since=(now - timedelta(days=400)).date())
    database.run_now(save_tax_rules, rules, source="sugestão", by=by)


def _first_key(uow: UnitOfWork) -> None:
    """The books of the tests' shop know of the first key."""
    held = uow.installation.hold()
    uow.installation.save(replace(held, key_version=1))


@pytest.fixture
def seal() -> ShopKey:
    """The shop's key, at hand."""
    key = ShopKey("")
    key.make()
    return key


@pytest.fixture
def sefaz(clock: HandClock) -> SefazSimulator:
    """A pretended SEFAZ by the test's clock."""
    return SefazSimulator(clock)


@pytest.fixture
def practice_ca(clock: HandClock) -> PracticeAuthority:
    """Whoever issues the shop's certificate."""
    return PracticeAuthority(clock)


@pytest.fixture
def people(administrador: Actor, operador: Actor, gerente: Actor) -> dict[str, Actor]:
    """Who works at the shop."""
    return {"administrador": administrador, "operador": operador, "gerente": gerente}


@pytest.fixture
def fiscal_shop(
    database: Database,
    seal: ShopKey,
    sefaz: SefazSimulator,
    practice_ca: PracticeAuthority,
    people: dict[str, Actor],
) -> FiscalShop:
    """A shop set up for documents, its till open, one product on the shelf."""
    clock = database._clock
    assert isinstance(clock, HandClock)
    set_up(database, seal, practice_ca, by=people["administrador"], now=clock())
    shop = FiscalShop(
        database=database,
        clock=clock,
        sefaz=sefaz,
        authority=practice_ca,
        seal=seal,
        feed=database._changes,
        **people,
    )
    shop.open_till()
    return shop


__all__ = ["FiscalShop", "fiscal_shop", "people", "practice_ca", "seal", "sefaz", "set_up"]
