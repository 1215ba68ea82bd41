"""How an order is told: where it stands, what its status means, what is in its way, and how scarce its goods are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from varejoforte_desktop.application.order_import import (
    ALREADY_IMPORTED,
    ALREADY_REGISTERED,
    CLOSED_BEFORE,
    GONE,
)
from varejoforte_desktop.application.order_questions import OrderRow
from varejoforte_desktop.domain.order import BLOCKS_IMPORT, Obstacle, OrderStage, StatusMeaning, UnlinkReason
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Role, Tone

#: Why an order that could not be imported will not be tried again: somebody left it aside meanwhile.
LEFT_ASIDE: Final = "left_aside"


_UNLINKED: Final = {
    UnlinkReason.CANCELLED: "nota cancelada no outro programa",
    UnlinkReason.MISTAKE: "vínculo errado",
}


class Told(NamedTuple):
    """A state as word, drawing and feeling."""

    word: str
    icon: str
    tone: Tone

    @property
    def role(self) -> Role:
        """The colour of word and drawing."""
        return self.tone.role


_STAGES: Final = {
    OrderStage.SEEN: Told("Na loja", "cloud", Tone.INFO),
    OrderStage.IMPORTED: Told("Importado", "download", Tone.INFO),
    OrderStage.REGISTERED: Told("Registrado", "check", Tone.GOOD),
    OrderStage.DISMISSED: Told("Deixado de lado", "eye-off", Tone.NEUTRAL),
    OrderStage.BEFORE: Told("Já encerrado", "lock", Tone.NEUTRAL),
}
#: What a status may mean, in the order of an order's life.
MEANINGS: Final = {
    StatusMeaning.AWAITING_PAYMENT: Told("Aguarda pagamento", "payment", Tone.NEUTRAL),
    StatusMeaning.TO_SHIP: Told("Separar e enviar", "box", Tone.INFO),
    StatusMeaning.SHIPPED: Told("Enviado", "arrow-right", Tone.GOOD),
    StatusMeaning.COMPLETED: Told("Entregue", "check", Tone.GOOD),
    StatusMeaning.CANCELLED: Told("Cancelado", "close", Tone.NEUTRAL),
}
_UNEXPLAINED: Final = Told("Sem significado", "warning", Tone.WARN)


class ObstacleWords(NamedTuple):
    """An obstacle: a word for the list, what is the matter, and what helps."""

    word: str
    sentence: str
    remedy: str
    tone: Tone


_OBSTACLES: Final = {
    Obstacle.UNREADABLE: ObstacleWords(
        "Não pôde ser lido",
        "Este pedido não pôde ser lido; o estoque não é enviado até resolver.",
        "Tente de novo (F5) ou deixe-o de lado.",
        Tone.BAD,
    ),
    Obstacle.CANCELLED: ObstacleWords(
        "Cancelado",
        "O pedido foi cancelado na loja.",
        "Não há o que enviar: deixe-o de lado.",
        Tone.NEUTRAL,
    ),
    Obstacle.CANCEL_WANTED: ObstacleWords(
        "Cancelando",
        "O cancelamento foi pedido e a loja ainda não confirmou.",
        "Espere a próxima sincronização ou desista do cancelamento.",
        Tone.WARN,
    ),
    Obstacle.NO_GOODS: ObstacleWords(
        "Sem itens",
        "O pedido não tem nenhum item.",
        "Confira na loja; depois tente de novo (F5) ou deixe-o de lado.",
        Tone.BAD,
    ),
    Obstacle.CHANGED: ObstacleWords(
        "Mudou na loja",
        "A loja mudou este pedido depois que ele foi importado.",
        "Veja abaixo o que mudou e aceite a alteração.",
        Tone.WARN,
    ),
    Obstacle.UNKNOWN_PRODUCT: ObstacleWords(
        "Produto desconhecido",
        "Há item que não se sabe qual produto nosso é.",
        "Diga qual é; vale para todos os pedidos.",
        Tone.BAD,
    ),
    Obstacle.STATUS_UNMAPPED: ObstacleWords(
        "Situação sem significado",
        "Ninguém disse o que a situação “{status}” significa.",
        "Um administrador diz uma vez e vale para todos os pedidos.",
        Tone.BAD,
    ),
    Obstacle.DIVERGENT: ObstacleWords(
        "Conta não fecha",
        "Os valores do pedido não fecham.",
        "Confira na loja, ou um gerente aceita a divergência.",
        Tone.WARN,
    ),
    Obstacle.NOT_PAID: ObstacleWords(
        "Não pago",
        "O pagamento ainda não foi confirmado.",
        "Espere a confirmação; só um gerente registra sem ela.",
        Tone.NEUTRAL,
    ),
}
_SKIPPED: Final = {
    ALREADY_IMPORTED: "Já estava importado.",
    ALREADY_REGISTERED: "Já é uma venda.",
    CLOSED_BEFORE: "Já estava encerrado quando a loja foi conectada.",
    GONE: "Não existe mais.",
    LEFT_ASIDE: "Deixado de lado agora.",
}


def stage_told(stage: OrderStage) -> Told:
    """How far the shop has taken an order."""
    return _STAGES[stage]


def meaning_told(meaning: StatusMeaning | None) -> Told:
    """What its status means to the shop."""
    return _UNEXPLAINED if meaning is None else MEANINGS[meaning]


def status_words(row: OrderRow) -> str:
    """Our meaning and the store's own word: "Separar e enviar · A ENVIAR"."""
    return " · ".join(each for each in (meaning_told(row.meaning).word, row.status) if each)


