"""What each act of the audit log is called, which acts belong together, and how a broken chain is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from varejoforte_desktop.application.people_questions import AuditProof
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.formats import count, counted


class ActWords(NamedTuple):
    """An act as word and drawing."""

    word: str
    icon: str


ACTS: Final = {
    AuditAction.SIGNED_IN: ActWords("Entrou no sistema", "user"),
    AuditAction.SIGN_IN_LOCKED: ActWords("Senhas erradas", "lock"),
    AuditAction.OPERATOR_ADDED: ActWords("Operador incluído", "user"),
    AuditAction.OPERATOR_CHANGED: ActWords("Operador alterado", "user"),
    AuditAction.OPERATOR_RELEASED: ActWords("Operador liberado", "unlock"),
    AuditAction.PASSWORD_CHANGED: ActWords("Senha trocada", "key"),
    AuditAction.PASSWORD_RESET: ActWords("Senha nova dada", "key"),
    AuditAction.PERMISSION_CHANGED: ActWords("Permissão alterada", "lock"),
    AuditAction.SETTINGS_CHANGED: ActWords("Configuração", "settings"),
    AuditAction.STORE_CONNECTED: ActWords("Conectada à Tray", "link"),
    AuditAction.PRICE_CHANGED: ActWords("Preço alterado", "price"),
    AuditAction.STOCK_ADJUSTED: ActWords("Estoque ajustado", "stock"),
    AuditAction.COUNT_CLOSED: ActWords("Inventário fechado", "stock"),
    AuditAction.TILL_OPENED: ActWords("Caixa aberto", "till"),
    AuditAction.TILL_SUPPLIED: ActWords("Suprimento", "arrow-down"),
    AuditAction.TILL_WITHDRAWN: ActWords("Sangria", "arrow-up"),
    AuditAction.TILL_CLOSED: ActWords("Caixa fechado", "till"),
    AuditAction.SALE_DISCOUNTED: ActWords("Desconto na venda", "sale"),
    AuditAction.SALE_ITEM_CANCELLED: ActWords("Item cancelado", "close"),
    AuditAction.SALE_CANCELLED: ActWords("Venda cancelada", "close"),
    AuditAction.ORDER_ACCEPTED: ActWords("Pedido aceito", "orders"),
    AuditAction.ORDER_DISMISSED: ActWords("Pedido deixado de lado", "eye-off"),
    AuditAction.ORDER_RESTORED: ActWords("Pedido de volta", "undo"),
    AuditAction.ORDER_CANCELLED: ActWords("Pedido cancelado", "close"),
    AuditAction.ORDER_RECALLED: ActWords("Cancelamento desfeito", "undo"),
    AuditAction.QUEUE_IGNORED: ActWords("Fila: ignorado", "queue"),
    AuditAction.STATION_JOINED: ActWords("Estação incluída", "plus"),
    AuditAction.STATION_REMOVED: ActWords("Estação retirada", "minus"),
    AuditAction.KEY_CHANGED: ActWords("Chave trocada", "key"),
    AuditAction.BACKUP_PLANNED: ActWords("Plano de cópias", "copy"),
    AuditAction.BACKUP_MADE: ActWords("Cópia de segurança", "copy"),
    AuditAction.BOOKS_RESTORED: ActWords("Loja restaurada", "undo"),
    AuditAction.BOOKS_RECHECKED: ActWords("Loja conferida", "check"),
    AuditAction.BOOKS_MOVED: ActWords("Banco mudou de lugar", "arrow-right"),
    AuditAction.CLOCK_ACCEPTED: ActWords("Hora aceita", "clock"),
    AuditAction.FISCAL_SETTINGS_CHANGED: ActWords("Notas: configuração", "settings"),
    AuditAction.CERTIFICATE_INSTALLED: ActWords("Certificado instalado", "key"),
    AuditAction.PRODUCTION_CHOSEN: ActWords("Ambiente das notas", "warning"),
    AuditAction.TAX_RULES_CHANGED: ActWords("Tabela de impostos", "edit"),
    AuditAction.TAX_RULES_SIGNED: ActWords("Impostos assinados", "check"),
    AuditAction.PRODUCT_TAX_CHANGED: ActWords("Imposto do produto", "price"),
    AuditAction.DOCUMENT_CANCELLED: ActWords("Nota: cancelamento", "close"),
    AuditAction.DOCUMENT_CORRECTED: ActWords("Carta de correção", "edit"),
    AuditAction.DOCUMENT_GIVEN_UP: ActWords("Desistência de nota", "minus"),
    AuditAction.NUMBERS_VOIDED: ActWords("Números inutilizados", "minus"),
    AuditAction.INVOICE_LINKED: ActWords("Nota ligada", "link"),
    AuditAction.INVOICE_UNLINKED: ActWords("Nota desligada", "undo"),
    AuditAction.PURCHASE_ENTERED: ActWords("Entrada de compra", "download"),
    AuditAction.PURCHASE_UNDONE: ActWords("Entrada desfeita", "undo"),
}


class Group(NamedTuple):
    """Acts that somebody looks for together; `name` is what commands call them."""

    name: str
    word: str
    actions: tuple[AuditAction, ...]


GROUPS: Final = (
    Group(
        "money",
        "Dinheiro",
        (
            AuditAction.TILL_OPENED,
            AuditAction.TILL_SUPPLIED,
            AuditAction.TILL_WITHDRAWN,
            AuditAction.TILL_CLOSED,
            AuditAction.SALE_DISCOUNTED,
            AuditAction.SALE_ITEM_CANCELLED,
            AuditAction.SALE_CANCELLED,
        ),
    ),
    Group("prices", "Preços", (AuditAction.PRICE_CHANGED,)),
    Group(
        "stock",
        "Estoque",
        (
            AuditAction.STOCK_ADJUSTED,
            AuditAction.COUNT_CLOSED,
            AuditAction.PURCHASE_ENTERED,
            AuditAction.PURCHASE_UNDONE,
        ),
    ),
    Group(
        "fiscal",
        "Notas fiscais",
        (
            AuditAction.DOCUMENT_CANCELLED,
            AuditAction.DOCUMENT_CORRECTED,
            AuditAction.DOCUMENT_GIVEN_UP,
            AuditAction.NUMBERS_VOIDED,
            AuditAction.INVOICE_LINKED,
            AuditAction.INVOICE_UNLINKED,
            AuditAction.FISCAL_SETTINGS_CHANGED,
            AuditAction.CERTIFICATE_INSTALLED,
            AuditAction.PRODUCTION_CHOSEN,
            AuditAction.TAX_RULES_CHANGED,
            AuditAction.TAX_RULES_SIGNED,
            AuditAction.PRODUCT_TAX_CHANGED,
        ),
    ),
    Group(
        "orders",
        "Pedidos e fila",
        (
            AuditAction.ORDER_ACCEPTED,
            AuditAction.ORDER_DISMISSED,
            AuditAction.ORDER_RESTORED,
            AuditAction.ORDER_CANCELLED,
            AuditAction.ORDER_RECALLED,
            AuditAction.QUEUE_IGNORED,
        ),
    ),
    Group(
        "people",
        "Pessoas e permissões",
        (
            AuditAction.SIGNED_IN,
            AuditAction.SIGN_IN_LOCKED,
            AuditAction.OPERATOR_ADDED,
            AuditAction.OPERATOR_CHANGED,
            AuditAction.OPERATOR_RELEASED,
            AuditAction.PASSWORD_CHANGED,
            AuditAction.PASSWORD_RESET,
            AuditAction.PERMISSION_CHANGED,
        ),
    ),
    Group("settings", "Configurações", (AuditAction.SETTINGS_CHANGED, AuditAction.STORE_CONNECTED)),
    Group(
        "stations",
        "Estações e cópias",
        (
            AuditAction.STATION_JOINED,
            AuditAction.STATION_REMOVED,
            AuditAction.KEY_CHANGED,
            AuditAction.BACKUP_PLANNED,
            AuditAction.BACKUP_MADE,
            AuditAction.BOOKS_RESTORED,
            AuditAction.BOOKS_RECHECKED,
            AuditAction.BOOKS_MOVED,
            AuditAction.CLOCK_ACCEPTED,
        ),
    ),
)

_SETTINGS: Final = {
    "shop": "Loja",
    "counter": "Balcão e caixa",
    "scale_labels": "Etiquetas de balança",
    "orders": "Pedidos da Tray",
    "statuses": "Situações da Tray",
}


def act_words(action: str) -> ActWords:
    """The words of an act; one of a later release as it is kept."""
    try:
        return ACTS[AuditAction(action)]
    except (ValueError, KeyError):
        return ActWords(action, "info")


def subject_words(action: str, subject: str) -> str:
    """What an act was about, as the shop says it."""
    said = _SUBJECTS.get(action)
    return subject if said is None else said(subject)


def _setting(subject: str) -> str:
    return _SETTINGS.get(subject, subject)


def _permission(subject: str) -> str:
    role, _, permission = subject.partition(": ")
    return f"{role}: {permission_name(permission)}"


def _door(subject: str) -> str:
    kind, _, name = subject.partition(":")
    return f"{'Operador' if kind == 'login' else 'Estação'} {name or 'que não existe'}"


def _after(word: str) -> Callable[[str], str]:
    return lambda subject: f"{word} {subject}"


_FISCAL_SUBJECTS: Final = {
    "csc_homologacao": "CSC de homologação",
    "csc_producao": "CSC de produção",
    "homologacao": "Homologação",
    "producao": "Produção",
}
_MODELS: Final = {"nfe": "NF-e", "nfce": "NFC-e"}


def _fiscal(subject: str) -> str:
    """A secret, an environment, a series ("nfce 1"), or the company itself."""
    model, _, series = subject.partition(" ")
    if series and model in _MODELS:
        return f"{_MODELS[model]} série {series}"
    return _FISCAL_SUBJECTS.get(subject) or formatted_tax_id(subject)


def _purchase(subject: str) -> str:
    """The note's number, from its access key."""
    number = subject[25:34].lstrip("0")
    return f"Nota {number}" if len(subject) == 44 and number else subject


