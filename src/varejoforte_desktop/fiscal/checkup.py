"""The check-up before the first document: everything that has to be there, point by point."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.fiscal_book import SecretRecord, SeriesRecord, TaxTable
from varejoforte_desktop.application.fiscal_desk import Finding
from varejoforte_desktop.application.fiscal_ports import Answer
from varejoforte_desktop.application.fiscal_setup import CERTIFICATE, csc_name
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalPaused
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import last_day
from varejoforte_desktop.fiscal.pen_case import PenCase

_SOON_DAYS: Final = 30
#: SEFAZ takes an NFC-e whose clock differs by five minutes; ours is told before that.
_CLOCK_OFF: Final = timedelta(minutes=3)
_WORKS: Final = "107"


class CheckUp:
    """Looks at everything, changes nothing."""

    def __init__(
        self,
        backend: Backend,
        cases: PenCase,
        ask_status: Callable[[FiscalModel], Awaitable[Answer]],
        *,
        station: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._backend = backend
        self._cases = cases
        self._ask_status = ask_status
        self._station = station
        self._clock = clock

    async def findings(self) -> tuple[Finding, ...]:
        """Point by point, in the order in which they are put right."""
        settings, secrets, table, series, zone = await self._backend.read(_look)
        found = [
            Finding(name="emitter", fine=settings.ready, facts={"cnpj": settings.emitter.cnpj}),
            *self._certificate(settings, secrets.get(CERTIFICATE)),
            *_taxes(settings, table, self._clock().astimezone(zone).date()),
            *self._series(settings, series),
        ]
        if settings.qr_version == 2:
            there = csc_name(settings.environment) in secrets and bool(settings.csc_id)
            found.append(Finding(name="csc", fine=there))
        return (*found, *await self._sefaz())

    def _certificate(self, settings: FiscalSettings, record: SecretRecord | None) -> list[Finding]:
        facts = record.facts if record else None
        if facts is None:
            return [Finding(name="certificate", fine=False)]
        ours = not settings.emitter.cnpj or facts.cnpj[:8] == settings.emitter.cnpj[:8]
        told = {"holder": facts.holder, "cnpj": facts.cnpj}
        days = facts.days_left(self._clock())
        until = {"days": str(days), "until": facts.not_after.isoformat()}
        return [
            Finding(name="certificate", fine=ours, facts=told),
            Finding(name="certificate_expiry", fine=days >= _SOON_DAYS, facts=until),
        ]

    def _series(self, settings: FiscalSettings, series: list[SeriesRecord]) -> list[Finding]:
        mine = {
            each.name.model: each
            for each in series
            if (each.station, each.name.cnpj, each.name.environment)
            == (self._station, settings.emitter.cnpj, settings.environment)
        }
        by_itself = settings.environment is not FiscalEnvironment.PRODUCAO
        found = []
        for model in (FiscalModel.NFCE, FiscalModel.NFE):
            record = mine.get(model)
            told = {} if record is None else {"series": str(record.name.series), "last": str(record.last)}
            found.append(
                Finding(name=f"series_{model.value}", fine=record is not None or by_itself, facts=told)
            )
        return found

    async def _sefaz(self) -> list[Finding]:
        found: list[Finding] = []
        for model in (FiscalModel.NFCE, FiscalModel.NFE):
            name = f"status_{model.value}"
            try:
                answer = await self._ask_status(model)
            except FiscalPaused as pause:
                found.append(Finding(name=name, fine=None, facts={"until": pause.until}))
            except (OutsideError, DomainError) as trouble:
                code = trouble.code if isinstance(trouble, OutsideError) else type(trouble).__name__
                found.append(Finding(name=name, fine=False, facts={"code": code}))
            else:
                facts = {"stat": answer.stat, "reason": answer.reason}
                found.append(Finding(name=name, fine=answer.stat == _WORKS, facts=facts))
                if answer.received_at is not None and not any(each.name == "clock" for each in found):
                    off = abs(answer.received_at - self._clock())
                    seconds = {"seconds": str(int(off.total_seconds()))}
                    found.append(Finding(name="clock", fine=off <= _CLOCK_OFF, facts=seconds))
        return found


def _taxes(settings: FiscalSettings, table: TaxTable, today: date) -> list[Finding]:
    needed = settings.environment is FiscalEnvironment.PRODUCAO
    signed: bool | None = True if table.signed else (False if needed else None)
    found = [Finding(name="tax_rules", fine=bool(table.rules), facts={"rows": str(len(table.rules))})]
    last = last_day(table.rules, settings.emitter.regime, today)
    if last is not None:
        days = (last - today).days
        over_soon = False if days < 0 else None  # notes still go out: somebody is told, nothing is in the way
        facts = {"days": str(days), "last": last.isoformat()}
        found.append(
            Finding(name="tax_rules_end", fine=True if days > _SOON_DAYS else over_soon, facts=facts)
        )
    return [*found, Finding(name="rules_signed", fine=signed, facts={"signer": table.signer})]


def _look(
    reader: Reader,
) -> tuple[FiscalSettings, dict[str, SecretRecord], TaxTable, list[SeriesRecord], ZoneInfo]:
    fiscal, zone = reader.fiscal, ZoneInfo(reader.shop().timezone)
    return fiscal.settings(), dict(fiscal.secrets()), fiscal.taxes(), fiscal.series(), zone
