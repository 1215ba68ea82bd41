"""Knowing who buys: one customer for one CPF or CNPJ, however often and wherever they buy."""

from __future__ import annotations

from dataclasses import replace

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store_orders import StoreBuyer, StoreOrder
from varejoforte_desktop.domain.customer import LIMITS, Address, Customer
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.tax_ids import bare_tax_id, valid_tax_id


def buyer_document(buyer: StoreBuyer) -> str:
    """The buyer's CNPJ or CPF, bare, when its check digits hold; "" otherwise."""
    return next((bare_tax_id(each) for each in (buyer.cnpj, buyer.cpf) if valid_tax_id(each)), "")


def match_customer(uow: UnitOfWork, order: StoreOrder) -> int | None:
    """The customer of an order: found by document, then by e-mail, or made; gives the id.

    An e-mail shared by people with different documents joins nobody. None for a buyer without a name.
    """
    document = buyer_document(order.buyer)
    fresh = _customer_of(order, document)
    if not fresh.name:
        return None
    known = uow.customers.by_document(document) if document else None
    if known is None and fresh.email:
        by_email = uow.customers.by_email(fresh.email)
        if by_email is not None and (not document or by_email.document in {"", document}):
            known = by_email
    uow.touch(Topic.CUSTOMERS)
    if known is None:
        return uow.customers.add(fresh, uow.now)
    uow.customers.save(_together(known, fresh), uow.now)
    return known.id


def save_customer(uow: UnitOfWork, customer: Customer, *, by: Actor) -> int:
    """Keep a new (id 0) or changed customer; one with the same document is the same customer. Gives the id.

    Raises NotAllowed, Missing, TooLong or WrongTaxId.
    """
    by.needs(Permission.SELL)
    tidy = customer.checked()
    uow.touch(Topic.CUSTOMERS)
    known = uow.customers.by_document(tidy.document) if tidy.document else None
    if known is not None and known.id != tidy.id:
        uow.customers.save(_together(known, replace(tidy, id=known.id)), uow.now)
        return known.id
    if tidy.id == 0:
        return uow.customers.add(tidy, uow.now)
    uow.customers.save(tidy, uow.now)
    return tidy.id


def _customer_of(order: StoreOrder, document: str) -> Customer:
    """The buyer as a customer. What is longer than its place is cut: the store's text must not stop an import."""
    buyer = order.buyer
    draft = Customer(
        name=buyer.name[: LIMITS["name"]],
        company=buyer.company[: LIMITS["company"]],
        state_registration=buyer.state_registration[: LIMITS["state_registration"]],
        email=buyer.email[: LIMITS["email"]],
        phone=buyer.phone[: LIMITS["phone"]],
        document=document,
        address=order.address or Address(),
    )
    try:
        return draft.checked()
    except DomainError:
        return replace(draft, name=" ".join(draft.name.split()))


def _together(known: Customer, fresh: Customer) -> Customer:
    """What was known, with what is new: nothing that is known is replaced by nothing."""
    names = ("name", "document", "company", "state_registration", "email", "phone")
    merged = {name: getattr(fresh, name) or getattr(known, name) for name in names}
    address = fresh.address if fresh.address.street else known.address
    return replace(known, **merged, address=address)
