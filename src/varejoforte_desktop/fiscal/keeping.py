"""Takes in the shop's fiscal secrets: the certificate and the CSC, sealed before they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from varejoforte_desktop.application.fiscal_ports import CertificateFacts, FiscalOffice
from varejoforte_desktop.application.fiscal_setup import keep_certificate, keep_csc
from varejoforte_desktop.application.ports import Backend, Seal
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.operator import Actor, Permission


class SecretKeeping:
    """Opens, seals, keeps. The certificate's password is used once and kept nowhere."""

    def __init__(
        self, backend: Backend, seal: Seal, office: FiscalOffice, *, clock: Callable[[], datetime]
    ) -> None:
        self._backend = backend
        self._seal = seal
        self._office = office
        self._clock = clock

    async def install_certificate(self, pfx: bytes, password: str, *, by: Actor) -> CertificateFacts:
        """Open an A1 file and keep what is in it, sealed. Raises NotAllowed, WrongCertificate, KeyMissing."""
        await self._allowed(by)
        self._seal.close("")  # the shop's key must be here before anything is opened
        opened = await asyncio.to_thread(self._office.read_certificate, pfx, password, self._clock())
        sealed = self._seal.close(opened.material)
        await self._backend.run(keep_certificate, opened.facts, sealed, key_version=self._seal.version, by=by)
        return opened.facts

    async def keep_csc(self, environment: FiscalEnvironment, csc: str, *, by: Actor) -> None:
        """Keep a CSC, sealed; "" forgets it. Raises NotAllowed, KeyMissing."""
        await self._allowed(by)
        sealed = self._seal.close(csc.strip()) if csc.strip() else ""
        await self._backend.run(keep_csc, environment, sealed, key_version=self._seal.version, by=by)

    async def _allowed(self, by: Actor) -> None:
        current = await self._backend.read(lambda reader: reader.people.current(by))
        current.needs(Permission.CHANGE_SETTINGS)
