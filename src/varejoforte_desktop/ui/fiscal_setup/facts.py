"""All that the page about fiscal documents shows, asked of the books at once, and the tools it is handed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.fiscal_book import SeriesRecord, TaxTable
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.application.fiscal_setup import csc_name
from varejoforte_desktop.application.product_sheet import Sheet
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import TaxRule
from varejoforte_desktop.ui.palettes import Tone

#: From so many days before its end on, a certificate is spoken of.
NEAR_THE_END: Final = 30
#: The documents a till numbers, in the order they are listed.
MODELS: Final = (FiscalModel.NFCE, FiscalModel.NFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalTools:
    """What the page cannot do by itself; each blocks for a moment, so it is called off the screen's thread."""

    #: Opens an A1 file with its password; nothing is kept. Raises WrongCertificate.
    examine: Callable[[bytes, str], CertificateFacts]
    #: A tax table from a file. Raises a SpreadsheetError.
    read_rules: Callable[[Path], Sheet]
    #: A tax table into a file. Raises SheetNotWritten.
    write_rules: Callable[[Path, Iterable[TaxRule]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalNow:
    """How the shop issues at this moment. `csc` are the environments whose CSC is kept."""

    myself: Actor
    settings: FiscalSettings
    certificate: CertificateFacts | None
    csc: frozenset[FiscalEnvironment]
    taxes: TaxTable
    series: tuple[SeriesRecord, ...]
    stations: tuple[str, ...]

    def series_of(self, station: str, model: FiscalModel) -> SeriesRecord | None:
        """A till's series of the company and the environment in force; None while it has none."""
        wanted = (self.settings.emitter.cnpj, self.settings.environment, model, station)
        return next(
            (
                each
                for each in self.series
                if (each.name.cnpj, each.name.environment, each.name.model, each.station) == wanted
            ),
            None,
        )

    @property
    def of_others(self) -> bool:
        """Whether the certificate was issued to another company: the first eight marks tell."""
        cnpj = self.settings.emitter.cnpj
        return self.certificate is not None and bool(cnpj) and self.certificate.cnpj[:8] != cnpj[:8]


def fiscal_now(reader: Reader, actor: Actor) -> FiscalNow:
    """Ask the books."""
    fiscal = reader.fiscal
    kept = fiscal.secrets()
    series = tuple(fiscal.series())
    names = {row.name for row in reader.people.stations()} | {actor.station}
    # A series that a till gave up belongs to nobody; its station is its own number in brackets.
    names |= {each.station for each in series if not each.station.startswith("(")}
    return FiscalNow(
        myself=reader.people.current(actor),
        settings=fiscal.settings(),
        certificate=fiscal.certificate(),
        csc=frozenset(each for each in FiscalEnvironment if csc_name(each) in kept),
        taxes=fiscal.taxes(),
        series=series,
        stations=tuple(sorted(names, key=str.casefold)),
    )


def standings(now: FiscalNow, at: datetime, station: str) -> Mapping[str, Tone]:
    """How each part of the page stands by what the books say: good, to be watched, or missing."""
    certificate = now.certificate
    if certificate is None or now.of_others or certificate.days_left(at) < 0:
        paper = Tone.BAD
    else:
        paper = Tone.WARN if certificate.days_left(at) <= NEAR_THE_END else Tone.GOOD
    settings = now.settings
    codeless = settings.qr_version == 2 and not (settings.csc_id and settings.environment in now.csc)
    real = settings.environment is FiscalEnvironment.PRODUCAO
    unnumbered = real and any(now.series_of(station, model) is None for model in MODELS)
    signed = Tone.GOOD if now.taxes.signed else Tone.WARN
    return {
        "company": Tone.GOOD if settings.ready else Tone.BAD,
        "certificate": paper,
        "emission": Tone.BAD if codeless else Tone.GOOD,
        "series": Tone.BAD if unnumbered or not settings.emitter.cnpj else Tone.GOOD,
        "taxes": signed if now.taxes.rules else Tone.BAD,
    }
