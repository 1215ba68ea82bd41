"""Takes people on, changes them, lets them in again and says what each role may, without a screen."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from varejoforte_desktop.application.people import change_operator, release_login, set_permission
from varejoforte_desktop.application.people_questions import PersonRow
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.cli.answers import CommandRefused, Console, Report, WrongUsage, record, table
from varejoforte_desktop.cli.asking import PASSWORD, secret
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.cli.stopping import stoppable
from varejoforte_desktop.domain.operator import USUAL_GRANTS, Actor, Permission, Role, login_name
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.formats import counted, moment
from varejoforte_desktop.ui.people.words import CHOOSABLE, ROLE_NAMES, may_sentence, standing_of

if TYPE_CHECKING:
    from datetime import datetime

    from varejoforte_desktop.app.station import Station

NEW_PASSWORD: Final = "VAREJOFORTE_NEW_PASSWORD"  # noqa: S105 - the name of a variable
_SWITCH: Final = {"on": True, "off": False}
Grants = Mapping[Role, frozenset[Permission]]


# -- people --------------------------------------------------------------------------------------------


def show(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Everybody, and how each of them stands."""
    from varejoforte_desktop.app.clock import utc_now

    people = look(settings, lambda reader: reader.people.people())
    now = utc_now()
    lines = table(
        ("nome de acesso", "nome", "perfil", "situação", "último acesso"),
        [_line(person, now) for person in people],
    )
    active = sum(person.active for person in people)
    return Report(
        document={"people": [_document(person) for person in people]},
        lines=[*lines, "", f"{counted(active, 'operador ativo', 'operadores ativos')} de {len(people)}."],
    )


def _line(person: PersonRow, now: datetime) -> tuple[str, ...]:
    seen = "nunca" if person.last_seen_at is None else moment(person.last_seen_at)
    return person.login, person.name, ROLE_NAMES[person.role], standing_of(person, now).word, seen


def _document(person: PersonRow) -> dict[str, object]:
    return {name: value for name, value in record(person).items() if name != "id"}


