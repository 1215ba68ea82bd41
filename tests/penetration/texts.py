"""Every place where somebody types a text that reaches the books, and texts that try to be more than a text."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tests.builders import a_product, a_token
from tests.order_builders import a_buyer, a_line, an_order, head_of, home, seen
from tests.penetration.fiscal_texts import FISCAL_FIELDS, FISCAL_SEARCHES
from tests.penetration.target import Breach, Target
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.counter import hold_basket, keep_basket
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.order_import import accept_divergence, dismiss_order, restore_order
from varejoforte_desktop.application.order_questions import OrderSearch
from varejoforte_desktop.application.order_sale import cancel_order, recall_cancellation
from varejoforte_desktop.application.people import add_operator, change_operator
from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.application.questions import ProductSearch
from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.shop_settings import rename_shop
from varejoforte_desktop.application.sign_in import admit, challenge, note_wrong_password
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.stock_count import abandon_count, open_count
from varejoforte_desktop.application.till import check_till, move_cash
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import Basket, BasketLine
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind

HOSTILE = (
    "'; DROP TABLE product; --",
    "' OR '1'='1",
    '" OR 1=1 --',
    "%' UNION SELECT password_hash FROM operator --",
    "x'); DELETE FROM operator; --",
    "'; UPDATE operator SET role='administrador' WHERE login='ana'; --",
    "\\'; SELECT pg_sleep(30); --",
    "$$; DROP SCHEMA public CASCADE; $$",
    "'||(SELECT sealed FROM tray_connection)||'",
    ":name %(name)s {name} %s ?1 $1",
    "%_%\\",
    "\x00\ud800\u202e\r\n\t",
)
#: Only these are looked for: they are true for every line when they are taken for SQL.
_ALWAYS_TRUE = HOSTILE[1:3]
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Field:
    """A place to type in."""

    name: str
    put: Callable[[Target, str], Any]


def _unique(text: str, limit: int) -> str:
    return f"{text[: limit - 6]}{next(_numbers)}"


def _product(name: str) -> Field:
    def put(target: Target, text: str) -> None:
        changes = {name: _unique(text, 60) if name == "reference" else text}
        target.database.run_now(save_product, a_product(**changes), brand="", category="", by=target.gerente)

    return Field(f"produto · {name}", put)


def _shelf_name(which: str) -> Field:
    def put(target: Target, text: str) -> None:
        names = {"brand": "", "category": ""} | {which: text}
        target.database.run_now(save_product, a_product(), by=target.gerente, **names)

    return Field(f"produto · {which}", put)


def _movement(name: str) -> Field:
    def put(target: Target, text: str) -> None:
        facts = {"reason": "Compra", "document": ""} | {name: text}
        draft = MovementDraft(
            product_id=target.product.id, kind=MovementKind.ENTRY, amount=Decimal(1), **facts
        )
        target.database.run_now(move_stock, draft, token=a_token(), by=target.gerente)

    return Field(f"estoque · {name}", put)


def _customer(name: str) -> Field:
    def put(target: Target, text: str) -> None:
        customer = replace(Customer(name="Marina"), **{name: text})
        target.database.run_now(save_customer, customer, by=target.operador)

    return Field(f"cliente · {name}", put)


def _address(name: str) -> Field:
    def put(target: Target, text: str) -> None:
        customer = Customer(name="Marina", address=replace(home(), **{name: text}))
        target.database.run_now(save_customer, customer, by=target.operador)

    return Field(f"cliente · endereço · {name}", put)


def _basket(target: Target, **changes: Any) -> Basket:
    product = target.product
    line = BasketLine(
        product_id=product.id,
        reference=product.reference,
        name=changes.pop("line_name", product.name),
        unit=product.unit,
        barcode=product.barcode,
        quantity=Decimal(1),
        price=product.price,
    )
    return Basket(token=a_token(), lines=(line,), **changes)


def _held(target: Target, text: str) -> None:
    target.database.run_now(hold_basket, _basket(target), label=text, by=target.operador)


def _open_sale(name: str) -> Field:
    def put(target: Target, text: str) -> None:
        basket = _basket(target, **{name: text})
        target.database.run_now(keep_basket, basket, by=target.operador)
        target.database.run_now(hold_basket, basket, label="", by=target.operador)

    return Field(f"venda aberta · {name}", put)


def _store_order(name: str, part: str) -> Field:
    """What a buyer writes in the storefront reaches the books without anybody here having typed it.

    The line to the store leaves out what cannot be kept; as the store wrote it (`raw`) the order is kept whole.
    """

    def put(target: Target, hostile: str) -> None:
        text = keepable(hostile)
        if part == "buyer":
            order = an_order(a_line(target.product), buyer=a_buyer(**{name: text}))
        elif part == "address":
            order = an_order(a_line(target.product), address=replace(home(), **{name: text}))
        elif part == "line":
            order = an_order(a_line(target.product, **{name: text}))
        else:
            order = an_order(a_line(target.product), **{name: text})
        order = replace(order, raw={name: hostile})
        seen(target.database, order)
        assert head_of(order)

    return Field(f"pedido da loja · {part} · {name}", put)


def _dismissed(target: Target, text: str) -> None:
    target.database.run_now(dismiss_order, target.order_id, reason=text, by=target.gerente)
    target.database.run_now(restore_order, target.order_id, by=target.gerente)


def _order_cancelled(target: Target, text: str) -> None:
    target.database.run_now(cancel_order, target.order_id, reason=text, by=target.gerente)
    target.database.run_now(recall_cancellation, target.order_id, by=target.gerente)


def _counted(target: Target, text: str) -> None:
    target.database.run_now(open_count, text, by=target.gerente)
    target.database.run_now(abandon_count, by=target.gerente)


def _colleague(target: Target, text: str, *, which: str) -> None:
    """Puts the person on leave again, so that the people of the shop stay who they were."""
    facts = {"login": f"x{next(_numbers)}", "name": "Xis"} | {which: text}
    before = target.fingerprint()
    added = target.database.run_now(
        add_operator, role=target.operador.role, password_hash="h", by=target.administrador, **facts
    )
    target.database.run_now(lambda uow: _take_away(uow, added))
    if target.fingerprint() != before:
        raise Breach("more than one person changed")


def _take_away(uow: Any, operator_id: int) -> None:
    from varejoforte_desktop.persistence.tables.people import operator

    uow._connection.execute(operator.delete().where(operator.c.id == operator_id))


def _renamed(target: Target, text: str) -> None:
    before = target.database.read_now(lambda reader: reader.shop().name)
    target.database.run_now(rename_shop, text, by=target.administrador)
    target.database.run_now(rename_shop, before, by=target.administrador)


def _person_renamed(target: Target, text: str) -> None:
    ana = target.operador
    for name in (text, ana.name):
        target.database.run_now(
            change_operator, ana.operator_id, name=name, role=ana.role, active=True, by=target.administrador
        )


def _at_the_door(target: Target, text: str) -> None:
    challenged = target.database.run_now(challenge, text, "isca", station="Balcão")
    if challenged.known:
        raise Breach("the door knows this login")
    target.database.run_now(note_wrong_password, text, station=_unique("Porta", 40))


def _admitted(target: Target, text: str) -> None:
    actor = target.database.run_now(admit, text, station="Balcão")
    raise Breach(f"came in as {actor.role.value}")


def _station(target: Target, text: str) -> None:
    """A station calls itself anything in its settings file, and works under that name."""
    ana = replace(target.operador, station=keepable(text)[:80])
    target.database.run_now(hold_basket, _basket(target), label="", by=ana)


def _plan(target: Target, text: str) -> None:
    target.database.run_now(lambda uow: uow.backups.save_plan("Balcão", BackupPlan(folder=keepable(text))))
    target.database.run_now(
        lambda uow: uow.backups.note(
            BackupRun(
                station="Balcão",
                at=uow.now,
                why="asked",
                file="x",
                detail=keepable(text),
            )
        )
    )


def _cash(target: Target, text: str) -> None:
    draft = CashDraft(kind=CashMovementKind.SUPPLY, amount=Money(100), reason=text)
    target.database.run_now(move_cash, draft, token=a_token(), by=target.operador)


def _till_note(target: Target, text: str) -> None:
    count = TillCount(cash=Money(100), pieces={}, methods={}, note=text)
    target.database.run_now(check_till, count, by=target.operador)


def _sale_cancelled(target: Target, text: str) -> None:
    target.database.run_now(cancel_sale, 1, reason=text, by=target.gerente)


def _accepted(target: Target, text: str) -> None:
    target.database.run_now(accept_divergence, target.order_id, reason=text, by=target.gerente)


FIELDS = (
    *map(
        _product,
        (
            "reference",
            "name",
            "barcode",
            "ncm",
            "unit",
            "short_description",
            "description",
            "model",
            "warranty",
        ),
    ),
    *map(_shelf_name, ("brand", "category")),
    *map(_movement, ("reason", "document")),
    *map(_customer, ("name", "company", "state_registration", "email", "phone", "document")),
    *map(_address, ("street", "number", "complement", "district", "city", "state", "postcode", "recipient")),
    Field("venda · etiqueta da venda guardada", _held),
    *map(_open_sale, ("buyer_name", "buyer_document", "label", "line_name")),
    Field("venda · motivo do cancelamento", _sale_cancelled),
    Field("caixa · motivo do suprimento", _cash),
    Field("caixa · observação da conferência", _till_note),
    Field("inventário · nome", _counted),
    Field("pedido · motivo de deixar de lado", _dismissed),
    Field("pedido · motivo do cancelamento", _order_cancelled),
    Field("pedido · motivo de aceitar a diferença", _accepted),
    *(_store_order(name, "buyer") for name in ("name", "email", "phone", "company")),
    *(_store_order(name, "address") for name in ("street", "complement", "city")),
    *(_store_order(name, "line") for name in ("name", "reference", "ean", "variant_id", "product_id")),
    *(_store_order(name, "order") for name in ("status_id", "status_type", "payment_method", "shipment")),
    Field("operador · login", lambda target, text: _colleague(target, text, which="login")),
    Field("operador · nome", lambda target, text: _colleague(target, text, which="name")),
    Field("operador · novo nome", _person_renamed),
    Field("loja · nome", _renamed),
    Field("estação · nome", _station),
    Field("porta · operador", _at_the_door),
    Field("porta · operador admitido", _admitted),
    Field("cópias · pasta", _plan),
    *(Field(name, put) for name, put in FISCAL_FIELDS),
)


@dataclass(frozen=True, slots=True)
class Search:
    """A place to look for something; `ask` gives how many were found."""

    name: str
    ask: Callable[[Target, str], int]


SEARCHES = (
    Search("produtos", lambda t, text: t.database.read_now(lambda r: r.product_count(ProductSearch(text=text)))),
    Search("produto pelo código", lambda t, text: int(t.database.read_now(lambda r: r.product_by_code(text)) is not None)),
    Search("fila", lambda t, text: len(t.database.read_now(lambda r: r.queue_rows(text=text)))),
    Search("pedidos", lambda t, text: len(t.database.read_now(lambda r: r.orders.ids(OrderSearch(text=text))))),
    Search("pedidos por situação", lambda t, text: len(t.database.read_now(lambda r: r.orders.ids(OrderSearch(status_id=text))))),
    Search("clientes", lambda t, text: len(t.database.read_now(lambda r: r.orders.customers(text)))),
    Search("vendas", lambda t, text: len(t.database.read_now(lambda r: r.sales.rows(text=text)))),
    Search("ofertas do balcão", lambda t, text: len(t.database.read_now(lambda r: r.sales.offers(text)))),
    Search("auditoria", lambda t, text: len(t.database.read_now(lambda r: r.audit.rows(AuditSearch(text=text), by=t.administrador)))),
    Search("auditoria por pessoa", lambda t, text: len(t.database.read_now(lambda r: r.audit.rows(AuditSearch(operator=text), by=t.administrador)))),
    *(Search(name, ask) for name, ask in FISCAL_SEARCHES),
    Search("cópias por estação", lambda t, text: len(t.database.read_now(lambda r: r.backups.runs(station=text)))),
)  # fmt: skip


def type_everything(target: Target, field: Field) -> str:
    """Type every hostile text there; what came of it. Raises Breach when more than that text changed."""
    before = target.fingerprint()
    kept = refused = 0
    for text in HOSTILE:
        try:
            field.put(target, text)
            kept += 1
        except DomainError:
            refused += 1
    if target.fingerprint() != before:
        raise Breach(f"{field.name}: the tables or the people changed")
    problems = target.database.read_now(lambda reader: reader.check()).problems
    if problems:
        raise Breach(f"{field.name}: {problems}")
    return f"{kept} guardados como texto, {refused} recusados"


def look_for_everything(target: Target, search: Search) -> str:
    """Look for every hostile text; what came of it. Raises Breach when one is taken for more than words."""
    before = target.fingerprint()
    for text in HOSTILE:
        found = search.ask(target, text)
        if text in _ALWAYS_TRUE and found:
            raise Breach(f"{search.name}: {text!r} found {found}")
    if target.fingerprint() != before:
        raise Breach(f"{search.name}: looking changed something")
    return f"{len(HOSTILE)} procurados, nada além de texto"
