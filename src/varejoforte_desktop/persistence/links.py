"""Which things of the store are which of ours, what it last said yes to, and what bodies are built from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from varejoforte_desktop.application.delivery_ports import Acknowledged, Named, ProductSheet, StoreLink
from varejoforte_desktop.application.questions import LinkState
from varejoforte_desktop.domain.errors import LinkTaken
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import NONE
from varejoforte_desktop.persistence.catalogue import PRODUCT_COLUMNS, product_of
from varejoforte_desktop.persistence.dialects import in_chunks, upsert
from varejoforte_desktop.persistence.promises import promised_units
from varejoforte_desktop.persistence.tables.catalogue import brand, category, product
from varejoforte_desktop.persistence.tables.stock import stock
from varejoforte_desktop.persistence.tables.sync import acknowledgement, store_link

_LINK_KEY: Final = ("subject_kind", "subject_id")
_LINKS_OF: Final = select(store_link).where(
    store_link.c.subject_kind == bindparam("kind", type_=store_link.c.subject_kind.type),
    store_link.c.subject_id.in_(bindparam("ids", expanding=True)),
)
_SAID_TO: Final = select(acknowledgement).where(
    acknowledgement.c.subject_kind == bindparam("kind", type_=acknowledgement.c.subject_kind.type),
    acknowledgement.c.subject_id.in_(bindparam("ids", expanding=True)),
)
_SHEETS: Final = (
    select(
        *PRODUCT_COLUMNS,
        brand.c.name.label("brand_name"),
        category.c.name.label("category_name"),
        category.c.parent_id.label("category_parent"),
        stock.c.on_hand,
    )
    .join(stock, stock.c.product_id == product.c.id)
    .outerjoin(brand, brand.c.id == product.c.brand_id)
    .outerjoin(category, category.c.id == product.c.category_id)
    .where(product.c.id.in_(bindparam("ids", expanding=True)))
)


class SqlLinks:
    """Links and acknowledgements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def many(self, subjects: Iterable[Subject]) -> dict[Subject, StoreLink]:
        """The links of these subjects; those never sent have none."""
        found: dict[Subject, StoreLink] = {}
        for row in self._rows(_LINKS_OF, subjects):
            subject = Subject(row.subject_kind, row.subject_id)
            found[subject] = StoreLink(
                subject=subject, state=row.state, remote_id=row.remote_id, unknown_since=row.unknown_since
            )
        return found

    def _rows(self, statement: Any, subjects: Iterable[Subject]) -> Iterable[Any]:
        by_kind: dict[SubjectKind, list[int]] = {}
        for subject in subjects:
            by_kind.setdefault(subject.kind, []).append(subject.id)
        for kind, ids in by_kind.items():
            for some in in_chunks(ids):
                yield from self._connection.execute(statement, {"kind": kind, "ids": list(some)})

    def _put(self, subject: Subject, **values: Any) -> None:
        line = {
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "remote_id": None,
            "unknown_since": None,
        }
        upsert(self._connection, store_link, [line | values], key=_LINK_KEY)

    def begin_creation(self, subject: Subject, at: datetime) -> None:
        """Write the intent; found without an answer later, its outcome is unknown since `at`."""
        self._put(subject, state=LinkState.CREATING, unknown_since=at)

    def end_creation(self, subject: Subject) -> None:
        """The creation surely did not happen, or a person wants it looked for again."""
        self._connection.execute(
            delete(store_link).where(_is(subject), store_link.c.state != LinkState.LINKED)
        )

    def link(self, subject: Subject, remote_id: str, at: datetime) -> None:
        """The subject is this thing of the store. Raises LinkTaken when another subject already is."""
        other = self._connection.execute(
            select(store_link.c.subject_id).where(
                store_link.c.subject_kind == subject.kind,
                store_link.c.remote_id == remote_id,
                store_link.c.subject_id != subject.id,
            )
        ).scalar_one_or_none()
        if other is not None:
            raise LinkTaken(remote_id, self._reference(subject.kind, other))
        try:
            self._put(subject, state=LinkState.LINKED, remote_id=remote_id, linked_at=at)
        except IntegrityError:
            raise LinkTaken(remote_id, "") from None

    def _reference(self, kind: SubjectKind, subject_id: int) -> str:
        if kind is not SubjectKind.PRODUCT:
            return str(subject_id)
        statement = select(product.c.reference).where(product.c.id == subject_id)
        return self._connection.execute(statement).scalar_one_or_none() or str(subject_id)

    def unlink(self, subject: Subject) -> None:
        """The store no longer has it: what it had said yes to counts no more."""
        self._connection.execute(
            update(store_link).where(_is(subject)).values(state=LinkState.UNLINKED, remote_id=None)
        )
        self._connection.execute(
            delete(acknowledgement).where(
                acknowledgement.c.subject_kind == subject.kind, acknowledgement.c.subject_id == subject.id
            )
        )

    def acknowledged(self, subjects: Iterable[Subject]) -> dict[Subject, dict[Aspect, Acknowledged]]:
        """What the store last said yes to."""
        found: dict[Subject, dict[Aspect, Acknowledged]] = {}
        for row in self._rows(_SAID_TO, subjects):
            subject = Subject(row.subject_kind, row.subject_id)
            found.setdefault(subject, {})[row.aspect] = Acknowledged(
                subject=subject,
                aspect=row.aspect,
                digest=row.digest,
                fields=json.loads(row.fields),
                at=row.at,
            )
        return found

    def remember(self, rows: Sequence[Acknowledged]) -> None:
        """Keep what the store said yes to."""
        lines = [
            {
                "subject_kind": row.subject.kind,
                "subject_id": row.subject.id,
                "aspect": row.aspect,
                "digest": row.digest,
                "fields": json.dumps(dict(row.fields), ensure_ascii=False),
                "at": row.at,
            }
            for row in rows
        ]
        upsert(self._connection, acknowledgement, lines, key=(*_LINK_KEY, "aspect"))

    def forget(self, subjects: Iterable[Subject], aspect: Aspect) -> None:
        """What the store said yes to counts no more: it may have changed that itself."""
        by_kind: dict[SubjectKind, list[int]] = {}
        for subject in subjects:
            by_kind.setdefault(subject.kind, []).append(subject.id)
        for kind, ids in by_kind.items():
            for some in in_chunks(ids):
                self._connection.execute(
                    delete(acknowledgement).where(
                        acknowledgement.c.subject_kind == kind,
                        acknowledgement.c.subject_id.in_(some),
                        acknowledgement.c.aspect == aspect,
                    )
                )

    def forget_all(self) -> None:
        """Another store: nothing is linked, nothing was acknowledged."""
        self._connection.execute(delete(store_link))
        self._connection.execute(delete(acknowledgement))


