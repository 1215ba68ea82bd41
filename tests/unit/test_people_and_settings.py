"""Each person does what the role allows, and the shop's settings make sense."""

import pytest

from varejoforte_desktop.domain.errors import Missing, NotAllowed, TooLong, WeakPassword
from varejoforte_desktop.domain.operator import Actor, Permission, Role, login_name, strong_enough
from varejoforte_desktop.domain.outbox import COMMERCIAL, EVERYTHING, ORDER_SIDES, Aspect
from varejoforte_desktop.domain.shop import ShopSettings, SyncOption

O, G, A = Role.OPERADOR, Role.GERENTE, Role.ADMINISTRADOR  # noqa: E741 - one letter a column
MATRIX = {
    Permission.SEE_CATALOGUE: {O, G, A},
    Permission.MOVE_STOCK: {O, G, A},
    Permission.SYNC: {O, G, A},
    Permission.EDIT_CATALOGUE: {G, A},
    Permission.IMPORT_CATALOGUE: {G, A},
    Permission.ADJUST_STOCK: {G, A},
    Permission.MANAGE_QUEUE: {G, A},
    Permission.CHANGE_SETTINGS: {A},
    Permission.CONNECT_STORE: {A},
    Permission.MANAGE_PEOPLE: {A},
    Permission.IMPORT_ORDERS: {O, G, A},
    Permission.REGISTER_ORDERS: {O, G, A},
    Permission.RESOLVE_ORDERS: {G, A},
    Permission.CANCEL_ORDERS: {G, A},
    Permission.SELL: {O, G, A},
    Permission.CANCEL_ITEMS: {O, G, A},
    Permission.CANCEL_SALES: {G, A},
    Permission.OPERATE_TILL: {O, G, A},
    Permission.SUPERVISE_TILL: {G, A},
    Permission.MAKE_BACKUPS: {G, A},
    Permission.SEE_AUDIT: {A},
    Permission.MANAGE_STATIONS: {A},
    Permission.ISSUE_DOCUMENTS: {O, G, A},
    Permission.MANAGE_DOCUMENTS: {G, A},
    Permission.ENTER_PURCHASES: {G, A},
}


def somebody(role: Role) -> Actor:
    return Actor(operator_id=1, login="ana", name="Ana", role=role, station="Balcão")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_a_role_may_what_the_table_says_and_nothing_else(role: Role, permission: Permission) -> None:
    allowed = role in MATRIX[permission]
    assert somebody(role).may(permission) is allowed
    if allowed:
        somebody(role).needs(permission)
    else:
        with pytest.raises(NotAllowed) as refused:
            somebody(role).needs(permission)
        assert refused.value.permission == permission.value


def test_a_login_is_kept_in_small_letters_without_spaces_around() -> None:
    assert login_name("  ANA ") == login_name("ana") == "ana"


@pytest.mark.parametrize(("text", "error"), [("", Missing), ("   ", Missing), ("a" * 41, TooLong)])
def test_a_login_has_one_to_forty_letters(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        login_name(text)
    assert login_name("a" * 40)


def test_a_password_has_eight_letters_at_least_and_an_end() -> None:
    assert strong_enough("12345678") == "12345678"
    with pytest.raises(WeakPassword) as refused:
        strong_enough("1234567")
    assert refused.value.minimum == 8
    with pytest.raises(TooLong):
        strong_enough("x" * 1025)


def test_a_password_is_not_tidied() -> None:
    assert strong_enough("  senha  ç ") == "  senha  ç "


def test_option_one_sends_everything_and_option_two_no_texts() -> None:
    assert SyncOption.FULL.aspects == EVERYTHING | ORDER_SIDES
    assert SyncOption.COMMERCIAL.aspects == COMMERCIAL | ORDER_SIDES
    assert {Aspect.STOCK, Aspect.PRICE} == COMMERCIAL


def test_the_shops_name_is_tidied_and_needed() -> None:
    assert ShopSettings(name="  Casa ").checked().name == "Casa"
    with pytest.raises(Missing):
        ShopSettings(name="  ").checked()
    with pytest.raises(TooLong):
        ShopSettings(name="x" * 81).checked()


def test_a_new_shop_respects_the_stores_limits() -> None:
    settings = ShopSettings(name="Casa")
    assert (settings.requests_per_minute, settings.requests_per_day, settings.cycle_seconds) == (
        180,
        10_000,
        60,
    )
    assert settings.timezone == "America/Sao_Paulo"
