"""Products, brands and categories, as they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from varejoforte_desktop.application.delivery_ports import Named
from varejoforte_desktop.domain.errors import ChangedMeanwhile, Missing, NoSuchRecord, ReferenceTaken, TooLong
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.texts import folded, keepable
from varejoforte_desktop.persistence.dialects import BARCODE_DOOR, in_chunks, insert_new, one_at_a_time
from varejoforte_desktop.persistence.search import reference_key, search_text
from varejoforte_desktop.persistence.tables.catalogue import brand, category, product
from varejoforte_desktop.persistence.tables.stock import stock

#: The columns of a Product, in its own field names.
PRODUCT_COLUMNS = tuple(product.c[field.name] for field in fields(Product))
_PRODUCT_NAMES = tuple(column.name for column in PRODUCT_COLUMNS)
_BY_ID = select(*PRODUCT_COLUMNS).where(product.c.id == bindparam("key"))
_SAVE = (
    update(product)
    .where(product.c.id == bindparam("key"), product.c.version == bindparam("was"))
    .values(
        {
            name: bindparam(f"new_{name}", type_=product.c[name].type)
            for name in product.c.keys()  # noqa: SIM118 - a column collection, not a dict
            if name != "id"
        }
    )
)


def product_of(row: Iterable[Any]) -> Product:
    """A Product from a row that begins with PRODUCT_COLUMNS."""
    return Product(**dict(zip(_PRODUCT_NAMES, row, strict=False)))


class SqlProducts:
    """The catalogue."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def get(self, product_id: int) -> Product:
        """Raises NoSuchRecord."""
        row = self._connection.execute(_BY_ID, {"key": product_id}).one_or_none()
        if row is None:
            raise NoSuchRecord("product", str(product_id))
        return product_of(row)

    def by_references(self, references: Iterable[str]) -> dict[str, Product]:
        """The products that exist among these references, by the reference asked for."""
        asked: dict[str, list[str]] = {}
        for reference in references:
            asked.setdefault(reference_key(keepable(reference)), []).append(reference)
        found: dict[str, Product] = {}
        for keys in in_chunks(list(asked)):
            statement = select(*PRODUCT_COLUMNS, product.c.reference_key).where(
                product.c.reference_key.in_(keys)
            )
            for row in self._connection.execute(statement):
                found |= dict.fromkeys(asked[row.reference_key], product_of(row))
        return found

    def with_barcode(self, barcode: str, *, other_than: int) -> Product | None:
        """Another product under the same bars; none can be kept by others until the transaction ends."""
        one_at_a_time(self._connection, BARCODE_DOOR)
        statement = select(*PRODUCT_COLUMNS).where(product.c.barcode == barcode, product.c.id != other_than)
        row = self._connection.execute(statement.limit(1)).first()
        return None if row is None else product_of(row)

    def add(self, products: Sequence[Product]) -> list[int]:
        """New products, each with an empty shelf; their ids in order. Raises ReferenceTaken."""
        ids: list[int] = []
        statement = insert(product).returning(product.c.id, sort_by_parameter_order=True)
        try:
            for some in in_chunks(products, 200):
                rows = self._connection.execute(statement, [self._values(each, version=1) for each in some])
                ids += [int(row.id) for row in rows]
        except IntegrityError as error:
            raise self._refused(products, error) from None
        if ids:
            self._connection.execute(insert(stock), [{"product_id": each, "on_hand": 0} for each in ids])
        return ids

    def save(self, changed: Product) -> Product:
        """Keep a changed product, one version later. Raises ChangedMeanwhile or ReferenceTaken."""
        try:
            done = self._connection.execute(_SAVE, self._update(changed))
        except IntegrityError as error:
            raise self._refused([changed], error) from None
        if done.rowcount != 1:
            raise ChangedMeanwhile("product", changed.reference)
        return self.get(changed.id)

    def save_many(self, products: Sequence[Product]) -> None:
        """Keep many at once; each must be the version in the books (read in this transaction)."""
        if products:
            self._connection.execute(_SAVE, [self._update(each) for each in products])

    def _refused(self, products: Sequence[Product], error: IntegrityError) -> Exception:
        if "reference_key" in str(error.orig):
            return ReferenceTaken(products[0].reference)
        return error

    def _update(self, changed: Product) -> dict[str, Any]:
        values = self._values(changed, version=changed.version + 1)
        return {"key": changed.id, "was": changed.version} | {f"new_{k}": v for k, v in values.items()}

    def _values(self, each: Product, *, version: int) -> dict[str, Any]:
        values = {field.name: getattr(each, field.name) for field in fields(Product) if field.name != "id"}
        return values | {
            "version": version,
            "reference_key": reference_key(each.reference),
            "name_key": folded(each.name)[:200],
            "search_text": search_text(each.reference, each.name, each.barcode),
            "modified_at": self._now,
        }


class SqlBrands:
    """Makers' names, each once whatever its accents and capitals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ensure(self, name: str) -> tuple[int, list[int]]:
        """The id for this name, made when new. Raises TooLong."""
        tidy = " ".join(keepable(name).split())
        if len(tidy) > 120:
            raise TooLong("brand", 120)
        key = folded(tidy)[:120]
        made = insert_new(self._connection, brand, {"name": tidy, "name_key": key}, unique=("name_key",))
        found = self._connection.execute(select(brand.c.id).where(brand.c.name_key == key)).scalar_one()
        return found, [found] if made else []

    def get(self, name_id: int) -> Named:
        """Raises NoSuchRecord."""
        row = self._connection.execute(
            select(brand.c.id, brand.c.name).where(brand.c.id == name_id)
        ).one_or_none()
        if row is None:
            raise NoSuchRecord("brand", str(name_id))
        return Named(row.id, row.name)


class SqlCategories:
    """The shelves' names, from the top down: "Cozinha > Panelas"."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ensure(self, name: str) -> tuple[int, list[int]]:
        """The id for this path, with every shelf on the way made when new. Raises Missing or TooLong."""
        names = [" ".join(part.split()) for part in keepable(name).split(">")]
        if not all(names):
            raise Missing("category")
        parent: int | None = None
        path = ""
        made: list[int] = []
        for each in names:
            if len(each) > 255:
                raise TooLong("category", 255)
            path = f"{path} > {each}" if path else each
            if len(path) > 1024:
                raise TooLong("category", 1024)
            key = folded(path)[:1024]
            line = {"name": each, "parent_id": parent, "path": path, "path_key": key}
            new = insert_new(self._connection, category, line, unique=("path_key",))
            statement = select(category.c.id, category.c.path).where(category.c.path_key == key)
            parent, path = self._connection.execute(statement).one()  # an old shelf keeps its spelling
            if new:
                made.append(parent)
        if parent is None:
            raise Missing("category")
        return parent, made

    def get(self, name_id: int) -> Named:
        """Raises NoSuchRecord."""
        statement = select(category.c.id, category.c.name, category.c.parent_id).where(
            category.c.id == name_id
        )
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise NoSuchRecord("category", str(name_id))
        return Named(row.id, row.name, row.parent_id)
