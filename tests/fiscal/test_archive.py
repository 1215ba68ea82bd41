"""The accountant's ZIP: every signed file byte by byte, every number in a list, and nothing of before is lost."""

from __future__ import annotations

import csv
import io
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.fiscal.drafts import CNPJ, counter_draft, settings_of
from varejoforte_desktop.application.fiscal_book import SeriesName, VoidRecord
from varejoforte_desktop.application.fiscal_questions import ArchiveItem, DocumentRow
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, EventState, FiscalEnvironment
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.fiscal.archive import Month, MonthArchive, month_zip
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.notary import FiscalNotary

ZONE = ZoneInfo("America/Sao_Paulo")
NOVEMBER = Month(2026, 11)
NOON = datetime(2026, 11, 12, 15, 0, tzinfo=UTC)
KEY = "35261111222333000181650010000000011000000017"
NAME = SeriesName(cnpj=CNPJ, environment=FiscalEnvironment.PRODUCAO, model=FiscalModel.NFCE, series=1)


def a_row(number: int = 1, **changes: Any) -> DocumentRow:
    """An authorised NFC-e of the twelfth."""
    row = DocumentRow(
        id=number, sale_id=number, sale_number=f"Balcão-{number}", order="", model=FiscalModel.NFCE,
        environment=FiscalEnvironment.PRODUCAO, series=1, number=number, key=KEY,
        emission_type=EmissionType.NORMAL, state=DocumentState.AUTHORISED, station="Balcão", issued_at=NOON,
        total=Money(123_456), buyer_document="52998224725", buyer_name="Maria José", stat="100",
        reason="Autorizado o uso da NF-e", authorised_at=NOON + timedelta(seconds=2), deadline_at=None,
        corrected=False, cancelling=False,
    )  # fmt: skip
    return replace(row, **changes)


def a_void(first: int = 5, last: int = 9, **changes: Any) -> VoidRecord:
    """A range that SEFAZ took in."""
    record = VoidRecord(
        name=NAME, first=first, last=last, year=26, state=EventState.REGISTERED,
        reason_given="Falha do sistema pulou a numeração", xml=b"<inutNFe/>", protocol="135260000000001",
        registered_at=NOON, stat="102", reason="Inutilização de número homologado", station="Balcão", at=NOON,
    )  # fmt: skip
    return replace(record, **changes)


