"""Where each state's SEFAZ answers, and where a buyer looks an NFC-e up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.application.outside import Unreachable
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import MODEL_CODES, EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.resources import resource

_CONTINGENCY: Final = {EmissionType.SVC_AN: "SVCAN", EmissionType.SVC_RS: "SVCRS"}
_PLACES: Final = {FiscalModel.NFE: "nfe", FiscalModel.NFCE: "nfce"}


class Service(StrEnum):
    """What SEFAZ can be asked for."""

    AUTORIZACAO = "autorizacao"
    CONSULTA = "consulta"
    STATUS = "status"
    INUTILIZACAO = "inutilizacao"
    EVENTO = "evento"


class Endpoints:
    """The addresses in force: ours, what a file of the shop says instead, or one authority for everything."""

    def __init__(self, *, override: Path | None = None, own: str = "") -> None:
        """`override` has the shape of our own list and may hold any part of it. `own` (https://host:port) answers
        for every service at /nfe|nfce/<service>. Raises FiscalNotReady("endpoints") for a file that cannot be read.
        """
        self._book = _ours() if override is None else _merged(_ours(), _told(override))
        self._own = own.rstrip("/")

    def url(
        self,
        service: Service,
        *,
        model: FiscalModel,
        uf: str,
        environment: FiscalEnvironment,
        emission_type: EmissionType = EmissionType.NORMAL,
    ) -> str:
        """Where to send a request. Raises Unreachable("no_endpoint") for a state or service that nobody listed."""
        if self._own:
            return f"{self._own}/{_PLACES[model]}/{service}"
        code = MODEL_CODES[model]
        authoriser = self._at("authoriser", code, uf)
        # The contingency authorities void no numbers and know only NF-e.
        if emission_type in _CONTINGENCY and model is FiscalModel.NFE and service is not Service.INUTILIZACAO:
            authoriser = _CONTINGENCY[emission_type]
        return self._at("services", code, authoriser, environment.code, service)

    def qr_page(self, uf: str, environment: FiscalEnvironment) -> str:
        """The page that an NFC-e's QR code leads to. Raises Unreachable("no_endpoint")."""
        return self._at("services", MODEL_CODES[FiscalModel.NFCE], uf, environment.code, "qr")

    def consult_page(self, uf: str, environment: FiscalEnvironment) -> str:
        """The page where a buyer types an NFC-e's key (`urlChave`). Raises Unreachable("no_endpoint")."""
        return self._at("consult_page", environment.code, uf)

    def contingency(self, uf: str) -> EmissionType:
        """Which authority stands in for a state's own with NF-e. Raises Unreachable("no_endpoint")."""
        name = self._at("contingency", uf)
        return next(kind for kind, authority in _CONTINGENCY.items() if authority == name)

    def _at(self, *path: str) -> str:
        found: Any = self._book
        for step in path:
            found = found.get(step) if isinstance(found, Mapping) else None
        if not isinstance(found, str) or not found:
            raise Unreachable(code="no_endpoint", detail="/".join(path))
        return found


@cache
def _ours() -> Mapping[str, Any]:
    book: Mapping[str, Any] = json.loads(resource("endpoints.json").read_text("utf-8"))
    return book


def _told(path: Path) -> Mapping[str, Any]:
    try:
        book = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable() from error
    if not isinstance(book, dict):
        raise _unusable()
    return book


def _unusable() -> DomainError:
    return FiscalNotReady("endpoints")


def _merged(ours: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = dict(ours)
    for key, value in told.items():
        known = merged.get(key)
        if isinstance(known, Mapping) != isinstance(value, Mapping) and known is not None:
            raise _unusable()
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(known, value)
        else:
            merged[key] = value
    return merged
