"""Opens the store's door: from the shop's authorisation to the keys in force, and from old keys to new ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, cast
from urllib.parse import urlencode

import httpx

from varejoforte_desktop.application.outside import (
    NotThere,
    OutcomeUnknown,
    OutsideError,
    ReconnectNeeded,
    Refused,
    TryLater,
    Unreachable,
)
from varejoforte_desktop.application.store import StoreAccess
from varejoforte_desktop.tray.answers import secrets_of, token_refused, trouble
from varejoforte_desktop.tray.faults import Fault, outside_error
from varejoforte_desktop.tray.payloads import TokensPayload
from varejoforte_desktop.tray.reading import entries, local_moment, text
from varejoforte_desktop.tray.wire import USUAL, Answer, Limits, Question, exchange

Clock = Callable[[], datetime]

_ACCESS_LIFE: Final = timedelta(hours=3)  # when the answer does not say
_REFRESH_LIFE: Final = timedelta(days=30)
_ROOM: Final = "/web_api"
_OWN_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def api_address(typed: str) -> str:
    """The address of the store's interface from whatever was pasted: the store, or the interface itself.

    Gives `https://host/web_api` without a final slash. Plain http becomes https, because the keys travel in the
    address; only a simulator on this very machine keeps it. Raises Unreachable(code="bad_address").
    """
    bare = typed.strip()
    url: httpx.URL | None = None
    with suppress(httpx.InvalidURL):
        url = httpx.URL(bare if "://" in bare else f"https://{bare}")
    if url is None or url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        raise Unreachable(code="bad_address")
    scheme = "http" if url.scheme == "http" and url.host in _OWN_MACHINE else "https"
    before, found, _ = url.path.partition(_ROOM)
    return f"{scheme}://{url.netloc.decode('ascii')}{before.rstrip('/') if found else ''}{_ROOM}"


async def exchange_code(
    http: httpx.AsyncClient,
    *,
    api_address: str,
    consumer_key: str,
    consumer_secret: str,
    code: str,
    now: Clock,
    limits: Limits = USUAL,
) -> StoreAccess:
    """Turn the shop's authorisation `code` into keys; repeatable, the store gives the same keys again.

    `api_address` as `api_address()` gives it; `now` tells the time in UTC. Raises ReconnectNeeded
    (code_refused) when the store refuses, StoreSuspended, SlowDown, Unreachable, or TryLater.
    """
    known = StoreAccess(
        api_address=api_address,
        consumer_key=consumer_key,
        consumer_secret=consumer_secret,
        code=code,
        access_token="",
        refresh_token="",
        access_expires_at=now(),
        refresh_expires_at=now(),
        store_id="",
    )
    return await _with_code(http, known, now, limits)


async def refresh(
    http: httpx.AsyncClient, access: StoreAccess, now: Clock, *, limits: Limits = USUAL
) -> StoreAccess:
    """A new pair of keys for the refresh token, which the store accepts once only.

    Raises ReconnectNeeded (refresh_refused), OutcomeUnknown when the pair may have been changed unheard,
    StoreSuspended, SlowDown or Unreachable.
    """
    answer = await exchange(
        http, access.api_address, Question("GET", "/auth"), secret=_refresh_query(access), limits=limits
    )
    return _keys(answer, access, now, refusal="refresh_refused", writing=True)


async def renew(
    http: httpx.AsyncClient, access: StoreAccess, now: Clock, *, limits: Limits = USUAL
) -> StoreAccess:
    """New keys by whatever still works: the refresh token, once more if no answer came, then the code.

    Raises ReconnectNeeded only when the store itself said no to both; if it never answered about the refresh
    token, that token may still live, and the OutcomeUnknown asks to try again later. Else as `refresh`.
    """
    unheard: OutcomeUnknown | None = None
    for _ in range(2 if access.refresh_token else 0):
        try:
            return await refresh(http, access, now, limits=limits)
        except OutcomeUnknown as error:
            unheard = error
        except ReconnectNeeded:
            unheard = None
            break
    try:
        return await _with_code(http, access, now, limits)
    except ReconnectNeeded:
        if unheard is None:
            raise
    raise unheard


async def _with_code(http: httpx.AsyncClient, access: StoreAccess, now: Clock, limits: Limits) -> StoreAccess:
    if not access.code:
        raise ReconnectNeeded(code="code_refused")
    question = Question("POST", "/auth", content=_code_form(access), form=True)
    answer = await exchange(http, access.api_address, question, limits=limits)
    return _keys(answer, access, now, refusal="code_refused", writing=False)


def _code_form(access: StoreAccess) -> bytes:
    named = {
        "consumer_key": access.consumer_key,
        "consumer_secret": access.consumer_secret,
        "code": access.code,
    }
    return urlencode(named).encode("ascii")


def _refresh_query(access: StoreAccess) -> str:
    """All three: a refresh token sent alone was seen to die."""
    named = {
        "consumer_key": access.consumer_key,
        "consumer_secret": access.consumer_secret,
        "refresh_token": access.refresh_token,
    }
    return urlencode(named)


def _keys(
    answer: Answer | Fault, access: StoreAccess, now: Clock, *, refusal: str, writing: bool
) -> StoreAccess:
    if isinstance(answer, Fault):
        raise outside_error(answer, writing=writing)
    if not answer.well:
        raise _refusal(answer, access, now, refusal=refusal, writing=writing)
    opened = _opened(answer.data, access, now())
    if opened is None:
        raise OutcomeUnknown(code="unreadable") if writing else TryLater(code="unreadable")
    return opened


def _opened(data: object, access: StoreAccess, received: datetime) -> StoreAccess | None:
    """`access` with the keys of this answer, or None when they are not in it."""
    paper = cast("TokensPayload", entries(data))
    access_token = text(paper.get("access_token")).strip()
    refresh_token = text(paper.get("refresh_token")).strip()
    if not access_token or not refresh_token:
        return None
    return replace(
        access,
        api_address=_moved_to(text(paper.get("api_host")), access.api_address),
        access_token=access_token,
        refresh_token=refresh_token,
        access_expires_at=received + _life(paper, "date_expiration_access_token", _ACCESS_LIFE),
        refresh_expires_at=received + _life(paper, "date_expiration_refresh_token", _REFRESH_LIFE),
        store_id=text(paper.get("store_id")).strip() or access.store_id,
    )


def _refusal(answer: Answer, access: StoreAccess, now: Clock, *, refusal: str, writing: bool) -> OutsideError:
    if token_refused(answer):
        return ReconnectNeeded(code=refusal)
    error = trouble(answer, writing=writing, now=now(), secrets=secrets_of(access))
    if isinstance(error, NotThere):
        return Unreachable(code="bad_address")  # every store has this door: this is no Tray store
    if isinstance(error, Refused) or error is None:
        return ReconnectNeeded(code=refusal, detail=error.detail if error else "")
    return error


def _life(paper: TokensPayload, name: str, usual: timedelta) -> timedelta:
    """How long a key lives, by the store's two dates; its clock and zone need not be ours."""
    begun = local_moment(paper.get("date_activated"))
    ends = local_moment(entries(paper).get(name))
    life = ends - begun if begun and ends else usual
    return life if life > timedelta(0) else usual


def _moved_to(told: str, before: str) -> str:
    """The newest address the store gives for itself, if it is one that may be trusted with keys."""
    if not told.strip():
        return before
    try:
        address = api_address(told)
    except Unreachable:
        return before
    # A store on the net has no business sending us to this machine.
    return before if before.startswith("https:") and address.startswith("http:") else address
