"""Giving a sale its fiscal document: number and signed text in one step, once, before anything leaves the shop."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_book import (
    DocumentRecord,
    FiscalStep,
    SeriesName,
    SeriesRecord,
)
from varejoforte_desktop.application.fiscal_drafts import Naming, draft_of, naming_of
from varejoforte_desktop.application.fiscal_places import needs_here
from varejoforte_desktop.application.fiscal_ports import Composed, Notary
from varejoforte_desktop.application.invoice_debts import has_one_from_elsewhere, mind_cancelled
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.recheck import sure_of_numbers
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.fiscal import (
    DISPUTED,
    LIVE_STATES,
    OPEN_STATES,
    DocumentState,
    EmissionType,
    FiscalEnvironment,
    may_be_random,
)
from varejoforte_desktop.domain.fiscal_answers import offline_deadline
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, FiscalStateWrong, SeriesTaken
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.sale import FiscalModel, Sale, SaleState

#: Why a document was handed over before SEFAZ knew of it, as it stands in the document.
OFFLINE_REASON: Final = "SEM RESPOSTA DA SEFAZ NO MOMENTO DA VENDA"
#: How a sale stands whose document is still to be numbered; whose document somebody gave up.
OWED: Final = "owed"
GIVEN_UP: Final = "given_up"
#: How one stands that needs none of ours.
NONE_NEEDED: Final = "none"
_ENDED: Final = frozenset({DocumentState.CANCELLED, DocumentState.DENIED})
_RENEWABLE: Final = frozenset({DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """What a station writes documents with: who signs, in whose name, and the CSC of the environment in force."""

    notary: Notary
    cnpj: str
    environment: FiscalEnvironment
    csc: str = field(default="", repr=False)


def number_sale(
    uow: UnitOfWork, sale_id: int, *, pen: Pen, station: str, offline: bool = False
) -> DocumentRecord | None:
    """The document that stands for a sale: the one it has, or a new one with the station's next number.

    None when the sale needs none, or its order has a note from elsewhere. Raises FiscalNotReady, NoTaxRule, BuyerIncomplete, DocumentInvalid or
    RecheckPending: then no number was used.
    """
    sale = uow.sales.get(sale_id)
    if sale.fiscal is FiscalModel.NONE or sale.state is SaleState.CANCELLED:
        return None
    known = uow.documents.live_of_sale(sale_id)
    if known is not None:
        if known.state in OPEN_STATES:  # it is going to be sent or asked about with this very pen
            _settings(uow, pen)
            needs_here(uow, known.name, known.label)
        return known
    if has_one_from_elsewhere(uow, sale.order_id):
        uow.sales.set_fiscal_state(sale_id, NONE_NEEDED)
        return None
    kind = EmissionType.OFFLINE if offline and sale.fiscal is FiscalModel.NFCE else EmissionType.NORMAL
    return _write(uow, sale, pen, station=station, kind=kind)


def go_offline(uow: UnitOfWork, document_id: int, *, pen: Pen, station: str) -> DocumentRecord:
    """The buyer does not wait: another document, issued offline, takes the place of this one, in one step.

    What was surely never sent leaves a number to void; of what may have arrived SEFAZ is asked later. A document
    that has an answer meanwhile, or is offline already, stays. Raises as number_sale does.
    """
    document = uow.documents.get(document_id)
    waiting = {DocumentState.GENERATED, DocumentState.UNKNOWN, DocumentState.SENDING}
    if document.state not in waiting or document.offline or document.name.model is not FiscalModel.NFCE:
        return document
    if document.other_key:  # SEFAZ may have this sale's note under this number: another would be one too many
        return document
    if document.sale_id is None:
        raise FiscalStateWrong(document.label, document.state.value)
    needs_here(uow, document.name, document.label)
    surely_not = document.state is DocumentState.GENERATED and not document.sent
    state = DocumentState.TO_VOID if surely_not else DocumentState.REPLACED
    move(uow, document, state, why="offline", next_at=None if surely_not else uow.now)
    sale = uow.sales.get(document.sale_id)
    return _write(uow, sale, pen, station=station, kind=EmissionType.OFFLINE, replaces=document.id)


def renew_document(uow: UnitOfWork, document_id: int, *, pen: Pen, by: Actor | None = None) -> DocumentRecord:
    """What SEFAZ rejected, written anew from the books as they are now: the same number and the same code.

    `by` None: the program by itself, when only the clock was wrong. Raises NotAllowed, FiscalStateWrong and what
    number_sale raises.
    """
    if by is not None:
        by.needs(Permission.ISSUE_DOCUMENTS)
    document = uow.documents.get(document_id)
    if document.state not in _RENEWABLE or document.sale_id is None:
        raise FiscalStateWrong(document.label, document.state.value)
    sale = uow.sales.get(document.sale_id)
    issued_at = document.issued_at if document.offline else uow.now
    needs_here(uow, document.name, document.label)
    naming = naming_of(
        document, issued_at=issued_at, offline_reason=OFFLINE_REASON if document.offline else ""
    )
    composed = _composed(uow, sale, naming, pen)
    state = DocumentState.OFFLINE if document.offline else DocumentState.GENERATED
    fresh = replace(
        document,
        key=composed.key,
        xml=composed.xml,
        digest=composed.digest,
        issued_at=issued_at,
        attempts=0,
    )
    return move(uow, fresh, state, why="renewed", next_at=uow.now, by=by)


def give_up(uow: UnitOfWork, document_id: int, *, by: Actor) -> None:
    """A rejected document is not put right: its number is to be voided, and the sale is without a document.

    Of one under whose number SEFAZ has another note, a person says that the other is not this sale's: the number is
    left behind, and the sale gets the next. Raises NotAllowed or FiscalStateWrong.
    """
    by.needs(Permission.MANAGE_DOCUMENTS)
    document = uow.documents.get(document_id)
    doubted = document.stat == DISPUTED and document.state in {DocumentState.UNKNOWN, DocumentState.REPLACED}
    if document.state is not DocumentState.REJECTED and not doubted:
        raise FiscalStateWrong(document.label, document.state.value)
    if doubted:
        move(uow, document, DocumentState.NUMBER_TAKEN, why="given_up", next_at=None, by=by)
    else:
        abandon(uow, document, why="given_up", by=by)
    uow.audit.note(AuditAction.DOCUMENT_GIVEN_UP, document.label, by=by, after={"key": document.key})


def abandon(uow: UnitOfWork, document: DocumentRecord, *, why: str, by: Actor | None) -> None:
    """A document that surely is not valid anywhere stands for its sale no longer; its number is to be voided."""
    move(uow, document, DocumentState.TO_VOID, why=why, next_at=None, by=by)


def move(
    uow: UnitOfWork,
    document: DocumentRecord,
    state: DocumentState,
    *,
    why: str,
    detail: str = "",
    next_at: datetime | None,
    by: Actor | None = None,
) -> DocumentRecord:
    """Write down that a document stands differently now, and that this happened."""
    before = document.state
    moved = replace(document, state=state, next_at=next_at, claimed_by="", claimed_until=None)
    uow.documents.save(moved)
    step = FiscalStep(
        document_id=document.id,
        before=before.value,
        after=state.value,
        why=why,
        detail=detail,
        operator=by.name if by else "",
        station=by.station if by else document.station,
    )
    uow.documents.note(step, uow.now)
    tell_sale(uow, document.sale_id)
    if state is DocumentState.CANCELLED:
        mind_cancelled(uow, moved)
    uow.touch(Topic.FISCAL)
    return moved


def successor(uow: UnitOfWork, document: DocumentRecord) -> DocumentRecord | None:
    """What stands for a sale instead of a replaced document: the one that took its place, or, when that one's number
    was taken, the sale's next; None while there is none."""
    other = uow.documents.replacing(document.id)
    if other is not None and (other.state in LIVE_STATES or other.state is DocumentState.CANCELLED):
        return other
    return None if document.sale_id is None else uow.documents.live_of_sale(document.sale_id)