def listed(path: Path) -> list[dict[str, str]]:
    """The list inside the archive, as Excel in Portuguese reads it."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read("2026/11/notas.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_every_signed_file_stands_in_its_month_byte_by_byte(tmp_path: Path, material: Material) -> None:
    draft = counter_draft()
    signed = FiscalNotary(material, settings_of(draft)).compose(draft)
    files = [
        ArchiveItem(name=f"{signed.key}-procNFe.xml", data=signed.xml),
        ArchiveItem(
            name=f"{signed.key}-110111-01-procEvento.xml", data=b'<?xml version="1.0"?>\r\n<a/>\n\x00'
        ),
        ArchiveItem(name="26-nfce-1-5-9-procInut.xml", data=b"<procInutNFe/>"),
    ]
    path = tmp_path / "notas-2026-11.zip"
    assert month_zip(files, [a_void()], path, NOVEMBER, documents=[a_row()], zone=ZONE) == 3
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [*(f"2026/11/{each.name}" for each in files), "2026/11/notas.csv"]
        for each in files:
            assert archive.read(f"2026/11/{each.name}") == each.data
    assert os.listdir(tmp_path) == ["notas-2026-11.zip"]


def test_a_cancelled_note_is_told_with_its_protocol_and_without_a_remark(tmp_path: Path) -> None:
    path = tmp_path / "notas.zip"
    rows = [
        a_row(1, protocol="135260000000077", state=DocumentState.CANCELLED),
        a_row(2, state=DocumentState.VOIDED, stat="778", reason="NCM", authorised_at=None),
    ]
    month_zip([], [], path, NOVEMBER, documents=rows, zone=ZONE)
    assert [(each["protocolo"], each["observação"]) for each in listed(path)] == [
        ("135260000000077", ""),
        ("", "SEFAZ 778: NCM"),
    ]


def test_the_list_has_every_number_with_what_became_of_it(tmp_path: Path) -> None:
    rows = [
        a_row(
            12, state=DocumentState.OFFLINE, emission_type=EmissionType.OFFLINE, authorised_at=None, stat=""
        ),
        a_row(3),
        a_row(4, state=DocumentState.VOIDED, authorised_at=None),
        a_row(11, state=DocumentState.REJECTED, authorised_at=None, stat="778", reason="Rejeição: NCM"),
        a_row(1, model=FiscalModel.NFE, corrected=True, order="7001"),
    ]
    path = tmp_path / "notas.zip"
    month_zip([], [a_void(), a_void(20, 20, state=EventState.REJECTED, stat="241", reason="Usado")], path, NOVEMBER, documents=rows, zone=ZONE)  # fmt: skip
    told = listed(path)
    assert [
        (each["modelo"], each["número inicial"], each["número final"], each["situação"]) for each in told
    ] == [
        ("NF-e (55)", "1", "1", "autorizada"),
        ("NFC-e (65)", "3", "3", "autorizada"),
        ("NFC-e (65)", "4", "4", "inutilizada"),
        ("NFC-e (65)", "5", "9", "faixa inutilizada"),
        ("NFC-e (65)", "11", "11", "rejeitada"),
        ("NFC-e (65)", "12", "12", "em contingência, a transmitir"),
        ("NFC-e (65)", "20", "20", "inutilização recusada"),
    ]
    assert told[0]["observação"] == "com carta de correção"
    assert told[0]["pedido"] == "7001"
    assert told[1]["valor"] == "1234,56"
    assert told[1]["emitida em"] == "12/11/2026 12:00:00"
    assert told[1]["CPF/CNPJ"] == "529.982.247-25"
    assert told[1]["chave de acesso"].replace(" ", "") == KEY
    assert told[3]["protocolo"] == "135260000000001"
    assert told[4]["observação"] == "SEFAZ 778: Rejeição: NCM"
    assert told[5]["emissão"] == "contingência"


def test_the_month_is_that_of_the_shops_own_clock(tmp_path: Path) -> None:
    last_minute = datetime(2026, 12, 1, 2, 59, tzinfo=UTC)  # 23:59 of 30 November in São Paulo
    rows = [
        a_row(1, issued_at=last_minute, authorised_at=last_minute),
        a_row(2, issued_at=last_minute + timedelta(minutes=1), authorised_at=last_minute + timedelta(minutes=1)),
        a_row(3, issued_at=datetime(2026, 10, 31, 23, tzinfo=UTC), authorised_at=datetime(2026, 11, 3, tzinfo=UTC)),
        a_row(4, issued_at=datetime(2026, 10, 31, 23, tzinfo=UTC), authorised_at=datetime(2026, 10, 31, 23, tzinfo=UTC)),
    ]  # fmt: skip
    path = tmp_path / "notas.zip"
    month_zip([], [a_void(at=NOON, registered_at=last_minute + timedelta(days=2))], path, NOVEMBER, documents=rows, zone=ZONE)  # fmt: skip
    assert [each["número inicial"] for each in listed(path)] == ["1", "3"]
    assert Month(2026, 12).bounds(ZONE)[1] == datetime(2027, 1, 1, tzinfo=ZONE)


def test_a_file_of_before_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "notas.zip"
    path.write_bytes(b"de antes")
    with pytest.raises(SheetNotWritten) as refused:
        month_zip([], [], path, NOVEMBER)
    assert refused.value.why == "exists"
    assert path.read_bytes() == b"de antes"
    assert os.listdir(tmp_path) == ["notas.zip"]


def test_a_file_that_appears_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    path = tmp_path / "notas.zip"
    archive = MonthArchive(path, NOVEMBER)
    archive.add([ArchiveItem(name="a.xml", data=b"<a/>")])
    path.write_bytes(b"de outra pessoa")
    with pytest.raises(SheetNotWritten) as refused:
        archive.finish([], [])
    assert refused.value.why == "exists"
    assert path.read_bytes() == b"de outra pessoa"
    assert os.listdir(tmp_path) == ["notas.zip"]


@pytest.mark.parametrize(
    "name", ["../fora.xml", "/etc/senha", "a/b.xml", "a\\b.xml", "..", "", ".oculto", "a..xml"]
)
def test_no_name_leaves_the_months_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a file's name"):
        month_zip([ArchiveItem(name=name, data=b"<a/>")], [], tmp_path / "notas.zip", NOVEMBER)
    assert os.listdir(tmp_path) == []


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "notas.zip"
    month_zip(
        [
            ArchiveItem(name="a-procInut.xml", data=b"<um/>"),
            ArchiveItem(name="a-procInut.xml", data=b"<dois/>"),
        ],
        [],
        path,
        NOVEMBER,
    )
    with zipfile.ZipFile(path) as archive:
        assert archive.read("2026/11/a-procInut.xml") == b"<um/>"
        assert archive.read("2026/11/a-procInut-2.xml") == b"<dois/>"


def test_nothing_is_left_of_an_archive_that_was_given_up(tmp_path: Path) -> None:
    archive = MonthArchive(tmp_path / "notas.zip", NOVEMBER)
    archive.add([ArchiveItem(name="a.xml", data=b"<a/>")])
    archive.abandon()
    archive.abandon()
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SheetNotWritten) as refused:
        month_zip([], [], tmp_path / "sem" / "notas.zip", NOVEMBER)
    assert refused.value.why == "no_folder"


def test_a_buyer_called_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    path = tmp_path / "notas.zip"
    month_zip([], [], path, NOVEMBER, documents=[a_row(buyer_name='=HYPERLINK("http://x";"y")')], zone=ZONE)
    assert listed(path)[0]["comprador"].startswith("'=")


def test_ten_thousand_documents_never_stand_in_memory_at_once(tmp_path: Path) -> None:
    size, count = 8_000, 10_000
    read = 0

    def files() -> Iterator[ArchiveItem]:
        nonlocal read
        for number in range(count):
            read += size
            yield ArchiveItem(name=f"{number:044}-procNFe.xml", data=os.urandom(size))

    path = tmp_path / "notas.zip"
    tracemalloc.start()
    try:
        assert month_zip(files(), [], path, NOVEMBER) == count
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == size * count
    assert path.stat().st_size > size * count
    assert peak < read // 3, f"{peak:,} bytes at once"