def take_on(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """A new colleague, with a password to begin with."""
    role = Role(asked.role)

    async def work(station: Station, by: Actor, password: str) -> Report:
        await station.people.add(login=asked.login, name=asked.name, role=role, password=password, by=by)
        login = login_name(asked.login)
        person = await station.database.read(lambda reader: _person(reader, login))
        said = f"{person.name} já pode entrar como “{login}” e troca a senha na primeira vez."
        return Report(document={"person": _document(person)}, lines=[said])

    return _with_new_password(asked, settings, work)


def change(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Another name or role, on leave or back; what is not named stays. Raises WrongUsage when nothing is."""
    role = None if asked.role is None else Role(asked.role)
    if asked.name is None and role is None and asked.active is None:
        raise WrongUsage("Falta informar o que muda: --name, --role, --on-leave ou --active.")

    async def work(station: Station, by: Actor) -> Report:
        before = await station.database.read(lambda reader: _person(reader, asked.login))
        await station.database.run(
            change_operator, before.id, name=asked.name, role=role, active=asked.active, by=by
        )
        after = await station.database.read(lambda reader: _person(reader, asked.login))
        standing = "ativo" if after.active else "afastado"
        said = f"{after.login}: {after.name}, {ROLE_NAMES[after.role].lower()}, {standing}."
        return Report(document={"person": _document(after)}, lines=[said])

    return _with_somebody(asked, settings, work)


def password(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """A password for somebody who forgot theirs; their wait is over too."""

    async def work(station: Station, by: Actor, password: str) -> Report:
        person = await station.database.read(lambda reader: _person(reader, asked.login))
        await station.people.give_password(person.id, password, by=by)
        said = f"{person.name} entra com a senha nova e escolhe a sua."
        return Report(document={"login": person.login, "must_change": True}, lines=[said])

    return _with_new_password(asked, settings, work)


def release(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Somebody who mistyped too often may try again now."""

    async def work(station: Station, by: Actor) -> Report:
        person = await station.database.read(lambda reader: _person(reader, asked.login))
        await station.database.run(release_login, person.id, by=by)
        waited = person.waits_until is not None
        said = (
            f"{person.name} pode tentar de novo agora." if waited else f"{person.name} não estava esperando."
        )
        return Report(document={"login": person.login, "waited": waited}, lines=[said])

    return _with_somebody(asked, settings, work)


def _person(reader: Reader, login: str) -> PersonRow:
    wanted = login_name(login)
    for person in reader.people.people():
        if person.login == wanted:
            return person
    raise CommandRefused(
        f"Não há operador com o nome de acesso {wanted}.",
        "Veja a lista com: varejoforte-desktop people list.",
        kind="no_such_operator",
    )


# -- what each role may --------------------------------------------------------------------------------


def permissions(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """What each role may in this shop, changed first when asked to."""
    changes = [_wanted(*words) for words in asked.changes]
    if not changes:
        return look(settings, lambda reader: _matrix(reader.people.grants(), []))

    async def work(station: Station, by: Actor) -> Report:
        for role, permission, allowed in changes:
            await station.database.run(set_permission, role, permission, allowed=allowed, by=by)
        done = [f"{may_sentence(role, each, allowed=allowed)}." for role, each, allowed in changes]
        return await station.database.read(lambda reader: _matrix(reader.people.grants(), done))

    if asked.user is None:
        raise WrongUsage("Falta informar: --user (necessário com --set).")
    return _with_somebody(asked, settings, work)


def _wanted(role: str, permission: str, switch: str) -> tuple[Role, Permission, bool]:
    """What --set asks for. Raises WrongUsage."""
    roles = {each.value: each for each in ROLE_NAMES if each is not Role.ADMINISTRADOR}
    known = {each.value: each for each in CHOOSABLE}
    if role not in roles:
        raise WrongUsage(
            f"--set: use um destes perfis: {', '.join(roles)}. O administrador sempre pode tudo."
        )
    if permission not in known:
        raise WrongUsage(f"--set: a permissão {permission} não existe; use uma destas: {', '.join(known)}.")
    if switch not in _SWITCH:
        raise WrongUsage("--set: termine com on ou off.")
    return roles[role], known[permission], _SWITCH[switch]


def _matrix(grants: Grants, done: Sequence[str]) -> Report:
    rows, document = [], []
    for permission in CHOOSABLE:
        may = {role.value: permission in grants[role] for role in ROLE_NAMES}
        changed = [role.value for role in ROLE_NAMES if may[role.value] != (permission in USUAL_GRANTS[role])]
        words = permission_name(permission.value)
        rows.append(
            (
                permission.value,
                words,
                *("sim" if each else "não" for each in may.values()),
                ", ".join(changed),
            )
        )
        document.append({"permission": permission.value, "name": words, **may, "changed": changed})
    headings = ("permissão", "o que permite", *(role.value for role in ROLE_NAMES), "mudado pela loja")
    lines = [*done, *([""] if done else []), *table(headings, rows)]
    return Report(document={"permissions": document}, lines=lines)


# -- who does it ---------------------------------------------------------------------------------------


def _with_somebody(
    asked: argparse.Namespace, settings: Settings, work: Callable[[Station, Actor], Awaitable[Report]]
) -> Report:
    """Do it with an operator signed in."""
    return _signed(asked, settings, secret(asked, PASSWORD, "a senha do operador"), work)


def _with_new_password(
    asked: argparse.Namespace, settings: Settings, work: Callable[[Station, Actor, str], Awaitable[Report]]
) -> Report:
    """The same, after asking also for the password that somebody gets."""
    own = secret(asked, PASSWORD, "a senha do operador")
    given = secret(asked, NEW_PASSWORD, "a senha nova")
    typed = not asked.from_stdin and not os.environ.get(NEW_PASSWORD)
    if typed and secret(asked, NEW_PASSWORD, "a senha nova, outra vez") != given:
        raise WrongUsage("As duas senhas não são iguais; nada foi feito.")
    return _signed(asked, settings, own, lambda station, by: work(station, by, given))


def _signed(
    asked: argparse.Namespace,
    settings: Settings,
    own: str,
    work: Callable[[Station, Actor], Awaitable[Report]],
) -> Report:
    async def begin() -> Report:
        async with signed_in(settings, asked.user, own) as (station, by):
            return await work(station, by)

    with stoppable():
        return asyncio.run(begin())
