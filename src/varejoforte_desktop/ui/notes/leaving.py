"""Documents leave the shop as files: one XML, a letter to the buyer, a whole month for the accountant."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.fiscal_questions import ArchiveItem, DocumentRow, DocumentSearch
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.ui.formats import SHOP_ZONE
from varejoforte_desktop.ui.notes.tools import MonthFile, OpenMonth
from varejoforte_desktop.ui.tasks import ask

T = TypeVar("T")

#: Lines of the list read in one look.
_STRETCH: Final = 500
#: A document may be issued at the end of one month and taken in by SEFAZ in the next.
_BEFORE: Final = timedelta(days=35)
_VOIDS: Final = 10_000


def xml_name(record: DocumentRecord) -> str:
    """What a document's file is called: authorised or not is seen from the name."""
    return f"{record.key}-procNFe.xml" if record.proc else f"{record.key}-sem-autorizacao.xml"


async def choose_file(parent: QWidget, title: str, kinds: str, name: str) -> Path | None:
    """Ask where to; None when nobody wants it after all."""
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("note_file_dialog")
    dialog.setNameFilter(kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.selectFile(name)
    answer = await ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if answer == QDialog.DialogCode.Accepted and chosen else None


def write_xml(path: Path, data: bytes) -> None:
    """Write a document byte by byte as it is kept, whole or not at all. Blocking; raises SheetNotWritten."""
    partial = path.with_name(f".{secrets.token_hex(6)}.parcial")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except PermissionError as error:
        raise SheetNotWritten("locked", detail=str(error)) from None
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SheetNotWritten("no_folder", detail=str(error)) from None
    except OSError as error:
        raise SheetNotWritten("failed", detail=str(error)) from None
    finally:
        with suppress(OSError):
            partial.unlink()


async def export_month(
    backend: Backend,
    open_month: OpenMonth,
    path: Path,
    month: date,
    *,
    environment: FiscalEnvironment,
    progress: Callable[[int, int], None],
) -> int:
    """Write the archive of the month that this day is in; gives how many signed files it holds.

    A day is read at a time; `progress` hears how many of how many. Given up half-way it leaves nothing behind. Raises
    SheetNotWritten and what the books say.
    """
    days = _days(month)
    archive: MonthFile = await _step(open_month, path, month.year, month.month)
    files = 0
    try:
        for place, (first, end) in enumerate(days):
            progress(place, len(days))
            items = await backend.read(partial(_of_day, first, end, environment, days[0][0]))
            await _step(archive.add, items)
            files += len(items)
        rows = await _listed(backend, days[0][0] - _BEFORE, days[-1][1], environment)
        voids = await backend.read(lambda reader: reader.fiscal.voids(limit=_VOIDS))
        mine = [each for each in voids if each.name.environment is environment]
        await _step(archive.finish, rows, mine)
    finally:
        await _step(archive.abandon)
    return files


async def _step(work: Callable[..., T], *args: object) -> T:
    """A step off the UI thread. Who gives up waiting waits until it has ended: the next must not meet it."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *args))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _of_day(
    since: datetime, until: datetime, environment: FiscalEnvironment, begins: datetime, reader: Reader
) -> list[ArchiveItem]:
    return reader.fiscal.archive(since, until, environment=environment, begins=begins)


def _stretch(search: DocumentSearch, offset: int, reader: Reader) -> list[DocumentRow]:
    return reader.fiscal.documents(search, offset=offset, limit=_STRETCH)


async def _listed(
    backend: Backend, since: datetime, until: datetime, environment: FiscalEnvironment
) -> list[DocumentRow]:
    """Every document issued in this time, whatever became of it."""
    search = DocumentSearch(environment=environment, since=since, until=until)
    rows: dict[int, DocumentRow] = {}
    offset = 0
    while True:
        page = await backend.read(partial(_stretch, search, offset))
        rows |= {row.id: row for row in page}
        offset += len(page)
        if len(page) < _STRETCH:
            return list(rows.values())


def _days(month: date) -> list[tuple[datetime, datetime]]:
    """The days of a month on the shop's clock, each with its first instant and that of the next."""
    day = month.replace(day=1)
    days = []
    while day.month == month.month:
        following = day + timedelta(days=1)
        first, end = (datetime.combine(each, time(), SHOP_ZONE) for each in (day, following))
        days.append((first.astimezone(UTC), end.astimezone(UTC)))
        day = following
    return days


def months_back(today: date, count: int = 24) -> list[date]:
    """The first days of the last months, the last whole one first, then this one, then the older ones."""
    this = today.replace(day=1)
    found = [this]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return [found[1], this, *found[2:]]
