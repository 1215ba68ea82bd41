"""A wire between a till and the authority that exists only in memory, and can be cut."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.envelopes import SOAP_TYPE


class MemoryLine:
    """Posts to a SefazSimulator without a socket, as the company whose certificate it would have connected with.

    `sleeper` is told how many seconds a slow answer takes, so that a test can turn its clock. `client_cnpj` None is
    a caller without a certificate. `online` cuts this wire alone.
    """

    def __init__(
        self,
        simulator: SefazSimulator,
        client_cnpj: str | None,
        *,
        sleeper: Callable[[float], object] = lambda seconds: None,
    ) -> None:
        self.online = True
        self._simulator = simulator
        self._client_cnpj = client_cnpj
        self._sleeper = sleeper

    def post(self, url: str, *, action: str, body: bytes, timeout: float) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer. `timeout` is in seconds.

        Raises ConnectionRefusedError when nothing was sent, TimeoutError when no answer came in time.
        """
        if not self.online:
            raise ConnectionRefusedError(url)

        def wait(seconds: float) -> None:
            self._sleeper(min(seconds, timeout))
            if seconds >= timeout:
                raise TimeoutError(url)

        reply = self._simulator.answer(
            urlsplit(url).path,
            f'{SOAP_TYPE}; charset=utf-8; action="{action}"',
            body,
            client_cnpj=self._client_cnpj,
            wait=wait,
        )
        return reply.status, reply.content_type, reply.body
