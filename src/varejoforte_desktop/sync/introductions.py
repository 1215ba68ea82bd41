"""Making a thing known to the store exactly once: look for it first, write the intent down, then create."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.delivery import begin_creation, end_creation, keep_link, link_and_name
from varejoforte_desktop.application.delivery_ports import StoreLink
from varejoforte_desktop.application.outside import GiveUp, LoggedOut, OutcomeUnknown, SlowDown, Unreachable
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Leader, LinkState
from varejoforte_desktop.application.store import OnlineStore, StoreProduct
from varejoforte_desktop.domain.outbox import Subject, SubjectKind

#: How long an unanswered request may still be applied by the store: nothing is created twice before.
QUARANTINE: Final = timedelta(seconds=90)
_WORTH_AN_INDEX: Final = 8
_INDEX_LIFE: Final = timedelta(minutes=10)
_LOOK_AGAIN: Final = timedelta(seconds=20)


class NotYet(Exception):
    """Whether the store has it cannot be known now; look again after `wait`."""

    def __init__(self, wait: timedelta, cause: str, *, unknown: bool) -> None:
        super().__init__(cause)
        self.wait = wait
        self.cause = cause
        self.unknown = unknown


class StoreIndex:
    """The store's whole catalogue, read once for a first big sending instead of one question a product."""

    def __init__(self, products: Iterable[StoreProduct], read_at: datetime) -> None:
        self.read_at = read_at
        self._by_reference: dict[str, list[StoreProduct]] = {}
        self._by_barcode: dict[str, list[StoreProduct]] = {}
        for each in products:
            if each.reference.strip():
                self._by_reference.setdefault(each.reference.strip(), []).append(each)
            if each.ean.strip():
                self._by_barcode.setdefault(each.ean.strip(), []).append(each)

    def find(self, *, reference: str = "", ean: str = "") -> tuple[StoreProduct, ...]:
        """As `OnlineStore.find_products`."""
        found = self._by_reference.get(reference, []) if reference else self._by_barcode.get(ean, [])
        return tuple(found)


class Introductions:
    """Creations without a twin, and the store's ids of brands and categories."""

    def __init__(self, backend: Backend, store: OnlineStore) -> None:
        self._backend = backend
        self._store = store
        self._ids: dict[Subject, str] = {}
        self._index: StoreIndex | None = None

    async def read_catalogue(self, strangers: int, at: datetime) -> None:
        """Read the whole store once when many products are to be looked for; for a few it is not worth it."""
        if strangers < _WORTH_AN_INDEX:
            return
        if self._index is None or not timedelta(0) <= at - self._index.read_at <= _INDEX_LIFE:
            self._index = StoreIndex(await self._store.all_products(), at)

    async def find(
        self, *, reference: str = "", ean: str = "", fresh: bool, at: datetime
    ) -> tuple[StoreProduct, ...]:
        """The store's products with this reference or EAN; `fresh` asks the store itself."""
        if not fresh and self._index is not None and timedelta(0) <= at - self._index.read_at <= _INDEX_LIFE:
            return self._index.find(reference=reference, ean=ean)
        return await self._store.find_products(reference=reference, ean=ean)

    def forget(self) -> None:
        """Another store, or a link was cut: ask the books again."""
        self._ids.clear()
        self._index = None

    def waits_for(self, link: StoreLink | None, at: datetime) -> timedelta | None:
        """When to look again for something that an earlier creation may still bring; None: nothing is on its way."""
        if link is None or link.state is not LinkState.CREATING or link.unknown_since is None:
            return None
        rest = link.unknown_since + QUARANTINE - at
        return min(rest, _LOOK_AGAIN) if rest > timedelta(0) else None

    async def create(
        self,
        subject: Subject,
        make: Callable[[], Awaitable[str]],
        *,
        lead: Leader,
        link: StoreLink | None,
        at: datetime,
    ) -> str:
        """Create what was looked for and not found; gives the store's id, already kept.

        Raises NotYet while an earlier creation may still turn up, or when this one goes unanswered.
        """
        rest = self.waits_for(link, at)
        if rest is not None:
            raise NotYet(rest, "looking_up", unknown=True)
        await self._backend.run(begin_creation, subject, lead=lead)
        try:
            remote_id = await make()
        except (GiveUp, LoggedOut, SlowDown, Unreachable):
            await self._backend.run(end_creation, subject)  # surely not applied
            raise
        except OutcomeUnknown as silence:
            raise NotYet(_LOOK_AGAIN, silence.code, unknown=True) from None
        await self._backend.run(keep_link, subject, remote_id)
        return remote_id

    async def category(self, category_id: int, *, lead: Leader, at: datetime) -> str:
        """The store's id of a category, found or made, the shelves above it first. Raises NotYet."""
        subject = Subject(SubjectKind.CATEGORY, category_id)
        if subject in self._ids:
            return self._ids[subject]
        remote_id, path = await self._backend.run(link_and_name, subject)
        if remote_id is None:
            parent = await self._parent_id(subject)
            above = None if parent is None else await self.category(parent, lead=lead, at=at)
            remote_id = await self._find_category(path[-1], above)
            if remote_id is None:
                name = path[-1]
                remote_id = await self.create(
                    subject,
                    lambda: self._store.create_category(name, above),
                    lead=lead,
                    link=await self._link(subject),
                    at=at,
                )
            else:
                await self._backend.run(keep_link, subject, remote_id)
        self._ids[subject] = remote_id
        return remote_id

    async def _find_category(self, name: str, parent: str | None) -> str | None:
        for found in await self._store.find_categories(name):
            if (found.parent_id or None) == parent:
                return found.remote_id
        return None

    async def brand(self, brand_id: int, *, lead: Leader, at: datetime) -> str:
        """The store's id of a brand, found or made. Raises NotYet."""
        subject = Subject(SubjectKind.BRAND, brand_id)
        if subject in self._ids:
            return self._ids[subject]
        remote_id, path = await self._backend.run(link_and_name, subject)
        if remote_id is None:
            name = path[-1]
            found = await self._store.find_brands(name)
            if found:
                remote_id = found[0].remote_id
                await self._backend.run(keep_link, subject, remote_id)
            else:
                remote_id = await self.create(
                    subject,
                    lambda: self._store.create_brand(name),
                    lead=lead,
                    link=await self._link(subject),
                    at=at,
                )
        self._ids[subject] = remote_id
        return remote_id

    async def _link(self, subject: Subject) -> StoreLink | None:
        return await self._backend.run(lambda uow: uow.links.many([subject]).get(subject))

    async def _parent_id(self, subject: Subject) -> int | None:
        return await self._backend.run(
            lambda uow: uow.sheets.names(subject.kind, [subject.id])[subject.id].parent_id
        )
