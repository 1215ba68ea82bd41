"""The shop's pen: certificate, settings and codes of this moment, opened once and kept while nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from varejoforte_desktop.application.fiscal_book import SecretRecord
from varejoforte_desktop.application.fiscal_numbers import Pen
from varejoforte_desktop.application.fiscal_ports import FiscalOffice, Notary, TaxAuthority
from varejoforte_desktop.application.fiscal_setup import CERTIFICATE, csc_name
from varejoforte_desktop.application.ports import Backend, Seal
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What issuing takes: the pen, SEFAZ, and the settings both were made for."""

    pen: Pen
    notary: Notary
    authority: TaxAuthority = field(repr=False)
    settings: FiscalSettings


class PenCase:
    """Opens the tools, and opens them anew when settings, certificate or CSC have changed."""

    def __init__(
        self, backend: Backend, seal: Seal, office: FiscalOffice, *, clock: Callable[[], datetime]
    ) -> None:
        self._backend = backend
        self._seal = seal
        self._office = office
        self._clock = clock
        self._made: Tools | None = None
        self._made_of: object = None

    async def open(self) -> Tools:
        """The tools of this moment.

        Raises FiscalNotReady (emitter, certificate, certificate_expired, certificate_of_others) or KeyMissing.
        """
        settings, secrets = await self._backend.read(_set_up)
        if not settings.ready:
            raise FiscalNotReady("emitter")
        certificate = secrets.get(CERTIFICATE)
        if certificate is None or certificate.facts is None:
            raise FiscalNotReady("certificate")
        if certificate.facts.not_after <= self._clock():
            raise FiscalNotReady("certificate_expired")
        if certificate.facts.cnpj[:8] != settings.emitter.cnpj[:8]:
            raise FiscalNotReady("certificate_of_others")
        csc = secrets.get(csc_name(settings.environment))
        made_of = (settings, certificate.version, csc.version if csc else 0)
        if self._made is None or self._made_of != made_of:
            material = self._seal.open(certificate.sealed)
            code = self._seal.open(csc.sealed) if csc else ""
            self._made = await asyncio.to_thread(self._make, settings, material, code)
            self._made_of = made_of
        return self._made

    def _make(self, settings: FiscalSettings, material: str, csc: str) -> Tools:
        notary = self._office.notary(material, settings)
        pen = Pen(notary=notary, cnpj=settings.emitter.cnpj, environment=settings.environment, csc=csc)
        authority = self._office.authority(material, settings)
        return Tools(pen=pen, notary=notary, authority=authority, settings=settings)


def _set_up(reader: Reader) -> tuple[FiscalSettings, Mapping[str, SecretRecord]]:
    return reader.fiscal.settings(), reader.fiscal.secrets()
