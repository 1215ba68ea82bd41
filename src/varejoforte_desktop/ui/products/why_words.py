"""The words in which the store's number is explained: a sum, when it was sent, and what is in the way."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from varejoforte_desktop.application.sale_questions import WhyPublished
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.store_causes import outside_sentence

# Stand in for facts of a cause that are known only to the queue.
_ELSEWHERE: Final = "\N{BULLET}"
_UNKNOWN: Final = "—"


class Said(NamedTuple):
    """A sentence and how it feels."""

    text: str
    tone: Tone


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhyPublished", text)


def question(published: int, *, sell_online: bool) -> str:
    """What a person wonders about."""
    if not sell_online:
        return _tr("Por que não está na loja?")
    return _tr("Por que a loja mostra {published}?").format(published=formats.count(published))


def title(facts: WhyPublished) -> str:
    """The question that is answered."""
    return question(facts.published, sell_online=facts.sell_online)


def sum_words(facts: WhyPublished) -> str:
    """ "físico 9 − pedidos 3 − balcão 2 − segurança 0 = 4"; what is rounded or below zero is said too."""
    if not facts.sell_online:
        return _tr("físico {on_hand}, fora da loja").format(on_hand=formats.quantity(facts.on_hand))
    total = facts.on_hand - facts.open_online - facts.counter_reserve - facts.safety
    words = _tr(
        "físico {on_hand} − pedidos {orders} − balcão {reserve} − segurança {safety} = {total}"
    ).format(
        on_hand=formats.quantity(facts.on_hand),
        orders=formats.quantity(facts.open_online),
        reserve=formats.quantity(facts.counter_reserve),
        safety=formats.quantity(facts.safety),
        total=formats.quantity(total).replace("-", "−"),
    )
    if total == facts.published:
        return words
    return _tr("{words} → {published} na loja").format(words=words, published=formats.count(facts.published))


def times(facts: WhyPublished, now: datetime) -> str:
    """ "enviado 10:02 · última olhada nos pedidos 10:05"."""
    parts = []
    if facts.sell_online:
        sent = facts.acknowledged_at
        parts.append(
            _tr("nenhum número confirmado pela loja")
            if sent is None
            else _tr("enviado {at}").format(at=_when(sent, now))
        )
    parts.append(
        _tr("pedidos ainda não lidos da Tray")
        if facts.looked_at is None
        else _tr("última olhada nos pedidos {at}").format(at=_when(facts.looked_at, now))
    )
    return " · ".join(parts)


def state_words(facts: WhyPublished, now: datetime) -> Said | None:
    """Whether the store shows it already, and if not why."""
    if not facts.sell_online:
        words = _tr("O cadastro diz que este produto não é vendido na loja virtual.")
        return Said(words, Tone.NEUTRAL)
    still = _still(facts)
    if facts.halted_cause:
        words = _tr("O envio deste número está parado. {why} {still}")
        return Said(_tidy(words.format(why=_halted(facts.halted_cause), still=still)), Tone.BAD)
    if facts.waiting:
        words = _tr("Este número aguarda a vez de ser enviado. {still}").format(still=still)
        return Said(_tidy(words), Tone.INFO)
    if not facts.linked:
        return Said(_tr("A Tray ainda não conhece este produto."), Tone.WARN)
    if facts.acknowledged == facts.published and facts.acknowledged_at is not None:
        words = _tr("A loja já mostra {count}; confirmado {at}.")
        at = _when(facts.acknowledged_at, now)
        return Said(words.format(count=formats.count(facts.published), at=at), Tone.GOOD)
    words = _tr("Este número não está na fila: alguém o tirou de lá. A próxima mudança o envia. {still}")
    return Said(_tidy(words.format(still=still)), Tone.WARN)


def _halted(cause: str) -> str:
    """What is in the way and what helps; a cause that needs more than its name is told in the queue."""
    words = " ".join(outside_sentence(cause, _ELSEWHERE))
    if _ELSEWHERE in words or _UNKNOWN in words:
        return _tr("A causa está na fila de processamento.")
    return words


def _still(facts: WhyPublished) -> str:
    if facts.acknowledged is None or facts.acknowledged == facts.published:
        return ""
    return _tr("A última confirmação da loja foi {count}.").format(count=formats.count(facts.acknowledged))


def short_words(facts: WhyPublished, now: datetime) -> Said | None:
    """Since when there is too little, and what that means."""
    if facts.short_since is None or not facts.sell_online:
        return None
    since = _when(facts.short_since, now)
    missing = facts.open_online - facts.on_hand
    if missing > 0:
        words = _tr("Faltam {missing} para entregar os pedidos abertos, desde {since}.")
        return Said(words.format(missing=formats.quantity(missing), since=since), Tone.BAD)
    words = _tr("Desde {since} o físico não cobre tudo: os pedidos já usam o que é guardado para o balcão.")
    if not facts.open_online:
        words = _tr("Desde {since} o físico é menor do que o guardado para o balcão e a segurança.")
    return Said(words.format(since=since), Tone.WARN)


def orders_title(facts: WhyPublished) -> str:
    """How many orders hold units back."""
    if not facts.orders:
        return _tr("Nenhum pedido aberto segura este produto")
    many = formats.counted(len(facts.orders), "pedido aberto segura", "pedidos abertos seguram")
    units = formats.counted(int(facts.open_online), "unidade", "unidades")
    if facts.open_online != facts.open_online.to_integral_value():
        units = formats.quantity(facts.open_online)
    return f"{many} {units}"


def _when(at: datetime, now: datetime) -> str:
    """Only the hour when it is today."""
    today = at.astimezone(formats.SHOP_ZONE).date() == now.astimezone(formats.SHOP_ZONE).date()
    return formats.hour(at) if today else formats.moment(at)


def _tidy(words: str) -> str:
    return " ".join(words.split())
