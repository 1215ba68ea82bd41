"""What is wrong with a product as typed, all at once, and what of it the store will hear when it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from varejoforte_desktop.domain.errors import DomainError, Missing, PromotionOutOfOrder
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product, changed_aspects
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui.field_names import aspect_name

#: What stands in for a wrong field while the others are looked at.
_BLANK: Final = Product(reference="1", name="1")


def _tr(text: str) -> str:
    return QCoreApplication.translate("ProductChecks", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A product as the form holds it. Fields that are wrong keep their old value and are named in `errors`."""

    product: Product
    brand: str
    category: str
    errors: Mapping[str, DomainError] = field(default_factory=dict)


def checked_fields(
    product: Product, base: Product, unread: Mapping[str, DomainError]
) -> tuple[Product, dict[str, DomainError]]:
    """The product tidied, and every wrong field with its error; `unread` are those that could not be read at all."""
    errors = dict(unread)
    if "price" in errors:
        # Whether the promotion is cheaper cannot be told; its days can.
        product = replace(product, price=product.promotional_price + Money(1))
    if not product.promotional_price and (product.promotion_start or product.promotion_end):
        errors.setdefault("promotional_price", Missing("promotional_price"))
    for _ in range(2 * len(Product.__dataclass_fields__)):
        try:
            tidy = product.checked()
            return (replace(tidy, price=base.price) if "price" in unread else tidy), errors
        except DomainError as error:
            place = _place_of(error, product)
            calmer = base if place not in errors else _BLANK
            errors.setdefault(place, error)
            if isinstance(error, PromotionOutOfOrder):
                product = _without_promotion(product)
            else:
                product = replace(product, **{place: getattr(calmer, place)})
    return base, errors


def _without_promotion(product: Product) -> Product:
    return replace(product, promotional_price=ZERO)


def _place_of(error: DomainError, product: Product) -> str:
    """The field a sentence stands beside; a promotion's troubles beside the part that has to change."""
    if not isinstance(error, PromotionOutOfOrder):
        return error.field or "reference"
    if error.why == "dates_missing":
        return "promotion_start" if product.promotion_start is None else "promotion_end"
    return "promotion_end" if error.why == "ends_before_start" else "promotional_price"


def aspect_words(aspects: Iterable[Aspect]) -> str:
    """The sides of a product in the order they are sent: "Estoque, Preço e custo"."""
    return ", ".join(aspect_name(each) for each in sorted(aspects, key=lambda each: each.rank))


def sending_sentence(
    before: Product | None, after: Product, option: SyncOption, *, known_to_store: bool = True
) -> str:
    """What reaches the store when this is saved, and what stays here."""
    if not after.sell_online:
        return _taken_off(before, option)
    if before is None and option is SyncOption.COMMERCIAL:
        return _tr("Opção 2: a Tray recebe preço e estoque; cadastre o produto lá com a mesma referência.")
    changed = changed_aspects(before, after)
    goes, stays = changed & option.aspects, changed - option.aspects
    parts = []
    if goes:
        parts.append(_tr("Ao salvar vai para a Tray: {what}").format(what=aspect_words(goes)))
    if stays:
        parts.append(_tr("O cadastro fica só aqui (opção 2)"))
    if not parts:
        unsent = not known_to_store and before is not None
        parts.append(_tr("A Tray ainda não recebeu este produto") if unsent else _tr("Nada muda na Tray"))
    return ". ".join(parts) + "."


def _taken_off(before: Product | None, option: SyncOption) -> str:
    if before is None or not before.sell_online:
        return _tr("Nada vai para a Tray: o produto não é vendido na loja.")
    if option is SyncOption.COMMERCIAL:
        return _tr("Fora da loja só aqui (opção 2): tire-o da loja também na Tray.")
    return _tr("Ao salvar o produto sai da loja na Tray.")


def neutral(product: Product | None) -> Product:
    """What a form is compared with: the product itself, or a new one that is still empty."""
    return product if product is not None else _BLANK


def changed_values(product: Product, values: Mapping[str, Any]) -> Product:
    """The product with these values."""
    return replace(product, **values)
