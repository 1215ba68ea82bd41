"""A shop worth attacking: people of each role, goods, money, an order, a store's secrets, and a fingerprint of it all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from tests.books import ask_sql
from tests.builders import a_connection, keep
from tests.order_builders import a_line, an_order, imported, learn_statuses
from varejoforte_desktop.application.people import add_operator
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database

#: Must not be found in any file, log or answer.
CANARY = "canario-f3a91c"
_GUARDED = (
    "operator",
    "role_permission",
    "shop",
    "station",
    "tray_connection",
    "installation",
    "alembic_version",
)

#: How the tables are made.
_SHAPE = {
    "sqlite": "SELECT name, sql FROM sqlite_master",
    "postgresql": "SELECT table_name, column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = 'public'",
}


class Breach(AssertionError):
    """An attempt got further than it may."""


@dataclass(slots=True)
class Target:
    """The shop under attack."""

    database: Database
    administrador: Actor
    gerente: Actor
    operador: Actor
    product: Product
    order_id: int

    @property
    def url(self) -> str:
        """Where its books are."""
        return self.database.url

    def fingerprint(self) -> str:
        """Of what no text typed anywhere may change: the tables themselves, and who may do what."""
        shape = _SHAPE["sqlite" if self.url.startswith("sqlite") else "postgresql"]
        told = [ask_sql(self.url, shape)]
        told += [ask_sql(self.url, f"SELECT * FROM {name}") for name in _GUARDED]  # noqa: S608 - our own names
        return hashlib.sha256(repr([sorted(map(repr, lines)) for lines in told]).encode()).hexdigest()


def stock_up(database: Database, administrador: Actor, gerente: Actor, operador: Actor) -> Target:
    """Fill a founded shop."""
    product = keep(database, by=gerente, on_hand=500, name="Panela de pressão 4,5 L")
    learn_statuses(database, administrador)
    order_id = imported(database, an_order(a_line(product, Decimal(2))), gerente)
    database.run_now(open_till, opening_float=Money(10_000), by=operador)
    database.run_now(lambda uow: uow.connections.save(a_connection(uow.now, sealed="lacrado")))
    return Target(database, administrador, gerente, operador, product, order_id)


def colleague(target: Target, login: str, role: Role) -> Actor:
    """Somebody more, who may be put on leave."""
    target.database.run_now(
        add_operator, login=login, name=login.title(), role=role, password_hash="h", by=target.administrador
    )
    return target.database.run_now(admit, login, station="Balcão")
