"""SEFAZ as the shop speaks to it: a method a service, each asking exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lxml.etree import _Element

from varejoforte_desktop.application.fiscal_ports import Answer
from varejoforte_desktop.application.outside import OutcomeUnknown, Unreachable
from varejoforte_desktop.domain.fiscal import MODELS, UF_CODES, EmissionType
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal import answers, messages, soap
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.endpoints import Endpoints, Service
from varejoforte_desktop.fiscal.line import Line, TlsLine
from varejoforte_desktop.fiscal.tls import client_context

_UFS: Final = {code: uf for uf, code in UF_CODES.items()}
#: Seconds from connected to answered. At the counter a buyer stands and waits.
_AT_THE_COUNTER: Final = 20.0
_AT_THE_DESK: Final = 40.0
_STATUS: Final = 10.0


class SefazAuthority:
    """Implements application.fiscal_ports.TaxAuthority over a line. The waiting happens on a thread of its own."""

    def __init__(self, line: Line, settings: FiscalSettings, endpoints: Endpoints | None = None) -> None:
        self._line = line
        self._settings = settings
        self._endpoints = endpoints or Endpoints(own=settings.own_endpoints)

    async def authorise(self, signed: bytes, model: FiscalModel, *, emission_type: EmissionType) -> Answer:
        """Hand in a signed document and hear what became of it."""
        key = messages.key_in(signed)
        return await self._ask(
            Service.AUTORIZACAO,
            messages.send_document(signed),
            lambda root, raw: answers.sent_document(root, raw, key),
            url=self._url(Service.AUTORIZACAO, model, emission_type=emission_type),
            patience=self._patience(model, emission_type),
        )

    async def consult(self, key: str) -> Answer:
        """How a document stands; who is asked follows from its key."""
        model = MODELS.get(key[20:22], FiscalModel.NFE)
        kind = EmissionType(key[34]) if key[34] in {"6", "7"} else EmissionType.NORMAL
        return await self._ask(
            Service.CONSULTA,
            messages.ask_document(key, self._settings.environment),
            lambda root, raw: answers.asked_document(root, raw, key),
            url=self._url(Service.CONSULTA, model, uf=_UFS.get(key[:2], ""), emission_type=kind),
            patience=_AT_THE_COUNTER,
        )

    async def status(
        self, model: FiscalModel, *, emission_type: EmissionType = EmissionType.NORMAL
    ) -> Answer:
        """Whether the service is open (107)."""
        uf = self._settings.emitter.state
        url = self._url(Service.STATUS, model, emission_type=emission_type)
        message = messages.ask_status(uf, self._settings.environment)
        return await self._ask(Service.STATUS, message, answers.asked_status, url=url, patience=_STATUS)

    async def event(self, signed: bytes, model: FiscalModel, *, emission_type: EmissionType) -> Answer:
        """Hand in a signed event."""
        key = messages.key_in(signed)
        return await self._ask(
            Service.EVENTO,
            messages.send_event(signed),
            lambda root, raw: answers.sent_event(root, raw, key),
            url=self._url(Service.EVENTO, model, emission_type=emission_type),
            patience=_AT_THE_DESK,
        )

    async def void(self, signed: bytes, model: FiscalModel) -> Answer:
        """Hand in a signed range of numbers that were not used."""
        url = self._url(Service.INUTILIZACAO, model)
        return await self._ask(
            Service.INUTILIZACAO, signed, answers.sent_void, url=url, patience=_AT_THE_DESK
        )

    def _patience(self, model: FiscalModel, emission_type: EmissionType) -> float:
        """An NFC-e that may go offline waits as long as the shop said; the others can wait longer."""
        if model is not FiscalModel.NFCE:
            return _AT_THE_DESK
        if emission_type is EmissionType.NORMAL and self._settings.offline_allowed:
            return float(self._settings.offline_after)
        return _AT_THE_COUNTER

    def _url(
        self,
        service: Service,
        model: FiscalModel,
        *,
        uf: str = "",
        emission_type: EmissionType = EmissionType.NORMAL,
    ) -> str:
        return self._endpoints.url(
            service,
            model=model,
            uf=uf or self._settings.emitter.state,
            environment=self._settings.environment,
            emission_type=emission_type,
        )

    async def _ask(
        self,
        service: Service,
        message: bytes,
        understood: Callable[[_Element, bytes], Answer],
        *,
        url: str,
        patience: float,
    ) -> Answer:
        def asked() -> Answer:
            status, content_type, body = self._carried(url, service, message, patience)
            return understood(soap.opened(service, status, content_type, body), body)

        return await asyncio.to_thread(asked)

    def _carried(self, url: str, service: Service, message: bytes, patience: float) -> tuple[int, str, bytes]:
        body = soap.envelope(service, message)
        try:
            return self._line.post(url, action=soap.action(service), body=body, timeout=patience)
        except ConnectionRefusedError as error:
            raise Unreachable(code="no_line", detail=str(error)) from error
        except TimeoutError as error:
            raise OutcomeUnknown(code="no_answer", detail=str(error)) from error


def real_authority(
    material: Material, settings: FiscalSettings, *, extra_ca: str = "", override: Path | None = None
) -> SefazAuthority:
    """SEFAZ over the internet with the shop's certificate; nothing is opened before the first request.

    `extra_ca`: PEM text of further trusted certificates. Raises FiscalNotReady("endpoints") for an unusable
    `override`.
    """
    line = TlsLine(lambda: client_context(material, extra_ca, weak_ciphers=settings.weak_ciphers))
    return SefazAuthority(line, settings, Endpoints(override=override, own=settings.own_endpoints))
