"""The practice shop's papers: a certificate that is good only here, tax rows to practise with, a SEFAZ of its own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from varejoforte_desktop.app.station import Station
from varejoforte_desktop.application.fiscal_setup import (
    save_fiscal_settings,
    save_tax_rules,
    sign_tax_rules,
)
from varejoforte_desktop.application.printing_ports import PrinterBook, PrinterKind, PrinterPlace
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.taxes import TaxRegime
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority

CNPJ: Final = "45723174000110"
LEGAL_NAME: Final = "CASA LUME COMERCIO DE UTILIDADES LTDA"
CERTIFICATE_PASSWORD: Final = "treino"  # noqa: S105 - of a certificate that is good only here
#: Where the station looks for certificates beyond the usual ones.
CA_FILE: Final = "sefaz-certificados.pem"

EMITTER: Final = Emitter(
    cnpj=CNPJ,
    legal_name=LEGAL_NAME,
    trade_name="Casa Lume",
    ie="110042490114",
    regime=TaxRegime.SIMPLES,
    address=Address(
        street="Rua Augusta",
        number="1500",
        district="Consolação",
        city="São Paulo",
        state="SP",
        postcode="01304001",
    ),
    city_code="3550308",
    phone="1130304040",
)

#: The practice shop's accountant has the rows of 2027 ready, when the Simples tells IBS and CBS too: they never end.
_TAXED, _CLASS = "000", "000001"
_IBS, _CBS = Decimal("0.10"), Decimal("0.90")


def trust(folder: Path, authority: PracticeAuthority) -> None:
    """Let the station whose data is in `folder` trust the practice SEFAZ."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CA_FILE).write_bytes(authority.ca_pem)


async def set_up_papers(station: Station, *, authority: PracticeAuthority, endpoint: str, by: Actor) -> None:
    """Register the shop, install its certificate and its tax rows, by what a real shop uses; paper goes into a folder."""
    settings = FiscalSettings(emitter=EMITTER, own_endpoints=endpoint, tell_rehearsals=True)
    await station.database.run(save_fiscal_settings, settings, by=by)
    pfx = await asyncio.to_thread(authority.company, CNPJ, LEGAL_NAME, password=CERTIFICATE_PASSWORD)
    await station.fiscal.install_certificate(pfx, CERTIFICATE_PASSWORD, by=by)
    since = (station.clock() - timedelta(days=60)).date()
    rules = [
        replace(row, ibs_cbs_cst=_TAXED, class_code=_CLASS, ibs_uf_rate=_IBS, cbs_rate=_CBS)
        for row in suggested_rules(EMITTER.regime, state=EMITTER.state, since=since)
    ]
    await station.database.run(save_tax_rules, rules, source="tabela de treino", by=by)
    paper = PrinterPlace(kind=PrinterKind.FOLDER, address=str(station.settings.data_dir / "papel"))
    station.printing.keep_book(PrinterBook(slip=paper, sheet=paper))
    await station.database.run(sign_tax_rules, signer="Contador de treino, CRC 1SP000000", by=by)
