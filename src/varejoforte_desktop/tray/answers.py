"""What the store's answer means for the shop: done, refused, gone, slow down, or closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from varejoforte_desktop.application.outside import (
    NotThere,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SlowDown,
    StoreSuspended,
    TryLater,
    Unreachable,
)
from varejoforte_desktop.application.store import StoreAccess
from varejoforte_desktop.tray.masking import hide
from varejoforte_desktop.tray.reading import entries, text
from varejoforte_desktop.tray.wire import Answer

#: HTTP 401 says in error_code what is the matter with the store; 1004 is ruled not to exist.
_SUSPENDED: Final[Mapping[str, str]] = {
    "1001": "store_blocked",
    "1002": "store_inactive",
    "1003": "store_cancelled",
}
#: The proxy asks for a password, the server was too slow or too busy: nobody judged what we sent.
_NOT_ABOUT_THE_REQUEST: Final = frozenset({407, 408, 425, 429})
_SHORTEST: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(seconds=300)
_WORDS: Final = 2000  # letters of the store's explanation that are kept
_DEPTH: Final = 6


def secrets_of(access: StoreAccess) -> tuple[str, ...]:
    """All that must not be repeated of what opens the store's door."""
    return (
        access.access_token,
        access.refresh_token,
        access.code,
        access.consumer_secret,
        access.consumer_key,
    )


def token_refused(answer: Answer) -> bool:
    """The store does not accept the token, and nothing is known to be wrong with the store itself."""
    return answer.status == 401 and _error_code(answer) not in _SUSPENDED


def trouble(answer: Answer, *, writing: bool, now: datetime, secrets: tuple[str, ...]) -> OutsideError | None:
    """The error this answer stands for, or None when all is well or the token was refused.

    `secrets` are kept out of the store's own words. Source: Tray's public API documentation, on errors.
    """
    if answer.well or token_refused(answer):
        return None
    if 400 <= answer.status < 500 and answer.status not in _NOT_ABOUT_THE_REQUEST:
        return _no(answer, secrets)
    if answer.status == 429:
        return SlowDown(code="slow_down", wait=_wait(answer, now))
    if answer.status == 407:
        return Unreachable(code="no_line")  # the shop's own proxy wants a password; the store heard nothing
    if 300 <= answer.status < 400:
        return Unreachable(code="redirected")
    code = "unreadable" if answer.status < 300 else "server_error"
    return OutcomeUnknown(code=code) if writing else TryLater(code=code)


def _no(answer: Answer, secrets: tuple[str, ...]) -> OutsideError:
    """The store understood and said no."""
    detail, facts = _explanation(answer.data, secrets)
    match answer.status:
        case 401:
            return StoreSuspended(code=_SUSPENDED[_error_code(answer)], detail=detail)
        case 403:
            return StoreSuspended(code="forbidden", detail=detail)
        case 404:
            return NotThere(code="not_there", detail=detail)
        case _:
            return Refused(code="refused", detail=detail, facts=facts)


def _error_code(answer: Answer) -> str:
    return text(entries(answer.data).get("error_code")).strip()


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    """How long Retry-After asks us to wait, between 1 and 300 seconds; None when it says nothing legible."""
    asked = answer.retry_after.strip()
    if asked.isascii() and asked.isdigit():
        return max(_SHORTEST, timedelta(seconds=min(int(asked[:9]), 300)))
    until = _http_date(asked)
    if until is None:
        return None
    # The store's own clock, when it shows it: ours may be wrong by hours.
    return min(max(until - (_http_date(answer.date) or now), _SHORTEST), _LONGEST)


def _http_date(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _explanation(data: object, secrets: tuple[str, ...]) -> tuple[str, Mapping[str, str]]:
    """The store's own words, joined, and by field (Order.shipment) where it names fields."""
    paper = entries(data)
    facts: dict[str, str] = {}
    for key in ("causes", "errors", "message", "name"):
        found: list[tuple[str, str]] = []
        _gather(paper.get(key), "", found, _DEPTH)
        if found:
            break
    else:
        return "", facts
    room = _WORDS
    sentences: list[str] = []
    for named, raw in found:
        sentence = hide(raw, *secrets)[:room]
        room -= len(sentence)
        if named and sentence:
            place = hide(named, *secrets)
            facts[place] = f"{facts[place]}; {sentence}" if place in facts else sentence
        if sentence and sentence not in sentences:
            sentences.append(sentence)
    return "; ".join(sentences), facts


def _gather(value: object, place: str, found: list[tuple[str, str]], depth: int) -> None:
    """Causes come as a text, a list of texts, or model → field → list of texts."""
    if isinstance(value, dict) and depth:
        for key, inner in value.items():
            _gather(inner, f"{place}.{key}" if place else str(key), found, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            _gather(inner, place, found, depth - 1)
    elif sentence := text(value).strip():
        found.append((place, sentence))
