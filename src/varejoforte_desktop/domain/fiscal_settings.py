"""What the shop is to the tax authority: its registration, its regime, and how it issues documents."""

from __future__ import annotations

from dataclasses import dataclass, field

from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.taxes import TaxRegime


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitter:
    """Who issues. `city_code` is IBGE's seven digits; `ie` digits only, or ISENTO."""

    cnpj: str = ""
    legal_name: str = ""
    trade_name: str = ""
    ie: str = ""
    regime: TaxRegime = TaxRegime.SIMPLES
    address: Address = field(default_factory=Address)
    city_code: str = ""
    phone: str = ""

    @property
    def state(self) -> str:
        """The UF that authorises its documents."""
        return self.address.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """The software house (`infRespTec`); sent whenever it is filled in."""

    cnpj: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalSettings:
    """How the shop issues. `csc_id` numbers the CSC of the environment in force; the CSC itself is a secret and kept
    apart. `offline_after` seconds without an answer send an NFC-e into contingency."""

    emitter: Emitter = field(default_factory=Emitter)
    environment: FiscalEnvironment = FiscalEnvironment.HOMOLOGACAO
    operation: str = "Venda de mercadoria"  # natOp
    qr_version: int = 3
    csc_id: str = ""
    offline_allowed: bool = True
    offline_after: int = 10
    cnpj_on_nfce: bool = False
    intermediary_cnpj: str = ""  # "": own site, no intermediary
    intermediary_id: str = ""
    responsible: Responsible = field(default_factory=Responsible)
    extra_note: str = ""  # infCpl, on every document
    tell_rehearsals: bool = False  # notes without value reach the online store too (practice shop)
    weak_ciphers: bool = False  # for authorisers that still need an older TLS
    own_endpoints: str = ""  # where a test authority answers instead of the official one: https://host:port

    @property
    def ready(self) -> bool:
        """Whether the emitter is filled in at all."""
        return bool(self.emitter.cnpj and self.emitter.legal_name and self.emitter.city_code)
