"""Orders as a command tells them: their stages, what statuses mean, and why one does not go on."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.cli.answers import CommandRefused
from varejoforte_desktop.cli.sentences import kind_of, sentence_for
from varejoforte_desktop.domain.errors import DocumentMissing, DomainError, OrderBlocked, OrderStageWrong
from varejoforte_desktop.domain.order import Obstacle, OrderStage, StatusMeaning
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.sale_messages import obstacle_words

STAGES: Final = {
    OrderStage.SEEN: "visto",
    OrderStage.IMPORTED: "importado",
    OrderStage.REGISTERED: "registrado",
    OrderStage.DISMISSED: "de lado",
    OrderStage.BEFORE: "anterior",
}
MEANINGS: Final = {
    StatusMeaning.AWAITING_PAYMENT: "aguarda pagamento",
    StatusMeaning.TO_SHIP: "pago, a enviar",
    StatusMeaning.SHIPPED: "enviado",
    StatusMeaning.COMPLETED: "concluído",
    StatusMeaning.CANCELLED: "cancelado",
}
FISCAL: Final = {
    FiscalModel.NFE: "NF-e",
    FiscalModel.NFCE: "NFC-e",
    FiscalModel.NONE: "sem documento fiscal",
}
_SHORT: Final = {
    Obstacle.STATUS_UNMAPPED.value: "situação sem significado",
    Obstacle.CANCELLED.value: "cancelado na Tray",
    Obstacle.UNKNOWN_PRODUCT.value: "item sem produto",
    Obstacle.NO_GOODS.value: "sem itens",
    Obstacle.UNREADABLE.value: "não pôde ser lido",
    Obstacle.DIVERGENT.value: "valores não fecham",
    Obstacle.CHANGED.value: "mudou na Tray",
    Obstacle.NOT_PAID.value: "não pago",
}
#: What a command can do about it, where the screens' own remedy names a key or a screen.
_REMEDIES: Final = {
    Obstacle.STATUS_UNMAPPED.value: "Aceite as sugestões com: varejoforte-desktop orders statuses "
    "--accept-suggestions, ou defina em Configurações › Pedidos.",
    Obstacle.UNREADABLE.value: "Olhe de novo com --look; se continuar, confira o pedido na Tray.",
    Obstacle.CHANGED.value: "Aceite a mudança importando de novo: varejoforte-desktop orders import NUMERO.",
    "gone": "Confira o número, ou leia os pedidos da loja com: varejoforte-desktop orders list --look.",
}


def short_word(why: str) -> str:
    """What is the matter in two or three words, for a column."""
    return _SHORT.get(why, why)


def why_not(why: str) -> Sentence:
    """Why an order does not go on, and what a command can do about it."""
    text, remedy = obstacle_words(why)
    if why == "gone":
        text = "Não há pedido com este número."
    return Sentence(text, _REMEDIES.get(why, remedy))


def refused(error: DomainError) -> CommandRefused:
    """The same trouble with a way out that a command has."""
    said, kind, remedy = sentence_for(error), kind_of(error), ""
    match error:
        case OrderBlocked(why=why, remote_id=number):
            remedy = _REMEDIES.get(why, "").replace("NUMERO", number)
            kind = why
        case OrderStageWrong(stage=OrderStage.SEEN.value, remote_id=number):
            remedy = f"Importe antes com: varejoforte-desktop orders import {number}."
        case OrderStageWrong():
            remedy = "Veja os pedidos com: varejoforte-desktop orders list."
        case DocumentMissing():
            remedy = "Peça o número ao cliente, ou escolha outro documento com --fiscal."
    return CommandRefused(said.text, remedy or said.remedy, kind=kind)
