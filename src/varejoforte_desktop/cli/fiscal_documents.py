"""Fiscal documents without a screen: listed, issued and sent, cancelled, their numbers voided, their month written out."""

from __future__ import annotations

import argparse
import asyncio
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from varejoforte_desktop.application.fiscal_book import SeriesName
from varejoforte_desktop.application.fiscal_questions import DocumentRow, DocumentSearch, OwedSale
from varejoforte_desktop.cli.answers import WORLD, CommandRefused, Console, Report, WrongUsage, record, table
from varejoforte_desktop.cli.asking import confirm
from varejoforte_desktop.cli.fiscal import with_desk
from varejoforte_desktop.cli.sentences import sentence_for
from varejoforte_desktop.cli.station import look
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import DocumentState, FiscalEnvironment, bare_key
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.fiscal_setup.words import MODEL_NAMES
from varejoforte_desktop.ui.fiscal_words import GROUPS, STATES, label, state_words, what_helps
from varejoforte_desktop.ui.formats import SHOP_ZONE, amount, counted, moment

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.application.fiscal_book import DocumentRecord
    from varejoforte_desktop.application.questions import Reader
    from varejoforte_desktop.domain.operator import Actor
    from varejoforte_desktop.fiscal.desk import StationFiscalDesk

_WELL: Final = frozenset({DocumentState.AUTHORISED, DocumentState.OFFLINE})
#: More rounds than this mean that something goes round in a circle.
_ROUNDS: Final = 500
_KEY: Final = 44


# -- seeing --------------------------------------------------------------------------------------------


