"""People and their roles in a shopkeeper's words: what a role may, how somebody stands, and which permission is where."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from varejoforte_desktop.application.people_questions import PersonRow
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.palettes import Tone

#: The roles, from the least to the most.
ROLE_NAMES: Final = {
    Role.OPERADOR: "Operador",
    Role.GERENTE: "Gerente",
    Role.ADMINISTRADOR: "Administrador",
}
#: What each is for, in a sentence; a shop may have changed single permissions of the first two.
ROLE_SENTENCES: Final = {
    Role.OPERADOR: "Vende, opera o caixa e registra pedidos.",
    Role.GERENTE: "Também cuida do cadastro, ajusta o estoque e cancela vendas.",
    Role.ADMINISTRADOR: "Pode tudo: configurações, usuários, estações e a conexão com a Tray.",
}

#: The permissions by the part of the shop they are about. Seeing the catalogue is not among them: everybody who works
#: here sees what is sold, so there is nothing to be taken away.
AREAS: Final[dict[str, tuple[Permission, ...]]] = {
    "Produtos e estoque": (
        Permission.EDIT_CATALOGUE,
        Permission.IMPORT_CATALOGUE,
        Permission.MOVE_STOCK,
        Permission.ADJUST_STOCK,
        Permission.ENTER_PURCHASES,
    ),
    "Venda e caixa": (
        Permission.SELL,
        Permission.CANCEL_ITEMS,
        Permission.CANCEL_SALES,
        Permission.OPERATE_TILL,
        Permission.SUPERVISE_TILL,
    ),
    "Notas fiscais": (Permission.ISSUE_DOCUMENTS, Permission.MANAGE_DOCUMENTS),
    "Pedidos": (
        Permission.IMPORT_ORDERS,
        Permission.REGISTER_ORDERS,
        Permission.RESOLVE_ORDERS,
        Permission.CANCEL_ORDERS,
    ),
    "Tray": (Permission.SYNC, Permission.MANAGE_QUEUE, Permission.CONNECT_STORE),
    "Loja": (
        Permission.CHANGE_SETTINGS,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_STATIONS,
        Permission.MAKE_BACKUPS,
        Permission.SEE_AUDIT,
    ),
}
#: All of them, in the order they are shown.
CHOOSABLE: Final = tuple(permission for area in AREAS.values() for permission in area)


class Standing(NamedTuple):
    """How somebody stands: word, feeling, drawing, and the sentence that says more."""

    word: str
    tone: Tone
    icon: str
    sentence: str


def standing_of(person: PersonRow, now: datetime) -> Standing:
    """Whether somebody may come in now; what keeps them out comes first."""
    if not person.active:
        return Standing("Afastado", Tone.NEUTRAL, "pause", "Não entra em nenhuma estação.")
    if person.waits_until is not None and person.waits_until > now:
        hour = formats.hour(person.waits_until)
        return Standing(
            f"Espera até {hour}", Tone.WARN, "clock", f"Errou a senha vezes demais; pode tentar às {hour}."
        )
    if person.must_change:
        return Standing(
            "Precisa trocar a senha", Tone.INFO, "key", "Recebeu uma senha e ainda não escolheu a sua."
        )
    return Standing("Ativo", Tone.GOOD, "check", "")


def last_seen(person: PersonRow, now: datetime) -> str:
    """When somebody last signed in: "há 12 min"; "nunca"."""
    return "nunca" if person.last_seen_at is None else formats.age(person.last_seen_at, now)


def permission_title(permission: Permission) -> str:
    """What is allowed, as the line of a list: "Cancelar vendas"."""
    said = permission_name(permission.value)
    return said[:1].upper() + said[1:]


def may_sentence(role: Role, permission: Permission, *, allowed: bool) -> str:
    """What a role may: "Gerente pode cancelar vendas"."""
    verb = "pode" if allowed else "não pode"
    return f"{ROLE_NAMES[role]} {verb} {permission_name(permission.value)}"


def differences(changed: int) -> str:
    """How many permissions of a role this shop changed; "" for none."""
    if not changed:
        return ""
    return f"{formats.counted(changed, 'permissão mudada', 'permissões mudadas')}."
