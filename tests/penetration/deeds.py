"""Acts of people who may not: forged and borrowed identities, lost permissions, a stolen file, a log with holes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError

from tests.books import ask_sql
from tests.penetration.target import Breach, Target, colleague
from varejoforte_desktop.application import queue as queue_desk
from varejoforte_desktop.application.people import (
    add_operator,
    change_operator,
    give_password,
    set_permission,
)
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.shop_settings import rename_shop
from varejoforte_desktop.application.sign_in import challenge, note_wrong_password
from varejoforte_desktop.application.stations import remove_station
from varejoforte_desktop.domain.access_errors import OnlyAdministrators, SessionEnded, StationRemoved
from varejoforte_desktop.domain.errors import DomainError, NotAllowed, SignInLocked
from varejoforte_desktop.domain.operator import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody tries; `do` gives what stopped him, or raises Breach."""

    name: str
    do: Callable[[Target], str]


def _stopped(target: Target, act: Callable[[], object], *kinds: type[DomainError]) -> str:
    before = target.fingerprint()
    try:
        act()
    except kinds as refusal:
        if target.fingerprint() != before:
            raise Breach("refused, and yet something changed") from refusal
        return f"recusado ({type(refusal).__name__})"
    raise Breach("nobody stopped it")


def _rename(target: Target, by: Actor) -> Callable[[], object]:
    return lambda: target.database.run_now(rename_shop, "Minha loja", by=by)


def _forged_role(target: Target) -> str:
    return _stopped(target, _rename(target, replace(target.operador, role=Role.ADMINISTRADOR)), NotAllowed)


def _forged_grants(target: Target) -> str:
    return _stopped(
        target, _rename(target, replace(target.operador, granted=frozenset(Permission))), NotAllowed
    )


def _borrowed_id(target: Target) -> str:
    forged = replace(target.operador, operator_id=target.administrador.operator_id)
    return _stopped(target, _rename(target, forged), SessionEnded)


def _nobody(target: Target) -> str:
    return _stopped(target, _rename(target, replace(target.administrador, operator_id=9999)), SessionEnded)


def _forged_approver(target: Target) -> str:
    approver = replace(target.operador, role=Role.GERENTE)
    return _stopped(
        target,
        lambda: target.database.run_now(
            cancel_sale, 1, reason="Troca", by=target.operador, approved_by=approver
        ),
        NotAllowed,
    )


def _left_yesterday(target: Target) -> str:
    bia = colleague(target, "bia", Role.GERENTE)
    target.database.run_now(
        change_operator, bia.operator_id, name="Bia", role=Role.GERENTE, active=False, by=target.administrador
    )
    return _stopped(target, lambda: target.database.run_now(queue_desk.retry, [1], by=bia), SessionEnded)


def _permission_lost(target: Target) -> str:
    target.database.run_now(
        set_permission, Role.GERENTE, Permission.MANAGE_QUEUE, allowed=False, by=target.administrador
    )
    told = _stopped(
        target, lambda: target.database.run_now(queue_desk.retry, [1], by=target.gerente), NotAllowed
    )
    target.database.run_now(
        set_permission, Role.GERENTE, Permission.MANAGE_QUEUE, allowed=True, by=target.administrador
    )
    return told


def _station_gone(target: Target) -> str:
    from varejoforte_desktop.application.people_ports import StationRecord

    target.database.run_now(
        lambda uow: uow.stations.save(
            StationRecord(
                name="Roubada", joined_at=uow.now, seen_at=uow.now, version="1", public_key="", sealed_key="",
                key_version=0,
            )
        )
    )  # fmt: skip
    target.database.run_now(remove_station, "Roubada", by=target.administrador)
    thief = replace(target.operador, station="Roubada")
    return _stopped(target, lambda: target.database.run_now(queue_desk.retry, [1], by=thief), StationRemoved)


def _keeper_of_people(target: Target) -> Actor:
    target.database.run_now(
        set_permission, Role.GERENTE, Permission.MANAGE_PEOPLE, allowed=True, by=target.administrador
    )
    return target.gerente


def _made_himself_administrator(target: Target) -> str:
    gerente = _keeper_of_people(target)
    return _stopped(
        target,
        lambda: target.database.run_now(
            change_operator,
            gerente.operator_id,
            name=gerente.name,
            role=Role.ADMINISTRADOR,
            active=True,
            by=gerente,
        ),
        OnlyAdministrators,
    )


