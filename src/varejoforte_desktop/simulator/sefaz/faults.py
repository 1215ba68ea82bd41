"""Everything that can go wrong between a till and the tax authority, on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from varejoforte_desktop.simulator.sefaz.envelopes import PORTS, Service

Kind = Literal[
    "drop_before",  # nothing arrives
    "drop_after",  # all is done, and the answer is lost
    "slow",  # taken up only after `seconds`
    "late",  # done at once, answered only after `seconds`
    "http500",
    "http403",
    "html",  # a web page where an envelope was expected
    "garbage",  # bytes that are not even text
    "malformed",  # done, and the answer breaks off in the middle
    "paralysed",  # 108
    "in_flight",  # no answer; done only after the next consult has said "not here", or when it is sent again
    "reject",  # written "reject:NNN": refused with that number, whatever came
]
ANY = "*"


@dataclass(kw_only=True)
class Fault:
    """One rule. `times` is how often it still strikes (None: until cleared)."""

    service: str
    kind: Kind
    times: int | None
    seconds: float
    stat: str
    processed: bool
    struck: int = 0


class Faults:
    """The script of what goes wrong next. The first rule that fits a call strikes.

    `online` false: nobody reaches the authority at all.
    """

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self.online = True

    def queue(
        self,
        service: str,
        kind: str,
        times: int | None = 1,
        *,
        seconds: float = 0,
        processed: bool = False,
    ) -> Fault:
        """Spoil the next `times` calls of a service ("*": of any; None: until cleared).

        `kind` is one of Kind; a refusal is written "reject:539". `seconds` is for "slow" and "late". `processed`
        lets "http500", "http403", "html" and "garbage" come after the work was done. Returns the rule, whose
        `struck` counts. Raises ValueError for an unknown service or kind.
        """
        name, _, stat = kind.partition(":")
        if service != ANY and service not in PORTS:
            raise ValueError(service)
        if name not in get_args(Kind) or (name == "reject") != bool(stat):
            raise ValueError(kind)
        known: Kind = next(one for one in get_args(Kind) if one == name)
        fault = Fault(
            service=service, kind=known, times=times, seconds=seconds, stat=stat, processed=processed
        )
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more, and the authority is reachable."""
        self.rules = []
        self.online = True

    def take(self, service: Service) -> Fault | None:
        """The rule that strikes this call, used up by one; None when all goes well."""
        for fault in self.rules:
            if fault.service not in (ANY, service):
                continue
            fault.struck += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    # By identity: two rules may read the same.
                    self.rules = [rule for rule in self.rules if rule is not fault]
            return fault
        return None
