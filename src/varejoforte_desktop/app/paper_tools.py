"""What screens need to take fiscal papers out of the program: the accountant's month, a letter to a buyer, a tax table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.app.letters import LETTERS, StationLetters
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.fiscal.archive import Month, MonthArchive
from varejoforte_desktop.fiscal.certificate import read_certificate
from varejoforte_desktop.spreadsheets.tax_rules import read_rule_sheet, write_rules
from varejoforte_desktop.ui.fiscal_setup.facts import FiscalTools

#: As everywhere on the screens: the official time.
_ZONE: Final = ZoneInfo("America/Sao_Paulo")


def open_month(path: Path, year: int, month: int) -> MonthArchive:
    """Begin the archive of a month. Blocking; raises SheetNotWritten."""
    return MonthArchive(path, Month(year, month), zone=_ZONE)


def letters_of(data_dir: Path) -> StationLetters:
    """Where this station's letters to buyers wait for the mail program."""
    return StationLetters(data_dir / LETTERS, _ZONE)


def fiscal_tools(clock: Callable[[], datetime]) -> FiscalTools:
    """What the fiscal settings need: to look into a certificate, to read and write a tax table."""

    def examine(pfx: bytes, password: str) -> CertificateFacts:
        return read_certificate(pfx, password, clock()).facts

    return FiscalTools(examine=examine, read_rules=read_rule_sheet, write_rules=write_rules)
