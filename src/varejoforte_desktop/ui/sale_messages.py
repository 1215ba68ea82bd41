"""What is said when an order, a sale or a till cannot go on as somebody wished, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from varejoforte_desktop.domain import errors
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui import formats

Words = tuple[str, str]

#: Why an order cannot be imported or registered: (what is the matter, what to do).
OBSTACLES: Final[dict[str, Words]] = {
    "status_unmapped": (
        "Ninguém disse ainda o que esta situação da Tray significa.",
        "Defina em Configurações › Pedidos.",
    ),
    "cancelled": ("O pedido foi cancelado na Tray.", "Não entregue; deixe o pedido de lado."),
    "cancel_wanted": (
        "O cancelamento foi pedido e a Tray ainda não confirmou.",
        "Espere a próxima sincronização ou desista do cancelamento.",
    ),
    "unknown_product": (
        "Há um item que não está ligado a nenhum produto.",
        "Ligue o item a um produto do cadastro ou crie um a partir dele.",
    ),
    "no_goods": ("O pedido não tem nenhum item.", "Confira o pedido na Tray."),
    "unreadable": (
        "O pedido não pôde ser lido.",
        "Atualize com F5; se continuar, confira o pedido na Tray ou deixe-o de lado.",
    ),
    "divergent": (
        "Os valores do pedido não fecham com o total.",
        "Confira na Tray; um gerente pode aceitar a diferença.",
    ),
    "changed": ("O pedido mudou na Tray depois de importado.", "Veja o que mudou e aceite a alteração."),
    "not_paid": ("O pedido ainda não foi pago.", "Espere o pagamento ou peça a um gerente para liberar."),
}
#: Why an order that was chosen was not imported, beside the obstacles.
SKIPPED: Final[dict[str, Words]] = {
    "already_imported": ("Já estava importado.", ""),
    "already_registered": ("Já foi registrado como venda.", ""),
    "closed_before": ("Já estava encerrado antes de a loja ser conectada.", ""),
    "gone": ("O pedido não está mais na lista.", "Atualize com F5."),
}
_STAGES: Final = {
    "seen": "ainda não foi importado",
    "imported": "está importado",
    "registered": "já é uma venda",
    "dismissed": "foi deixado de lado",
    "before": "já estava encerrado antes de a loja ser conectada",
}


def obstacle_words(why: str) -> Words:
    """What is the matter with an order and what to do, for an obstacle or a reason for skipping it."""
    return OBSTACLES.get(why) or SKIPPED.get(why) or ("O pedido não pode seguir.", "Atualize com F5.")


def sale_words(error: errors.DomainError) -> Words | None:
    """The sentence and the remedy; None for an error of another kind."""
    make = _WORDS.get(type(error))
    return None if make is None else make(error)


def _blocked(error: Any) -> Words:
    text, remedy = obstacle_words(error.why)
    when = _instant(error.at) if error.why == "cancelled" else ""
    return f"Pedido {error.remote_id}: {text[:1].lower()}{text[1:]}{when}", remedy


def _instant(at: str) -> str:
    try:
        return f" (visto em {formats.moment(datetime.fromisoformat(at))})"
    except ValueError:
        return ""


def _reais(text: str) -> str:
    try:
        return formats.money(Money.of(Decimal(text)))
    except ArithmeticError:
        return text


_WORDS: Final[dict[type[errors.DomainError], Callable[[Any], Words]]] = {
    errors.WrongTaxId: lambda e: (
        "Este CPF ou CNPJ não existe: os dígitos não conferem.",
        "Confira o número com o cliente.",
    ),
    errors.WrongScalePrefix: lambda e: (
        "Este formato de etiqueta não serve.",
        "Prefixo que começa com 2, código e valor devem somar 12 dígitos.",
    ),
    errors.OrderBlocked: _blocked,
    errors.OrderAlreadyRegistered: lambda e: (
        f"O pedido {e.remote_id} já é a venda {e.sale_number}.",
        "",
    ),
    errors.OrderStageWrong: lambda e: (
        f"Isto não se aplica: o pedido {e.remote_id} {_STAGES.get(e.stage, 'mudou')}.",
        "Atualize a lista com F5.",
    ),
    errors.DocumentMissing: lambda e: (
        "Falta o CPF ou CNPJ do cliente.",
        "Peça o número ao cliente ou escolha outra opção.",
    ),
    errors.NothingSold: lambda e: ("Não há nenhum item para vender.", "Bipe um produto."),
    errors.DiscountTooLarge: lambda e: (f"O desconto não pode passar de {_reais(e.most)}.", ""),
    errors.DiscountNeedsApproval: lambda e: (
        f"Seu perfil dá no máximo {e.limit.replace('.', ',')} % de desconto.",
        "Peça a autorização de um gerente.",
    ),
    errors.PaymentDoesNotFit: lambda e: (
        f"O pagamento de {_reais(e.paid)} não fecha com o total de {_reais(e.total)}.",
        "Só dinheiro pode ser maior que o valor.",
    ),
    errors.SaleAlreadyCancelled: lambda e: (f"A venda {e.number} já foi cancelada.", ""),
    errors.ProductNotForSale: lambda e: (
        f"O produto {e.reference} está inativo ou sem preço.",
        "Corrija o cadastro antes de vender.",
    ),
    errors.TillClosed: lambda e: (
        f"O caixa da estação {e.station} está fechado.",
        "Abra-o em Caixa (Ctrl+5) para vender.",
    ),
    errors.TillAlreadyOpen: lambda e: (
        f"O caixa da estação {e.station} já está aberto.",
        "Feche-o antes de abrir outro.",
    ),
    errors.TillShort: lambda e: (
        f"Só há {_reais(e.there)} em dinheiro no caixa.",
        "Confira o valor da sangria.",
    ),
    errors.DifferenceUnexplained: lambda e: (
        f"O caixa tem uma diferença de {_reais(e.difference)}.",
        "Conte de novo ou escreva uma observação que explique.",
    ),
    errors.CountClosed: lambda e: ("O inventário já foi encerrado.", "Comece outro para continuar contando."),
    errors.CountAlreadyOpen: lambda e: (
        f"O inventário “{e.name}” ainda está aberto.",
        "Encerre-o antes de começar outro.",
    ),
}
