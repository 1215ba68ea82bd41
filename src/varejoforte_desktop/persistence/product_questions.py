"""What screens ask about products, shelves and the ledger."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, or_, select, text

from varejoforte_desktop.application.questions import (
    ExportRow,
    LinkState,
    MovementRow,
    NameRow,
    ProductDetail,
    ProductOrder,
    ProductRow,
    ProductSearch,
)
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.outbox import Aspect, QueueState, SubjectKind
from varejoforte_desktop.domain.product import NONE, published_stock
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.persistence.catalogue import PRODUCT_COLUMNS, product_of
from varejoforte_desktop.persistence.dialects import in_chunks, is_sqlite
from varejoforte_desktop.persistence.promises import promised_units
from varejoforte_desktop.persistence.search import fts_query, reference_key, search_words
from varejoforte_desktop.persistence.tables.catalogue import brand, category, product
from varejoforte_desktop.persistence.tables.people import operator, shop
from varejoforte_desktop.persistence.tables.stock import stock, stock_movement
from varejoforte_desktop.persistence.tables.sync import outbox, push_history, store_link

_ORDERS: Final[dict[ProductOrder, ColumnElement[Any]]] = {
    ProductOrder.NAME: product.c.name_key,
    ProductOrder.REFERENCE: product.c.reference_key,
    ProductOrder.PRICE: product.c.price,
    ProductOrder.ON_HAND: stock.c.on_hand,
}
#: A search that finds more than this is not a search yet; putting them all in order would only take time.
_MOST_FOUND: Final = 5000
_WORST: Final = (QueueState.HALTED, QueueState.OUTCOME_UNKNOWN, QueueState.SENDING, QueueState.WAITING)
_ROWS: Final = (
    select(
        product.c.id,
        product.c.reference,
        product.c.name,
        product.c.barcode,
        product.c.unit,
        brand.c.name.label("brand"),
        category.c.path.label("category"),
        product.c.price,
        product.c.cost,
        stock.c.on_hand,
        product.c.counter_reserve,
        product.c.safety_stock,
        product.c.minimum_stock,
        product.c.sell_online,
        product.c.active,
        store_link.c.state.label("link"),
    )
    .join(stock, stock.c.product_id == product.c.id)
    .outerjoin(brand, brand.c.id == product.c.brand_id)
    .outerjoin(category, category.c.id == product.c.category_id)
    .outerjoin(
        store_link,
        and_(store_link.c.subject_kind == SubjectKind.PRODUCT, store_link.c.subject_id == product.c.id),
    )
    .where(product.c.id.in_(bindparam("ids", expanding=True)))
)
_ALL_OWED: Final = select(outbox.c.subject_id, outbox.c.state, outbox.c.since, outbox.c.aspect).where(
    outbox.c.subject_kind == SubjectKind.PRODUCT,
    outbox.c.subject_id.in_(bindparam("ids", expanding=True)),
)
#: What the shop's option does not send is no reason to say that a product waits.
_OWED: Final = _ALL_OWED.where(
    or_(outbox.c.aspect != Aspect.CONTENT, exists().where(shop.c.sync_option == SyncOption.FULL))
)


def matching(connection: Connection, search: ProductSearch) -> Select[Any]:
    """The ids that match, not sorted yet."""
    statement = select(product.c.id)
    words = search_words(search.text)
    if search.text.strip() and not words:
        statement = statement.where(product.c.id < 0)  # only signs were typed: nothing is called that
    elif words and is_sqlite(connection):
        statement = statement.where(
            product.c.id.in_(
                select(text("rowid"))
                .select_from(text("product_search"))
                .where(text("product_search MATCH :words").bindparams(words=fts_query(words)))
                .limit(_MOST_FOUND)
            )
        )
    elif words:
        other = product.alias()
        begins = (or_(other.c.search_text.like(f"{w}%"), other.c.search_text.like(f"% {w}%")) for w in words)
        statement = statement.where(product.c.id.in_(select(other.c.id).where(*begins).limit(_MOST_FOUND)))
    return statement if search.include_inactive else statement.where(product.c.active.is_(True))


def product_ids(connection: Connection, search: ProductSearch) -> array[int]:
    """Ids in the order asked for, with the id as the tie-break."""
    statement = matching(connection, search)
    order = _ORDERS[search.order]
    if search.order is ProductOrder.ON_HAND:
        statement = statement.join(stock, stock.c.product_id == product.c.id)
    if search.descending:
        statement = statement.order_by(order.desc(), product.c.id.desc())
    else:
        statement = statement.order_by(order, product.c.id)
    if search.limit is not None:
        statement = statement.limit(search.limit)
    return array("q", connection.execute(statement).scalars())


def product_rows(connection: Connection, ids: Sequence[int]) -> list[ProductRow]:
    """Lines for these ids, in their order."""
    found: dict[int, ProductRow] = {}
    for some in in_chunks(ids):
        wanted = {"ids": list(some)}
        owed: dict[int, list[Any]] = {}
        for line in connection.execute(_OWED, wanted):
            owed.setdefault(line.subject_id, []).append(line)
        promised = promised_units(connection, some)
        for row in connection.execute(_ROWS, wanted):
            found[row.id] = _product_row(row, owed.get(row.id, []), promised.get(row.id, NONE))
    return [found[each] for each in ids if each in found]


def _product_row(row: Any, owed: list[Any], promised: Decimal) -> ProductRow:
    states = {line.state for line in owed}
    return ProductRow(
        id=row.id,
        reference=row.reference,
        name=row.name,
        barcode=row.barcode,
        unit=row.unit,
        brand=row.brand or "",
        category=row.category or "",
        price=row.price,
        cost=row.cost,
        on_hand=row.on_hand,
        open_online=promised,
        published=published_stock(
            row.on_hand, open_online=promised, counter_reserve=row.counter_reserve, safety=row.safety_stock
        ),
        minimum_stock=row.minimum_stock,
        sell_online=row.sell_online,
        active=row.active,
        link=row.link or LinkState.ABSENT,
        queue=next((state for state in _WORST if state in states), None),
        owed_since=min((line.since for line in owed), default=None),
    )


def product_detail(connection: Connection, product_id: int) -> ProductDetail:
    """One product with all that its editor and side panel show. Raises NoSuchRecord."""
    rows = product_rows(connection, [product_id])
    kept = connection.execute(select(*PRODUCT_COLUMNS).where(product.c.id == product_id)).one_or_none()
    if not rows or kept is None:
        raise NoSuchRecord("product", str(product_id))
    link = connection.execute(
        select(store_link.c.remote_id).where(
            store_link.c.subject_kind == SubjectKind.PRODUCT, store_link.c.subject_id == product_id
        )
    ).scalar_one_or_none()
    sent_at = connection.execute(
        select(func.max(push_history.c.at)).where(
            push_history.c.subject_kind == SubjectKind.PRODUCT,
            push_history.c.subject_id == product_id,
            push_history.c.outcome == "sent",
        )
    ).scalar_one()
    owed = connection.execute(_ALL_OWED, {"ids": [product_id]})
    return ProductDetail(
        product=product_of(kept),
        brand=rows[0].brand,
        category=rows[0].category,
        on_hand=rows[0].on_hand,
        open_online=rows[0].open_online,
        published=rows[0].published,
        link=rows[0].link,
        remote_id=link,
        owed=tuple(sorted((line.aspect for line in owed), key=lambda aspect: aspect.rank)),
        last_sent_at=sent_at,
    )


def product_by_code(connection: Connection, code: str) -> int | None:
    """By barcode, or else by reference."""
    bare = keepable(code).strip()
    by_bars: int | None = connection.execute(
        select(product.c.id).where(product.c.barcode == bare, product.c.barcode != "").limit(1)
    ).scalar_one_or_none()
    if by_bars is not None:
        return by_bars
    statement = select(product.c.id).where(product.c.reference_key == reference_key(bare))
    by_reference: int | None = connection.execute(statement).scalar_one_or_none()
    return by_reference


def brands(connection: Connection) -> list[NameRow]:
    """All brands by name."""
    rows = connection.execute(select(brand.c.id, brand.c.name).order_by(brand.c.name_key))
    return [NameRow(id=row.id, name=row.name) for row in rows]


def categories(connection: Connection) -> list[NameRow]:
    """All categories by path."""
    rows = connection.execute(select(category.c.id, category.c.path).order_by(category.c.path_key))
    return [NameRow(id=row.id, name=row.path) for row in rows]


def movements(
    connection: Connection, *, product_id: int | None, before_id: int | None, limit: int
) -> list[MovementRow]:
    """The ledger, newest first."""
    statement = (
        select(
            stock_movement,
            product.c.reference,
            product.c.name,
            product.c.unit,
            operator.c.name.label("operator_name"),
        )
        .join(product, product.c.id == stock_movement.c.product_id)
        .join(operator, operator.c.id == stock_movement.c.operator_id)
        .order_by(stock_movement.c.id.desc())
        .limit(limit)
    )
    if product_id is not None:
        statement = statement.where(stock_movement.c.product_id == product_id)
    if before_id is not None:
        statement = statement.where(stock_movement.c.id < before_id)
    return [
        MovementRow(
            id=row.id,
            at=row.at,
            product_id=row.product_id,
            reference=row.reference,
            name=row.name,
            unit=row.unit,
            kind=row.kind,
            amount=row.amount,
            balance=row.balance,
            reason=row.reason,
            document=row.document,
            operator=row.operator_name,
            station=row.station,
        )
        for row in connection.execute(statement)
    ]


def export_rows(connection: Connection) -> list[ExportRow]:
    """The whole catalogue, by reference."""
    statement = (
        select(
            *PRODUCT_COLUMNS,
            brand.c.name.label("brand_name"),
            category.c.path.label("category_path"),
            stock.c.on_hand,
        )
        .join(stock, stock.c.product_id == product.c.id)
        .outerjoin(brand, brand.c.id == product.c.brand_id)
        .outerjoin(category, category.c.id == product.c.category_id)
        .order_by(product.c.reference_key)
    )
    return [
        ExportRow(
            product=product_of(row),
            brand=row.brand_name or "",
            category=row.category_path or "",
            on_hand=row.on_hand,
        )
        for row in connection.execute(statement)
    ]