def show(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """The documents that match, and the sales that have none yet."""
    search = _search(asked)

    def question(reader: Reader) -> tuple[list[DocumentRow], int, list[OwedSale]]:
        fiscal = reader.fiscal
        return fiscal.documents(search, limit=asked.limit), fiscal.count(search), fiscal.owed_sales()

    rows, total, owed = look(settings, question)
    headings = ("id", "nota", "emitida", "valor", "comprador", "situação", "o que fazer")
    lines = table(headings, map(_line, rows), right="r  r") if rows else ["Nenhuma nota encontrada."]
    lines += ["", f"{counted(len(rows), 'nota mostrada', 'notas mostradas')} de {total}."]
    if owed:
        lines += ["", f"{counted(len(owed), 'venda sem nota', 'vendas sem nota')}:"]
        lines += [f"  {each.number}, {moment(each.at)}, R$ {amount(each.total)}" for each in owed]
    return Report(
        document={
            "total": total,
            "documents": [_document(row) for row in rows],
            "owed": [record(each) for each in owed],
        },
        lines=lines,
    )


def _search(asked: argparse.Namespace) -> DocumentSearch:
    states = next((each.states for each in GROUPS if each.name == asked.state), frozenset[DocumentState]())
    return DocumentSearch(
        text=asked.text,
        model=None if asked.model is None else FiscalModel(asked.model),
        states=states,
        since=None if asked.since is None else _midnight(asked.since),
        until=None if asked.until is None else _midnight(asked.until + timedelta(days=1)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHOP_ZONE)


def _line(row: DocumentRow) -> tuple[str, ...]:
    cause, remedy = what_helps(row)
    waits = row.state not in {DocumentState.AUTHORISED, DocumentState.CANCELLED, DocumentState.VOIDED}
    said = f"{cause} {remedy}".strip() if waits else ""
    buyer = row.buyer_name or row.buyer_document or "—"
    issued = moment(row.issued_at)
    return str(row.id), label(row), issued, amount(row.total), buyer, state_words(row).word.lower(), said


def _document(row: DocumentRow) -> dict[str, object]:
    return record(row) | {"situation": state_words(row).word}


# -- sending -------------------------------------------------------------------------------------------


def send(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Issue what is owed and send what waits, or put certain documents right and send them again."""

    async def work(station: Station, desk: StationFiscalDesk, by: Actor) -> Report:
        if asked.all:
            return await _everything(station, desk, console)
        found = [await station.database.read(partial(_found, each)) for each in asked.notes]
        return _sent([await _again(desk, row, by) for row in found])

    return with_desk(asked, settings, work)


async def _everything(station: Station, desk: StationFiscalDesk, console: Console) -> Report:
    for _ in range(_ROUNDS):
        if not await desk.once():
            break
        console.say("Ainda há o que enviar…")
    overview = await station.database.read(lambda reader: reader.fiscal.overview())
    left = {
        "owed": overview.owed,
        "waiting": overview.waiting,
        "offline": overview.offline,
        "rejected": overview.rejected,
        "disputed": overview.disputed,
        "uncancelled": overview.uncancelled,
    }
    words = (
        "sem nota", "à espera da SEFAZ", "em contingência", "rejeitadas", "em conflito", "em dobro",
    )  # fmt: skip
    told = ", ".join(f"{number} {word}" for number, word in zip(left.values(), words, strict=True) if number)
    return Report(
        document=left,
        lines=[f"Restam: {told}." if told else "Tudo enviado: nada espera a SEFAZ."],
        code=WORLD if told else 0,
        complaint="Veja o motivo com: varejoforte-desktop fiscal list." if told else "",
    )


async def _again(
    desk: StationFiscalDesk, row: DocumentRow, by: Actor
) -> tuple[DocumentRow, DocumentRecord | DomainError]:
    try:
        return row, await desk.resend(row.id, by=by)
    except DomainError as error:
        return row, error


def _sent(done: list[tuple[DocumentRow, DocumentRecord | DomainError]]) -> Report:
    lines, document, bad = [], [], 0
    for row, outcome in done:
        if isinstance(outcome, DomainError):
            said, state = sentence_for(outcome).whole, row.state
            bad += 1
        else:
            state = outcome.state
            said = STATES[state].word.lower() + (f": {outcome.reason}" if outcome.reason else "")
            bad += state not in _WELL
        lines.append(f"{label(row)}: {said}")
        document.append({"id": row.id, "key": row.key, "state": state, "text": said})
    complaint = f"{counted(bad, 'nota não foi aceita', 'notas não foram aceitas')}." if bad else ""
    return Report(
        document={"documents": document}, lines=lines, code=WORLD if bad else 0, complaint=complaint
    )


def _found(told: str, reader: Reader) -> DocumentRow:
    """The document of a number of the list or an access key. Raises CommandRefused or WrongAccessKey."""
    if told.isascii() and told.isdecimal() and len(told) < _KEY:
        return reader.fiscal.document(int(told[:18])).row
    key = bare_key(told)
    for row in reader.fiscal.documents(DocumentSearch(text=key), limit=2):
        if row.key == key:
            return row
    raise CommandRefused(
        "Não há nota com esta chave.",
        "Veja a lista com: varejoforte-desktop fiscal list.",
        kind="no_such_note",
    )


# -- ending --------------------------------------------------------------------------------------------


def cancel(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Cancel a document at SEFAZ, and its sale with it."""

    async def work(station: Station, desk: StationFiscalDesk, by: Actor) -> Report:
        row = await station.database.read(partial(_found, asked.note))
        if row.sale_id is None:
            raise CommandRefused("Esta nota não é de uma venda desta loja.", kind="no_sale")
        if not asked.yes:
            confirm(
                f"{label(row)}, R$ {amount(row.total)}: cancelar na SEFAZ e devolver mercadoria e dinheiro?"
            )
        await desk.cancel_sale(row.sale_id, reason=asked.reason, by=by)
        now = (await station.database.read(lambda reader: reader.fiscal.document(row.id))).row
        return Report(
            document={"document": _document(now), "sale": now.sale_number},
            lines=[f"{label(now)} {state_words(now).word.lower()}; venda {now.sale_number} cancelada."],
        )

    return with_desk(asked, settings, work)


def void(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Void numbers that no document used."""
    first, last = asked.first, asked.first if asked.last is None else asked.last
    if last < first:
        raise WrongUsage("--last: não pode ser menor que --first.")
    model = FiscalModel(asked.model)

    async def work(station: Station, desk: StationFiscalDesk, by: Actor) -> Report:
        kept = await station.database.read(lambda reader: reader.fiscal.settings())
        if not kept.emitter.cnpj:
            raise FiscalNotReady("emitter")
        numbers = str(first) if first == last else f"{first} a {last}"
        what = f"{MODEL_NAMES[model]} série {asked.series}, {numbers}"
        if not asked.yes:
            confirm(f"{what}: inutilizar para sempre?")
        name = SeriesName(
            cnpj=kept.emitter.cnpj, environment=kept.environment, model=model, series=asked.series
        )
        done = await desk.void(name, first, last, reason=asked.reason, by=by)
        return Report(
            document={"model": model, "series": asked.series, "first": first, "last": last}
            | {"state": done.state, "protocol": done.protocol},
            lines=[f"Inutilizado: {what}. Protocolo {done.protocol}."],
        )

    return with_desk(asked, settings, work)


# -- the month -----------------------------------------------------------------------------------------


def write_out(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Write a month's archive into a folder."""
    from varejoforte_desktop.app.clock import utc_now
    from varejoforte_desktop.application.changes import ChangeFeed
    from varejoforte_desktop.fiscal.archive import Month, MonthArchive
    from varejoforte_desktop.persistence.database import Database, sqlite_path
    from varejoforte_desktop.ui.notes.leaving import export_month

    kept = look(settings, lambda reader: reader.fiscal.settings())
    environment = kept.environment if asked.environment is None else FiscalEnvironment(asked.environment)
    month: date = asked.month
    path = asked.folder / f"notas-{month:%Y-%m}-{environment.value}.zip"

    def open_month(place: Path, year: int, number: int) -> MonthArchive:
        return MonthArchive(place, Month(year, number), zone=SHOP_ZONE)

    async def work() -> int:
        clock = utc_now if sqlite_path(settings.database_url) is not None else None
        database = Database(settings.database_url, ChangeFeed(), clock=clock)
        try:
            return await export_month(
                database, open_month, path, month, environment=environment, progress=lambda _done, _all: None
            )
        finally:
            database.close()

    console.say(f"Escrevendo {path.name}…")
    try:
        files = asyncio.run(work())
    except SheetNotWritten as error:
        if error.why == "exists":
            raise CommandRefused(
                f"Já existe {path}.", "Escolha outra pasta ou mova o arquivo.", kind="exists"
            ) from None
        raise
    return Report(
        document={"file": path, "files": files, "environment": environment},
        lines=[f"{counted(files, 'arquivo assinado', 'arquivos assinados')} em {path}."],
    )
