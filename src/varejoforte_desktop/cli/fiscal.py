"""How the shop issues its fiscal documents, without a screen: its state, certificate, tax table and series."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from varejoforte_desktop.application.fiscal_book import SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_setup import keep_series, save_tax_rules, sign_tax_rules
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.application.tax_sheet import TaxSheetRefused, read_rules
from varejoforte_desktop.cli.answers import WORLD, CommandRefused, Console, Report, WrongUsage, record, table
from varejoforte_desktop.cli.asking import PASSWORD, confirm, secret
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.cli.stopping import stoppable
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, WrongCertificate
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.fiscal_setup.tax_columns import problems
from varejoforte_desktop.ui.fiscal_setup.words import (
    MODEL_NAMES,
    PLACES,
    certificate_standing,
    point_words,
    table_standing,
    validity,
)
from varejoforte_desktop.ui.formats import SHOP_ZONE, count, counted, moment

if TYPE_CHECKING:
    from datetime import datetime

    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.application.fiscal_book import TaxTable
    from varejoforte_desktop.application.fiscal_desk import Finding
    from varejoforte_desktop.application.fiscal_ports import CertificateFacts
    from varejoforte_desktop.application.fiscal_questions import FiscalOverview
    from varejoforte_desktop.application.questions import Reader
    from varejoforte_desktop.domain.operator import Actor
    from varejoforte_desktop.domain.taxes import TaxRule
    from varejoforte_desktop.fiscal.desk import StationFiscalDesk

OPENS_CERTIFICATE: Final = "VAREJOFORTE_CERTIFICATE_PASSWORD"
_LARGEST: Final = 64 * 1024
_MARKS: Final = {True: "OK   ", False: "FALTA", None: "—    "}
#: What is done with the desk, by whom.
Work = Callable[["Station", "StationFiscalDesk", "Actor"], Awaitable[Report]]


# -- seeing --------------------------------------------------------------------------------------------


def status(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """How the shop issues, and what waits."""
    from varejoforte_desktop.app.clock import utc_now

    def question(reader: Reader) -> tuple[FiscalOverview, TaxTable, list[SeriesRecord]]:
        return reader.fiscal.overview(), reader.fiscal.taxes(), reader.fiscal.series()

    overview, taxes, series = look(settings, question)
    now = utc_now()
    rows = [("ambiente", PLACES[overview.settings.environment]), *_facts(overview, taxes, now)]
    waiting = [
        ("vendas sem nota", overview.owed),
        ("esperam a SEFAZ", overview.waiting),
        ("em contingência", overview.offline),
        ("rejeitadas", overview.rejected),
        ("números a inutilizar", overview.to_void),
        ("em conflito com a SEFAZ", overview.disputed),
        ("em dobro na SEFAZ", overview.uncancelled),
        ("abertas em outro ambiente ou CNPJ", overview.elsewhere),
    ]
    lines = [f"{title}: {text}" for title, text in rows]
    lines += [f"{title}: {count(number)}" for title, number in waiting]
    if overview.oldest_deadline is not None:
        lines.append(f"prazo da contingência mais antiga: {moment(overview.oldest_deadline)}")
    if overview.uncancelled_until is not None:
        until = moment(overview.uncancelled_until)
        lines.append(f"as notas em dobro só podem ser canceladas até 168 horas da autorização: {until}")
    if overview.paused_until is not None and overview.paused_until > now:
        lines.append(f"a SEFAZ pediu silêncio até {moment(overview.paused_until)}")
    return Report(document=_overview_document(overview, taxes, series, now), lines=lines)


def _facts(overview: FiscalOverview, taxes: TaxTable, now: datetime) -> list[tuple[str, str]]:
    emitter, certificate = overview.settings.emitter, overview.certificate
    company = f"{emitter.legal_name}, {formatted_tax_id(emitter.cnpj)}, {emitter.state}"
    held = "não instalado"
    if certificate is not None:
        held = f"{certificate.holder}, {certificate_standing(certificate, now).word.lower()}"
    return [
        ("empresa", company if overview.settings.ready else "não preenchida"),
        ("certificado", held),
        (
            "tabela de tributos",
            f"{counted(len(taxes.rules), 'linha', 'linhas')}, {table_standing(taxes).word.lower()}",
        ),
    ]


def _overview_document(
    overview: FiscalOverview, taxes: TaxTable, series: list[SeriesRecord], now: datetime
) -> dict[str, object]:
    settings, certificate = overview.settings, overview.certificate
    return {
        "environment": settings.environment,
        "company": {
            "cnpj": settings.emitter.cnpj,
            "name": settings.emitter.legal_name,
            "state": settings.emitter.state,
            "regime": settings.emitter.regime,
            "complete": settings.ready,
        },
        "certificate": None
        if certificate is None
        else record(certificate) | {"days_left": certificate.days_left(now)},
        "rules": {
            "rows": len(taxes.rules),
            "source": taxes.source,
            "signed": taxes.signed,
            "signer": taxes.signer,
        },
        "series": [_series_document(each) for each in series],
        "owed": overview.owed,
        "waiting": overview.waiting,
        "offline": overview.offline,
        "oldest_deadline": overview.oldest_deadline,
        "rejected": overview.rejected,
        "to_void": overview.to_void,
        "disputed": overview.disputed,
        "uncancelled": overview.uncancelled,
        "uncancelled_until": overview.uncancelled_until,
        "elsewhere": overview.elsewhere,
        "paused_until": overview.paused_until,
    }


def check(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Whether the shop could issue now, point by point."""

    async def work(_station: Station, desk: StationFiscalDesk, _by: Actor) -> Report:
        return _checked(await desk.check_up())

    return with_desk(asked, settings, work)


