"""Sending one parcel: what to say, what the answer means, and what has to be asked of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.delivery import Later, Said, Settlement, Stop, keep_link
from varejoforte_desktop.application.delivery_ports import Owed
from varejoforte_desktop.application.outside import (
    LoggedOut,
    NotThere,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SlowDown,
    TryLater,
    Unreachable,
)
from varejoforte_desktop.application.parcels import Parcel, digest
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Leader, LinkState
from varejoforte_desktop.application.store import (
    OnlineStore,
    Purpose,
    StoreField,
    StoreFields,
    StoreProduct,
)
from varejoforte_desktop.domain.errors import LinkTaken
from varejoforte_desktop.domain.outbox import Aspect, SubjectKind
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.sync.errands import send_invoice, send_order
from varejoforte_desktop.sync.introductions import QUARANTINE, Introductions, NotYet

_PURPOSES: Final = {
    Aspect.STOCK: Purpose.STOCK,
    Aspect.STATUS: Purpose.ORDERS,
    Aspect.PRICE: Purpose.PRICE,
    Aspect.CONTENT: Purpose.CONTENT,
}
#: A wait of zero: the pusher decides how long, from what it knows of the whole route.
_PUSHER_DECIDES: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Errand:
    """Under which lead and option a parcel goes, and when it was taken (database clock)."""

    lead: Leader
    option: SyncOption
    taken_at: datetime


class Sender:
    """Tells the store about one subject. What closes the whole route is raised: SlowDown, Unreachable, LoggedOut."""

    def __init__(self, backend: Backend, store: OnlineStore) -> None:
        self._store = store
        self.introductions = Introductions(backend, store)
        self._backend = backend

    async def prepare(self, parcels: Iterable[Parcel], errand: Errand) -> None:
        """Before a batch: read the store's catalogue once when many of it were never sent."""
        strangers = sum(each.subject.kind is SubjectKind.PRODUCT and each.link is None for each in parcels)
        await self.introductions.read_catalogue(strangers, errand.taken_at)

    async def send(self, parcel: Parcel, errand: Errand) -> list[Settlement]:
        """What came of it, line by line."""
        if parcel.gone:
            return [Said(parcel=parcel, lines=parcel.owed, fields={}, sent=False)]
        try:
            if parcel.order is not None:
                return await send_order(self._store, parcel, parcel.order)
            if parcel.invoice is not None:
                return await send_invoice(
                    self._store,
                    self.introductions,
                    parcel,
                    parcel.invoice,
                    lead=errand.lead,
                    at=errand.taken_at,
                )
            by_kind = self._product if parcel.subject.kind is SubjectKind.PRODUCT else self._name
            return await by_kind(parcel, errand)
        except (SlowDown, Unreachable, LoggedOut):
            raise
        except (NotYet, OutsideError, LinkTaken) as trouble:
            return [_settled(parcel, trouble)]

    async def _product(self, parcel: Parcel, errand: Errand) -> list[Settlement]:
        link = parcel.link
        if link is not None and link.state is LinkState.UNLINKED:
            return [Stop(parcel=parcel, lines=parcel.owed, cause="unlinked", unlinked=True)]
        if link is not None and link.state is LinkState.LINKED and link.remote_id is not None:
            if all(line.cause == "verifying" for line in parcel.owed):
                return await self._verify(parcel, link.remote_id, errand)
            return await self._update(parcel, link.remote_id, errand)
        return await self._introduce(parcel, errand)

    async def _update(self, parcel: Parcel, remote_id: str, errand: Errand) -> list[Settlement]:
        fields = await self._fields(parcel, parcel.aspects, errand)
        sure = [line for line in parcel.owed if _known_equal(parcel, line, fields)]
        changed = tuple(line for line in parcel.owed if line not in sure)
        settled: list[Settlement] = []
        if sure:
            settled.append(Said(parcel=parcel, lines=tuple(sure), fields={}, sent=False))
        if changed:
            settled += await self._put(parcel, remote_id, changed, fields, errand)
        return settled

    async def _put(
        self,
        parcel: Parcel,
        remote_id: str,
        lines: tuple[Owed, ...],
        fields: Mapping[Aspect, StoreFields],
        errand: Errand,
    ) -> list[Settlement]:
        """Price, cost and stock travel in one request; refused together, each side is tried by itself."""
        said = {line.aspect: fields[line.aspect] for line in lines}
        try:
            await self._store.update_product(remote_id, _together(said), _purpose(said))
        except NotThere:
            return [self._gone(parcel, lines)]
        except Refused as refusal:
            if len(lines) == 1:
                return [_refused(parcel, lines, refusal)]
            apart: list[Settlement] = []
            for line in sorted(lines, key=lambda line: line.aspect.rank):
                apart += await self._put(parcel, remote_id, (line,), fields, errand)
            return apart
        except (SlowDown, Unreachable):
            raise
        except TryLater as trouble:
            return [_later(parcel, lines, trouble)]
        return [Said(parcel=parcel, lines=lines, fields=said, verify_in=_visit(lines))]

    async def _verify(self, parcel: Parcel, remote_id: str, errand: Errand) -> list[Settlement]:
        """An earlier request went unanswered and may have been applied late: look at what the store shows."""
        try:
            shown = await self._store.product(remote_id)
        except NotThere:
            return [self._gone(parcel, parcel.owed)]
        fields = await self._fields(parcel, parcel.aspects, errand)
        if all(_shows(shown, each) for each in fields.values()):
            return [Said(parcel=parcel, lines=parcel.owed, fields={}, sent=False)]
        return await self._put(parcel, remote_id, parcel.owed, fields, errand)

    def _gone(self, parcel: Parcel, lines: tuple[Owed, ...]) -> Stop:
        """The store no longer has it, so what was read of the store before is out of date."""
        self.introductions.forget()
        return Stop(parcel=parcel, lines=lines, cause="unlinked", unlinked=True)

    async def _introduce(self, parcel: Parcel, errand: Errand) -> list[Settlement]:
        """A product the store is not known to have: look for it by reference, then EAN; make it when it is not there."""
        found = await self._look_up(parcel, errand)
        if isinstance(found, Stop):
            return [found]
        if found is not None:
            await self._backend.run(keep_link, parcel.subject, found)
            return await self._update(parcel, found, errand)
        if not parcel.on_sale:
            return [Said(parcel=parcel, lines=parcel.owed, fields={}, sent=False)]
        if errand.option is SyncOption.COMMERCIAL:
            return [Stop(parcel=parcel, lines=parcel.owed, cause="not_in_store")]
        fields = await self._fields(parcel, parcel.fields, errand)
        await self.introductions.create(
            parcel.subject,
            lambda: self._store.create_product(_together(fields)),
            lead=errand.lead,
            link=parcel.link,
            at=errand.taken_at,
        )
        return [Said(parcel=parcel, lines=parcel.owed, fields=fields)]

    async def _look_up(self, parcel: Parcel, errand: Errand) -> str | Stop | None:
        find = self.introductions.find
        unanswered = parcel.link is not None  # a creation may have been applied since the store was read
        found = await find(reference=parcel.reference, fresh=unanswered, at=errand.taken_at)
        if not found and parcel.barcode:
            found = await find(ean=parcel.barcode, fresh=unanswered, at=errand.taken_at)
            foreign = [each for each in found if each.reference.strip()]
            if foreign:
                return _ask(parcel, "barcode_elsewhere", foreign)
        if len(found) > 1:
            return _ask(parcel, "several_candidates", found)
        return found[0].remote_id if found else None

    async def _fields(
        self, parcel: Parcel, aspects: Iterable[Aspect], errand: Errand
    ) -> dict[Aspect, StoreFields]:
        """The fields of these sides; content needs the store's id of the category, found or made first."""
        fields = {aspect: parcel.fields[aspect] for aspect in aspects}
        if Aspect.CONTENT in fields:
            if parcel.brand is not None:
                await self.introductions.brand(parcel.brand.id, lead=errand.lead, at=errand.taken_at)
            if parcel.category is not None:
                category = await self.introductions.category(
                    parcel.category.id, lead=errand.lead, at=errand.taken_at
                )
                fields[Aspect.CONTENT] = {**fields[Aspect.CONTENT], StoreField.CATEGORY: category}
        return fields

    async def _name(self, parcel: Parcel, errand: Errand) -> list[Settlement]:
        """A brand or a category: found or made; a later change of its name is sent."""
        known = parcel.acknowledged.get(Aspect.CONTENT)
        name = parcel.name.name if parcel.name else ""
        fields: dict[Aspect, StoreFields] = {Aspect.CONTENT: {StoreField.NAME: name}}
        if parcel.subject.kind is SubjectKind.BRAND:
            remote_id = await self.introductions.brand(
                parcel.subject.id, lead=errand.lead, at=errand.taken_at
            )
        else:
            remote_id = await self.introductions.category(
                parcel.subject.id, lead=errand.lead, at=errand.taken_at
            )
        if known is None or known.digest == digest(fields[Aspect.CONTENT]):
            return [Said(parcel=parcel, lines=parcel.owed, fields=fields, sent=False)]
        if parcel.subject.kind is SubjectKind.BRAND:
            await self._store.update_brand(remote_id, name)
        else:
            above = parcel.name.parent_id if parcel.name else None
            parent = (
                None
                if above is None
                else await self.introductions.category(above, lead=errand.lead, at=errand.taken_at)
            )
            await self._store.update_category(remote_id, name, parent)
        return [Said(parcel=parcel, lines=parcel.owed, fields=fields)]


