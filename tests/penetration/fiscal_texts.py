"""Where texts reach fiscal documents: settings, products, a buyer's name and address, a supplier's note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from tests.books import NOON
from tests.builders import a_token
from tests.fiscal_shop import CNPJ, OWN, emitter
from tests.order_builders import home
from tests.penetration.target import Breach, Target
from varejoforte_desktop.application.counter import finish_basket, keep_basket
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.fiscal_numbers import Pen, number_sale
from varejoforte_desktop.application.fiscal_questions import DocumentSearch
from varejoforte_desktop.application.fiscal_setup import (
    save_fiscal_settings,
    save_product_tax,
    save_tax_rules,
    sign_tax_rules,
)
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import Basket, BasketLine, FiscalModel, Payment, PaymentMethod
from varejoforte_desktop.domain.taxes import ProductTax, TaxRegime
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.notary import FiscalNotary
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority

Put = Callable[[Target, str], Any]
_SETTINGS = FiscalSettings(emitter=emitter(), own_endpoints=OWN)
_RULES = suggested_rules(TaxRegime.SIMPLES, state="SP", since=NOON.date())


def _settings(settings: FiscalSettings) -> Callable[[Target], None]:
    def put(target: Target) -> None:
        target.database.run_now(save_fiscal_settings, settings, by=target.administrador)

    return put


def _emitter(name: str) -> Put:
    return lambda target, text: _settings(replace(_SETTINGS, emitter=replace(emitter(), **{name: text})))(
        target
    )


def _place(name: str) -> Put:
    def put(target: Target, text: str) -> None:
        shop = emitter()
        _settings(replace(_SETTINGS, emitter=replace(shop, address=replace(shop.address, **{name: text}))))(
            target
        )

    return put


def _choice(name: str) -> Put:
    return lambda target, text: _settings(replace(_SETTINGS, **{name: text}))(target)


def _group(target: Target, text: str) -> None:
    target.database.run_now(save_product_tax, target.product.id, ProductTax(group=text), by=target.gerente)


def _source(target: Target, text: str) -> None:
    target.database.run_now(save_tax_rules, _RULES, source=text, by=target.administrador)


def _signer(target: Target, text: str) -> None:
    target.database.run_now(save_tax_rules, _RULES, source="x", by=target.administrador)
    target.database.run_now(sign_tax_rules, signer=text, by=target.administrador)


def _pen() -> Pen:
    identity = PracticeAuthority(lambda: NOON).company_identity(CNPJ, "CASA DAS PANELAS LTDA")
    material = Material.from_text((identity.key_pem + identity.certificate_pem).decode())
    return Pen(notary=FiscalNotary(material, _SETTINGS), cnpj=CNPJ, environment=FiscalEnvironment.HOMOLOGACAO)


def _written(target: Target, name: str, text: str, *, shop: FiscalSettings = _SETTINGS, **place: str) -> None:
    """A text that a buyer brings along ends in a signed document: as text, never as markup."""
    run = target.database.run_now
    _settings(shop)(target)
    run(save_tax_rules, _RULES, source="x", by=target.administrador)
    customer = Customer(
        name=name, document="52998224725", address=replace(home(), city="São Paulo", state="SP", **place)
    )
    customer_id = run(save_customer, customer, by=target.operador)
    product = target.product
    line = BasketLine(
        product_id=product.id,
        reference=product.reference,
        name=product.name,
        unit=product.unit,
        quantity=1,  # type: ignore[arg-type]
        price=product.price,
    )
    basket = Basket(
        token=a_token(),
        lines=(line,),
        customer_id=customer_id,
        buyer_document="52998224725",
        buyer_name=name,
        payments=(Payment(method=PaymentMethod.CASH, amount=Money(product.price.cents)),),
    )
    run(keep_basket, basket, by=target.operador)
    sale = run(finish_basket, basket, fiscal=FiscalModel.NFE, by=target.operador)
    document = run(number_sale, sale.sale_id, pen=_pen(), station="Balcão")
    assert document is not None
    root = etree.fromstring(document.xml)
    if len(root.findall(".//{*}det")) != 1 or root.findall(".//{*}injetado"):
        raise Breach(f"{text!r} became markup")


MARKUP = '</xNome><injetado/><xNome a="'


def _buyer_name(target: Target, text: str) -> None:
    _written(target, text or "x", text)
    _written(target, f"{MARKUP}{text}"[:60], text)


def _buyer_street(target: Target, text: str) -> None:
    _written(target, "Marina Duarte", text, street=f"{MARKUP}{text}"[:60])


def _note(target: Target, text: str) -> None:
    _written(target, "Marina Duarte", text, shop=replace(_SETTINGS, extra_note=f"]]>{MARKUP}{text}"))


FISCAL_FIELDS: tuple[tuple[str, Put], ...] = (
    *((f"fiscal · empresa · {name}", _emitter(name)) for name in ("legal_name", "trade_name", "ie", "phone", "cnpj")),
    *((f"fiscal · endereço · {name}", _place(name)) for name in ("street", "number", "complement", "district", "city")),
    *((f"fiscal · {name}", _choice(name)) for name in ("operation", "csc_id", "intermediary_id")),
    ("fiscal · grupo tributário", _group),
    ("fiscal · origem da tabela", _source),
    ("fiscal · contador", _signer),
    ("nota · nome do comprador", _buyer_name),
    ("nota · endereço do comprador", _buyer_street),
    ("nota · informação complementar", _note),
)  # fmt: skip


def _documents(target: Target, text: str) -> int:
    return target.database.read_now(lambda reader: reader.fiscal.count(DocumentSearch(text=text)))


def _documents_of(target: Target, text: str) -> int:
    return target.database.read_now(lambda reader: reader.fiscal.count(DocumentSearch(station=text)))


FISCAL_SEARCHES: tuple[tuple[str, Callable[[Target, str], int]], ...] = (
    ("notas", _documents),
    ("notas por estação", _documents_of),
)
