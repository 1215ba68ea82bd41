"""Lists the shop's computers, lets this one in, takes one out, and changes the key they share."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from typing import Final
from urllib.parse import unquote, urlsplit

from varejoforte_desktop.application.people_questions import StationRow
from varejoforte_desktop.application.station_setup import USUAL_PORT, Line, ShopAddress, ShopFound
from varejoforte_desktop.application.stations import remove_station
from varejoforte_desktop.cli.answers import CommandRefused, Console, Report, WrongUsage, record, table
from varejoforte_desktop.cli.asking import PASSWORD, confirm, secret
from varejoforte_desktop.cli.safes import OPENS_DATABASE, chosen_safe
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.addresses import is_postgresql, password_of
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import counted, moment

_LINES: Final = {
    Line.PROTECTED: "cifrada, e o servidor provou quem é",
    Line.THIS_COMPUTER: "não sai deste computador",
    Line.FILE: "não há: a loja é um arquivo",
}


def show(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """The computers of the shop."""
    rows = look(settings, lambda reader: reader.people.stations())
    cells = [(row.name, _standing(row), moment(row.seen_at), row.version) for row in rows]
    lines = table(("estação", "situação", "vista em", "versão"), cells) if rows else ["Nenhuma estação."]
    return Report(document={"stations": [record(row) for row in rows]}, lines=lines)


def _standing(row: StationRow) -> str:
    if row.removed_at is not None:
        return "retirada"
    standing = "com a chave" if row.has_key else "sem a chave"
    return f"{standing}, envia" if row.sends else standing


def join(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Let this computer into a shop that exists."""
    if asked.database_url is None or not is_postgresql(settings.database_url):
        raise WrongUsage("Falta o endereço da loja: use --database-url postgresql://usuario@servidor/banco.")
    password = secret(asked, PASSWORD, "a senha do operador")
    address = _address(asked, settings)
    name = asked.name or settings.station
    found, actor = asyncio.run(_join(asked, settings, address, name, password))
    lines = [
        f"Esta estação agora é {name}, da loja {found.shop_name}.",
        f"Ligação com o banco: {_LINES[found.line]}.",
        f"A loja tem {counted(found.stations + 1, 'estação', 'estações')}.",
    ]
    document = {"station": name, "shop": found.shop_name, "line": found.line.value, "by": actor.login}
    return Report(document=document, lines=lines)


async def _join(
    asked: argparse.Namespace, settings: Settings, address: ShopAddress, name: str, password: str
) -> tuple[ShopFound, Actor]:
    """First whether it can be remembered, then whether the shop lets us in, and only then is anything written."""
    from varejoforte_desktop.app.joining import StationSetUp, address_of, station_name

    safe = await asyncio.to_thread(chosen_safe, settings, asked.safe)
    if not safe.keeps and safe.kind is None:
        raise CommandRefused(
            "Este computador não tem um cofre de senhas.",
            "Diga onde guardá-las: --safe file (arquivo com frase secreta) ou --safe ask (em lugar nenhum).",
            kind="no_safe",
        )
    setup = StationSetUp(settings, safe)
    found = await setup.attempt(address, name)
    there = replace(settings, database_url=address_of(address), station=station_name(name))
    async with signed_in(there, asked.user, password, safe=safe) as (_station, actor):
        await setup.keep(address, name)
        return found, actor


def _address(asked: argparse.Namespace, settings: Settings) -> ShopAddress:
    """Raises WrongUsage, CommandRefused."""
    parts = urlsplit(settings.database_url)
    try:
        port = parts.port or USUAL_PORT
    except ValueError:
        raise WrongUsage("A porta do endereço não é um número de 0 a 65535.") from None
    if not parts.hostname or not parts.username or parts.path in {"", "/"}:
        raise CommandRefused(
            "O endereço não diz tudo: usuário, servidor e banco.",
            "Escreva postgresql://usuario@servidor/banco.",
            kind="bad_database_url",
        )
    known = password_of(settings.database_url)
    return ShopAddress(
        server=parts.hostname,
        port=port,
        database=unquote(parts.path.removeprefix("/")),
        user=unquote(parts.username),
        password=known or secret(asked, OPENS_DATABASE, "a senha do banco"),
        authority=asked.ca,
    )


def remove(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Take a computer out of the shop."""
    password = secret(asked, PASSWORD, "a senha do operador")
    if not asked.yes:
        confirm(f"A estação {asked.name} deixará de trabalhar com a loja.")

    async def work() -> None:
        async with signed_in(settings, asked.user, password) as (station, actor):
            await station.database.run(remove_station, asked.name, by=actor)

    asyncio.run(work())
    lines = [
        f"A estação {asked.name} foi retirada.",
        "Ela ainda conhece a chave da loja: se o computador saiu das suas mãos, use key change.",
    ]
    return Report(document={"removed": asked.name}, lines=lines)


def change_key(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """A new key for the shop."""
    password = secret(asked, PASSWORD, "a senha do operador")
    if not asked.yes:
        confirm("A chave da loja será trocada em todas as estações.")

    async def work() -> tuple[int, list[StationRow]]:
        async with signed_in(settings, asked.user, password) as (station, actor):
            await station.keys.change_key(password, by=actor, lost=asked.lost)
            rows = await station.database.read(lambda reader: reader.people.stations())
            return station.key.version, rows

    version, rows = asyncio.run(work())
    having = [row.name for row in rows if row.has_key]
    without = [row.name for row in rows if not row.has_key and row.removed_at is None]
    lines = [f"A chave da loja foi trocada; com a nova: {', '.join(having)}."]
    if without:
        lines.append(f"Sem a chave: {', '.join(without)}. Um administrador precisa entrar nelas.")
    lines.append("Os outros administradores recebem a nova chave ao entrar em uma estação.")
    return Report(document={"version": version, "stations": having, "without": without}, lines=lines)
