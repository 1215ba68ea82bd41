"""Connects the shop to its Tray store and shows how the connection is."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.questions import ConnectionRow, Leader, QueueCounters, Reader
from varejoforte_desktop.application.store import StoreInfo
from varejoforte_desktop.cli.answers import WORLD, Console, Report, record
from varejoforte_desktop.cli.asking import PASSWORD, TRAY_CODE, TRAY_SECRET, secret, wanted
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import count, counted, moment
from varejoforte_desktop.ui.store_causes import outside_sentence

_STATES: Final = {
    "connected": "conectada",
    "reconnect": "precisa reconectar",
    "suspended": "suspensa pela Tray",
}


def connect(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Exchange the authorisation for keys and keep them sealed."""
    address = wanted(asked.address, "--address", "o endereço da loja")
    key = wanted(asked.key, "--key", "a chave do aplicativo")
    password = secret(asked, PASSWORD, "a senha do operador")
    consumer_secret = secret(asked, TRAY_SECRET, "o segredo do aplicativo")
    code = asked.code or secret(asked, TRAY_CODE, "o código de autorização")

    async def work() -> tuple[StoreInfo, QueueCounters]:
        async with signed_in(settings, asked.user, password) as (station, actor):
            info = await station.connector.connect(
                address=address, consumer_key=key, consumer_secret=consumer_secret, code=code, by=actor
            )
            return info, await station.database.read(lambda reader: reader.queue_counters())

    info, counters = asyncio.run(work())
    return Report(
        document={"store": record(info), "pending": counters.pending},
        lines=[
            f"Conectado à loja {info.name} (número {info.store_id}).",
            f"Na fila de envio: {counted(counters.pending, 'item', 'itens')}.",
        ],
    )


def status(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """The connection, who sends, and how much of the store's limits is used."""

    def question(reader: Reader) -> tuple[ConnectionRow | None, Leader | None, QueueCounters, str]:
        return reader.connection(), reader.leader(), reader.queue_counters(), reader.shop().timezone

    connection, leader, counters, timezone = look(settings, question)
    zone = ZoneInfo(timezone)

    def when(at: datetime) -> str:
        return moment(at, zone)

    document = {
        "connection": connection,
        "leader": None if leader is None else record(leader),
        "queue": record(counters),
    }
    lines = [*_connection(connection, when), *_sending(leader, counters, when)]
    if connection is None or connection.state != "connected":
        cause = "never_connected" if connection is None else connection.cause or "reconnect"
        complaint = " ".join(outside_sentence(cause)).strip()
        return Report(document=document, lines=lines, code=WORLD, complaint=complaint)
    return Report(document=document, lines=lines)


def _connection(connection: ConnectionRow | None, when: Callable[[datetime], str]) -> list[str]:
    if connection is None:
        return ["Loja virtual: não conectada"]
    return [
        f"Loja virtual: {connection.store_name} (número {connection.store_id})",
        f"Endereço: {connection.api_address}",
        f"Situação: {_STATES.get(connection.state, connection.state)}",
        f"Conectada em {when(connection.connected_at)}; "
        f"autorização renovável até {when(connection.refresh_expires_at)}",
    ]


def _sending(leader: Leader | None, counters: QueueCounters, when: Callable[[datetime], str]) -> list[str]:
    who = "ninguém agora"
    if leader is not None:
        who = f"{leader.station} ({leader.operator}), desde {when(leader.since)}"
    return [
        f"Quem envia: {who}",
        f"Pedidos à Tray: {count(counters.requests_last_minute)} de {count(counters.requests_per_minute)} "
        f"por minuto; {count(counters.requests_today)} de {count(counters.requests_per_day)} hoje",
        f"Fila: {count(counters.waiting)} aguardando, {count(counters.sending)} enviando, "
        f"{count(counters.halted)} parados, {count(counters.paused)} pausados; "
        f"{count(counters.sent_today)} enviados hoje",
    ]
