"""How the world outside the shop can fail us, told apart by what the shop should do next.

Adapters (Tray today, SEFAZ later) raise only these; whoever delivers knows nothing of HTTP.

    OutsideError
    ├── TryLater                 it may work by itself, later
    │   ├── Unreachable          no line, no name, refused, bad certificate: surely not applied
    │   ├── SlowDown             asked to wait; the whole route pauses
    │   └── OutcomeUnknown       the request left and no answer came: it may have been applied
    ├── GiveUp                   somebody has to change something first
    │   ├── Refused              the outsider read it and said no
    │   └── NotThere             what we point at does not exist any more
    └── LoggedOut                the route is closed until a person acts
        ├── ReconnectNeeded      the authorisation is dead; authorise again
        └── StoreSuspended       blocked, inactive or cancelled by the outsider
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta


class OutsideError(Exception):
    """The world outside is in the way. `facts` holds what a sentence may need, never a secret."""

    def __init__(self, *, code: str, detail: str = "", facts: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.facts: Mapping[str, str] = dict(facts or {})


class TryLater(OutsideError):
    """It may work by itself, later."""


class Unreachable(TryLater):
    """The request surely did not arrive: no line, no such name, refused, certificate not trusted."""


class SlowDown(TryLater):
    """We were asked to wait; nothing was applied. `wait` is what the outsider asked for, if it said."""

    def __init__(self, *, code: str, detail: str = "", wait: timedelta | None = None) -> None:
        super().__init__(code=code, detail=detail)
        self.wait = wait


class OutcomeUnknown(TryLater):
    """The request left and no usable answer came back: it may have been applied."""


class GiveUp(OutsideError):
    """Trying again changes nothing; somebody has to change something first."""


class Refused(GiveUp):
    """The outsider read the request and said no. `detail` holds its own words."""


class NotThere(GiveUp):
    """What the request points at does not exist on the other side."""


class LoggedOut(OutsideError):
    """The route is closed for everything until a person acts."""


class ReconnectNeeded(LoggedOut):
    """The authorisation is dead: the shop has to be authorised again."""


class StoreSuspended(LoggedOut):
    """The store is blocked, inactive or cancelled on the other side."""
