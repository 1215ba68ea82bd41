"""Moves a shop from its file to a PostgreSQL server, and tells this computer where it is from now on."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
from pathlib import Path
from typing import Final

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.station_setup import SettingsNotKept
from varejoforte_desktop.cli.answers import CommandRefused, Console, Report
from varejoforte_desktop.cli.asking import PASSWORD, confirm, secret
from varejoforte_desktop.cli.database_words import spoken
from varejoforte_desktop.cli.safes import OPENS_DATABASE, safe_for
from varejoforte_desktop.cli.station import signed_in
from varejoforte_desktop.domain.access_errors import SafeClosed
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.persistence.addresses import guarded, password_of, with_password
from varejoforte_desktop.persistence.database import shown_address, sqlite_path
from varejoforte_desktop.persistence.moving import MovedTable, move_books
from varejoforte_desktop.settings import (
    Settings,
    WrongSettings,
    password_name,
    usual_config_path,
    write_station,
)
from varejoforte_desktop.ui.formats import SHOP_ZONE, counted

_SCHEME: Final = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://")


def move(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Move the shop; the file keeps all of it under another name."""
    target = _target(asked.to)
    shown = shown_address(target)
    path = sqlite_path(settings.database_url)
    by = asyncio.run(_who(asked, settings)) if asked.user else None
    if not asked.yes:
        confirm(f"A loja será mudada para {shown}.")
    tables: list[MovedTable] = []

    def hears(table: MovedTable) -> None:
        tables.append(table)
        console.say(f"{table.name}: {counted(table.lines, 'linha', 'linhas')}, {table.digest}")

    with spoken():
        problems = move_books(settings.database_url, target, now=utc_now, by=by, hears=hears)
    password_kept = _keep_password(settings, target)
    told = _tell(settings, target)
    kept = _put_aside(path) if path is not None and told else None
    document = {
        "database": shown,
        "tables": {each.name: {"lines": each.lines, "sha256": each.digest} for each in tables},
        "problems": problems,
        "settings_written": told,
        "password_kept": password_kept,
        "kept": kept,
    }
    lines = _moved_lines(shown, tables, problems) + _from_now_on(
        path, kept, told=told, password=password_kept
    )
    return Report(document=document, lines=lines)


def _target(text: str) -> str:
    """The address with our driver and its password. Raises CommandRefused, AddressInClear."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        raise CommandRefused(
            "O destino não é um banco PostgreSQL.",
            "Use --to postgresql://usuario@servidor/loja.",
            kind="not_postgresql",
        )
    try:
        url = guarded(f"postgresql+psycopg://{text[scheme.end() :]}")
        told = os.environ.get(OPENS_DATABASE)
        return with_password(url, told) if told and not password_of(url) else url
    except ValueError:
        raise CommandRefused(
            "O endereço de destino não pode ser usado.",
            "Use --to postgresql://usuario@servidor/loja.",
            kind="bad_database_url",
        ) from None


async def _who(asked: argparse.Namespace, settings: Settings) -> Actor:
    """Whoever is answerable for it. Raises NotAllowed and what signing in raises."""
    async with signed_in(settings, asked.user, secret(asked, PASSWORD, "a senha")) as (_station, by):
        by.needs(Permission.CHANGE_SETTINGS)
        return by


def _keep_password(settings: Settings, target: str) -> bool:
    """Put the password into this computer's safe; whether the next start finds it there, or needs none."""
    password = password_of(target)
    if not password:
        return True
    try:
        safe = safe_for(settings)
        safe.put(password_name(target), password)
    except (SafeClosed, OSError):
        return False
    return safe.keeps


def _tell(settings: Settings, target: str) -> bool:
    """Remember the new address for the next start; whether that could be done."""
    path = settings.config_path or usual_config_path()
    try:
        write_station(path, database_url=target, station=settings.station)
    except (SettingsNotKept, WrongSettings):
        return False
    return True


def _put_aside(path: Path) -> Path:
    """The file under a name that nobody opens by mistake; as it is where the system does not let it go."""
    stem = f"{path.stem}-movida-para-o-postgresql-{utc_now().astimezone(SHOP_ZONE):%Y%m%d-%H%M%S}"
    kept = path.with_name(f"{stem}{path.suffix}")
    try:
        return path.rename(kept)
    except OSError:
        return path


def _moved_lines(shown: str, tables: list[MovedTable], problems: tuple[str, ...]) -> list[str]:
    lines = counted(sum(each.lines for each in tables), "linha comparada", "linhas comparadas")
    said = [f"Loja mudada para {shown}: {counted(len(tables), 'tabela', 'tabelas')}, {lines}."]
    if problems:
        said.append("O banco já tinha problemas, que vieram junto: confira com db check.")
    return said


def _from_now_on(path: Path | None, kept: Path | None, *, told: bool, password: bool) -> list[str]:
    said = (
        [f"O arquivo anterior ficou guardado em {kept}."]
        if told
        else [
            "O endereço novo não pôde ser gravado neste computador: configure a estação com station join.",
            f"O arquivo {path} ficou onde estava; não venda mais nele.",
        ]
    )
    if not password:
        said.append(
            f"A senha do banco não foi guardada: será pedida ao abrir o programa, ou lida de {OPENS_DATABASE}."
        )
    said.append("Um administrador deve entrar uma vez em cada estação, para que ela receba a chave da loja.")
    return said