def _checked(findings: tuple[Finding, ...]) -> Report:
    lines, document = [], []
    for each in findings:
        said = point_words(each)
        lines.append(f"{_MARKS[each.fine]}  {said.title}: {said.text}")
        document.append(record(each) | {"facts": dict(each.facts), "title": said.title, "text": said.text})
    wrong = sum(each.fine is False for each in findings)
    lines.append("Pronto para emitir." if not wrong else f"{counted(wrong, 'ponto', 'pontos')} a resolver.")
    return Report(
        document={"ready": not wrong, "findings": document},
        lines=lines,
        code=WORLD if wrong else 0,
        complaint="Resolva em Configurações › Fiscal e confira de novo." if wrong else "",
    )


# -- the certificate -----------------------------------------------------------------------------------


def install(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Show whose a certificate is, then keep it sealed."""
    from varejoforte_desktop.app.clock import utc_now
    from varejoforte_desktop.fiscal.certificate import read_certificate

    own = secret(asked, PASSWORD, "a senha do operador")
    pfx = _bytes(asked.file)
    password = secret(asked, OPENS_CERTIFICATE, "a senha do certificado")
    facts = read_certificate(pfx, password, utc_now()).facts
    shown = _certificate_lines(facts, utc_now())
    if not asked.yes:
        for line in shown:
            console.say(line)
        confirm("Instalar este certificado?")

    async def work(_station: Station, desk: StationFiscalDesk, by: Actor) -> Report:
        kept = await desk.install_certificate(pfx, password, by=by)
        document = {"certificate": record(kept) | {"days_left": kept.days_left(utc_now())}}
        return Report(document=document, lines=[*(shown if asked.yes else []), "Certificado instalado."])

    return _with_password(asked, settings, own, work)


def _certificate_lines(facts: CertificateFacts, now: datetime) -> list[str]:
    standing = certificate_standing(facts, now)
    return [
        f"titular: {facts.holder}",
        f"CNPJ: {formatted_tax_id(facts.cnpj)}",
        f"validade: {validity(facts)}",
        f"emitido por: {facts.issuer}",
        f"situação: {standing.word.lower()}",
    ]


def _bytes(path: Path) -> bytes:
    """What is in the file. Raises CommandRefused or WrongCertificate("big") before reading what cannot be one."""
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise WrongCertificate("big", str(size))
        return path.read_bytes()
    except OSError as error:
        raise CommandRefused(
            f"O arquivo {path} não pode ser lido.", "Confira o caminho e as permissões.", kind="no_access"
        ) from error


# -- the accountant's table ----------------------------------------------------------------------------


def take_rules(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Take in a tax table, whole or not at all."""
    from varejoforte_desktop.spreadsheets.tax_rules import read_rule_sheet

    password = secret(asked, PASSWORD, "a senha do operador")
    sheet = read_rule_sheet(asked.file)
    try:
        rules = read_rules(sheet)
    except TaxSheetRefused as refused:
        return _refused(refused)
    if not rules:
        raise CommandRefused(
            "A planilha só tem os títulos.", "Preencha as linhas e importe de novo.", kind="empty"
        )
    rows = counted(len(rules), "linha", "linhas")
    document = {"rows": len(rules), "source": sheet.source, "applied": not asked.dry_run}

    async def work(station: Station, by: Actor) -> Report:
        if asked.dry_run:
            return Report(document=document, lines=[f"{rows} em ordem. Nada foi gravado (--dry-run)."])
        await station.database.run(save_tax_rules, rules, source=sheet.source, by=by)
        said = f"Tabela importada: {rows}. O contador precisa confirmá-la: fiscal rules sign."
        return Report(document=document, lines=[said])

    return _with_somebody(asked, settings, password, work)


def _refused(refused: TaxSheetRefused) -> Report:
    wrong = problems(refused.errors)
    rows = [(str(each.line), each.column or "(linha)", each.said) for each in wrong]
    return Report(
        document={
            "applied": False,
            "errors": [{"line": each.line, "column": each.column, "text": each.said} for each in wrong],
        },
        lines=table(("linha", "coluna", "o que corrigir"), rows, right="r"),
        code=WORLD,
        complaint=f"Nada foi gravado: {counted(len(wrong), 'erro', 'erros')} na planilha.",
    )


def write_rules_out(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Write the table; while there is none, the suggestion for this shop."""
    path: Path = asked.file
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise WrongUsage("O arquivo precisa terminar em .csv ou .xlsx.")
    from varejoforte_desktop.spreadsheets.tax_rules import write_rules

    rules, suggested = look(settings, _rules_to_write)
    if not rules:
        raise FiscalNotReady("emitter")
    write_rules(path, rules)
    what = "Sugestão escrita" if suggested else "Tabela escrita"
    return Report(
        document={"file": path, "rows": len(rules), "suggested": suggested},
        lines=[f"{what} em {path}: {counted(len(rules), 'linha', 'linhas')}."],
    )


def _rules_to_write(reader: Reader) -> tuple[tuple[TaxRule, ...], bool]:
    from varejoforte_desktop.app.clock import utc_now

    kept = reader.fiscal.taxes().rules
    if kept:
        return kept, False
    emitter = reader.fiscal.settings().emitter
    today = utc_now().astimezone(SHOP_ZONE).date()
    return suggested_rules(emitter.regime, state=emitter.state, since=today), True


def sign_rules(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """The accountant answers for the rows as they are."""
    password = secret(asked, PASSWORD, "a senha do operador")
    if not asked.yes:
        confirm(f"{asked.name} conferiu a tabela como está e responde por ela?")

    async def work(station: Station, by: Actor) -> Report:
        await station.database.run(sign_tax_rules, signer=asked.name, by=by)
        taxes = await station.database.read(lambda reader: reader.fiscal.taxes())
        return Report(
            document={"signer": taxes.signer, "signed": taxes.signed, "rows": len(taxes.rules)},
            lines=[f"Tabela confirmada por {taxes.signer}: {counted(len(taxes.rules), 'linha', 'linhas')}."],
        )

    return _with_somebody(asked, settings, password, work)


# -- series --------------------------------------------------------------------------------------------


def show_series(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Each till's series and its last number."""
    series = look(settings, lambda reader: reader.fiscal.series())
    rows = [
        (
            each.station if not each.station.startswith("(") else "(nenhum)",
            MODEL_NAMES[each.name.model],
            str(each.name.series),
            count(each.last),
            PLACES[each.name.environment].lower(),
            formatted_tax_id(each.name.cnpj),
        )
        for each in series
    ]
    headings = ("caixa", "nota", "série", "último", "ambiente", "CNPJ")
    lines = table(headings, rows, right="  rr") if rows else ["Nenhuma série definida ainda."]
    return Report(document={"series": [_series_document(each) for each in series]}, lines=lines)


def set_series(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Give a till a series, of the company and the environment in force."""
    password = secret(asked, PASSWORD, "a senha do operador")
    model = FiscalModel(asked.model)

    async def work(station: Station, by: Actor) -> Report:
        kept = await station.database.read(lambda reader: reader.fiscal.settings())
        if not kept.emitter.cnpj:
            raise FiscalNotReady("emitter")
        name = SeriesName(
            cnpj=kept.emitter.cnpj, environment=kept.environment, model=model, series=asked.series
        )
        wanted = SeriesRecord(name=name, station=asked.station, last=asked.last)
        await station.database.run(keep_series, wanted, by=by)
        series = await station.database.read(lambda reader: reader.fiscal.series())
        now = next(each for each in series if each.name == name)
        said = (
            f"{now.station}: {MODEL_NAMES[model]} na série {now.name.series}, próximo número "
            f"{count(now.last + 1)}, em {PLACES[kept.environment].lower()}."
        )
        return Report(document={"series": _series_document(now)}, lines=[said])

    return _with_somebody(asked, settings, password, work)


def _series_document(each: SeriesRecord) -> dict[str, object]:
    return record(each.name) | {
        "station": "" if each.station.startswith("(") else each.station,
        "last": each.last,
    }


# -- who does it ---------------------------------------------------------------------------------------


def with_desk(asked: argparse.Namespace, settings: Settings, work: Work) -> Report:
    """Do it with an operator signed in and the fiscal desk at hand."""
    return _with_password(asked, settings, secret(asked, PASSWORD, "a senha do operador"), work)


def _with_password(asked: argparse.Namespace, settings: Settings, own: str, work: Work) -> Report:
    async def at_desk(station: Station, by: Actor) -> Report:
        return await work(station, station.fiscal, by)

    return _with_somebody(asked, settings, own, at_desk)


def _with_somebody(
    asked: argparse.Namespace,
    settings: Settings,
    own: str,
    work: Callable[[Station, Actor], Awaitable[Report]],
) -> Report:
    async def begin() -> Report:
        async with signed_in(settings, asked.user, own) as (station, by):
            return await work(station, by)

    with stoppable():
        return asyncio.run(begin())
