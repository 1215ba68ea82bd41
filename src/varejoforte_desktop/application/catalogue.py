"""Keeping the catalogue: a product is saved and what the store has to hear about it is owed at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction, differing, price_facts
from varejoforte_desktop.domain.errors import BarcodeTaken
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product, owed_aspects

_CONTENT = (Aspect.CONTENT,)


def save_product(uow: UnitOfWork, product: Product, *, brand: str, category: str, by: Actor) -> Product:
    """Keep a new (id 0) or changed product and owe the store what it shows of it; gives it as kept.

    `brand` is a name and `category` a path "Cozinha > Panelas"; both are made when new, "" for none.
    Raises NotAllowed, ChangedMeanwhile, ReferenceTaken, BarcodeTaken or the DomainError of a wrong field.
    """
    by.needs(Permission.EDIT_CATALOGUE)
    named = _named(uow, product, brand, category).checked()
    if named.barcode:
        _refuse_second_barcode(uow, named)
    if named.id == 0:
        before = None
        new_id = uow.products.add([named])[0]
        kept = uow.products.get(new_id)
    else:
        before = uow.products.get(named.id)
        kept = uow.products.save(named)
    owe_product(uow, before, kept)
    note_prices(uow, before, kept, by=by)
    if before is None or (before.reference, before.barcode) != (kept.reference, kept.barcode):
        # An open order may have waited for it: from now on its goods are held back.
        sheets = uow.sheets.products(sorted(uow.orders.recognise()))
        held_back = [
            Subject(SubjectKind.PRODUCT, each) for each in sheets if sheets[each].product.sell_online
        ]
        if held_back:
            owe(uow, held_back, (Aspect.STOCK,))
    uow.touch(Topic.PRODUCTS)
    return kept


def note_prices(uow: UnitOfWork, before: Product | None, after: Product, *, by: Actor) -> None:
    """Write down which prices somebody changed; the first prices of a new product are no change."""
    if before is None:
        return
    old, new = differing(price_facts(before), price_facts(after))
    if new:
        uow.audit.note(AuditAction.PRICE_CHANGED, after.reference, by=by, before=old, after=new)


def owe_product(uow: UnitOfWork, before: Product | None, after: Product) -> None:
    """Write down what the store has to hear about a product that changed from `before` to `after`."""
    aspects = owed_aspects(before, after)
    if aspects:
        owe(uow, (Subject(SubjectKind.PRODUCT, after.id),), aspects)


def owe(uow: UnitOfWork, subjects: Iterable[Subject], aspects: Iterable[Aspect]) -> None:
    """Owe the store these aspects of these subjects, in the transaction of the fact itself."""
    uow.outbox.owe(subjects, aspects, uow.now)
    uow.touch(Topic.QUEUE)


def _named(uow: UnitOfWork, product: Product, brand: str, category: str) -> Product:
    """The product with the ids of its brand and category; names that are new are owed to the store too."""
    brand_id = category_id = None
    new: list[Subject] = []
    if brand.strip():
        brand_id, made = uow.brands.ensure(brand)
        new += [Subject(SubjectKind.BRAND, each) for each in made]
    if category.strip():
        category_id, made = uow.categories.ensure(category)
        new += [Subject(SubjectKind.CATEGORY, each) for each in made]
    if new:
        owe(uow, new, _CONTENT)
    return replace(product, brand_id=brand_id, category_id=category_id)


def _refuse_second_barcode(uow: UnitOfWork, product: Product) -> None:
    other = uow.products.with_barcode(product.barcode, other_than=product.id)
    if other is not None:
        raise BarcodeTaken(product.barcode, other.reference)
