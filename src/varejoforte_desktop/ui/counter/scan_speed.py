"""Tells a scanner from fingers: its characters come within milliseconds of one another and end with Enter or Tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

#: Seconds. Scanners send a character every 1 to 20 ms; the fastest hands need some 60.
GAP: Final = 0.035
#: Two keys struck together and Enter are fingers that slipped; no shop has codes that short.
SHORTEST: Final = 3

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Ended(Generic[K]):
    """What an Enter or Tab made of the characters before it.

    `code` is a scan's ("" when it was none), `typed` are keys that somebody typed after all, and `swallow` says
    that the Enter itself belongs to the scanner and must not reach any field.
    """

    code: str = ""
    typed: tuple[K, ...] = ()
    swallow: bool = False


class Burst(Generic[K]):
    """Characters held back until it is certain who sent them; `at` is seconds of any clock that never goes back."""

    def __init__(self, gap: float = GAP, shortest: int = SHORTEST) -> None:
        self._gap = gap
        self._shortest = shortest
        self._held: list[tuple[str, K]] = []
        self._last = 0.0
        self._ended = float("-inf")

    @property
    def holds(self) -> bool:
        """Whether some character waits for its judgement."""
        return bool(self._held)

    def add(self, mark: str, at: float, key: K) -> tuple[K, ...]:
        """Hold a character; gives the keys before it that were typed, for they came too slowly."""
        slow = self._too_late(at)
        typed = self.give_up() if slow else ()
        self._held.append((mark, key))
        self._last = at
        return typed

    def end(self, at: float) -> Ended[K]:
        """Enter or Tab came."""
        if not self._held:
            # Some scanners send carriage return and line feed: the second one is no key of anybody's.
            return Ended(swallow=at - self._ended <= self._gap)
        if self._too_late(at) or len(self._held) < self._shortest:
            return Ended(typed=self.give_up())
        code = "".join(mark for mark, _ in self._held)
        self._held.clear()
        self._ended = at
        return Ended(code=code, swallow=True)

    def overdue(self, at: float) -> bool:
        """Whether the characters that are held were typed, because nothing followed them in time."""
        return bool(self._held) and self._too_late(at)

    def give_up(self) -> tuple[K, ...]:
        """The held keys, which were typed; none is held any more."""
        typed = tuple(key for _, key in self._held)
        self._held.clear()
        return typed

    def would_end(self, at: float) -> bool:
        """Whether an Enter now would end a scan, or belong to one that has just ended."""
        if not self._held:
            return at - self._ended <= self._gap
        return not self._too_late(at) and len(self._held) >= self._shortest

    def _too_late(self, at: float) -> bool:
        return bool(self._held) and at - self._last > self._gap