def _known_equal(parcel: Parcel, line: Owed, fields: Mapping[Aspect, StoreFields]) -> bool:
    known = parcel.acknowledged.get(line.aspect)
    return known is not None and line.unknown_since is None and known.digest == digest(fields[line.aspect])


def _together(fields: Mapping[Aspect, StoreFields]) -> StoreFields:
    return {name: value for side in fields.values() for name, value in side.items()}


def _purpose(fields: Mapping[Aspect, StoreFields]) -> Purpose:
    return _PURPOSES[min(fields, key=lambda aspect: aspect.rank)]


def _visit(lines: Iterable[Owed]) -> timedelta | None:
    """When to look again at lines of which an earlier request went unanswered; None when all were answered.

    Counted from now: `unknown_since` is the first unanswered one, and the last may have been a moment ago.
    """
    return QUARANTINE if any(line.unknown_since is not None for line in lines) else None


def _shows(shown: StoreProduct, fields: StoreFields) -> bool:
    """Whether the store shows what was sent, for the fields that can be compared without doubt."""
    seen = {
        StoreField.PRICE: shown.price,
        StoreField.COST: shown.cost,
        StoreField.STOCK: shown.stock,
        StoreField.NAME: shown.name,
        StoreField.REFERENCE: shown.reference,
        StoreField.EAN: shown.ean,
        StoreField.AVAILABLE: shown.available,
    }
    return all(seen[name] == value for name, value in fields.items() if name in seen)


