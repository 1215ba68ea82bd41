"""The month's fiscal archive for the accountant: every signed file as it was, and a list of all numbers, in one ZIP."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import secrets
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Final

from varejoforte_desktop.application.fiscal_book import VoidRecord
from varejoforte_desktop.application.fiscal_questions import ArchiveItem, DocumentRow
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, EventState, FiscalEnvironment
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.domain.tax_ids import formatted_tax_id

LIST_NAME: Final = "notas.csv"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
#: What Excel takes for the beginning of a formula.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_MODELS: Final = {FiscalModel.NFE: "NF-e (55)", FiscalModel.NFCE: "NFC-e (65)"}
_ENVIRONMENTS: Final = {FiscalEnvironment.PRODUCAO: "produção", FiscalEnvironment.HOMOLOGACAO: "homologação"}
_EMISSIONS: Final = {
    EmissionType.NORMAL: "normal",
    EmissionType.OFFLINE: "contingência",
    EmissionType.SVC_AN: "SVC-AN",
    EmissionType.SVC_RS: "SVC-RS",
}
_STATES: Final = {
    DocumentState.GENERATED: "a enviar",
    DocumentState.SENDING: "enviando",
    DocumentState.UNKNOWN: "sem resposta",
    DocumentState.REPLACED: "substituída, em apuração",
    DocumentState.AUTHORISED: "autorizada",
    DocumentState.REJECTED: "rejeitada",
    DocumentState.OFFLINE: "em contingência, a transmitir",
    DocumentState.OFFLINE_REJECTED: "em contingência, rejeitada",
    DocumentState.NUMBER_TAKEN: "número ocupado",
    DocumentState.TO_VOID: "a inutilizar",
    DocumentState.VOIDED: "inutilizada",
    DocumentState.CANCELLED: "cancelada",
    DocumentState.DENIED: "denegada",
}
#: What SEFAZ said last to these was a yes.
_GOOD: Final = frozenset({DocumentState.AUTHORISED, DocumentState.CANCELLED})
_VOIDS: Final = {
    EventState.REGISTERED: "faixa inutilizada",
    EventState.REJECTED: "inutilização recusada",
}
_HEADINGS: Final = (
    "modelo", "série", "número inicial", "número final", "situação", "emissão", "emitida em", "autorizada em",
    "valor", "comprador", "CPF/CNPJ", "chave de acesso", "venda", "pedido", "ambiente", "protocolo", "observação",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the shop's own calendar."""

    year: int
    month: int

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Its first instant and that of the next one."""
        following = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        first, end = (
            datetime.combine(day, time(), zone) for day in (date(self.year, self.month, 1), following)
        )
        return first, end

    @property
    def folder(self) -> str:
        """Where its files stand: "2026/11"."""
        return f"{self.year:04}/{self.month:02}"


def month_zip(
    items: Iterable[ArchiveItem],
    voids: Iterable[VoidRecord],
    destination: Path,
    month: Month,
    *,
    documents: Iterable[DocumentRow] = (),
    zone: tzinfo = UTC,
) -> int:
    """Write the whole archive of a month; gives how many signed files are in it.

    `documents` and `voids` make the list and may be of more than the month. Everything is taken one by one, so that
    it need not be in memory at once. Raises SheetNotWritten; a file that is there already stays ("exists").
    """
    with MonthArchive(destination, month, zone=zone) as archive:
        archive.add(items)
        archive.finish(documents, voids)
        return archive.files


class MonthArchive:
    """An archive while it is written, a stretch at a time; whatever is not finished leaves nothing behind.

    Methods block: call them off the UI thread, one at a time.
    """

    def __init__(self, destination: Path, month: Month, *, zone: tzinfo = UTC) -> None:
        """Raises SheetNotWritten ("exists", locked, no_folder, disk_full, failed)."""
        self.files = 0
        self._destination = destination
        self._month = month
        self._zone = zone
        self._names: dict[str, int] = {}
        self._partial = destination.with_name(f".{secrets.token_hex(6)}.parcial")
        if destination.exists():
            raise SheetNotWritten("exists", detail=str(destination))
        try:
            self._file = self._partial.open("xb")
        except OSError as error:
            raise _not_written(error) from None
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def add(self, items: Iterable[ArchiveItem]) -> None:
        """Put signed files in, byte by byte. Raises ValueError for a name that could leave its folder."""
        for item in items:
            self._write(f"{self._month.folder}/{self._free(item.name)}", item.data)
            self.files += 1

    def finish(self, documents: Iterable[DocumentRow], voids: Iterable[VoidRecord]) -> None:
        """Add the list of all numbers and put the archive in its place. Raises SheetNotWritten."""
        first, end = self._month.bounds(self._zone)
        rows = [_document_line(row, self._zone) for row in documents if _of_month(row, first, end)]
        rows += [
            _void_line(each, self._zone) for each in voids if first <= (each.registered_at or each.at) < end
        ]
        self._write(f"{self._month.folder}/{LIST_NAME}", _csv([_HEADINGS, *sorted(rows, key=_order)]))
        try:
            self._zip.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            _settle(self._partial, self._destination)
        except OSError as error:
            raise _not_written(error) from None
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Leave nothing behind of what was not finished; harmless afterwards."""
        # A closed archive has no more to write; one that a full disk stopped cannot write its end either.
        with suppress(OSError, ValueError):
            self._file.close()
        self._zip.fp = None
        with suppress(OSError):
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> MonthArchive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def _free(self, name: str) -> str:
        """The name inside the folder: never a path, and never one that is taken."""
        if not _NAME.fullmatch(name) or ".." in name:
            raise ValueError(f"not a file's name: {name!r}")
        taken = self._names.get(name.lower(), 0)
        self._names[name.lower()] = taken + 1
        if not taken:
            return name
        stem, dot, ending = name.rpartition(".")
        return f"{stem or ending}-{taken + 1}{dot}{ending if stem else ''}"

    def _write(self, name: str, data: bytes) -> None:
        try:
            self._zip.writestr(name, data)
        except OSError as error:
            self.abandon()
            raise _not_written(error) from None