def _made_an_administrator(target: Target) -> str:
    gerente = _keeper_of_people(target)
    return _stopped(
        target,
        lambda: target.database.run_now(
            add_operator, login="eu", name="Eu", role=Role.ADMINISTRADOR, password_hash="h", by=gerente
        ),
        OnlyAdministrators,
    )


def _took_the_owners_password(target: Target) -> str:
    gerente = _keeper_of_people(target)
    return _stopped(
        target,
        lambda: target.database.run_now(
            give_password, target.administrador.operator_id, password_hash="h", by=gerente
        ),
        OnlyAdministrators,
    )


def _wrote_permissions(target: Target) -> str:
    gerente = _keeper_of_people(target)
    return _stopped(
        target,
        lambda: target.database.run_now(
            set_permission, Role.GERENTE, Permission.CHANGE_SETTINGS, allowed=True, by=gerente
        ),
        OnlyAdministrators,
    )


def _read_the_log(target: Target) -> str:
    forged = replace(target.operador, role=Role.ADMINISTRADOR)
    return _stopped(
        target,
        lambda: target.database.read_now(lambda reader: reader.audit.rows(AuditSearch(), by=forged)),
        NotAllowed,
    )


def _guessed(login: str) -> Callable[[Target], str]:
    def do(target: Target) -> str:
        for tries in range(1, 40):
            try:
                target.database.run_now(challenge, login, "isca", station=f"Porta {tries}")
            except SignInLocked as shut:
                return f"a porta fecha na {tries}ª tentativa por {shut.seconds} s"
            target.database.run_now(note_wrong_password, login, station=f"Porta {tries}")
        raise Breach("forty passwords were tried")

    return do


def _guessed_logins(target: Target) -> str:
    for tries in range(1, 60):
        try:
            target.database.run_now(challenge, f"alguem{tries}", "isca", station="Balcão")
        except SignInLocked as shut:
            return f"a estação fecha na {tries}ª tentativa por {shut.seconds} s"
        target.database.run_now(note_wrong_password, f"alguem{tries}", station="Balcão")
    raise Breach("sixty logins were tried from one station")


def _sql(statement: str) -> Callable[[Target], str]:
    """Whoever reaches the database past the program is stopped by the database."""

    def do(target: Target) -> str:
        try:
            ask_sql(target.url, statement)
        except (DBAPIError, Exception) as refusal:  # noqa: BLE001 - each driver has its own
            return f"o banco recusa ({type(refusal).__name__})"
        raise Breach(f"the database did it: {statement}")

    return do


DEEDS = (
    Deed("papel trocado na sessão", _forged_role),
    Deed("permissões inventadas na sessão", _forged_grants),
    Deed("número de outra pessoa", _borrowed_id),
    Deed("pessoa que não existe", _nobody),
    Deed("supervisor inventado", _forged_approver),
    Deed("sessão de quem saiu da loja", _left_yesterday),
    Deed("permissão retirada com a tela aberta", _permission_lost),
    Deed("estação retirada da loja", _station_gone),
    Deed("gerente se torna administrador", _made_himself_administrator),
    Deed("gerente cria um administrador", _made_an_administrator),
    Deed("gerente troca a senha do dono", _took_the_owners_password),
    Deed("gerente muda as permissões", _wrote_permissions),
    Deed("trilha lida por quem não pode", _read_the_log),
    Deed("senhas tentadas: operador que existe", _guessed("ana")),
    Deed("senhas tentadas: operador que não existe", _guessed("ninguem")),
    Deed("muitos operadores numa estação", _guessed_logins),
    Deed("trilha alterada por fora", _sql("UPDATE audit_entry SET operator = 'outro'")),
    Deed("trilha apagada por fora", _sql("DELETE FROM audit_entry")),
    Deed("estoque negativo por fora", _sql("UPDATE stock SET on_hand = -1000")),
    Deed("segunda loja por fora", _sql("INSERT INTO shop SELECT 2, name, timezone, sync_option, requests_per_minute, requests_per_day, cycle_seconds, lock_minutes FROM shop")),
)  # fmt: skip
