"""Sends what is owed to the store without a screen, and says whether all of it arrived."""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Final

from varejoforte_desktop.application.questions import QueueCounters
from varejoforte_desktop.application.sync_status import SyncControl, SyncPhase, SyncStatus
from varejoforte_desktop.cli.answers import WORLD, Console, Report
from varejoforte_desktop.cli.asking import PASSWORD, secret
from varejoforte_desktop.cli.station import signed_in
from varejoforte_desktop.cli.stopping import stoppable
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import count, counted, duration
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.store_causes import outside_sentence

_BEGUN: Final = frozenset({SyncPhase.OFF, SyncPhase.STARTING, SyncPhase.SENDING})
#: Waiting does not help: a person has to act.
_CLOSED: Final = frozenset(
    {
        SyncPhase.NOT_CONNECTED,
        SyncPhase.RECONNECT,
        SyncPhase.SUSPENDED,
        SyncPhase.KEY_MISSING,
        SyncPhase.RECHECK,
        SyncPhase.REMOVED,
        SyncPhase.NOT_ALLOWED,
        SyncPhase.BROKEN,
    }
)
#: It may pass by itself; how often in a row it is waited for.
_PASSING: Final = {
    SyncPhase.OFFLINE: 2,
    SyncPhase.BOOKS_AWAY: 2,
    SyncPhase.STORE_DOWN: 5,
    SyncPhase.ASKED_TO_WAIT: 5,
}
_QUIET: Final = frozenset({SyncPhase.UP_TO_DATE, SyncPhase.STANDBY})
_TIMEOUT: Final = "timeout"
_REPORT_EVERY: Final = 1.0


def run(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Send, once or until nothing is left that waiting would send."""
    password = secret(asked, PASSWORD, "a senha do operador")

    async def work() -> Report:
        async with signed_in(settings, asked.user, password) as (station, actor):
            before = await station.database.read(lambda reader: reader.queue_counters())
            watch = _Watch(station.sync, station.database, console, once=asked.once)
            station.sync.start(actor)
            end = await watch.follow(asked.timeout)
            await station.sync.stop()
            after = await station.database.read(lambda reader: reader.queue_counters())
            return _report(end, before, after)

    with stoppable():
        return asyncio.run(work())


class _Watch:
    """Follows the loop, tells its progress, and knows when to stop."""

    def __init__(self, sync: SyncControl, database: Database, console: Console, *, once: bool) -> None:
        self._heard: asyncio.Queue[SyncStatus] = asyncio.Queue()
        self._forget = sync.subscribe(self._heard.put_nowait)
        self._database = database
        self._console = console
        self._once = once
        self._troubles = 0
        self._told = ("", float("-inf"))

    async def follow(self, patience: float) -> SyncStatus:
        """The status at which to stop; its cause is "timeout" when the time was up."""
        last = SyncStatus()
        try:
            async with asyncio.timeout(patience):
                while True:
                    last = await self._heard.get()
                    self._tell(last)
                    if await self._ends(last):
                        return last
        except TimeoutError:
            return SyncStatus(phase=last.phase, cause=_TIMEOUT)
        finally:
            self._forget()

    async def _ends(self, status: SyncStatus) -> bool:
        if status.phase in _BEGUN:
            return False
        if self._once or status.phase in _CLOSED or status.cause == "day_spent":
            return True
        if status.phase in _PASSING:
            self._troubles += 1
            return self._troubles >= _PASSING[status.phase]
        self._troubles = 0
        if status.phase not in _QUIET:
            return False
        counters = await self._database.read(lambda reader: reader.queue_counters())
        return counters.waiting + counters.sending == 0

    def _tell(self, status: SyncStatus) -> None:
        """A line when something else happens, and now and then while sending."""
        text, now = _progress(status), time.monotonic()
        before, at = self._told
        soon = status.phase is SyncPhase.SENDING and now - at < _REPORT_EVERY
        if text and text != before and not (soon and before.startswith("Enviando")):
            self._console.say(text)
            self._told = text, now


def _progress(status: SyncStatus) -> str:
    match status.phase:
        case SyncPhase.SENDING:
            left = "" if status.eta_seconds is None else f", faltam cerca de {duration(status.eta_seconds)}"
            return f"Enviando: {count(status.sent)} de {count(status.total)}{left}."
        case SyncPhase.STANDBY:
            return f"A estação {status.leader_station} está enviando; aguardando."
        case SyncPhase.UP_TO_DATE:
            return "Nada mais a enviar agora."
        case phase if phase in _BEGUN:
            return ""
    return _trouble(status).text


_TROUBLES: Final = {
    SyncPhase.RECHECK: Sentence(
        "Os dados vieram de uma cópia restaurada.",
        "Um administrador precisa conferi-los; até lá nada é enviado.",
    ),
    SyncPhase.REMOVED: Sentence(
        "Este computador foi retirado da loja.", "Um administrador precisa entrar aqui."
    ),
    SyncPhase.NOT_ALLOWED: Sentence("Este operador não pode mais sincronizar.", "Peça a um administrador."),
    SyncPhase.BOOKS_AWAY: Sentence("O banco de dados não responde.", "Verifique a rede e o servidor."),
    SyncPhase.BROKEN: Sentence("Algo deu errado no envio; o log tem o relatório.", "Mande o log ao suporte."),
}


def _trouble(status: SyncStatus) -> Sentence:
    if status.phase in _TROUBLES:
        return _TROUBLES[status.phase]
    if status.phase is SyncPhase.NOT_CONNECTED:
        text, remedy = outside_sentence("never_connected")
        return Sentence(text, remedy.replace(".", " ou com: varejoforte-desktop tray connect."))
    return Sentence(*outside_sentence(status.cause, status.detail))


def _report(end: SyncStatus, before: QueueCounters, after: QueueCounters) -> Report:
    left = after.pending + after.paused
    stuck = end.phase in _CLOSED or end.phase in _PASSING
    well = left == 0 and not stuck
    document = {
        "phase": end.phase,
        "cause": end.cause,
        "sent": max(0, after.sent_today - before.sent_today),
        "waiting": after.waiting + after.sending,
        "halted": after.halted,
        "paused": after.paused,
        "complete": well,
    }
    lines = [
        f"Enviados agora: {counted(max(0, after.sent_today - before.sent_today), 'item', 'itens')}.",
        f"Na fila: {count(after.waiting + after.sending)} aguardando, {count(after.halted)} parados, "
        f"{count(after.paused)} pausados.",
    ]
    if well:
        return Report(document=document, lines=lines)
    return Report(document=document, lines=lines, code=WORLD, complaint=_complaint(end, after))


def _complaint(end: SyncStatus, after: QueueCounters) -> str:
    said = []
    if end.cause == _TIMEOUT:
        said.append("O tempo acabou antes do envio.")
    elif end.phase not in _QUIET and end.phase not in _BEGUN:
        said.append(_trouble(end).whole)
    if after.waiting + after.sending:
        waiting = counted(after.waiting + after.sending, "item aguarda", "itens aguardam")
        said.append(f"{waiting}: execute de novo mais tarde.")
    if after.halted:
        halted = counted(after.halted, "item parado precisa", "itens parados precisam")
        said.append(f"{halted} de atenção: veja varejoforte-desktop queue list.")
    if after.paused:
        paused = counted(after.paused, "item pausado", "itens pausados")
        said.append(f"{paused}: solte com varejoforte-desktop queue resume.")
    return " ".join(said)