def tell_sale(uow: UnitOfWork, sale_id: int | None) -> str:
    """The sale shows how its document stands; gives that, "" for no sale."""
    if sale_id is None:
        return ""
    live = uow.documents.live_of_sale(sale_id)
    state = _without_document(uow, sale_id) if live is None else live.state.value
    uow.sales.set_fiscal_state(sale_id, state)
    uow.touch(Topic.SALES)
    return state


def _without_document(uow: UnitOfWork, sale_id: int) -> str:
    """Whether a sale without a valid document gets another by itself: not after a person cancelled or gave up one, nor
    while its order has a note from elsewhere."""
    sale = uow.sales.get(sale_id)
    if sale.fiscal is FiscalModel.NONE or has_one_from_elsewhere(uow, sale.order_id):
        return NONE_NEEDED
    last = next(iter(uow.documents.of_sale(sale_id)), None)
    if last is None or last.state is DocumentState.NUMBER_TAKEN:
        return OWED
    return last.state.value if last.state in _ENDED else GIVEN_UP


def _write(
    uow: UnitOfWork,
    sale: Sale,
    pen: Pen,
    *,
    station: str,
    kind: EmissionType,
    replaces: int | None = None,
) -> DocumentRecord:
    sure_of_numbers(uow)
    settings = _settings(uow, pen)
    name = series_for(uow, settings, sale.fiscal, station)
    number = uow.documents.next_number(name)
    naming = Naming(
        name=name,
        number=number,
        random_code=_random_code(number),
        emission_type=kind,
        issued_at=uow.now,
        offline_reason=OFFLINE_REASON if kind is EmissionType.OFFLINE else "",
    )
    record = _record(uow, sale, naming, pen, station=station, replaces=replaces)
    written = replace(record, id=uow.documents.add(record))
    step = FiscalStep(
        document_id=written.id, before="", after=record.state.value, why="numbered", station=station
    )
    uow.documents.note(step, uow.now)
    tell_sale(uow, sale.id)
    uow.touch(Topic.FISCAL)
    return written


