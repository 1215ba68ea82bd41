"""How an order's total is made, to the cent, and what is said when it does not add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from varejoforte_desktop.application.store_orders import OrderChange, StoreOrder
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui import formats

_NAMES: Final = {
    "goods": "Itens do pedido",
    "shipping": "Frete",
    "taxes": "Impostos",
    "interest": "Juros",
    "payment_fee": "Taxa da forma de pagamento",
    "other_charges": "Outros acréscimos",
    "discount": "Desconto",
    "coupon": "Cupom",
    "other_discounts": "Outros descontos",
    "total": "Total",
}
_YES_NO: Final = {"yes": "sim", "no": "não"}
_LESS: Final = frozenset({"discount", "coupon", "other_discounts"})
_PLACES: Final = {
    "payment_method": "Forma de pagamento",
    "shipment": "Forma de envio",
    "pickup": "Retirada na loja",
    "placed_at": "Comprado em",
    "buyer.remote_id": "Cadastro do comprador na loja",
    "buyer.name": "Comprador",
    "buyer.cpf": "CPF",
    "buyer.cnpj": "CNPJ",
    "buyer.company": "Empresa",
    "buyer.state_registration": "Inscrição estadual",
    "buyer.email": "E-mail",
    "buyer.phone": "Telefone",
    "address.recipient": "Quem recebe",
    "address.street": "Rua",
    "address.number": "Número",
    "address.complement": "Complemento",
    "address.district": "Bairro",
    "address.city": "Cidade",
    "address.state": "Estado",
    "address.postcode": "CEP",
}


def total_parts(order: StoreOrder) -> list[tuple[str, Money]]:
    """What the total is made of, each part by its name; discounts are negative, parts of nothing are left out."""
    amounts = order.amounts
    parts = [(_NAMES["goods"], order.lines_total)]
    for name, words in _NAMES.items():
        value: Money = getattr(amounts, name)
        if name not in {"goods", "total"} and value:
            parts.append((words, -value if name in _LESS else value))
    return parts


def divergence_words(order: StoreOrder) -> str:
    """What the parts make and what the store says instead; "" when both are the same."""
    if order.adds_up:
        return ""
    expected, told = order.expected_total, order.amounts.total
    more = "a mais" if told > expected else "a menos"
    apart = Money(abs((told - expected).cents))
    return (
        f"Os valores dão {formats.money(expected)}, mas a loja diz {formats.money(told)}: "
        f"{formats.money(apart)} {more}."
    )


def cents(facts: Mapping[str, str], name: str) -> str:
    """An amount out of the facts of an event, which are in cents; "—" when it is not there."""
    try:
        return formats.money(Money(int(facts[name])))
    except (KeyError, ValueError):
        return "—"


def change_words(change: OrderChange) -> tuple[str, str, str]:
    """One thing that changed: what it is called, what it was, what it is now."""
    kind, _, name = change.place.partition(".")
    called = {
        "amount": _NAMES.get(name, name),
        "line": name or "Item",
        "thing": f"{name}: o que é na loja",
    }.get(kind, _PLACES.get(change.place, change.place))
    say = _SAYING.get(change.place) or _SAYING.get(kind) or _plain
    return called, say(change.before), say(change.after)


def _plain(text: str) -> str:
    return text or "—"


def _document(text: str) -> str:
    return formatted_tax_id(text) or "—"


def _yes_or_no(text: str) -> str:
    return _YES_NO.get(text, "—")


def _thing(text: str) -> str:
    return text or "fora do pedido"


def _instant(text: str) -> str:
    try:
        return formats.moment(datetime.fromisoformat(text))
    except ValueError:
        return "—"


def _money(text: str) -> str:
    return formats.money(Money(int(text))) if text.removeprefix("-").isdigit() else text or "—"


def _line(text: str) -> str:
    """ "2 × 18990" as "2 × R$ 189,90"; a line that was not there, or is no more, as "não havia"."""
    quantity, times, price = text.partition(" × ")
    if not times:
        return text or "fora do pedido"
    return f"{quantity.replace('.', ',')} × {_money(price)}"


#: How the value of a place, or of a kind of places, is said.
_SAYING: Final[dict[str, Callable[[str], str]]] = {
    "amount": _money,
    "line": _line,
    "thing": _thing,
    "buyer.cpf": _document,
    "buyer.cnpj": _document,
    "pickup": _yes_or_no,
    "placed_at": _instant,
}
