"""What stood before and after in a line of the audit log, as named fields with values as a shop writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from varejoforte_desktop.application.people_questions import AuditRow
from varejoforte_desktop.domain.errors import NotANumber
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import field_name

#: In the order they are shown; a field that is not here is called as everywhere else and comes last.
_NAMES: Final = {
    "price": "preço de venda",
    "cost": "preço de custo",
    "promotional_price": "preço promocional",
    "promotion_start": "início da promoção",
    "promotion_end": "fim da promoção",
    "on_hand": "estoque físico",
    "products": "produtos contados",
    "corrected": "corrigidos",
    "zeroed": "zerados",
    "items": "itens",
    "quantity": "quantidade",
    "cash": "dinheiro",
    "pix": "Pix",
    "credit": "crédito",
    "debit": "débito",
    "store_credit": "crediário",
    "voucher": "vale",
    "online": "loja virtual",
    "difference": "diferença",
    "opening_float": "fundo de troco",
    "amount": "valor",
    "total": "total",
    "discount": "desconto",
    "percent": "desconto em %",
    "accepted": "aceito",
    "sale": "venda",
    "stage": "etapa",
    "state": "situação",
    "cancel_wanted": "cancelar na loja virtual",
    "what": "tipo",
    "kind": "tipo",
    "shop_name": "nome da loja",
    "sync_option": "opção de sincronização",
    "lock_minutes": "minutos até bloquear a tela",
    "requests_per_minute": "pedidos por minuto",
    "requests_per_day": "pedidos por dia",
    "cycle_seconds": "segundos do ciclo",
    "timezone": "fuso horário",
    "discount_operador": "desconto do operador",
    "discount_gerente": "desconto do gerente",
    "cancel_item_supervised": "cancelar item pede supervisor",
    "blind_closing": "fechamento cego",
    "tolerance": "diferença tolerada",
    "registered_status_id": "situação do pedido registrado",
    "invoiced_status_id": "situação do pedido com nota",
    "shipped_status_id": "situação do pedido enviado",
    "alarm_minutes": "minutos até o aviso de pedido parado",
    "store_name": "loja virtual",
    "store_id": "número da loja virtual",
    "api_address": "endereço",
    "cnpj": "CNPJ",
    "name": "nome",
    "role": "perfil",
    "active": "ativo",
    "allowed": "permitido",
    "failures": "senhas erradas",
    "folder": "pasta",
    "second_folder": "segunda pasta",
    "every_hours": "a cada tantas horas",
    "at_closing": "ao fechar o programa",
    "encrypted": "trancada com frase secreta",
    "keep_daily": "cópias diárias guardadas",
    "keep_weekly": "cópias semanais guardadas",
    "keep_monthly": "cópias mensais guardadas",
    "recipient": "fechadura das cópias",
    "sha256": "impressão digital",
    "why": "porquê",
    "cause": "impedimento",
    "seen_at": "hora",
    "epoch": "identidade do banco",
    "document": "documento",
    "note": "observação",
    "reason": "motivo",
    "approved_by": "autorizado por",
    "till": "número do caixa",
    "environment": "ambiente",
    "number": "número",
    "key": "chave de acesso",
    "text": "texto",
    "supplier": "fornecedor",
    "lines": "itens que entraram",
    "station": "estação",
    "last": "último número",
    "kept": "guardado",
    "holder": "titular",
    "serial": "número de série",
    "not_after": "vale até",
    "rows": "linhas",
    "digest": "impressão digital",
    "group": "grupo de imposto",
    "origin": "origem",
    "cest": "CEST",
    "operation": "natureza da operação",
    "qr_version": "versão do QR Code",
    "csc_id": "número do CSC",
    "offline_allowed": "contingência permitida",
    "offline_after": "segundos até a contingência",
    "cnpj_on_nfce": "CNPJ na NFC-e",
    "intermediary_cnpj": "CNPJ do intermediador",
    "intermediary_id": "cadastro no intermediador",
    "extra_note": "texto em todas as notas",
    "tell_rehearsals": "ensaios vão à loja virtual",
    "weak_ciphers": "conexão antiga com a SEFAZ",
    "own_endpoints": "endereço próprio da SEFAZ",
    "emitter.cnpj": "CNPJ da loja",
    "emitter.legal_name": "razão social",
    "emitter.trade_name": "nome fantasia",
    "emitter.ie": "inscrição estadual",
    "emitter.regime": "regime tributário",
    "emitter.address": "endereço da loja",
    "emitter.city_code": "cidade (IBGE)",
    "emitter.phone": "telefone da loja",
    "responsible.cnpj": "CNPJ do responsável técnico",
    "responsible.contact": "responsável técnico",
    "responsible.email": "e-mail do responsável técnico",
    "responsible.phone": "telefone do responsável técnico",
}
_MONEY: Final = frozenset(
    [
        "price",
        "cost",
        "promotional_price",
        "cash",
        "pix",
        "credit",
        "debit",
        "store_credit",
        "voucher",
        "online",
        "difference",
        "opening_float",
        "amount",
        "total",
        "discount",
        "tolerance",
    ]
)
_QUANTITY: Final = frozenset({"on_hand", "quantity"})
_PERCENT: Final = frozenset({"percent", "discount_operador", "discount_gerente"})
_DAYS: Final = frozenset({"promotion_start", "promotion_end"})
#: A number of these is a name, not an amount: no thousands point.
_BARE: Final = frozenset({"till", "last", "qr_version"})
_STAGES: Final = {
    "seen": "na loja",
    "imported": "importado",
    "registered": "registrado",
    "dismissed": "deixado de lado",
    "before": "já encerrado",
}
_MEANINGS: Final = {
    "awaiting_payment": "aguarda pagamento",
    "to_ship": "separar e enviar",
    "shipped": "enviado",
    "completed": "entregue",
    "cancelled": "cancelado",
}
_WORDS: Final[dict[str, Mapping[str, str]]] = {
    "kind": {
        "adjustment": "ajuste",
        "loss": "perda",
        "own_use": "consumo próprio",
        "opening": "saldo inicial",
    },
    "accepted": {
        "divergence": "divergência de valores",
        "change": "mudança na loja virtual",
        "unchecked": "venda sem reler o pedido",
        "unpaid": "venda de pedido não pago",
        "unchecked unpaid": "venda de pedido não pago, sem reler",
    },
    "stage": _STAGES,
    "state": {
        "completed": "concluída",
        "cancelled": "cancelada",
        "connected": "conectada",
        "reconnect": "a reconectar",
        "suspended": "suspensa",
        "authorised": "autorizada",
        "rejected": "rejeitada",
    },
    "environment": {"homologacao": "homologação", "producao": "produção"},
    "emitter.regime": {
        "1": "Simples Nacional",
        "2": "Simples Nacional, acima do sublimite",
        "3": "regime normal",
        "4": "MEI",
    },
    "origin": {"issued": "emitida aqui", "file": "arquivo", "typed": "chave digitada"},
    "what": {
        "product": "produto",
        "variant": "variação",
        "brand": "marca",
        "category": "categoria",
        "order": "pedido",
    },
    "sync_option": {"full": "opção 1, tudo", "commercial": "opção 2, preço e estoque"},
    "role": {"operador": "Operador", "gerente": "Gerente", "administrador": "Administrador"},
    "why": {
        "asked": "pedida",
        "due": "na hora marcada",
        "closing": "ao fechar o programa",
        "upgrade": "antes da atualização",
        "cancelled": "nota cancelada no outro programa",
        "mistake": "vínculo errado",
    },
}
_PREFIXED: Final = {"prefix": "Etiqueta {}", "status": "Situação {}"}
_LABEL: Final = re.compile(r"^(weight|price) (\d+)\+(\d+)$")
#: How long a value may be in a list; the panel shows all of it.
_SHORT: Final = 60
NOTHING: Final = "—"

Facts = Mapping[str, object]


class Pair(NamedTuple):
    """A field with what it was and what it is; NOTHING where it was not said."""

    name: str
    before: str
    after: str
    changed: bool


def facts(text: str) -> Facts | None:
    """The facts of one side; None for none at all. What somebody spoilt is one fact without a name."""
    if not text:
        return None
    try:
        read = json.loads(text)
    except ValueError:
        read = text
    return read if isinstance(read, dict) else {"": text}


def pairs(row: AuditRow) -> list[Pair]:
    """Every field of a line, those that changed first, then in one order for all lines."""
    before, after = facts(row.before) or {}, facts(row.after) or {}
    rank = {name: place for place, name in enumerate(_NAMES)}
    names = sorted({*before, *after}, key=lambda name: (rank.get(name, len(rank)), name))
    found = [
        Pair(
            fact_name(name),
            value_words(name, before[name]) if name in before else NOTHING,
            value_words(name, after[name]) if name in after else NOTHING,
            name in before and name in after and before[name] != after[name],
        )
        for name in names
    ]
    return sorted(found, key=lambda pair: not pair.changed)


def summary(row: AuditRow) -> str:
    """A line in short: "Preço de venda 50,00 → 49,90 · Motivo: Promoção"."""
    return " · ".join(_in_short(pair) for pair in pairs(row))


def _in_short(pair: Pair) -> str:
    if pair.changed:
        return f"{pair.name} {_cut(pair.before)} → {_cut(pair.after)}"
    return f"{pair.name}: {_cut(pair.after if pair.after != NOTHING else pair.before)}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def side_words(text: str) -> str:
    """One side of a line for a cell of a spreadsheet: "Preço de venda: 50,00; Motivo: Promoção"."""
    said = facts(text) or {}
    rank = {name: place for place, name in enumerate(_NAMES)}
    names = sorted(said, key=lambda name: (rank.get(name, len(rank)), name))
    return "; ".join(f"{fact_name(name)}: {value_words(name, said[name])}" for name in names)


def fact_name(name: str) -> str:
    """What a field is called: "Preço de venda"."""
    kind, _, rest = name.partition(" ")
    if rest and kind in _PREFIXED:
        return _PREFIXED[kind].format(rest)
    word = _NAMES.get(name) or field_name(name)
    return word[:1].upper() + word[1:]


def value_words(name: str, value: object) -> str:
    """A value as a shop writes it: "1.234,56", "3", "12,5%", "30/11/2026", "sim"."""
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, int):
        return str(value) if name in _BARE else formats.count(value)
    text = "" if value is None else str(value)
    if not text:
        return "nada"
    try:
        return _written(name, text)
    except (ValueError, ArithmeticError, NotANumber):  # not as the program writes it
        return text


def _written(name: str, text: str) -> str:
    if write := _WRITERS.get(name):
        return write(text)
    if name.endswith("_at") or name == "not_after":
        return formats.full_moment(datetime.fromisoformat(text))
    if name.startswith("status "):
        return _MEANINGS.get(text, text)
    if name.startswith("prefix "):
        return _label(text)
    return _WORDS.get(name, {}).get(text, text)


def _label(text: str) -> str:
    """The layout of a scale's label: "peso, código de 5 dígitos e valor de 5"."""
    found = _LABEL.match(text)
    if found is None:
        return text
    what = "peso" if found[1] == "weight" else "preço"
    return f"{what}, código de {found[2]} dígitos e valor de {found[3]}"


_WRITERS: Final[dict[str, Callable[[str], str]]] = {
    **dict.fromkeys(_MONEY, lambda text: formats.amount(Money.of(Decimal(text)))),
    **dict.fromkeys(_QUANTITY, lambda text: formats.quantity(Decimal(text))),
    **dict.fromkeys(_PERCENT, lambda text: formats.percent(Decimal(text))),
    **dict.fromkeys(_DAYS, lambda text: f"{date.fromisoformat(text):%d/%m/%Y}"),
}


def as_kept(text: str) -> str:
    """What somebody looks for, as the log writes it: "1.234,56" is found as 1234.56."""
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+", text):
        return text.replace(".", "").replace(",", ".")
    return text
