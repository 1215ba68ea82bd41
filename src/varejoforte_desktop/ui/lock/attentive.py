"""Listens to everything a session asks for, to hear at once that the session is over."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, cast

from varejoforte_desktop.domain.access_errors import SessionEnded, StationRemoved
from varejoforte_desktop.ui.services import Services

#: The parts of the services that act in somebody's name.
_ACTING: Final = ("backend", "people", "connector", "orders", "keys", "backups")


class _Attentive:
    """Passes everything on to the real part, and tells when it answered that the person may no longer act."""

    def __init__(self, part: object, heard: Callable[[], None]) -> None:
        self._part = part
        self._heard = heard

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def asked(*args: Any, **kwargs: Any) -> Any:
            try:
                return await found(*args, **kwargs)
            except (SessionEnded, StationRemoved):
                self._heard()
                raise

        return asked


def attentive(services: Services, heard: Callable[[], None]) -> Services:
    """The same services; `heard` is called when one of them refused because somebody may no longer act.

    Who that was is not said: a supervisor whose access ended ends nobody else's session.
    """
    parts = {name: getattr(services, name) for name in _ACTING}
    listening = {name: _Attentive(part, heard) for name, part in parts.items() if part is not None}
    return replace(services, **cast("dict[str, Any]", listening))
