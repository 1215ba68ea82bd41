"""The doctor's look at the shop's fiscal documents: the certificate's days, the tax table, and what SEFAZ has not heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.fiscal_book import SeriesRecord
from varejoforte_desktop.application.fiscal_questions import FiscalOverview
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.cli.findings import Finding, error, warning, well
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui.fiscal_setup.facts import NEAR_THE_END
from varejoforte_desktop.ui.fiscal_setup.words import PLACES, certificate_standing
from varejoforte_desktop.ui.fiscal_words import disputed_words, elsewhere_words, uncancelled_words
from varejoforte_desktop.ui.formats import SHOP_ZONE, counted, moment

_SUBJECT: Final = "Notas fiscais"
_CERTIFICATE: Final = "Certificado A1"
_SEND: Final = "Execute: varejoforte-desktop fiscal send --all --user OPERADOR."
_SEE: Final = "Veja com: varejoforte-desktop fiscal list."
#: So long before its deadline an offline document is spoken of as an error.
_HURRY: Final = timedelta(hours=4)


def fiscal(reader: Reader, now: datetime, station: str) -> list[Finding]:
    """What of the fiscal documents wants a person; one line when nothing does or nobody set them up."""
    overview = reader.fiscal.overview()
    if not overview.settings.ready and overview.certificate is None:
        return [well(_SUBJECT, "não configuradas")]
    found = [
        *_certificate(overview, now),
        *_set_up(overview, reader.fiscal.series(), station),
        *_taxes_end(overview, now),
        *_alarms(overview, now),
        *_waiting(overview, now),
    ]
    where = PLACES[overview.settings.environment].lower()
    return found or [well(_SUBJECT, f"em {where}; nada espera a SEFAZ")]


def _certificate(overview: FiscalOverview, now: datetime) -> Iterator[Finding]:
    facts, cnpj = overview.certificate, overview.settings.emitter.cnpj
    install = "Execute: varejoforte-desktop fiscal certificate install ARQUIVO."
    if facts is None:
        yield warning(_CERTIFICATE, "não instalado: nenhuma nota sai", install)
        return
    if cnpj and facts.cnpj[:8] != cnpj[:8]:
        yield error(_CERTIFICATE, "é de outra empresa", install)
    standing = certificate_standing(facts, now)
    if facts.days_left(now) < 0:
        yield error(_CERTIFICATE, standing.word.lower(), standing.remedy)
    elif facts.days_left(now) <= NEAR_THE_END:
        yield warning(_CERTIFICATE, standing.word.lower(), standing.remedy)


def _taxes_end(overview: FiscalOverview, now: datetime) -> Iterator[Finding]:
    today = now.astimezone(SHOP_ZONE).date()
    end = overview.taxes_end(today)
    remedy = "Peça a próxima ao contador e execute: varejoforte-desktop fiscal rules import PLANILHA."
    if end is not None and end < today:
        yield error("Tributos", f"a tabela valia até {end:%d/%m/%Y}", remedy)
    elif end is not None and (end - today).days <= NEAR_THE_END:
        yield warning("Tributos", f"a tabela vale até {end:%d/%m/%Y}", remedy)


def _set_up(overview: FiscalOverview, series: list[SeriesRecord], station: str) -> Iterator[Finding]:
    settings, taxes = overview.settings, overview.taxes
    real = settings.environment is FiscalEnvironment.PRODUCAO
    if not settings.ready:
        yield warning(
            "Empresa", "os dados fiscais não foram preenchidos", "Preencha em Configurações › Fiscal."
        )
    if not taxes.rules:
        yield warning(
            "Tributos", "não há tabela", "Execute: varejoforte-desktop fiscal rules import PLANILHA."
        )
    elif real and not taxes.signed:
        yield error(
            "Tributos",
            "o contador não confirmou a tabela",
            "Execute: varejoforte-desktop fiscal rules sign NOME.",
        )
    mine = {
        each.name.model
        for each in series
        if (each.station, each.name.cnpj, each.name.environment)
        == (station, settings.emitter.cnpj, settings.environment)
    }
    missing = [model.value for model in (FiscalModel.NFCE, FiscalModel.NFE) if model not in mine]
    if real and missing:
        yield warning(
            "Séries",
            f"falta definir neste caixa: {', '.join(missing)}",
            "Execute: varejoforte-desktop fiscal series set.",
        )


def _alarms(overview: FiscalOverview, now: datetime) -> Iterator[Finding]:
    """What no round brings to its end."""
    if overview.uncancelled:
        yield error(
            _SUBJECT,
            uncancelled_words(overview, now),
            "A SEFAZ só aceita o cancelamento por substituição até 168 horas da autorização: fale já com o contador.",
        )
    if overview.disputed:
        yield error(
            _SUBJECT, disputed_words(overview), "Abra a nota na tela Notas fiscais e diga de que venda ela é."
        )
    if overview.elsewhere:
        yield warning(
            _SUBJECT, elsewhere_words(overview), "Volte a esse ambiente ou CNPJ em Configurações › Fiscal."
        )


def _waiting(overview: FiscalOverview, now: datetime) -> Iterator[Finding]:
    deadline = overview.oldest_deadline
    if overview.offline and deadline is not None:
        said = counted(overview.offline, "NFC-e em contingência", "NFC-e em contingência")
        if deadline <= now:
            yield error(_SUBJECT, f"{said}, com o prazo vencido desde {moment(deadline)}", _SEND)
        elif deadline - now <= _HURRY:
            yield error(_SUBJECT, f"{said}, a mais antiga só até {moment(deadline)}", _SEND)
        else:
            yield warning(_SUBJECT, f"{said}, a mais antiga até {moment(deadline)}", _SEND)
    if overview.rejected:
        yield error(_SUBJECT, counted(overview.rejected, "nota rejeitada", "notas rejeitadas"), _SEE)
    if overview.owed:
        yield warning(_SUBJECT, counted(overview.owed, "venda sem nota", "vendas sem nota"), _SEND)
    if overview.waiting:
        yield warning(_SUBJECT, f"{counted(overview.waiting, 'nota espera', 'notas esperam')} a SEFAZ", _SEND)
    if overview.to_void:
        said = counted(overview.to_void, "número a inutilizar", "números a inutilizar")
        yield warning(_SUBJECT, said, "Inutilize até o dia 10 do mês que vem, na tela Notas fiscais.")