def _settled(parcel: Parcel, trouble: NotYet | OutsideError | LinkTaken) -> Settlement:
    """What a trouble with the whole parcel means for its lines."""
    if isinstance(trouble, NotYet):
        return Later(
            parcel=parcel,
            lines=parcel.owed,
            wait=trouble.wait,
            cause=trouble.cause,
            counted=False,
            unknown=trouble.unknown,
        )
    if isinstance(trouble, LinkTaken):
        facts = {"remote_id": trouble.remote_id, "reference": trouble.reference}
        return Stop(parcel=parcel, lines=parcel.owed, cause="link_taken", facts=facts)
    if isinstance(trouble, TryLater):
        return _later(parcel, parcel.owed, trouble)
    return _refused(parcel, parcel.owed, trouble)


def _refused(parcel: Parcel, lines: tuple[Owed, ...], refusal: OutsideError) -> Stop:
    return Stop(
        parcel=parcel, lines=lines, cause=refusal.code, detail=refusal.detail, facts=dict(refusal.facts)
    )


def _later(parcel: Parcel, lines: tuple[Owed, ...], trouble: TryLater) -> Later:
    return Later(
        parcel=parcel,
        lines=lines,
        wait=_PUSHER_DECIDES,
        cause=trouble.code,
        detail=trouble.detail,
        unknown=isinstance(trouble, OutcomeUnknown),
    )


def _ask(parcel: Parcel, cause: str, found: Iterable[StoreProduct]) -> Stop:
    candidates = list(found)[:5]
    facts = {
        "ids": ",".join(each.remote_id for each in candidates),
        "names": " | ".join(f"{each.remote_id}: {each.reference or '—'} {each.name}" for each in candidates),
    }
    return Stop(parcel=parcel, lines=parcel.owed, cause=cause, facts=facts)