def obstacle_words(obstacle: Obstacle, status: str = "") -> ObstacleWords:
    """What is in the way and what helps; `status` is the store's word for how the order stands."""
    found = _OBSTACLES[obstacle]
    return found._replace(sentence=found.sentence.format(status=status or "—"))


def obstacle_list(obstacles: Sequence[Obstacle]) -> str:
    """All that is in the way, in a line: "Produto desconhecido, não pago"."""
    words = [_OBSTACLES[each].word for each in obstacles]
    return ", ".join([*words[:1], *(word[0].lower() + word[1:] for word in words[1:])])


def skipped_words(why: str, status: str = "") -> tuple[str, str]:
    """Why an order was not imported, and what helps; a reason nobody knows is told as it is."""
    if why in _SKIPPED:
        return _SKIPPED[why], ""
    if why not in {each.value for each in Obstacle}:
        return why, ""
    words = obstacle_words(Obstacle(why), status)
    return words.sentence, words.remedy


def readiness(row: OrderRow) -> Told:
    """Whether the order can go its next step, the gravest obstacle first."""
    if row.stage not in {OrderStage.SEEN, OrderStage.IMPORTED}:
        return stage_told(row.stage)
    seen = row.stage is OrderStage.SEEN
    in_the_way = [each for each in row.obstacles if not seen or each in BLOCKS_IMPORT]
    if not in_the_way:
        word = "Pronto para importar" if seen else "Pronto para registrar"
        return Told(word, "check", Tone.GOOD)
    words = _OBSTACLES[in_the_way[0]]
    icon = {Tone.NEUTRAL: "clock"}.get(words.tone, words.tone.icon)
    return Told(words.word, "close" if in_the_way[0] is Obstacle.CANCELLED else icon, words.tone)


def obstacle_told(row: OrderRow) -> Told:
    """All that is in the way in a line, drawn as the gravest of it; what only has to be waited for is calm."""
    if not row.obstacles:
        return Told("—", "", Tone.NEUTRAL)
    told = readiness(row)
    words = obstacle_list(row.obstacles)
    return Told(words, "clock", Tone.NEUTRAL) if told.tone is Tone.GOOD else told._replace(word=words)


def risk_told(row: OrderRow) -> Told:
    """What would be left of its scarcest product if every open order were delivered."""
    left = row.scarcest
    if left is None:
        return Told("—", "", Tone.NEUTRAL)
    number = formats.quantity(abs(left))
    name = row.scarcest_name
    if left < 0:
        verb = "falta" if abs(left) <= 1 else "faltam"
        return Told(f"{verb} {number} de {name}", "error", Tone.BAD)
    if left == 0:
        return Told(f"não sobra {name}", "warning", Tone.WARN)
    verb = "sobra" if left <= 1 else "sobram"
    return Told(f"{verb} {number} de {name}", "", Tone.NEUTRAL)


def left_words(left: Decimal | None, on_hand: Decimal | None) -> tuple[str, Tone]:
    """What would be left of one line's product: "12 no estoque, sobram 4"."""
    if left is None or on_hand is None:
        return "", Tone.NEUTRAL
    held = f"{formats.quantity(on_hand)} no estoque"
    number = formats.quantity(abs(left))
    if left < 0:
        return f"{held}, {'falta' if abs(left) <= 1 else 'faltam'} {number} para todos os pedidos", Tone.BAD
    if left == 0:
        return f"{held}, todos prometidos", Tone.WARN
    return f"{held}, {'sobra' if left <= 1 else 'sobram'} {number}", Tone.NEUTRAL


def unlink_reason(why: UnlinkReason) -> str:
    """Why the link to a note was taken back, inside a sentence."""
    return _UNLINKED[why]
