"""Who works at the shop and what each may do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from varejoforte_desktop.domain.errors import Missing, NotAllowed, TooLong, WeakPassword
from varejoforte_desktop.domain.texts import keepable

MINIMUM_PASSWORD: Final = 8


class Role(StrEnum):
    """The three roles of a shop; the words are the shop's own."""

    OPERADOR = "operador"
    GERENTE = "gerente"
    ADMINISTRADOR = "administrador"


class Permission(StrEnum):
    """Each thing that not everybody may do."""

    SEE_CATALOGUE = "catalogue.see"
    EDIT_CATALOGUE = "catalogue.edit"
    IMPORT_CATALOGUE = "catalogue.import"
    MOVE_STOCK = "stock.move"
    ADJUST_STOCK = "stock.adjust"
    SYNC = "sync.run"
    MANAGE_QUEUE = "queue.manage"
    CHANGE_SETTINGS = "settings.change"
    CONNECT_STORE = "store.connect"
    MANAGE_PEOPLE = "people.manage"
    IMPORT_ORDERS = "orders.import"
    REGISTER_ORDERS = "orders.register"
    RESOLVE_ORDERS = "orders.resolve"  # accept a divergence, leave an order aside
    CANCEL_ORDERS = "orders.cancel"
    SELL = "sale.register"
    CANCEL_ITEMS = "sale.cancel_item"
    CANCEL_SALES = "sale.cancel"
    OPERATE_TILL = "till.operate"
    SUPERVISE_TILL = "till.supervise"  # see what a blind closing hides, open a second till
    MAKE_BACKUPS = "backup.make"
    SEE_AUDIT = "audit.see"
    ISSUE_DOCUMENTS = "fiscal.issue"  # send again, consult, print, link a note
    MANAGE_DOCUMENTS = "fiscal.manage"  # cancel, correct, void numbers, give up
    ENTER_PURCHASES = "purchases.enter"
    MANAGE_STATIONS = "stations.manage"  # let computers in and out, change the shop's key


_OPERADOR: Final = frozenset(
    {
        Permission.SEE_CATALOGUE,
        Permission.MOVE_STOCK,
        Permission.SYNC,
        Permission.IMPORT_ORDERS,
        Permission.REGISTER_ORDERS,
        Permission.SELL,
        Permission.CANCEL_ITEMS,
        Permission.OPERATE_TILL,
        Permission.ISSUE_DOCUMENTS,
    }
)
_GERENTE: Final = _OPERADOR | {
    Permission.EDIT_CATALOGUE,
    Permission.IMPORT_CATALOGUE,
    Permission.ADJUST_STOCK,
    Permission.MANAGE_QUEUE,
    Permission.RESOLVE_ORDERS,
    Permission.CANCEL_ORDERS,
    Permission.CANCEL_SALES,
    Permission.SUPERVISE_TILL,
    Permission.MANAGE_DOCUMENTS,
    Permission.ENTER_PURCHASES,
    Permission.MAKE_BACKUPS,
}
#: What each role may as the program comes; a shop's administrator changes it for the first two.
USUAL_GRANTS: Final[dict[Role, frozenset[Permission]]] = {
    Role.OPERADOR: _OPERADOR,
    Role.GERENTE: _GERENTE,
    Role.ADMINISTRADOR: frozenset(Permission),
}


def grants_of(role: Role, changed: Mapping[Permission, bool]) -> frozenset[Permission]:
    """What a role may in a shop that changed some permissions of that role.

    An administrator always may everything, so that nobody locks the shop out of its own settings.
    """
    if role is Role.ADMINISTRADOR:
        return USUAL_GRANTS[role]
    given = {permission for permission, allowed in changed.items() if allowed}
    taken = {permission for permission, allowed in changed.items() if not allowed}
    return (USUAL_GRANTS[role] | given) - taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who is signed in at a station; every use case that changes something is told who it is.

    `granted` is what the role may in this shop; None means as the program comes. In a use case it is what the books
    say in that very transaction, whatever the caller believed.
    """

    operator_id: int
    login: str
    name: str
    role: Role
    station: str
    granted: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role includes this permission."""
        return permission in (USUAL_GRANTS[self.role] if self.granted is None else self.granted)

    def needs(self, permission: Permission) -> None:
        """Raises NotAllowed when the role does not include this permission."""
        if not self.may(permission):
            raise NotAllowed(permission.value)


def login_name(text: str) -> str:
    """The name typed at the door, as it is kept: lower case, no spaces around. Raises Missing or TooLong."""
    bare = keepable(text).strip().casefold()
    if not bare:
        raise Missing("login")
    if len(bare) > 40:
        raise TooLong("login", 40)
    return bare


def strong_enough(password: str) -> str:
    """The password itself when it may be used. Raises WeakPassword below the minimum length."""
    if len(password) < MINIMUM_PASSWORD:
        raise WeakPassword(MINIMUM_PASSWORD)
    if len(password) > 1024:
        raise TooLong("password", 1024)
    return password


def login_door(login: str) -> str:
    """Under what wrong passwords for a login are counted: not the login itself, because a person now and then types
    the password there. 24 bits of its SHA-256 tell a shop's people apart and are too few to find a password by."""
    return f"login:{hashlib.sha256(login.encode()).hexdigest()[:6]}"


def person_name(text: str) -> str:
    """A person's name, tidied. Raises Missing or TooLong."""
    name = " ".join(keepable(text).split())
    if not name:
        raise Missing("operator_name")
    if len(name) > 80:
        raise TooLong("operator_name", 80)
    return name