def _is(subject: Subject) -> Any:
    return and_(store_link.c.subject_kind == subject.kind, store_link.c.subject_id == subject.id)


class SqlSheets:
    """Reads for the bodies that are sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def products(self, ids: Sequence[int]) -> dict[int, ProductSheet]:
        """Products with brand, category and shelf; those gone are left out."""
        found: dict[int, ProductSheet] = {}
        promised = promised_units(self._connection, ids)
        for some in in_chunks(ids):
            for row in self._connection.execute(_SHEETS, {"ids": list(some)}):
                kept = product_of(row)
                found[kept.id] = ProductSheet(
                    product=kept,
                    brand=None if row.brand_id is None else Named(row.brand_id, row.brand_name),
                    category=None
                    if row.category_id is None
                    else Named(row.category_id, row.category_name, row.category_parent),
                    on_hand=row.on_hand,
                    open_online=promised.get(kept.id, NONE),
                )
        return found

    def names(self, kind: SubjectKind, ids: Sequence[int]) -> dict[int, Named]:
        """Brands or categories."""
        table = brand if kind is SubjectKind.BRAND else category
        columns = [table.c.id, table.c.name] + ([category.c.parent_id] if table is category else [])
        found: dict[int, Named] = {}
        for some in in_chunks(ids):
            for row in self._connection.execute(select(*columns).where(table.c.id.in_(some))):
                found[row.id] = Named(*row)
        return found
