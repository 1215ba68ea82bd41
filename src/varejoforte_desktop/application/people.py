"""Who works at the shop: taken on, changed, put on leave, given a new password, and what each role may."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import Fact, OperatorRecord
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.access_errors import LastAdministrator, OnlyAdministrators, SessionEnded
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.operator import (
    USUAL_GRANTS,
    Actor,
    Permission,
    Role,
    login_door,
    login_name,
    person_name,
)


class PeopleDesk(Protocol):
    """What the screen of operators asks for that needs passwords hashed or the shop's key; never blocks."""

    async def add(self, *, login: str, name: str, role: Role, password: str, by: Actor) -> int:
        """A new colleague, who changes the password at the first sign-in; gives the id.

        Raises NotAllowed, OnlyAdministrators, Missing, TooLong, WeakPassword, LoginTaken.
        """
        ...

    async def give_password(self, operator_id: int, password: str, *, by: Actor) -> None:
        """A password for somebody who forgot theirs. Raises NotAllowed, OnlyAdministrators, WeakPassword, TooLong."""
        ...


def add_operator(
    uow: UnitOfWork,
    *,
    login: str,
    name: str,
    role: Role,
    password_hash: str,
    by: Actor,
    wrapped_key: str = "",
    must_change: bool = False,
) -> int:
    """A new colleague; gives the id. Raises NotAllowed, OnlyAdministrators, Missing, TooLong, LoginTaken."""
    by.needs(Permission.MANAGE_PEOPLE)
    _same_rank(by, role)
    record = OperatorRecord(
        login=login_name(login),
        name=person_name(name),
        role=role,
        password_hash="",
        must_change=must_change,
    )
    record = _with_password(uow, record, password_hash, wrapped_key)
    added = uow.operators.add(record)
    uow.audit.note(AuditAction.OPERATOR_ADDED, record.login, by=by, after=_facts(record))
    uow.touch(Topic.OPERATORS)
    return added


def change_operator(
    uow: UnitOfWork,
    operator_id: int,
    *,
    by: Actor,
    name: str | None = None,
    role: Role | None = None,
    active: bool | None = None,
) -> None:
    """Another name or role, on leave or back; None leaves what another station may have changed meanwhile.

    Raises NotAllowed, OnlyAdministrators, LastAdministrator, NoSuchRecord, Missing, TooLong.
    """
    by.needs(Permission.MANAGE_PEOPLE)
    # Counted first: whoever wants to step down at another station waits here, and then counts again.
    administrators = uow.operators.active_administrators()
    before = _held(uow, operator_id)
    after = replace(
        before,
        name=before.name if name is None else person_name(name),
        role=before.role if role is None else role,
        active=before.active if active is None else active,
    )
    _same_rank(by, before.role)
    _same_rank(by, after.role)
    stays = after.active and after.role is Role.ADMINISTRADOR
    if before.active and before.role is Role.ADMINISTRADOR and not stays and administrators <= 1:
        raise LastAdministrator
    if after == before:
        return
    if not stays:
        after = replace(after, wrapped_key="", key_version=0)
    uow.operators.save(after)
    uow.audit.note(
        AuditAction.OPERATOR_CHANGED, before.login, by=by, before=_facts(before), after=_facts(after)
    )
    uow.touch(Topic.OPERATORS)


def give_password(
    uow: UnitOfWork, operator_id: int, *, password_hash: str, by: Actor, wrapped_key: str = ""
) -> None:
    """A password for somebody who forgot theirs, to be changed at the next sign-in; the wait is over too.

    Raises NotAllowed, OnlyAdministrators, NoSuchRecord.
    """
    by.needs(Permission.MANAGE_PEOPLE)
    operator = _held(uow, operator_id)
    _same_rank(by, operator.role)
    renewed = _with_password(uow, operator, password_hash, wrapped_key)
    uow.operators.save(replace(renewed, must_change=operator_id != by.operator_id))
    uow.waits.clear([login_door(operator.login)])
    uow.audit.note(AuditAction.PASSWORD_RESET, operator.login, by=by)
    uow.touch(Topic.OPERATORS)


def change_own_password(uow: UnitOfWork, *, password_hash: str, wrapped_key: str, by: Actor) -> None:
    """One's own new password; the door has made sure that it is oneself. Raises NoSuchRecord, SessionEnded."""
    operator = _held(uow, by.operator_id)
    if not operator.active:  # put on leave since this act began
        raise SessionEnded
    renewed = _with_password(uow, operator, password_hash, wrapped_key)
    uow.operators.save(replace(renewed, must_change=False))
    uow.audit.note(AuditAction.PASSWORD_CHANGED, operator.login, by=by)
    uow.touch(Topic.OPERATORS)


def release_login(uow: UnitOfWork, operator_id: int, *, by: Actor) -> None:
    """Somebody who mistyped too often may try again now. Raises NotAllowed, OnlyAdministrators, NoSuchRecord.

    An administrator is let in by another one: whoever could end that wait again and again could guess on and on.
    """
    by.needs(Permission.MANAGE_PEOPLE)
    operator = uow.operators.get(operator_id)
    _same_rank(by, operator.role)
    uow.waits.clear([login_door(operator.login)])
    uow.audit.note(AuditAction.OPERATOR_RELEASED, operator.login, by=by)
    uow.touch(Topic.OPERATORS)


def set_permission(uow: UnitOfWork, role: Role, permission: Permission, *, allowed: bool, by: Actor) -> None:
    """Give a role a permission or take it away, on every station from the next act on.

    Raises OnlyAdministrators: when `by` is none, or when the role is the administrators', who may everything.
    """
    if by.role is not Role.ADMINISTRADOR or role is Role.ADMINISTRADOR:
        raise OnlyAdministrators
    usual = permission in USUAL_GRANTS[role]
    before = uow.permits.changed(role).get(permission, usual)
    if before == allowed:
        return
    uow.permits.put(role, permission, allowed=None if allowed == usual else allowed)
    uow.audit.note(
        AuditAction.PERMISSION_CHANGED,
        f"{role.value}: {permission.value}",
        by=by,
        before={"allowed": before},
        after={"allowed": allowed},
    )
    uow.touch(Topic.OPERATORS)


def _with_password(
    uow: UnitOfWork, operator: OperatorRecord, password_hash: str, wrapped_key: str
) -> OperatorRecord:
    """With this password, which opens the shop's key only for somebody who is an administrator by now."""
    wrapped = wrapped_key if operator.role is Role.ADMINISTRADOR else ""
    version = uow.installation.get().key_version if wrapped else 0
    return replace(operator, password_hash=password_hash, wrapped_key=wrapped, key_version=version)


def _held(uow: UnitOfWork, operator_id: int) -> OperatorRecord:
    """The operator, ours until the transaction ends, so that no other station's change is written over.

    Raises NoSuchRecord.
    """
    held = uow.operators.by_login(uow.operators.get(operator_id).login)
    if held is None:
        raise NoSuchRecord("operator", str(operator_id))
    return held


def _same_rank(by: Actor, role: Role) -> None:
    """Whoever may keep the people without being an administrator does not thereby become one."""
    if role is Role.ADMINISTRADOR and by.role is not Role.ADMINISTRADOR:
        raise OnlyAdministrators


def _facts(operator: OperatorRecord) -> dict[str, Fact]:
    return {"name": operator.name, "role": operator.role.value, "active": operator.active}