# -- the list ---------------------------------------------------------------------------------------------


def _of_month(row: DocumentRow, first: datetime, end: datetime) -> bool:
    """Issued in the month, or taken in by SEFAZ in it."""
    told = row.authorised_at
    return first <= row.issued_at < end or (told is not None and first <= told < end)


def _document_line(row: DocumentRow, zone: tzinfo) -> tuple[str, ...]:
    number = str(row.number)
    remarks = ["com carta de correção"] if row.corrected else []
    if row.state not in _GOOD and row.stat.isdecimal():
        remarks.append(f"SEFAZ {row.stat}: {row.reason}")
    return (
        _MODELS.get(row.model, ""), str(row.series), number, number, _STATES[row.state],
        _EMISSIONS[row.emission_type], _instant(row.issued_at, zone), _instant(row.authorised_at, zone),
        _amount(row.total), row.buyer_name, formatted_tax_id(row.buyer_document), _in_groups(row.key), row.sale_number, row.order,
        _ENVIRONMENTS[row.environment], row.protocol, "; ".join(remarks),
    )  # fmt: skip


def _void_line(record: VoidRecord, zone: tzinfo) -> tuple[str, ...]:
    name = record.name
    remark = record.reason_given
    if record.state is EventState.REJECTED:
        remark = f"{remark}; SEFAZ {record.stat}: {record.reason}"
    return (
        _MODELS.get(name.model, ""), str(name.series), str(record.first), str(record.last),
        _VOIDS.get(record.state, "inutilização pedida"), "", _instant(record.at, zone),
        _instant(record.registered_at, zone), "", "", "", "", "", "", _ENVIRONMENTS[name.environment],
        record.protocol, remark,
    )  # fmt: skip


def _order(line: Sequence[str]) -> tuple[str, int, int]:
    return line[0], int(line[1]), int(line[2])


def _in_groups(key: str) -> str:
    """A key as on paper: 44 digits in one piece would become a rounded number in Excel."""
    return " ".join(key[place : place + 4] for place in range(0, len(key), 4))


def _amount(value: Money) -> str:
    return str(value.reais).replace(".", ",")


def _instant(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%d/%m/%Y %H:%M:%S}"


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    """As Excel in Portuguese opens it with a double click."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_cell(each) for each in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


# -- files ------------------------------------------------------------------------------------------------


def _settle(partial: Path, destination: Path) -> None:
    """Give a whole file its name, unless another has it meanwhile: that one stays."""
    try:
        os.link(partial, destination)  # refuses where a rename would silently replace
    except FileExistsError:
        raise
    except OSError:  # a disk without links, such as a memory stick
        if destination.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(destination)) from None
        partial.rename(destination)


def _not_written(error: OSError) -> SheetNotWritten:
    if isinstance(error, FileExistsError):
        return SheetNotWritten("exists", detail=str(error))
    if isinstance(error, PermissionError):
        return SheetNotWritten("locked", detail=str(error))
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return SheetNotWritten("no_folder", detail=str(error))
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return SheetNotWritten("disk_full" if full else "failed", detail=str(error))
