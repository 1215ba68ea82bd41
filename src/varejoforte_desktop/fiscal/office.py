"""Opens what the shop issues with: the certificate, the notary that signs with it, the line to SEFAZ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from varejoforte_desktop.application.fiscal_ports import Notary, OpenedCertificate, TaxAuthority
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.fiscal.authority import SefazAuthority, real_authority
from varejoforte_desktop.fiscal.certificate import Material, read_certificate
from varejoforte_desktop.fiscal.endpoints import Endpoints
from varejoforte_desktop.fiscal.line import Line
from varejoforte_desktop.fiscal.notary import FiscalNotary

#: Makes the line to SEFAZ out of the shop's certificate.
MakeLine = Callable[[Material, FiscalSettings], Line]


class SefazOffice:
    """The FiscalOffice of application.fiscal_ports. `make_line` replaces the line to SEFAZ (the practice one in memory);
    `ca_file` holds further trusted certificates, `endpoints_file` other addresses than the official ones."""

    def __init__(
        self,
        *,
        make_line: MakeLine | None = None,
        ca_file: Path | None = None,
        endpoints_file: Path | None = None,
    ) -> None:
        self._make_line = make_line
        self._ca_file = ca_file
        self._endpoints_file = endpoints_file

    def read_certificate(self, pfx: bytes, password: str, now: datetime) -> OpenedCertificate:
        """Open an A1 file. Raises WrongCertificate. Slow."""
        return read_certificate(pfx, password, now)

    def notary(self, material: str, settings: FiscalSettings) -> Notary:
        """Whoever writes and signs. Raises FiscalNotReady("endpoints")."""
        endpoints = Endpoints(override=self._endpoints_file)
        return FiscalNotary(Material.from_text(material), settings, endpoints=endpoints)

    def authority(self, material: str, settings: FiscalSettings) -> TaxAuthority:
        """SEFAZ; nothing is opened before the first question. Raises FiscalNotReady("endpoints")."""
        opened = Material.from_text(material)
        if self._make_line is not None:
            endpoints = Endpoints(override=self._endpoints_file, own=settings.own_endpoints)
            return SefazAuthority(self._make_line(opened, settings), settings, endpoints)
        extra_ca = self._ca_file.read_text(encoding="ascii") if self._ca_file else ""
        return real_authority(opened, settings, extra_ca=extra_ca, override=self._endpoints_file)