_SUBJECTS: Final[dict[str, Callable[[str], str]]] = {
    AuditAction.FISCAL_SETTINGS_CHANGED: _fiscal,
    AuditAction.PRODUCTION_CHOSEN: _fiscal,
    AuditAction.CERTIFICATE_INSTALLED: _fiscal,
    AuditAction.DOCUMENT_CANCELLED: _after("Nota"),
    AuditAction.DOCUMENT_CORRECTED: _after("Nota"),
    AuditAction.DOCUMENT_GIVEN_UP: _after("Nota"),
    AuditAction.NUMBERS_VOIDED: _after("Números"),
    AuditAction.PURCHASE_ENTERED: _purchase,
    AuditAction.PURCHASE_UNDONE: _purchase,
    AuditAction.SETTINGS_CHANGED: _setting,
    AuditAction.PERMISSION_CHANGED: _permission,
    AuditAction.SIGN_IN_LOCKED: _door,
    AuditAction.KEY_CHANGED: _after("Chave"),
    AuditAction.SALE_DISCOUNTED: _after("Venda"),
    AuditAction.SALE_CANCELLED: _after("Venda"),
    AuditAction.ORDER_ACCEPTED: _after("Pedido"),
    AuditAction.ORDER_DISMISSED: _after("Pedido"),
    AuditAction.ORDER_RESTORED: _after("Pedido"),
    AuditAction.ORDER_CANCELLED: _after("Pedido"),
    AuditAction.ORDER_RECALLED: _after("Pedido"),
}


# -- the proof ------------------------------------------------------------------------------------------


def problem_words(problem: str) -> str:
    """What somebody did to the log: "O registro 12 foi alterado.". The problem is as AuditProof gives it."""
    kind, _, which = problem.partition(": ")
    first, _, last = which.partition("-") if not which.startswith("-") else (which, "", "")
    match kind:
        case "audit_line":
            return f"O registro {_number(first)} foi alterado ou colocado depois."
        case "audit_gap" if last:
            return f"Faltam os registros {_number(first)} a {_number(last)}."
        case "audit_gap":
            return f"Falta o registro {_number(first)}."
        case _:
            return f"Faltam os últimos registros, até o {_number(first)}."


def proof_words(proof: AuditProof) -> str:
    """What came of following the whole chain, in a sentence or two."""
    if not proof.problems:
        followed = counted(proof.lines, "registro conferido", "registros conferidos")
        return f"A trilha está íntegra: {followed}."
    first = problem_words(proof.problems[0])
    more = len(proof.problems) - 1
    return f"{first} Há mais {counted(more, 'problema', 'problemas')}." if more else first


def _number(text: str) -> str:
    return count(int(text)) if text.lstrip("-").isdecimal() else text
