"""Things of a shop with shop-like defaults: say only what the test is about."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.delivery import take_lead
from varejoforte_desktop.application.delivery_ports import ConnectionRecord, Owed
from varejoforte_desktop.application.questions import Leader, QueueRow
from varejoforte_desktop.application.stock import MovementReceipt, move_stock
from varejoforte_desktop.application.store import StoreAccess, StoreInfo
from varejoforte_desktop.domain.barcode import check_digit
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.persistence.database import Database

_numbers = itertools.count(1001)


def a_product(**changes: Any) -> Product:
    """A pressure cooker under a reference nobody else has."""
    facts: dict[str, Any] = {
        "reference": f"PAN-{next(_numbers)}",
        "name": "Panela de pressão 4,5 L",
        "price": Money(18990),
        "cost": Money(9100),
        "ncm": "76151000",
    }
    return Product(**facts | changes)


def a_gtin(number: int) -> str:
    """A valid EAN-13 of Brazil."""
    body = f"789{number:09d}"
    return body + check_digit(body)


def a_movement(
    product_id: int, kind: MovementKind, amount: Decimal | int | str, **changes: Any
) -> MovementDraft:
    """A movement with a reason."""
    facts: dict[str, Any] = {"reason": "Contagem da semana"}
    return MovementDraft(product_id=product_id, kind=kind, amount=Decimal(amount), **facts | changes)


def a_token() -> str:
    """What a form makes when it opens."""
    return str(uuid4())


def move(
    database: Database,
    product: Product,
    kind: MovementKind,
    amount: Decimal | int | str,
    *,
    by: Actor,
    token: str | None = None,
) -> MovementReceipt:
    """Move goods of a product."""
    return database.run_now(move_stock, a_movement(product.id, kind, amount), token=token or a_token(), by=by)


def keep(
    database: Database,
    *,
    by: Actor,
    on_hand: Decimal | int | str = 0,
    brand: str = "",
    category: str = "",
    **changes: Any,
) -> Product:
    """A product kept in the books, with some on the shelf."""
    kept = database.run_now(save_product, a_product(**changes), brand=brand, category=category, by=by)
    if Decimal(on_hand):
        move(database, kept, MovementKind.ENTRY, on_hand, by=by)
    return kept


def product_subject(product: Product | int) -> Subject:
    """The product, as the store is told about it."""
    return Subject(SubjectKind.PRODUCT, product if isinstance(product, int) else product.id)


def lead_of(database: Database, holder: str = "caixa-1", *, seconds: int = 90) -> Leader:
    """Become the station that sends."""
    lead = database.run_now(
        take_lead, holder=holder, station=holder.title(), operator="Ana", lasting=timedelta(seconds=seconds)
    )
    assert lead is not None, "another station leads"
    return lead


def owe(database: Database, *subjects: Subject, aspects: frozenset[Aspect] = EVERYTHING) -> None:
    """Owe the store these aspects."""
    database.run_now(lambda uow: uow.outbox.owe(subjects, aspects, uow.now))


def claim(
    database: Database, *, epoch: int = 1, limit: int = 100, aspects: frozenset[Aspect] = EVERYTHING
) -> list[Owed]:
    """Take due lines."""
    return database.run_now(
        lambda uow: uow.outbox.claim(
            at=uow.now, until=uow.now + timedelta(minutes=3), epoch=epoch, aspects=aspects, limit=limit
        )
    )


def queue(database: Database) -> list[QueueRow]:
    """What is owed."""
    return database.read_now(lambda reader: reader.queue_rows(limit=10_000))


def empty_queue(database: Database) -> None:
    """As if all had been sent."""
    database.run_now(lambda uow: uow.outbox.discard([row.id for row in queue(database)]))


def an_access(now: datetime, **changes: Any) -> StoreAccess:
    """What opens the store's door."""
    facts: dict[str, Any] = {
        "api_address": "https://casadaspanelas.example/web_api",
        "consumer_key": "canario-chave",
        "consumer_secret": "canario-segredo",
        "code": "canario-codigo",
        "access_token": "canario-acesso",
        "refresh_token": "canario-renovacao",
        "access_expires_at": now + timedelta(hours=3),
        "refresh_expires_at": now + timedelta(days=30),
        "store_id": "391250",
    }
    return StoreAccess(**facts | changes)


def store_info(**changes: Any) -> StoreInfo:
    """Who the store says it is."""
    facts: dict[str, Any] = {
        "store_id": "391250",
        "name": "Casa das Panelas Online",
        "cnpj": "11222333000181",
        "status": "ativa",
        "address": "https://casadaspanelas.example",
    }
    return StoreInfo(**facts | changes)


def a_connection(now: datetime, **changes: Any) -> ConnectionRecord:
    """The connection to the store as the books keep it."""
    facts: dict[str, Any] = {
        "api_address": "https://casadaspanelas.example/web_api",
        "store_id": "391250",
        "store_name": "Casa das Panelas Online",
        "store_cnpj": "11222333000181",
        "sealed": "canario-selado",
        "state": "connected",
        "cause": "",
        "generation": 1,
        "access_expires_at": now + timedelta(hours=3),
        "refresh_expires_at": now + timedelta(days=30),
        "connected_at": now,
    }
    return ConnectionRecord(**facts | changes)
