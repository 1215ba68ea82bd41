"""How a decision about an order is told: its sums, its document, what stopped it and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.application.store_orders import StoreAmounts, StoreOrder
from varejoforte_desktop.domain.errors import DomainError, OrderBlocked, OrderStageWrong
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.domain.sale import FiscalModel, SaleAmounts
from varejoforte_desktop.domain.tax_ids import formatted_tax_id, is_cnpj
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.orders.words import obstacle_words

FISCAL_WORDS: Final = {
    FiscalModel.NFE: "NF-e",
    FiscalModel.NFCE: "NFC-e",
    FiscalModel.NONE: "Nenhuma",
}
CANCEL_MOTIVES: Final = (
    "Cliente desistiu",
    "Sem estoque",
    "Pagamento não confirmado",
    "Pedido repetido",
    "Erro de registro",
)
ASIDE_MOTIVES: Final = (
    "Pedido de teste",
    "Pedido repetido",
    "Entregue por fora do sistema",
    "Cliente desistiu",
)
DIVERGENCE_MOTIVES: Final = (
    "Desconto combinado com o cliente",
    "Taxa que a loja não informa",
    "Conferido no painel da Tray",
)


class Part(NamedTuple):
    """A line of a sum: what it is and how much; what is taken away is negative."""

    words: str
    amount: Money


def sale_parts(amounts: SaleAmounts) -> list[Part]:
    """What a sale's total is made of; parts of nothing are left out."""
    parts = [
        Part("Mercadorias", amounts.goods),
        Part("Frete", amounts.shipping),
        Part("Acréscimos", amounts.surcharge),
        Part("Descontos", -amounts.discount),
        Part("Diferença aceita", amounts.adjustment),
    ]
    return [part for part in parts if part.amount or part.words == "Mercadorias"]


def order_parts(goods: Money, told: StoreAmounts) -> list[Part]:
    """What an order's total should be made of: the lines and each amount as the store states it."""
    parts = [
        Part("Itens do pedido", goods),
        Part("Frete", told.shipping),
        Part("Impostos", told.taxes),
        Part("Juros", told.interest),
        Part("Taxa da forma de pagamento", told.payment_fee),
        Part("Outros acréscimos", told.other_charges),
        Part("Desconto", -told.discount),
        Part("Cupom", -told.coupon),
        Part("Outros descontos", -told.other_discounts),
    ]
    return [part for part in parts if part.amount or part.words == "Itens do pedido"]


def document_words(document: str) -> str:
    """A bare document with its name: "CPF 111.222.333-96"."""
    return f"{'CNPJ' if is_cnpj(document) else 'CPF'} {formatted_tax_id(document)}"


def buyer_line(order: StoreOrder, document: str) -> str:
    """Document and town: "CPF 111.222.333-96 · Marília/SP"; `document` is "" when there is none that holds."""
    known = document_words(document) if document else "Sem CPF ou CNPJ válido"
    address = order.address
    town = "/".join(each for each in (address.city, address.state) if each) if address else ""
    return " · ".join(each for each in (known, town) if each)


def document_reason(order: StoreOrder, document: str) -> str:
    """Why there can be no NF-e, "" when there can."""
    if document:
        return ""
    written = order.buyer.cnpj or order.buyer.cpf
    if written:
        return f"O CPF ou CNPJ que o comprador informou ({written}) não confere."
    return "O comprador não informou CPF nem CNPJ na loja."


def fiscal_reason(order: StoreOrder, document: str, suggested: FiscalModel) -> str:
    """Why this document is the one the law asks for."""
    if not order.pickup:
        return "A lei pede NF-e: a mercadoria viaja até o comprador."
    if is_cnpj(document):
        if suggested is FiscalModel.NFCE:
            return "NFC-e também para CNPJ, como a loja escolheu: o comprador retira na loja."
        return "A lei pede NF-e: o comprador é empresa (CNPJ)."
    return "A lei pede NFC-e: o comprador retira na loja, como no balcão."


def registered_words(remote_id: str, receipt: SaleReceipt, note: str = "") -> str:
    """What came of a registration, for a toast; `note` tells how its note stands, where one is issued here."""
    if receipt.repeated:
        return f"O pedido {remote_id} já estava registrado: venda {receipt.number}. Nada se repetiu."
    words = f"Pedido {remote_id} registrado: venda {receipt.number}, {formats.money(receipt.total)}."
    if receipt.change != ZERO:
        words += f" Troco: {formats.money(receipt.change)}."
    if note:
        words += f" {note}"
    elif receipt.fiscal is not FiscalModel.NONE:
        words += f" A {FISCAL_WORDS[receipt.fiscal]} está na fila de notas a emitir."
    return words


def stopped_words(error: DomainError) -> str:
    """Why an order does not become a sale, with the day and hour when the store changed its mind."""
    if isinstance(error, OrderStageWrong) and error.stage == OrderStage.SEEN.value:
        return f"O pedido {error.remote_id} ainda não foi importado: importe-o antes de registrar a venda."
    if not isinstance(error, OrderBlocked):
        return f"{sentence(error).whole} Nada foi registrado agora."
    at = _moment(error.at)
    if error.why == Obstacle.CANCELLED.value:
        said = f"O pedido {error.remote_id} foi cancelado na loja{at}."
        return f"{said} Nenhuma venda foi registrada: não entregue a mercadoria."
    if error.why == Obstacle.CHANGED.value:
        said = f"A loja mudou o pedido {error.remote_id} depois da importação{at}."
        return f"{said} Nenhuma venda foi registrada: veja o que mudou e aceite a alteração."
    try:
        told = obstacle_words(Obstacle(error.why))
    except ValueError:
        return f"{sentence(error).whole} Nenhuma venda foi registrada."
    return f"{told.sentence} {told.remedy} Nenhuma venda foi registrada."


def _moment(at: str) -> str:
    try:
        return f" (visto em {formats.moment(datetime.fromisoformat(at))})"
    except ValueError:
        return ""
