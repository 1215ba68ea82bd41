"""A shop with its books, and product lists to bring to it."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from openpyxl import Workbook

from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.people import add_operator
from varejoforte_desktop.application.product_import import ImportReceipt, apply_import, plan_import
from varejoforte_desktop.application.product_plan import ImportPlan
from varejoforte_desktop.application.product_sheet import SheetRow
from varejoforte_desktop.application.questions import BooksCheck, ExportRow, MovementRow
from varejoforte_desktop.application.sign_in import Founding, admit, found_shop
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.spreadsheets.reading import read_sheet

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "resources" / "demo" / "catalogue.csv"
#: The columns of the demo shop's catalogue.
HEADER = CATALOGUE.read_text("utf-8").partition("\n")[0]
_numbers = itertools.count(1)


@dataclass
class ShopDesk:
    """Somebody at a shop's computer, with the product lists that come in."""

    database: Database
    actor: Actor
    folder: Path
    told: list[frozenset[Topic]]

    def take_in(
        self, lines: str | Path | Sequence[SheetRow], *, prefix: str | None = None, by: Actor | None = None
    ) -> ImportReceipt:
        """Import a CSV text, a file or lines."""
        rows, source = self._rows(lines)
        return self.database.run_now(
            apply_import,
            rows,
            source=source,
            token_prefix=prefix or str(uuid4()),
            by=by or self.actor,
        )

    def plan(self, lines: str | Path | Sequence[SheetRow], *, by: Actor | None = None) -> ImportPlan:
        """Look at what an import would do."""
        rows, _ = self._rows(lines)
        return self.database.read_now(lambda reader: plan_import(reader, rows, by=by or self.actor))

    def _rows(self, lines: str | Path | Sequence[SheetRow]) -> tuple[Sequence[SheetRow], str]:
        if isinstance(lines, str):
            lines = csv_file(self.folder, lines)
        if isinstance(lines, Path):
            sheet = read_sheet(lines)
            return sheet.rows, sheet.source
        return lines, "linhas.csv"

    def catalogue(self) -> list[ExportRow]:
        """All products."""
        return self.database.read_now(lambda reader: reader.export_rows())

    def one(self, reference: str) -> ExportRow:
        """One product."""
        return next(row for row in self.catalogue() if row.product.reference == reference)

    def ledger(self) -> list[MovementRow]:
        """The movements, newest first."""
        return self.database.read_now(lambda reader: reader.movements(limit=100_000))

    def owed(self) -> set[tuple[str, str]]:
        """What the store has to hear: label and aspect."""
        rows = self.database.read_now(lambda reader: reader.queue_rows(limit=100_000))
        return {
            (row.label.split(" ")[0] if row.subject.kind == "product" else row.label, row.aspect)
            for row in rows
        }

    def forget_owed(self) -> None:
        """As if the store had heard everything."""
        rows = self.database.read_now(lambda reader: reader.queue_rows(limit=100_000))
        self.database.run_now(lambda uow: uow.outbox.discard([row.id for row in rows]))

    def check(self) -> BooksCheck:
        """Whether the books add up."""
        return self.database.read_now(lambda reader: reader.check())


def open_shop(url: str, folder: Path) -> ShopDesk:
    """A shop that was just founded, with its administrator at the desk."""
    now: Callable[[], datetime] = lambda: datetime(2026, 11, 20, 12, tzinfo=UTC)  # noqa: E731
    prepare(url, may_upgrade=True, now=now)
    changes = ChangeFeed()
    told: list[frozenset[Topic]] = []
    changes.subscribe(told.append)
    database = Database(url, changes, clock=now)
    database.run_now(
        found_shop, Founding(shop_name="Loja", login="ana", name="Ana", password_hash="x", wrapped_key="")
    )
    actor = database.run_now(admit, "ana", station="CAIXA-1")
    return ShopDesk(database, actor, folder, told)


def colleague(shop: ShopDesk, role: Role) -> Actor:
    """Bia, who works here too."""
    shop.database.run_now(add_operator, login="bia", name="Bia", role=role, password_hash="x", by=shop.actor)
    return shop.database.run_now(admit, "bia", station=shop.actor.station)


def csv_file(folder: Path, text: str | bytes, name: str = "lista.csv") -> Path:
    """A CSV on the disk."""
    path = folder / f"{next(_numbers)}-{name}"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


def xlsx_file(folder: Path, rows: Sequence[Sequence[Any]], *, formats: dict[str, str] | None = None) -> Path:
    """A workbook on the disk, as Excel would write it; `formats` are number formats by cell."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    path = folder / f"{next(_numbers)}-lista.xlsx"
    book.save(path)
    return path


def rezipped(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same workbook with its parts changed (None leaves one out)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return target
