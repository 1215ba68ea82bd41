"""Why something did not reach the store, and how to solve it, in a shopkeeper's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from varejoforte_desktop.ui.field_names import field_name

#: Stable cause → (what happened, what to do). `{detail}` is the store's own text, other names are facts.
_CAUSES: Final[dict[str, tuple[str, str]]] = {
    "": ("Aguardando a vez.", ""),
    "no_line": ("Sem internet: a loja não foi alcançada.", "O envio volta sozinho quando a conexão voltar."),
    "tls": ("O certificado da loja não é confiável.", "Verifique a data e a hora do computador."),
    "timeout_connecting": ("A loja demora para aceitar a conexão.", "O envio é repetido sozinho."),
    "bad_address": ("O endereço da loja não existe.", "Confira o endereço em Configurações › Tray."),
    "redirected": ("A loja respondeu de outro endereço.", "Confira o endereço em Configurações › Tray."),
    "no_answer": ("A Tray não respondeu a tempo.", "O programa confere e repete sozinho."),
    "reset": ("A conexão caiu no meio do envio.", "O programa confere e repete sozinho."),
    "server_error": ("A Tray está com problemas.", "O envio é repetido sozinho."),
    "unreadable": ("A Tray deu uma resposta que não se pode ler.", "O envio é repetido sozinho."),
    "list_moved": ("A lista da Tray mudou durante a leitura.", "A leitura é repetida sozinha."),
    "slow_down": ("A Tray pediu para esperar.", "O envio volta sozinho."),
    "quota": ("O limite de pedidos por minuto da Tray foi usado.", "O envio continua no próximo minuto."),
    "day_spent": ("O limite de pedidos de hoje foi usado.", "O envio continua à meia-noite."),
    "interrupted": ("O envio foi interrompido.", "O programa confere na loja e continua."),
    "verifying": ("Enviado; conferindo o que a loja mostra.", ""),
    "looking_up": ("Conferindo se o cadastro anterior chegou à loja.", "Continua sozinho em instantes."),
    "refused": ("A Tray recusou: {detail}", "Corrija o produto e salve; ele volta para a fila."),
    "too_long": ("O campo {field} passa de {limit} letras.", "Encurte o texto no cadastro do produto."),
    "not_sendable": ("O campo {field} não pode ser enviado como está.", "Corrija o cadastro do produto."),
    "not_there": ("A Tray não tem mais este item.", "Tente novamente para procurá-lo de novo."),
    "unlinked": (
        "O produto foi apagado na Tray.",
        "Tentar novamente procura o produto e, se não houver, cadastra de novo.",
    ),
    "not_in_store": (
        "O produto não existe na Tray e a opção 2 não cadastra produtos.",
        "Cadastre-o na Tray com a mesma referência, ou use a opção 1.",
    ),
    "several_candidates": (
        "Há mais de um produto na Tray com esta referência: {names}",
        "Escolha o certo em Vincular, ou apague o repetido na Tray.",
    ),
    "barcode_elsewhere": (
        "Na Tray este código de barras é de outra referência: {names}",
        "Se for o mesmo produto, use Vincular; senão corrija o código.",
    ),
    "link_taken": (
        "O produto {remote_id} da Tray já está vinculado a {reference}.",
        "Confira as referências dos dois produtos.",
    ),
    "order_refused": ("A Tray recusou a mudança do pedido: {detail}", "Confira o pedido na própria Tray."),
    "order_not_there": ("A Tray não tem mais este pedido.", "Confira o pedido na Tray e ignore este item."),
    "order_not_cancellable": (
        "A Tray não deixa cancelar o pedido na situação em que ele está.",
        "Mude a situação do pedido na Tray, ou ignore este item e siga com o pedido.",
    ),
    "order_locked": (
        "A Tray bloqueou este pedido para mudanças.",
        "Mude a situação do pedido na própria Tray.",
    ),
    "invoice_refused": (
        "A Tray recusou a nota do pedido: {detail}",
        "Confira o pedido na própria Tray e tente novamente.",
    ),
    "invoice_taken": (
        "A Tray já tem uma nota com esta chave ou este número, em outro pedido: {detail}",
        "Confira na Tray em qual pedido a nota está; corrija lá e tente novamente.",
    ),
    "invoice_cancelled": (
        "A NF-e {number} foi cancelada depois de informada à Tray, que não sabe apagá-la.",
        "Avise o comprador do pedido {order}; se emitir outra, ela toma o lugar. Sem outra, ignore este item.",
    ),
    "invoice_unlinked": (
        "A NF-e {number} não é do pedido {order}, mas a Tray a mostra nele e não sabe apagá-la.",
        "Avise o comprador; a nota certa, quando vier, toma o lugar. Sem outra, ignore este item.",
    ),
    "too_many_tries": (
        "Várias tentativas sem resposta para este item.",
        "Confira o produto e tente novamente.",
    ),
    "store_blocked": ("A loja está bloqueada na Tray.", "Fale com a Tray e depois reconecte."),
    "store_inactive": ("A loja está inativa na Tray.", "Verifique o plano da loja com a Tray."),
    "store_cancelled": ("A loja foi cancelada na Tray.", "Conecte outra loja em Configurações › Tray."),
    "forbidden": ("A Tray fechou o acesso.", "Fale com a Tray antes de tentar de novo."),
    "token_refused": ("A autorização da Tray não vale mais.", "Reconecte em Configurações › Tray."),
    "refresh_refused": ("A autorização da Tray venceu.", "Reconecte em Configurações › Tray."),
    "code_refused": ("A Tray não aceitou as chaves ou o código.", "Confira os dados e tente de novo."),
    "never_connected": ("A loja ainda não foi conectada à Tray.", "Conecte em Configurações › Tray."),
    "reconnect": ("A autorização da Tray não vale mais.", "Reconecte em Configurações › Tray."),
    "renewal_stuck": ("A autorização não pôde ser renovada.", "Reconecte em Configurações › Tray."),
    "key_missing": (
        "A chave da loja não está nesta estação.",
        "Um administrador precisa entrar aqui uma vez.",
    ),
}
_UNKNOWN: Final = ("Não foi possível enviar.", "Tente novamente; se continuar, chame o suporte.")


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def outside_sentence(cause: str, detail: str = "", facts: Mapping[str, str] | None = None) -> tuple[str, str]:
    """What happened and what to do, for a stable cause; the store's own words stand in for an unknown one."""
    text, remedy = _CAUSES.get(cause, _UNKNOWN)
    known = _Facts(facts or {})
    if "field" in known:
        known["field"] = field_name(known["field"])
    known["detail"] = detail or "sem explicação"
    return text.format_map(known), remedy.format_map(known)


def has_words_for(cause: str) -> bool:
    """Whether the cause has a sentence of its own."""
    return cause in _CAUSES
