"""Everything that can go wrong between a shop and its store, on demand."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from varejoforte_desktop.simulator.answers import Causes

FaultKind = Literal[
    "status",  # an error envelope of any status
    "html",  # a web page where JSON was expected
    "timeout",  # no answer ever
    "reset",  # the connection breaks
    "rate_limited",  # 429
    "revoked",  # 401/1000, and the token that was used is dead from now on
    "slow",  # the right answer, after a while
    "ignored",  # "Saved", and nothing was
    "refused",  # 400 with causes, for a product that matches `reference`
    "late",  # no answer, and the write takes effect `seconds` later
]
WRITES_ONLY = frozenset({"ignored", "refused", "late"})


@dataclass(kw_only=True)
class Fault:
    """One rule. `times` is how often it still strikes (None: until cleared)."""

    kind: FaultKind
    times: int | None
    method: str | None = None
    path_contains: str | None = None
    reference: str | None = None
    after_applying: bool = False
    seconds: float = 0
    status: int | None = None
    retry_after: int | None = None
    causes: Causes | None = None
    probability: float = 1.0
    struck: int = 0

    def matches(self, method: str, path: str, reference: Callable[[], str]) -> bool:
        """Whether this rule is about such a request."""
        if self.kind in WRITES_ONLY and method == "GET":
            return False
        if self.method is not None and self.method.upper() != method:
            return False
        if self.path_contains is not None and self.path_contains not in path:
            return False
        return self.reference is None or reference() == self.reference


class Faults:
    """The script of what goes wrong next. Rules are tried in the order they were given; the first one strikes."""

    def __init__(self, rng: random.Random) -> None:
        self.rules: list[Fault] = []
        self.offline = False
        self._rng = rng

    def next(
        self,
        kind: FaultKind,
        *,
        times: int | None = 1,
        method: str | None = None,
        path_contains: str | None = None,
        reference: str | None = None,
        after_applying: bool = False,
        seconds: float = 0,
        status: int | None = None,
        retry_after: int | None = None,
        causes: Causes | None = None,
        probability: float = 1.0,
    ) -> Fault:
        """Spoil the next `times` matching requests (None: all until cleared), each with the given probability.

        `after_applying` lets the write take effect before the answer is lost or replaced. `seconds` delays the
        answer. Returns the rule, whose `struck` counts. Raises ValueError for an unknown kind.
        """
        if kind not in get_args(FaultKind):
            raise ValueError(kind)
        fault = Fault(
            kind=kind,
            times=times,
            method=method,
            path_contains=path_contains,
            reference=reference,
            after_applying=after_applying,
            seconds=seconds,
            status=status,
            retry_after=retry_after,
            causes=causes,
            probability=probability,
        )
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more, and the store is reachable."""
        self.rules = []
        self.offline = False

    def drop(self, fault: Fault) -> None:
        """Take back one rule."""
        # By identity: two rules may read the same.
        self.rules = [rule for rule in self.rules if rule is not fault]

    def take(self, method: str, path: str, reference: Callable[[], str]) -> Fault | None:
        """The rule that strikes this request, used up by one; None when all goes well.

        `reference` finds the product's reference, and is asked only when a rule needs it.
        """
        for fault in self.rules:
            if not fault.matches(method, path, reference):
                continue
            if fault.probability < 1.0 and self._rng.random() >= fault.probability:
                continue
            fault.struck += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.drop(fault)
            return fault
        return None