def _record(
    uow: UnitOfWork, sale: Sale, naming: Naming, pen: Pen, *, station: str, replaces: int | None
) -> DocumentRecord:
    composed = _composed(uow, sale, naming, pen)
    offline = naming.emission_type is EmissionType.OFFLINE
    zone = ZoneInfo(uow.shop.get().timezone)
    return DocumentRecord(
        sale_id=sale.id,
        name=naming.name,
        number=naming.number,
        random_code=naming.random_code,
        key=composed.key,
        emission_type=naming.emission_type,
        state=DocumentState.OFFLINE if offline else DocumentState.GENERATED,
        station=station,
        issued_at=uow.now,
        total=sale.amounts.total,
        buyer_document=sale.buyer_document,
        buyer_name=sale.buyer_name,
        xml=composed.xml,
        digest=composed.digest,
        next_at=uow.now,
        replaces_id=replaces,
        deadline_at=offline_deadline(uow.now, zone) if offline else None,
    )


def _composed(uow: UnitOfWork, sale: Sale, naming: Naming, pen: Pen) -> Composed:
    settings = _settings(uow, pen)
    return pen.notary.compose(draft_of(uow, sale, naming, settings, csc=pen.csc))


def _settings(uow: UnitOfWork, pen: Pen) -> FiscalSettings:
    """The settings of this moment, which must be those the pen was made for. Raises FiscalNotReady."""
    settings = uow.fiscal_setup.settings(held=True)
    if not settings.ready:
        raise FiscalNotReady("emitter")
    if settings.emitter.cnpj[:8] != pen.cnpj[:8]:
        raise FiscalNotReady("certificate_of_others")
    if settings.environment is not pen.environment:
        raise FiscalNotReady("changed")
    return settings


def series_for(uow: UnitOfWork, settings: FiscalSettings, model: FiscalModel, station: str) -> SeriesName:
    """The station's series; in a rehearsal it gets the next free one by itself. Raises FiscalNotReady."""
    cnpj, environment = settings.emitter.cnpj, settings.environment
    for record in uow.documents.series_of(station, cnpj=cnpj, environment=environment):
        if record.name.model is model:
            return record.name
    if environment is FiscalEnvironment.PRODUCAO:
        raise FiscalNotReady("series")  # numbers that another program used must not be used again
    taken = {
        each.name.series
        for each in uow.documents.all_series()
        if (each.name.cnpj, each.name.environment, each.name.model) == (cnpj, environment, model)
    }
    for series in range(1, 1000):
        if series in taken:
            continue
        name = SeriesName(cnpj=cnpj, environment=environment, model=model, series=series)
        try:
            uow.documents.keep_series(SeriesRecord(name=name, station=station, last=0))
        except SeriesTaken:  # another till was faster
            continue
        return name
    raise FiscalNotReady("series")


def _random_code(number: int) -> str:
    while True:
        code = f"{secrets.randbelow(10**8):08}"
        if may_be_random(code, number):
            return code
