"""How the sending to the store goes, in one phrase that is the same wherever it is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from varejoforte_desktop.application.sale_questions import SyncGap
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.store_causes import outside_sentence


class Phrase(NamedTuple):
    """A few words, how they feel, and the drawing that says the same."""

    text: str
    tone: Tone
    icon: str


class _Moment(NamedTuple):
    """What a phrase is made from."""

    status: SyncStatus
    now_mono: float
    pending: int
    halted: int
    now: datetime | None
    oldest_since: datetime | None
    orders: int = 0
    pause_left: float | None = None
    elsewhere: str = ""

    @property
    def left(self) -> float | None:
        """Seconds until the next try, None when no try is planned."""
        at = self.status.retry_at_mono
        return None if at is None else max(0.0, at - self.now_mono)


def phrase(
    status: SyncStatus,
    now_mono: float,
    pending: int,
    *,
    halted: int = 0,
    now: datetime | None = None,
    oldest_since: datetime | None = None,
    orders: int = 0,
    pause_left: float | None = None,
    elsewhere: str = "",
) -> Phrase:
    """The state in one phrase: "Em dia", "Enviando 12 de 340 · 2 min", "Sem internet · tentando em 30 s".

    `pending` and `halted` count the lines of the queue; `now` and `oldest_since` tell how long they have waited.
    While the flag is off: `orders` that nobody registered wait too, `pause_left` are the seconds until it is on
    again, and `elsewhere` is another station that sends.
    """
    return _PHRASES[status.phase](
        _Moment(status, now_mono, pending, halted, now, oldest_since, orders, pause_left, elsewhere)
    )


def next_look(status: SyncStatus, now_mono: float) -> str:
    """When the loop looks again: "próximo em 0:42"; "" while that is not planned."""
    at = status.next_cycle_at_mono
    if status.phase is not SyncPhase.UP_TO_DATE or at is None:
        return ""
    return f"próximo em {formats.countdown(max(0.0, at - now_mono))}"


def remedy(status: SyncStatus) -> str:
    """What a person can do about the state; "" when nothing is to be done."""
    if status.phase in _REMEDIES:
        return _REMEDIES[status.phase]
    if status.phase in _CAUSED and status.cause:
        return outside_sentence(status.cause, status.detail)[1]
    return ""


def waiting(items: int, orders: int) -> str:
    """What waits and its verb: "48 itens e 3 pedidos aguardam", "1 item aguarda"; "" for nothing."""
    parts = []
    if items:
        parts.append(formats.counted(items, "item", "itens"))
    if orders:
        parts.append(formats.counted(orders, "pedido", "pedidos"))
    if not parts:
        return ""
    return f"{' e '.join(parts)} {'aguarda' if items + orders == 1 else 'aguardam'}"


def gap_words(gap: SyncGap, now: datetime) -> str:
    """ "Ficou 2 h 13 min sem ninguém sincronizando: 48 itens e 3 pedidos aguardam"."""
    what = waiting(gap.pending, gap.orders)
    said = f"Ficou {formats.duration(now - gap.since)} sem ninguém sincronizando"
    return f"{said}: {what}" if what else f"{said}; nada ficou esperando"


def _off(at: _Moment) -> Phrase:
    if at.pause_left is not None:
        left = formats.countdown(int(at.pause_left + 0.999))
        return Phrase(f"Pausada · volta em {left}", Tone.INFO, "pause")
    if at.elsewhere:
        return Phrase(f"Desligada aqui · {at.elsewhere} está sincronizando", Tone.INFO, "sync-off")
    what = waiting(at.pending, at.orders)
    if not what:
        return Phrase("Desligada", Tone.NEUTRAL, "sync-off")
    text = f"Desligada · {what}"
    if at.now is not None and at.oldest_since is not None:
        passed = at.now - at.oldest_since
        if passed.total_seconds() >= 1:
            text += f" há {formats.duration(passed)}"
    return Phrase(text, Tone.WARN, "sync-off")


def _not_connected(_at: _Moment) -> Phrase:
    return Phrase("Loja não conectada", Tone.WARN, "unlink")


def _starting(_at: _Moment) -> Phrase:
    return Phrase("Iniciando a sincronização", Tone.NEUTRAL, "sync")


def _standby(at: _Moment) -> Phrase:
    text = f"{at.status.leader_station or 'Outra estação'} está sincronizando"
    since = at.status.leader_since
    if since is not None:
        today = at.now is None or formats.day(at.now) == formats.day(since)
        text += f" desde {formats.hour(since) if today else formats.moment(since)}"
    return Phrase(text, Tone.INFO, "sync")


def _up_to_date(at: _Moment) -> Phrase:
    if at.halted:
        return Phrase(formats.counted(at.halted, "item parado", "itens parados"), Tone.BAD, "error")
    if at.pending:
        return Phrase(waiting(at.pending, 0), Tone.INFO, "clock")
    return Phrase("Em dia", Tone.GOOD, "check")


def _sending(at: _Moment) -> Phrase:
    status = at.status
    if not status.total:
        return Phrase("Enviando", Tone.INFO, "sync")
    text = f"Enviando {formats.count(status.sent)} de {formats.count(status.total)}"
    if status.eta_seconds:
        text += f" · {formats.duration(status.eta_seconds)}"
    return Phrase(text, Tone.INFO, "sync")


def _waiting_quota(at: _Moment) -> Phrase:
    if at.status.cause == "day_spent":
        return Phrase(f"Limite de hoje usado · continua{_in(at)}", Tone.WARN, "clock")
    return Phrase(f"Limite da Tray usado · continua{_in(at)}", Tone.INFO, "clock")


def _asked_to_wait(at: _Moment) -> Phrase:
    return Phrase(f"A Tray pediu para esperar; voltamos{_in(at)}", Tone.WARN, "clock")


def _offline(at: _Moment) -> Phrase:
    what, icon = _LINES.get(at.status.cause, _NO_LINE)
    return Phrase(f"{what} · tentando{_in(at)}", Tone.WARN, icon)


def _store_down(at: _Moment) -> Phrase:
    what = _DOWN.get(at.status.cause, "A Tray está com problemas")
    return Phrase(f"{what} · tentando{_in(at)}", Tone.WARN, "cloud")


def _reconnect(_at: _Moment) -> Phrase:
    return Phrase("Reconectar a Tray", Tone.BAD, "key")


def _suspended(at: _Moment) -> Phrase:
    return Phrase(_CLOSED.get(at.status.cause, "A Tray fechou o acesso"), Tone.BAD, "lock")


def _key_missing(_at: _Moment) -> Phrase:
    return Phrase("Falta a chave da loja nesta estação", Tone.BAD, "key")


def _recheck(_at: _Moment) -> Phrase:
    return Phrase("Cópia restaurada: confira antes de enviar", Tone.BAD, "error")


def _removed(_at: _Moment) -> Phrase:
    return Phrase("Este computador foi retirado da loja", Tone.BAD, "lock")


def _not_allowed(_at: _Moment) -> Phrase:
    return Phrase("Quem entrou aqui não pode sincronizar", Tone.BAD, "lock")


def _books_away(at: _Moment) -> Phrase:
    return Phrase(f"O banco de dados não responde · tentando{_in(at)}", Tone.BAD, "error")


def _broken(at: _Moment) -> Phrase:
    return Phrase(f"A sincronização falhou · tentando{_in(at)}", Tone.BAD, "error")


def _in(at: _Moment) -> str:
    """ " em 40 s", or " agora" once the time is up; whole seconds, rounded up so that none is lost."""
    if at.left is None:
        return " em instantes"
    seconds = int(at.left + 0.999)
    return f" em {formats.duration(seconds)}" if seconds else " agora"


_PHRASES: Final[dict[SyncPhase, Callable[[_Moment], Phrase]]] = {
    SyncPhase.OFF: _off,
    SyncPhase.NOT_CONNECTED: _not_connected,
    SyncPhase.STARTING: _starting,
    SyncPhase.STANDBY: _standby,
    SyncPhase.UP_TO_DATE: _up_to_date,
    SyncPhase.SENDING: _sending,
    SyncPhase.WAITING_QUOTA: _waiting_quota,
    SyncPhase.ASKED_TO_WAIT: _asked_to_wait,
    SyncPhase.OFFLINE: _offline,
    SyncPhase.STORE_DOWN: _store_down,
    SyncPhase.RECONNECT: _reconnect,
    SyncPhase.SUSPENDED: _suspended,
    SyncPhase.KEY_MISSING: _key_missing,
    SyncPhase.RECHECK: _recheck,
    SyncPhase.REMOVED: _removed,
    SyncPhase.NOT_ALLOWED: _not_allowed,
    SyncPhase.BOOKS_AWAY: _books_away,
    SyncPhase.BROKEN: _broken,
}
_NO_LINE: Final = ("Sem internet", "wifi-off")
_LINES: Final = {
    "tls": ("O certificado da loja não é confiável", "lock"),
    "bad_address": ("O endereço da loja não existe", "unlink"),
    "redirected": ("A loja mudou de endereço", "unlink"),
    "timeout_connecting": ("A loja não responde", "cloud"),
}
_DOWN: Final = {"no_answer": "A Tray não responde", "reset": "A conexão com a Tray caiu"}
_CLOSED: Final = {
    "store_blocked": "Loja bloqueada na Tray",
    "store_inactive": "Loja inativa na Tray",
    "store_cancelled": "Loja cancelada na Tray",
}
_REMEDIES: Final = {
    SyncPhase.OFF: "Ligue “Sincronizar com a Tray” na janela principal.",
    SyncPhase.NOT_CONNECTED: "Conecte em Configurações › Tray.",
    SyncPhase.KEY_MISSING: "Um administrador precisa entrar aqui uma vez.",
    SyncPhase.RECHECK: "Um administrador precisa conferir os dados restaurados; até lá nada é enviado à Tray.",
    SyncPhase.REMOVED: "Um administrador precisa entrar aqui para trazê-lo de volta à loja.",
    SyncPhase.NOT_ALLOWED: "Peça a um administrador, ou deixe que outra pessoa entre nesta estação.",
    SyncPhase.BOOKS_AWAY: "Verifique a rede e o servidor; o programa tenta de novo sozinho.",
    SyncPhase.BROKEN: "O programa tenta de novo sozinho; se continuar, chame o suporte.",
}
_CAUSED: Final = frozenset(
    {
        SyncPhase.WAITING_QUOTA,
        SyncPhase.ASKED_TO_WAIT,
        SyncPhase.OFFLINE,
        SyncPhase.STORE_DOWN,
        SyncPhase.RECONNECT,
        SyncPhase.SUSPENDED,
    }
)
